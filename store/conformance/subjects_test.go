// Package conformance_test holds both pools to the same behaviour.
package conformance_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/pg"
	"github.com/devq-ai/tandem/store/surreal"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// A session is where queries run: a pool or a transaction.
type session interface {
	// insert adds an item with a key that must be new, and a positive amount.
	insert(ctx context.Context, key, amount int) error
	// amount reads an item. It is store.ErrNotFound if there is none.
	amount(ctx context.Context, key int) (int, error)
	// set changes an item.
	set(ctx context.Context, key, amount int) error
	// sleep keeps the server busy. It is a read-only query.
	sleep(ctx context.Context, d time.Duration) error
	// sleepAndInsert adds an item after a while.
	sleepAndInsert(ctx context.Context, d time.Duration, key int) error
}

type pool interface {
	store.Part
	session
	inTx(ctx context.Context, opts store.TxOptions, fn func(context.Context, session) error) error
}

// A subject is an engine whose pool is tested.
type subject struct {
	engine store.Engine
	// database returns the URL of a database that has the items' table.
	database func(t *testing.T) string
	open     func(ctx context.Context, cfg store.Config) (pool, error)
	config   func(url string) store.Config
	// shape lets a test change the settings that both engines have.
	shape func(cfg *store.Config, maxConns int, connectTimeout time.Duration)
}

// Both engines' queries, as generated code declares them.
var (
	insertQuery = store.Query{Name: "InsertItem", File: "queries/items.sql", Line: 3, Lines: []int{4}}
	amountQuery = store.Query{Name: "GetAmount", File: "queries/items.sql", Line: 7, Lines: []int{8}, ReadOnly: true}
	setQuery    = store.Query{Name: "SetAmount", File: "queries/items.sql", Line: 11, Lines: []int{12}}
	sleepQuery  = store.Query{Name: "Sleep", File: "queries/items.sql", Line: 15, Lines: []int{16}, ReadOnly: true}
)

var subjects = []subject{
	{
		engine: store.Postgres,
		database: func(t *testing.T) string {
			url := enginetest.Postgres(t)
			conn, err := pgx.Connect(t.Context(), url)
			require.NoError(t, err)
			defer conn.Close(t.Context())
			_, err = conn.Exec(t.Context(), `CREATE TABLE items (key int PRIMARY KEY, amount int NOT NULL CONSTRAINT positive CHECK (amount > 0))`)
			require.NoError(t, err)
			return url
		},
		open: func(ctx context.Context, cfg store.Config) (pool, error) {
			p, err := pg.Open(ctx, cfg)
			if err != nil {
				return nil, err
			}
			return pgPool{p, pgSession{p.Pgx(), p.Runner()}}, nil
		},
		config: func(url string) store.Config { return store.ConfigFromURLs(url, "") },
		shape: func(cfg *store.Config, maxConns int, connectTimeout time.Duration) {
			cfg.Postgres.MaxConns, cfg.Postgres.ConnectTimeout = maxConns, connectTimeout
		},
	},
	{
		engine: store.SurrealDB,
		database: func(t *testing.T) string {
			url := enginetest.Surreal(t)
			p, err := surreal.Open(t.Context(), store.ConfigFromURLs("", url))
			require.NoError(t, err)
			defer p.Close()
			_, err = p.Query(t.Context(), `DEFINE TABLE item SCHEMAFULL; DEFINE FIELD amount ON item TYPE int ASSERT $value > 0;`, nil)
			require.NoError(t, err)
			return url
		},
		open: func(ctx context.Context, cfg store.Config) (pool, error) {
			p, err := surreal.Open(ctx, cfg)
			if err != nil {
				return nil, err
			}
			return surrealPool{p, surrealSession{p, p.Runner()}}, nil
		},
		config: func(url string) store.Config { return store.ConfigFromURLs("", url) },
		shape: func(cfg *store.Config, maxConns int, connectTimeout time.Duration) {
			cfg.Surreal.MaxConns, cfg.Surreal.ConnectTimeout = maxConns, connectTimeout
		},
	},
}

// start opens a pool on a database of its own.
func (s subject) start(t *testing.T, change func(*store.Config)) pool {
	t.Helper()
	return s.startAt(t, s.database(t), change)
}

func (s subject) startAt(t *testing.T, url string, change func(*store.Config)) pool {
	t.Helper()
	cfg := s.config(url)
	if change != nil {
		change(&cfg)
	}
	p, err := s.open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}

// behind returns the URL by which a proxy leads to the server of rawURL.
func behind(t *testing.T, rawURL string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(rawURL)
	require.NoError(t, err)
	p := newProxy(t, u.Host)
	u.Host = p.address()
	return p, u.String()
}

