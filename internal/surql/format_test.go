package surql_test

import (
	"testing"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/assert"
)

// checkFormat formats a text and checks what formatting must not change: the
// trees, the comments, and the formatted text itself.
func checkFormat(t *testing.T, path, text string, engine surql.Version) {
	t.Helper()
	opts := surql.Options{Engine: engine, KeepComments: true}
	before, list := surql.Parse(source.NewFile(path, text), opts)
	if list.HasErrors() {
		return
	}
	formatted, list := surql.Format(source.NewFile(path, text), opts)
	if !assert.False(t, list.HasErrors(), "%s: %v", path, list.Sorted()) {
		return
	}
	after, list := surql.Parse(source.NewFile(path, string(formatted)), opts)
	if !assert.False(t, list.HasErrors(), "%s formats as\n%s\nwhich gets %v", path, formatted, list.Sorted()) {
		return
	}
	if assert.Len(t, after.Stmts, len(before.Stmts), "%s formats as\n%s", path, formatted) {
		for i := range before.Stmts {
			assert.True(t, surql.Equal(before.Stmts[i], after.Stmts[i]), "%s: %s\nformats as another tree:\n%s",
				path, before.Stmts[i].Span().Text(), after.Stmts[i].Span().Text())
		}
	}
	if assert.Len(t, after.Comments, len(before.Comments), "%s formats as\n%s", path, formatted) {
		for i := range before.Comments {
			assert.Equal(t, before.Comments[i].Text(), after.Comments[i].Text(), path)
		}
	}
	again, _ := surql.Format(source.NewFile(path, string(formatted)), opts)
	assert.Equal(t, string(formatted), string(again), "%s: formatting again changes it", path)
}

func TestFormatChangesLayoutOnly(t *testing.T) {
	for path, text := range syntaxFiles(t) {
		checkFormat(t, path, text, engineOf(path))
	}
}

func TestFormatChangesLayoutOnlyOnTheCorpus(t *testing.T) {
	for _, c := range corpus(t) {
		if c.accept {
			checkFormat(t, c.path, c.text, surql.V3_0)
		}
	}
}
