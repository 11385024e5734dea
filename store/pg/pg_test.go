package pg_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/pg"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

func open(t *testing.T, setup string, change func(*store.PostgresConfig)) *pg.Pool {
	t.Helper()
	cfg := store.ConfigFromURLs(enginetest.Postgres(t), "")
	if change != nil {
		change(&cfg.Postgres)
	}
	p, err := pg.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	_, err = p.Pgx().Exec(t.Context(), setup)
	require.NoError(t, err)
	return p
}

// run runs sql as a generated query would.
func run(ctx context.Context, p *pg.Pool, sql string, args ...any) error {
	q := &store.Query{Name: "Run", Engine: store.Postgres}
	return store.Exec(ctx, p.Runner(), q, func(ctx context.Context) error {
		_, err := p.Pgx().Exec(ctx, sql, args...)
		return err
	})
}

// TestTheServersErrorsHaveTheirKinds asks the server itself.
func TestTheServersErrorsHaveTheirKinds(t *testing.T) {
	p := open(t, `
		CREATE TABLE parent (id int PRIMARY KEY);
		CREATE DOMAIN positive AS int CONSTRAINT is_positive CHECK (VALUE > 0);
		CREATE TYPE mood AS ENUM ('fine');
		CREATE TABLE t (
			id int CONSTRAINT t_key PRIMARY KEY,
			parent int CONSTRAINT t_parent REFERENCES parent,
			n int NOT NULL CONSTRAINT n_check CHECK (n > 0) DEFAULT 1,
			p positive, m mood, s varchar(3),
			during int4range,
			CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&)
		);
		INSERT INTO parent VALUES (1);
		INSERT INTO t (id, parent, during) VALUES (1, 1, '[1,5)');`, nil)

	for _, c := range []struct {
		name, sql  string
		kind       error
		constraint string
	}{
		{"unique", "INSERT INTO t (id) VALUES (1)", store.ErrConflict, "t_key"},
		{"exclusion", "INSERT INTO t (id, during) VALUES (2, '[2,3)')", store.ErrConflict, "no_overlap"},
		{"foreign key of a child", "INSERT INTO t (id, parent) VALUES (2, 9)", store.ErrForeignKey, "t_parent"},
		{"foreign key of a parent", "DELETE FROM parent", store.ErrForeignKey, "t_parent"},
		{"check", "INSERT INTO t (id, n) VALUES (2, 0)", store.ErrCheck, "n_check"},
		{"not null", "INSERT INTO t (id, n) VALUES (2, NULL)", store.ErrCheck, ""},
		{"domain", "INSERT INTO t (id, p) VALUES (2, 0)", store.ErrCheck, "is_positive"},
		{"enum", "INSERT INTO t (id, m) VALUES (2, 'sad')", store.ErrCheck, ""},
		{"too long", "INSERT INTO t (id, s) VALUES (2, 'long')", store.ErrCheck, ""},
		{"out of range", "INSERT INTO t (id) VALUES (99999999999)", store.ErrCheck, ""},
		{"division by zero", "SELECT 1 / 0", store.ErrCheck, ""},
		{"raised", "DO $$ BEGIN RAISE EXCEPTION 'no'; END $$", store.ErrCheck, ""},
		{"undefined table", "SELECT * FROM nope", store.ErrSchema, ""},
		{"undefined column", "SELECT nope FROM t", store.ErrSchema, ""},
		{"undefined function", "SELECT nope()", store.ErrSchema, ""},
		{"no rights", "SET ROLE pg_monitor; SELECT * FROM t", store.ErrPermission, ""},
		{"statement timeout", "SET LOCAL statement_timeout = 10; SELECT pg_sleep(5)", store.ErrTimeout, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var err error
			// A transaction undoes SET, and the simple protocol admits two statements.
			_ = p.InTx(t.Context(), store.TxOptions{}, func(ctx context.Context, tx *pg.Tx) error {
				q := &store.Query{Name: "Run", Engine: store.Postgres}
				err = store.Exec(ctx, tx.Runner(), q, func(ctx context.Context) error {
					_, err := tx.Pgx().Conn().PgConn().Exec(ctx, c.sql).ReadAll()
					return err
				})
				return err
			})
			require.ErrorIs(t, err, c.kind)
			var e *store.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, c.constraint, e.Constraint)
		})
	}
}

func TestAScanThatDoesNotFitIsADecodeError(t *testing.T) {
	p := open(t, "SELECT 1", nil)
	q := &store.Query{Name: "Q", Engine: store.Postgres}
	_, err := store.Call(t.Context(), p.Runner(), q, func(ctx context.Context) (n int, err error) {
		return n, p.Pgx().QueryRow(ctx, "SELECT NULL::int").Scan(&n)
	})
	require.ErrorIs(t, err, store.ErrDecode)
}

