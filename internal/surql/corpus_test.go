package surql_test

import (
	"testing"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/assert"
)

// maxPositionMisses is the share of the rejects whose error may stand at
// another place than the engine's.
const maxPositionMisses = 0.05

func TestCorpusGetsTheVerdictOfTheEngine(t *testing.T) {
	var accepts, accepted, rejects, rejected, positions int
	for _, c := range surql.Corpus(t) {
		_, list := surql.Parse(source.NewFile(c.Path, c.Text), surql.Options{KeepComments: true})
		if c.Accept {
			accepts++
			if assert.False(t, list.HasErrors(), "%s is rejected: %v", c.Path, list.Sorted()) {
				accepted++
			}
			continue
		}
		rejects++
		if !assert.True(t, list.HasErrors(), "%s is accepted, the engine says %s", c.Path, c.Message) {
			continue
		}
		rejected++
		pos := list.Sorted()[0].Span.Position()
		if pos.Line == c.Line && pos.Column == c.Column {
			positions++
		} else {
			t.Logf("%s: error at %d:%d, the engine's at %d:%d\n  %v\n  engine: %s",
				c.Path, pos.Line, pos.Column, c.Line, c.Column, list.Sorted()[0].Message, c.Message)
		}
	}
	t.Logf("accepts accepted: %d of %d", accepted, accepts)
	t.Logf("rejects rejected: %d of %d", rejected, rejects)
	t.Logf("error position equal: %d of %d", positions, rejects)
	assert.GreaterOrEqual(t, float64(positions), float64(rejects)*(1-maxPositionMisses))
}

func TestCorpusIsTheSameTreeAfterPrinting(t *testing.T) {
	for _, c := range surql.Corpus(t) {
		if !c.Accept {
			continue
		}
		script, list := surql.Parse(source.NewFile(c.Path, c.Text), surql.Options{})
		if list.HasErrors() {
			continue // the test of verdicts reports it
		}
		for _, stmt := range script.Stmts {
			printed := surql.Print(stmt)
			again, list := surql.Parse(source.NewFile("printed", printed), surql.Options{})
			if !assert.False(t, list.HasErrors(), "%s: %s\nprints as\n%s\nwhich gets\n%v", c.Path, stmt.Span().Text(), printed, list.Sorted()) {
				continue
			}
			if assert.Len(t, again.Stmts, 1, "%s: %s\nprints as\n%s", c.Path, stmt.Span().Text(), printed) {
				assert.True(t, surql.Equal(stmt, again.Stmts[0]), "%s: %s\nprints as\n%s\nwhich is\n%s",
					c.Path, stmt.Span().Text(), printed, surql.Print(again.Stmts[0]))
			}
		}
	}
}
