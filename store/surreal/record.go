package surreal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/store/surreal/cbor"
	"github.com/google/uuid"
)

// A RecordID is the id of a record of any table. Generated code has a type of
// its own for the ids of each table; this is what they have in common.
// RecordIDs can be compared with ==.
type RecordID struct {
	Table string
	Key   Key
}

// A Key is the key in a record id: an int, a string, a UUID, an array or an
// object. Keys can be compared with ==. The zero Key is none.
type Key struct {
	kind cbor.Kind // Invalid for the zero Key
	num  int64
	// text is a string's text, a UUID's 16 bytes, or an array's or object's
	// CBOR.
	text string
}

// KeyType are the Go types that make a Key.
type KeyType interface {
	int | int64 | string | uuid.UUID | Key
}

// NewKey returns v as a Key.
func NewKey[K KeyType](v K) Key {
	switch v := any(v).(type) {
	case int:
		return Key{kind: cbor.Int, num: int64(v)}
	case int64:
		return Key{kind: cbor.Int, num: v}
	case string:
		return Key{kind: cbor.String, text: v}
	case uuid.UUID:
		return Key{kind: cbor.UUID, text: string(v[:])}
	default:
		return v.(Key)
	}
}

// NewCompoundKey returns the array or object that encode writes as a Key.
func NewCompoundKey(encode func(*cbor.Encoder)) (Key, error) {
	var e cbor.Encoder
	encode(&e)
	if err := e.Err(); err != nil {
		return Key{}, fmt.Errorf("encode the key of a record id: %w", err)
	}
	d := cbor.NewDecoder(e.Bytes())
	key := decodeKey(d, maxDepth)
	if err := d.Finish(); err != nil {
		return Key{}, fmt.Errorf("encode the key of a record id: %w", err)
	}
	return key, nil
}

// Kind returns cbor.Int, String, UUID, Array or Object, or cbor.Invalid for the
// zero Key.
func (k Key) Kind() cbor.Kind { return k.kind }

// IsZero reports whether k is the zero Key, which no record has.
func (k Key) IsZero() bool { return k == Key{} }

// Value returns the key as a value, which is NONE for the zero Key.
func (k Key) Value() Value {
	switch k.kind {
	case cbor.Int:
		return Value{k.num}
	case cbor.String:
		return Value{k.text}
	case cbor.UUID:
		return Value{uuid.UUID([]byte(k.text))}
	case cbor.Array, cbor.Object:
		return DecodeValue(cbor.NewDecoder([]byte(k.text)))
	}
	return Value{}
}

// KeyAs returns a key that is known to be an int, a string or a UUID, and the
// zero value of another.
func KeyAs[T int64 | string | uuid.UUID](k Key) T {
	v, _ := As[T](k.Value())
	return v
}

// DecodeKey reads an array or object key with decode.
func DecodeKey[T any](k Key, decode func(*cbor.Decoder) T) (T, error) {
	d := cbor.NewDecoder([]byte(k.text))
	v := decode(d)
	if err := d.Finish(); err != nil {
		var zero T
		return zero, fmt.Errorf("decode the key of a record id: %w", err)
	}
	return v, nil
}

// DecodeRecordID reads the id of a record of any table.
func DecodeRecordID(d *cbor.Decoder) RecordID { return decodeRecordID(d, maxDepth) }

func decodeRecordID(d *cbor.Decoder, depth int) RecordID {
	table := d.Record()
	return RecordID{table, decodeKey(d, depth)}
}

// DecodeRecordKey reads the id of a record of the table and returns its key,
// which must be of one of the kinds, if any are given.
func DecodeRecordKey(d *cbor.Decoder, table string, kinds ...cbor.Kind) Key {
	d.RecordOf(table)
	kind := d.Kind()
	if len(kinds) > 0 && kind != kinds[0] && !slices.Contains(kinds[1:], kind) {
		d.Fail(d.Offset(), keyKinds(kinds), kind.String())
		return Key{}
	}
	switch kind { // most keys are simple
	case cbor.Int:
		return Key{kind: kind, num: d.Int()}
	case cbor.String:
		return Key{kind: kind, text: d.String()}
	}
	return decodeKey(d, maxDepth)
}

func keyKinds(kinds []cbor.Kind) string {
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = kind.String()
	}
	return "a key of kind " + strings.Join(names, " or ")
}

// maxKeyDepth is how deeply the values in a key may nest. A record id in a key
// is read as often as it is deep.
const maxKeyDepth = 32

// decodeKey reads the key of a record id.
func decodeKey(d *cbor.Decoder, depth int) Key {
	switch kind := d.Kind(); kind {
	case cbor.Int:
		return Key{kind: kind, num: d.Int()}
	case cbor.String:
		return Key{kind: kind, text: d.String()}
	case cbor.UUID:
		id := d.UUID()
		return Key{kind: kind, text: string(id[:])}
	case cbor.Array, cbor.Object:
		// What is inside is checked, and is read again when somebody asks.
		start := d.Offset()
		raw := d.Raw()
		inner := cbor.NewDecoder(raw)
		decodeValue(inner, min(depth, maxKeyDepth))
		if inner.Finish() != nil {
			d.Fail(start, "the key of a record", "a malformed one")
			return Key{}
		}
		return Key{kind: kind, text: string(raw)}
	default:
		d.Fail(d.Offset(), "the key of a record", kind.String())
		return Key{}
	}
}

// EncodeRecordID writes the id of a record. The zero RecordID is an error.
func EncodeRecordID(e *cbor.Encoder, id RecordID) { EncodeRecordKey(e, id.Table, id.Key) }

// EncodeRecordKey writes the id of a record of the table with that key. The
// zero Key is an error.
func EncodeRecordKey(e *cbor.Encoder, table string, key Key) {
	e.Record(table)
	EncodeKey(e, key)
}

// EncodeKey writes the key of a record id by itself.
func EncodeKey(e *cbor.Encoder, key Key) {
	switch key.kind {
	case cbor.Int:
		e.Int(key.num)
	case cbor.String:
		e.String(key.text)
	case cbor.UUID:
		e.UUID(uuid.UUID([]byte(key.text)))
	case cbor.Array, cbor.Object:
		e.Raw([]byte(key.text))
	default:
		e.Fail(fmt.Errorf("a record id without a key"))
		e.None()
	}
}
