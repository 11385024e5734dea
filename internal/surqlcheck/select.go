package surqlcheck

import (
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
	// dangling says that the records are those of a list of links, some of which
	// may not exist.
	dangling bool
}

// names returns the names of the tables.
func (src *recordSource) names() []string {
	names := make([]string, len(src.tables))
	for i, t := range src.tables {
		names[i] = t.Name
	}
	return names
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
		src.dangling = src.dangling || one.dangling
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
	_, src.byID = kind.Strip(k, kind.None).(*kind.Record)
	src.tables = c.tablesOf(k)
	src.dangling = dangling(k)
	return src
}

// dangling reports whether a value may be a list with a link to no record.
func dangling(k kind.Kind) bool {
	for _, m := range kind.Members(k) {
		elem, ok := kind.Elem(m)
		if !ok {
			continue
		}
		for _, e := range kind.Members(elem) {
			if r, ok := e.(*kind.Record); ok && !r.Exists {
				return true
			}
		}
	}
	return false
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
	return recordSource{rows: c.recomputed(c.cat.reads(t), false), many: true, tables: []*Table{t}}
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
	from := &scope{up: s, source: true}
	src := c.targets(x.What, from, false)
	rows := src.rows
	if src.byID && c.hasWritten(src.names()) {
		rows = c.withoutID(rows, src.names())
	}
	if src.dangling && !onlyStar(x.Fields) {
		rows = mayLackAll(rows)
	}
	at := s.record(rows)
	inner := c.where(x.Where, at)
	at.filled = x.Group != nil && len(x.Group.By) > 0
	c.indexes(x.With, src.tables)
	row := c.projectSplit(x.Fields, inner, x.Group, x.Split)
	if c.countsDiffer(x) {
		row = kind.Join(row, kind.NewObject(kind.Field{Name: "count", Kind: kind.Int}))
	}
	for _, omit := range x.Omit {
		row = omitted(row, omit)
	}
	c.count(x.Limit, from)
	c.count(x.Start, from)
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

// onlyStar reports whether a SELECT is of whole records. For a link to no record
// it then gives no row; else it gives one, the record's fields being NONE.
func onlyStar(f *surql.Fields) bool { return len(f.Items) == 1 && f.Items[0].Star() }

// mayLackAll returns rows all fields of which may be NONE.
func mayLackAll(rows kind.Kind) kind.Kind {
	return kind.Map(rows, func(k kind.Kind) kind.Kind {
		row, ok := k.(*kind.Object)
		if !ok {
			return k
		}
		o := &kind.Object{Open: row.Open, Path: row.Path, Row: row.Row}
		for _, f := range row.Fields {
			f.Kind = kind.Option(f.Kind)
			o.Fields = append(o.Fields, f)
		}
		return o
	})
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
	k := c.checked(x, s, wants(kind.Int, "a number of records"))
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
