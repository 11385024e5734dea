package emit

import (
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/names"
	"github.com/devq-ai/tandem/internal/source"
)

// A graphQuery is a query as a method of Queries.
type graphQuery struct {
	method
	file  *graphFile
	text  string // the constant with the query's text
	vars  []variable
	slots []resultSlot
	// The structs for parameters, rows and results; nil where the query has
	// none of its own.
	params, row, result *decl
	rowRepr             *repr
}

// A variable is a parameter with the Go expression for its value.
type variable struct {
	param *ir.Param
	value *jen.Statement
	repr  *repr
}

// chunk is what a query calls those of the rows to insert that it is to send.
const chunk = "chunk"

// A resultSlot is the result of a statement that the caller gets.
type resultSlot struct {
	index int
	field string // its name in the results struct
	typ   ir.Type
	// origin is the definition of the field whose values the result is.
	origin source.Span
	repr   *repr
}

// nameQuery declares what q has by its own name.
func (g *graph) nameQuery(file *graphFile, q *ir.Query) *graphQuery {
	query := &graphQuery{file: file}
	query.query, query.name = q, capitalized(q.Name)
	query.text = g.private.Unique(unexported(query.name) + "Query")
	key := "method " + query.name
	if first, taken := g.places[key]; taken {
		g.clash(first, ofQuery("the query", q), "the method "+query.name, g.opts.Surreal.Package)
	}
	g.places[key] = ofQuery("the query", q)

	declare := func(suffix, about string) *decl {
		d := g.primary(query.name+suffix, ofQuery("the "+strings.ToLower(suffix)+" type of query", q))
		d.doc = []string{d.name + " " + about + " " + query.name + "."}
		return d
	}
	limit := 1
	if g.opts.ParameterLimit != nil {
		limit = *g.opts.ParameterLimit
	}
	if len(q.Params) > limit {
		query.params = declare("Params", "are the parameters of")
	}
	for i, s := range q.Slots {
		if s.Type != nil && q.Cardinality != ir.Exec {
			query.slots = append(query.slots, resultSlot{index: i, typ: s.Type, field: s.Name, origin: s.Origin})
		}
	}
	if len(query.slots) > 1 && q.Cardinality != ir.Live {
		query.result = declare("Result", "holds the results of the statements of")
	} else if o, ok := q.Result.(*ir.Object); ok && o.Name == nil && len(o.Fields) > 0 {
		query.row = declare("Row", "is a row of")
	}
	return query
}

// typeQuery chooses the types of what the query takes and returns.
func (g *graph) typeQuery(q *graphQuery) {
	g.typeParams(q)
	switch {
	case q.query.Cardinality == ir.Exec:
	case q.query.Cardinality == ir.Live:
		row := g.typeRow(q)
		q.results = []goType{func(qualify qualifier) *jen.Statement {
			return jen.Op("*").Add(qualify(surrealPath, "Live").Types(row.typ(qualify)))
		}}
	case q.result != nil:
		g.typeResults(q)
	default:
		row := g.typeRow(q)
		switch q.query.Cardinality {
		case ir.Many:
			q.results = []goType{sliceOf(row.typ)}
		case ir.Iter:
			q.results = []goType{func(qualify qualifier) *jen.Statement {
				return jen.Qual("iter", "Seq2").Types(row.typ(qualify), jen.Error())
			}}
		default:
			q.results = []goType{row.typ}
		}
	}
}

func (g *graph) typeParams(q *graphQuery) {
	if len(q.query.Params) == 0 {
		return
	}
	if q.params == nil {
		for _, p := range q.query.Params {
			r := g.resolve(p.Type, g.paramPlace(q, p))
			r.needWriter()
			q.vars = append(q.vars, variable{param: p, repr: r})
		}
		return
	}
	q.file.decls = append(q.file.decls, q.params)
	scope := g.newFields()
	var fields []*field
	for _, p := range q.query.Params {
		r := g.resolve(p.Type, g.paramPlace(q, p))
		r.needWriter()
		name := scope.name(p.Name)
		fields = append(fields, &field{source: &ir.Field{Name: p.Name, Type: p.Type}, name: name, tag: scope.tag(p.Name), repr: r})
		q.vars = append(q.vars, variable{p, jen.Id("arg").Dot(name), r})
	}
	q.method.params = []param{{"arg", named(g.path(), q.params.name)}}
	q.params.render = func(f *jen.File) {
		renderPlainStruct(f, q.params, fields)
		if q.rows() == nil {
			f.Line()
			f.Func().Params(jen.Id("arg").Id(q.params.name)).Id("encode").Params(jen.Id("e").Op("*").Qual(cborPath, "Encoder")).BlockFunc(q.writeVariables)
		}
	}
}

