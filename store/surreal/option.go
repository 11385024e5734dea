package surreal

import (
	"encoding/json"

	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// An Option is a value that may be missing: SurrealDB's option<T>. The zero
// Option is NONE. Options can be compared with == if their values can.
type Option[T any] struct {
	v       T
	present bool
}

// Some returns the Option that is v.
func Some[T any](v T) Option[T] { return Option[T]{v, true} }

// None returns the Option that is missing.
func None[T any]() Option[T] { return Option[T]{} }

// Get returns the value and whether there is one.
func (o Option[T]) Get() (value T, ok bool) { return o.v, o.present }

// Or returns the value, or instead if there is none.
func (o Option[T]) Or(instead T) T {
	if o.present {
		return o.v
	}
	return instead
}

// IsZero reports whether there is no value, for which omitzero in JSON tags
// leaves the field out.
func (o Option[T]) IsZero() bool { return !o.present }

// MarshalJSON returns the value's JSON, or null.
func (o Option[T]) MarshalJSON() ([]byte, error) {
	if !o.present {
		return []byte("null"), nil
	}
	return json.Marshal(o.v)
}

// UnmarshalJSON reads a value. JSON's null is no value.
func (o *Option[T]) UnmarshalJSON(data []byte) error {
	*o = Option[T]{}
	if string(data) == "null" {
		return nil
	}
	if err := json.Unmarshal(data, &o.v); err != nil {
		return err
	}
	o.present = true
	return nil
}

// DecodeOption reads a NONE or what decode reads.
func DecodeOption[T any](d *cbor.Decoder, decode func(*cbor.Decoder) T) Option[T] {
	if d.IsNone() {
		return Option[T]{}
	}
	return Option[T]{decode(d), true}
}

// EncodeOption writes a NONE or what encode writes.
func EncodeOption[T any](e *cbor.Encoder, v Option[T], encode func(*cbor.Encoder, T)) {
	if !v.present {
		e.None()
		return
	}
	encode(e, v.v)
}
