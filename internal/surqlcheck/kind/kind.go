// Package kind holds the kinds of SurrealQL: the sets of values that a field,
// a parameter or an expression can have.
//
// A Kind is an immutable value. Kinds print in SurrealQL's own kind syntax, as
// the engine prints them in INFO FOR TABLE.
package kind

import (
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/source"
)

// A Kind is a set of values. The set of implementations is closed: Basic,
// Literal, *Array, *Set, *Tuple, *Object, *Record, *Table, *Geometry, *Range,
// *File, *Function and *Union.
type Kind interface {
	// String returns the kind in SurrealQL's kind syntax. Never has no such
	// syntax and prints as "never".
	String() string
	isKind()
}

// A Basic is a kind without parts.
type Basic uint8

const (
	Never Basic = iota // no value: an expression that always throws
	Any                // every value
	None
	Null
	Bool
	Int
	Float
	Decimal
	Number // an int, a float or a decimal
	String
	Bytes
	Datetime
	Duration
	UUID
	Regex
)

// A Literal is a single value: a string, bool, int64, float64, or a Quoted.
// As the engine has it, a number stands for every equal number: 1 and 1.0 are
// both of kind 1.
type Literal struct {
	Value any
	// Fresh marks a literal that stands in an expression. Widen turns it into
	// its basic kind; a literal that a schema declares stays.
	Fresh bool
}

// Quoted is the value of a decimal or duration literal, as its source text.
type Quoted struct {
	Basic Basic // Decimal or Duration
	Text  string
}

// An Array is a list of Elem. Len is the exact number of elements, or -1 where
// it is not fixed.
type Array struct {
	Elem Kind
	Len  int
}

// A Set is a list of distinct values of Elem. Len is as for Array.
type Set struct {
	Elem Kind
	Len  int
}

// A Tuple is an array whose elements have a kind each, as in [string, int].
type Tuple struct {
	Elems []Kind
	// Stated says that a schema, a cast or a comment states the kind, which then
	// has a type of its own; an array that an expression lists is a list. It is
	// no part of the kind's identity.
	Stated bool
	// Path is as for Object.
	Path []string
}

// An Object is a value with named fields.
type Object struct {
	// Fields are sorted by name. A field that may be missing admits None.
	Fields []Field
	// Open says that there may be fields beyond Fields, of any kind.
	Open bool
	// Path is where a schema states the object: a table, then field names. It
	// names generated types and is no part of the kind's identity.
	Path []string
	// Row is the table whose SELECT * the object is, or "".
	Row string
}

// A Field is a field of an Object.
type Field struct {
	Name string
	Kind Kind
	Doc  []string
	Span source.Span
	// Origin is where the schema defines the field, or the one whose values a
	// query gives this name, by themselves or in lists.
	Origin source.Span
}

// A Record is a link to a record of one of the tables, or of any table if none
// is listed. Tables are in the order in which they were declared.
type Record struct {
	Tables []string
	// Exists says that the record a value links to is known to exist: the id of
	// a row, an end of an enforced relation.
	Exists bool
}

// A Table is the name of one of the tables, or of any table if none is listed.
type Table struct{ Tables []string }

// A Geometry is a geometry of one of the forms, or of any form if none is
// listed.
type Geometry struct{ Forms []string }

// A Range is a range between two values of Elem, which SurrealQL's syntax does
// not show.
type Range struct{ Elem Kind }

// A File is a pointer to a file in one of the buckets, or in any if none is
// listed.
type File struct{ Buckets []string }

// A Function is a closure. SurrealQL's syntax shows neither its parameters nor
// its result.
type Function struct {
	Params []Kind
	Result Kind // nil where it is not known
}

// A Union is a value of one of several kinds: at least two, none of them a
// Union. Their order matters when a value is coerced.
type Union struct {
	Members []Kind
	// Path is as for Object.
	Path []string
}

func (Basic) isKind()     {}
func (Literal) isKind()   {}
func (*Array) isKind()    {}
func (*Set) isKind()      {}
func (*Tuple) isKind()    {}
func (*Object) isKind()   {}
func (*Record) isKind()   {}
func (*Table) isKind()    {}
func (*Geometry) isKind() {}
func (*Range) isKind()    {}
func (*File) isKind()     {}
func (*Function) isKind() {}
func (*Union) isKind()    {}

// AnyObject is the kind of every object.
var AnyObject = &Object{Open: true}

// AnyArray is the kind of every array.
var AnyArray = &Array{Elem: Any, Len: -1}

// ArrayOf returns the kind of an array of any length.
func ArrayOf(elem Kind) *Array { return &Array{Elem: elem, Len: -1} }