// nameParams names the arguments of the queries, when all types are known: none
// may hide a function that reads or writes one of them.
func (g *graph) nameParams() {
	functions := map[string]bool{}
	for _, d := range g.decls() {
		functions[d.decode], functions[d.encode] = true, true
	}
	for _, file := range g.files {
		for _, q := range file.queries {
			if q.params == nil {
				g.nameParamsOf(q, functions)
			}
		}
	}
}

func (g *graph) nameParamsOf(q *graphQuery, functions map[string]bool) {
	scope := names.NewScope("ctx", "q", "d", "e", "r", "v", "resp", "err", "db", chunk, q.text)
	if q.query.Cardinality == ir.Iter {
		scope.Take("rows") // what the repository calls the iterator
	}
	for _, name := range g.imports {
		scope.Take(name)
	}
	for i := range q.vars {
		v := &q.vars[i]
		local := g.opts.Names.Local(v.param.Name)
		if functions[local] {
			scope.Take(local)
		}
		name := scope.Unique(local)
		v.value = jen.Id(name)
		q.method.params = append(q.method.params, param{name, v.repr.typ})
	}
}

// paramPlace is where the type of a parameter stands.
func (g *graph) paramPlace(q *graphQuery, p *ir.Param) place {
	return place{file: q.file, name: q.name + g.opts.Names.Exported(p.Name), of: "the parameter " + p.Name + " of " + q.name, column: g.columnOrigins[p.Origin]}
}

// typeRow returns the representation of one row.
func (g *graph) typeRow(q *graphQuery) *repr {
	if q.row != nil {
		q.file.decls = append(q.file.decls, q.row)
		g.structDecl(q.row, q.query.Result.(*ir.Object), nil, q.file)
		q.rowRepr = g.repr(q.row, nil)
	} else {
		q.rowRepr = g.resolve(q.query.Result, place{q.file, q.name + "Value", "what " + q.name + " returns", g.columnOrigins[q.slots[0].origin]})
	}
	q.rowRepr.needReader()
	return q.rowRepr
}

// typeResults declares the struct of a query with several results.
func (g *graph) typeResults(q *graphQuery) {
	q.file.decls = append(q.file.decls, q.result)
	scope := g.newFields()
	var fields []*field
	for i := range q.slots {
		slot := &q.slots[i]
		if slot.field == "" {
			slot.field = "result" + strconv.Itoa(i+1)
		}
		name := scope.name(slot.field)
		slot.repr = g.resolve(slot.typ, place{q.file, q.name + name, q.result.name + "." + name, g.columnOrigins[slot.origin]})
		slot.repr.needReader()
		fields = append(fields, &field{source: &ir.Field{Name: slot.field, Type: slot.typ}, name: name, tag: scope.tag(slot.field), repr: slot.repr})
		slot.field = name
	}
	q.results = []goType{named(g.path(), q.result.name)}
	q.result.render = func(f *jen.File) { renderPlainStruct(f, q.result, fields) }
}

// renderPlainStruct writes a struct that is never decoded or encoded as one.
func renderPlainStruct(f *jen.File, d *decl, fields []*field) {
	d.header(f, jen.StructFunc(func(g *jen.Group) {
		for _, field := range fields {
			field.render(g)
		}
	}))
}

