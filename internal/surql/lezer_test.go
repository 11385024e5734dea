package surql_test

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A lezerParser is a node process that parses with SurrealDB's own grammar for
// editors, @surrealdb/lezer.
type lezerParser struct {
	requests io.Writer
	answers  *bufio.Reader
}

// newLezerParser installs the grammar from npm, at the versions and with the
// hashes of the lock file, and starts it on the texts. It skips the benchmark
// where npm or its registry is out of reach.
func newLezerParser(b *testing.B, texts []string) *lezerParser {
	npm, err := exec.LookPath("npm")
	if err != nil {
		b.Skipf("no npm to install @surrealdb/lezer with: %v", err)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		b.Skipf("no node to run @surrealdb/lezer with: %v", err)
	}
	dir := b.TempDir()
	require.NoError(b, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "lezer"))))
	install := exec.CommandContext(b.Context(), npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		b.Skipf("@surrealdb/lezer cannot be installed: %v\n%s", err, out)
	}
	content, err := json.Marshal(texts)
	require.NoError(b, err)
	require.NoError(b, os.WriteFile(filepath.Join(dir, "texts.json"), content, 0o600))

	process := exec.CommandContext(b.Context(), node, "parse.mjs", "texts.json")
	process.Dir = dir
	process.Stderr = os.Stderr
	requests, err := process.StdinPipe()
	require.NoError(b, err)
	answers, err := process.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, process.Start())
	b.Cleanup(func() {
		_ = requests.Close()
		_ = process.Wait()
	})
	return &lezerParser{requests, bufio.NewReader(answers)}
}

// parse parses all texts once and returns how long it took.
func (p *lezerParser) parse(b *testing.B) time.Duration {
	_, err := io.WriteString(p.requests, "\n")
	require.NoError(b, err)
	answer, err := p.answers.ReadString('\n')
	require.NoError(b, err)
	nanoseconds, err := strconv.ParseInt(strings.TrimSpace(answer), 10, 64)
	require.NoError(b, err)
	return time.Duration(nanoseconds)
}

// BenchmarkParseBesideLezer parses the same texts with this package and with
// @surrealdb/lezer in turn, and reports the speed as a multiple of lezer's. Where
// lezer meets an error it makes a node of it and goes on; it makes no values of
// literals and checks nothing that is not in its grammar.
func BenchmarkParseBesideLezer(b *testing.B) {
	texts, size := benchmarkFiles(b)
	lezer := newLezerParser(b, texts)
	const warmUp = 10 // rounds in which node compiles what is run often
	for range warmUp {
		lezer.parse(b)
	}
	var own, other time.Duration
	for b.Loop() {
		start := time.Now()
		parseSurql(texts)
		own += time.Since(start)
		other += lezer.parse(b)
	}
	n := float64(b.N)
	b.ReportMetric(n*float64(size)/own.Seconds()/1e6, "MB/s")
	b.ReportMetric(n*float64(size)/other.Seconds()/1e6, "lezer-MB/s")
	b.ReportMetric(other.Seconds()/own.Seconds(), "speed/lezer")
}