// SetOf returns the kind of a set of any length.
func SetOf(elem Kind) *Set { return &Set{Elem: elem, Len: -1} }

// RecordOf returns the kind of a link to a record of one of the tables.
func RecordOf(tables ...string) *Record { return &Record{Tables: slices.Compact(tables)} }

// NewObject returns the kind of an object with exactly the fields, of which
// the last counts where several have the same name.
func NewObject(fields ...Field) *Object {
	byName := func(a, b Field) int { return strings.Compare(a.Name, b.Name) }
	sorted := slices.Clone(fields)
	slices.SortStableFunc(sorted, byName)
	out := sorted[:0]
	for i, f := range sorted {
		if i+1 == len(sorted) || byName(f, sorted[i+1]) != 0 { // the last one of a name counts
			out = append(out, f)
		}
	}
	return &Object{Fields: out}
}

// Option returns k or NONE, in the engine's order.
func Option(k Kind) Kind {
	if Admits(k, None) {
		return k
	}
	return union(pathOf(k), append([]Kind{None}, Members(k)...))
}

// of returns a tuple of other elements that is stated where t is.
func (t *Tuple) of(elems []Kind) *Tuple {
	return &Tuple{Elems: elems, Stated: t.Stated, Path: t.Path}
}

// Field returns the field of that name.
func (o *Object) Field(name string) (Field, bool) {
	i, ok := o.index(name)
	if !ok {
		return Field{}, false
	}
	return o.Fields[i], true
}

func (o *Object) index(name string) (int, bool) {
	return slices.BinarySearchFunc(o.Fields, name, func(f Field, n string) int { return strings.Compare(f.Name, n) })
}

// With returns o with f added or put in the place of the field of its name. The
// result is a kind of its own: it has neither a path nor a row.
func (o *Object) With(f Field) *Object {
	i, ok := o.index(f.Name)
	after := i
	if ok {
		after++
	}
	fields := make([]Field, 0, len(o.Fields)+1)
	fields = append(append(append(fields, o.Fields[:i]...), f), o.Fields[after:]...)
	return &Object{Fields: fields, Open: o.Open}
}

// Without returns o without the field of that name.
func (o *Object) Without(name string) *Object {
	i, ok := o.index(name)
	if !ok {
		return o
	}
	return &Object{Fields: slices.Delete(slices.Clone(o.Fields), i, i+1), Open: o.Open}
}

// Members returns the members of a union, nothing for Never, and k itself for
// every other kind.
func Members(k Kind) []Kind {
	switch k := k.(type) {
	case *Union:
		return k.Members
	case Basic:
		if k == Never {
			return nil
		}
	}
	return []Kind{k}
}

// Base returns the basic kind that the literal is a value of.
func (l Literal) Base() Basic {
	switch v := l.Value.(type) {
	case string:
		return String
	case bool:
		return Bool
	case int64:
		return Int
	case float64:
		return Float
	case Quoted:
		return v.Basic
	}
	return Any
}

// Admits reports whether k is Any or has the basic kind b among its members.
func Admits(k Kind, b Basic) bool {
	if u, ok := k.(*Union); ok {
		return slices.ContainsFunc(u.Members, func(m Kind) bool { return m == Any || m == b })
	}
	return k == Any || k == b && b != Never
}

// Strip returns k without the given basic kinds, Never if nothing is left. Any
// stays Any.
func Strip(k Kind, drop ...Basic) Kind {
	dropped := func(m Kind) bool {
		b, ok := m.(Basic)
		return ok && slices.Contains(drop, b)
	}
	u, ok := k.(*Union)
	switch {
	case !ok && dropped(k):
		return Never
	case !ok || !slices.ContainsFunc(u.Members, dropped):
		return k
	}
	return union(u.Path, slices.DeleteFunc(slices.Clone(u.Members), dropped))
}

// Map returns the join of f over the members of k.
func Map(k Kind, f func(Kind) Kind) Kind {
	u, ok := k.(*Union)
	if !ok {
		if k == Never {
			return Never
		}
		return f(k)
	}
	out := make([]Kind, len(u.Members))
	for i, m := range u.Members {
		out[i] = f(m)
	}
	return Join(out...)
}

// Elem returns the kind of the elements of an array, set or tuple.
func Elem(k Kind) (Kind, bool) {
	switch k := k.(type) {
	case *Array:
		return k.Elem, true
	case *Set:
		return k.Elem, true
	case *Tuple:
		return Join(k.Elems...), true
	}
	return nil, false
}

// Numeric reports whether every value of k is a number. It is false for Never.
func Numeric(k Kind) bool {
	return k != Never && Contains(Number, k)
}

