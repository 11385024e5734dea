package surqlcheck

import (
	"fmt"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/source"
)

// BenchmarkCompile compiles queries against a schema of 500 tables. The time of
// one query must not depend on how many there are.
func BenchmarkCompile(b *testing.B) {
	var schema strings.Builder
	for i := range 500 {
		fmt.Fprintf(&schema, `
			DEFINE TABLE t%[1]d SCHEMAFULL;
			DEFINE FIELD name ON t%[1]d TYPE string;
			DEFINE FIELD n ON t%[1]d TYPE option<int>;
			DEFINE FIELD tags ON t%[1]d TYPE array<string> DEFAULT [];
			DEFINE FIELD addr ON t%[1]d TYPE object;
			DEFINE FIELD addr.city ON t%[1]d TYPE string;
			DEFINE FIELD next ON t%[1]d TYPE option<record<t%[2]d>>;
			DEFINE TABLE e%[1]d TYPE RELATION IN t%[1]d OUT t%[2]d SCHEMAFULL;
		`, i, (i+1)%500)
	}
	shapes := []string{
		":many\nSELECT * FROM t%[2]d WHERE name = $name AND n > $min ORDER BY name LIMIT $limit",
		":many\nSELECT name, addr.city AS city, next.name AS next, ->e%[2]d->t%[3]d.name AS friends FROM t%[2]d WHERE n != NONE",
		":one\nCREATE ONLY t%[2]d CONTENT $data",
		":many\nSELECT name, count() AS total, math::sum(n) AS sum FROM t%[2]d GROUP BY name",
		":exec\nUPDATE t%[2]d SET n = $n, tags += $tag WHERE name IN $names",
	}
	for _, count := range []int{1000, 10000} {
		var queries strings.Builder
		for i := range count {
			fmt.Fprintf(&queries, "-- name: Q%[1]d "+shapes[i%len(shapes)]+";\n", i, i%500, (i+1)%500)
		}
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			for b.Loop() {
				_, _, diags := Compile(
					[]*source.File{source.NewFile("s.surql", schema.String())},
					[]*source.File{source.NewFile("q.surql", queries.String())})
				if diags.HasErrors() {
					b.Fatal(diags.Sorted()[0])
				}
			}
			b.ReportMetric(float64(count*b.N)/b.Elapsed().Seconds(), "queries/s")
		})
	}
}
