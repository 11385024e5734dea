package surqlcheck

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/stretchr/testify/require"
)

const benchTables = 500

// benchSchema returns the same tables in SurrealQL and in SQL.
func benchSchema() (surql, sql string) {
	var a, b strings.Builder
	for i := range benchTables {
		fmt.Fprintf(&a, `
			DEFINE TABLE t%[1]d SCHEMAFULL;
			DEFINE FIELD name ON t%[1]d TYPE string;
			DEFINE FIELD n ON t%[1]d TYPE option<int>;
			DEFINE FIELD tags ON t%[1]d TYPE array<string> DEFAULT [];
			DEFINE FIELD addr ON t%[1]d TYPE object;
			DEFINE FIELD addr.city ON t%[1]d TYPE string;
			DEFINE FIELD next ON t%[1]d TYPE option<record<t%[2]d>>;
			DEFINE TABLE e%[1]d TYPE RELATION IN t%[1]d OUT t%[2]d SCHEMAFULL;
		`, i, (i+1)%benchTables)
		fmt.Fprintf(&b, `
			CREATE TABLE t%[1]d (id bigint PRIMARY KEY, name text NOT NULL, n bigint, tags text[] NOT NULL DEFAULT '{}', city text NOT NULL, next bigint);
			CREATE TABLE e%[1]d (id bigint PRIMARY KEY, "in" bigint NOT NULL, "out" bigint NOT NULL);
		`, i)
	}
	return a.String(), b.String()
}

// benchQueries returns queries in SurrealQL and what is nearest to them in SQL.
func benchQueries(count int) (surql, sql string) {
	shapes := [][2]string{
		{
			":many\nSELECT * FROM t%[2]d WHERE name = $name AND n > $min ORDER BY name LIMIT $limit",
			":many\nSELECT * FROM t%[2]d WHERE name = $1 AND n > $2 ORDER BY name LIMIT $3",
		},
		{
			":many\nSELECT name, addr.city AS city, next.name AS next, ->e%[2]d->t%[3]d.name AS friends FROM t%[2]d WHERE n != NONE",
			":many\nSELECT a.name, a.city, b.name AS next, f.name AS friend FROM t%[2]d a LEFT JOIN t%[3]d b ON b.id = a.next LEFT JOIN e%[2]d e ON e.in = a.id LEFT JOIN t%[3]d f ON f.id = e.out WHERE a.n IS NOT NULL",
		},
		{
			":one\nCREATE ONLY t%[2]d CONTENT $data",
			":one\nINSERT INTO t%[2]d (id, name, n, tags, city, next) VALUES ($1, $2, $3, $4, $5, $6) RETURNING *",
		},
		{
			":many\nSELECT name, count() AS total, math::sum(n) AS sum FROM t%[2]d GROUP BY name",
			":many\nSELECT name, count(*) AS total, sum(n) AS sum FROM t%[2]d GROUP BY name",
		},
		{
			":exec\n-- @param id record<t%[2]d>\nUPDATE $id SET n = $n, tags += $tag WHERE name IN $names",
			":exec\nUPDATE t%[2]d SET n = $1, tags = array_append(tags, $2) WHERE id = $3 AND name = ANY($4::text[])",
		},
	}
	var a, b strings.Builder
	for i := range count {
		shape := shapes[i%len(shapes)]
		fmt.Fprintf(&a, "-- name: Q%[1]d "+shape[0]+";\n", i, i%benchTables, (i+1)%benchTables)
		fmt.Fprintf(&b, "-- name: Q%[1]d "+shape[1]+";\n", i, i%benchTables, (i+1)%benchTables)
	}
	return a.String(), b.String()
}

// cpuTime returns how long this process has computed, on all cores.
func cpuTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkCompile compiles queries against a schema of 500 tables, beside sqlc
// with the same in SQL, each on one core, whatever else runs on it. The time of
// a query, without that of the schema (queries=0), must not depend on how many
// there are.
//
// "sqlc compile" also generates what is configured, and throws it away: Go as
// it is mostly used, and JSON, the least that it can be made to generate.
// times-sqlc is how often tandem's queries per second are sqlc's.
func BenchmarkCompile(b *testing.B) {
	schema, sqlSchema := benchSchema()
	report := func(b *testing.B, count int, cpu time.Duration) time.Duration {
		cpu /= time.Duration(b.N)
		b.ReportMetric(float64(cpu.Microseconds())/1000, "cpu-ms/op")
		if count > 0 {
			b.ReportMetric(float64(count)/cpu.Seconds(), "queries/cpu-s")
		}
		return cpu
	}
	const most = 10000 // what sqlc is measured with
	var tandem time.Duration
	for _, count := range []int{0, 1000, most, 40000} {
		queries, _ := benchQueries(count)
		b.Run(fmt.Sprintf("queries=%d/tandem", count), func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // the testing package sets it for each b.Run
			var cpu time.Duration                           // without what happens between the iterations
			for b.Loop() {
				began := cpuTime(b)
				_, _, diags := Compile(
					[]*source.File{source.NewFile("s.surql", schema)},
					[]*source.File{source.NewFile("q.surql", queries)})
				if diags.HasErrors() {
					b.Fatal(diags.Sorted()[0])
				}
				cpu += cpuTime(b) - began
			}
			if cpu = report(b, count, cpu); count == most {
				tandem = cpu
			}
		})
	}
	_, queries := benchQueries(most)
	sqlc := filepath.Join(b.TempDir(), "sqlc")
	out, err := exec.Command("go", "build", "-o", sqlc, "github.com/sqlc-dev/sqlc/cmd/sqlc").CombinedOutput()
	require.NoError(b, err, "%s", out)
	for name, gen := range map[string]string{
		"go":   "go: { package: db, out: gen, sql_package: pgx/v5 }",
		"json": "json: { out: gen, filename: queries.json }",
	} {
		b.Run(fmt.Sprintf("queries=%d/sqlc-%s", most, name), func(b *testing.B) {
			dir := b.TempDir()
			for name, text := range map[string]string{
				"schema.sql": sqlSchema, "queries.sql": queries,
				"sqlc.yaml": "version: \"2\"\nsql:\n  - { engine: postgresql, schema: schema.sql, queries: queries.sql, gen: { " + gen + " } }\n",
			} {
				require.NoError(b, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
			}
			var cpu time.Duration
			for b.Loop() {
				cmd := exec.Command(sqlc, "compile")
				cmd.Dir = dir
				cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
				out, err := cmd.CombinedOutput()
				require.NoError(b, err, "%s", out)
				cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			}
			b.ReportMetric(report(b, most, cpu).Seconds()/tandem.Seconds(), "times-sqlc")
		})
	}
}
