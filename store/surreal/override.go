package surreal

import (
	"encoding"
	"fmt"

	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// An Encodable writes itself as a SurrealDB value. A Go type of an override with
// the codec "cbor" is one, and a pointer to it is a Decodable.
type Encodable interface {
	// EncodeSurreal writes exactly one value. It reports an error with e.Fail.
	EncodeSurreal(e *cbor.Encoder)
}

// A Decodable reads itself from a SurrealDB value.
type Decodable interface {
	// DecodeSurreal consumes exactly one value. It reports an error with d.Fail.
	DecodeSurreal(d *cbor.Decoder)
}

// DecodeAs reads a T by its method.
func DecodeAs[T any, P interface {
	*T
	Decodable
}](d *cbor.Decoder) (v T) {
	P(&v).DecodeSurreal(d)
	return v
}

// EncodeAs writes v by its method.
func EncodeAs[T Encodable](e *cbor.Encoder, v T) { v.EncodeSurreal(e) }

// DecodeText reads a string as T, which knows its own text. A text that T
// refuses is an error.
func DecodeText[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](d *cbor.Decoder) (v T) {
	start := d.Offset()
	text := d.String()
	if d.Failed() {
		return v
	}
	if err := P(&v).UnmarshalText([]byte(text)); err != nil {
		d.Fail(start, fmt.Sprintf("the text of a %T", v), err.Error())
	}
	return v
}

// EncodeText writes the text of v as a string.
func EncodeText[T encoding.TextMarshaler](e *cbor.Encoder, v T) {
	text, err := v.MarshalText()
	if err != nil {
		e.Fail(fmt.Errorf("the text of a %T: %w", v, err))
	}
	e.String(string(text))
}

// An Integer is a Go type for ints.
type Integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// DecodeInteger reads an int as T. An int that T has no room for is an error.
func DecodeInteger[T Integer](d *cbor.Decoder) T {
	start := d.Offset()
	i := d.Int()
	v := T(i)
	if int64(v) != i || v < 0 != (i < 0) {
		d.Fail(start, fmt.Sprintf("an int that fits %T", v), fmt.Sprint(i))
	}
	return v
}

// EncodeInteger writes v as an int. A number beyond 64 bits with a sign is an
// error.
func EncodeInteger[T Integer](e *cbor.Encoder, v T) {
	if v > 0 && int64(v) < 0 {
		e.Fail(fmt.Errorf("%d is more than an int holds", v))
		return
	}
	e.Int(int64(v))
}
