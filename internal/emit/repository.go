package emit

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"
	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/names"
)

// A repository is a query file as the root package shows it.
type repository struct {
	file    *ir.QueryFile
	field   string // its field in DB, as in Agents
	typ     string // its interface, as in AgentsRepository
	impl    string // its implementation, as in agentsRepository
	goFile  string // the name of its file
	methods []*method
}

// A method runs one query.
type method struct {
	query   *ir.Query
	name    string
	params  []param
	results []goType // without the error
	// descriptor is the variable of the root package that describes the query.
	descriptor string
}

type param struct {
	name string
	typ  goType
}

// signature renders the method's name, parameters and results.
func (m *method) signature(q qualifier) *jen.Statement {
	return jen.Id(m.name).Add(m.arguments(q)).Add(m.returns(q))
}

// arguments renders the method's parameters.
func (m *method) arguments(q qualifier) *jen.Statement {
	return jen.ParamsFunc(func(g *jen.Group) {
		g.Id("ctx").Qual("context", "Context")
		for _, p := range m.params {
			g.Id(p.name).Add(p.typ(q))
		}
	})
}

func (m *method) returns(q qualifier) *jen.Statement {
	if len(m.results) == 0 {
		return jen.Error()
	}
	return jen.ParamsFunc(func(g *jen.Group) {
		for _, t := range m.results {
			g.Add(t(q))
		}
		g.Error()
	})
}

// call renders the call of the method's namesake in the engine's package.
func (m *method) call() *jen.Statement {
	return jen.Id("r").Dot("queries").Dot(m.name).CallFunc(func(g *jen.Group) {
		g.Id("ctx")
		for _, p := range m.params {
			g.Id(p.name)
		}
	})
}

// newRepository names a query file's repository. Its methods are added by the
// engine it belongs to.
func (r *root) newRepository(f *ir.QueryFile) *repository {
	field := r.opts.Names.Exported(f.Name)
	repo := &repository{
		file:   f,
		field:  field,
		typ:    field + "Repository",
		impl:   r.unexported.Unique(unexported(field + "Repository")),
		goFile: r.fileNames.Unique(goFileName(f.Name)) + ".go",
	}
	path := r.opts.path(f.Span.File)
	r.declare(repo.typ, declaration{"the repository of " + path, f.Span, "rename the file " + path})
	if slices.Contains(dbMembers, field) {
		r.diags.Errorf(f.Span, diag.OutputNameClash, "the repository %s and what DB already has as %s would be one", field, field).
			WithHelp("rename the file %s", path)
	}
	return repo
}

// postgresRepository returns the repository over sqlc's methods for f.
func (r *root) postgresRepository(f *ir.QueryFile) (*repository, error) {
	repo := r.newRepository(f)
	for _, q := range f.Queries {
		m, err := r.postgresMethod(q)
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", q.Name, err)
		}
		repo.methods = append(repo.methods, m)
	}
	return repo, nil
}

func (r *root) postgresMethod(q *ir.Query) (*method, error) {
	m := &method{query: q, name: capitalized(q.Name)}
	m.descriptor = r.descriptor(m.name)
	scope := names.NewScope(m.descriptor, r.opts.Postgres.Package, "ctx", "r", "err", "batch", "results", "i", "rows", "row")
	for _, name := range r.imports {
		scope.Take(name)
	}
	types := make([]*ir.Foreign, 0, len(q.Params)+1)
	for _, p := range q.Params {
		types = append(types, p.Type.(*ir.Foreign))
	}
	if q.Result != nil {
		types = append(types, q.Result.(*ir.Foreign))
	}
	for _, t := range types {
		for name := range t.Imports {
			scope.Take(name)
		}
	}
	for _, p := range q.Params {
		typ, err := r.foreign(p.Type.(*ir.Foreign))
		if err != nil {
			return nil, err
		}
		m.params = append(m.params, param{scope.Unique(r.opts.Names.Local(p.Name)), typ})
	}
	var row goType
	if q.Result != nil {
		var err error
		if row, err = r.foreign(q.Result.(*ir.Foreign)); err != nil {
			return nil, err
		}
	}
	switch q.Cardinality {
	case ir.One, ir.ExecResult:
		m.results = []goType{row}
	case ir.Many, ir.BatchOne:
		m.results = []goType{sliceOf(row)}
	case ir.BatchMany:
		m.results = []goType{sliceOf(sliceOf(row))}
	case ir.ExecRows, ir.CopyFrom:
		m.results = []goType{func(qualifier) *jen.Statement { return jen.Int64() }}
	}
	return m, nil
}

// descriptor names the variable that describes a query.
func (r *root) descriptor(method string) string {
	return r.unexported.Unique(unexported(method) + "Query")
}

func sliceOf(elem goType) goType {
	return func(q qualifier) *jen.Statement { return jen.Index().Add(elem(q)) }
}

// renderRepository writes the file of one repository. enginePath is the import
// path of the package whose Queries it calls.
func (r *root) renderRepository(f *jen.File, repo *repository, enginePath string) {
	for _, m := range repo.methods {
		r.importForeign(f, m.query)
	}
	doc(f.Group, repo.file.Doc, repo.typ+" runs the queries of "+r.opts.path(repo.file.Span.File)+".")
	f.Type().Id(repo.typ).InterfaceFunc(func(g *jen.Group) {
		for i, m := range repo.methods {
			if i > 0 && len(m.query.Doc) > 0 {
				g.Line()
			}
			doc(g, m.query.Doc, "")
			g.Add(m.signature(r.alias))
		}
	})
	f.Line()
	f.Type().Id(repo.impl).Struct(
		jen.Id("queries").Op("*").Qual(enginePath, "Queries"),
		jen.Id("runner").Op("*").Qual(storePath, "Runner"),
	)
	for _, m := range repo.methods {
		f.Var().Id(m.descriptor).Op("=").Qual(storePath, "Query").ValuesFunc(r.describe(m.query))
		f.Func().Params(jen.Id("r").Id(repo.impl)).Add(m.signature(r.alias)).Block(r.body(m)...)
	}
}

