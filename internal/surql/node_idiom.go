package surql

// An Idiom is a path into a value: name, address.city, ->knows->person.name,
// $this.tags[0]. A bare field name is an idiom of one part.
type Idiom struct {
	pos
	// Start is the value that the path begins at, or nil where it begins at the
	// current record; then Parts[0] is a *FieldPart, a *LookupPart or, for @, a
	// *DocPart.
	Start Expr
	Parts []Part
}

// A Part is one step of an idiom.
type Part interface {
	Node
	part()
}

// A FieldPart is a field: .name, or name at the start of an idiom.
type FieldPart struct {
	pos
	Name string
}

// AllPart is .* and [*]: all fields of an object, all elements of an array, or
// the record behind a link.
type AllPart struct{ pos }

// LastPart is [$], the last element of an array.
type LastPart struct{ pos }

// OptionalPart is .?, which ends the idiom with NONE where the value is NONE or
// NULL.
type OptionalPart struct{ pos }

// FlattenPart is … or `...`.
type FlattenPart struct{ pos }

// DocPart is @ at the start of an idiom: the current record in a recursion.
type DocPart struct{ pos }

// RepeatPart is .@, where a recursion repeats.
type RepeatPart struct{ pos }

// An IndexPart is [expr]: an index, a key, or a range.
type IndexPart struct {
	pos
	X Expr
}

// A WherePart is [WHERE cond] or [? cond].
type WherePart struct {
	pos
	Cond Expr
}

// A MethodPart is .name(args): a builtin function as a method, or a closure in
// a field.
type MethodPart struct {
	pos
	Name Ident
	Args []Expr
}

// A DestructurePart is .{ a, b.*, c.{ d }, e: f.g }.
type DestructurePart struct {
	pos
	Fields []*DestructureField
}

// A DestructureField is one entry of a destructuring. At most one of All,
// Fields and Value is set.
type DestructureField struct {
	pos
	Name Ident
	// All is set for name.*.
	All bool
	// Nested holds the entries of name.{ … }.
	Nested *DestructurePart
	// Value is the expression of name: value.
	Value Expr
}

// A RecursePart is .{min..max}, optionally with an instruction and with an idiom
// in parentheses to repeat: .{1..3+path}(->knows->person). Without the
// parentheses, the rest of the idiom repeats.
type RecursePart struct {
	pos
	// Min and Max are the depths; nil is open. For a fixed depth, .{3}, both
	// are the same number and Fixed is set.
	Min, Max *uint32
	Fixed    bool
	// Instruction says what is returned.
	Instruction RecurseInstruction
	// Target is the record of +shortest=target: *RecordID or *Param.
	Target Expr
	// Inclusive is set by +inclusive: the start belongs to the result.
	Inclusive bool
	// Nested is the idiom in parentheses, or nil.
	Nested *Idiom
}

// A RecurseInstruction says what a recursion returns.
type RecurseInstruction uint8

// The recursion's instructions.
const (
	RecurseLast     RecurseInstruction = iota // what is found at the last depth
	RecursePath                               // +path: all paths
	RecurseCollect                            // +collect: all records, each once
	RecurseShortest                           // +shortest=target: the shortest path
)

// A LookupPart follows edges or references: ->edge, <-edge, <->edge, <~table.
type LookupPart struct {
	pos
	Dir LookupDir
	// Subjects are the tables to follow; none for ?.
	Subjects []*LookupSubject
	// Fields are those of ->(SELECT fields FROM …), or nil.
	Fields *Fields
	// Only is set by FROM ONLY, which engine 3.1 introduced.
	Only  bool
	Where Expr
	Split []*Idiom
	Group *Group
	Order *Order
	Limit Expr
	Start Expr
	// Alias is the name the lookup's result gets in the output, or nil.
	Alias *Idiom
}

// A LookupDir is the direction of a lookup.
type LookupDir uint8

// The directions.
const (
	LookupOut       LookupDir = iota // ->
	LookupIn                         // <-
	LookupBoth                       // <->
	LookupReference                  // <~
)

// String returns the arrow.
func (d LookupDir) String() string { return [...]string{"->", "<-", "<->", "<~"}[d] }

// A LookupSubject is a table of a lookup, optionally a range of its records and
// the field that refers to this record.
type LookupSubject struct {
	pos
	Table Ident
	// Range is the range of table:from..to, or nil.
	Range *KeyRange
	// Field is the name after FIELD, or the zero Ident.
	Field Ident
}

func (*FieldPart) part()       {}
func (*AllPart) part()         {}
func (*LastPart) part()        {}
func (*OptionalPart) part()    {}
func (*FlattenPart) part()     {}
func (*DocPart) part()         {}
func (*RepeatPart) part()      {}
func (*IndexPart) part()       {}
func (*WherePart) part()       {}
func (*MethodPart) part()      {}
func (*DestructurePart) part() {}
func (*RecursePart) part()     {}
func (*LookupPart) part()      {}
