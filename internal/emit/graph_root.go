package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"
	"github.com/devq-ai/tandem/internal/ir"
)

// surrealRepository returns the repository over the SurrealDB package's methods
// for f.
func (r *root) surrealRepository(f *ir.QueryFile) *repository {
	repo := r.newRepository(f)
	for _, q := range f.Queries {
		m := r.graph.queries[q].method
		m.descriptor = r.descriptor(m.name)
		for slices.ContainsFunc(m.params, func(p param) bool { return p.name == m.descriptor }) {
			m.descriptor = r.descriptor(m.name)
		}
		repo.methods = append(repo.methods, &m)
	}
	return repo
}

// decls returns all types that the package declares.
func (g *graph) decls() []*decl {
	decls := g.models.decls
	for _, file := range g.files {
		decls = append(decls[:len(decls):len(decls)], file.decls...)
	}
	return decls
}

// declareSurrealAliases names what the root package re-exports of the SurrealDB
// package.
func (r *root) declareSurrealAliases() {
	for _, d := range r.graph.decls() {
		what, ok := r.graph.places[d.name]
		if !ok {
			what = declaration{what: "the SurrealDB type " + d.name, remedy: "give the field or the query that has it another name"}
		}
		for _, name := range append(append([]string{d.name}, d.types...), d.values...) {
			r.reexport(r.opts.Surreal.ImportPath, name, what)
		}
		for _, name := range d.funcNames {
			r.declare(name, what)
		}
	}
}

func (r *root) renderSurrealAliases() {
	sub := r.opts.Surreal
	var types, values []string
	decls := r.graph.decls()
	for _, d := range decls {
		types = append(append(types, d.name), d.types...)
		values = append(values, d.values...)
	}
	if len(types) == 0 {
		return
	}
	r.plan("surreal_types.go", func(f *jen.File) {
		renderAliasGroup(f, "The types of package "+sub.Package+".", jen.Type(), sub.ImportPath, types)
		renderAliasGroup(f, "The values of its enums.", jen.Const(), sub.ImportPath, values)
		for _, d := range decls {
			for _, fn := range d.funcs {
				fn(f)
			}
		}
	})
}
