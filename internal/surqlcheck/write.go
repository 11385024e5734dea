package surqlcheck

import (
	"slices"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// A writeMode says which rules a write follows.
type writeMode uint8

const (
	writeNew     writeMode = iota // CREATE, INSERT, UPSERT … CONTENT, RELATE
	writeChange                   // UPDATE … SET
	writeReplace                  // UPDATE … CONTENT and REPLACE
	writeMerge                    // … MERGE
)

// A write is a statement that writes records of a table.
type write struct {
	mode writeMode
	// table is nil where it is not known.
	table *Table
	row   kind.Kind // the record as it is stored
	// ends says that the ends of an edge are part of the data.
	ends bool
	// byID says that the record's id is given outside of the data.
	byID bool
	// keyed says that the keys of the data are written out, so that a value for
	// each is given.
	keyed bool
	// param is the parameter that names the record, or nil.
	param *surql.Param
}

// An inputForm is what the object that a write takes depends on, beside the
// table.
type inputForm struct {
	mode              writeMode
	ends, byID, keyed bool
}

// input returns the object that CONTENT, MERGE and INSERT take.
func (w *write) input() kind.Kind {
	if w.table == nil {
		return kind.AnyObject
	}
	form := inputForm{w.mode, w.ends, w.byID, w.keyed}
	o := w.table.inputs[form]
	if o == nil {
		o = w.newInput()
		if w.table.inputs == nil {
			w.table.inputs = map[inputForm]*kind.Object{}
		}
		w.table.inputs[form] = o
	}
	return o
}

func (w *write) newInput() *kind.Object {
	t := w.table
	fields := make([]kind.Field, 0, len(t.fields)+3)
	if !w.byID && w.mode == writeNew {
		fields = append(fields, kind.Field{Name: "id", Kind: kind.Option(kind.RecordOf(t.Name))})
	}
	if t.Relation && w.ends {
		fields = append(fields, kind.Field{Name: "in", Kind: kind.RecordOf(t.In...)}, kind.Field{Name: "out", Kind: kind.RecordOf(t.Out...)})
	}
	for _, f := range t.fields {
		if f.name == "id" || t.Relation && (f.name == "in" || f.name == "out") || w.ignores(f) {
			continue
		}
		k := inputKind(f, w.mode)
		if w.optional(f) {
			k = kind.Option(k)
		}
		field := kind.Field{Name: f.name, Kind: kind.Later(k)}
		if f.def != nil {
			field.Doc, field.Span, field.Origin = docOf(f.def.Comment), f.def.Span(), f.def.Span()
		}
		fields = append(fields, field)
	}
	o := kind.NewObject(fields...)
	o.Open = !t.Schemafull
	return o
}

// ignores reports whether what is written to the field makes no difference, or
// is an error.
func (w *write) ignores(f *tableField) bool {
	if f.def == nil {
		return false
	}
	return f.def.Computed != nil || overridden(f.def) || f.def.Readonly && w.mode != writeNew
}

// overridden reports whether the field's VALUE does not look at what is written.
func overridden(def *surql.DefineField) bool {
	if def.Value == nil {
		return false
	}
	overridden := true
	surql.Walk(def.Value, func(n surql.Node) bool {
		if p, ok := n.(*surql.Param); ok && (p.Name == "value" || p.Name == "input") {
			overridden = false
		}
		return overridden
	})
	return overridden
}

// optional reports whether the field may be left out.
func (w *write) optional(f *tableField) bool {
	if w.mode == writeMerge && !w.keyed {
		return true
	}
	return fills(f, w.mode)
}

// fills reports whether the engine fills in the field where it is left out.
func fills(f *tableField, mode writeMode) bool {
	if f.def == nil {
		return false
	}
	return f.def.Value != nil || f.def.Default != nil && (mode == writeNew || f.def.Default.Always)
}

// inputKind returns what may be written to a field: what it stores, but fields
// inside of it that the engine fills in may be left out.
func inputKind(f *tableField, mode writeMode) kind.Kind {
	if len(f.children) == 0 {
		return f.stored
	}
	k := kind.Map(f.stored, func(m kind.Kind) kind.Kind {
		switch m := m.(type) {
		case *kind.Object:
			o := &kind.Object{Open: m.Open}
			for _, field := range m.Fields {
				if child := f.child(field.Name); child != nil {
					field.Kind = inputKind(child, mode)
					if fills(child, mode) {
						field.Kind = kind.Option(field.Kind)
					}
				}
				o = o.With(field)
			}
			if kind.Equal(o, m) {
				return m
			}
			return o
		case *kind.Array:
			if child := f.child("*"); child != nil {
				return &kind.Array{Elem: inputKind(child, mode), Len: m.Len}
			}
		case *kind.Set:
			if child := f.child("*"); child != nil {
				return &kind.Set{Elem: inputKind(child, mode), Len: m.Len}
			}
		}
		return m
	})
	if kind.Equal(k, f.stored) {
		return f.stored
	}
	return k
}

// data checks what the statement at the span writes.
func (c *checker) data(d surql.Data, w *write, s *scope, at source.Span) {
	inner := s.record(w.row)
	if w.row == kind.Any {
		c.params.target = w.param
		defer func() { c.params.target = nil }()
	}
	switch d := d.(type) {
	case nil:
		c.required(nil, w, at)
	case *surql.SetData:
		given := make([]string, 0, len(d.Items))
		for _, a := range d.Items {
			c.assign(a, w, inner)
			if path := fieldPath(a.Target); path != nil {
				given = append(given, path[0])
			}
		}
		c.required(given, w, d.Span())
	case *surql.UnsetData:
		for _, idiom := range d.Fields {
			c.idiom(idiom, inner, nil)
		}
	case *surql.ValueData:
		c.content(d, w, inner)
	}
}

func (c *checker) content(d *surql.ValueData, w *write, s *scope) {
	into := *w
	switch {
	case d.Op == surql.DataMerge:
		into.mode = writeMerge
	case d.Op == surql.DataPatch:
		c.expr(d.X, s, wants(kind.ArrayOf(patch), "a list of patches"))
		return
	case w.mode == writeChange:
		into.mode = writeReplace
	}
	_, into.keyed = surql.Unparen(d.X).(*surql.ObjectLit)
	k := c.checked(d.X, s, wants(into.input(), "what the record is made of"))
	c.record(k, &into, d.X.Span())
}

// record checks an object that is written as a record.
func (c *checker) record(k kind.Kind, w *write, span source.Span) {
	o, ok := k.(*kind.Object)
	if !ok || w.table == nil {
		return
	}
	given := make([]string, 0, len(o.Fields))
	for _, f := range o.Fields {
		if f.Kind != kind.None {
			given = append(given, f.Name)
		}
		at := span
		if f.Span.IsValid() && f.Span.File == span.File && f.Span.Start >= span.Start && f.Span.End <= span.End {
			at = f.Span
		}
		c.writeField(f.Name, f.Kind, w, at)
	}
	if !o.Open {
		c.required(given, w, span)
	}
}

// writeField checks a value that is written to a top-level field.
func (c *checker) writeField(name string, k kind.Kind, w *write, span source.Span) {
	t := w.table
	if name == "id" || t.Relation && (name == "in" || name == "out") {
		if name != "id" {
			c.checkEnd(k, t, name == "in", span)
		}
		return
	}
	f := findField(t.fields, name)
	if f == nil {
		if t.Schemafull && k != kind.None {
			c.unknownField(t.Row, name, span)
		}
		return
	}
	if f.def != nil && f.def.Computed != nil {
		c.ignored(span, diag.QueryComputed, "field %s is computed: what is written to it is ignored", name).
			WithRelated(f.def.Span(), "defined here")
		return
	}
	if f.def != nil && f.def.Readonly && w.mode != writeNew {
		c.diags.Warnf(span, diag.QueryReadonly, "field %s is read-only: an update that changes it fails", name).
			WithRelated(f.def.Span(), "defined here")
	}
	to := inputKind(f, w.mode)
	if w.mode == writeMerge {
		to = partly(to)
	}
	if w.optional(f) {
		to = kind.Option(to)
	}
	if f.def != nil && overridden(f.def) {
		return
	}
	c.fits(k, to, name, f, span)
}

// partly returns what MERGE takes for a kind: of an object, what it leaves out
// stays as it is.
func partly(k kind.Kind) kind.Kind {
	return kind.Map(k, func(m kind.Kind) kind.Kind {
		o, ok := m.(*kind.Object)
		if !ok {
			return m
		}
		for _, f := range o.Fields {
			f.Kind = kind.Option(partly(f.Kind))
			o = o.With(f)
		}
		return o
	})
}

// ignored reports what an engine passes over in silence: an error in a query
// file, where somebody wants it to happen.
func (c *checker) ignored(span source.Span, code diag.Code, format string, args ...any) *diag.Diagnostic {
	if c.strict {
		return c.diags.Errorf(span, code, format, args...)
	}
	return c.diags.Warnf(span, code, format, args...)
}

// fits reports a value that a field can never take, and one that it would hold
// though it is of another kind.
func (c *checker) fits(k, to kind.Kind, name string, f *tableField, span source.Span) {
	held, verdict := kind.Coerce(k, to)
	defined := f != nil && len(f.children) > 0 // what is in it is converted by itself
	if verdict != kind.Nothing && (defined || kind.Contains(to, held)) {
		return
	}
	var d *diag.Diagnostic
	if verdict == kind.Nothing {
		d = c.diags.Errorf(span, diag.QueryAssignment, "field %s takes %s, not %s", name, to, kind.Widen(k))
	} else {
		d = c.holds(held, to, name, span)
	}
	if f != nil && f.def != nil {
		d.WithRelated(f.def.Span(), "defined here")
	}
}

// holds reports a value that the engine stores as it is.
func (c *checker) holds(held, to kind.Kind, name string, span source.Span) *diag.Diagnostic {
	return c.ignored(span, diag.QueryAssignment, "field %s would hold %s, and is %s: the engine converts no numbers within objects and tuples, nor to literals", name, kind.Widen(held), to).
		WithHelp("write the numbers as they are to be, as in 1f or <float> $n")
}

// required reports the fields that a new record must have and that are not
// given.
func (c *checker) required(given []string, w *write, span source.Span) {
	if w.table == nil || w.mode != writeNew && w.mode != writeReplace || w.table.view {
		return
	}
	for _, end := range []string{"in", "out"} {
		if w.ends && w.table.Relation && !slices.Contains(given, end) {
			c.diags.Errorf(span, diag.QueryMissingField, "an edge of %s needs %s: the record at that end", w.table.Name, end).
				WithRelated(w.table.span(), "defined here")
		}
	}
	for _, f := range w.table.fields {
		if f.def == nil || f.name == "id" || slices.Contains(given, f.name) || w.ignores(f) || w.optional(f) {
			continue
		}
		if w.table.Relation && (f.name == "in" || f.name == "out") {
			continue
		}
		if kind.Admits(f.stored, kind.None) {
			continue
		}
		c.diags.Errorf(span, diag.QueryMissingField, "field %s of table %s is missing: it takes %s", f.name, w.table.Name, f.stored).
			WithRelated(f.def.Span(), "defined here")
	}
}

// assign checks one assignment of SET. A RETURN in its value gives the value.
func (c *checker) assign(a *surql.Assignment, w *write, s *scope) {
	s = s.child()
	s.returns = new([]kind.Kind)
	if w.table == nil {
		c.expr(a.Value, s, nil)
		return
	}
	path := fieldPath(a.Target)
	if len(path) == 1 && path[0] == "id" {
		c.expr(a.Value, s, mayWant(kind.RecordOf(w.table.Name), "a record's id"))
		return
	}
	to := c.idiom(a.Target, &scope{up: s, doc: w.row}, nil)
	why := "assigned to " + a.Target.Span().Text()
	f := w.table.field(path)
	if a.Op == surql.Assign && len(path) == 1 && f != nil {
		if to = inputKind(f, w.mode); w.optional(f) {
			to = kind.Option(to) // the engine fills in NONE
		}
		k := c.checked(a.Value, s, wants(kind.Later(to), why).of(f.origin()))
		c.writeField(path[0], k, w, a.Span())
		return
	}
	if a.Op != surql.Assign {
		c.increment(a, to, s, why)
		return
	}
	if f != nil && fills(f, w.mode) {
		to = kind.Option(to)
	}
	k := c.checked(a.Value, s, wants(kind.Later(to), why).of(f.origin()))
	if f != nil {
		c.fits(k, to, pathText(path), f, a.Span())
		return
	}
	if held, verdict := kind.Keep(k, to); verdict != kind.Nothing && !kind.Contains(to, held) {
		c.holds(held, to, a.Target.Span().Text(), a.Span())
	}
}

// increment checks += and its like, which add to a number or a collection.
func (c *checker) increment(a *surql.Assignment, to kind.Kind, s *scope, why string) {
	held := kind.Strip(to, kind.None, kind.Null)
	if elem, ok := kind.Elem(held); ok {
		c.checked(a.Value, s, wants(kind.Later(elem), "one of the elements of "+a.Target.Span().Text()))
		return
	}
	k := c.expr(a.Value, s, wants(held, why))
	op := surql.OpAdd
	if a.Op == surql.AssignSub {
		op = surql.OpSub
	}
	if held != kind.Any && held != kind.Never && k != kind.Never && a.Op != surql.AssignExtend && arithmetic(op, held, k) == kind.Never {
		c.diags.Errorf(a.Span(), diag.QueryOperand, "%s %s %s always fails", held, a.Op, kind.Widen(k))
	}
}

// patch is one entry of what RETURN DIFF gives.
var patch = kind.NewObject(
	kind.Field{Name: "op", Kind: kind.String},
	kind.Field{Name: "path", Kind: kind.String},
	kind.Field{Name: "value", Kind: kind.Any},
)

// An outcome is what a write has to return.
type outcome struct {
	before, after kind.Kind
	// usual is what is returned without RETURN.
	usual kind.Kind
	// record is what the fields of RETURN are of.
	record kind.Kind
}

// output returns what a writing statement returns for one record, Never where
// it returns none.
func (c *checker) output(out *surql.Output, r outcome, s *scope) kind.Kind {
	if out == nil {
		return r.usual
	}
	switch out.Kind {
	case surql.OutputNone:
		return kind.Never
	case surql.OutputNull:
		return kind.Null
	case surql.OutputDiff:
		return kind.ArrayOf(patch)
	case surql.OutputBefore:
		return r.before
	case surql.OutputAfter:
		return r.after
	}
	inner := s.record(kind.Later(r.record)) // a new record is not there yet
	inner.set("before", r.before).used = true
	inner.set("after", r.after).used = true
	return c.project(out.Fields, inner, nil)
}

// unborn returns what $before is for a new record: NONE or, where a table has
// COMPUTED fields, an object with these.
func (c *checker) unborn(tables []*Table) kind.Kind {
	before := kind.Kind(kind.None)
	for _, t := range tables {
		o := &kind.Object{}
		for _, f := range t.fields {
			if f.def != nil && f.def.Computed != nil {
				o = o.With(kind.Field{Name: f.name, Kind: c.cat.computedKind(f.def.Computed, kind.None)})
			}
		}
		if len(o.Fields) > 0 {
			before = kind.Join(before, o)
		}
	}
	if tables == nil {
		return kind.Any
	}
	return before
}

// shape makes the result of a statement of what it returns per record. With
// ONLY it is that or, where there may be no record, NONE.
func shape(k kind.Kind, only, mayMiss bool) kind.Kind {
	switch {
	case !only:
		return kind.ArrayOf(k)
	case k == kind.Never || mayMiss:
		return kind.Join(kind.None, k)
	}
	return k
}

// oneTable returns the table if all records are of the same.
func oneTable(tables []*Table) *Table {
	if len(tables) == 0 {
		return nil
	}
	for _, t := range tables[1:] {
		if t != tables[0] {
			return nil
		}
	}
	return tables[0]
}

func (c *checker) create(x *surql.CreateStmt, s *scope) kind.Kind {
	src := c.targets(x.What, s, true)
	c.writesView(&src, x)
	c.makesEdges(src.tables, x.What[0].Span())
	w := &write{mode: writeNew, table: oneTable(src.tables), row: src.rows, byID: src.byID}
	w.param, _ = c.callerParam(x.What[0], s)
	c.data(x.Data, w, s, x.Span())
	c.wrote(src.tables)
	after := c.recomputed(c.conforming(&src), false)
	k := c.output(x.Output, outcome{before: c.unborn(src.tables), after: after, usual: after, record: after}, s)
	return shape(k, x.Only, false)
}

// writesView reports a write to a view. The engine lets it pass, and what a
// record of the view holds is then not known.
func (c *checker) writesView(src *recordSource, at surql.Node) {
	for _, t := range src.tables {
		if !t.view {
			continue
		}
		c.ignored(at.Span(), diag.QueryView, "table %s is a view: the engine itself keeps its records", t.Name).
			WithRelated(t.span(), "defined here")
		src.rows = &kind.Object{Fields: []kind.Field{{Name: "id", Kind: kind.RecordOf(t.Name)}}, Open: true}
	}
}

// makesEdges reports a statement that makes records of relations but no edges
// of them, which the engine refuses.
func (c *checker) makesEdges(tables []*Table, at source.Span) {
	for _, t := range tables {
		if t.Relation {
			c.diags.Errorf(at, diag.QueryRelation, "table %s is a relation, and this makes no edge", t.Name).
				WithHelp("write RELATE …->%s->… or INSERT RELATION INTO %[1]s", t.Name).
				WithRelated(t.span(), "defined here")
		}
	}
}

func (c *checker) update(x *surql.UpdateStmt, s *scope) kind.Kind {
	src := c.targets(x.What, s, x.Upsert)
	c.writesView(&src, x)
	inner := c.where(x.Where, s.record(src.rows))
	c.indexes(x.With, src.tables)
	w := &write{mode: writeChange, table: oneTable(src.tables), row: src.rows, byID: true}
	w.param, _ = c.callerParam(x.What[0], s)
	if v, ok := x.Data.(*surql.ValueData); ok && x.Upsert && (v.Op == surql.DataContent || v.Op == surql.DataReplace) {
		w.mode = writeNew // the record may be new
	}
	if x.Data != nil {
		c.data(x.Data, w, inner, x.Span())
	}
	c.wrote(src.tables)
	after := c.recomputed(c.conforming(&src), false)
	if x.Where != nil {
		after = c.uncomputed(after)
	}
	before := c.recomputed(src.rows, false)
	if x.Upsert {
		before = kind.Join(c.unborn(src.tables), before)
	}
	if x.Explain != nil {
		return kind.Any
	}
	k := c.output(x.Output, outcome{before: before, after: after, usual: after, record: after}, s)
	c.onlyMany(x.Only && !x.Upsert, src, x)
	return shape(k, x.Only, !x.Upsert || x.Where != nil)
}

// uncomputed returns rows whose COMPUTED fields may be missing: engine 3.0 does
// not compute them anew after a change with a condition.
func (c *checker) uncomputed(rows kind.Kind) kind.Kind {
	return kind.Map(rows, func(k kind.Kind) kind.Kind {
		row, ok := k.(*kind.Object)
		if !ok || row.Row == "" {
			return k
		}
		o := row
		for _, f := range c.cat.Table(row.Row).fields {
			if f.def == nil || f.def.Computed == nil {
				continue
			}
			if field, ok := o.Field(f.name); ok {
				field.Kind = kind.Option(field.Kind)
				o = o.With(field)
			}
		}
		return o
	})
}

// onlyMany reports ONLY on a whole table.
func (c *checker) onlyMany(only bool, src recordSource, at surql.Node) {
	if only && src.many && len(src.tables) > 0 {
		c.diags.Warnf(at.Span(), diag.QueryOnlyMany, "ONLY fails when there is more than one record").
			WithHelp("name one record by its id")
	}
}

func (c *checker) deletes(x *surql.DeleteStmt, s *scope) kind.Kind {
	src := c.targets(x.What, s, false)
	c.where(x.Where, s.record(src.rows))
	c.indexes(x.With, src.tables)
	c.wrote(src.tables)
	if c.cat.indexed().unsetsReferences {
		c.wroteAll()
	}
	if x.Explain != nil {
		return kind.Any
	}
	k := c.output(x.Output, outcome{before: c.recomputed(src.rows, true), after: c.unborn(src.tables), usual: kind.Never, record: kind.None}, s)
	c.onlyMany(x.Only, src, x)
	return shape(k, x.Only, true)
}

func (c *checker) insert(x *surql.InsertStmt, s *scope) kind.Kind {
	var src recordSource
	src.rows = kind.Any
	if x.Into != nil {
		src = c.target(x.Into, s, true)
	}
	w := &write{mode: writeNew, table: oneTable(src.tables), row: src.rows, ends: x.Relation}
	if x.Relation && w.table != nil && !w.table.Relation && w.table.Def != nil && w.table.Def.Type != nil {
		c.diags.Errorf(x.Into.Span(), diag.QueryRelation, "table %s is no relation", w.table.Name).
			WithRelated(w.table.span(), "defined here")
	}
	if !x.Relation && len(x.OnDuplicate) == 0 && x.Into != nil {
		c.makesEdges(src.tables, x.Into.Span())
	}
	given := c.inserted(x, w, s)
	if x.Into == nil {
		src.rows = c.rowsOfIDs(given)
	}
	inner := s.record(src.rows)
	inner.set("input", given).used = true
	for _, a := range x.OnDuplicate {
		c.assign(a, &write{mode: writeChange, table: w.table, row: src.rows}, inner)
	}
	c.wrote(src.tables)
	after := c.recomputed(c.conforming(&src), false)
	before := c.unborn(src.tables)
	if len(x.OnDuplicate) > 0 {
		before = kind.Join(before, c.recomputed(src.rows, false))
	}
	return kind.ArrayOf(c.output(x.Output, outcome{before: before, after: after, usual: after, record: after}, s))
}

// inserted checks what an INSERT inserts and returns the kind of one record of
// it.
func (c *checker) inserted(x *surql.InsertStmt, w *write, s *scope) kind.Kind {
	if x.Value == nil {
		row := &kind.Object{}
		for _, values := range x.Rows {
			one := &kind.Object{}
			for i, value := range values {
				if i >= len(x.Columns) {
					break
				}
				path := fieldPath(x.Columns[i])
				if len(path) == 0 {
					c.expr(value, s, nil)
					continue
				}
				var in *want
				if w.table != nil {
					in = wants(w.input(), "a new record").field(path[0])
					for _, name := range path[1:] {
						in = in.field(name)
					}
				}
				k := c.expr(value, s, in)
				one = setPath(one, path, kind.Field{Kind: k, Span: value.Span()})
			}
			c.record(one, w, x.Span())
			row = one
		}
		return row
	}
	in, why := w.input(), "the new records"
	switch p, ok := c.callerParam(x.Value, s); {
	case !ok:
		in = kind.Join(in, kind.ArrayOf(in))
	case c.insertsOneRow(x, p):
		why = "the new record"
	default:
		in = kind.ArrayOf(in)
	}
	k := c.expr(x.Value, s, wants(in, why))
	one := kind.Map(k, func(m kind.Kind) kind.Kind {
		if e, ok := kind.Elem(m); ok {
			return e
		}
		return m
	})
	if t, ok := k.(*kind.Tuple); ok {
		for _, e := range t.Elems {
			c.record(e, w, x.Value.Span())
		}
	} else {
		c.record(one, w, x.Value.Span())
	}
	return one
}

// insertsOneRow reports whether the parameter that x inserts is a single row: x
// is the INSERT that does so, or another one of the same parameter.
func (c *checker) insertsOneRow(x *surql.InsertStmt, p *surql.Param) bool {
	if c.insertsOne == nil || x == c.insertsOne {
		return x == c.insertsOne
	}
	row, ok := surql.Unparen(c.insertsOne.Value).(*surql.Param)
	return ok && row.Name == p.Name
}

// rowsOfIDs returns the rows of an INSERT whose tables the ids name.
func (c *checker) rowsOfIDs(given kind.Kind) kind.Kind {
	if o, ok := given.(*kind.Object); ok {
		if id, ok := o.Field("id"); ok {
			if r, ok := id.Kind.(*kind.Record); ok {
				for _, name := range r.Tables {
					if !c.strict && !c.cat.hasTable(name) {
						c.cat.implyTable(name)
					}
				}
				return c.rows(r)
			}
		}
	}
	return kind.Any
}

func (c *checker) relate(x *surql.RelateStmt, s *scope) kind.Kind {
	edge := c.target(x.Edge, s, true)
	t := oneTable(edge.tables)
	c.end(x.From, t, true, s)
	c.end(x.To, t, false, s)
	c.data(x.Data, &write{mode: writeNew, table: t, row: edge.rows, byID: true}, s, x.Span())
	c.wrote(edge.tables)
	after := c.recomputed(c.conforming(&edge), false)
	k := c.output(x.Output, outcome{before: kind.Join(c.unborn(edge.tables), after), after: after, usual: after, record: after}, s)
	return shape(k, x.Only, false)
}

// end checks one end of a RELATE.
func (c *checker) end(x surql.Expr, edge *Table, in bool, s *scope) {
	var w *want
	if edge != nil && edge.Relation {
		tables := edge.Out
		if in {
			tables = edge.In
		}
		w = wants(kind.RecordOf(tables...), "an end of "+edge.Name)
	}
	k := c.expr(x, s, w)
	if edge != nil {
		c.checkEnd(k, edge, in, x.Span())
	}
}

func (c *checker) checkEnd(k kind.Kind, edge *Table, in bool, span source.Span) {
	if !edge.Relation {
		if edge.Def != nil && (edge.Schemafull && edge.Def.Type == nil || edge.Def.Type != nil && edge.Def.Type.Kind == surql.TableNormal) {
			c.diags.Errorf(span, diag.QueryRelation, "table %s is no relation", edge.Name).WithRelated(edge.span(), "defined here")
		}
		return
	}
	tables := edge.Out
	if in {
		tables = edge.In
	}
	ends := kind.Map(k, func(m kind.Kind) kind.Kind {
		if e, ok := kind.Elem(m); ok {
			m = e
		}
		if o, ok := m.(*kind.Object); ok {
			if id, ok := o.Field("id"); ok {
				return id.Kind
			}
			return kind.Any
		}
		return m
	})
	if ends == kind.Never || ends == kind.Any || kind.Meet(ends, kind.RecordOf(tables...)) != kind.Never {
		return
	}
	side := "out"
	if in {
		side = "in"
	}
	c.diags.Errorf(span, diag.QueryRelation, "%s of %s is %s, not %s", side, edge.Name, kind.RecordOf(tables...), kind.Widen(ends)).
		WithRelated(edge.span(), "defined here")
}
