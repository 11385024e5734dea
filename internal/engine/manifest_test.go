//go:build unix

package engine

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryPackageIsPinnedByItsHash(t *testing.T) {
	for _, name := range []string{"postgres", "surrealdb"} {
		m, err := readManifest(name)
		require.NoError(t, err)
		var lock struct {
			Packages map[string]struct{ Integrity, Resolved string }
		}
		require.NoError(t, json.Unmarshal(m.lock, &lock))
		for path, entry := range lock.Packages {
			if path != "" {
				assert.Contains(t, entry.Integrity, "sha512-", path)
			}
			assert.Empty(t, entry.Resolved, "%s names a registry", path)
		}
	}
}

func TestPackageWithAnotherHashIsNotInstalled(t *testing.T) {
	m, err := readManifest("surrealdb")
	require.NoError(t, err)
	m.lock = bytes.ReplaceAll(m.lock, []byte("sha512-wCkm"), []byte("sha512-AAAA"))
	cache := t.TempDir()
	dir, err := m.install(t.Context(), cache, Options{Progress: io.Discard}, func(string) error { return nil })
	require.ErrorContains(t, err, "EINTEGRITY")
	assert.NoDirExists(t, dir)
}

func TestPlatformWithoutAPackageIsNamed(t *testing.T) {
	m, err := readManifest("postgres")
	require.NoError(t, err)
	_, err = m.only("@embedded-postgres/plan9-mips")
	require.ErrorContains(t, err, "there is no @embedded-postgres/plan9-mips")
}
