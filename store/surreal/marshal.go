package surreal

import (
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// The methods MarshalCBOR and UnmarshalCBOR are for codecs that go by
// reflection, above all the SDK's: with them, values of these types and of the
// generated ones are read and written by its client as they are by generated
// code. That itself does not use them.

// MarshalCBOR returns the value as SurrealDB reads it.
func (v Value) MarshalCBOR() ([]byte, error) { return cbor.Marshal(v, EncodeValue) }

// UnmarshalCBOR reads a value as SurrealDB sends it.
func (v *Value) UnmarshalCBOR(data []byte) error { return cbor.Unmarshal(data, v, DecodeValue) }

// MarshalCBOR returns the id as SurrealDB reads it.
func (id RecordID) MarshalCBOR() ([]byte, error) { return cbor.Marshal(id, EncodeRecordID) }

// UnmarshalCBOR reads an id as SurrealDB sends it.
func (id *RecordID) UnmarshalCBOR(data []byte) error { return cbor.Unmarshal(data, id, DecodeRecordID) }

// MarshalCBOR returns the key as SurrealDB reads it.
func (k Key) MarshalCBOR() ([]byte, error) { return cbor.Marshal(k, EncodeKey) }

// UnmarshalCBOR reads a key as SurrealDB sends it.
func (k *Key) UnmarshalCBOR(data []byte) error {
	return cbor.Unmarshal(data, k, func(d *cbor.Decoder) Key { return decodeKey(d, maxDepth) })
}

// MarshalCBOR returns the name as SurrealDB reads it.
func (v Table) MarshalCBOR() ([]byte, error) { return cbor.Marshal(v, EncodeTable) }

// UnmarshalCBOR reads a name as SurrealDB sends it.
func (v *Table) UnmarshalCBOR(data []byte) error { return cbor.Unmarshal(data, v, DecodeTable) }

// MarshalCBOR returns the file's name as SurrealDB reads it.
func (v File) MarshalCBOR() ([]byte, error) { return cbor.Marshal(v, EncodeFile) }

// UnmarshalCBOR reads a file's name as SurrealDB sends it.
func (v *File) UnmarshalCBOR(data []byte) error { return cbor.Unmarshal(data, v, DecodeFile) }

// MarshalCBOR returns the number as SurrealDB reads it.
func (n Number) MarshalCBOR() ([]byte, error) { return cbor.Marshal(n, EncodeNumber) }

// UnmarshalCBOR reads a number as SurrealDB sends it.
func (n *Number) UnmarshalCBOR(data []byte) error { return cbor.Unmarshal(data, n, DecodeNumber) }

// MarshalCBOR returns the change as SurrealDB reads it.
func (v Patch) MarshalCBOR() ([]byte, error) { return cbor.Marshal(v, EncodePatch) }

// UnmarshalCBOR reads a change as SurrealDB sends it.
func (v *Patch) UnmarshalCBOR(data []byte) error { return cbor.Unmarshal(data, v, DecodePatch) }

// MarshalCBOR returns the geometry as SurrealDB reads it.
func (g Point) MarshalCBOR() ([]byte, error) { return marshalGeometry(g) }

// MarshalCBOR returns the geometry as SurrealDB reads it.
func (g Line) MarshalCBOR() ([]byte, error) { return marshalGeometry(g) }

// MarshalCBOR returns the geometry as SurrealDB reads it.
func (g Polygon) MarshalCBOR() ([]byte, error) { return marshalGeometry(g) }

// MarshalCBOR returns the geometry as SurrealDB reads it.
func (g MultiPoint) MarshalCBOR() ([]byte, error) { return marshalGeometry(g) }

// MarshalCBOR returns the geometry as SurrealDB reads it.
func (g MultiLine) MarshalCBOR() ([]byte, error) { return marshalGeometry(g) }

// MarshalCBOR returns the geometry as SurrealDB reads it.
func (g MultiPolygon) MarshalCBOR() ([]byte, error) { return marshalGeometry(g) }

// MarshalCBOR returns the geometry as SurrealDB reads it.
func (g Collection) MarshalCBOR() ([]byte, error) { return marshalGeometry(g) }

func marshalGeometry(g Geometry) ([]byte, error) { return cbor.Marshal(g, EncodeGeometry) }

// UnmarshalCBOR reads a geometry as SurrealDB sends it.
func (g *Point) UnmarshalCBOR(data []byte) error { return cbor.Unmarshal(data, g, DecodePoint) }

// UnmarshalCBOR reads a geometry as SurrealDB sends it.
func (g *Line) UnmarshalCBOR(data []byte) error { return cbor.Unmarshal(data, g, DecodeLine) }

// UnmarshalCBOR reads a geometry as SurrealDB sends it.
func (g *Polygon) UnmarshalCBOR(data []byte) error { return cbor.Unmarshal(data, g, DecodePolygon) }

// UnmarshalCBOR reads a geometry as SurrealDB sends it.
func (g *MultiPoint) UnmarshalCBOR(data []byte) error {
	return cbor.Unmarshal(data, g, DecodeMultiPoint)
}

// UnmarshalCBOR reads a geometry as SurrealDB sends it.
func (g *MultiLine) UnmarshalCBOR(data []byte) error { return cbor.Unmarshal(data, g, DecodeMultiLine) }

// UnmarshalCBOR reads a geometry as SurrealDB sends it.
func (g *MultiPolygon) UnmarshalCBOR(data []byte) error {
	return cbor.Unmarshal(data, g, DecodeMultiPolygon)
}

// UnmarshalCBOR reads a geometry as SurrealDB sends it.
func (g *Collection) UnmarshalCBOR(data []byte) error {
	return cbor.Unmarshal(data, g, DecodeCollection)
}
