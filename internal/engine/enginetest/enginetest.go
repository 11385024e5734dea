// Package enginetest gives tests real databases: an empty one for each test, on engines that the
// test binary starts once, when a test first asks, and that end with it.
//
// If TANDEM_POSTGRES_URL or TANDEM_SURREAL_URL are set, the databases are on those servers.
package enginetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/devq-ai/tandem/internal/engine"
)

// startTimeout includes an installation.
const startTimeout = 5 * time.Minute

// shared is an engine that the tests of this process share.
type shared struct {
	once    sync.Once
	options engine.Options
	engines *engine.Engines
	err     error
}

var (
	postgres = shared{options: engine.Options{Postgres: true, Memory: true}}
	surreal  = shared{options: engine.Options{Surreal: true, Memory: true}}
)

func (s *shared) start(t testing.TB) *engine.Engines {
	t.Helper()
	s.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
		defer cancel()
		s.engines, s.err = engine.Start(ctx, s.options)
	})
	if s.err != nil {
		t.Fatal(s.err)
	}
	return s.engines
}

// Main runs the tests and stops the engines in order; for a TestMain. Without it they end with the
// process all the same, a moment later.
func Main(m *testing.M) {
	code := m.Run()
	for _, s := range []*shared{&postgres, &surreal} {
		if s.engines == nil {
			continue
		}
		if err := s.engines.Stop(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// Postgres gives the URL of a new, empty database, with a superuser. It is dropped after the test.
func Postgres(t testing.TB) string {
	t.Helper()
	server := postgres.start(t).PostgresURL()
	name := unique()
	execute(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	return withPath(t, server, name)
}

func execute(t testing.TB, server, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("connecting to the tests' PostgreSQL: %v", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// Surreal gives the URL ws://user:password@host:port/namespace/database of a namespace that no
// other test uses, with the root user. Nothing is in it: the first USE creates both.
func Surreal(t testing.TB) string {
	t.Helper()
	return withPath(t, surreal.start(t).SurrealURL(), unique()+"/test")
}

func unique() string {
	return "t_" + strings.ToLower(rand.Text()[:16])
}

func withPath(t testing.TB, server, path string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("the URL of the tests' server does not parse")
	}
	u.Path = "/" + path
	return u.String()
}