func TestIsolationLevelsReachTheServer(t *testing.T) {
	p := open(t, "CREATE TABLE t (id int)", nil)
	for level, want := range map[store.Isolation]string{
		store.IsolationDefault: "read committed",
		store.ReadCommitted:    "read committed",
		store.RepeatableRead:   "repeatable read",
		store.Serializable:     "serializable",
	} {
		require.NoError(t, p.InTx(t.Context(), store.TxOptions{Isolation: level}, func(ctx context.Context, tx *pg.Tx) error {
			var got string
			require.NoError(t, tx.Pgx().QueryRow(ctx, "SHOW transaction_isolation").Scan(&got))
			assert.Equal(t, want, got)
			return nil
		}))
	}
	err := p.InTx(t.Context(), store.TxOptions{Isolation: 99}, func(context.Context, *pg.Tx) error { return nil })
	require.ErrorContains(t, err, "isolation level 99")

	err = p.InTx(t.Context(), store.NewTxOptions(store.WithReadOnly(), store.WithIsolation(store.Serializable), store.WithDeferrable()),
		func(ctx context.Context, tx *pg.Tx) error {
			_, err := tx.Pgx().Exec(ctx, "INSERT INTO t VALUES (1)")
			return err
		})
	require.ErrorContains(t, err, "read-only")
}

func TestDeadlocksAreRepeated(t *testing.T) {
	p := open(t, "CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0), (2, 0); ", nil)
	_, err := p.Pgx().Exec(t.Context(), "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = 20', current_database()); END $$")
	require.NoError(t, err)
	p.Pgx().Reset()
	errs := make(chan error, 2)
	for _, order := range [][2]int{{1, 2}, {2, 1}} {
		go func() {
			errs <- p.InTx(t.Context(), store.TxOptions{MaxAttempts: 20}, func(ctx context.Context, tx *pg.Tx) error {
				for _, id := range order {
					err := store.Exec(ctx, tx.Runner(), &store.Query{Name: "Q"}, func(ctx context.Context) error {
						_, err := tx.Pgx().Exec(ctx, "UPDATE t SET n = n + 1 WHERE id = $1", id)
						return err
					})
					if err != nil {
						return err
					}
					time.Sleep(30 * time.Millisecond)
				}
				return nil
			})
		}()
	}
	require.NoError(t, errors.Join(<-errs, <-errs))
	var sum int
	require.NoError(t, p.Pgx().QueryRow(t.Context(), "SELECT sum(n) FROM t").Scan(&sum))
	assert.Equal(t, 4, sum)
}

