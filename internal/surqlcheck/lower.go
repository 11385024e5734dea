package surqlcheck

import (
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// A lowering turns kinds into the types of the IR.
type lowering struct {
	models map[string]*ir.Model
	// objects keeps one type for each object that the schema names, anonymous
	// one for each that the query has which is being lowered.
	objects, anonymous map[*kind.Object]*ir.Object
}

// next forgets what belongs to one query alone.
func (l *lowering) next() { clear(l.anonymous) }

// lower returns a lowering that knows the catalog's tables, and their models in
// the order of the tables' definitions.
func (c *Catalog) lower() (*lowering, []*ir.Model) {
	l := &lowering{map[string]*ir.Model{}, map[*kind.Object]*ir.Object{}, map[*kind.Object]*ir.Object{}}
	var models []*ir.Model
	for _, name := range c.tableNames() {
		t := c.Table(name)
		m := &ir.Model{Name: name, Span: t.span()}
		if t.Def != nil {
			m.Doc = docOf(t.Def.Comment)
		}
		l.models[name] = m
		models = append(models, m)
	}
	for _, m := range models {
		t := c.Table(m.Name)
		m.Key = l.typ(t.Key)
		m.Row = l.object(t.Row)
	}
	return l, models
}

var scalars = map[kind.Basic]ir.Scalar{
	kind.Never: ir.Never, kind.Any: ir.Any, kind.None: ir.None, kind.Null: ir.Null, kind.Bool: ir.Bool,
	kind.Int: ir.Int, kind.Float: ir.Float, kind.Decimal: ir.Decimal, kind.Number: ir.Number,
	kind.String: ir.String, kind.Bytes: ir.Bytes, kind.Datetime: ir.Datetime, kind.Duration: ir.Duration,
	kind.UUID: ir.UUID, kind.Regex: ir.Regex,
}

// typ returns the type of values of the kind.
func (l *lowering) typ(k kind.Kind) ir.Type {
	switch k := k.(type) {
	case kind.Basic:
		return scalars[k]
	case kind.Literal:
		if q, ok := k.Value.(kind.Quoted); ok {
			return scalars[q.Basic]
		}
		return &ir.Literal{Value: k.Value}
	case *kind.Array:
		return &ir.Array{Elem: l.typ(k.Elem), Len: max(k.Len, 0)}
	case *kind.Set:
		return &ir.Set{Elem: l.typ(k.Elem), Len: max(k.Len, 0)}
	case *kind.Tuple:
		if k.Stated {
			return l.tuple(k)
		}
		return &ir.Array{Elem: l.typ(kind.Join(k.Elems...)), Len: len(k.Elems)}
	case *kind.Object:
		if k == patch {
			return ir.Patch
		}
		if m := l.models[k.Row]; m != nil {
			return &ir.Row{Model: m}
		}
		return l.object(k)
	case *kind.Record:
		for _, name := range k.Tables {
			if l.models[name] == nil {
				return &ir.Record{}
			}
		}
		return &ir.Record{Tables: k.Tables}
	case *kind.Table:
		return ir.Table
	case *kind.Geometry:
		return &ir.Geometry{Forms: k.Forms}
	case *kind.Range:
		return &ir.Range{Elem: l.typ(k.Elem)}
	case *kind.File:
		return ir.File
	case *kind.Union:
		return l.union(k)
	}
	return ir.Any
}

func (l *lowering) object(k *kind.Object) *ir.Object {
	known := l.objects
	if k.Path == nil {
		known = l.anonymous
	}
	if o := known[k]; o != nil {
		return o
	}
	o := &ir.Object{Open: k.Open, Name: k.Path, Fields: make([]*ir.Field, len(k.Fields))}
	known[k] = o
	fields := make([]ir.Field, len(k.Fields))
	for i, f := range k.Fields {
		fields[i] = ir.Field{Name: f.Name, Type: l.typ(f.Kind), Doc: f.Doc, Span: f.Span, Origin: f.Origin}
		o.Fields[i] = &fields[i]
	}
	return o
}

func (l *lowering) tuple(k *kind.Tuple) *ir.Tuple {
	t := &ir.Tuple{Name: k.Path, Elems: make([]ir.Type, len(k.Elems))}
	for i, e := range k.Elems {
		t.Elems[i] = l.typ(e)
	}
	return t
}

// union takes NONE and NULL out of a union. What is left is a union of its own,
// unless one type holds all of it.
func (l *lowering) union(k *kind.Union) ir.Type {
	if kind.Admits(k, kind.None) {
		return &ir.Option{Elem: l.typ(kind.Strip(k, kind.None))}
	}
	if kind.Admits(k, kind.Null) {
		return &ir.Nullable{Elem: l.typ(kind.Strip(k, kind.Null))}
	}
	if kind.Contains(kind.Bool, k) {
		return ir.Bool
	}
	if kind.Numeric(k) && !allLiterals(k) {
		return ir.Number
	}
	u := &ir.Union{Name: k.Path}
	for _, m := range k.Members {
		u.Members = append(u.Members, l.typ(m))
	}
	return u
}

func allLiterals(u *kind.Union) bool {
	for _, m := range u.Members {
		if _, ok := m.(kind.Literal); !ok {
			return false
		}
	}
	return true
}

// line returns the line that a node begins at.
func line(n surql.Node) int { return n.Span().Position().Line }