func (g *graph) render() {
	plan := func(name string, write func(f *jen.File)) {
		sub := g.opts.Surreal
		g.file(sub.Dir, name+".go", sub.ImportPath, sub.Package, write)
	}
	plan("db", g.renderQueries)
	files := g.files
	if len(g.models.decls) > 0 {
		files = append([]*graphFile{g.models}, files...)
	}
	for _, file := range files {
		plan(file.name, func(f *jen.File) { g.renderFile(f, file) })
	}
}

// renderQueries writes db.go.
func (g *graph) renderQueries(f *jen.File) {
	f.PackageComment("// Package " + g.opts.Surreal.Package + " holds the SurrealDB queries and their types.")
	f.Comment("With a runtime that this code was not generated for, it does not compile.")
	f.Const().Id("_").Op("=").Qual(storePath, "GeneratedForV1")
	f.Comment("New returns the queries that run over db: a pool or a transaction.")
	f.Func().Id("New").Params(jen.Id("db").Qual(surrealPath, "Querier")).Op("*").Id("Queries").Block(
		jen.Return(jen.Op("&").Id("Queries").Values(jen.Dict{jen.Id("db"): jen.Id("db")})),
	)
	doc(f.Group, []string{"Queries has a method for each query. It is as safe for concurrent use as what it", "runs over."}, "")
	f.Type().Id("Queries").Struct(jen.Id("db").Qual(surrealPath, "Querier"))
	if g.opts.Interface {
		g.renderInterface(f)
	}
}

// renderInterface writes the interface that Queries implements.
func (g *graph) renderInterface(f *jen.File) {
	f.Comment("Querier has a method for each query.")
	f.Type().Id("Querier").InterfaceFunc(func(group *jen.Group) {
		for _, file := range g.files {
			for _, q := range file.queries {
				doc(group, q.query.Doc, "")
				group.Add(q.signature(qual))
			}
		}
	})
	f.Var().Id("_").Id("Querier").Op("=").Parens(jen.Op("*").Id("Queries")).Call(jen.Nil())
}

func (g *graph) renderFile(f *jen.File, file *graphFile) {
	for _, d := range file.decls {
		d.render(f)
		if d.marshals {
			d.marshalers(f)
		}
		f.Line()
	}
	for _, q := range file.queries {
		g.renderQuery(f, q)
	}
}

// renderQuery writes the query's text and its method.
func (g *graph) renderQuery(f *jen.File, q *graphQuery) {
	f.Const().Id(q.text).Op("=").Add(queryText(q.query.Text))
	doc(f.Group, q.query.Doc, q.name+" runs the query "+q.query.Name+" of "+g.opts.path(q.query.Span.File)+".")
	f.Func().Params(jen.Id("q").Op("*").Id("Queries")).Add(q.signature(qual)).BlockFunc(q.renderBody)
}

// queryText renders a query's text as people write it: between backquotes, or
// between quotes where it has backquotes of its own in its only line, or what
// Go does not take between backquotes, such as a carriage return.
func queryText(text string) *jen.Statement {
	lines := strings.Split(text, "\n")
	if len(lines) == 1 && strings.Contains(text, "`") {
		return jen.Lit(text)
	}
	for _, line := range lines {
		if !strconv.CanBackquote(strings.ReplaceAll(line, "`", "")) {
			return jen.Lit(text)
		}
	}
	return jen.Op("`" + strings.ReplaceAll(text, "`", "` + \"`\" + `") + "`")
}

// rows returns the variable with the rows that the query inserts, or nil.
func (q *graphQuery) rows() *variable {
	for i := range q.vars {
		if q.vars[i].param == q.query.Rows {
			return &q.vars[i]
		}
	}
	return nil
}

// variables renders the function that writes the query's variables, or nil.
func (q *graphQuery) variables() *jen.Statement {
	rows := q.rows()
	switch {
	case len(q.vars) == 0:
		return jen.Nil()
	case q.params != nil && rows == nil:
		return jen.Id("arg").Dot("encode")
	}
	return jen.Func().ParamsFunc(func(g *jen.Group) {
		g.Id("e").Op("*").Qual(cborPath, "Encoder")
		if rows != nil {
			g.Id(chunk).Add(rows.repr.typ(qual))
		}
	}).BlockFunc(q.writeVariables)
}

