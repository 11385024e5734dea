package emit

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/names"
	"github.com/devq-ai/tandem/internal/source"
)

// A graph is the SurrealDB package.
type graph struct {
	*emitter
	models  *graphFile
	files   []*graphFile // of the query files
	scope   *names.Scope // the package's exported identifiers
	private *names.Scope // and its unexported ones
	places  map[string]declaration

	ids          map[string]*repr // of the record ids, by table
	rows         map[string]*repr // of the row types, by table
	recordUnions map[string]*repr
	schemaTypes  map[string]schemaType
	enums        map[string][]*repr // of the schema's enums, by enumKey
	queries      map[*ir.Query]*graphQuery
	errs         []error

	kindOverrides   map[string]*Override
	columnOverrides map[string]*columnOverride
	columnOrigins   map[source.Span]*columnOverride // by the columns' definitions
	docs            map[source.Span][]string        // of the schema's fields, by their definitions

	queryFiles map[*source.File]bool
}

// A graphFile is a file of the package with the types that it declares.
type graphFile struct {
	name    string
	decls   []*decl
	queries []*graphQuery
}

// A place is where a type stands, from which it has its name if the schema
// does not name it.
type place struct {
	file *graphFile
	name string // the Go name for a type that stands here
	of   string // what it is the type of, for comments
	// column is set where the values are those of an overridden column, by
	// themselves or in lists.
	column *columnOverride
}

// element is the place of the elements of the list that stands at p.
func (p place) element() place {
	return place{p.file, names.Singular(p.name), "an element of " + p.of, p.column}
}

// A schemaType is an object, a tuple or a union that the schema names, so that all
// queries have the same Go type for it.
type schemaType struct {
	text string // to tell that a type with that name is still the schema's
	repr *repr
}

func newGraph(e *emitter) (*graph, error) {
	g := &graph{
		emitter:      e,
		models:       &graphFile{name: "models"},
		scope:        names.NewScope(),
		private:      names.NewScope(),
		places:       map[string]declaration{},
		ids:          map[string]*repr{},
		rows:         map[string]*repr{},
		recordUnions: map[string]*repr{},
		schemaTypes:  map[string]schemaType{},
		enums:        map[string][]*repr{},
		queries:      map[*ir.Query]*graphQuery{},

		kindOverrides:   map[string]*Override{},
		columnOverrides: map[string]*columnOverride{},
		columnOrigins:   map[source.Span]*columnOverride{},
		docs:            map[source.Span][]string{},

		queryFiles: map[*source.File]bool{},
	}
	g.newOverrides()
	g.reserve("Queries", own("Queries"))
	g.reserve("New", own("New"))
	if e.opts.Interface {
		g.reserve("Querier", own("Querier"))
	}

	// The names that users know come first, and must not clash. What follows
	// from them gets a name that is free.
	rows := make([]*decl, len(e.program.Models))
	ids := make([]*decl, len(e.program.Models))
	for i, m := range e.program.Models {
		name := e.opts.Names.Exported(m.Name)
		rows[i] = g.primary(name, e.ofTable("row type", m))
		ids[i] = g.primary(name+"ID", e.ofTable("record id", m))
		g.reserve("New"+name+"ID", e.ofTable("constructor of record ids", m))
		g.reserve("Parse"+name+"ID", e.ofTable("parser of record ids", m))
		rows[i].doc = m.Doc
		if len(m.Doc) == 0 {
			rows[i].doc = []string{name + " is a record of the table " + m.Name + "."}
		}
		g.rows[m.Name] = g.repr(rows[i], nil)
		g.ids[m.Name] = g.repr(ids[i], nil)
	}
	fileNames := names.NewScope("db", g.models.name)
	for _, f := range e.queryFiles(ir.SurrealDB) {
		g.queryFiles[f.Span.File] = true
		file := &graphFile{name: fileNames.Unique(goFileName(f.Name))}
		g.files = append(g.files, file)
		for _, q := range f.Queries {
			query := g.nameQuery(file, q)
			file.queries = append(file.queries, query)
			g.queries[q] = query
		}
	}

	for i, m := range e.program.Models {
		g.models.decls = append(g.models.decls, ids[i], rows[i])
		g.idDecl(ids[i], m)
		g.structDecl(rows[i], m.Row, []string{m.Name}, g.models)
	}
	g.checkOverrides()
	for _, file := range g.files {
		for _, query := range file.queries {
			g.typeQuery(query)
		}
	}
	g.nameParams()
	// Other codecs read and write these, whatever the queries do.
	for i, m := range e.program.Models {
		ids[i].marshals = true
		marshal := []*repr{g.ids[m.Name]}
		if e.opts.CBORMethods {
			marshal = append(marshal, g.rows[m.Name])
		}
		for _, r := range marshal {
			r.needReader()
			r.needWriter()
		}
	}
	for _, d := range g.models.decls {
		d.marshals = d.marshals || e.opts.CBORMethods
	}
	return g, errors.Join(g.errs...)
}

func (g *graph) path() string { return g.opts.Surreal.ImportPath }

func (g *graph) failf(format string, args ...any) {
	g.errs = append(g.errs, fmt.Errorf(format, args...))
}

// primary declares a type that must not have another name than this.
func (g *graph) primary(name string, what declaration) *decl {
	g.reserve(name, what)
	return g.newDecl(name)
}

// reserve puts a name in use that must not be another one, and reports a clash.
func (g *graph) reserve(name string, what declaration) {
	if first, taken := g.places[name]; taken {
		g.clash(first, what, name, g.opts.Surreal.Package)
	}
	g.places[name] = what
	g.scope.Take(name)
}

