package surql_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// syntaxFiles returns the files of valid SurrealQL, by path.
func syntaxFiles(tb testing.TB) map[string]string {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "syntax", "*.surql"))
	require.NoError(tb, err)
	require.NotEmpty(tb, paths)
	files := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(tb, err)
		files[path] = string(text)
	}
	return files
}

// engineOf returns the engine version that a syntax file needs.
func engineOf(path string) surql.Version {
	if strings.Contains(path, "engine31") {
		return surql.V3_1
	}
	return surql.V3_0
}

func TestAllSyntaxIsAcceptedAndPrintedBack(t *testing.T) {
	for path, text := range syntaxFiles(t) {
		opts := surql.Options{Engine: engineOf(path)}
		script, list := surql.Parse(source.NewFile(path, text), opts)
		for _, d := range list.Sorted() {
			t.Errorf("%v", d)
		}
		for _, stmt := range script.Stmts {
			printed := surql.Print(stmt)
			if !strings.Contains(printed, "function(") { // JavaScript is kept as it is
				assert.NotContains(t, printed, "\n")
			}
			again, list := surql.Parse(source.NewFile("printed", printed), opts)
			if assert.False(t, list.HasErrors(), "%s\nprints as\n%s\nwhich gets\n%v", stmt.Span().Text(), printed, list.Sorted()) &&
				assert.Len(t, again.Stmts, 1, printed) {
				assert.True(t, surql.Equal(stmt, again.Stmts[0]), "%s\nprints as\n%s\nwhich is\n%s",
					stmt.Span().Text(), printed, surql.Print(again.Stmts[0]))
				assert.Equal(t, printed, surql.Print(again.Stmts[0]))
			}
		}
	}
}

func TestSyntaxOfEngine31IsRejectedByDefault(t *testing.T) {
	path := filepath.Join("testdata", "syntax", "engine31.surql")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	all, list := surql.Parse(source.NewFile(path, string(text)), surql.Options{Engine: surql.V3_1})
	require.False(t, list.HasErrors())
	script, list := surql.Parse(source.NewFile(path, string(text)), surql.Options{})
	assert.Empty(t, script.Stmts)
	assert.Equal(t, len(all.Stmts), list.Len())
}
