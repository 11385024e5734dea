package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A module of its own, with its own schemas and queries, must get by with what
// a consumer has: the tool directive, go generate, and the runtime.
func TestAConsumerGeneratesBuildsAndRuns(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	example := filepath.Join(root, "examples", "bookshop")
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(example)))
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "db")))
	env := append(os.Environ(),
		"TANDEM_POSTGRES_URL="+enginetest.Postgres(t),
		"TANDEM_SURREAL_URL="+enginetest.Surreal(t))
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command("go", args...)
		cmd.Dir, cmd.Env = dir, env
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "go %s\n%s", strings.Join(args, " "), out)
	}

	run("mod", "edit", "-replace=github.com/devq-ai/tandem="+root)
	run("generate", "./...")
	run("vet", "./...")
	run("test", "./...")

	fresh, committed := goFiles(t, filepath.Join(dir, "db")), goFiles(t, filepath.Join(example, "db"))
	assert.NotEmpty(t, fresh)
	assert.Equal(t, committed, fresh, "examples/bookshop is not current: run make generate")
}

// goFiles returns the Go files below dir, by path.
func goFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "**", "*.go"))
	require.NoError(t, err)
	top, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	files := map[string]string{}
	for _, name := range append(names, top...) {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		rel, err := filepath.Rel(dir, name)
		require.NoError(t, err)
		files[rel] = string(text)
	}
	return files
}
