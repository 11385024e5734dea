package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The demo checks the graph against the Go toolchain; this checks that the
// edges it writes are the ones the toolchain follows.
func TestEdgesLeadToExactlyWhatGoListReaches(t *testing.T) {
	for _, root := range []string{"net/http", "os/user", "runtime/cgo"} {
		pkgs, err := goList(t.Context(), root)
		require.NoError(t, err)
		listed, to := map[string]bool{}, map[string][]string{}
		for _, p := range pkgs {
			listed[p.ImportPath] = true
			to[p.ImportPath] = p.edges()
		}
		reached := map[string]bool{}
		for queue := []string{root}; len(queue) > 0; queue = queue[1:] {
			if !reached[queue[0]] {
				reached[queue[0]] = true
				queue = append(queue, to[queue[0]]...)
			}
		}
		assert.Equal(t, listed, reached, root)
	}
}

func TestGoListSaysWhatFailed(t *testing.T) {
	_, err := goList(t.Context(), "no/such/package")
	assert.ErrorContains(t, err, "no/such/package")
}

func TestKind(t *testing.T) {
	for path, want := range map[string]string{
		"net/http": "library", "internal/abi": "internal", "net/http/internal/ascii": "internal",
		"vendor/golang.org/x/net/idna": "vendored", "internalize": "library",
	} {
		assert.Equal(t, want, goPackage{ImportPath: path}.kind(), path)
	}
	assert.Equal(t, "command", goPackage{ImportPath: "cmd/go", Name: "main"}.kind())
}
