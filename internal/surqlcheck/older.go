package surqlcheck

import (
	"maps"
	"slices"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// A change of the schema does not change the records that are there. A script
// that writes records and then defines, alters or removes fields reads them back
// as they were.

// A history is what a script has done to the tables of a catalog.
type history struct {
	// filled are the tables that may have records, "" standing for all.
	filled map[string]bool
	// rows are what records held when they were written, where the table has
	// changed since.
	rows map[string]kind.Kind
	// imports is set by OPTION IMPORT, after which definitions replace others.
	imports bool
}

func (h history) clone() history {
	return history{maps.Clone(h.filled), maps.Clone(h.rows), h.imports}
}

// fill notes that a script has written to a table, "" standing for any.
func (c *Catalog) fill(name string) {
	if c.history.filled == nil {
		c.history.filled, c.history.rows = map[string]bool{}, map[string]kind.Kind{}
	}
	c.history.filled[name] = true
}

// applyAmidRecords applies a statement as apply does, and notes what records are
// older than what it changes.
func (c *Catalog) applyAmidRecords(stmt surql.Stmt, l *diag.List) bool {
	before := map[string]*kind.Object{}
	for _, name := range slices.AppendSeq(c.tableNames(), maps.Keys(c.made)) {
		if c.history.filled[""] || c.history.filled[name] {
			if t := c.Table(name); t != nil && !t.view {
				before[name] = t.storedRow()
			}
		}
	}
	if def, ok := stmt.(*surql.DefineTable); ok && c.keepsMade(def, l) {
		return true
	}
	if !c.apply(stmt, l) {
		return false
	}
	for name, old := range before {
		if !c.hasTable(name) {
			delete(c.history.filled, name)
			delete(c.history.rows, name)
			continue
		}
		if kind.Equal(old, c.Table(name).storedRow()) {
			continue
		}
		rows := kind.Kind(old)
		if older := c.history.rows[name]; older != nil {
			rows = kind.Join(older, old)
		}
		c.history.rows[name] = rows
		c.forget()
	}
	return true
}

// keepsMade reports a definition of a table that is there before, made by a
// statement that wrote to it or defined something on it: it stays as it is.
func (c *Catalog) keepsMade(def *surql.DefineTable, l *diag.List) bool {
	name, ok := surql.NameOf(def.Name)
	if !ok || c.history.imports || def.Existing() == surql.ExistingOverwrite || c.lookup(ObjectTable, "", name) != nil || !c.hasTable(name) {
		return false
	}
	if def.Existing() == surql.ExistingError {
		report := l.Errorf
		if c.made[name] {
			report = l.Warnf // what would have made it may have failed
		}
		report(def.Span(), diag.SchemaDuplicate, "table %s is there already: a statement before has made it", name).
			WithHelp("define the table first, or write OVERWRITE")
	}
	return true
}

// storedRow returns what a record holds by the table's definition.
func (t *Table) storedRow() *kind.Object {
	o := t.Row
	for _, f := range t.fields {
		if f.def != nil && f.def.Computed != nil {
			o = o.Without(f.name)
		}
	}
	return o
}

// reads returns what reading a record of the table gives: the table's row, or
// that of an older record.
func (c *Catalog) reads(t *Table) *kind.Object {
	older := c.history.rows[t.Name]
	if older == nil {
		return t.Row
	}
	row := &kind.Object{Open: t.Row.Open}
	for _, f := range t.Row.Fields {
		def := findField(t.fields, f.Name)
		for _, m := range kind.Members(older) {
			old := m.(*kind.Object)
			if def != nil && def.def != nil && def.def.Computed != nil {
				break
			}
			g, ok := old.Field(f.Name)
			switch {
			case ok:
				f.Kind = kind.Join(f.Kind, g.Kind)
			case old.Open:
				f.Kind = kind.Any
			default:
				f.Kind = kind.Option(f.Kind)
			}
		}
		row = row.With(f)
	}
	for _, m := range kind.Members(older) {
		old := m.(*kind.Object)
		row.Open = row.Open || old.Open
		for _, f := range old.Fields {
			if _, ok := t.Row.Field(f.Name); ok {
				continue
			}
			if g, ok := row.Field(f.Name); ok {
				f.Kind = kind.Join(f.Kind, g.Kind)
			}
			f.Kind = kind.Option(f.Kind)
			row = row.With(f)
		}
	}
	return &kind.Object{Fields: row.Fields, Open: row.Open, Row: t.Name, Path: t.Row.Path}
}

// conforming returns the rows of a source as they are once they are written:
// they then are what their tables are now.
func (c *checker) conforming(src *recordSource) kind.Kind {
	var rows []kind.Kind
	changed := false
	for _, t := range src.tables {
		rows = append(rows, t.Row)
		changed = changed || c.cat.history.rows[t.Name] != nil
	}
	if !changed {
		return src.rows
	}
	return kind.Join(rows...)
}
