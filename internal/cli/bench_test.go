package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/devq-ai/tandem/internal/cli"
	"github.com/stretchr/testify/require"
)

// repetitiveProjects writes two projects with the same tables and queries: one
// in SurrealQL for tandem, one in SQL for sqlc. The queries are in 20 files.
func repetitiveProjects(b testing.TB, tables, queries int) (surrealDir, sqlDir string) {
	b.Helper()
	dir := b.TempDir()
	surrealDir, sqlDir = filepath.Join(dir, "surreal"), filepath.Join(dir, "sql")
	write := func(path, text string) {
		require.NoError(b, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(b, os.WriteFile(path, []byte(text), 0o644))
	}
	module := "module example.com/bench\n\ngo 1.26\n"
	write(filepath.Join(surrealDir, "go.mod"), module)
	write(filepath.Join(surrealDir, "sqlc.yaml"), `version: "2"
options: { tandem: { package: db, out: gen, surreal: { schema: schema, queries: queries, package: graphdb, out: gen/graphdb } } }
`)
	write(filepath.Join(sqlDir, "go.mod"), module)
	write(filepath.Join(sqlDir, "sqlc.yaml"), `version: "2"
sql:
  - engine: postgresql
    schema: schema
    queries: queries
    gen: { go: { package: pgdb, out: gen, sql_package: pgx/v5 } }
`)
	var surql, sql strings.Builder
	for i := range tables {
		fmt.Fprintf(&surql, `DEFINE TABLE t%d SCHEMAFULL;
DEFINE FIELD name ON t%[1]d TYPE string;
DEFINE FIELD email ON t%[1]d TYPE option<string>;
DEFINE FIELD age ON t%[1]d TYPE int;
DEFINE FIELD score ON t%[1]d TYPE float;
DEFINE FIELD active ON t%[1]d TYPE bool;
DEFINE FIELD tags ON t%[1]d TYPE array<string>;
DEFINE FIELD owner ON t%[1]d TYPE record<t%d>;
DEFINE FIELD created_at ON t%[1]d TYPE datetime;
`, i, (i+1)%tables)
		fmt.Fprintf(&sql, `CREATE TABLE t%d (id bigint PRIMARY KEY, name text NOT NULL, email text, age bigint NOT NULL,
  score double precision NOT NULL, active boolean NOT NULL, tags text[] NOT NULL, owner bigint NOT NULL, created_at timestamptz NOT NULL);
`, i)
	}
	write(filepath.Join(surrealDir, "schema", "schema.surql"), surql.String())
	write(filepath.Join(sqlDir, "schema", "schema.sql"), sql.String())
	for file := range 20 {
		surql.Reset()
		sql.Reset()
		for i := range queries / 20 {
			n := file*queries/20 + i
			t := n % tables
			switch n % 5 {
			case 0:
				fmt.Fprintf(&surql, "-- name: Get%d :one\n-- @param id record<t%d>\nSELECT * FROM ONLY $id;\n\n", n, t)
				fmt.Fprintf(&sql, "-- name: Get%d :one\nSELECT * FROM t%d WHERE id = $1;\n\n", n, t)
			case 1:
				fmt.Fprintf(&surql, "-- name: List%d :many\nSELECT id, name, email, age FROM t%d WHERE age > $age AND name = $name ORDER BY name LIMIT $limit;\n\n", n, t)
				fmt.Fprintf(&sql, "-- name: List%d :many\nSELECT id, name, email, age FROM t%d WHERE age > $1 AND name = $2 ORDER BY name LIMIT $3;\n\n", n, t)
			case 2:
				fmt.Fprintf(&surql, "-- name: Create%d :one\nCREATE ONLY t%d SET name = $name, email = $email, age = $age, score = $score, active = $active, tags = $tags, owner = $owner, created_at = $created_at;\n\n", n, t)
				fmt.Fprintf(&sql, "-- name: Create%d :one\nINSERT INTO t%d (id, name, email, age, score, active, tags, owner, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *;\n\n", n, t)
			case 3:
				fmt.Fprintf(&surql, "-- name: Count%d :many\nSELECT active, count() AS total, math::max(age) AS oldest FROM t%d GROUP BY active;\n\n", n, t)
				fmt.Fprintf(&sql, "-- name: Count%d :many\nSELECT active, count(*) AS total, max(age)::bigint AS oldest FROM t%d GROUP BY active;\n\n", n, t)
			default:
				fmt.Fprintf(&surql, "-- name: Owners%d :many\nSELECT name, owner.name AS owner_name, score FROM t%d WHERE active = true;\n\n", n, t)
				fmt.Fprintf(&sql, "-- name: Owners%d :many\nSELECT a.name, b.name AS owner_name, a.score FROM t%d a JOIN t%d b ON b.id = a.owner WHERE a.active = true;\n\n", n, t, (t+1)%tables)
			}
		}
		write(filepath.Join(surrealDir, "queries", fmt.Sprintf("q%d.surql", file)), surql.String())
		write(filepath.Join(sqlDir, "queries", fmt.Sprintf("q%d.sql", file)), sql.String())
	}
	return surrealDir, sqlDir
}

// buildAndVet has the Go tools accept what was generated in a project, which
// finds this module beside it.
func buildAndVet(t testing.TB, dir string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	work := filepath.Join(t.TempDir(), "go.work")
	for _, args := range [][]string{{"work", "init", dir, root}, {"build", "./..."}, {"vet", "./..."}} {
		cmd := exec.Command("go", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK="+work)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "go %s\n%s", strings.Join(args, " "), out)
	}
}

// What BenchmarkGenerate measures must be code that compiles.
func TestWhatIsGeneratedForManyTablesBuildsAndVets(t *testing.T) {
	dir, _ := repetitiveProjects(t, 15, 100)
	code := cli.Main([]string{"generate", "--config", filepath.Join(dir, "sqlc.yaml")}, strings.NewReader(""), t.Output(), t.Output())
	require.Zero(t, code)
	require.Len(t, goFiles(t, filepath.Join(dir, "gen")), 44)
	buildAndVet(t, dir)
}

// BenchmarkGenerate is the whole program over 2,000 queries and 300 tables:
// from nothing, again with nothing changed, and sqlc on the same in SQL. The
// three take turns, so that what else the machine does falls on all of them.
// sqlc, which is in tandem's binary, has the collector's default settings, as in
// its own.
func BenchmarkGenerate(b *testing.B) {
	tandem := filepath.Join(b.TempDir(), "tandem")
	out, err := exec.Command("go", "build", "-o", tandem, "../../cmd/tandem").CombinedOutput()
	require.NoError(b, err, "%s", out)
	cache := b.TempDir()
	type cost struct{ elapsed, cpu time.Duration }
	run := func(sum *cost, gogc, dir string, args ...string) {
		b.Helper()
		cmd := exec.Command(tandem, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "XDG_CACHE_HOME="+cache, "GOGC="+gogc)
		began := time.Now()
		out, err := cmd.CombinedOutput()
		require.NoError(b, err, "%s", out)
		sum.elapsed += time.Since(began)
		sum.cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	surrealDir, sqlDir := repetitiveProjects(b, 300, 2000)
	var first, again, sqlc cost
	for b.Loop() {
		require.NoError(b, os.RemoveAll(filepath.Join(surrealDir, "gen")))
		require.NoError(b, os.RemoveAll(filepath.Join(sqlDir, "gen")))
		run(&first, "", surrealDir, "generate")
		run(&again, "", surrealDir, "generate")
		run(&sqlc, "100", sqlDir, "sqlc", "generate")
	}
	for name, c := range map[string]cost{"first": first, "again": again, "sqlc": sqlc} {
		b.ReportMetric(c.elapsed.Seconds()*1000/float64(b.N), name+"-ms")
		b.ReportMetric(c.cpu.Seconds()*1000/float64(b.N), name+"-cpu-ms")
	}
	b.ReportMetric(first.elapsed.Seconds()/sqlc.elapsed.Seconds(), "first/sqlc")
	b.ReportMetric(first.elapsed.Seconds()/again.elapsed.Seconds(), "first/again")
	buildAndVet(b, surrealDir)
}
