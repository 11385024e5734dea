package surqlcheck

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/require"
)

// Whatever parses must be inferred without a panic: an editor asks about every
// half-written line.
func FuzzInfer(f *testing.F) {
	files, err := filepath.Glob("testdata/oracle/*.surql")
	require.NoError(f, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		for line := range strings.Lines(string(text)) {
			for _, stmt := range strings.Split(line, ";") {
				f.Add(stmt)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		script, _ := surql.Parse(source.NewFile("f.surql", exampleSchema+text), surql.Options{})
		NewCatalog().Infer(script)
		Compile([]*source.File{source.NewFile("s.surql", exampleSchema)}, []*source.File{source.NewFile("q.surql", "-- name: Q :one\n"+text)})
	})
}
