package emit

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"

	"github.com/dave/jennifer/jen"
	"github.com/devq-ai/tandem/internal/ir"
)

// A goType renders a Go type. qualify renders the name of a declaration of
// another package, which the root package may have under an alias of its own.
type goType func(qualify qualifier) *jen.Statement

type qualifier func(importPath, name string) *jen.Statement

// qual is the qualifier of packages that have no aliases.
func qual(importPath, name string) *jen.Statement { return jen.Qual(importPath, name) }

// foreign returns the Go type that sqlc has written as t.Expr in its package.
func (e *emitter) foreign(t *ir.Foreign) (goType, error) {
	expr, err := parser.ParseExpr(t.Expr)
	if err != nil {
		return nil, fmt.Errorf("parse the Go type %q: %w", t.Expr, err)
	}
	return e.foreignExpr(t, expr)
}

func (e *emitter) foreignExpr(t *ir.Foreign, expr ast.Expr) (goType, error) {
	switch x := expr.(type) {
	case *ast.Ident:
		if types.Universe.Lookup(x.Name) != nil {
			return func(qualifier) *jen.Statement { return jen.Id(x.Name) }, nil
		}
		return func(q qualifier) *jen.Statement { return q(e.opts.Postgres.ImportPath, x.Name) }, nil
	case *ast.SelectorExpr:
		pkg, ok := x.X.(*ast.Ident)
		if !ok {
			break
		}
		path := t.Imports[pkg.Name]
		if path == "" && pkg.Name == e.opts.Postgres.Package {
			path = e.opts.Postgres.ImportPath
		}
		if path == "" {
			return nil, fmt.Errorf("the Go type %q has no import path for package %s", t.Expr, pkg.Name)
		}
		return func(q qualifier) *jen.Statement { return q(path, x.Sel.Name) }, nil
	case *ast.StarExpr:
		elem, err := e.foreignExpr(t, x.X)
		return func(q qualifier) *jen.Statement { return jen.Op("*").Add(elem(q)) }, err
	case *ast.ArrayType:
		elem, err := e.foreignExpr(t, x.Elt)
		switch n := x.Len.(type) {
		case nil:
			return func(q qualifier) *jen.Statement { return jen.Index().Add(elem(q)) }, err
		case *ast.BasicLit:
			return func(q qualifier) *jen.Statement { return jen.Index(jen.Op(n.Value)).Add(elem(q)) }, err
		}
	case *ast.MapType:
		key, err := e.foreignExpr(t, x.Key)
		if err != nil {
			return nil, err
		}
		value, err := e.foreignExpr(t, x.Value)
		return func(q qualifier) *jen.Statement { return jen.Map(key(q)).Add(value(q)) }, err
	case *ast.InterfaceType:
		if x.Methods.NumFields() == 0 {
			return func(qualifier) *jen.Statement { return jen.Any() }, nil
		}
	case *ast.IndexExpr:
		return e.foreignGeneric(t, x.X, []ast.Expr{x.Index})
	case *ast.IndexListExpr:
		return e.foreignGeneric(t, x.X, x.Indices)
	}
	return nil, fmt.Errorf("the Go type %q is of a form that sqlc does not write", t.Expr)
}

func (e *emitter) foreignGeneric(t *ir.Foreign, base ast.Expr, args []ast.Expr) (goType, error) {
	generic, err := e.foreignExpr(t, base)
	if err != nil {
		return nil, err
	}
	params := make([]goType, len(args))
	for i, arg := range args {
		if params[i], err = e.foreignExpr(t, arg); err != nil {
			return nil, err
		}
	}
	return func(q qualifier) *jen.Statement {
		return generic(q).TypesFunc(func(g *jen.Group) {
			for _, param := range params {
				g.Add(param(q))
			}
		})
	}, nil
}
