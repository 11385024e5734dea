package conformance_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/pg"
	"github.com/devq-ai/tandem/store/surreal"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// A mishap is a call that fails, and what a user then reads.
type mishap struct {
	name string
	fail func(t *testing.T) error
	want string
}

// variable are the parts of messages that differ from run to run.
var variable = regexp.MustCompile(`t_[a-z0-9]{16}|127\.0\.0\.1:\d+|\[?::1\]?:\d+`)

// readsWell holds each error to its text, and all to the same manners.
func readsWell(t *testing.T, mishaps []mishap) {
	t.Helper()
	for _, m := range mishaps {
		t.Run(m.name, func(t *testing.T) {
			err := m.fail(t)
			require.Error(t, err)
			text := variable.ReplaceAllString(err.Error(), "~")
			assert.Equal(t, m.want, text)
			assert.NotContains(t, text, "\n")
			assert.Empty(t, doubled(text), "words that are there twice")
			assert.NotContains(t, err.Error(), "s3cr3t")
		})
	}
}

// doubled returns a part of a message that comes again, or a word that follows
// itself.
func doubled(text string) string {
	seen := map[string]bool{}
	for part := range strings.SplitSeq(text, ": ") {
		if seen[part] {
			return part
		}
		seen[part] = true
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" :;,", r) })
	for i := 1; i < len(words); i++ {
		if strings.EqualFold(words[i-1], words[i]) {
			return words[i]
		}
	}
	return ""
}