// declare declares a type that follows from the place where it stands. about is
// what its comment says of it.
func (g *graph) declare(at place, about string) *decl {
	d := g.newDecl(g.scope.Unique(at.name))
	d.doc = []string{d.name + " " + about}
	at.file.decls = append(at.file.decls, d)
	return d
}

// resolve returns the representation of a type that stands at the place.
func (g *graph) resolve(t ir.Type, at place) *repr {
	if at.column != nil && ir.Equal(plain(t), at.column.typ) {
		return g.overridden(t, at.column.Override, at)
	}
	switch t := t.(type) {
	case ir.Scalar:
		if o := g.kindOverrides[t.String()]; o != nil {
			return g.overridden(t, o, at)
		}
		return scalar(t)
	case *ir.Geometry:
		return geometry(t)
	case *ir.Range:
		elem := g.resolve(t.Elem, at)
		typ := func(q qualifier) *jen.Statement { return q(surrealPath, "Range").Types(elem.typ(q)) }
		r := wrapped(elem, typ, surrealPath, "DecodeRange", "EncodeRange")
		r.zero, r.absent = zeroOf(typ), neverAbsent
		return r
	case *ir.Option:
		if n, ok := t.Elem.(*ir.Nullable); ok {
			if elem := g.resolve(n.Elem, at); elem.absent != noneAbsent {
				return g.maybe(orNull(elem), "Option")
			}
			return scalar(ir.Any)
		}
		elem := g.resolve(t.Elem, at)
		if elem.absent == noneAbsent {
			return elem
		}
		return g.maybe(elem, "Option")
	case *ir.Nullable:
		elem := g.resolve(t.Elem, at)
		if elem.absent == noneAbsent {
			return elem
		}
		return g.maybe(elem, "Nullable")
	case *ir.Array:
		return list(g.resolve(t.Elem, at.element()), "Array", t.Len)
	case *ir.Set:
		return list(g.resolve(t.Elem, at.element()), "Set", t.Len)
	case *ir.Tuple:
		return g.named(t, t.Name, at, func(at place) *repr { return g.tuple(t, at) })
	case *ir.Record:
		if len(t.Tables) == 0 {
			return fromRuntime(named(surrealPath, "RecordID"), "DecodeRecordID", "EncodeRecordID")
		}
		return g.recordUnion(t)
	case *ir.Row:
		return g.rows[t.Model.Name]
	case *ir.Literal:
		switch t.Value.(type) {
		case bool:
			return scalar(ir.Bool)
		case float64:
			return scalar(ir.Float)
		}
		return g.enumDecl([]*ir.Literal{t}, at)
	case *ir.Union:
		if same := g.enums[enumKey(t)]; t.Name == nil && len(same) == 1 && at.file != g.models {
			return same[0]
		}
		return g.named(t, t.Name, at, func(at place) *repr { return g.union(t, at) })
	case *ir.Object:
		if t.IsFree() {
			return freeObject()
		}
		return g.named(t, t.Name, at, func(at place) *repr { return g.object(t, at) })
	}
	g.failf("%s has the type %s, which SurrealDB does not have", at.of, ir.TypeString(t))
	return scalar(ir.Any)
}

// object returns the representation of an object with fields: a struct of its
// own.
func (g *graph) object(t *ir.Object, at place) *repr {
	d := g.declare(at, "is the type of "+at.of+".")
	g.structDecl(d, t, t.Name, at.file)
	return g.repr(d, nil)
}

// enumKey is the same for unions with the same members, in whatever order.
func enumKey(t *ir.Union) string {
	texts := make([]string, len(t.Members))
	for i, m := range t.Members {
		texts[i] = ir.TypeString(m)
	}
	slices.Sort(texts)
	return strings.Join(texts, " | ")
}

// maybe is the representation of a value that may be missing, or NULL.
func (g *graph) maybe(elem *repr, kind string) *repr {
	switch {
	case !g.opts.OptionType:
		return maybe(elem, kind)
	case kind == "Nullable":
		return orNull(elem)
	}
	return option(elem)
}

// freeObject is the representation of an object of which nothing is known.
func freeObject() *repr {
	return &repr{
		typ:    func(q qualifier) *jen.Statement { return jen.Map(jen.String()).Add(valueType(q)) },
		zero:   zeroNil,
		absent: nilAbsent,
		decode: reader{fn: qualFn(surrealPath, "DecodeObject")},
		encode: writer{fn: qualFn(surrealPath, "EncodeObject")},
	}
}

// named returns the representation of an object, a tuple or a union: the one
// that the schema's name for it has, or one of its own where it has no name, or
// where a query has changed it.
func (g *graph) named(t ir.Type, name []string, at place, make func(place) *repr) *repr {
	if name == nil {
		return make(at)
	}
	key, text := strings.Join(name, "\x00"), ir.TypeString(t)
	known, ok := g.schemaTypes[key]
	switch {
	case ok && known.text == text:
		return known.repr
	case ok:
		return make(at)
	}
	words := name
	if len(name) == 2 && name[1] == "id" {
		words = []string{name[0], "key"} // TableID is the record id, of which this is the key
	}
	id := g.opts.Names.Exported(positions(words)...)
	if name[len(name)-1] == "*" {
		id = names.Singular(id)
	}
	r := make(place{file: g.models, name: id, of: pathText(name)})
	g.schemaTypes[key] = schemaType{text, r}
	if u, ok := t.(*ir.Union); ok && enumLiterals(u.Members) != nil {
		g.enums[enumKey(u)] = append(g.enums[enumKey(u)], r)
	}
	return r
}
