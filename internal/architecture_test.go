// Package internal_test holds the code to docs/architecture.md.
package internal_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/devq-ai/tandem/"

// TestImportsKeepToTheTable fails when a package imports what the table in
// docs/architecture.md does not grant it, or stands in no row of it.
func TestImportsKeepToTheTable(t *testing.T) {
	table := readTable(t)
	used := map[string]bool{}
	for _, pkg := range listPackages(t) {
		rel := strings.TrimPrefix(pkg.ImportPath, module)
		row := rowOf(table, rel)
		if !assert.NotEmpty(t, row, "package %s is in no row of docs/architecture.md", rel) {
			continue
		}
		used[row] = true
		for _, imp := range pkg.Imports {
			if !strings.Contains(strings.Split(imp, "/")[0], ".") {
				continue // the standard library
			}
			assert.True(t, granted(table[row], strings.TrimPrefix(imp, module)),
				"%s imports %s, which docs/architecture.md does not grant it", rel, imp)
		}
	}
	for row := range table {
		assert.True(t, used[row], "docs/architecture.md has a row for %s, which does not exist", row)
	}
}

func TestATableThatGrantsNothingIsNoticed(t *testing.T) {
	assert.True(t, granted([]string{"store/..."}, "store"))
	assert.True(t, granted([]string{"store/..."}, "store/pg"))
	assert.False(t, granted([]string{"store"}, "store/pg"), "a path without ... stands for itself")
	assert.True(t, granted([]string{"github.com/jackc/pgx/v5"}, "github.com/jackc/pgx/v5/pgxpool"), "a module grants its packages")
	assert.False(t, granted([]string{"github.com/jackc/pgx/v5"}, "github.com/jackc/pgxlisten"))
	assert.Equal(t, "gen/...", rowOf(map[string][]string{"gen/...": nil, "store": nil}, "gen/agentdb/pgdb"))
	assert.Empty(t, rowOf(map[string][]string{"store": nil}, "store/pg"))
}

var code = regexp.MustCompile("`([^`]+)`")

// readTable returns, per row of the table of packages, what it may import.
func readTable(t *testing.T) map[string][]string {
	f, err := os.Open("../docs/architecture.md")
	require.NoError(t, err)
	defer f.Close()
	table := map[string][]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		cells := strings.Split(lines.Text(), "|")
		if len(cells) != 5 {
			continue
		}
		name := code.FindStringSubmatch(cells[1])
		if name == nil {
			continue
		}
		grants := []string{}
		for _, m := range code.FindAllStringSubmatch(cells[3], -1) {
			grants = append(grants, m[1])
		}
		table[name[1]] = grants
	}
	require.NotEmpty(t, table)
	return table
}

func rowOf(table map[string][]string, pkg string) string {
	if _, ok := table[pkg]; ok {
		return pkg
	}
	for row := range table {
		if root, ok := strings.CutSuffix(row, "/..."); ok && (pkg == root || strings.HasPrefix(pkg, root+"/")) {
			return row
		}
	}
	return ""
}

func granted(grants []string, imp string) bool {
	for _, g := range grants {
		root, tree := strings.CutSuffix(g, "/...")
		if imp == root {
			return true
		}
		external := strings.Contains(strings.Split(g, "/")[0], ".")
		if (tree || external) && strings.HasPrefix(imp, root+"/") {
			return true
		}
	}
	return false
}

type listedPackage struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) []listedPackage {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,GoFiles", "./...")
	cmd.Dir = ".."
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	var pkgs []listedPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			listedPackage
			GoFiles []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else {
			require.NoError(t, err)
		}
		if len(p.GoFiles) > 0 {
			pkgs = append(pkgs, p.listedPackage)
		}
	}
}
