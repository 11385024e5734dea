// Package pg is the PostgreSQL half of the runtime: a pgx pool that generated
// code runs its queries on, with the life cycle, the errors and the health of
// package store.
package pg

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/devq-ai/tandem/store"
)

const (
	defaultHealthCheckPeriod = 30 * time.Second
	defaultConnectTimeout    = 5 * time.Second

	// pingTimeout limits the check of a connection that was idle for a while,
	// so that a half-open one is replaced instead of waited for.
	pingTimeout = 5 * time.Second
	// healthTimeout limits a health check whose context has no earlier deadline.
	healthTimeout = 2 * time.Second
	// healthPatience is how long a health check waits for a connection of the
	// pool.
	healthPatience = healthTimeout / 4
)

// A Pool is a pool of PostgreSQL connections. It is safe for concurrent use.
type Pool struct {
	pgx    *pgxpool.Pool
	runner *store.Runner
}

// Open connects to cfg.Postgres.URL. It tries again, with growing pauses, while
// the server cannot be reached, until cfg.OpenTimeout or ctx's deadline; wrong
// credentials and a database that does not exist are reported at once.
func Open(ctx context.Context, cfg store.Config) (*Pool, error) {
	runner := store.NewRunner(store.RunnerConfig{
		Engine:   store.Postgres,
		Observer: cfg.Observer,
		Classify: classify,
		Attempts: store.OrDefault(cfg.CallAttempts, store.DefaultCallAttempts),
	})
	if err := cfg.Validate(); err != nil {
		return nil, runner.OpError(ctx, "open", err)
	}
	poolConfig, err := parse(cfg.Postgres)
	if err != nil {
		return nil, runner.OpError(ctx, "open", err)
	}
	ctx, cancel := context.WithTimeout(ctx, store.OrDefault(cfg.OpenTimeout, store.DefaultOpenTimeout))
	defer cancel()

	pool, err := pgxpool.NewWithConfig(ctx, poolConfig)
	if err != nil {
		return nil, runner.OpError(ctx, "open", err)
	}
	if err := runner.Reach(ctx, "open", pool.Ping); err != nil {
		pool.Close()
		return nil, err
	}
	return &Pool{pgx: pool, runner: runner}, nil
}

var errURL = errors.New("the connection string cannot be parsed: it must look like postgres://user:password@host:port/database, " +
	"with special characters in user and password percent-encoded")

// parse makes a pool's configuration of ours. Its errors do not wrap the
// driver's, which hold the connection string.
func parse(cfg store.PostgresConfig) (*pgxpool.Config, error) {
	if cfg.URL.IsZero() {
		return nil, errors.New("no connection string: set Postgres.URL or TANDEM_POSTGRES_URL")
	}
	url := cfg.URL.Reveal()
	scheme, _, isURL := strings.Cut(url, "://")
	if isURL && !strings.ContainsAny(scheme, " =") && scheme != "postgres" && scheme != "postgresql" {
		return nil, errURL // pgx would take it for keywords and values, and connect elsewhere
	}
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errURL
	}
	if cfg.MaxConns > 0 {
		c.MaxConns = int32(min(cfg.MaxConns, 1<<20))
	}
	if cfg.MinIdleConns > int(c.MaxConns) {
		return nil, fmt.Errorf("Postgres.MinIdleConns is %d, which is more than the largest number of connections, %d", cfg.MinIdleConns, c.MaxConns)
	}
	if cfg.MinIdleConns > 0 {
		c.MinIdleConns = int32(cfg.MinIdleConns)
	}
	if cfg.MaxConnLifetime > 0 {
		c.MaxConnLifetime = cfg.MaxConnLifetime
	}
	if c.MaxConnLifetimeJitter == 0 {
		c.MaxConnLifetimeJitter = c.MaxConnLifetime / 10
	}
	if cfg.MaxConnIdleTime > 0 {
		c.MaxConnIdleTime = cfg.MaxConnIdleTime
	}
	c.HealthCheckPeriod = store.OrDefault(cfg.HealthCheckPeriod, defaultHealthCheckPeriod)
	c.PingTimeout = pingTimeout
	switch {
	case cfg.ConnectTimeout > 0:
		c.ConnConfig.ConnectTimeout = cfg.ConnectTimeout
	case c.ConnConfig.ConnectTimeout == 0:
		c.ConnConfig.ConnectTimeout = defaultConnectTimeout
	}
	c.AfterConnect = registerTypes
	if cfg.StatementTimeout > 0 {
		c.ConnConfig.RuntimeParams["statement_timeout"] = strconv.FormatInt(max(1, cfg.StatementTimeout.Milliseconds()), 10)
	}
	return c, nil
}

