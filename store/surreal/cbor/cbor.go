// Package cbor reads and writes the CBOR (RFC 8949) that SurrealDB speaks.
//
// It is the layer that generated code calls: one method per kind of value, with
// no reflection and no values in between. An Encoder appends, a Decoder reads
// from a buffer that it does not copy. Both keep their first error and do
// nothing after it, so that generated code checks once, at the end.
//
// The decoder is strict. A value of another kind than the one asked for is an
// error that says where in the data it stands, what was expected and what was
// found; an integer is not a float, NONE is not NULL. It accepts what SurrealDB
// sends, which never includes values of indefinite length.
package cbor

// Tags with which SurrealDB marks its own kinds of values.
const (
	tagDatetimeText = 0
	tagNone         = 6
	tagTable        = 7
	tagRecord       = 8
	tagUUIDText     = 9
	tagDecimal      = 10
	tagDatetime     = 12
	tagDurationText = 13
	tagDuration     = 14
	tagUUID         = 37
	tagRange        = 49
	tagIncluded     = 50
	tagExcluded     = 51
	tagFile         = 55
	tagSet          = 56
	tagPoint        = 88
	tagCollection   = 94
)

// Major types, in the top three bits of a value's first byte.
const (
	majorUint   = 0
	majorNint   = 1
	majorBytes  = 2
	majorText   = 3
	majorArray  = 4
	majorMap    = 5
	majorTag    = 6
	majorSimple = 7
)

// First bytes of the values without content.
const (
	byteFalse   = majorSimple<<5 | 20
	byteTrue    = majorSimple<<5 | 21
	byteNull    = majorSimple<<5 | 22
	byteFloat16 = majorSimple<<5 | 25
	byteFloat32 = majorSimple<<5 | 26
	byteFloat64 = majorSimple<<5 | 27
)

// A Kind is a kind of SurrealDB value.
type Kind uint8

// The kinds. Invalid is what is no value at all: the end of the data, or bytes
// that SurrealDB does not send.
const (
	Invalid Kind = iota
	None
	Null
	Bool
	Int
	Float
	Decimal
	String
	Bytes
	Datetime
	Duration
	UUID
	Array
	Set
	Object
	Table
	Record
	Range
	File
	Point
	Line
	Polygon
	MultiPoint
	MultiLine
	MultiPolygon
	Collection
)

var kindNames = [...]string{
	Invalid: "no valid value", None: "NONE", Null: "NULL", Bool: "bool", Int: "int", Float: "float", Decimal: "decimal",
	String: "string", Bytes: "bytes", Datetime: "datetime", Duration: "duration", UUID: "uuid",
	Array: "array", Set: "set", Object: "object", Table: "table", Record: "record", Range: "range", File: "file",
	Point: "geometry<point>", Line: "geometry<line>", Polygon: "geometry<polygon>", MultiPoint: "geometry<multipoint>",
	MultiLine: "geometry<multiline>", MultiPolygon: "geometry<multipolygon>", Collection: "geometry<collection>",
}

// String returns the kind's name as SurrealQL writes it.
func (k Kind) String() string { return kindNames[k] }

var tagKinds = map[uint64]Kind{
	tagDatetimeText: Datetime, tagDatetime: Datetime,
	tagDurationText: Duration, tagDuration: Duration,
	tagUUIDText: UUID, tagUUID: UUID,
	tagNone: None, tagTable: Table, tagRecord: Record, tagDecimal: Decimal,
	tagRange: Range, tagFile: File, tagSet: Set,
	88: Point, 89: Line, 90: Polygon, 91: MultiPoint, 92: MultiLine, 93: MultiPolygon, 94: Collection,
}