func TestPostgresErrorsReadWell(t *testing.T) {
	at := enginetest.Postgres(t)
	ctx := t.Context()
	p, err := pg.Open(ctx, store.ConfigFromURLs(at, ""))
	require.NoError(t, err)
	t.Cleanup(p.Close)
	_, err = p.Pgx().Exec(ctx, `
		CREATE TABLE shelves (id int PRIMARY KEY);
		CREATE TABLE items (id int PRIMARY KEY, amount int CONSTRAINT positive CHECK (amount > 0), shelf int REFERENCES shelves);
		INSERT INTO items VALUES (1, 1);
		CREATE ROLE guest LOGIN PASSWORD 's3cr3t'`)
	require.NoError(t, err)
	t.Cleanup(func() {
		conn, err := pgx.Connect(context.Background(), at)
		require.NoError(t, err)
		defer conn.Close(context.Background())
		_, err = conn.Exec(context.Background(), `DROP ROLE guest`)
		require.NoError(t, err)
	})
	q := &store.Query{Engine: store.Postgres, Name: "AddItem", File: "queries/items.sql", Line: 12}
	call := func(ctx context.Context, sql string) error {
		return store.Exec(ctx, p.Runner(), q, func(ctx context.Context) error {
			_, err := p.Pgx().Exec(ctx, sql)
			return err
		})
	}
	exec := func(sql string) func(*testing.T) error {
		return func(t *testing.T) error { return call(t.Context(), sql) }
	}
	openAt := func(change func(*url.URL)) func(*testing.T) error {
		return func(t *testing.T) error {
			u, err := url.Parse(at)
			require.NoError(t, err)
			change(u)
			cfg := store.ConfigFromURLs(u.String(), "")
			cfg.OpenTimeout = time.Second
			_, err = pg.Open(t.Context(), cfg)
			return err
		}
	}
	readsWell(t, []mishap{
		{"not found", func(t *testing.T) error {
			_, err := store.Call(ctx, p.Runner(), q, func(ctx context.Context) (id int, err error) {
				return id, p.Pgx().QueryRow(ctx, `SELECT id FROM items WHERE id = 9`).Scan(&id)
			})
			return err
		}, "postgresql: AddItem (queries/items.sql:12): not found: no rows in result set"},
		{"conflict", exec(`INSERT INTO items VALUES (1, 1)`),
			`postgresql: AddItem (queries/items.sql:12): conflict: ERROR: duplicate key value violates unique constraint "items_pkey" (SQLSTATE 23505)`},
		{"foreign key", exec(`INSERT INTO items VALUES (2, 1, 7)`),
			`postgresql: AddItem (queries/items.sql:12): foreign key violated: ERROR: insert or update on table "items" violates foreign key constraint "items_shelf_fkey" (SQLSTATE 23503)`},
		{"check", exec(`INSERT INTO items VALUES (2, 0)`),
			`postgresql: AddItem (queries/items.sql:12): check failed: ERROR: new row for relation "items" violates check constraint "positive" (SQLSTATE 23514)`},
		{"serialization", exec(`DO $$ BEGIN RAISE SQLSTATE '40001' USING message = 'could not serialize access'; END $$`),
			"postgresql: AddItem (queries/items.sql:12): serialization failure: ERROR: could not serialize access (SQLSTATE 40001)"},
		{"raised in lines", exec(`DO $$ BEGIN RAISE E'no stock\nat all'; END $$`),
			"postgresql: AddItem (queries/items.sql:12): check failed: ERROR: no stock; at all (SQLSTATE P0001)"},
		{"timeout of the server", exec(`SET statement_timeout = 20; SELECT pg_sleep(5)`),
			"postgresql: AddItem (queries/items.sql:12): timeout: ERROR: canceling statement due to statement timeout (SQLSTATE 57014)"},
		{"deadline", func(t *testing.T) error {
			ctx, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
			defer cancel()
			return call(ctx, `SELECT pg_sleep(5)`)
		}, "postgresql: AddItem (queries/items.sql:12): timeout: context deadline exceeded"},
		{"canceled", func(t *testing.T) error {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(30*time.Millisecond, cancel)
			return call(ctx, `SELECT pg_sleep(5)`)
		}, "postgresql: AddItem (queries/items.sql:12): context canceled"},
		{"decode", func(t *testing.T) error {
			_, err := store.Call(ctx, p.Runner(), q, func(ctx context.Context) (id int, err error) {
				return id, p.Pgx().QueryRow(ctx, `SELECT NULL::int`).Scan(&id)
			})
			return err
		}, "postgresql: AddItem (queries/items.sql:12): cannot decode: can't scan into dest[0] (col: int4): cannot scan NULL into *int"},
		{"permission", exec(`SET LOCAL ROLE guest; SELECT * FROM items`),
			"postgresql: AddItem (queries/items.sql:12): permission denied: ERROR: permission denied for table items (SQLSTATE 42501)"},
		{"schema", exec(`SELECT * FROM gone`),
			`postgresql: AddItem (queries/items.sql:12): schema mismatch: ERROR: relation "gone" does not exist (SQLSTATE 42P01)`},
		{"syntax", exec(`SELEC 1`),
			`postgresql: AddItem (queries/items.sql:12): ERROR: syntax error at or near "SELEC" (SQLSTATE 42601)`},
		{"batch", func(t *testing.T) error {
			return store.Exec(ctx, p.Runner(), q, func(ctx context.Context) error {
				var failures store.BatchError
				for i, sql := range []string{`SELECT 1`, `INSERT INTO items VALUES (1, 1)`, `INSERT INTO items VALUES (2, 0)`} {
					_, err := p.Pgx().Exec(ctx, sql)
					failures.Add(i, err)
				}
				return failures.OrNil()
			})
		}, `postgresql: AddItem (queries/items.sql:12): 2 items of the batch failed, the first is item 1: conflict: ERROR: duplicate key value violates unique constraint "items_pkey" (SQLSTATE 23505)`},
		{"commit", func(t *testing.T) error {
			return p.InTx(ctx, store.TxOptions{}, func(ctx context.Context, tx *pg.Tx) error {
				_, _ = tx.Pgx().Exec(ctx, `SELECT * FROM gone`)
				return nil
			})
		}, "postgresql: commit: the transaction was rolled back because a query in it failed: commit unexpectedly resulted in rollback"},
		{"migrations", func(t *testing.T) error { return p.CheckMigrations(ctx, "20261123093028") },
			"postgresql: check migrations: schema mismatch: migration 20261123093028 was not applied to the database, whose latest is none; apply the migrations first"},
		{"server away", openAt(func(u *url.URL) { u.Host = "127.0.0.1:1" }),
			"postgresql: open: unavailable: failed to connect to `user=tandem database=~`: ~ (127.0.0.1): dial error: dial tcp ~: connect: connection refused"},
		{"no such database", openAt(func(u *url.URL) { u.Path = "/gone" }),
			"postgresql: open: schema mismatch: failed to connect to `user=tandem database=gone`: ~ (127.0.0.1): server error: FATAL: database \"gone\" does not exist (SQLSTATE 3D000)"},
		{"password", openAt(func(u *url.URL) { u.User = url.UserPassword("guest", "s3cr3t-not") }),
			"postgresql: open: permission denied: failed to connect to `user=guest database=~`: ~ (127.0.0.1): failed SASL auth: FATAL: password authentication failed for user \"guest\" (SQLSTATE 28P01)"},
		{"URL", openAt(func(u *url.URL) { u.Scheme = "mysql" }),
			"postgresql: open: the connection string cannot be parsed: it must look like postgres://user:password@host:port/database, with special characters in user and password percent-encoded"},
		{"no URL", func(t *testing.T) error {
			_, err := pg.Open(ctx, store.Config{})
			return err
		}, "postgresql: open: no connection string: set Postgres.URL or TANDEM_POSTGRES_URL"},
		{"settings", func(t *testing.T) error {
			cfg := store.ConfigFromURLs(at, "")
			cfg.Postgres.MaxConns, cfg.CallAttempts = -1, -1
			_, err := pg.Open(ctx, cfg)
			return err
		}, "postgresql: open: store configuration: CallAttempts is negative; Postgres.MaxConns is negative"},
		{"more idle than there can be", func(t *testing.T) error {
			cfg := store.ConfigFromURLs(at, "")
			cfg.Postgres.MaxConns, cfg.Postgres.MinIdleConns = 2, 3
			_, err := pg.Open(ctx, cfg)
			return err
		}, "postgresql: open: Postgres.MinIdleConns is 3, which is more than the largest number of connections, 2"},
		{"closed", func(t *testing.T) error {
			p.Close()
			return call(ctx, `SELECT 1`)
		}, "postgresql: AddItem (queries/items.sql:12): unavailable: closed pool"},
	})
}

