package surqlcheck

import (
	"slices"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// projectSplit returns one row of a projection with SPLIT. The newer executor
// splits the records before it projects them, the older one the rows after.
func (c *checker) projectSplit(f *surql.Fields, s *scope, group *surql.Group, splits []*surql.Idiom) kind.Kind {
	if len(splits) == 0 {
		return c.project(f, s, group)
	}
	doc, _ := s.current()
	records := *s.at()
	for _, split := range splits {
		records.doc, doc = splitAt(records.doc, split.Parts), splitAt(doc, split.Parts)
	}
	records.narrowed = doc
	early := c.project(f, &records, group)
	before := c.diags
	c.diags = &diag.List{}
	late := c.project(f, s, group)
	c.diags = before
	if f.Value {
		late = kind.Any
	}
	for _, split := range splits {
		late = kind.Join(splitAt(late, split.Parts), splitAt(late, []surql.Part{&surql.FieldPart{Name: pathText(aliasPath(split))}}))
		if slices.ContainsFunc(split.Parts, func(part surql.Part) bool { _, field := part.(*surql.FieldPart); return !field }) {
			late = kind.Any
		}
	}
	if kind.Contains(early, late) {
		return early
	}
	c.diags.Lintf(splits[0].Span(), diag.QueryExecutors, "SPLIT works on the records or on what is selected of them, depending on how the engine runs the query").
		WithHelp("split by fields of the table, and select them under their own names")
	if c.newer {
		return early
	}
	return kind.Join(early, late)
}

// splitAt returns rows after SPLIT: the field holds one element; a row whose
// array is empty stays with the empty array.
func splitAt(k kind.Kind, path []surql.Part) kind.Kind {
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
			return m // of each element of a list, the field gets one of all their values
		}
		part, ok := path[0].(*surql.FieldPart)
		if !ok {
			return kind.AnyObject
		}
		f, ok := o.Field(part.Name)
		if !ok {
			return m
		}
		if len(path) > 1 {
			if _, ok := path[1].(*surql.IndexPart); ok {
				f.Kind = kind.Any
				return o.With(f)
			}
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
	if u, ok := k.(*kind.Union); ok {
		return c.tried(u, func(m kind.Kind) kind.Kind { return c.fetchAt(m, parts) })
	}
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
