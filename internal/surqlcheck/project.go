package surqlcheck

import (
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// A column is one field of a projection.
type column struct {
	path   []string
	kind   kind.Kind
	at     surql.Node
	origin source.Span
}

// field returns what the column is where it stands.
func (col *column) field() kind.Field {
	return kind.Field{Name: col.path[len(col.path)-1], Kind: col.kind, Span: col.at.Span(), Origin: col.origin}
}

// project returns the kind of one row of a projection over the current record.
func (c *checker) project(f *surql.Fields, s *scope, group *surql.Group) kind.Kind {
	if f.Value {
		k := c.item(f.Items[0], s, group, groupKeys(f, group))
		if c.values != nil {
			c.values[f] = c.origin(f.Items[0].X, s)
		}
		return k
	}
	var base kind.Kind = &kind.Object{}
	columns := make([]column, 0, len(f.Items))
	var nested []column
	var lost []string
	keys := groupKeys(f, group)
	for _, item := range f.Items {
		if item.Star() {
			base = s.at().doc
			continue
		}
		if paths, ok := fieldsCall(item); ok {
			for _, path := range paths {
				columns = append(columns, column{path: path, kind: c.plain(path, item.Span(), s), at: item})
			}
			continue
		}
		k := c.item(item, s, group, keys)
		path, stable := columnName(item)
		if call, ok := item.X.(*surql.FunctionCall); ok && call.Name.Path == "type::fields" && !c.newer {
			c.unnamed(item)
			columns = append(columns, column{kind: k, at: item}) // the older executor names them one by one
			continue
		}
		if !stable {
			c.unnamed(item)
			path = nil
			if item.Alias != nil {
				if group != nil && slices.ContainsFunc(group.By, func(by *surql.Idiom) bool { return slices.Equal(aliasPath(by), aliasPath(item.Alias)) }) {
					k = kind.Any // records may be grouped by what is not there
				}
				nested = append(nested, column{aliasPath(item.Alias), k, item, c.origin(item.X, s)})
				continue
			}
		}
		columns = append(columns, column{path, k, item, c.origin(item.X, s)})
		if idiom, ok := item.X.(*surql.Idiom); ok && idiom.Start != nil && item.Alias == nil && stable && !c.newer {
			c.unnamed(item)
			lost = append(lost, path[0]) // the older executor leaves it out
		}
	}
	if len(columns) == 0 && len(nested) == 0 {
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
	if !f.HasStar() && len(nested) == 0 && !slices.ContainsFunc(columns, func(col column) bool { return len(col.path) != 1 }) {
		fields := make([]kind.Field, len(columns))
		for i, col := range columns {
			fields[i] = col.field()
		}
		return kind.NewObject(fields...)
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
			o = setPath(o, col.path, col.field())
		}
		for _, col := range nested {
			o = setNested(o, col)
		}
		for _, name := range lost {
			f, _ := o.Field(name)
			f.Kind = kind.Option(f.Kind)
			o = o.With(f)
		}
		return o
	})
}

// setNested puts the value of a column under a path into a row: it is nested or
// has a key with dots.
func setNested(o *kind.Object, col column) *kind.Object {
	name := col.path[0]
	old, ok := o.Field(name)
	if !ok && !o.Open {
		old.Kind = kind.None
	} else if !ok {
		old.Kind = kind.Any
	}
	f, _ := setPath(o, col.path, col.field()).Field(name)
	f.Kind = kind.Join(old.Kind, f.Kind)
	dotted := col.field()
	dotted.Name, dotted.Kind = pathText(col.path), kind.Option(col.kind)
	return o.With(f).With(dotted)
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
	if !ok || call.Name.Path != "type::fields" || item.Alias != nil {
		return nil, false
	}
	return listed(call.Args)
}

