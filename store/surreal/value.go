package surreal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/devq-ai/tandem/store/surreal/cbor"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// A Value is a value of any kind, for data whose kind the schema leaves open.
// The zero Value is NONE. A Value is immutable as long as nobody changes what
// As returned.
//
// What a Value holds has one Go type for each kind:
//
//	bool, string, bytes      bool, string, []byte
//	int, float, decimal      int64, float64, decimal.Decimal
//	datetime, duration       time.Time, time.Duration
//	uuid                     uuid.UUID
//	array, set, object       []Value, ValueSet, map[string]Value
//	record, table, file      RecordID, Table, File
//	range                    Range[Value]
//	geometry                 Point, Line, Polygon, MultiPoint, MultiLine, MultiPolygon, Collection
type Value struct {
	v any // nil is NONE
}

// A ValueSet is a set of values of any kinds.
type ValueSet []Value

type nullValue struct{}

// NullValue is NULL, which is a value, unlike NONE.
var NullValue = Value{nullValue{}}

// NewValue returns v as a Value. Besides the types that a Value holds it takes
// the other integer types, float32, nil (which is NULL), Value itself, and
// slices and maps of any of these as []any and map[string]any.
func NewValue(v any) (Value, error) {
	switch v := v.(type) {
	case nil:
		return NullValue, nil
	case Value:
		return v, nil
	case int:
		return Value{int64(v)}, nil
	case int8:
		return Value{int64(v)}, nil
	case int16:
		return Value{int64(v)}, nil
	case int32:
		return Value{int64(v)}, nil
	case uint8:
		return Value{int64(v)}, nil
	case uint16:
		return Value{int64(v)}, nil
	case uint32:
		return Value{int64(v)}, nil
	case uint64:
		if v > math.MaxInt64 {
			return Value{}, fmt.Errorf("%d is more than a SurrealDB int can hold", v)
		}
		return Value{int64(v)}, nil
	case uint:
		return NewValue(uint64(v))
	case float32:
		return Value{float64(v)}, nil
	case Number:
		return Value{v.value()}, nil
	case []any:
		values := make([]Value, len(v))
		for i := range v {
			var err error
			if values[i], err = NewValue(v[i]); err != nil {
				return Value{}, err
			}
		}
		return Value{values}, nil
	case map[string]any:
		object := make(map[string]Value, len(v))
		for key, field := range v {
			var err error
			if object[key], err = NewValue(field); err != nil {
				return Value{}, err
			}
		}
		return Value{object}, nil
	}
	if (Value{v}).Kind() == cbor.Invalid {
		return Value{}, fmt.Errorf("SurrealDB has no kind for the Go type %T", v)
	}
	return Value{v}, nil
}

// As returns what v holds as a T, and reports whether v holds a T.
func As[T any](v Value) (T, bool) {
	t, ok := v.v.(T)
	return t, ok
}

// Kind returns the value's kind.
func (v Value) Kind() cbor.Kind {
	switch v.v.(type) {
	case nil:
		return cbor.None
	case nullValue:
		return cbor.Null
	case bool:
		return cbor.Bool
	case int64:
		return cbor.Int
	case float64:
		return cbor.Float
	case decimal.Decimal:
		return cbor.Decimal
	case string:
		return cbor.String
	case []byte:
		return cbor.Bytes
	case time.Time:
		return cbor.Datetime
	case time.Duration:
		return cbor.Duration
	case uuid.UUID:
		return cbor.UUID
	case []Value:
		return cbor.Array
	case ValueSet:
		return cbor.Set
	case map[string]Value:
		return cbor.Object
	case RecordID:
		return cbor.Record
	case Table:
		return cbor.Table
	case File:
		return cbor.File
	case Range[Value]:
		return cbor.Range
	case Geometry:
		return v.v.(Geometry).form()
	}
	return cbor.Invalid
}

// IsNone reports whether the value is NONE.
func (v Value) IsNone() bool { return v.v == nil }

// IsNull reports whether the value is NULL.
func (v Value) IsNull() bool { return v == NullValue }

// Field returns the field of that name, or NONE if v is no object or has no
// such field.
func (v Value) Field(name string) Value {
	object, _ := As[map[string]Value](v)
	return object[name]
}

// Elems returns the elements of an array or set, and nil of anything else.
func (v Value) Elems() []Value {
	switch elems := v.v.(type) {
	case []Value:
		return elems
	case ValueSet:
		return elems
	}
	return nil
}

// MarshalJSON returns the value as JSON. What JSON has no form for becomes a
// string in the form that SurrealQL reads, NONE and floats that are no numbers
// become null, bytes become base64, and a geometry becomes GeoJSON.
func (v Value) MarshalJSON() ([]byte, error) {
	switch x := v.v.(type) {
	case nil, nullValue:
		return []byte("null"), nil
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return []byte("null"), nil
		}
	case ValueSet:
		return json.Marshal([]Value(x))
	case time.Duration:
		return json.Marshal(formatDuration(x))
	case Range[Value], File:
		return json.Marshal(v.String())
	}
	return json.Marshal(v.v)
}

