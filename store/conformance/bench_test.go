//go:build unix

package conformance_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	surrealdb "github.com/surrealdb/surrealdb.go"
	"github.com/surrealdb/surrealdb.go/pkg/models"

	"github.com/devq-ai/tandem/gen/agentdb"
	"github.com/devq-ai/tandem/gen/agentdb/graphdb"
	"github.com/devq-ai/tandem/gen/agentdb/pgdb"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/internal/sidebyside"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/pg"
	"github.com/devq-ai/tandem/store/surreal"
)

// beside compares two ways to do the same, with one caller and with many.
func beside(b *testing.B, ours, theirs func(context.Context) error) {
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			sidebyside.Run(b, callers, 64/callers, ours, theirs)
		})
	}
}

// packages is how many packages the benchmarks' graph has, all of them behind
// firstPackage.
const (
	packages     = 50
	firstPackage = "a"
)

// databases gives the configuration of migrated databases with some data.
func databases(b *testing.B) store.Config {
	b.Helper()
	ctx := b.Context()
	cfg := store.ConfigFromURLs(enginetest.Postgres(b), enginetest.Surreal(b))
	cfg.SkipMigrationCheck = true // Atlas's table of revisions is not written here

	sql, err := pg.Open(ctx, cfg)
	require.NoError(b, err)
	defer sql.Close()
	_, err = sql.Pgx().Exec(ctx, migrations(b, "../../schema/migrations/*.sql"))
	require.NoError(b, err)

	graph, err := surreal.Open(ctx, cfg)
	require.NoError(b, err)
	defer graph.Close()
	_, err = graph.Query(ctx, migrations(b, "../../surql/migrations/*.surql"), nil)
	require.NoError(b, err)
	_, err = graph.Query(ctx, fmt.Sprintf(`FOR $i IN 1..=%d {
		CREATE type::record('package', 'example.org/p' + <string>$i) SET name = 'p', synopsis = 'Package p does what it says.', files = { go: $i, cgo: 0, assembly: 0 };
	}`, packages), nil)
	require.NoError(b, err)
	return cfg
}

func migrations(b *testing.B, pattern string) string {
	b.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(b, err)
	require.NotEmpty(b, files)
	var text strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(b, err)
		text.Write(data)
	}
	return text.String()
}

func openBoth(b *testing.B, cfg store.Config) *agentdb.DB {
	b.Helper()
	db, err := agentdb.Open(b.Context(), cfg)
	require.NoError(b, err)
	b.Cleanup(db.Close)
	return db
}

// BenchmarkPostgresRepositoryBesidePgx compares a repository's method with the
// method of sqlc's that it calls, on the same pool.
func BenchmarkPostgresRepositoryBesidePgx(b *testing.B) {
	db := openBoth(b, databases(b))
	agent, err := db.Agents.EnsureAgent(b.Context(), agentdb.EnsureAgentParams{Tenant: "default", Handle: "ada", DisplayName: "Ada", Model: "m"})
	require.NoError(b, err)
	queries := pgdb.New(db.Postgres().Pgx())
	beside(b, func(ctx context.Context) error {
		_, err := db.Agents.GetAgent(ctx, agent.ID)
		return err
	}, func(ctx context.Context) error {
		_, err := queries.GetAgent(ctx, agent.ID)
		return err
	})
}

// sdkPackage is what the official SDK reads a package as.
type sdkPackage struct {
	ID            models.RecordID `json:"id"`
	Name          string          `json:"name"`
	Kind          string          `json:"kind"`
	Synopsis      *string         `json:"synopsis,omitempty"`
	DirectImports int64           `json:"direct_imports"`
}

// BenchmarkSurrealRepositoryBesideSDK compares a repository's method with the
// official SDK's Query of the same text, over its own connection.
func BenchmarkSurrealRepositoryBesideSDK(b *testing.B) {
	cfg := databases(b)
	db := openBoth(b, cfg)
	sdk := openSDK(b, cfg)
	for _, rows := range []int64{1, packages} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			beside(b, func(ctx context.Context) error {
				return listPackages(ctx, db, rows)
			}, func(ctx context.Context) error {
				results, err := surrealdb.Query[[]sdkPackage](ctx, sdk, `SELECT id, name, kind, synopsis, direct_imports
FROM package
WHERE id > $after
ORDER BY id
LIMIT $limit`, map[string]any{"after": models.NewRecordID("package", firstPackage), "limit": rows})
				if err != nil {
					return err
				}
				return complete(len((*results)[0].Result), rows)
			})
		})
	}
}

func listPackages(ctx context.Context, db *agentdb.DB, rows int64) error {
	list, err := db.Packages.ListPackages(ctx, agentdb.ListPackagesParams{After: graphdb.NewPackageID(firstPackage), Limit: rows})
	if err != nil {
		return err
	}
	return complete(len(list), rows)
}

func complete(got int, want int64) error {
	if int64(got) != want {
		return fmt.Errorf("got %d rows instead of %d", got, want)
	}
	return nil
}

func openSDK(b *testing.B, cfg store.Config) *surrealdb.DB {
	b.Helper()
	db, err := connectSDK(b.Context(), cfg)
	require.NoError(b, err)
	b.Cleanup(func() { _ = db.Close(context.Background()) })
	return db
}

