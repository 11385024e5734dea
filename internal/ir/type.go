package ir

import "github.com/devq-ai/tandem/internal/source"

// A Type is the type of a value. The set of types is closed.
type Type interface{ isType() }

// A Scalar is a type without parts.
type Scalar uint8

const (
	Any      Scalar = iota // a value of any type
	Bool                   // true or false
	Int                    // a signed 64-bit integer
	Float                  // a 64-bit IEEE 754 number
	Decimal                // a decimal number of up to 28 digits
	Number                 // int, float or decimal, known only at run time
	String                 // UTF-8 text
	Bytes                  // binary data
	Datetime               // a point in time with nanoseconds, in UTC
	Duration               // a span of time with nanoseconds, never negative
	UUID                   // a UUID of any version
	Regex                  // a regular expression, as a parameter only
	File                   // a pointer to a file in a bucket
	Null                   // SurrealDB's NULL
	None                   // SurrealDB's NONE: no value
	Table                  // the name of a table
	Patch                  // one change of a record: an entry of what DIFF gives
	Never                  // no value at all: a query that always throws
)

// Geometry is a geometry of one of the listed forms (point, line, polygon,
// multipoint, multiline, multipolygon, collection), or of any form if none is
// listed.
type Geometry struct{ Forms []string }

// Range is a range between two values.
type Range struct{ Elem Type }

// Option is a value that may be missing: Elem or NONE.
type Option struct{ Elem Type }

// Nullable is a value that may be NULL, which is not the same as missing.
type Nullable struct{ Elem Type }

// Array is a list of values. Len is the exact number of elements, or 0 where
// it is not fixed.
type Array struct {
	Elem Type
	Len  int
}

// Set is a list of distinct values in order. Len is as for Array.
type Set struct {
	Elem Type
	Len  int
}

// Tuple is a list of exactly as many values as Elems, each of its own type.
type Tuple struct {
	Elems []Type
	// Name is as for Union: the path of the schema's definition, or nil. What is
	// inside of an element has a path that goes on with "[0]", "[1]" and so on.
	Name []string
}

// Record is a link to a record of one of the tables, or of any table if none is
// listed. Each listed table has a Model.
type Record struct{ Tables []string }

// Literal is a single value: a string, bool, int64 or float64.
type Literal struct{ Value any }

// Union is a value of one of several types. It has at least two members and no
// member is itself a Union, an Option or a Nullable.
type Union struct {
	Members []Type
	// Name is where the schema states the union, for naming it: the table and
	// the field's path, as in ["note", "status"]. It is nil for a union that
	// arises in an expression.
	Name []string
}

// Object is a value with named fields.
type Object struct {
	Fields []*Field
	// Open says that the value may have fields beyond Fields.
	Open bool
	// Name is as for Union: the path of the schema's definition, or nil.
	Name []string
}

// IsFree reports whether nothing is known of the object's fields.
func (t *Object) IsFree() bool { return len(t.Fields) == 0 && t.Open }

// Field is a field of an Object. A field that can be absent or NONE has an
// Option type.
type Field struct {
	Name string
	Type Type
	Doc  []string
	Span source.Span
	// Origin is where the schema defines the field, or the one whose values a
	// query gives this name, by themselves or in lists. It is not part of the
	// type.
	Origin source.Span
}

// Row is the row type of a model: what SELECT * returns for one record.
type Row struct{ Model *Model }

// Foreign is a Go type that another generator has named, for example one that
// sqlc gives a parameter.
type Foreign struct {
	// Expr is the type as Go source, as in "[]*pgdb.Run" or "pgtype.Text".
	Expr string
	// Imports maps each package name that Expr mentions to its import path.
	// A type of the generator's own package is mentioned with no package name.
	Imports map[string]string
}

func (Scalar) isType()    {}
func (*Geometry) isType() {}
func (*Range) isType()    {}
func (*Option) isType()   {}
func (*Nullable) isType() {}
func (*Array) isType()    {}
func (*Set) isType()      {}
func (*Tuple) isType()    {}
func (*Record) isType()   {}
func (*Literal) isType()  {}
func (*Union) isType()    {}
func (*Object) isType()   {}
func (*Row) isType()      {}
func (*Foreign) isType()  {}

var scalarNames = [...]string{
	Any: "any", Bool: "bool", Int: "int", Float: "float", Decimal: "decimal", Number: "number",
	String: "string", Bytes: "bytes", Datetime: "datetime", Duration: "duration", UUID: "uuid",
	Regex: "regex", File: "file", Null: "null", None: "none", Table: "table", Patch: "patch", Never: "never",
}

// String returns the scalar's name in SurrealQL's kind syntax.
func (s Scalar) String() string { return scalarNames[s] }
