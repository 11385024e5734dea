package surql

// A Kind is a type: string, option<int>, array<record<person>, 10>, 'a' | 'b'.
type Kind interface {
	Node
	kind()
}

// A BasicKind is a kind without parameters.
type BasicKind struct {
	pos
	// Name is the kind in lower case: any, none, null, bool, bytes, datetime,
	// decimal, duration, float, int, number, object, string, uuid, range, regex
	// or function.
	Name string
}

// An OptionKind is option<a | b>, which is none | a | b. It may be the first
// member of a union.
type OptionKind struct {
	pos
	// Elem is the kind in the angle brackets; a union is a *UnionKind.
	Elem Kind
}

// A UnionKind is a | b. Its order counts when a value is coerced.
type UnionKind struct {
	pos
	Members []Kind // two or more
}

// A RecordKind is record or record<a | b>.
type RecordKind struct {
	pos
	Tables []Ident // none: any table
}

// A TableKind is table or table<a | b>.
type TableKind struct {
	pos
	Tables []Ident
}

// A GeometryKind is geometry or geometry<point | line>; point alone is
// geometry<point>.
type GeometryKind struct {
	pos
	// Shapes are point, line, polygon, multipoint, multiline, multipolygon and
	// collection; none: any geometry.
	Shapes []Ident
}

// A FileKind is file or file<bucket>.
type FileKind struct {
	pos
	Buckets []Ident
}

// An ArrayKind is array, array<kind> or array<kind, length>.
type ArrayKind struct {
	pos
	// Elem is nil for array alone.
	Elem Kind
	// Len is the exact number of elements, or nil.
	Len *uint64
}

// A SetKind is set, set<kind> or set<kind, length>.
type SetKind struct {
	pos
	Elem Kind
	Len  *uint64
}

// A LiteralKind is a single value as a kind: 'draft', 42, 1.5, 1dec, 1h, true.
type LiteralKind struct {
	pos
	// Value is a *StringLit, *IntLit, *FloatLit, *DecimalLit, *DurationLit or
	// *BoolLit.
	Value Expr
}

// An ObjectKind is { name: kind, … }.
type ObjectKind struct {
	pos
	Fields []*ObjectKindField
}

// An ObjectKindField is one field of an ObjectKind. Of fields with the same key
// the last one counts.
type ObjectKindField struct {
	pos
	Key  Ident
	Kind Kind
}

// A TupleKind is [kind, kind].
type TupleKind struct {
	pos
	Elems []Kind
}

func (*BasicKind) kind()    {}
func (*OptionKind) kind()   {}
func (*UnionKind) kind()    {}
func (*RecordKind) kind()   {}
func (*TableKind) kind()    {}
func (*GeometryKind) kind() {}
func (*FileKind) kind()     {}
func (*ArrayKind) kind()    {}
func (*SetKind) kind()      {}
func (*LiteralKind) kind()  {}
func (*ObjectKind) kind()   {}
func (*TupleKind) kind()    {}
