package surql_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	for _, c := range surql.Corpus(t) {
		if c.Accept {
			checkFormat(t, c.Path, c.Text, surql.V3_0)
		}
	}
}

var update = flag.Bool("update", false, "write the formatted files anew")

func TestFormatLaysOutAsAPersonWould(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "format", "*.surql"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		formatted, list := surql.Format(source.NewFile(path, string(text)), surql.Options{})
		require.False(t, list.HasErrors(), "%v", list.Sorted())
		golden := strings.TrimSuffix(path, ".surql") + ".golden"
		if *update {
			require.NoError(t, os.WriteFile(golden, formatted, 0o644))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(formatted), path)
		checkFormat(t, path, string(text), surql.V3_0)
	}
}

func TestFormatLeavesAFileWithErrorsAlone(t *testing.T) {
	formatted, list := surql.Format(source.NewFile("a", "SELECT * FORM a"), surql.Options{})
	assert.Nil(t, formatted)
	assert.True(t, list.HasErrors())
}

func TestFormatOfNothingIsNothing(t *testing.T) {
	for _, text := range []string{"", "\n\n", " ;; ", "\t"} {
		formatted, list := surql.Format(source.NewFile("a", text), surql.Options{})
		assert.False(t, list.HasErrors())
		assert.Empty(t, formatted, "%q", text)
	}
	formatted, _ := surql.Format(source.NewFile("a", "\n-- only a comment"), surql.Options{})
	assert.Equal(t, "-- only a comment\n", string(formatted))
}
