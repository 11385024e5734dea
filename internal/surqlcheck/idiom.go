package surqlcheck

import (
	"slices"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// idiom returns the kind of a path.
func (c *checker) idiom(x *surql.Idiom, s *scope, w *want) kind.Kind {
	parts := x.Parts
	var k kind.Kind
	switch {
	case x.Start != nil:
		k = c.expr(x.Start, s, c.startWant(x, s))
	case len(parts) > 0:
		doc, ok := s.current()
		if !ok {
			c.noRecord(x, parts[0])
			doc = kind.None
		}
		if _, at := parts[0].(*surql.DocPart); at {
			parts = parts[1:]
		}
		k = doc
	}
	if c.newer || !slices.ContainsFunc(parts, takesWhole) {
		return c.path(k, parts, &walk{s: s, steps: c.newer})
	}
	older := c.path(k, parts, &walk{s: s})
	before := c.diags
	c.diags = &diag.List{}
	newer := c.path(k, parts, &walk{s: s, steps: true})
	c.diags = before
	return kind.Join(older, newer)
}

// takesWhole reports whether a part gives something else for one array than for
// each of its elements.
func takesWhole(part surql.Part) bool {
	_, where := part.(*surql.WherePart)
	return where || dependsOnExecutor(part)
}

// noRecord reports a field where there is no record. A bare name is often a
// misspelt keyword or a forgotten dollar sign.
func (c *checker) noRecord(x *surql.Idiom, first surql.Part) {
	d := c.diags.Warnf(x.Span(), diag.QueryNoRecord, "there is no record here, so this is NONE")
	if f, ok := first.(*surql.FieldPart); ok {
		d.WithHelp("for the parameter write $%s, for the string '%s'", f.Name, f.Name)
	}
}

// startWant says what a parameter at the start of a path is: a path that begins
// with an edge begins at one of the records that the edge joins.
func (c *checker) startWant(x *surql.Idiom, s *scope) *want {
	if !c.isParam(x.Start, s) || len(x.Parts) == 0 {
		return nil
	}
	part := x.Parts[0]
	if r, ok := part.(*surql.RecursePart); ok {
		body := x.Parts[1:]
		if r.Nested != nil {
			body = r.Nested.Parts
		}
		if len(body) == 0 {
			return nil
		}
		part = body[0]
	}
	l, ok := part.(*surql.LookupPart)
	if !ok || l.Dir == surql.LookupReference {
		return nil
	}
	var tables []string
	for _, subject := range l.Subjects {
		t := c.cat.Table(subject.Table.Name)
		if t == nil || !t.Relation {
			return nil
		}
		var ends []string
		switch l.Dir {
		case surql.LookupOut:
			ends = t.In
		case surql.LookupIn:
			ends = t.Out
		case surql.LookupBoth:
			ends = append(append(ends, t.In...), t.Out...)
		}
		if len(ends) == 0 {
			return nil
		}
		tables = append(tables, ends...)
	}
	if len(tables) == 0 {
		return nil
	}
	return mayWant(kind.Join(kind.RecordOf(tables...)), "where a path begins")
}

// A walk is the evaluation of a path's parts.
type walk struct {
	s *scope
	// graph is set right behind a lookup: the next lookup then gives one flat
	// array and not an array for each element.
	graph bool
	// steps is set for the newer executor. Where the path has come to the
	// elements of an array, that takes each further part for all it has at once;
	// the older one takes the rest of the path for each element. inside is set
	// at such elements.
	steps, inside bool
}

// behind returns the walk behind a part that is no lookup.
func (w *walk) behind() *walk { return &walk{s: w.s, steps: w.steps, inside: w.inside} }

// within returns the walk at the elements of an array.
func (w *walk) within() *walk { return &walk{s: w.s, steps: w.steps, inside: w.steps} }

// path returns the kind that the parts lead to from a value of kind k.
func (c *checker) path(k kind.Kind, parts []surql.Part, w *walk) kind.Kind {
	if len(parts) == 0 {
		return k
	}
	if u, ok := k.(*kind.Union); ok {
		return c.pathUnion(u, parts, w)
	}
	if k == kind.Never {
		return kind.Never
	}
	part, rest := parts[0], parts[1:]
	if w.inside && len(rest) > 0 && isArray(k) {
		switch part.(type) {
		case *surql.FieldPart, *surql.AllPart, *surql.DestructurePart:
			return c.path(c.path(k, parts[:1], w), rest, w.behind())
		}
	}
	switch part := part.(type) {
	case *surql.FieldPart:
		return c.field(k, part, parts, w)
	case *surql.AllPart:
		return c.all(k, rest, w.behind())
	case *surql.LastPart:
		return c.path(c.last(k), rest, w.behind())
	case *surql.IndexPart:
		return c.path(c.index(k, part, w), rest, w.behind())
	case *surql.WherePart:
		return c.path(c.filter(k, part, w), rest, w)
	case *surql.FlattenPart:
		return c.flattened(k, rest, w.behind())
	case *surql.OptionalPart:
		if k == kind.None || k == kind.Null {
			return k
		}
		return c.path(k, rest, w)
	case *surql.DocPart:
		doc, _ := w.s.current()
		return c.path(doc, rest, w.behind())
	case *surql.RepeatPart:
		return repeated(k)
	case *surql.MethodPart:
		return c.path(c.method(k, part, w), rest, w.behind())
	case *surql.DestructurePart:
		return c.destructure(k, part, parts, w)
	case *surql.LookupPart:
		return c.lookup(k, part, parts, w)
	case *surql.RecursePart:
		return c.recurse(k, part, rest, w)
	}
	return kind.Any
}

// repeated returns what .@ leads to: what the recursion makes of each record or,
// where it ends, the record itself.
func repeated(k kind.Kind) kind.Kind {
	return kind.Map(k, func(m kind.Kind) kind.Kind {
		switch m := m.(type) {
		case *kind.Array, *kind.Tuple:
			elem, _ := kind.Elem(m)
			return kind.ArrayOf(repeated(elem))
		case *kind.Record:
			return kind.Join(m, kind.AnyObject, kind.None)
		}
		return kind.Any
	})
}

// pathUnion joins what the parts lead to from each member. What none of the
// members has is an error; what one of them lacks is not.
func (c *checker) pathUnion(u *kind.Union, parts []surql.Part, w *walk) kind.Kind {
	return c.tried(u, func(m kind.Kind) kind.Kind { return c.path(m, parts, w) })
}

// tried joins what the members of a union give, and reports what is wrong with
// all of them.
func (c *checker) tried(u *kind.Union, of func(kind.Kind) kind.Kind) kind.Kind {
	before, trying := c.diags, c.trying
	c.trying = true
	var out []kind.Kind
	var first *diag.List
	clean := false
	for _, m := range u.Members {
		c.diags = &diag.List{}
		out = append(out, of(m))
		if m == kind.None || m == kind.Null {
			continue
		}
		fine := onlyLints(c.diags)
		clean = clean || fine
		if first == nil || fine && !onlyLints(first) {
			first = c.diags
		}
	}
	c.diags, c.trying = before, trying
	if first != nil {
		c.diags.Merge(first)
		if !clean && first.HasErrors() && c.reported() == kind.Never {
			return kind.Never
		}
	}
	return kind.Join(out...)
}

func onlyLints(l *diag.List) bool {
	return l.Len() == 0 || !slices.ContainsFunc(l.Sorted(), func(d *diag.Diagnostic) bool { return d.Severity != diag.Lint })
}

// field steps into a field. In an array the rest of the path, too, runs for
// each element.
func (c *checker) field(k kind.Kind, part *surql.FieldPart, parts []surql.Part, w *walk) kind.Kind {
	rest := parts[1:]
	switch k := k.(type) {
	case *kind.Array, *kind.Tuple:
		return c.each(k, func(elem kind.Kind) kind.Kind { return c.path(elem, parts, w.within()) })
	case *kind.Object:
		if f, ok := k.Field(part.Name); ok {
			return c.path(f.Kind, rest, w.behind())
		}
		if k.Open {
			return c.path(kind.Any, rest, w.behind())
		}
		c.unknownField(k, part.Name, part.Span())
		return c.path(c.reported(), rest, w.behind())
	case *kind.Record:
		return c.path(c.linked(k), parts, w.behind())
	case *kind.Geometry:
		switch part.Name {
		case "type":
			return c.path(kind.String, rest, w.behind())
		case "coordinates":
			return c.path(coordinates(k), rest, w.behind())
		case "geometries":
			return c.path(kind.Option(kind.ArrayOf(&kind.Geometry{})), rest, w.behind())
		}
	case kind.Basic:
		if k == kind.Any {
			return c.path(kind.Any, rest, w.behind())
		}
	}
	return c.path(kind.None, rest, w.behind())
}

func (c *checker) unknownField(o *kind.Object, name string, at source.Span) {
	what := "the object"
	if o.Row != "" {
		what = "table " + o.Row
	} else if len(o.Path) > 1 {
		what = pathText(o.Path[1:]) + " of table " + o.Path[0]
	}
	report := c.diags.Errorf
	if !c.strict && o.Row == "" && o.Path == nil {
		report = c.diags.Warnf // it is NONE, which a script may want
	}
	d := report(at, diag.QueryUnknownField, "%s has no field %s", what, name)
	names := make([]string, len(o.Fields))
	for i, f := range o.Fields {
		names[i] = f.Name
	}
	if near := diag.Nearest(name, names); near != "" {
		d.WithHelp("did you mean %s?", near)
	}
}

// nesting is how deep the pairs of floats lie that a geometry consists of.
var nesting = map[string]int{"point": 0, "line": 1, "multipoint": 1, "polygon": 2, "multiline": 2, "multipolygon": 3}

// coordinates returns the kind of what a geometry of these forms consists of.
func coordinates(g *kind.Geometry) kind.Kind {
	var out []kind.Kind
	for _, form := range g.Forms {
		depth, ok := nesting[form]
		if !ok {
			return kind.Any
		}
		k := kind.ArrayOf(kind.Float)
		for range depth {
			k = kind.ArrayOf(k)
		}
		out = append(out, k)
	}
	if out == nil {
		return kind.Any
	}
	return kind.Join(out...)
}

// reported returns the kind of what a query file may not name. Nothing more is
// found out about Never, so that one mistake is reported once.
func (c *checker) reported() kind.Kind {
	if c.strict && !c.trying {
		return kind.Never
	}
	return kind.None
}

// each maps the elements of an array.
func (c *checker) each(k kind.Kind, f func(kind.Kind) kind.Kind) kind.Kind {
	elem, _ := kind.Elem(k)
	n := -1
	switch k := k.(type) {
	case *kind.Array:
		n = k.Len
	case *kind.Tuple:
		n = len(k.Elems)
	}
	if elem == kind.Never {
		return &kind.Array{Elem: kind.Never, Len: n}
	}
	return &kind.Array{Elem: f(elem), Len: n}
}

// linked returns what a link leads to: the row, or NONE where the record does
// not exist.
func (c *checker) linked(r *kind.Record) kind.Kind {
	if r.Exists {
		return c.rows(r)
	}
	return kind.Option(c.rows(r))
}

// rows returns the rows that a link can lead to.
func (c *checker) rows(r *kind.Record) kind.Kind {
	if len(r.Tables) == 0 {
		id := kind.Kind(r)
		if c.written.any() {
			id = kind.Option(id)
		}
		return &kind.Object{Fields: []kind.Field{{Name: "id", Kind: id}}, Open: true}
	}
	var out []kind.Kind
	for _, name := range r.Tables {
		if t := c.cat.Table(name); t != nil {
			out = append(out, c.recomputed(c.cat.reads(t), false))
		} else {
			out = append(out, &kind.Object{Fields: []kind.Field{{Name: "id", Kind: kind.RecordOf(name)}}, Open: true})
		}
	}
	if c.hasWritten(r.Tables) {
		return c.withoutID(kind.Join(out...), r.Tables)
	}
	return kind.Join(out...)
}

func (c *checker) all(k kind.Kind, rest []surql.Part, w *walk) kind.Kind {
	switch k := k.(type) {
	case *kind.Array, *kind.Tuple:
		return c.each(k, func(elem kind.Kind) kind.Kind {
			mixed := linksIn(elem) && len(kind.Members(elem)) > 1
			return c.path(kind.Map(elem, func(m kind.Kind) kind.Kind {
				switch m := m.(type) {
				case *kind.Record:
					return c.linked(m)
				case *kind.Object, *kind.Array, *kind.Tuple:
					return m
				}
				if mixed {
					return kind.Join(m, &kind.Tuple{Elems: []kind.Kind{m}}) // beside links, each is taken apart
				}
				return m
			}), rest, w.within())
		})
	case *kind.Record:
		return c.path(c.linked(k), rest, w)
	case *kind.Object:
		return c.path(k, rest, w)
	case kind.Basic:
		if k == kind.Any {
			return c.path(kind.Any, rest, w)
		}
	}
	// The two executors differ: [value] or the value or NONE.
	return c.path(kind.Join(&kind.Tuple{Elems: []kind.Kind{k}}, k, kind.None), rest, w)
}

func (c *checker) last(k kind.Kind) kind.Kind {
	switch k := k.(type) {
	case *kind.Array:
		return kind.Option(k.Elem)
	case *kind.Tuple:
		if n := len(k.Elems); n > 0 {
			return k.Elems[n-1]
		}
		return kind.None
	}
	return kind.Option(k) // the two executors differ
}

func (c *checker) index(k kind.Kind, part *surql.IndexPart, w *walk) kind.Kind {
	i := c.expr(part.X, w.s, nil)
	switch k := k.(type) {
	case *kind.Array, *kind.Set, *kind.Tuple:
		elem, _ := kind.Elem(k)
		if l, ok := i.(kind.Literal); ok {
			n, isInt := l.Value.(int64)
			if t, ok := k.(*kind.Tuple); ok && isInt && n >= 0 && n < int64(len(t.Elems)) {
				return t.Elems[n]
			}
			if a, ok := k.(*kind.Array); ok && isInt && n >= 0 && n < int64(a.Len) {
				return elem
			}
		}
		return kind.Map(i, func(i kind.Kind) kind.Kind {
			if _, ok := i.(*kind.Range); ok {
				return kind.ArrayOf(elem)
			}
			if i == kind.Any {
				return kind.Join(kind.Option(elem), kind.ArrayOf(elem))
			}
			return kind.Option(elem)
		})
	case *kind.Object:
		if l, ok := i.(kind.Literal); ok {
			if name, ok := l.Value.(string); ok {
				if f, ok := k.Field(name); ok {
					return f.Kind
				}
			}
		}
		switch {
		case k.Open:
			return kind.Any
		case kind.Meet(i, kind.String) == kind.Never:
			return kind.None
		}
		if _, ok := i.(kind.Literal); ok {
			return kind.None
		}
		return kind.Option(fieldKinds(k))
	}
	if k == kind.Any {
		return kind.Any
	}
	return kind.None
}

func (c *checker) filter(k kind.Kind, part *surql.WherePart, w *walk) kind.Kind {
	elem := kind.Kind(kind.Any)
	if e, ok := kind.Elem(k); ok {
		elem = e
	}
	s := &scope{up: w.s, doc: elem}
	c.expr(part.Cond, s, mayWant(kind.Bool, "a condition"))
	if isArray(k) {
		inner := c.narrow(part.Cond, s, true)
		if narrowed, ok := inner.current(); ok {
			if o, isObject := elem.(*kind.Object); isObject && o.Row == "" {
				elem = narrowed
			}
		}
		return kind.ArrayOf(elem)
	}
	if k == kind.Any {
		return kind.Any
	}
	return kind.Option(kind.ArrayOf(k)) // the two executors differ
}

// flattened returns what follows `…`. One executor takes a level of arrays away;
// to the other it is a step into each element, and NONE for what is no array.
func (c *checker) flattened(k kind.Kind, rest []surql.Part, w *walk) kind.Kind {
	if k == kind.Any {
		return c.path(kind.Any, rest, w)
	}
	if !isArray(k) {
		return kind.Join(c.path(k, rest, w), c.path(kind.None, rest, w))
	}
	elem, _ := kind.Elem(k)
	flat := kind.ArrayOf(onceFlat(elem))
	each := c.each(k, func(elem kind.Kind) kind.Kind { return c.path(elem, rest, w.within()) })
	return kind.Join(c.path(flat, rest, w), each)
}

func (c *checker) destructure(k kind.Kind, part *surql.DestructurePart, parts []surql.Part, w *walk) kind.Kind {
	rest := parts[1:]
	switch k := k.(type) {
	case *kind.Array, *kind.Tuple:
		return c.each(k, func(elem kind.Kind) kind.Kind { return c.path(elem, parts, w.within()) })
	case *kind.Record:
		return c.path(c.linked(k), parts, w.behind())
	case *kind.Object:
		return c.path(c.entries(k, part, w), rest, w.behind())
	case kind.Basic:
		if k == kind.Any {
			return c.path(kind.Any, rest, w.behind())
		}
	}
	return c.path(kind.None, rest, w.behind())
}

// entry returns the kind of an entry of a destructuring that has a value of its
// own. To the newer executor a path there is more of the path around it.
func (c *checker) entry(x surql.Expr, o *kind.Object, s *scope, w *walk) kind.Kind {
	idiom, ok := x.(*surql.Idiom)
	if !ok || !w.steps {
		return c.expr(x, s, nil)
	}
	var from kind.Kind = o
	if idiom.Start != nil {
		from = c.expr(idiom.Start, s, nil)
	}
	return c.path(from, idiom.Parts, &walk{s: s, steps: true, inside: true})
}

// entries returns the object that a destructuring makes of o.
func (c *checker) entries(o *kind.Object, part *surql.DestructurePart, w *walk) kind.Kind {
	out := &kind.Object{}
	s := &scope{up: w.s, doc: o}
	for _, e := range part.Fields {
		own := func() kind.Kind {
			if f, ok := o.Field(e.Name.Name); ok {
				return f.Kind
			}
			if !o.Open {
				c.unknownField(o, e.Name.Name, e.Name.Span())
				return c.reported()
			}
			return kind.Any
		}
		switch {
		case e.Value != nil:
			out = out.With(kind.Field{Name: e.Name.Name, Kind: c.entry(e.Value, o, s, w), Origin: c.origin(e.Value, s)})
		case e.Nested != nil:
			k := c.path(own(), []surql.Part{e.Nested}, w.behind())
			out = out.With(kind.Field{Name: e.Name.Name, Kind: k})
		case e.All:
			// The fields of the field are put beside each other; what it is if
			// it is no object is dropped.
			inner, ok := own().(*kind.Object)
			if !ok || inner.Open {
				out.Open = true
				continue
			}
			for _, f := range inner.Fields {
				out = out.With(f)
			}
		default:
			f, _ := o.Field(e.Name.Name)
			f.Name, f.Kind = e.Name.Name, own()
			out = out.With(f)
		}
	}
	return out
}
