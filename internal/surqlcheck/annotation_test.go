package surqlcheck

import (
	"testing"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAMisspeltAnnotationIsNoComment is about lines that would silently do
// nothing.
func TestAMisspeltAnnotationIsNoComment(t *testing.T) {
	for line, help := range map[string]string{
		"@parm id int":   "did you mean @param?",
		"@results notes": "did you mean @result?",
		"@deprecated":    "the annotations are @param and @result; begin a comment with another character",
	} {
		file := source.NewFile("q.surql", "-- name: Q :one\n-- "+line+"\nRETURN 1;")
		_, _, diags := Compile(nil, []*source.File{file})
		found := diags.Sorted()
		require.Len(t, found, 1, line)
		assert.Equal(t, diag.QueryAnnotation, found[0].Code)
		assert.Equal(t, help, found[0].Help)
		assert.Equal(t, 2, found[0].Span.Position().Line)
	}
	file := source.NewFile("q.surql", "-- name: Q :one\n-- Ask me @ home, or a@example.com.\n--   indented\nRETURN 1;")
	program, _, diags := Compile(nil, []*source.File{file})
	require.Empty(t, diags.Sorted())
	assert.Equal(t, []string{"Ask me @ home, or a@example.com.", "  indented"}, program.Files[0].Queries[0].Doc)
}
