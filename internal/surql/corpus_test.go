package surql_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A corpusCase is one file of SurrealDB's language tests and the engine's
// verdict on it.
type corpusCase struct {
	path         string
	text         string
	accept       bool
	line, column int // of the error, where the engine rejects
	message      string
}

// corpus reads SurrealDB's language tests and their manifest, which are not
// part of the project. It skips the test where they are absent.
func corpus(tb testing.TB) []corpusCase {
	tb.Helper()
	shared := os.Getenv("TANDEM_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	dir := filepath.Join(shared, "corpus", "surrealdb-language-tests")
	manifest, err := os.ReadFile(filepath.Join(dir, "manifest.tsv"))
	if err != nil {
		tb.Skipf("no corpus (set TANDEM_SHARED to the folder that holds it): %v", err)
	}
	var cases []corpusCase
	for _, line := range strings.Split(strings.TrimRight(string(manifest), "\n"), "\n")[1:] {
		fields := strings.Split(line, "\t")
		text, err := os.ReadFile(filepath.Join(dir, "tests", fields[0]))
		require.NoError(tb, err)
		c := corpusCase{path: fields[0], text: string(text), accept: fields[1] == "accept", message: fields[3]}
		if at, col, ok := strings.Cut(fields[2], ":"); ok {
			c.line, err = strconv.Atoi(at)
			require.NoError(tb, err)
			c.column, err = strconv.Atoi(col)
			require.NoError(tb, err)
		}
		cases = append(cases, c)
	}
	return cases
}

// maxPositionMisses is the share of the rejects whose error may stand at
// another place than the engine's.
const maxPositionMisses = 0.05

func TestCorpusGetsTheVerdictOfTheEngine(t *testing.T) {
	var accepts, accepted, rejects, rejected, positions int
	for _, c := range corpus(t) {
		_, list := surql.Parse(source.NewFile(c.path, c.text), surql.Options{KeepComments: true})
		if c.accept {
			accepts++
			if assert.False(t, list.HasErrors(), "%s is rejected: %v", c.path, list.Sorted()) {
				accepted++
			}
			continue
		}
		rejects++
		if !assert.True(t, list.HasErrors(), "%s is accepted, the engine says %s", c.path, c.message) {
			continue
		}
		rejected++
		pos := list.Sorted()[0].Span.Position()
		if pos.Line == c.line && pos.Column == c.column {
			positions++
		} else {
			t.Logf("%s: error at %d:%d, the engine's at %d:%d\n  %v\n  engine: %s",
				c.path, pos.Line, pos.Column, c.line, c.column, list.Sorted()[0].Message, c.message)
		}
	}
	t.Logf("accepts accepted: %d of %d", accepted, accepts)
	t.Logf("rejects rejected: %d of %d", rejected, rejects)
	t.Logf("error position equal: %d of %d", positions, rejects)
	assert.GreaterOrEqual(t, float64(positions), float64(rejects)*(1-maxPositionMisses))
}

func TestCorpusIsTheSameTreeAfterPrinting(t *testing.T) {
	for _, c := range corpus(t) {
		if !c.accept {
			continue
		}
		script, list := surql.Parse(source.NewFile(c.path, c.text), surql.Options{})
		if list.HasErrors() {
			continue // the test of verdicts reports it
		}
		for _, stmt := range script.Stmts {
			printed := surql.Print(stmt)
			again, list := surql.Parse(source.NewFile("printed", printed), surql.Options{})
			if !assert.False(t, list.HasErrors(), "%s: %s\nprints as\n%s\nwhich gets\n%v", c.path, stmt.Span().Text(), printed, list.Sorted()) {
				continue
			}
			if assert.Len(t, again.Stmts, 1, "%s: %s\nprints as\n%s", c.path, stmt.Span().Text(), printed) {
				assert.True(t, surql.Equal(stmt, again.Stmts[0]), "%s: %s\nprints as\n%s\nwhich is\n%s",
					c.path, stmt.Span().Text(), printed, surql.Print(again.Stmts[0]))
			}
		}
	}
}