// UnmarshalJSON reads JSON. Whole numbers that fit become int, other numbers
// float; there are no kinds but JSON's.
func (v *Value) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var x any
	if err := decoder.Decode(&x); err != nil {
		return err
	}
	var err error
	*v, err = fromJSON(x)
	return err
}

func fromJSON(x any) (Value, error) {
	switch x := x.(type) {
	case json.Number:
		if i, err := x.Int64(); err == nil {
			return Value{i}, nil
		}
		f, err := x.Float64()
		return Value{f}, err
	case []any:
		values := make([]Value, len(x))
		for i := range x {
			var err error
			if values[i], err = fromJSON(x[i]); err != nil {
				return Value{}, err
			}
		}
		return Value{values}, nil
	case map[string]any:
		object := make(map[string]Value, len(x))
		for key, field := range x {
			var err error
			if object[key], err = fromJSON(field); err != nil {
				return Value{}, err
			}
		}
		return Value{object}, nil
	}
	return NewValue(x)
}

// maxDepth is how deeply values of open kinds may nest. It is more than
// SurrealDB itself allows.
const maxDepth = 512

// DecodeValue reads a value of any kind.
func DecodeValue(d *cbor.Decoder) Value { return decodeValue(d, maxDepth) }

func decodeValue(d *cbor.Decoder, depth int) Value {
	if depth == 0 {
		d.Fail(d.Offset(), fmt.Sprintf("a value of at most %d levels", maxDepth), "more")
		return Value{}
	}
	nested := func(d *cbor.Decoder) Value { return decodeValue(d, depth-1) }
	switch kind := d.Kind(); kind {
	case cbor.None:
		d.None()
		return Value{}
	case cbor.Null:
		d.Null()
		return NullValue
	case cbor.Bool:
		return Value{d.Bool()}
	case cbor.Int:
		return Value{d.Int()}
	case cbor.Float:
		return Value{d.Float()}
	case cbor.Decimal:
		return Value{DecodeDecimal(d)}
	case cbor.String:
		return Value{d.String()}
	case cbor.Bytes:
		return Value{d.Binary()}
	case cbor.Datetime:
		return Value{d.Datetime()}
	case cbor.Duration:
		return Value{d.Duration()}
	case cbor.UUID:
		return Value{DecodeUUID(d)}
	case cbor.Array:
		return Value{cbor.DecodeArray(d, nested)}
	case cbor.Set:
		return Value{ValueSet(cbor.DecodeSet(d, nested))}
	case cbor.Object:
		return Value{decodeObject(d, nested)}
	case cbor.Record:
		return Value{decodeRecordID(d, depth-1)}
	case cbor.Table:
		return Value{DecodeTable(d)}
	case cbor.File:
		return Value{DecodeFile(d)}
	case cbor.Range:
		return Value{DecodeRange(d, nested)}
	case cbor.Invalid:
		d.Skip() // fails, and says why
		return Value{}
	default:
		return Value{decodeGeometry(d, depth-1)}
	}
}

// EncodeValue writes a value of any kind.
func EncodeValue(e *cbor.Encoder, v Value) {
	switch x := v.v.(type) {
	case nil:
		e.None()
	case nullValue:
		e.Null()
	case bool:
		e.Bool(x)
	case int64:
		e.Int(x)
	case float64:
		e.Float(x)
	case decimal.Decimal:
		EncodeDecimal(e, x)
	case string:
		e.String(x)
	case []byte:
		e.Binary(x)
	case time.Time:
		e.Datetime(x)
	case time.Duration:
		e.Duration(x)
	case uuid.UUID:
		e.UUID(x)
	case []Value:
		cbor.EncodeArray(e, x, EncodeValue)
	case ValueSet:
		cbor.EncodeSet(e, x, EncodeValue)
	case map[string]Value:
		EncodeObject(e, x)
	case RecordID:
		EncodeRecordID(e, x)
	case Table:
		EncodeTable(e, x)
	case File:
		EncodeFile(e, x)
	case Range[Value]:
		EncodeRange(e, x, EncodeValue)
	case Geometry:
		EncodeGeometry(e, x)
	}
}

// DecodeObject reads an object with any fields.
func DecodeObject(d *cbor.Decoder) map[string]Value { return decodeObject(d, DecodeValue) }

func decodeObject(d *cbor.Decoder, decode func(*cbor.Decoder) Value) map[string]Value {
	n := d.Map()
	object := make(map[string]Value, min(n, 64))
	for ; n > 0; n-- {
		key := d.FieldName()
		object[key] = decode(d)
		if d.Failed() {
			break
		}
	}
	return object
}

// EncodeObject writes an object with any fields.
func EncodeObject(e *cbor.Encoder, object map[string]Value) {
	e.Map(len(object))
	EncodeFields(e, object)
}

// EncodeFields writes fields of an object that has been begun, by their names.
func EncodeFields(e *cbor.Encoder, fields map[string]Value) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		e.Key(name)
		EncodeValue(e, fields[name])
	}
}