type pgPool struct {
	*pg.Pool
	pgSession
}

func (p pgPool) inTx(ctx context.Context, opts store.TxOptions, fn func(context.Context, session) error) error {
	return p.InTx(ctx, opts, func(ctx context.Context, tx *pg.Tx) error {
		return fn(ctx, pgSession{tx.Pgx(), tx.Runner()})
	})
}

type pgSession struct {
	db interface {
		Exec(context.Context, string, ...any) (pgconn.CommandTag, error)
		QueryRow(context.Context, string, ...any) pgx.Row
	}
	runner *store.Runner
}

func (s pgSession) exec(ctx context.Context, q store.Query, sql string, args ...any) error {
	q.Engine, q.Lines = store.Postgres, nil
	return store.Exec(ctx, s.runner, &q, func(ctx context.Context) error {
		_, err := s.db.Exec(ctx, sql, args...)
		return err
	})
}

func (s pgSession) insert(ctx context.Context, key, amount int) error {
	return s.exec(ctx, insertQuery, `INSERT INTO items VALUES ($1, $2)`, key, amount)
}

func (s pgSession) amount(ctx context.Context, key int) (int, error) {
	return store.Call(ctx, s.runner, &amountQuery, func(ctx context.Context) (n int, err error) {
		return n, s.db.QueryRow(ctx, `SELECT amount FROM items WHERE key = $1`, key).Scan(&n)
	})
}

func (s pgSession) set(ctx context.Context, key, amount int) error {
	return s.exec(ctx, setQuery, `UPDATE items SET amount = $2 WHERE key = $1`, key, amount)
}

func (s pgSession) sleep(ctx context.Context, d time.Duration) error {
	return s.exec(ctx, sleepQuery, `SELECT pg_sleep($1)`, d.Seconds())
}

func (s pgSession) sleepAndInsert(ctx context.Context, d time.Duration, key int) error {
	return s.exec(ctx, insertQuery, `INSERT INTO items SELECT $2::int, 1 FROM pg_sleep($1)`, d.Seconds(), key)
}

type surrealPool struct {
	*surreal.Pool
	surrealSession
}

func (p surrealPool) inTx(ctx context.Context, opts store.TxOptions, fn func(context.Context, session) error) error {
	return p.InTx(ctx, opts, func(ctx context.Context, tx *surreal.Tx) error {
		return fn(ctx, surrealSession{tx, tx.Runner()})
	})
}

type surrealSession struct {
	db     surreal.Querier
	runner *store.Runner
}

func ints(values map[string]int) func(*cbor.Encoder) {
	return func(e *cbor.Encoder) {
		e.Map(len(values))
		for name, value := range values {
			e.Key(name)
			e.Int(int64(value))
		}
	}
}

func (s surrealSession) exec(ctx context.Context, q store.Query, text string, vars map[string]int) error {
	q.Engine = store.SurrealDB
	return store.Exec(ctx, s.runner, &q, func(ctx context.Context) error {
		_, err := s.db.Query(ctx, text, ints(vars))
		return err
	})
}

func (s surrealSession) insert(ctx context.Context, key, amount int) error {
	return s.exec(ctx, insertQuery, `CREATE type::record('item', $key) SET amount = $amount`, map[string]int{"key": key, "amount": amount})
}

func (s surrealSession) amount(ctx context.Context, key int) (int, error) {
	return store.Call(ctx, s.runner, &amountQuery, func(ctx context.Context) (int, error) {
		r, err := s.db.Query(ctx, `RETURN type::record('item', $key).amount`, ints(map[string]int{"key": key}))
		if err != nil {
			return 0, err
		}
		d := cbor.NewDecoder(r.Slots[0].Result)
		if d.IsNone() {
			return 0, store.ErrNotFound
		}
		return int(d.Int()), d.Finish()
	})
}

func (s surrealSession) set(ctx context.Context, key, amount int) error {
	return s.exec(ctx, setQuery, `UPDATE type::record('item', $key) SET amount = $amount`, map[string]int{"key": key, "amount": amount})
}

func (s surrealSession) sleep(ctx context.Context, d time.Duration) error {
	return s.exec(ctx, sleepQuery, fmt.Sprintf(`SLEEP %dms`, d.Milliseconds()), nil)
}

func (s surrealSession) sleepAndInsert(ctx context.Context, d time.Duration, key int) error {
	return s.exec(ctx, insertQuery, fmt.Sprintf(`{ SLEEP %dms; CREATE type::record('item', $key) SET amount = 1; }`, d.Milliseconds()),
		map[string]int{"key": key})
}