func TestDriverErrorsFromATransactionAreSerializationFailuresToo(t *testing.T) {
	p := open(t, "CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0)", nil)
	attempts := 0
	err := p.InTx(t.Context(), store.TxOptions{Isolation: store.Serializable, MaxAttempts: 3}, func(ctx context.Context, tx *pg.Tx) error {
		attempts++
		if _, err := tx.Pgx().Exec(ctx, "SELECT n FROM t"); err != nil {
			return err
		}
		if attempts == 1 {
			_, err := p.Pgx().Exec(ctx, "UPDATE t SET n = 5")
			require.NoError(t, err)
		}
		_, err := tx.Pgx().Exec(ctx, "UPDATE t SET n = n + 1") // not through the runner
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, 2, attempts)
}

func TestTheStatementTimeoutIsTheServers(t *testing.T) {
	p := open(t, "SELECT 1", func(c *store.PostgresConfig) { c.StatementTimeout = 50 * time.Millisecond })
	err := run(t.Context(), p, "SELECT pg_sleep(5)")
	require.ErrorIs(t, err, store.ErrTimeout)
}

func TestPoolSettingsReachThePool(t *testing.T) {
	p := open(t, "SELECT 1", func(c *store.PostgresConfig) {
		c.MaxConns = 7
		c.MinIdleConns = 2
		c.MaxConnLifetime = time.Minute
		c.MaxConnIdleTime = 2 * time.Minute
		c.HealthCheckPeriod = 3 * time.Minute
		c.ConnectTimeout = 4 * time.Second
	})
	c := p.Pgx().Config()
	assert.EqualValues(t, 7, c.MaxConns)
	assert.EqualValues(t, 2, c.MinIdleConns)
	assert.Equal(t, time.Minute, c.MaxConnLifetime)
	assert.Equal(t, 6*time.Second, c.MaxConnLifetimeJitter)
	assert.Equal(t, 2*time.Minute, c.MaxConnIdleTime)
	assert.Equal(t, 3*time.Minute, c.HealthCheckPeriod)
	assert.Equal(t, 4*time.Second, c.ConnConfig.ConnectTimeout)
	assert.Equal(t, 7, p.Stats().MaxConns)
}

func with(t *testing.T, rawURL string, change func(*url.URL)) string {
	t.Helper()
	u, err := url.Parse(rawURL)
	require.NoError(t, err)
	change(u)
	return u.String()
}

func TestSettingsInTheURLCount(t *testing.T) {
	cfg := store.ConfigFromURLs(with(t, enginetest.Postgres(t), func(u *url.URL) {
		u.RawQuery += "&pool_max_conns=3&connect_timeout=9&application_name=mine"
	}), "")
	p, err := pg.Open(t.Context(), cfg)
	require.NoError(t, err)
	defer p.Close()
	assert.EqualValues(t, 3, p.Pgx().Config().MaxConns)
	assert.Equal(t, 9*time.Second, p.Pgx().Config().ConnConfig.ConnectTimeout)
	var name string
	require.NoError(t, p.Pgx().QueryRow(t.Context(), "SHOW application_name").Scan(&name))
	assert.Equal(t, "mine", name)
}

func TestAMissingDatabaseIsReportedAtOnce(t *testing.T) {
	cfg := store.ConfigFromURLs(with(t, enginetest.Postgres(t), func(u *url.URL) { u.Path += "_not" }), "")
	start := time.Now()
	_, err := pg.Open(t.Context(), cfg)
	require.ErrorIs(t, err, store.ErrSchema)
	assert.Less(t, time.Since(start), 10*time.Second)
}

// TestMigrationsAreVerified makes the table as Atlas makes it.
func TestMigrationsAreVerified(t *testing.T) {
	const table = `(version varchar PRIMARY KEY, description varchar NOT NULL DEFAULT '', type bigint NOT NULL DEFAULT 2,
		applied bigint NOT NULL DEFAULT 0, total bigint NOT NULL DEFAULT 0, executed_at timestamptz NOT NULL DEFAULT now(),
		execution_time bigint NOT NULL DEFAULT 0, error text, error_stmt text, hash varchar NOT NULL DEFAULT '',
		partial_hashes jsonb, operator_version varchar NOT NULL DEFAULT '');`
	insert := func(where, version string, applied, total int, failure string) string {
		return fmt.Sprintf(`INSERT INTO %s (version, applied, total, error) VALUES ('%s', %d, %d, nullif('%s', ''));`, where, version, applied, total, failure)
	}
	const public, own = "public.atlas_schema_revisions", "atlas_schema_revisions.atlas_schema_revisions"
	inPublic := "CREATE TABLE " + public + table
	inOwn := "CREATE SCHEMA atlas_schema_revisions; CREATE TABLE " + own + table
	for name, c := range map[string]struct{ setup, want string }{
		"applied":                  {inPublic + insert(public, "1", 2, 2, "") + insert(public, "2", 3, 3, ""), ""},
		"applied, and a later one": {inPublic + insert(public, "2", 3, 3, "") + insert(public, "3", 0, 3, "oh"), ""},
		"in the schema of its own": {inOwn + insert(own, "2", 3, 3, ""), ""},
		"in the search path only":  {"CREATE SCHEMA app; CREATE TABLE app.atlas_schema_revisions" + table + insert("app.atlas_schema_revisions", "2", 1, 1, "") + `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app', current_database()); END $$`, ""},
		"baseline of a later one":  {inPublic + `INSERT INTO ` + public + ` (version, type) VALUES ('3', 1)`, ""},
		"no table":                 {"SELECT 1", "latest is none"},
		"not applied":              {inPublic + insert(public, "1", 2, 2, ""), "latest is 1"},
		"applied in part":          {inPublic + insert(public, "2", 2, 3, ""), "2 of its 3 statements"},
		"failed":                   {inPublic + insert(public, "2", 2, 3, "relation exists"), "relation exists"},
		"baseline of an older one": {inPublic + `INSERT INTO ` + public + ` (version, type) VALUES ('1', 1)`, "latest is 1"},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, c.setup, nil)
			p.Pgx().Reset() // for a changed search path
			err := p.CheckMigrations(t.Context(), "2")
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, store.ErrSchema)
			require.ErrorContains(t, err, c.want)
		})
	}
	require.NoError(t, open(t, "SELECT 1", nil).CheckMigrations(t.Context(), ""))
}