// Widen returns k with each fresh literal replaced by its basic kind and each
// link taken as one whose record may have gone, at any depth: what a result is
// said to be.
func Widen(k Kind) Kind {
	return rewrite(k, func(k Kind) Kind {
		if l, ok := k.(Literal); ok && l.Fresh {
			return l.Base()
		}
		return forget(k)
	})
}

// Later returns k as it is some time later, when the records that it links to
// may have gone.
func Later(k Kind) Kind { return rewrite(k, forget) }

func forget(k Kind) Kind {
	if r, ok := k.(*Record); ok && r.Exists {
		return &Record{Tables: r.Tables}
	}
	return k
}

// rewrite replaces what has no parts of its own in k by f of it, at any depth.
// What does not change is not copied.
func rewrite(k Kind, f func(Kind) Kind) Kind {
	switch k := k.(type) {
	case *Array:
		if e := rewrite(k.Elem, f); e != k.Elem {
			return &Array{e, k.Len}
		}
		return k
	case *Set:
		if e := rewrite(k.Elem, f); e != k.Elem {
			return &Set{e, k.Len}
		}
		return k
	case *Range:
		if e := rewrite(k.Elem, f); e != k.Elem {
			return &Range{e}
		}
		return k
	case *Tuple:
		elems, changed := rewriteAll(k.Elems, f)
		if !changed {
			return k
		}
		return k.of(elems)
	case *Union:
		members, changed := rewriteAll(k.Members, f)
		if !changed {
			return k
		}
		return joinKeeping(k.Path, members)
	case *Object:
		var fields []Field
		for i, field := range k.Fields {
			r := rewrite(field.Kind, f)
			if r == field.Kind {
				continue
			}
			if fields == nil {
				fields = slices.Clone(k.Fields)
			}
			fields[i].Kind = r
		}
		if fields == nil {
			return k
		}
		return &Object{Fields: fields, Open: k.Open, Path: k.Path, Row: k.Row}
	}
	return f(k)
}

func rewriteAll(kinds []Kind, f func(Kind) Kind) (out []Kind, changed bool) {
	for i, k := range kinds {
		r := rewrite(k, f)
		if r == k {
			continue
		}
		if !changed {
			out, changed = slices.Clone(kinds), true
		}
		out[i] = r
	}
	return out, changed
}

// Adopt returns k with those of its parts that are the same as in model taken
// from there, so that they have the model's paths. A tuple that k states stays
// stated.
func Adopt(k, model Kind) Kind {
	if Equal(k, model) && !hasTuple(model, false) {
		return model
	}
	switch k := k.(type) {
	case *Tuple:
		m, ok := model.(*Tuple)
		if !ok || len(m.Elems) != len(k.Elems) {
			break
		}
		out := &Tuple{Stated: k.Stated || m.Stated, Path: m.Path}
		for i, e := range k.Elems {
			out.Elems = append(out.Elems, Adopt(e, m.Elems[i]))
		}
		return out
	case *Array:
		if m, ok := model.(*Array); ok {
			return &Array{Adopt(k.Elem, m.Elem), k.Len}
		}
	case *Set:
		if m, ok := model.(*Set); ok {
			return &Set{Adopt(k.Elem, m.Elem), k.Len}
		}
	case *Union:
		for _, empty := range []Basic{None, Null} {
			if rest := Strip(k, empty); rest != Kind(k) {
				return Join(empty, Adopt(rest, Strip(model, None, Null)))
			}
		}
	case *Object:
		m, ok := model.(*Object)
		if !ok {
			break
		}
		out := &Object{Open: k.Open, Path: k.Path, Row: k.Row}
		for _, f := range k.Fields {
			if g, ok := m.Field(f.Name); ok {
				f.Kind, f.Doc = Adopt(f.Kind, Strip(g.Kind, None)), g.Doc
			}
			out.Fields = append(out.Fields, f)
		}
		return out
	}
	return k
}

// hasTuple reports whether a part of k, but not of a named object in it, is a
// tuple that is stated, or one that is not.
func hasTuple(k Kind, stated bool) bool {
	within := func(k Kind) bool { return hasTuple(k, stated) }
	switch k := k.(type) {
	case *Tuple:
		return k.Stated == stated || slices.ContainsFunc(k.Elems, within)
	case *Array:
		return within(k.Elem)
	case *Set:
		return within(k.Elem)
	case *Union:
		return slices.ContainsFunc(k.Members, within)
	case *Object:
		return k.Path == nil && k.Row == "" && slices.ContainsFunc(k.Fields, func(f Field) bool { return within(f.Kind) })
	}
	return false
}

func pathOf(k Kind) []string {
	if u, ok := k.(*Union); ok {
		return u.Path
	}
	return nil
}
