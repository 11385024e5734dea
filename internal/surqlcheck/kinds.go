package surqlcheck

import (
	"fmt"
	"slices"

	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// kindOf returns the kind that the syntax states. Its unions, objects and tuples
// get the path, which names generated types; nil is a kind without a name.
func kindOf(k surql.Kind, path []string) kind.Kind {
	switch k := k.(type) {
	case *surql.BasicKind:
		switch k.Name {
		case "object":
			return kind.AnyObject
		case "range":
			return &kind.Range{Elem: kind.Any}
		case "function":
			return &kind.Function{}
		}
		return kind.MustParse(k.Name)
	case *surql.OptionKind:
		return kind.OneOf(path, kind.None, kindOf(k.Elem, path))
	case *surql.UnionKind:
		members := make([]kind.Kind, len(k.Members))
		for i, m := range k.Members {
			members[i] = kindOf(m, path)
		}
		return kind.OneOf(path, members...)
	case *surql.RecordKind:
		return &kind.Record{Tables: identNames(k.Tables)}
	case *surql.TableKind:
		return &kind.Table{Tables: identNames(k.Tables)}
	case *surql.GeometryKind:
		return &kind.Geometry{Forms: identNames(k.Shapes)}
	case *surql.FileKind:
		return &kind.File{Buckets: identNames(k.Buckets)}
	case *surql.ArrayKind:
		elem, n := elemOf(k.Elem, k.Len, path)
		return &kind.Array{Elem: elem, Len: n}
	case *surql.SetKind:
		elem, n := elemOf(k.Elem, k.Len, path)
		return &kind.Set{Elem: elem, Len: n}
	case *surql.LiteralKind:
		return declaredLiteral(k.Value)
	case *surql.ObjectKind:
		o := &kind.Object{}
		for _, f := range k.Fields {
			o = o.With(kind.Field{Name: f.Key.Name, Kind: kindOf(f.Kind, sub(path, f.Key.Name)), Span: f.Span(), Origin: f.Span()})
		}
		o.Path = path
		return o
	case *surql.TupleKind:
		elems := make([]kind.Kind, len(k.Elems))
		for i, e := range k.Elems {
			elems[i] = kindOf(e, sub(path, fmt.Sprintf("[%d]", i)))
		}
		return &kind.Tuple{Elems: elems, Stated: true, Path: path}
	}
	return kind.Any
}

func elemOf(elem surql.Kind, length *uint64, path []string) (kind.Kind, int) {
	n := -1
	if length != nil {
		n = int(*length)
	}
	if elem == nil {
		return kind.Any, n
	}
	return kindOf(elem, path), n
}

// sub returns the path of something inside of what has the path.
func sub(path []string, name string) []string {
	if path == nil {
		return nil
	}
	return append(slices.Clone(path), name)
}

func identNames(idents []surql.Ident) []string {
	var names []string
	for _, id := range idents {
		if !slices.Contains(names, id.Name) {
			names = append(names, id.Name)
		}
	}
	return names
}

func declaredLiteral(x surql.Expr) kind.Kind {
	l, ok := literalKind(x)
	if !ok {
		return kind.Any
	}
	l.Fresh = false
	return l
}

// literalKind returns the kind of a literal that has one, fresh.
func literalKind(x surql.Expr) (kind.Literal, bool) {
	l := kind.Literal{Fresh: true}
	switch x := x.(type) {
	case *surql.StringLit:
		l.Value = x.Value
	case *surql.BoolLit:
		l.Value = x.Value
	case *surql.IntLit:
		l.Value = x.Value
	case *surql.FloatLit:
		l.Value = x.Value
	case *surql.DecimalLit:
		l.Value = kind.Quoted{Basic: kind.Decimal, Text: x.Value + "dec"}
	case *surql.DurationLit:
		l.Value = kind.Quoted{Basic: kind.Duration, Text: x.Span().Text()}
	default:
		return l, false
	}
	return l, true
}

// checkTables calls unknown for each table that the kind links to and that is
// not in the catalog.
func (c *Catalog) checkTables(k surql.Kind, unknown func(surql.Ident)) {
	check := func(names []surql.Ident) {
		for _, n := range names {
			if !c.hasTable(n.Name) {
				unknown(n)
			}
		}
	}
	switch k := k.(type) {
	case *surql.OptionKind:
		c.checkTables(k.Elem, unknown)
	case *surql.UnionKind:
		for _, m := range k.Members {
			c.checkTables(m, unknown)
		}
	case *surql.RecordKind:
		check(k.Tables)
	case *surql.TableKind:
		check(k.Tables)
	case *surql.ArrayKind:
		c.checkTables(k.Elem, unknown)
	case *surql.SetKind:
		c.checkTables(k.Elem, unknown)
	case *surql.ObjectKind:
		for _, f := range k.Fields {
			c.checkTables(f.Kind, unknown)
		}
	case *surql.TupleKind:
		for _, e := range k.Elems {
			c.checkTables(e, unknown)
		}
	}
}
