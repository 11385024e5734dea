package surqlcheck

import (
	"testing"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAQueryNeedsANameThatOtherPackagesSee(t *testing.T) {
	for name, message := range map[string]string{
		"_x":  "_x is no name for a query: begin with a letter",
		"a-b": "a-b is no name for a query: use letters, digits and underscores",
	} {
		_, _, diags := Compile(nil, []*source.File{source.NewFile("q.surql", "-- name: "+name+" :one\nRETURN 1;")})
		found := diags.Sorted()
		require.NotEmpty(t, found, name)
		assert.Equal(t, message, found[0].Message)
	}
}

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
