package surql

import "time"

// NoneLit is NONE, the value of what is missing.
type NoneLit struct{ pos }

// NullLit is NULL.
type NullLit struct{ pos }

// A BoolLit is true or false.
type BoolLit struct {
	pos
	Value bool
}

// An IntLit is an integer, with its sign.
type IntLit struct {
	pos
	Value int64
}

// A FloatLit is a floating-point number, with its sign: 1.5, 1e3, 2f, NaN,
// Infinity.
type FloatLit struct {
	pos
	Value float64
}

// A DecimalLit is a decimal: 1.5dec.
type DecimalLit struct {
	pos
	// Value is the number without the suffix, without underscores and with its
	// sign, as in -1.50 or 1e3.
	Value string
}

// A DurationLit is a duration: 1h30m.
type DurationLit struct {
	pos
	Value Duration
}

// A Duration is a SurrealQL duration. It reaches further than time.Duration.
type Duration struct {
	Seconds     uint64
	Nanoseconds uint32 // below 1e9
}

// A StringLit is a string; as the key of a record id also an identifier or a
// number too large for an integer.
type StringLit struct {
	pos
	// Value has the escapes resolved.
	Value string
}

// A DatetimeLit is d'2024-01-02T03:04:05Z'.
type DatetimeLit struct {
	pos
	// Value is in UTC. Its year may have six digits or be negative.
	Value time.Time
}

// A UUIDLit is u'…'.
type UUIDLit struct {
	pos
	Value [16]byte
}

// A BytesLit is b'DEADBEEF'.
type BytesLit struct {
	pos
	Value []byte
}

// A FileLit is f'bucket:/key'.
type FileLit struct {
	pos
	Bucket string
	// Key begins with a slash.
	Key string
}

// A RegexLit is /pattern/.
type RegexLit struct {
	pos
	// Pattern has \/ resolved; its other escapes are the pattern's own.
	Pattern string
}

// A PointLit is a geometry point written as a pair of numbers: (1.5, 2).
// Geometries written as GeoJSON objects are *ObjectLit.
type PointLit struct {
	pos
	X, Y float64
}

// An ArrayLit is [a, b].
type ArrayLit struct {
	pos
	Elems []Expr
}

// A SetLit is {a, b}, {a,} or {,}. (An {a} is a *Block and {} is an
// *ObjectLit.)
type SetLit struct {
	pos
	Elems []Expr
}

// An ObjectLit is {key: value}.
type ObjectLit struct {
	pos
	Entries []*ObjectEntry
}

// An ObjectEntry is one key and its value. A key may stand twice in an object;
// the last one counts.
type ObjectEntry struct {
	pos
	Key   Ident
	Value Expr
}

func (*NoneLit) expr()     {}
func (*NullLit) expr()     {}
func (*BoolLit) expr()     {}
func (*IntLit) expr()      {}
func (*FloatLit) expr()    {}
func (*DecimalLit) expr()  {}
func (*DurationLit) expr() {}
func (*StringLit) expr()   {}
func (*DatetimeLit) expr() {}
func (*UUIDLit) expr()     {}
func (*BytesLit) expr()    {}
func (*FileLit) expr()     {}
func (*RegexLit) expr()    {}
func (*PointLit) expr()    {}
func (*ArrayLit) expr()    {}
func (*SetLit) expr()      {}
func (*ObjectLit) expr()   {}
