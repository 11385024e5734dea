package surql_test

import (
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/require"
)

// benchmarkFiles returns the texts of the corpus, or of this package's own
// syntax files, many times over, where that is absent.
func benchmarkFiles(b *testing.B) (texts []string, size int) {
	cases, err := surql.ReadCorpus()
	for _, c := range cases {
		texts = append(texts, c.Text)
	}
	if err != nil {
		for range 40 {
			for _, text := range syntaxFiles(b) {
				texts = append(texts, text)
			}
		}
	}
	for _, text := range texts {
		size += len(text)
	}
	return texts, size
}

// goFiles returns files of Go's standard library, about size bytes of them.
func goFiles(b *testing.B, size int) (texts []string, total int) {
	root := filepath.Join(build.Default.GOROOT, "src")
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || total >= size {
			return filepath.SkipAll
		}
		if !strings.HasSuffix(path, ".go") || strings.Contains(path, "testdata") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		texts = append(texts, string(text))
		total += len(text)
		return nil
	})
	require.NoError(b, err)
	require.NotZero(b, total)
	return texts, total
}

func parseSurql(texts []string) {
	for _, text := range texts {
		surql.Parse(source.NewFile("bench", text), surql.Options{KeepComments: true})
	}
}

func parseGo(texts []string) {
	for _, text := range texts {
		_, _ = parser.ParseFile(token.NewFileSet(), "bench", text, parser.ParseComments|parser.SkipObjectResolution)
	}
}

// cost returns the time and the bytes allocated of a run of f.
func cost(f func()) (time.Duration, uint64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	f()
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	return took, after.TotalAlloc - before.TotalAlloc
}

func BenchmarkParse(b *testing.B) {
	texts, size := benchmarkFiles(b)
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		parseSurql(texts)
	}
}

// BenchmarkParseBesideGo parses SurrealQL and as much Go with go/parser in turn.
// It reports the speed as a multiple of go/parser's, and the bytes allocated for
// each byte of input as a multiple of its.
func BenchmarkParseBesideGo(b *testing.B) {
	texts, size := benchmarkFiles(b)
	goTexts, goSize := goFiles(b, size)
	var own, other time.Duration
	var ownBytes, otherBytes uint64
	for b.Loop() {
		took, bytes := cost(func() { parseSurql(texts) })
		own, ownBytes = own+took, ownBytes+bytes
		took, bytes = cost(func() { parseGo(goTexts) })
		other, otherBytes = other+took, otherBytes+bytes
	}
	n := float64(b.N)
	b.ReportMetric(n*float64(size)/own.Seconds()/1e6, "MB/s")
	b.ReportMetric(n*float64(goSize)/other.Seconds()/1e6, "go-MB/s")
	b.ReportMetric((float64(size)/own.Seconds())/(float64(goSize)/other.Seconds()), "speed/go")
	b.ReportMetric(float64(ownBytes)/n/float64(size), "B/byte")
	b.ReportMetric(float64(otherBytes)/n/float64(goSize), "go-B/byte")
	b.ReportMetric((float64(ownBytes)/float64(size))/(float64(otherBytes)/float64(goSize)), "alloc/go")
}

// BenchmarkParseLarge shows that the time grows with the input alone: the ns/B
// of 1, 10 and 50 MB are the same.
func BenchmarkParseLarge(b *testing.B) {
	unit := strings.Repeat("SELECT name, age FROM person WHERE age > 18 AND ->knows->person.name CONTAINS 'x' ORDER BY age LIMIT 5; -- c\n", 100)
	for _, megabytes := range []int{1, 10, 50} {
		text := strings.Repeat(unit, megabytes<<20/len(unit))
		b.Run(fmt.Sprintf("%02dMB", megabytes), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				parseSurql([]string{text})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(text)), "ns/B")
		})
	}
}

// BenchmarkFormatLarge shows the same of Format, on a single long line.
func BenchmarkFormatLarge(b *testing.B) {
	for _, megabytes := range []int{1, 4} {
		text := "RETURN [" + strings.Repeat("person:1, ", megabytes<<20/10) + "]"
		b.Run(fmt.Sprintf("%02dMB", megabytes), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				surql.Format(source.NewFile("bench", text), surql.Options{})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(text)), "ns/B")
		})
	}
}
