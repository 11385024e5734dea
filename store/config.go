package store

import (
	"errors"
	"fmt"
	"time"
)

// Config configures the pools that Open opens. A zero field means its default.
type Config struct {
	// Postgres configures the PostgreSQL pool. It is ignored by a data layer
	// that has no PostgreSQL queries.
	Postgres PostgresConfig
	// Surreal configures the SurrealDB pool. It is ignored by a data layer that
	// has no SurrealDB queries.
	Surreal SurrealConfig

	// Observer sees every call of every query. Default: none.
	Observer Observer

	// OpenTimeout is how long Open keeps trying to reach the engines, within
	// the deadline of its context. Default: 30 s.
	OpenTimeout time.Duration
	// CallAttempts is how often a call outside a transaction is tried in all
	// when repeating it is safe. Default: 3. 1 means never to repeat.
	CallAttempts int
	// SkipMigrationCheck lets Open succeed on a database that lacks the
	// migration that the code was generated for. Default: false.
	SkipMigrationCheck bool

	// err is why ConfigFromEnv could not read the environment.
	err error
}

// PostgresConfig configures the PostgreSQL pool.
type PostgresConfig struct {
	// URL is postgres://user:password@host:port/database?option=value, or
	// anything else that libpq accepts as a connection string. Required.
	URL Secret
	// MaxConns is the largest number of connections. Default: the URL's
	// pool_max_conns, else the greater of 4 and the number of CPUs.
	MaxConns int
	// MinIdleConns is how many idle connections are kept ready. Default: 0.
	MinIdleConns int
	// MaxConnLifetime is the age at which a connection is replaced, give or
	// take a tenth. Default: 1 h.
	MaxConnLifetime time.Duration
	// MaxConnIdleTime is how long a connection may be idle before it is closed.
	// Default: 30 min.
	MaxConnIdleTime time.Duration
	// HealthCheckPeriod is the time between two checks of the idle connections.
	// Default: 30 s.
	HealthCheckPeriod time.Duration
	// ConnectTimeout limits one attempt to connect. Default: the URL's
	// connect_timeout, else 5 s.
	ConnectTimeout time.Duration
	// StatementTimeout is the server's limit for one statement. Default: none
	// but the server's own.
	StatementTimeout time.Duration
}

// SurrealConfig configures the SurrealDB pool.
type SurrealConfig struct {
	// URL is ws://user:password@host:port/namespace/database, or wss:// for
	// TLS. Its option auth says what kind of user that is: root (the default),
	// namespace or database. Required.
	URL Secret
	// Token is a JSON web token to authenticate with instead of the URL's user
	// and password. Default: none.
	Token Secret
	// MaxConns is the largest number of connections, subscriptions of live
	// queries not counted. Default: the greater of 4 and the number of CPUs.
	MaxConns int
	// MinIdleConns is how many idle connections are kept ready. Default: 0.
	MinIdleConns int
	// MaxConnLifetime is the age at which a connection is replaced, give or
	// take a tenth. Default: 1 h.
	MaxConnLifetime time.Duration
	// MaxConnIdleTime is how long a connection may be idle before it is closed.
	// Default: 30 min.
	MaxConnIdleTime time.Duration
	// HealthCheckPeriod is the time between two checks of the idle connections.
	// Default: 30 s.
	HealthCheckPeriod time.Duration
	// ConnectTimeout limits one attempt to connect and sign in. Default: 5 s.
	ConnectTimeout time.Duration
	// PingInterval is the time between two pings on every connection, busy or
	// idle. A connection on which nothing arrived for two and a half intervals
	// is given up. Default: 15 s.
	PingInterval time.Duration
	// MaxMessageSize is the largest response in bytes that is accepted.
	// Default: 64 MiB.
	MaxMessageSize int64
	// LiveBuffer is how many notifications a subscription holds for a reader
	// that is slower than they come, before it ends with an error.
	// Default: 1024.
	LiveBuffer int
	// InsertChunkRows is the most rows of an INSERT that are sent in one
	// request. Default: 1000.
	InsertChunkRows int
	// InsertChunkBytes is the size that a request with more than one row of an
	// INSERT does not exceed. It must be less than the server accepts in a
	// message. Default: 4 MiB.
	InsertChunkBytes int
	// Optional lets Open succeed while SurrealDB is away. Its queries then fail
	// at once with ErrUnavailable until the pool has reached it, which it keeps
	// trying in the background. Default: false.
	Optional bool
}

// ConfigFromURLs returns a configuration with defaults for everything but the
// engines' URLs. Either may be empty if the data layer lacks that engine.
func ConfigFromURLs(postgres, surreal string) Config {
	return Config{
		Postgres: PostgresConfig{URL: NewSecret(postgres)},
		Surreal:  SurrealConfig{URL: NewSecret(surreal)},
	}
}

// Validate reports what is wrong with the configuration, apart from the URLs,
// which the pools parse.
func (c Config) Validate() error {
	errs := []error{c.err}
	atLeastZero := func(name string, value int64) {
		if value < 0 {
			errs = append(errs, fmt.Errorf("%s is negative", name))
		}
	}
	atLeastZero("OpenTimeout", int64(c.OpenTimeout))
	atLeastZero("CallAttempts", int64(c.CallAttempts))
	pg, sr := c.Postgres, c.Surreal
	atLeastZero("Postgres.MaxConns", int64(pg.MaxConns))
	atLeastZero("Postgres.MinIdleConns", int64(pg.MinIdleConns))
	atLeastZero("Postgres.MaxConnLifetime", int64(pg.MaxConnLifetime))
	atLeastZero("Postgres.MaxConnIdleTime", int64(pg.MaxConnIdleTime))
	atLeastZero("Postgres.HealthCheckPeriod", int64(pg.HealthCheckPeriod))
	atLeastZero("Postgres.ConnectTimeout", int64(pg.ConnectTimeout))
	atLeastZero("Postgres.StatementTimeout", int64(pg.StatementTimeout))
	atLeastZero("Surreal.MaxConns", int64(sr.MaxConns))
	atLeastZero("Surreal.MinIdleConns", int64(sr.MinIdleConns))
	atLeastZero("Surreal.MaxConnLifetime", int64(sr.MaxConnLifetime))
	atLeastZero("Surreal.MaxConnIdleTime", int64(sr.MaxConnIdleTime))
	atLeastZero("Surreal.HealthCheckPeriod", int64(sr.HealthCheckPeriod))
	atLeastZero("Surreal.ConnectTimeout", int64(sr.ConnectTimeout))
	atLeastZero("Surreal.PingInterval", int64(sr.PingInterval))
	atLeastZero("Surreal.MaxMessageSize", sr.MaxMessageSize)
	atLeastZero("Surreal.LiveBuffer", int64(sr.LiveBuffer))
	atLeastZero("Surreal.InsertChunkRows", int64(sr.InsertChunkRows))
	atLeastZero("Surreal.InsertChunkBytes", int64(sr.InsertChunkBytes))
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("store configuration: %w", err)
	}
	return nil
}

// OrDefault returns value, or fallback if value is zero.
func OrDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}
