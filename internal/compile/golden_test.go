package compile_test

import (
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/compile"
	"github.com/devq-ai/tandem/internal/config"
	"github.com/devq-ai/tandem/internal/emit"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files")

func TestMain(m *testing.M) { enginetest.Main(m) }

// TestGolden compiles each project in testdata/golden. What is generated must be
// what is in its folder, must vet, and must make its program print output.txt
// when it runs over a database of its own on a real engine.
func TestGolden(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join("testdata", "golden", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, dirs)
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			cfg, diags := config.Load(filepath.Join(dir, config.Name))
			require.Empty(t, diags.Sorted())
			res, diags, err := compile.Project(t.Context(), cfg, compile.Options{})
			require.NoError(t, err)
			require.Empty(t, diags.Sorted())
			compareFiles(t, dir, res.Files)
		})
	}
	programs := t.TempDir() + string(filepath.Separator)
	command(t, "go", "vet", "./testdata/golden/...")
	command(t, "go", "test", "./testdata/golden/...")
	command(t, "go", "build", "-o", programs, "./testdata/golden/...")
	for _, dir := range dirs {
		t.Run(filepath.Base(dir)+" runs", func(t *testing.T) {
			t.Parallel()
			compareOutput(t, dir, programs+filepath.Base(dir))
		})
	}
}

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func compareFiles(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if *update {
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			require.NoError(t, os.WriteFile(path, content, 0o644))
		}
		golden, err := os.ReadFile(path)
		require.NoError(t, err, "run the test with -update to write it")
		assert.Equal(t, string(golden), string(content), path)
	}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil || files[filepath.ToSlash(rel)] != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil && strings.HasPrefix(string(content), emit.Header) {
			t.Errorf("%s is no longer generated", path)
		}
		return err
	}))
}

func compareOutput(t *testing.T, dir, program string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TANDEM_SURREAL_URL="+enginetest.Surreal(t))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	golden := filepath.Join(dir, "output.txt")
	if *update {
		require.NoError(t, os.WriteFile(golden, out, 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err, "run the test with -update to write it")
	assert.Equal(t, string(want), string(out))
}
