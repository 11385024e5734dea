package surqlcheck

import (
	"slices"

	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// What a transaction has written, engine 3.0 reads back without its id where it
// finds the record by that: by SELECT … FROM person:1, behind a link, or at the
// end of a step of the graph. A single statement is a transaction, too: in
// RETURN it sees what it has itself written.

// written are the tables that the current transaction may have written to.
type written struct {
	all   bool
	names []string
}

func (w *written) any() bool { return w.all || len(w.names) > 0 }

// wrote notes that records of the tables were written, nil standing for any
// tables.
func (c *checker) wrote(tables []*Table) {
	if tables == nil {
		c.wroteAll()
	}
	for _, t := range tables {
		if !c.strict {
			c.cat.fill(t.Name)
		}
		if len(c.cat.on(ObjectEvent, t.Name)) > 0 {
			c.wroteAll() // an event may write to other tables
		}
		if !slices.Contains(c.written.names, t.Name) {
			c.written.names = append(slices.Clip(c.written.names), t.Name)
		}
	}
}

func (c *checker) wroteAll() {
	c.written.all = true
	if !c.strict {
		c.cat.fill("")
	}
}

// hasWritten reports whether records of one of the tables may have been written
// in the current transaction. No names stand for any tables. The records of a
// view are written with those that it is of.
func (c *checker) hasWritten(names []string) bool {
	if c.written.all || len(names) == 0 {
		return c.written.any()
	}
	return c.written.any() && slices.ContainsFunc(names, func(name string) bool {
		t := c.cat.Table(name)
		return slices.Contains(c.written.names, name) || t != nil && t.view
	})
}

// withoutID returns rows of the tables, whose id may be missing and with it what
// is computed by way of it.
func (c *checker) withoutID(rows kind.Kind, tables []string) kind.Kind {
	missing := map[string]bool{"id": true}
	for _, name := range tables {
		if t := c.cat.Table(name); t != nil {
			for _, f := range t.fields {
				if f.untypedComputed() {
					missing[f.name] = true
				}
			}
		}
	}
	return kind.Map(rows, func(k kind.Kind) kind.Kind {
		row, ok := k.(*kind.Object)
		if !ok {
			return k
		}
		o := row
		for _, f := range row.Fields {
			if missing[f.Name] {
				f.Kind = kind.Option(f.Kind)
				o = o.With(f)
			}
		}
		return o
	})
}

// untypedComputed reports whether the field is what its expression gives.
func (f *tableField) untypedComputed() bool {
	return f.def != nil && f.def.Computed != nil && f.def.Type == nil
}

// recomputed returns rows with what their COMPUTED fields are after the current
// transaction's writes. Edges and references of records that are gone are gone
// with them.
func (c *checker) recomputed(rows kind.Kind, gone bool) kind.Kind {
	if !c.written.any() {
		return rows
	}
	return kind.Map(rows, func(k kind.Kind) kind.Kind {
		row, ok := k.(*kind.Object)
		if !ok || row.Row == "" || c.calls[row.Row] {
			return k
		}
		o := row
		for _, f := range c.cat.Table(row.Row).fields {
			if !f.untypedComputed() || gone && beginsWithLookup(f.def.Computed) {
				continue
			}
			inner := c.quiet(row.Row)
			inner.written = c.written
			if now := kind.Widen(inner.expr(f.def.Computed, &scope{doc: row}, nil)); !kind.Equal(now, f.stored) {
				field, _ := o.Field(f.name)
				field.Kind = kind.Join(field.Kind, now)
				o = o.With(field)
			}
		}
		return o
	})
}

func beginsWithLookup(x surql.Expr) bool {
	idiom, ok := x.(*surql.Idiom)
	if !ok || idiom.Start != nil {
		return false
	}
	_, lookup := idiom.Parts[0].(*surql.LookupPart)
	return lookup
}
