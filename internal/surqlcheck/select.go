package surqlcheck

import (
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// A recordSource is what the targets of a statement stand for.
type recordSource struct {
	rows kind.Kind // one record, or what else one iteration yields
	many bool      // there may be more than one
	// tables are the tables that the records are of, nil where that is not
	// known.
	tables []*Table
	byID   bool // a record is named by its id
}

// targets returns what FROM, UPDATE and their like work on. A table that a
// write would create counts as defined where the checker is not strict.
func (c *checker) targets(what []surql.Expr, s *scope, creates bool) recordSource {
	src := recordSource{rows: kind.Never, many: len(what) > 1}
	known := true
	for _, x := range what {
		one := c.target(x, s, creates)
		src.rows = kind.Join(src.rows, one.rows)
		src.many = src.many || one.many
		src.byID = src.byID || one.byID
		if one.tables == nil {
			known = false
		}
		src.tables = append(src.tables, one.tables...)
	}
	if !known {
		src.tables = nil
	}
	return src
}

func (c *checker) target(x surql.Expr, s *scope, creates bool) recordSource {
	switch x := surql.Unparen(x).(type) {
	case *surql.TableName:
		return c.targetTable(x.Name, x, creates)
	case *surql.RecordID:
		src := c.targetTable(x.Table.Name, &x.Table, creates)
		c.expr(x, s, nil)
		_, isRange := x.Key.(*surql.KeyRange)
		src.many, src.byID = isRange, !isRange
		return src
	case *surql.Mock:
		return c.targetTable(x.Table.Name, &x.Table, creates)
	}
	k := c.expr(x, s, nil)
	if creates {
		for _, m := range kind.Members(k) {
			switch m := m.(type) {
			case *kind.Record:
				c.implyAll(m.Tables)
			case *kind.Table:
				c.implyAll(m.Tables)
			}
		}
	}
	src := recordSource{rows: c.iterated(k)}
	src.many = !single(k)
	_, src.byID = k.(*kind.Record)
	src.tables = c.tablesOf(k)
	return src
}

func (c *checker) implyAll(tables []string) {
	for _, name := range tables {
		c.implyTable(name)
	}
}

func (c *checker) targetTable(name string, at surql.Node, creates bool) recordSource {
	t := c.cat.Table(name)
	if t == nil && creates {
		c.implyTable(name)
		t = c.cat.Table(name)
	}
	if t == nil {
		c.missingTable(name, at)
		return recordSource{rows: kind.Any, many: true}
	}
	return recordSource{rows: t.Row, many: true, tables: []*Table{t}}
}

// missingTable reports a table that a statement reads and that does not exist.
func (c *checker) missingTable(name string, at surql.Node) {
	d := c.diags.Errorf(at.Span(), diag.QueryUnknownTable, "table %s is not defined", name)
	if near := diag.Nearest(name, c.cat.tableNames()); near != "" {
		d.WithHelp("did you mean %s?", near)
	}
}

// iterated returns what one iteration over a value yields: an array's elements,
// with links replaced by their records.
func (c *checker) iterated(k kind.Kind) kind.Kind {
	return kind.Map(k, func(k kind.Kind) kind.Kind {
		switch k := k.(type) {
		case *kind.Array, *kind.Set, *kind.Tuple:
			elem, _ := kind.Elem(k)
			return kind.Map(elem, func(m kind.Kind) kind.Kind {
				if r, ok := m.(*kind.Record); ok {
					return c.rows(r)
				}
				return m
			})
		case *kind.Record:
			return c.rows(k)
		case *kind.Table:
			return c.rows(&kind.Record{Tables: k.Tables})
		case kind.Basic:
			if k == kind.None || k == kind.Null {
				return kind.Never
			}
		}
		return k
	})
}

// single reports whether a value stands for at most one record.
func single(k kind.Kind) bool {
	for _, m := range kind.Members(k) {
		switch m := m.(type) {
		case *kind.Record, *kind.Object:
		case *kind.Array:
			if m.Len != 1 {
				return false
			}
		case *kind.Tuple:
			if len(m.Elems) > 1 {
				return false
			}
		case kind.Basic:
			if m == kind.Any {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// tablesOf returns the tables that records of the kind are of, nil where that
// is not known.
func (c *checker) tablesOf(k kind.Kind) []*Table {
	var out []*Table
	for _, m := range kind.Members(k) {
		if e, ok := kind.Elem(m); ok {
			m = e
		}
		var names []string
		switch m := m.(type) {
		case *kind.Record:
			names = m.Tables
		case *kind.Table:
			names = m.Tables
		case *kind.Object:
			if m.Row == "" {
				return nil
			}
			names = []string{m.Row}
		default:
			return nil
		}
		if len(names) == 0 {
			return nil
		}
		for _, name := range names {
			t := c.cat.Table(name)
			if t == nil {
				return nil
			}
			out = append(out, t)
		}
	}
	return out
}

// selects returns the kind of a SELECT.
func (c *checker) selects(x *surql.SelectStmt, s *scope) kind.Kind {
	src := c.targets(x.What, s, false)
	rows := src.rows
	if c.inTx && c.written && src.byID {
		rows = idMayMiss(rows)
	}
	at := s.record(rows)
	inner := c.where(x.Where, at)
	at.filled = x.Group != nil && len(x.Group.By) > 0
	c.indexes(x.With, src.tables)
	row := c.project(x.Fields, inner, x.Group)
	if c.countsDiffer(x) {
		row = kind.Join(row, kind.NewObject(kind.Field{Name: "count", Kind: kind.Int}))
	}
	for _, split := range x.Split {
		row = c.split(row, x.Fields, split)
	}
	for _, omit := range x.Omit {
		row = omitted(row, omit)
	}
	c.count(x.Limit, s)
	c.count(x.Start, s)
	row = c.fetched(row, x.Fetch, s)
	if x.Version != nil {
		c.expr(x.Version, s, wants(kind.Datetime, "a version"))
	}
	if x.Explain != nil {
		return kind.Any
	}
	if !x.Only {
		return kind.ArrayOf(row)
	}
	if src.many && !limitsToOne(x.Limit) && !(x.Group != nil && len(x.Group.By) == 0) && len(src.tables) > 0 {
		c.diags.Warnf(x.Span(), diag.QueryOnlyMany, "ONLY fails when there is more than one record").
			WithHelp("add LIMIT 1, or select one record by its id")
	}
	return kind.Option(row)
}

func limitsToOne(x surql.Expr) bool {
	n, ok := x.(*surql.IntLit)
	return ok && n.Value <= 1
}

// countsDiffer reports the one SELECT VALUE whose result depends on the
// executor: a bare count over a whole table.
func (c *checker) countsDiffer(x *surql.SelectStmt) bool {
	if !x.Fields.Value || x.Group == nil || len(x.Group.By) > 0 || x.Where != nil {
		return false
	}
	call, ok := x.Fields.Items[0].X.(*surql.FunctionCall)
	if !ok || call.Name.Path != "count" || len(call.Args) > 0 {
		return false
	}
	c.diags.Lintf(call.Span(), diag.QueryExecutors, "this gives n or { count: n }, depending on how the engine runs it").
		WithHelp("leave VALUE out: SELECT count() FROM …  GROUP ALL")
	return true
}

// idMayMiss makes the id of rows optional: within a transaction that has
// written, the engine leaves it out of records that are selected by their id.
func idMayMiss(k kind.Kind) kind.Kind {
	return kind.Map(k, func(k kind.Kind) kind.Kind {
		o, ok := k.(*kind.Object)
		if !ok {
			return k
		}
		id, ok := o.Field("id")
		if !ok {
			return k
		}
		id.Kind = kind.Option(id.Kind)
		return o.With(id)
	})
}

// where checks a condition on the current record and returns the scope in which
// it holds.
func (c *checker) where(cond surql.Expr, s *scope) *scope {
	if cond == nil {
		return s
	}
	c.expr(cond, s, mayWant(kind.Bool, "a condition"))
	return c.narrow(cond, s, true)
}

// count checks the argument of LIMIT or START.
func (c *checker) count(x surql.Expr, s *scope) {
	if x == nil {
		return
	}
	k := c.expr(x, s, wants(kind.Int, "a number of records"))
	if _, verdict := kind.Coerce(k, kind.Int); verdict == kind.Nothing {
		c.diags.Errorf(x.Span(), diag.QueryArgument, "LIMIT and START take an int, not %s", kind.Widen(k))
	}
}

// indexes checks the indexes of WITH INDEX.
func (c *checker) indexes(with *surql.With, tables []*Table) {
	if with == nil || len(tables) != 1 {
		return
	}
	for _, id := range with.Indexes {
		if c.cat.lookup(ObjectIndex, tables[0].Name, id.Name) != nil {
			continue
		}
		d := c.diags.Errorf(id.Span(), diag.QueryUnknownIndex, "table %s has no index %s", tables[0].Name, id.Name)
		if near := diag.Nearest(id.Name, c.cat.names(ObjectIndex, tables[0].Name)); near != "" {
			d.WithHelp("did you mean %s?", near)
		}
	}
}

// A column is one field of a projection.
type column struct {
	path []string
	kind kind.Kind
	at   surql.Node
}

// project returns the kind of one row of a projection over the current record.
func (c *checker) project(f *surql.Fields, s *scope, group *surql.Group) kind.Kind {
	if f.Value {
		return c.item(f.Items[0], s, group)
	}
	var base kind.Kind = &kind.Object{}
	var columns []column
	for _, item := range f.Items {
		if item.Star() {
			base = s.at().doc
			continue
		}
		if paths, ok := fieldsCall(item); ok {
			for _, path := range paths {
				columns = append(columns, column{path, c.plain(path, item.Span(), s), item})
			}
			continue
		}
		k := c.item(item, s, group)
		path, stable := columnName(item)
		if !stable {
			c.unnamed(item)
			if path, k = nil, kind.Any; item.Alias != nil {
				// It may be there under its first name, or under another one.
				columns = append(columns, column{aliasPath(item.Alias)[:1], kind.Any, item})
			}
		}
		columns = append(columns, column{path, k, item})
	}
	if len(columns) == 0 {
		return base
	}
	for _, item := range f.Items {
		if name, ok := renamed(item); ok && f.HasStar() {
			base = c.mayLack(base, name, item)
		}
	}
	if p, ok := f.Items[0].X.(*surql.Param); ok && p.Name == "this" && len(f.Items) == 1 && f.Items[0].Alias == nil {
		// Alone it stands for what it is, unless that is an object.
		return kind.Map(columns[0].kind, func(k kind.Kind) kind.Kind {
			row := kind.NewObject(kind.Field{Name: "this", Kind: k})
			if _, ok := k.(*kind.Object); ok {
				return row
			}
			return kind.Join(row, k)
		})
	}
	return kind.Map(base, func(k kind.Kind) kind.Kind {
		o, ok := k.(*kind.Object)
		if !ok {
			o = kind.AnyObject
		}
		for _, col := range columns {
			if col.path == nil {
				o = &kind.Object{Fields: o.Fields, Open: true}
				continue
			}
			o = setPath(o, col.path, col.kind, col.at)
		}
		return o
	})
}

// renamed returns the field that an item selects under another name.
func renamed(item *surql.Field) (string, bool) {
	if item.Star() || item.Alias == nil {
		return "", false
	}
	idiom, ok := surql.Unparen(item.X).(*surql.Idiom)
	if !ok {
		return "", false
	}
	path := plainPath(idiom)
	if len(path) != 1 || slices.Equal(path, aliasPath(item.Alias)) {
		return "", false
	}
	return path[0], true
}

// mayLack makes a field of * optional that is also selected under another name:
// where a whole table is read, the engine moves it there.
func (c *checker) mayLack(base kind.Kind, name string, item *surql.Field) kind.Kind {
	c.diags.Lintf(item.Span(), diag.QueryExecutors, "beside * the engine may leave out %s when it is selected under another name", name).
		WithHelp("write $this.%s AS …", name)
	return kind.Map(base, func(k kind.Kind) kind.Kind {
		o, ok := k.(*kind.Object)
		if !ok {
			return k
		}
		f, ok := o.Field(name)
		if !ok {
			return k
		}
		f.Kind = kind.Option(f.Kind)
		return o.With(f)
	})
}

// fieldsCall returns the paths of an unaliased type::fields(['a', 'b.c']).
func fieldsCall(item *surql.Field) ([][]string, bool) {
	call, ok := item.X.(*surql.FunctionCall)
	if !ok || call.Name.Path != "type::fields" || item.Alias != nil || len(call.Args) != 1 {
		return nil, false
	}
	list, ok := call.Args[0].(*surql.ArrayLit)
	if !ok {
		return nil, false
	}
	var paths [][]string
	for _, e := range list.Elems {
		path, ok := literalPath(e)
		if !ok {
			return nil, false
		}
		paths = append(paths, path)
	}
	return paths, true
}

func (c *checker) unnamed(item *surql.Field) {
	report := c.diags.Lintf
	if c.strict {
		report = c.diags.Errorf
	}
	if item.Alias != nil {
		report(item.Alias.Span(), diag.QueryUnnamed, "a column under a path is nested or has a key with dots, depending on how the engine runs the query").
			WithHelp("give it a plain name, or build the object: { name: … } AS name")
		return
	}
	report(item.Span(), diag.QueryUnnamed, "this column's name is its text as the engine prints it, which may change").
		WithHelp("give it a name: AS name")
}

// item returns the kind of one projected expression.
func (c *checker) item(item *surql.Field, s *scope, group *surql.Group) kind.Kind {
	if group == nil {
		return c.expr(item.X, s, nil)
	}
	if isGroupKey(item, group) {
		k := c.expr(item.X, s, nil)
		if idiom, ok := item.X.(*surql.Idiom); !ok || plainPath(idiom) == nil {
			k = kind.Option(k) // a key that cannot be computed is NONE
		}
		return k
	}
	// An expression with an aggregate has one value for the group; any other
	// has one for each of its records.
	at := s.at()
	each, _ := s.current()
	g := &scope{up: at.up, doc: kind.Any, each: each, view: at.view, filled: at.filled, matches: at.matches, nearest: at.nearest}
	if _, plain := item.X.(*surql.FunctionCall); !plain {
		g.compound = true
	}
	before, saw := c.diags, c.sawAggregate
	c.diags, c.sawAggregate = &diag.List{}, false
	k := c.expr(item.X, g, nil)
	found, aggregate := c.diags, c.sawAggregate
	c.diags, c.sawAggregate = before, saw
	if aggregate {
		c.diags.Merge(found)
		if _, plain := item.X.(*surql.FunctionCall); !plain && namesRecord(item.X) {
			return kind.Any // a field beside an aggregate is NULL, or a list
		}
		return k
	}
	k = c.expr(item.X, s, nil)
	if idiom, ok := item.X.(*surql.Idiom); ok && plainPath(idiom) != nil {
		return kind.ArrayOf(k)
	}
	c.diags.Lintf(item.Span(), diag.QueryExecutors, "this is neither a key of the group nor an aggregate; what it gives depends on how the engine runs the query").
		WithHelp("aggregate it, as in array::group(…)")
	return kind.Any
}

// namesRecord reports whether an expression looks at the current record outside
// of the arguments of aggregates.
func namesRecord(x surql.Expr) bool {
	found := false
	surql.Walk(x, func(n surql.Node) bool {
		switch n := n.(type) {
		case *surql.FunctionCall:
			if b := builtins[n.Name.Path]; b != nil && b.grouped != nil {
				return false
			}
		case *surql.Idiom:
			found = found || n.Start == nil
		case *surql.Param:
			found = found || n.Name == "this"
		case *surql.SelectStmt, *surql.Closure, *surql.Block:
			found = true
		}
		return !found
	})
	return found
}

func isGroupKey(item *surql.Field, group *surql.Group) bool {
	name, ok := columnName(item)
	for _, by := range group.By {
		if idiom, isIdiom := item.X.(*surql.Idiom); isIdiom && slices.Equal(plainPath(idiom), plainPath(by)) && plainPath(by) != nil {
			return true
		}
		if ok && slices.Equal(name, aliasPath(by)) {
			return true
		}
	}
	return false
}

// plainPath returns the names of an idiom that consists of fields, nil for
// another one. Steps into all elements count as no step.
func plainPath(x *surql.Idiom) []string {
	if x.Start != nil {
		return nil
	}
	var path []string
	for _, part := range x.Parts {
		switch part := part.(type) {
		case *surql.FieldPart:
			path = append(path, part.Name)
		case *surql.AllPart:
		default:
			return nil
		}
	}
	return path
}

// aliasPath returns the names that AS nests a column under. A name with dots
// nests, too.
func aliasPath(x *surql.Idiom) []string {
	var path []string
	for _, part := range x.Parts {
		switch part := part.(type) {
		case *surql.FieldPart:
			path = append(path, strings.Split(part.Name, ".")...)
		case *surql.LookupPart:
			path = append(path, lookupText(part))
		}
	}
	return path
}

// plainLookup reports whether a lookup is an arrow and a table, which results
// are named after.
func plainLookup(part *surql.LookupPart) bool {
	if part.Fields != nil || part.Where != nil || part.Split != nil || part.Group != nil || part.Order != nil || part.Limit != nil || part.Start != nil {
		return false
	}
	switch len(part.Subjects) {
	case 0:
		return true
	case 1:
		subject := part.Subjects[0]
		return subject.Range == nil && subject.Field.Name == "" && isIdent(subject.Table.Name)
	}
	return false
}

// lookupText returns a plain lookup as the engine names it in results.
func lookupText(part *surql.LookupPart) string {
	if len(part.Subjects) == 0 {
		return part.Dir.String() + "?"
	}
	return part.Dir.String() + part.Subjects[0].Table.Name
}

// columnName returns the path of keys under which a column stands in a row, and
// whether engines will keep to it.
func columnName(item *surql.Field) (path []string, stable bool) {
	if item.Alias != nil {
		// A path nests or, where a whole table is read, is one key with dots.
		path = aliasPath(item.Alias)
		return path, len(path) == 1
	}
	switch x := surql.Unparen(item.X).(type) {
	case *surql.Idiom:
		return idiomName(x)
	case *surql.Param:
		return []string{x.Name}, true
	case *surql.FunctionCall:
		if x.Name.Path == "type::field" && len(x.Args) == 1 {
			return literalPath(x.Args[0])
		}
		if x.Name.Path == "type::fields" {
			return nil, false
		}
		return []string{x.Name.Path}, x.Name.Kind == surql.FunctionBuiltin || x.Name.Kind == surql.FunctionCustom
	}
	return nil, false
}

func idiomName(x *surql.Idiom) (path []string, stable bool) {
	if x.Start != nil {
		p, ok := x.Start.(*surql.Param)
		if !ok {
			return nil, false
		}
		path = append(path, "$"+p.Name)
	}
	for i, part := range x.Parts {
		switch part := part.(type) {
		case *surql.FieldPart:
			path = append(path, strings.Split(part.Name, ".")...)
		case *surql.LookupPart:
			switch {
			case part.Alias != nil:
				// Behind an alias in the middle the two executors differ.
				return aliasPath(part.Alias), i == 0 && len(x.Parts) == 1
			case !plainLookup(part):
				return nil, false
			}
			path = append(path, lookupText(part))
		case *surql.RecursePart:
			return nil, false
		case *surql.DocPart:
			if i > 0 || len(x.Parts) == 1 {
				return nil, false
			}
		case *surql.DestructurePart:
			if path == nil {
				return nil, false
			}
		}
	}
	return path, path != nil
}

// setPath puts a column's value into a row. What is no object on the way is
// replaced by one; into the elements of an array the value is put each.
func setPath(o *kind.Object, path []string, k kind.Kind, at surql.Node) *kind.Object {
	f, ok := o.Field(path[0])
	if len(path) == 1 {
		return o.With(kind.Field{Name: path[0], Kind: k, Doc: f.Doc, Span: at.Span()})
	}
	if !ok {
		f.Kind = kind.None
		if o.Open {
			f.Kind = kind.Any
		}
	}
	inner := kind.Map(f.Kind, func(m kind.Kind) kind.Kind { return setInside(m, path[1:], k, at) })
	return o.With(kind.Field{Name: path[0], Kind: inner, Doc: f.Doc, Span: at.Span()})
}

func setInside(k kind.Kind, path []string, value kind.Kind, at surql.Node) kind.Kind {
	switch k := k.(type) {
	case *kind.Object:
		return setPath(k, path, value, at)
	case *kind.Array, *kind.Tuple:
		elem, _ := kind.Elem(k)
		return kind.ArrayOf(kind.Map(elem, func(m kind.Kind) kind.Kind {
			set := setInside(m, path, value, at)
			if _, ok := m.(*kind.Object); !ok {
				set = kind.Join(m, set) // the two executors differ
			}
			return set
		}))
	case kind.Basic:
		if k == kind.Any {
			return kind.Any
		}
	}
	return setPath(&kind.Object{}, path, value, at)
}

// split returns rows after SPLIT. Of a column with a name of its own the two
// executors split, or do not.
func (c *checker) split(row kind.Kind, f *surql.Fields, x *surql.Idiom) kind.Kind {
	path := plainPath(x)
	for _, item := range f.Items {
		if item.Alias != nil && slices.Equal(aliasPath(item.Alias), path) {
			c.diags.Lintf(x.Span(), diag.QueryExecutors, "SPLIT of a column with another name than its field's does nothing, depending on how the engine runs the query").
				WithHelp("split by the field itself, and select it under its own name")
			return kind.Join(row, splitAt(row, path))
		}
	}
	return splitAt(row, path)
}

// splitAt returns rows after SPLIT: the field holds one element; a row whose
// array is empty stays with the empty array.
func splitAt(k kind.Kind, path []string) kind.Kind {
	if len(path) == 0 {
		return kind.Map(k, func(m kind.Kind) kind.Kind {
			e, ok := kind.Elem(m)
			if !ok {
				return m
			}
			if _, set := m.(*kind.Set); set {
				return kind.Join(e, kind.SetOf(kind.Never))
			}
			return kind.Join(e, kind.ArrayOf(kind.Never))
		})
	}
	return kind.Map(k, func(m kind.Kind) kind.Kind {
		o, ok := m.(*kind.Object)
		if !ok {
			return m
		}
		f, ok := o.Field(path[0])
		if !ok {
			return m
		}
		f.Kind = splitAt(f.Kind, path[1:])
		return o.With(f)
	})
}

// omitted returns rows without what OMIT names.
func omitted(k kind.Kind, x surql.Expr) kind.Kind {
	idiom, ok := x.(*surql.Idiom)
	if !ok || idiom.Start != nil {
		return kind.Map(k, func(m kind.Kind) kind.Kind { return kind.AnyObject })
	}
	return omitParts(k, idiom.Parts)
}

func omitParts(k kind.Kind, parts []surql.Part) kind.Kind {
	return kind.Map(k, func(k kind.Kind) kind.Kind {
		if elem, ok := kind.Elem(k); ok {
			if _, all := parts[0].(*surql.AllPart); all && len(parts) > 1 {
				return kind.ArrayOf(omitParts(elem, parts[1:]))
			}
			return kind.Join(k, kind.ArrayOf(omitParts(elem, parts)))
		}
		o, ok := k.(*kind.Object)
		if !ok {
			return k
		}
		switch part := parts[0].(type) {
		case *surql.FieldPart:
			if len(parts) == 1 {
				return o.Without(part.Name)
			}
			f, ok := o.Field(part.Name)
			if !ok {
				return o
			}
			f.Kind = omitParts(f.Kind, parts[1:])
			return o.With(f)
		case *surql.DestructurePart:
			var out kind.Kind = o
			for _, e := range part.Fields {
				field := []surql.Part{&surql.FieldPart{Name: e.Name.Name}}
				if e.Nested != nil {
					field = append(field, e.Nested)
				}
				out = omitParts(out, field)
			}
			return out
		}
		return kind.AnyObject
	})
}

// fetched returns rows with the links that FETCH names replaced by records.
func (c *checker) fetched(k kind.Kind, fetch []surql.Expr, s *scope) kind.Kind {
	for _, x := range fetch {
		idiom, ok := x.(*surql.Idiom)
		if !ok || idiom.Start != nil {
			c.expr(x, s, nil)
			return kind.Map(k, func(kind.Kind) kind.Kind { return kind.Any })
		}
		k = c.fetchAt(k, idiom.Parts)
	}
	return k
}

func (c *checker) fetchAt(k kind.Kind, parts []surql.Part) kind.Kind {
	return kind.Map(k, func(k kind.Kind) kind.Kind {
		if isArray(k) {
			rest := parts
			if len(rest) > 0 {
				if _, all := rest[0].(*surql.AllPart); all {
					rest = rest[1:]
				}
			}
			return c.each(k, func(elem kind.Kind) kind.Kind {
				fetched := c.fetchAt(elem, rest)
				if kind.Meet(elem, kind.AnyArray) != kind.Never {
					return kind.Join(elem, fetched) // arrays in arrays are left alone
				}
				return fetched
			})
		}
		if set, ok := k.(*kind.Set); ok {
			return kind.Join(set, kind.SetOf(c.fetchAt(set.Elem, parts)), kind.ArrayOf(c.fetchAt(set.Elem, parts)))
		}
		if r, ok := k.(*kind.Record); ok {
			row := c.linked(r)
			if len(parts) == 0 {
				return row
			}
			return kind.Join(row, c.fetchAt(row, parts)) // the two executors differ
		}
		if len(parts) == 0 {
			return k
		}
		o, ok := k.(*kind.Object)
		if !ok {
			return k
		}
		switch part := parts[0].(type) {
		case *surql.FieldPart:
			f, ok := o.Field(part.Name)
			if !ok {
				if !o.Open {
					c.unknownField(o, part.Name, part.Span())
				}
				return o
			}
			f.Kind = c.fetchAt(f.Kind, parts[1:])
			return o.With(f)
		case *surql.LookupPart:
			return o
		}
		return kind.AnyObject
	})
}
