package store

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

// A Variable is an environment variable that ConfigFromEnv reads.
type Variable struct {
	Name string
	// Doc says what it sets; durations are written as in "1m30s".
	Doc string

	set func(c *Config, value string) error
}

// variables are all variables, in the order of Config's fields.
var variables = []Variable{
	{"TANDEM_POSTGRES_URL", "PostgreSQL's URL: postgres://user:password@host:port/database",
		secret(func(c *Config) *Secret { return &c.Postgres.URL })},
	{"TANDEM_POSTGRES_MAX_CONNS", "the largest number of PostgreSQL connections",
		number(func(c *Config) *int { return &c.Postgres.MaxConns })},
	{"TANDEM_POSTGRES_MIN_IDLE_CONNS", "how many idle PostgreSQL connections are kept ready",
		number(func(c *Config) *int { return &c.Postgres.MinIdleConns })},
	{"TANDEM_POSTGRES_MAX_CONN_LIFETIME", "the age at which a PostgreSQL connection is replaced",
		duration(func(c *Config) *time.Duration { return &c.Postgres.MaxConnLifetime })},
	{"TANDEM_POSTGRES_MAX_CONN_IDLE_TIME", "how long a PostgreSQL connection may be idle",
		duration(func(c *Config) *time.Duration { return &c.Postgres.MaxConnIdleTime })},
	{"TANDEM_POSTGRES_HEALTH_CHECK_PERIOD", "the time between checks of idle PostgreSQL connections",
		duration(func(c *Config) *time.Duration { return &c.Postgres.HealthCheckPeriod })},
	{"TANDEM_POSTGRES_CONNECT_TIMEOUT", "the limit of one attempt to connect to PostgreSQL",
		duration(func(c *Config) *time.Duration { return &c.Postgres.ConnectTimeout })},
	{"TANDEM_POSTGRES_STATEMENT_TIMEOUT", "PostgreSQL's limit for one statement",
		duration(func(c *Config) *time.Duration { return &c.Postgres.StatementTimeout })},

	{"TANDEM_SURREAL_URL", "SurrealDB's URL: ws://user:password@host:port/namespace/database",
		secret(func(c *Config) *Secret { return &c.Surreal.URL })},
	{"TANDEM_SURREAL_TOKEN", "a token for SurrealDB instead of the URL's user and password",
		secret(func(c *Config) *Secret { return &c.Surreal.Token })},
	{"TANDEM_SURREAL_MAX_CONNS", "the largest number of SurrealDB connections",
		number(func(c *Config) *int { return &c.Surreal.MaxConns })},
	{"TANDEM_SURREAL_MIN_IDLE_CONNS", "how many idle SurrealDB connections are kept ready",
		number(func(c *Config) *int { return &c.Surreal.MinIdleConns })},
	{"TANDEM_SURREAL_MAX_CONN_LIFETIME", "the age at which a SurrealDB connection is replaced",
		duration(func(c *Config) *time.Duration { return &c.Surreal.MaxConnLifetime })},
	{"TANDEM_SURREAL_MAX_CONN_IDLE_TIME", "how long a SurrealDB connection may be idle",
		duration(func(c *Config) *time.Duration { return &c.Surreal.MaxConnIdleTime })},
	{"TANDEM_SURREAL_HEALTH_CHECK_PERIOD", "the time between checks of idle SurrealDB connections",
		duration(func(c *Config) *time.Duration { return &c.Surreal.HealthCheckPeriod })},
	{"TANDEM_SURREAL_CONNECT_TIMEOUT", "the limit of one attempt to connect to SurrealDB",
		duration(func(c *Config) *time.Duration { return &c.Surreal.ConnectTimeout })},
	{"TANDEM_SURREAL_PING_INTERVAL", "the time between pings on a SurrealDB connection",
		duration(func(c *Config) *time.Duration { return &c.Surreal.PingInterval })},
	{"TANDEM_SURREAL_MAX_MESSAGE_SIZE", "the largest SurrealDB response in bytes",
		number(func(c *Config) *int64 { return &c.Surreal.MaxMessageSize })},
	{"TANDEM_SURREAL_LIVE_BUFFER", "how many notifications a subscription holds for a slow reader",
		number(func(c *Config) *int { return &c.Surreal.LiveBuffer })},
	{"TANDEM_SURREAL_INSERT_CHUNK_ROWS", "the most rows of an INSERT in one request to SurrealDB",
		number(func(c *Config) *int { return &c.Surreal.InsertChunkRows })},
	{"TANDEM_SURREAL_INSERT_CHUNK_BYTES", "the size in bytes of a request with several rows of an INSERT",
		number(func(c *Config) *int { return &c.Surreal.InsertChunkBytes })},
	{"TANDEM_SURREAL_OPTIONAL", "true lets Open succeed while SurrealDB is away",
		boolean(func(c *Config) *bool { return &c.Surreal.Optional })},

	{"TANDEM_OPEN_TIMEOUT", "how long Open keeps trying to reach the engines",
		duration(func(c *Config) *time.Duration { return &c.OpenTimeout })},
	{"TANDEM_CALL_ATTEMPTS", "how often a call is tried when repeating it is safe",
		number(func(c *Config) *int { return &c.CallAttempts })},
	{"TANDEM_SKIP_MIGRATION_CHECK", "true lets Open succeed on a database that lacks migrations",
		boolean(func(c *Config) *bool { return &c.SkipMigrationCheck })},
}

// Variables returns the environment variables that ConfigFromEnv reads, in the
// order of Config's fields.
func Variables() []Variable {
	return append([]Variable(nil), variables...)
}

// ConfigFromEnv returns the configuration that the environment's TANDEM_
// variables describe; Variables lists them. A variable that is unset or empty
// leaves its field's default. A value that cannot be read makes Validate, and
// so Open, return an error that names the variable.
func ConfigFromEnv() Config {
	return configFrom(os.Getenv)
}

func configFrom(getenv func(string) string) Config {
	var c Config
	for _, v := range variables {
		value := getenv(v.Name)
		if value == "" {
			continue
		}
		if err := v.set(&c, value); err != nil {
			c.err = errors.Join(c.err, fmt.Errorf("environment variable %s: %w", v.Name, err))
		}
	}
	return c
}

func secret(field func(*Config) *Secret) func(*Config, string) error {
	return func(c *Config, value string) error {
		*field(c) = NewSecret(value)
		return nil
	}
}

func number[T int | int64](field func(*Config) *T) func(*Config, string) error {
	return func(c *Config, value string) error {
		n, err := strconv.ParseInt(value, 10, 0)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", value)
		}
		*field(c) = T(n)
		return nil
	}
}

func duration(field func(*Config) *time.Duration) func(*Config, string) error {
	return func(c *Config, value string) error {
		d, err := time.ParseDuration(value)
		if err != nil {
			return fmt.Errorf("%q is not a duration such as 30s or 5m", value)
		}
		*field(c) = d
		return nil
	}
}

func boolean(field func(*Config) *bool) func(*Config, string) error {
	return func(c *Config, value string) error {
		b, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", value)
		}
		*field(c) = b
		return nil
	}
}