// Pgx returns the pgx pool, which is what the code that sqlc generates runs on.
// Closing it is left to Close.
func (p *Pool) Pgx() *pgxpool.Pool { return p.pgx }

// Runner returns what generated code calls its queries through.
func (p *Pool) Runner() *store.Runner { return p.runner }

// Close waits until all connections are back and closes them. Calls that come
// later fail with store.ErrUnavailable. Closing twice does nothing more.
func (p *Pool) Close() { p.pgx.Close() }

// Health asks the server for a sign of life, within two seconds or ctx's
// earlier deadline. If no connection of the pool becomes free in the first
// half second, a new connection tells whether the pool is saturated or the
// server down.
func (p *Pool) Health(ctx context.Context) store.PartHealth {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	health := store.PartHealth{Engine: store.Postgres, Required: true, Status: store.StatusUp}
	start := time.Now()
	acquiring, cancelAcquiring := context.WithTimeout(ctx, healthPatience)
	defer cancelAcquiring()
	conn, err := p.pgx.Acquire(acquiring)
	switch {
	case err == nil:
		err = conn.Ping(ctx)
		conn.Release()
	case acquiring.Err() != nil && ctx.Err() == nil:
		if conn, dialErr := pgx.ConnectConfig(ctx, p.pgx.Config().ConnConfig); dialErr == nil {
			_ = conn.Close(ctx)
			health.Status = store.StatusSaturated
			err = fmt.Errorf("none of the %d connections became free: %w", p.pgx.Stat().MaxConns(), err)
		}
	}
	if err == nil {
		health.Latency = time.Since(start)
		return health
	}
	if health.Status != store.StatusSaturated {
		health.Status = store.StatusDown
	}
	health.Err = p.runner.OpError(ctx, "ping", err)
	return health
}

// Stats returns the pool's figures.
func (p *Pool) Stats() store.PoolStats {
	s := p.pgx.Stat()
	return store.PoolStats{
		Engine:            store.Postgres,
		MaxConns:          int(s.MaxConns()),
		TotalConns:        int(s.TotalConns()),
		AcquiredConns:     int(s.AcquiredConns()),
		IdleConns:         int(s.IdleConns()),
		ConstructingConns: int(s.ConstructingConns()),
		Acquires:          s.AcquireCount(),
		AcquireTime:       s.AcquireDuration(),
		WaitedAcquires:    s.EmptyAcquireCount(),
		WaitTime:          s.EmptyAcquireWaitTime(),
		CanceledAcquires:  s.CanceledAcquireCount(),
		NewConns:          s.NewConnsCount(),
		LifetimeCloses:    s.MaxLifetimeDestroyCount(),
		IdleCloses:        s.MaxIdleDestroyCount(),
	}
}

// CheckMigrations returns an error that is store.ErrSchema if the database
// lacks the migration with the given version, or if it was not applied wholly.
// It reads the table in which Atlas keeps the revisions, which lies where the
// search path finds it, in schema public, or in a schema of its own.
func (p *Pool) CheckMigrations(ctx context.Context, version string) error {
	if version == "" {
		return nil
	}
	revisions, err := p.revisions(ctx)
	if err == nil {
		err = store.VerifyRevision(version, revisions)
	}
	return p.runner.OpError(ctx, "check migrations", err)
}

func (p *Pool) revisions(ctx context.Context) ([]store.Revision, error) {
	var table *string
	err := p.pgx.QueryRow(ctx, `SELECT coalesce(to_regclass($1), to_regclass('public.' || $1), to_regclass($1 || '.' || $1))::text`,
		store.RevisionsTable).Scan(&table)
	if err != nil || table == nil {
		return nil, err
	}
	// The name comes quoted from regclass.
	rows, err := p.pgx.Query(ctx, `SELECT version, applied, total, coalesce(error, '') AS error, type & 1 = 1 AS baseline FROM `+*table)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[store.Revision])
}
