package surqlcheck

import (
	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// Check reports what is wrong within the schema itself: references to what is
// not defined, and expressions that cannot work. It is of use once all files
// are applied, whatever their order.
func (c *Catalog) Check() *diag.List {
	sc := &schemaChecker{cat: c, diags: &diag.List{}}
	for _, o := range c.order {
		sc.object(o)
	}
	return sc.diags
}

type schemaChecker struct {
	cat   *Catalog
	diags *diag.List
}

func (sc *schemaChecker) object(o *Object) {
	switch def := o.Def.(type) {
	case *surql.DefineTable:
		sc.table(o, def)
	case *surql.DefineField:
		sc.field(o, def)
	case *surql.DefineIndex:
		sc.index(o, def)
	case *surql.DefineEvent:
		sc.event(o, def)
	case *surql.DefineFunction:
		sc.function(def)
	case *surql.DefineParam:
		sc.expr(def.Value, &scope{})
	case *surql.DefineAnalyzer:
		if def.Function != nil {
			sc.known(ObjectFunction, "", def.Function.Path, def.Function.Span())
		}
	case *surql.DefineAccess:
		sc.access(def)
	}
}

// expr infers an expression of a definition. Parameters that the engine does
// not set there are those of a session, which may hold anything.
func (sc *schemaChecker) expr(x surql.Expr, s *scope) kind.Kind {
	if x == nil {
		return kind.Any
	}
	ck := &checker{cat: sc.cat, diags: sc.diags, params: newParams(), strict: true}
	return ck.expr(x, s, nil)
}

// known reports a name that is not defined.
func (sc *schemaChecker) known(k ObjectKind, table, name string, span source.Span) {
	if sc.cat.lookup(k, table, name) == nil {
		missing(sc.diags, span, &Object{Kind: k, Table: table, Name: name}, sc.cat.names(k, table))
	}
}

func (sc *schemaChecker) tables(names []surql.Ident) {
	for i := range names {
		sc.knownTable(names[i].Name, names[i].Span())
	}
}

func (sc *schemaChecker) knownTable(name string, span source.Span) {
	if sc.cat.lookup(ObjectTable, "", name) != nil {
		return
	}
	d := sc.diags.Errorf(span, diag.SchemaUnknownTable, "table %s is not defined", name)
	if near := diag.Nearest(name, sc.cat.tableNames()); near != "" {
		d.WithHelp("did you mean %s?", near)
	}
}

func (sc *schemaChecker) table(o *Object, def *surql.DefineTable) {
	if def.Type != nil {
		sc.tables(def.Type.From)
		sc.tables(def.Type.To)
	}
	if def.View != nil {
		sc.tables(def.View.From)
		sc.view(def.View)
	}
	if t := sc.cat.Table(o.Name); t != nil {
		sc.permissions(def.Permissions, t)
	}
}

func (sc *schemaChecker) view(v *surql.View) {
	var rows []kind.Kind
	for _, from := range v.From {
		if t := sc.cat.Table(from.Name); t != nil {
			rows = append(rows, t.Row)
		}
	}
	ck := &checker{cat: sc.cat, diags: sc.diags, params: newParams(), strict: true}
	s := &scope{doc: kind.Join(rows...), view: true}
	ck.project(v.Fields, ck.where(v.Where, s), v.Group)
}

func (sc *schemaChecker) permissions(p *surql.Permissions, t *Table) {
	if p == nil {
		return
	}
	for _, f := range p.For {
		if f.Permission.Cond != nil {
			sc.expr(f.Permission.Cond, sc.recordScope(t, kind.Any))
		}
	}
}

// recordScope returns the scope of an expression about a record of the table,
// with what the engine sets there.
func (sc *schemaChecker) recordScope(t *Table, value kind.Kind) *scope {
	s := &scope{doc: t.Row}
	for name, k := range map[string]kind.Kind{
		"value": value, "input": kind.Any, "before": kind.Option(t.Row), "after": kind.Option(t.Row),
		"event": kind.String, "reference": kind.Any,
	} {
		s.set(name, k).used = true
	}
	return s
}

func (sc *schemaChecker) field(o *Object, def *surql.DefineField) {
	nameSpan := def.Name.Span()
	if def.Table != nil {
		sc.knownTable(o.Table, def.Table.Span())
	}
	t := sc.cat.Table(o.Table)
	if t == nil {
		return
	}
	f := t.field(fieldPath(def.Name))
	if f == nil {
		return
	}
	if def.Type != nil {
		sc.cat.checkTables(def.Type, func(id surql.Ident) { sc.knownTable(id.Name, id.Span()) })
	}
	stored := kind.Kind(kind.Any)
	if def.Type != nil {
		stored = kindOf(def.Type, nil)
	}
	gives := func(x surql.Expr, clause string) {
		if x == nil {
			return
		}
		k := sc.expr(x, sc.recordScope(t, kind.Option(stored)))
		if _, verdict := kind.Coerce(k, stored); verdict == kind.Nothing && k != kind.None {
			sc.diags.Errorf(x.Span(), diag.SchemaExpression, "%s of field %s gives %s, which is not %s", clause, o.Name, kind.Widen(k), stored).
				WithRelated(nameSpan, "defined here")
		}
	}
	if def.Default != nil {
		gives(def.Default.X, "DEFAULT")
	}
	gives(def.Value, "VALUE")
	gives(def.Computed, "COMPUTED")
	if def.Assert != nil {
		sc.expr(def.Assert, sc.recordScope(t, stored))
	}
	sc.permissions(def.Permissions, t)
}

func (sc *schemaChecker) index(o *Object, def *surql.DefineIndex) {
	sc.knownTable(o.Table, def.Table.Span())
	t := sc.cat.Table(o.Table)
	if t == nil {
		return
	}
	for _, x := range def.Fields {
		path := fieldPath(x)
		if !t.Schemafull || path == nil || path[0] == "id" || t.Relation && (path[0] == "in" || path[0] == "out") {
			continue
		}
		if findField(t.fields, path[0]) == nil {
			d := sc.diags.Errorf(x.Span(), diag.SchemaUnknownField, "table %s has no field %s", t.Name, path[0])
			var names []string
			for _, f := range t.fields {
				names = append(names, f.name)
			}
			if near := diag.Nearest(path[0], names); near != "" {
				d.WithHelp("did you mean %s?", near)
			}
		}
	}
	if full, ok := def.Index.(*surql.FulltextIndex); ok && full.Analyzer.Name != "" {
		sc.known(ObjectAnalyzer, "", full.Analyzer.Name, full.Analyzer.Span())
	}
	if hnsw, ok := def.Index.(*surql.HNSWIndex); ok && len(def.Fields) == 1 {
		sc.vector(t, def.Fields[0], int(hnsw.Dimension))
	}
}

// vector checks the length of the vectors that an HNSW index is over.
func (sc *schemaChecker) vector(t *Table, field surql.Expr, dimension int) {
	f := t.field(fieldPath(field))
	if f == nil {
		return
	}
	for _, m := range kind.Members(f.stored) {
		if a, ok := m.(*kind.Array); ok && a.Len >= 0 && a.Len != dimension {
			sc.diags.Errorf(field.Span(), diag.QueryVector, "the index has %d dimensions, %s has %d", dimension, f.name, a.Len)
		}
	}
}

func (sc *schemaChecker) event(o *Object, def *surql.DefineEvent) {
	sc.knownTable(o.Table, def.Table.Span())
	t := sc.cat.Table(o.Table)
	if t == nil {
		return
	}
	s := sc.recordScope(t, t.Row)
	// Which of them are NONE depends on the event, which WHEN may ask about.
	s.set("before", t.Row).used = true
	s.set("after", t.Row).used = true
	sc.expr(def.When, s)
	for _, then := range def.Then {
		sc.expr(then, s.child())
	}
}

func (sc *schemaChecker) function(def *surql.DefineFunction) {
	s := &scope{}
	for _, p := range def.Params {
		sc.cat.checkTables(p.Kind, func(id surql.Ident) { sc.knownTable(id.Name, id.Span()) })
		s.set(p.Name.Name, paramKind(p.Kind))
	}
	ck := &checker{cat: sc.cat, diags: sc.diags, params: newParams(), strict: true, calls: map[string]bool{def.Name.Path: true}}
	k := ck.block(def.Body, s)
	if def.Returns == nil {
		return
	}
	sc.cat.checkTables(def.Returns, func(id surql.Ident) { sc.knownTable(id.Name, id.Span()) })
	declared := kindOf(def.Returns, nil)
	if _, verdict := kind.Coerce(k, declared); verdict == kind.Nothing {
		sc.diags.Errorf(def.Returns.Span(), diag.SchemaExpression, "%s returns %s, which is not %s", def.Name.Path, kind.Widen(k), declared)
	}
}

func (sc *schemaChecker) access(def *surql.DefineAccess) {
	s := &scope{}
	if record, ok := def.Type.(*surql.RecordAccess); ok {
		sc.expr(record.Signup, s)
		sc.expr(record.Signin, s)
	}
	sc.expr(def.Authenticate, s)
}