// listed returns the paths that a list of plain paths as the only argument
// names.
func listed(args []surql.Expr) ([][]string, bool) {
	if len(args) != 1 {
		return nil, false
	}
	list, ok := args[0].(*surql.ArrayLit)
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
func (c *checker) item(item *surql.Field, s *scope, group *surql.Group, keys []surql.Expr) kind.Kind {
	if returnsWithin(item.X) {
		return c.catching(s, func(s *scope) kind.Kind { return c.column(item, s, group, keys) })
	}
	return c.column(item, s, group, keys)
}

func (c *checker) column(item *surql.Field, s *scope, group *surql.Group, keys []surql.Expr) kind.Kind {
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
	g := &scope{up: at.up, doc: kind.Any, each: each, keys: keys, view: at.view, filled: at.filled, matches: at.matches, nearest: at.nearest}
	if _, plain := item.X.(*surql.FunctionCall); !plain {
		g.compound = true
	}
	before, saw := c.diags, c.sawAggregate
	c.diags, c.sawAggregate, c.mayFail = &diag.List{}, false, false
	k := c.expr(item.X, g, nil)
	if c.mayFail {
		k = kind.Join(k, kind.Null)
	}
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
	if k == kind.Never {
		return k
	}
	c.diags.Lintf(item.Span(), diag.QueryExecutors, "this is neither a key of the group nor an aggregate; what it gives depends on how the engine runs the query").
		WithHelp("aggregate it, as in array::group(…)")
	if leavesRecord(item.X) {
		return kind.Any
	}
	k = kind.Join(k, c.ofGroup(item.X, s, each), kind.None, kind.Null)
	return kind.Join(k, kind.ArrayOf(k))
}

// leavesRecord reports whether an expression looks at other records than the
// current one by edges or subqueries.
func leavesRecord(x surql.Expr) bool {
	found := false
	surql.Walk(x, func(n surql.Node) bool {
		switch n.(type) {
		case *surql.LookupPart, *surql.SelectStmt:
			found = true
		}
		return !found
	})
	return found
}

// ofGroup returns the kind of an expression over a group, in which a field is
// the list of its values in the group's records.
func (c *checker) ofGroup(x surql.Expr, s *scope, each kind.Kind) kind.Kind {
	lists := kind.Map(each, func(k kind.Kind) kind.Kind {
		o, ok := k.(*kind.Object)
		if !ok {
			return kind.Any
		}
		out := &kind.Object{Open: o.Open}
		for _, f := range o.Fields {
			f.Kind = kind.ArrayOf(f.Kind)
			out = out.With(f)
		}
		return out
	})
	before := c.diags
	c.diags = &diag.List{}
	k := c.expr(x, s.record(lists), nil)
	c.diags = before
	return k
}

// namesRecord reports whether an expression looks at the current record outside
// of the arguments of aggregates.
func namesRecord(x surql.Expr) bool {
	found := false
	surql.Walk(x, func(n surql.Node) bool {
		switch n := n.(type) {
		case *surql.FunctionCall:
			if b := builtins()[n.Name.Path]; b != nil && b.grouped != nil {
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

// groupKeys returns the expressions that are the keys of the groups.
func groupKeys(f *surql.Fields, group *surql.Group) []surql.Expr {
	if group == nil {
		return nil
	}
	var keys []surql.Expr
	for _, item := range f.Items {
		if !item.Star() && isGroupKey(item, group) {
			keys = append(keys, item.X)
		}
	}
	return keys
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

// setPath puts a value into a row, under the path. What is no object on the way
// is replaced by one; into the elements of an array the value is put each.
func setPath(o *kind.Object, path []string, value kind.Field) *kind.Object {
	f, ok := o.Field(path[0])
	if len(path) == 1 {
		value.Name, value.Doc = path[0], f.Doc
		return o.With(value)
	}
	if !ok {
		f.Kind = kind.None
		if o.Open {
			f.Kind = kind.Any
		}
	}
	inner := kind.Map(f.Kind, func(m kind.Kind) kind.Kind { return setInside(m, path[1:], value) })
	return o.With(kind.Field{Name: path[0], Kind: inner, Doc: f.Doc, Span: value.Span})
}

func setInside(k kind.Kind, path []string, value kind.Field) kind.Kind {
	switch k := k.(type) {
	case *kind.Object:
		return setPath(k, path, value)
	case *kind.Array, *kind.Tuple:
		elem, _ := kind.Elem(k)
		return kind.ArrayOf(kind.Map(elem, func(m kind.Kind) kind.Kind {
			set := setInside(m, path, value)
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
	return setPath(&kind.Object{}, path, value)
}
