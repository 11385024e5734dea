package main

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
)

// documentation is what a package's source says about itself.
type documentation struct {
	synopsis string
	text     string // the package comment as plain text
	symbols  []symbol
}

// symbol is an exported type or function of a package.
type symbol struct {
	name, kind, doc, file string
	line                  int
}

// readDocs parses a package's source for its documentation.
func readDocs(p goPackage) (*documentation, error) {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range slices.Concat(p.GoFiles, p.CgoFiles) {
		f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("read the source of %s: %w", p.ImportPath, err)
		}
		files = append(files, f)
	}
	pkg, err := doc.NewFromFiles(fset, files, p.ImportPath)
	if err != nil {
		return nil, fmt.Errorf("read the documentation of %s: %w", p.ImportPath, err)
	}
	d := &documentation{synopsis: pkg.Synopsis(pkg.Doc), text: string(pkg.Text(pkg.Doc))}
	add := func(name, kind, comment string, node ast.Node) {
		if !token.IsExported(name) {
			return
		}
		at := fset.Position(node.Pos())
		d.symbols = append(d.symbols, symbol{name, kind, pkg.Synopsis(comment), filepath.Base(at.Filename), at.Line})
	}
	for _, t := range pkg.Types {
		add(t.Name, "type", t.Doc, t.Decl)
		for _, f := range t.Funcs {
			add(f.Name, "func", f.Doc, f.Decl)
		}
	}
	for _, f := range pkg.Funcs {
		add(f.Name, "func", f.Doc, f.Decl)
	}
	return d, nil
}
