package surqlcheck

import (
	"slices"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// match checks a full-text operator. Its kind is bool.
func (c *checker) match(x *surql.MatchExpr, s *scope) kind.Kind {
	field := c.expr(x.X, s, nil)
	k := c.expr(x.Y, s, wants(kind.String, "searched for as text"))
	if _, verdict := kind.Coerce(k, kind.String); verdict == kind.Nothing {
		c.diags.Errorf(x.Y.Span(), diag.QueryArgument, "a full-text operator searches for a string, not %s", kind.Widen(k))
	}
	at := s.at()
	if at == nil {
		return kind.Bool
	}
	if x.Ref != nil {
		if at.matches == nil {
			at.matches = map[int64]kind.Kind{}
		}
		at.matches[int64(*x.Ref)] = field
	}
	if o, ok := at.doc.(*kind.Object); ok && o.Row != "" {
		idiom, isIdiom := x.X.(*surql.Idiom)
		if isIdiom && leavesRow(o, plainPath(idiom)) {
			return kind.Bool // the index is on the table that the link leads to
		}
		if !isIdiom || c.indexOn(o.Row, idiom, func(spec surql.IndexSpec) bool { _, ok := spec.(*surql.FulltextIndex); return ok }) == nil {
			c.diags.Errorf(x.Span(), diag.QueryFulltext, "%s of table %s has no FULLTEXT index", x.X.Span().Text(), o.Row).
				WithHelp("DEFINE INDEX … ON %s FIELDS %s FULLTEXT ANALYZER …", o.Row, x.X.Span().Text())
		}
	}
	return kind.Bool
}

// leavesRow reports whether a path goes through a link.
func leavesRow(o *kind.Object, path []string) bool {
	if len(path) < 2 {
		return false
	}
	f, ok := o.Field(path[0])
	if !ok {
		return o.Open
	}
	for _, m := range kind.Members(kind.Strip(f.Kind, kind.None, kind.Null)) {
		if e, ok := kind.Elem(m); ok {
			m = e
		}
		if inner, ok := m.(*kind.Object); !ok || leavesRow(inner, path[1:]) {
			return true
		}
	}
	return false
}

// indexOn returns the index of the kind over exactly the field, or nil.
func (c *checker) indexOn(table string, field *surql.Idiom, is func(surql.IndexSpec) bool) *surql.DefineIndex {
	path := pathText(fieldPath(field))
	for _, o := range c.cat.order {
		if o.Kind != ObjectIndex || o.Table != table {
			continue
		}
		def := o.Def.(*surql.DefineIndex)
		if def.Index != nil && is(def.Index) && slices.ContainsFunc(def.Fields, func(f surql.Expr) bool { return pathText(fieldPath(f)) == path }) {
			return def
		}
	}
	return nil
}

// nearest checks a vector operator. Its kind is bool.
func (c *checker) nearest(x *surql.NearestExpr, s *scope) kind.Kind {
	field := kind.Strip(c.expr(x.X, s, nil), kind.None, kind.Null)
	var index *surql.DefineIndex
	at := s.at()
	if at != nil {
		at.nearest = kind.Float
		if x.Distance != nil && x.Distance.Name != "COSINE" && x.Distance.Name != "EUCLIDEAN" && x.Distance.Name != "PEARSON" {
			at.nearest = kind.Number
		}
		if o, ok := at.doc.(*kind.Object); ok && o.Row != "" {
			if idiom, ok := x.X.(*surql.Idiom); ok && x.Distance == nil {
				index = c.indexOn(o.Row, idiom, func(spec surql.IndexSpec) bool { _, ok := spec.(*surql.HNSWIndex); return ok })
				if index == nil {
					c.diags.Errorf(x.Span(), diag.QueryVector, "%s of table %s has no HNSW index", x.X.Span().Text(), o.Row).
						WithHelp("define one, or search without an index: <|%d, COSINE|>", x.K)
				}
			}
		}
	}
	vector := kind.Kind(kind.ArrayOf(kind.Number))
	if isArray(field) {
		vector = field
	}
	size := -1
	if a, ok := field.(*kind.Array); ok {
		size = a.Len
	}
	if index != nil {
		size = int(index.Index.(*surql.HNSWIndex).Dimension)
		if elem, ok := kind.Elem(vector); ok {
			vector = &kind.Array{Elem: elem, Len: size}
		}
	}
	k := c.expr(x.Y, s, wants(vector, "compared with the vectors of "+x.X.Span().Text()))
	if _, verdict := kind.Coerce(k, kind.ArrayOf(kind.Number)); verdict == kind.Nothing {
		c.diags.Errorf(x.Y.Span(), diag.QueryVector, "a vector is an array of numbers, not %s", kind.Widen(k))
		return kind.Bool
	}
	n := -1
	switch k := k.(type) {
	case *kind.Tuple:
		n = len(k.Elems)
	case *kind.Array:
		n = k.Len
	}
	if n >= 0 && size >= 0 && n != size {
		c.diags.Errorf(x.Y.Span(), diag.QueryVector, "the vector has %d dimensions, %s has %d", n, x.X.Span().Text(), size)
	}
	return kind.Bool
}
