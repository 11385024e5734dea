package emit

import (
	"path"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/devq-ai/tandem/internal/names"
)

// renderFakes writes the package with a double of each repository.
func (r *root) renderFakes() {
	sub := r.opts.Fakes
	first := true
	for _, engine := range r.engines {
		for _, repo := range engine.repos {
			comment := ""
			if first {
				comment = "// Package " + sub.Package + " has doubles of the repositories of package " + r.opts.Package + ", for unit tests."
				first = false
			}
			r.file(sub.Dir, path.Base(repo.goFile), sub.ImportPath, sub.Package, func(f *jen.File) {
				if comment != "" {
					f.PackageComment(comment)
				}
				r.importName(f, r.opts.ImportPath, r.opts.Package)
				for _, m := range repo.methods {
					r.importForeign(f, m.query)
				}
				r.renderFake(f, repo)
			})
		}
	}
}

// inRoot is the qualifier of packages that use the root package: what that
// re-exports is named as its own.
func (r *root) inRoot(importPath, name string) *jen.Statement {
	if r.aliases[qualified{importPath, name}] {
		return jen.Qual(r.opts.ImportPath, name)
	}
	return jen.Qual(importPath, name)
}

// A double is a method of a double, with the fields that it has there.
type double struct {
	*method
	fn, calls string
	recorded  []string // the fields of a call's record, by parameter
}

// doubles names the fields for each method, none of which is a method.
func (r *root) doubles(repo *repository) []*double {
	scope := names.NewScope()
	for _, m := range repo.methods {
		scope.Take(m.name)
	}
	doubles := make([]*double, len(repo.methods))
	for i, m := range repo.methods {
		d := &double{method: m, fn: scope.Unique(m.name + "Func"), calls: scope.Unique(m.name + "Calls")}
		fields := names.NewScope()
		for _, p := range m.params {
			d.recorded = append(d.recorded, fields.Unique(r.opts.Names.Exported(p.name)))
		}
		doubles[i] = d
	}
	return doubles
}

func (r *root) renderFake(f *jen.File, repo *repository) {
	doubles := r.doubles(repo)
	f.Commentf("%s is a double of %s.%s. Each method records its", repo.typ, r.opts.Package, repo.typ)
	f.Comment("arguments, without the context, and calls the field of its name and Func. Where")
	f.Comment("that is nil it fails with [fake.ErrUnexpected]. The functions are set before")
	f.Comment("the double is used; then it is safe for concurrent use.")
	f.Type().Id(repo.typ).StructFunc(func(g *jen.Group) {
		for _, d := range doubles {
			g.Id(d.fn).Func().Add(d.arguments(r.inRoot)).Add(d.returns(r.inRoot))
			g.Id(d.calls).Qual(fakePath, "Calls").Types(d.record(r.inRoot))
		}
	})
	f.Line()
	f.Var().Id("_").Qual(r.opts.ImportPath, repo.typ).Op("=").Parens(jen.Op("*").Id(repo.typ)).Call(jen.Nil())
	for _, d := range doubles {
		f.Commentf("%s calls %s.", d.name, d.fn)
		f.Func().Params(jen.Id("r").Op("*").Id(repo.typ)).Add(d.signature(r.inRoot)).BlockFunc(func(g *jen.Group) {
			args := make([]jen.Code, len(d.params))
			for i, p := range d.params {
				args[i] = jen.Id(p.name)
			}
			record := jen.Add(args...)
			if len(args) != 1 {
				record = d.record(r.inRoot).Values(args...)
			}
			g.Id("r").Dot(d.calls).Dot("Add").Call(record)
			name := strings.TrimSuffix(repo.typ, "Repository") + "." + d.name
			g.If(jen.Id("r").Dot(d.fn).Op("==").Nil()).BlockFunc(func(g *jen.Group) {
				unexpected := jen.Qual(fakePath, "Unexpected").Call(jen.Lit(name))
				if len(d.results) == 0 {
					g.Return(unexpected)
					return
				}
				g.Var().Id("zero").Add(d.results[0](r.inRoot))
				g.Return(jen.Id("zero"), unexpected)
			})
			g.Return(jen.Id("r").Dot(d.fn).Call(append([]jen.Code{jen.Id("ctx")}, args...)...))
		})
	}
}

// record renders the type of a call's record: the only argument, or a struct of
// all of them.
func (d *double) record(q qualifier) *jen.Statement {
	if len(d.params) == 1 {
		return d.params[0].typ(q)
	}
	return jen.StructFunc(func(g *jen.Group) {
		for i, p := range d.params {
			g.Id(d.recorded[i]).Add(p.typ(q))
		}
	})
}
