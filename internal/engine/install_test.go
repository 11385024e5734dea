//go:build unix

package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/internal/engine"
)

// sharedDir is a directory that PostgreSQL's user can enter too.
func sharedDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "engine-test-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	return dir
}

func TestInstallationThatFailsSaysWhatWasTried(t *testing.T) {
	t.Setenv("npm_config_registry", "http://127.0.0.1:1")
	t.Setenv("npm_config_cache", t.TempDir())
	t.Setenv("npm_config_fetch_retries", "0")
	cache := sharedDir(t)
	for variable, o := range map[string]engine.Options{
		engine.PostgresURLVariable: {Postgres: true, Pinned: true, CacheDir: cache},
		engine.SurrealURLVariable:  {Surreal: true, Pinned: true, CacheDir: cache},
	} {
		_, err := engine.Start(t.Context(), o)
		for _, words := range []string{
			"on the machine: not asked for", "npm ci: exit status 1", "ECONNREFUSED 127.0.0.1:1",
			"set " + variable + " to the URL of a running server",
		} {
			require.ErrorContains(t, err, words)
		}
	}
	left, err := filepath.Glob(filepath.Join(cache, "*-*"))
	require.NoError(t, err)
	assert.Empty(t, left, "half an installation was left behind")
}

func TestWithoutNpmTheErrorSaysSo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := engine.Start(t.Context(), engine.Options{Postgres: true, Pinned: true, CacheDir: sharedDir(t)})
	require.ErrorContains(t, err, "npm, to install it with, is not on this machine")
	_, err = engine.Start(t.Context(), engine.Options{Surreal: true, Pinned: true, CacheDir: sharedDir(t)})
	require.ErrorContains(t, err, "node, to run it with, is not on this machine")
}

func TestInstallationsAtOnceInstallOnce(t *testing.T) {
	cache := sharedDir(t)
	abandoned := filepath.Join(cache, ".installing-surrealdb-killed")
	require.NoError(t, os.Mkdir(abandoned, 0o755))
	var mu sync.Mutex
	var progress strings.Builder
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			var own strings.Builder
			e, err := engine.Start(t.Context(), engine.Options{Surreal: true, Pinned: true, CacheDir: cache, Progress: &own})
			if assert.NoError(t, err) {
				assert.NoError(t, e.Stop(t.Context()))
			}
			mu.Lock()
			defer mu.Unlock()
			progress.WriteString(own.String())
		})
	}
	wg.Wait()
	assert.Equal(t, 1, strings.Count(progress.String(), "installing from npm into "+cache), progress.String())
	assert.NoDirExists(t, abandoned, "what a killed installation left stays forever")
}
