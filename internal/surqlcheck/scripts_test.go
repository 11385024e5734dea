package surqlcheck

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestScriptResultsAreOfTheInferredKinds runs the scripts of testdata/scripts,
// each file in a database of its own. The scripts of a file stand between empty
// lines. All of their statements run, so all have to be accepted, but for those
// behind which a comment says that they fail.
func TestScriptResultsAreOfTheInferredKinds(t *testing.T) {
	files, err := filepath.Glob("testdata/scripts/*.surql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			o := &oracle{db: openDatabase(t), cat: NewCatalog()}
			line := 1
			for _, part := range strings.Split(string(text), "\n\n") {
				o.whole(fmt.Sprintf("%s:%d", filepath.Base(file), line), part)
				line += strings.Count(part, "\n") + 2
			}
			o.report()
			assert.Empty(t, o.rejected, "statements that run are refused")
		})
	}
}

// whole runs a script all of whose statements have a result.
func (o *oracle) whole(name, text string) {
	o.db.t.Helper()
	script, found := surql.Parse(source.NewFile(name, text), surql.Options{})
	require.False(o.db.t, found.HasErrors(), "%v", found.Sorted())
	inferred, diags := o.cat.Infer(script)
	answers, err := o.db.query(text)
	require.NoError(o.db.t, err, name)
	require.Len(o.db.t, answers, len(inferred), "%s: as many results as the engine has", name)
	for i, s := range inferred {
		_, after, _ := strings.Cut(text[s.Stmt.Span().End:], ";")
		after, _, _ = strings.Cut(after, "\n")
		if strings.TrimSpace(after) == "-- fails" {
			assert.NotEmpty(o.db.t, answers[i].err, "%s: %s", name, s.Stmt.Span().Text())
			continue
		}
		if !assert.Empty(o.db.t, answers[i].err, "%s: %s", name, s.Stmt.Span().Text()) {
			continue
		}
		o.result(script, s, answers[i].value, diags)
	}
}