func TestSurrealErrorsReadWell(t *testing.T) {
	at := enginetest.Surreal(t)
	ctx := t.Context()
	p, err := surreal.Open(ctx, store.ConfigFromURLs("", at))
	require.NoError(t, err)
	t.Cleanup(p.Close)
	_, err = p.Query(ctx, `
		DEFINE TABLE item SCHEMAFULL;
		DEFINE FIELD amount ON item TYPE int ASSERT $value > 0;
		DEFINE TABLE near TYPE RELATION IN item OUT item ENFORCED;
		DEFINE USER guest ON DATABASE PASSWORD 's3cr3t' ROLES VIEWER;
		CREATE item:1 SET amount = 1`, nil)
	require.NoError(t, err)
	guest, err := surreal.Open(ctx, store.ConfigFromURLs("", strings.Replace(at, "root:root@", "guest:s3cr3t@", 1)+"?auth=database"))
	require.NoError(t, err)
	t.Cleanup(guest.Close)

	q := &store.Query{Engine: store.SurrealDB, Name: "AddItem", File: "surql/queries/items.surql", Line: 12, Lines: []int{14, 15}}
	call := func(ctx context.Context, p *surreal.Pool, text string) error {
		return store.Exec(ctx, p.Runner(), q, func(ctx context.Context) error {
			_, err := p.Query(ctx, text, nil)
			return err
		})
	}
	exec := func(text string) func(*testing.T) error {
		return func(t *testing.T) error { return call(t.Context(), p, text) }
	}
	decode := func(text string, slot int, read func(*surreal.Response) error) func(*testing.T) error {
		return func(t *testing.T) error {
			return store.Exec(ctx, p.Runner(), q, func(ctx context.Context) error {
				response, err := p.Query(ctx, text, nil)
				if err != nil {
					return err
				}
				return read(response)
			})
		}
	}
	number := func(d *cbor.Decoder) int64 { return d.Int() }
	openAt := func(change func(*url.URL)) func(*testing.T) error {
		return func(t *testing.T) error {
			u, err := url.Parse(at)
			require.NoError(t, err)
			change(u)
			cfg := store.ConfigFromURLs("", u.String())
			cfg.OpenTimeout = time.Second
			_, err = surreal.Open(t.Context(), cfg)
			return err
		}
	}
	cfg := store.ConfigFromURLs("", "ws://root:root@127.0.0.1:1/n/d")
	cfg.Surreal.Optional = true
	away, err := surreal.Open(ctx, cfg)
	require.NoError(t, err)
	t.Cleanup(away.Close)

	readsWell(t, []mishap{
		{"not found", decode("SELECT VALUE amount FROM ONLY item:9", 0, func(r *surreal.Response) error {
			_, err := surreal.Only(r, q.Name, 0, number)
			return err
		}), "surrealdb: AddItem (surql/queries/items.surql:12): not found"},
		{"no row", decode("SELECT VALUE amount FROM item:9", 0, func(r *surreal.Response) error {
			_, err := surreal.Row(r, q.Name, 0, number)
			return err
		}), "surrealdb: AddItem (surql/queries/items.surql:12): not found"},
		{"conflict in the second statement", exec("RETURN 1; CREATE item:1 SET amount = 1"),
			"surrealdb: AddItem (surql/queries/items.surql:15): conflict: statement 2: Database record `item:1` already exists"},
		{"foreign key", exec("RELATE item:1->near->item:9"),
			"surrealdb: AddItem (surql/queries/items.surql:14): foreign key violated: statement 1: The record 'item:9' does not exist"},
		{"check", exec("CREATE item:2 SET amount = 0"),
			"surrealdb: AddItem (surql/queries/items.surql:14): check failed: statement 1: Found 0 for field `amount`, with record `item:2`, but field must conform to: $value > 0"},
		{"raised in lines", exec("THROW 'no stock\nat all'"),
			"surrealdb: AddItem (surql/queries/items.surql:14): check failed: statement 1: An error occurred: no stock; at all"},
		{"timeout of the server", exec("SELECT * FROM item WHERE sleep(200ms) TIMEOUT 20ms"),
			"surrealdb: AddItem (surql/queries/items.surql:14): timeout: statement 1: The query was not executed because it exceeded the timeout: 20ms"},
		{"deadline", func(t *testing.T) error {
			ctx, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
			defer cancel()
			return call(ctx, p, "SLEEP 1s")
		}, "surrealdb: AddItem (surql/queries/items.surql:12): timeout: context deadline exceeded"},
		{"canceled", func(t *testing.T) error {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(30*time.Millisecond, cancel)
			return call(ctx, p, "SLEEP 1s")
		}, "surrealdb: AddItem (surql/queries/items.surql:12): context canceled"},
		{"decode", decode("RETURN 1; SELECT VALUE { a: 'x' } FROM item", 0, func(r *surreal.Response) error {
			_, err := surreal.Rows(r, q.Name, 1, number)
			return err
		}), "surrealdb: AddItem (surql/queries/items.surql:15): cannot decode: statement 2: row 0: expected int, found object"},
		{"permission", func(t *testing.T) error { return call(ctx, guest, "DEFINE TABLE x") },
			"surrealdb: AddItem (surql/queries/items.surql:14): permission denied: statement 1: IAM error: Not enough permissions to perform this action"},
		{"schema", exec("SELECT * FROM gone"),
			"surrealdb: AddItem (surql/queries/items.surql:14): schema mismatch: statement 1: The table 'gone' does not exist"},
		{"syntax", exec("SELECT *\nFRO item"),
			"surrealdb: AddItem (surql/queries/items.surql:12): Parse error: Unexpected token `an identifier`, expected FROM at [2:1]"},
		{"serialization", func(t *testing.T) error {
			return p.InTx(ctx, store.TxOptions{}, func(ctx context.Context, tx *surreal.Tx) error {
				return store.Exec(ctx, tx.Runner(), q, func(ctx context.Context) error {
					if _, err := tx.Query(ctx, "UPDATE item:1 SET amount = 2", nil); err != nil {
						return err
					}
					if _, err := p.Query(ctx, "UPDATE item:1 SET amount = 3", nil); err != nil {
						return err
					}
					_, err := tx.Query(ctx, "UPDATE item:1 SET amount = 4; RETURN item:1", nil)
					return err
				})
			})
		}, "surrealdb: commit: serialization failure: Transaction conflict: Write conflict, retry the transaction. This transaction can be retried"},
		{"commit", func(t *testing.T) error {
			return p.InTx(ctx, store.TxOptions{}, func(ctx context.Context, tx *surreal.Tx) error {
				_, _ = tx.Query(ctx, "CREATE item:1 SET amount = 1", nil)
				return nil
			})
		}, "surrealdb: commit: conflict: the transaction was rolled back because a query in it failed: statement 1: Database record `item:1` already exists"},
		{"isolation", func(t *testing.T) error {
			return p.InTx(ctx, store.TxOptions{ReadOnly: true}, nil)
		}, "surrealdb: begin: SurrealDB has no isolation levels, read-only or deferrable transactions"},
		{"live query in a call", func(t *testing.T) error {
			_, err := store.Call(ctx, p.Runner(), q, func(ctx context.Context) (*surreal.Subscription, error) {
				return p.Live(ctx, "LIVE SELECT * FROM gone", nil)
			})
			return err
		}, "surrealdb: AddItem (surql/queries/items.surql:14): schema mismatch: statement 1: The table 'gone' does not exist"},
		{"migrations", func(t *testing.T) error { return p.CheckMigrations(ctx, "20261123093028") },
			"surrealdb: check migrations: schema mismatch: migration 20261123093028 was not applied to the database, whose latest is none; apply the migrations first"},
		{"server away", openAt(func(u *url.URL) { u.Host = "127.0.0.1:1" }),
			"surrealdb: open: unavailable: connect to ws://~/rpc: dial tcp ~: connect: connection refused"},
		{"password", openAt(func(u *url.URL) { u.User = url.UserPassword("guest", "s3cr3t-not") }),
			"surrealdb: open: permission denied: sign in to ws://~/rpc: There was a problem with authentication"},
		{"URL", openAt(func(u *url.URL) { u.Scheme = "http" }),
			"surrealdb: open: the URL cannot be parsed: it must look like ws://user:password@host:port/namespace/database, with special characters in user and password percent-encoded; the scheme must be ws or wss"},
		{"no URL", func(t *testing.T) error {
			_, err := surreal.Open(ctx, store.Config{})
			return err
		}, "surrealdb: open: no URL: set Surreal.URL or TANDEM_SURREAL_URL"},
		{"more idle than there can be", func(t *testing.T) error {
			cfg := store.ConfigFromURLs("", at)
			cfg.Surreal.MaxConns, cfg.Surreal.MinIdleConns = 2, 3
			_, err := surreal.Open(ctx, cfg)
			return err
		}, "surrealdb: open: Surreal.MinIdleConns is 3, which is more than the largest number of connections, 2"},
		{"a call while the server is away", func(t *testing.T) error { return call(ctx, away, "RETURN 1") },
			"surrealdb: AddItem (surql/queries/items.surql:12): unavailable: the server is away; the last attempt to reach it: connect to ws://~/rpc: dial tcp ~: connect: connection refused"},
		{"a check of migrations while the server is away", func(t *testing.T) error {
			require.NoError(t, away.CheckMigrations(ctx, "2"))
			return away.Health(ctx).Err
		}, "surrealdb: ping: unavailable: the server is away; the last attempt to reach it: connect to ws://~/rpc: dial tcp ~: connect: connection refused"},
		{"closed", func(t *testing.T) error {
			p.Close()
			return call(ctx, p, "RETURN 1")
		}, "surrealdb: AddItem (surql/queries/items.surql:12): unavailable: closed pool"},
	})
}
