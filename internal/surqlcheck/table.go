package surqlcheck

import (
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// A Table is a table as queries see it.
type Table struct {
	Name string
	// Def is nil for a table that the engine made by itself.
	Def *surql.DefineTable
	// Schemafull says that records have the defined fields only.
	Schemafull bool
	// Relation says that records are edges, In and Out which tables they may
	// join; an empty list is any table. Enforced says that both ends exist.
	Relation, Enforced bool
	In, Out            []string
	// Row is what SELECT * returns for one record.
	Row *kind.Object
	// Key is the kind of the key in the table's record ids.
	Key kind.Kind

	fields []*tableField // top-level fields
	view   bool
	inputs map[inputForm]*kind.Object // what writes have asked for
}

// A tableField is a defined field and the fields in it.
type tableField struct {
	name     string
	path     []string           // from the table's name on
	def      *surql.DefineField // nil where only fields in it are defined
	children []*tableField      // in the order of their definition
	stored   kind.Kind          // what a record holds
}

// origin returns where f is defined. f may be nil.
func (f *tableField) origin() source.Span {
	if f == nil || f.def == nil {
		return source.Span{}
	}
	return f.def.Span()
}

// child returns the field in f of that name, or nil.
func (f *tableField) child(name string) *tableField { return findField(f.children, name) }

func findField(fields []*tableField, name string) *tableField {
	for _, f := range fields {
		if f.name == name {
			return f
		}
	}
	return nil
}

// hasTable reports whether the table is defined, or made by the engine because
// something is defined on it.
func (c *Catalog) hasTable(name string) bool {
	return c.lookup(ObjectTable, "", name) != nil || c.implied(name)
}

// tableNames returns the names of all tables, for suggestions.
func (c *Catalog) tableNames() []string { return c.names(ObjectTable, "") }

// Table returns the table of that name, or nil.
func (c *Catalog) Table(name string) *Table {
	if t, ok := c.tables[name]; ok {
		return t
	}
	if !c.hasTable(name) {
		return nil
	}
	t := c.newTable(name)
	c.tables[name] = t
	c.complete(t)
	return t
}

func (c *Catalog) newTable(name string) *Table {
	t := &Table{Name: name, Key: kind.Any}
	if o := c.lookup(ObjectTable, "", name); o != nil {
		t.Def = o.Def.(*surql.DefineTable)
		t.Schemafull = t.Def.Schema == surql.Schemafull
		t.view = t.Def.View != nil
		if tt := t.Def.Type; tt != nil && tt.Kind == surql.TableRelation {
			t.Relation, t.Enforced = true, tt.Enforced
			t.In, t.Out = identNames(tt.From), identNames(tt.To)
		}
	}
	for _, o := range c.on(ObjectField, name) {
		def := o.Def.(*surql.DefineField)
		t.add(fieldPath(def.Name), def)
	}
	return t
}

// add puts a definition into the tree of fields.
func (t *Table) add(path []string, def *surql.DefineField) {
	fields, at := &t.fields, []string{t.Name}
	for i, name := range path {
		at = append(slices.Clone(at), name)
		f := findField(*fields, name)
		if f == nil {
			f = &tableField{name: name, path: at}
			*fields = append(*fields, f)
		}
		if i == len(path)-1 {
			f.def = def
		}
		fields = &f.children
	}
}

// complete computes the kinds of the table's records.
func (c *Catalog) complete(t *Table) {
	row := &kind.Object{Open: !t.Schemafull}
	set := func(name string, k kind.Kind, f *tableField) {
		field := kind.Field{Name: name, Kind: k}
		if f != nil && f.def != nil {
			field.Doc, field.Span, field.Origin = docOf(f.def.Comment), f.def.Span(), f.def.Span()
		}
		row = row.With(field)
	}
	set("id", &kind.Record{Tables: []string{t.Name}, Exists: true}, nil)
	if t.Relation {
		set("in", &kind.Record{Tables: t.In, Exists: t.Enforced}, nil)
		set("out", &kind.Record{Tables: t.Out, Exists: t.Enforced}, nil)
	}
	if t.Def != nil && t.Def.Type != nil && t.Def.Type.Kind == surql.TableAny && t.Schemafull {
		set("in", kind.Option(&kind.Record{}), nil)
		set("out", kind.Option(&kind.Record{}), nil)
	}
	var computed []*tableField
	for _, f := range t.fields {
		switch {
		case f.name == "id":
			if f.def != nil && f.def.Type != nil {
				t.Key = kindOf(f.def.Type, []string{t.Name, "id"})
			}
			continue
		case f.def != nil && f.def.Computed != nil:
			computed = append(computed, f)
			f.stored = kind.Any
			if f.def.Type != nil {
				f.stored = kindOf(f.def.Type, f.path)
			}
		default:
			f.stored = t.storedKind(f, !t.Schemafull)
			if old, ok := row.Field(f.name); ok && (f.name == "in" || f.name == "out") && t.Relation {
				f.stored = kind.Meet(old.Kind, f.stored)
			}
		}
		set(f.name, f.stored, f)
	}
	t.setRow(row)
	if t.view {
		c.completeView(t)
		return
	}
	for _, f := range computed {
		if f.def.Type != nil {
			continue
		}
		f.stored = c.computedKind(f.def.Computed, t.Row)
		set(f.name, f.stored, f)
		t.setRow(row)
	}
}

// setRow makes the object the table's row.
func (t *Table) setRow(row *kind.Object) {
	t.Row = &kind.Object{Fields: row.Fields, Open: row.Open, Row: t.Name, Path: []string{t.Name}}
}

// completeView gives a view the fields that its SELECT projects.
func (c *Catalog) completeView(t *Table) {
	row, keys := c.viewRow(t.Def.View)
	id := kind.RecordOf(t.Name)
	t.Key = kind.Any
	if keys != nil {
		t.Key = &kind.Tuple{Elems: keys, Stated: true, Path: []string{t.Name, "id"}}
	}
	t.setRow(row.With(kind.Field{Name: "id", Kind: id}))
}

// storedKind returns what a record holds in the field: its declared kind, made
// more precise by the fields that are defined in it.
func (t *Table) storedKind(f *tableField, flexible bool) kind.Kind {
	var k kind.Kind = kind.Any
	switch {
	case f.def != nil && f.def.Type != nil:
		k = kindOf(f.def.Type, f.path)
		flexible = flexible || f.def.Flexible
	case f.def == nil && len(f.children) > 0 && f.child("*") == nil:
		k = kind.AnyObject // the engine makes it with the fields in it
	}
	var elem kind.Kind
	var named []kind.Field
	for _, child := range f.children {
		child.stored = t.storedKind(child, flexible)
		if child.name == "*" || child.name == "..." || strings.HasPrefix(child.name, "[") {
			if child.name == "*" {
				elem = child.stored
			}
			continue
		}
		field := kind.Field{Name: child.name, Kind: child.stored}
		if child.def != nil {
			field.Doc, field.Span, field.Origin = docOf(child.def.Comment), child.def.Span(), child.def.Span()
		}
		named = append(named, field)
	}
	return refine(k, f.path, named, elem, flexible)
}

// refine makes a declared kind more precise: its open objects have the fields,
// its collections the elements. An object that may hold what it likes stays
// open.
func refine(k kind.Kind, path []string, fields []kind.Field, elem kind.Kind, flexible bool) kind.Kind {
	var out []kind.Kind
	for _, m := range kind.Members(k) {
		switch m := m.(type) {
		case *kind.Object:
			if m.Open && len(m.Fields) == 0 {
				o := kind.NewObject(fields...)
				o.Open = flexible
				if len(fields) > 0 {
					o.Path = path
				}
				out = append(out, o)
				continue
			}
		case *kind.Array:
			out = append(out, &kind.Array{Elem: refineElem(m.Elem, path, elem, flexible), Len: m.Len})
			continue
		case *kind.Set:
			out = append(out, &kind.Set{Elem: refineElem(m.Elem, path, elem, flexible), Len: m.Len})
			continue
		}
		out = append(out, m)
	}
	return kind.OneOf(unionPath(k, path), out...)
}

// unionPath keeps a union's name.
func unionPath(k kind.Kind, path []string) []string {
	if u, ok := k.(*kind.Union); ok && u.Path != nil {
		return path
	}
	return nil
}

// refineElem is refine for the elements of a collection, whose own definition
// is elem, or nil.
func refineElem(declared kind.Kind, path []string, elem kind.Kind, flexible bool) kind.Kind {
	if elem == nil {
		return refine(declared, path, nil, nil, flexible)
	}
	if met := kind.Meet(declared, elem); met != kind.Never {
		return met
	}
	return elem
}

func docOf(comment surql.Expr) []string {
	if s, ok := comment.(*surql.StringLit); ok && s.Value != "" {
		return []string{s.Value}
	}
	return nil
}

// field returns the definition of the field at the path, nil where there is
// none.
func (t *Table) field(path []string) *tableField {
	fields := t.fields
	var f *tableField
	for _, name := range path {
		if f = findField(fields, name); f == nil {
			return nil
		}
		fields = f.children
	}
	return f
}

// span returns where the table is defined.
func (t *Table) span() source.Span {
	if t.Def == nil {
		return source.Span{}
	}
	return t.Def.Span()
}

// joins reports whether an edge of the table can begin (or, with out, end) at a
// record of one of the other tables, of which none stands for all.
func joins(ends, tables []string) bool {
	return len(ends) == 0 || len(tables) == 0 || slices.ContainsFunc(tables, func(t string) bool { return slices.Contains(ends, t) })
}
