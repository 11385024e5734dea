package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
)

// goPackage is what `go list -json` says about a package.
type goPackage struct {
	Dir        string
	ImportPath string
	Name       string
	Doc        string
	Standard   bool
	Imports    []string
	GoFiles    []string
	CgoFiles   []string
	SFiles     []string
}

// goList lists the packages that a pattern names and all that they depend on,
// each after its own imports.
func goList(ctx context.Context, pattern string) ([]goPackage, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-deps",
		"-json=Dir,ImportPath,Name,Doc,Standard,Imports,GoFiles,CgoFiles,SFiles", pattern)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list -deps %s: %w: %s", pattern, err, strings.TrimSpace(stderr.String()))
	}
	var pkgs []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return pkgs, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the output of go list -deps %s: %w", pattern, err)
		}
		pkgs = append(pkgs, p)
	}
}

// edges returns the import paths that a package depends on directly, sorted.
//
// go list follows imports that its Imports field does not show: a package with
// cgo files imports unsafe, runtime/cgo and syscall without saying so, save for
// the few that those are built on (cmd/go/internal/load, Go 1.26).
func (p goPackage) edges() []string {
	var to []string
	for _, imp := range p.Imports {
		if imp != "C" {
			to = append(to, imp)
		}
	}
	if len(p.CgoFiles) > 0 {
		to = append(to, "unsafe")
		if p.ImportPath != "runtime/cgo" {
			to = append(to, "runtime/cgo")
		}
		if !slices.Contains([]string{"runtime/cgo", "runtime/race", "runtime/msan", "runtime/asan"}, p.ImportPath) {
			to = append(to, "syscall")
		}
	}
	slices.Sort(to)
	return slices.Compact(to)
}

// kind says who can import the package, in the words of the graph's schema.
func (p goPackage) kind() string {
	path := "/" + p.ImportPath + "/"
	switch {
	case p.Name == "main":
		return "command"
	case strings.HasPrefix(path, "/vendor/"):
		return "vendored"
	case strings.Contains(path, "/internal/"):
		return "internal"
	}
	return "library"
}