// writeVariables renders the writing of the query's variables.
func (q *graphQuery) writeVariables(g *jen.Group) {
	rows := q.rows()
	g.Id("e").Dot("Map").Call(jen.Lit(len(q.vars)))
	for i := range q.vars {
		v := &q.vars[i]
		value := v.value.Clone()
		if v == rows {
			value = jen.Id(chunk)
		}
		g.Id("e").Dot("Key").Call(jen.Lit(v.param.Name))
		g.Add(v.repr.write(value))
	}
}

// send renders the call that sends the query and returns its response.
func (q *graphQuery) send() *jen.Statement {
	db := jen.Id("q").Dot("db")
	if rows := q.rows(); rows != nil {
		return jen.Qual(surrealPath, "Insert").Call(jen.Id("ctx"), db, jen.Id(q.text), rows.value.Clone(), q.variables())
	}
	return db.Dot("Query").Call(jen.Id("ctx"), jen.Id(q.text), q.variables())
}

func (q *graphQuery) renderBody(g *jen.Group) {
	name := jen.Lit(q.query.Name)
	if q.query.Cardinality == ir.Live {
		g.Return(jen.Qual(surrealPath, "NewLive").Call(
			jen.Id("ctx"), jen.Id("q").Dot("db"), name, jen.Id(q.text), q.variables(), q.rowRepr.readFunc()))
		return
	}
	if q.query.Cardinality == ir.Exec {
		g.List(jen.Id("_"), jen.Err()).Op(":=").Add(q.send())
		g.Return(jen.Err())
		return
	}
	g.List(jen.Id("resp"), jen.Err()).Op(":=").Add(q.send())
	zero := jen.Nil()
	switch {
	case q.result != nil:
		zero = jen.Id(q.result.name).Values()
	case q.query.Cardinality == ir.One:
		zero = q.rowRepr.zero()
	}
	g.If(jen.Err().Op("!=").Nil()).Block(jen.Return(zero, jen.Err()))
	read := func(helper string, slot int, row *repr) *jen.Statement {
		return jen.Qual(surrealPath, helper).Call(jen.Id("resp"), name.Clone(), jen.Lit(slot), row.readFunc())
	}
	if q.result == nil {
		helper, row := q.helper()
		g.Return(read(helper, q.slots[0].index, row))
		return
	}
	g.Var().Id("v").Id(q.result.name)
	for _, slot := range q.slots {
		g.If(
			jen.List(jen.Id("v").Dot(slot.field), jen.Err()).Op("=").Add(read("Result", slot.index, slot.repr)),
			jen.Err().Op("!=").Nil(),
		).Block(jen.Return(zero.Clone(), jen.Err()))
	}
	g.Return(jen.Id("v"), jen.Nil())
}

// helper returns the function of the runtime that makes what the method
// returns of the statement's result, and what it reads with.
func (q *graphQuery) helper() (string, *repr) {
	slot, result := q.slots[0].typ, q.query.Result
	if q.query.Cardinality == ir.Iter {
		if _, optional := slot.(*ir.Option); optional {
			return "IterateOption", q.rowRepr
		}
		return "Iterate", q.rowRepr
	}
	if q.query.Cardinality == ir.Many {
		optional := false
		if o, ok := slot.(*ir.Option); ok {
			optional, slot = true, o.Elem
		}
		var rows *repr
		switch slot.(type) {
		case *ir.Array, *ir.Tuple:
			if !optional {
				return "Rows", q.rowRepr
			}
			rows = list(q.rowRepr, "Array", 0)
		case *ir.Set:
			rows = list(q.rowRepr, "Set", 0)
		default: // arrays and sets of several types
			rows = wrapped(q.rowRepr, sliceOf(q.rowRepr.typ), cborPath, "DecodeList", "")
		}
		if optional {
			rows = maybe(rows, "Option")
		}
		return "Result", rows
	}
	if ir.Equal(slot, result) {
		return "Result", q.rowRepr
	}
	switch slot.(type) {
	case *ir.Option:
		return "Only", q.rowRepr
	default:
		return "Row", q.rowRepr
	}
}
