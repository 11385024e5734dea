package emit

import (
	"github.com/dave/jennifer/jen"
)

// declareAliases names what the root package re-exports, so that users need to
// import nothing else.
func (r *root) declareAliases() {
	if sub := r.opts.Postgres; sub != nil {
		for _, decl := range r.program.Foreign {
			for _, names := range [][]string{{decl.Name}, decl.Values, decl.Funcs} {
				for _, name := range names {
					r.reexport(sub.ImportPath, name, declaration{what: "sqlc's " + name})
				}
			}
		}
	}
	if r.graph != nil {
		r.declareSurrealAliases()
	}
}

func (r *root) reexport(importPath, name string, what declaration) {
	r.declare(name, what)
	r.aliases[qualified{importPath, name}] = true
}

func (r *root) renderAliases() {
	if sub := r.opts.Postgres; sub != nil && len(r.program.Foreign) > 0 {
		var types, values, funcs []string
		for _, decl := range r.program.Foreign {
			types = append(types, decl.Name)
			values = append(values, decl.Values...)
			funcs = append(funcs, decl.Funcs...)
		}
		r.plan("postgres_types.go", func(f *jen.File) {
			renderAliasGroup(f, "The types of package "+sub.Package+".", jen.Type(), sub.ImportPath, types)
			renderAliasGroup(f, "The values of its enums.", jen.Const(), sub.ImportPath, values)
			renderAliasGroup(f, "The functions that belong to its types.", jen.Var(), sub.ImportPath, funcs)
		})
	}
	if r.graph != nil {
		r.renderSurrealAliases()
	}
}

// renderAliasGroup declares each of names as the one of the other package.
func renderAliasGroup(f *jen.File, comment string, keyword *jen.Statement, importPath string, names []string) {
	if len(names) == 0 {
		return
	}
	f.Comment(comment)
	f.Add(keyword).DefsFunc(func(g *jen.Group) {
		for _, name := range names {
			g.Id(name).Op("=").Qual(importPath, name)
		}
	})
}