func connectSDK(ctx context.Context, cfg store.Config) (*surrealdb.DB, error) {
	u, err := url.Parse(cfg.Surreal.URL.Reveal())
	if err != nil {
		return nil, err
	}
	db, err := surrealdb.FromEndpointURLString(ctx, "ws://"+u.Host)
	if err != nil {
		return nil, err
	}
	password, _ := u.User.Password()
	if _, err := db.SignIn(ctx, surrealdb.Auth{Username: u.User.Username(), Password: password}); err != nil {
		return nil, err
	}
	namespace, database, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	return db, db.Use(ctx, namespace, database)
}

// BenchmarkOpen measures how long it is until the first connection is ready,
// with its closing, beside what the drivers need for one.
func BenchmarkOpen(b *testing.B) {
	cfg := databases(b)
	for _, opening := range []struct {
		name string
		open func(ctx context.Context) (closeIt func(), err error)
	}{
		{"postgresql", func(ctx context.Context) (func(), error) {
			p, err := pg.Open(ctx, cfg)
			return p.Close, err
		}},
		{"pgx", func(ctx context.Context) (func(), error) {
			conn, err := pgx.Connect(ctx, cfg.Postgres.URL.Reveal())
			return func() { _ = conn.Close(ctx) }, err
		}},
		{"surrealdb", func(ctx context.Context) (func(), error) {
			p, err := surreal.Open(ctx, cfg)
			return p.Close, err
		}},
		{"sdk", func(ctx context.Context) (func(), error) {
			db, err := connectSDK(ctx, cfg)
			return func() { _ = db.Close(ctx) }, err
		}},
		{"both", func(ctx context.Context) (func(), error) {
			db, err := agentdb.Open(ctx, cfg)
			return db.Close, err
		}},
	} {
		b.Run(opening.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				closeIt, err := opening.open(b.Context())
				took = append(took, time.Since(start))
				require.NoError(b, err)
				closeIt()
			}
			reportTimes(b, took)
		})
	}
}

// reportTimes reports the median and the time that 99 of 100 stay below.
func reportTimes(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(1000*took[len(took)/2].Seconds(), "p50-ms")
	b.ReportMetric(1000*took[len(took)*99/100].Seconds(), "p99-ms")
}

// A use is a call on one engine.
type use struct {
	engine store.Engine
	call   func(context.Context) error
}

func usesOf(db *agentdb.DB) []use {
	return []use{
		{store.Postgres, func(ctx context.Context) error {
			_, err := db.Agents.ListAgents(ctx, agentdb.ListAgentsParams{Tenant: "default"})
			return err
		}},
		{store.SurrealDB, func(ctx context.Context) error { return listPackages(ctx, db, 1) }},
	}
}

// load has callers use both pools without a pause until the benchmark ends.
func load(b *testing.B, db *agentdb.DB, callers int) {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	for _, use := range usesOf(db) {
		for range callers {
			wg.Go(func() {
				for ctx.Err() == nil {
					if err := use.call(ctx); err != nil && ctx.Err() == nil {
						b.Errorf("the load: %v", err)
						return
					}
				}
			})
		}
	}
	b.Cleanup(func() { cancel(); wg.Wait() })
}

// BenchmarkHealthUnderLoad asks for the health of both engines while callers
// use pools of the default size, and counts how often both were ready, and how
// often both were up, which is ready and not saturated.
func BenchmarkHealthUnderLoad(b *testing.B) {
	for _, callers := range []int{0, 4, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			db := openBoth(b, databases(b))
			load(b, db, callers)
			ready, up := 0, 0
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				health := db.Health(b.Context())
				took = append(took, time.Since(start))
				if health.Ready() {
					ready++
				}
				if !slices.ContainsFunc(health.Parts, func(p store.PartHealth) bool { return p.Status != store.StatusUp }) {
					up++
				}
			}
			reportTimes(b, took)
			b.ReportMetric(100*float64(ready)/float64(len(took)), "ready-%")
			b.ReportMetric(100*float64(up)/float64(len(took)), "up-%")
		})
	}
}

// BenchmarkPoolOverflow measures which share of calls has to wait for a
// connection, by the size of the pools and the number of callers.
func BenchmarkPoolOverflow(b *testing.B) {
	for _, c := range []struct{ conns, callers int }{{4, 2}, {4, 4}, {4, 64}, {16, 16}, {16, 64}} {
		b.Run(fmt.Sprintf("conns=%d/callers=%d", c.conns, c.callers), func(b *testing.B) {
			cfg := databases(b)
			cfg.Postgres.MaxConns, cfg.Surreal.MaxConns = c.conns, c.conns
			db := openBoth(b, cfg)
			for _, use := range usesOf(db) {
				b.Run(string(use.engine), func(b *testing.B) {
					var m sidebyside.Cost
					m.Add(b, c.callers, 10, use.call) // until all connections are made
					before := db.Stats().Engine(use.engine)
					for b.Loop() {
						m.Add(b, c.callers, 10, use.call)
					}
					after := db.Stats().Engine(use.engine)
					acquires := float64(after.Acquires - before.Acquires)
					b.ReportMetric(0, "ns/op")
					b.ReportMetric(100*float64(after.WaitedAcquires-before.WaitedAcquires)/acquires, "overflow-%")
					b.ReportMetric(1000*(after.WaitTime-before.WaitTime).Seconds()/acquires, "wait-ms/call")
				})
			}
		})
	}
}