// body renders the call of a query through the runner.
func (r *root) body(m *method) []jen.Code {
	run := []jen.Code{jen.Id("ctx"), jen.Id("r").Dot("runner"), jen.Op("&").Id(m.descriptor)}
	closure := jen.Func().Params(jen.Id("ctx").Qual("context", "Context"))
	collect := jen.Id("batch").Dot("Add").Call(jen.Id("i"), jen.Err())
	index, failure := jen.Id("i").Int(), jen.Err().Error()
	batchBody := func(call jen.Code) jen.Code {
		return jen.Add(closure).Error().Block(
			jen.Var().Id("batch").Qual(storePath, "BatchError"),
			call,
			jen.Return(jen.Id("batch").Dot("OrNil").Call()),
		)
	}
	switch m.query.Cardinality {
	case ir.Exec:
		if through, args, ok := m.through("Exec"); ok {
			return []jen.Code{jen.Return(jen.Qual(storePath, through).Call(append(run, args...)...))}
		}
		return []jen.Code{jen.Return(jen.Qual(storePath, "Exec").Call(append(run,
			jen.Add(closure).Error().Block(jen.Return(m.call())))...))}
	case ir.Iter:
		rows := jen.Qual(storePath, "Rows").Call(append(slices.Clone(run), jen.Id("rows"))...)
		return []jen.Code{jen.Return(jen.Qual(storePath, "Call").Call(append(run,
			jen.Add(closure).Add(m.returns(r.alias)).Block(
				jen.List(jen.Id("rows"), jen.Err()).Op(":=").Add(m.call()),
				jen.Return(rows, jen.Err()),
			))...))}
	case ir.BatchExec:
		return []jen.Code{jen.Return(jen.Qual(storePath, "Exec").Call(append(run,
			batchBody(m.call().Dot("Exec").Call(jen.Func().Params(index, failure).Block(collect))))...))}
	case ir.BatchOne, ir.BatchMany:
		// What the callback gets per item is an element of the results.
		fetch, item := "QueryRow", "row"
		if m.query.Cardinality == ir.BatchMany {
			fetch, item = "Query", "rows"
		}
		row, _ := r.foreign(m.query.Result.(*ir.Foreign))
		if m.query.Cardinality == ir.BatchMany {
			row = sliceOf(row)
		}
		return []jen.Code{
			jen.Id("results").Op(":=").Make(jen.Index().Add(row(r.alias)), jen.Len(jen.Id(m.params[0].name))),
			jen.Err().Op(":=").Qual(storePath, "Exec").Call(append(run, batchBody(
				m.call().Dot(fetch).Call(jen.Func().Params(index, jen.Id(item).Add(row(r.alias)), failure).Block(
					jen.Id("results").Index(jen.Id("i")).Op("=").Id(item),
					collect,
				))))...),
			jen.Return(jen.Id("results"), jen.Err()),
		}
	}
	if through, args, ok := m.through("Call"); ok {
		return []jen.Code{jen.Return(jen.Qual(storePath, through).Call(append(run, args...)...))}
	}
	return []jen.Code{jen.Return(jen.Qual(storePath, "Call").Call(append(run,
		jen.Add(closure).Add(m.returns(r.alias)).Block(jen.Return(m.call())))...))}
}

// through returns the function of the runtime, like the one of that name, that
// takes the method of the queries as it is, and what it gets: the method and its
// argument. There is none for more arguments.
func (m *method) through(name string) (through string, args []jen.Code, ok bool) {
	run := jen.Id("r").Dot("queries").Dot(m.name)
	switch len(m.params) {
	case 0:
		return name, []jen.Code{run}, true
	case 1:
		return name + "With", []jen.Code{run, jen.Id(m.params[0].name)}, true
	}
	return "", nil, false
}

// describe renders the fields of a query's descriptor.
func (r *root) describe(q *ir.Query) func(*jen.Group) {
	engine := "Postgres"
	if q.Engine == ir.SurrealDB {
		engine = "SurrealDB"
	}
	pos := q.Span.Position()
	return func(g *jen.Group) {
		field := func(name string, value jen.Code) { g.Line().Id(name).Op(":").Add(value) }
		field("Engine", jen.Qual(storePath, engine))
		field("Name", jen.Lit(q.Name))
		field("File", jen.Lit(r.opts.path(q.Span.File)))
		field("Line", jen.Lit(pos.Line))
		if len(q.Slots) > 0 {
			field("Lines", jen.Index().Int().ValuesFunc(func(g *jen.Group) {
				for _, slot := range q.Slots {
					g.Lit(slot.Line)
				}
			}))
		}
		if q.ReadOnly {
			field("ReadOnly", jen.True())
		}
		g.Line()
	}
}

// importForeign registers the names of the packages that sqlc's types are in.
func (r *root) importForeign(f *jen.File, q *ir.Query) {
	register := func(t ir.Type) {
		if t, ok := t.(*ir.Foreign); ok {
			for name, path := range t.Imports {
				f.ImportName(path, name)
			}
		}
	}
	for _, p := range q.Params {
		register(p.Type)
	}
	register(q.Result)
}

// declare puts a name of the root package in use, and reports a clash.
func (r *root) declare(name string, what declaration) {
	first, taken := r.declared[name]
	switch {
	case !taken:
		r.declared[name] = what
	case first != what: // else it has been reported for the SurrealDB package
		r.clash(first, what, name, r.opts.Package)
	}
}
