package cbor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
	"unicode/utf8"
)

// An Encoder appends CBOR to a buffer. The zero Encoder is ready to use.
// It is not safe for concurrent use.
type Encoder struct {
	buf []byte
	err error
}

// Bytes returns what was encoded. It is valid until the next call. It is of no
// use if Err is not nil.
func (e *Encoder) Bytes() []byte { return e.buf }

// Err returns the first error: a value that SurrealDB has no encoding for.
func (e *Encoder) Err() error { return e.err }

// Fail records an error, unless there is one already.
func (e *Encoder) Fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

// Reset empties the encoder, keeping its buffer for what comes next.
func (e *Encoder) Reset() { e.buf, e.err = e.buf[:0], nil }

// Grow makes room for n more bytes, so that they are appended without a further
// allocation.
func (e *Encoder) Grow(n int) { e.buf = slices.Grow(e.buf, n) }

// head appends the first bytes of a value.
func (e *Encoder) head(major byte, arg uint64) {
	major <<= 5
	switch {
	case arg < 24:
		e.buf = append(e.buf, major|byte(arg))
	case arg <= math.MaxUint8:
		e.buf = append(e.buf, major|24, byte(arg))
	case arg <= math.MaxUint16:
		e.buf = binary.BigEndian.AppendUint16(append(e.buf, major|25), uint16(arg))
	case arg <= math.MaxUint32:
		e.buf = binary.BigEndian.AppendUint32(append(e.buf, major|26), uint32(arg))
	default:
		e.buf = binary.BigEndian.AppendUint64(append(e.buf, major|27), arg)
	}
}

// Raw appends one value that is CBOR already.
func (e *Encoder) Raw(value []byte) { e.buf = append(e.buf, value...) }

// None appends NONE, the absence of a value.
func (e *Encoder) None() { e.buf = append(e.buf, majorTag<<5|tagNone, byteNull) }

// Null appends NULL.
func (e *Encoder) Null() { e.buf = append(e.buf, byteNull) }

// Bool appends a bool.
func (e *Encoder) Bool(v bool) {
	if v {
		e.buf = append(e.buf, byteTrue)
	} else {
		e.buf = append(e.buf, byteFalse)
	}
}

// Int appends an int.
func (e *Encoder) Int(v int64) {
	if v < 0 {
		e.head(majorNint, uint64(-1-v))
	} else {
		e.head(majorUint, uint64(v))
	}
}

// Float appends a float. A whole number stays a float.
func (e *Encoder) Float(v float64) {
	e.buf = binary.BigEndian.AppendUint64(append(e.buf, byteFloat64), math.Float64bits(v))
}

var errUTF8 = errors.New("a string is not valid UTF-8")

// String appends a string, which must be valid UTF-8.
func (e *Encoder) String(v string) {
	if !utf8.ValidString(v) {
		e.Fail(errUTF8)
	}
	e.head(majorText, uint64(len(v)))
	e.buf = append(e.buf, v...)
}

// Binary appends binary data.
func (e *Encoder) Binary(v []byte) {
	e.head(majorBytes, uint64(len(v)))
	e.buf = append(e.buf, v...)
}

// Datetime appends a point in time. Its location is not kept.
func (e *Encoder) Datetime(v time.Time) {
	e.head(majorTag, tagDatetime)
	e.head(majorArray, 2)
	e.Int(v.Unix())
	e.head(majorUint, uint64(v.Nanosecond()))
}

// Duration appends a span of time, which must not be negative.
func (e *Encoder) Duration(v time.Duration) {
	if v < 0 {
		e.Fail(fmt.Errorf("duration %s is negative, which SurrealDB has no value for", v))
		v = 0
	}
	e.head(majorTag, tagDuration)
	e.head(majorArray, 2)
	e.head(majorUint, uint64(v/time.Second))
	e.head(majorUint, uint64(v%time.Second))
}

// UUID appends a UUID.
func (e *Encoder) UUID(v [16]byte) {
	e.head(majorTag, tagUUID)
	e.Binary(v[:])
}

// Decimal appends a decimal number from its digits, as in "-12.50".
func (e *Encoder) Decimal(digits string) {
	e.head(majorTag, tagDecimal)
	e.String(digits)
}

// Table appends the name of a table as a value.
func (e *Encoder) Table(name string) {
	e.head(majorTag, tagTable)
	e.String(name)
}

// Record starts a record id of the table. Its key must follow.
func (e *Encoder) Record(table string) {
	e.head(majorTag, tagRecord)
	e.head(majorArray, 2)
	e.String(table)
}

// File appends a pointer to a file.
func (e *Encoder) File(bucket, key string) {
	e.head(majorTag, tagFile)
	e.head(majorArray, 2)
	e.String(bucket)
	e.String(key)
}

// Range starts a range. Its two bounds must follow, each a value after
// Included or Excluded, or a NULL where the range has no bound.
func (e *Encoder) Range() {
	e.head(majorTag, tagRange)
	e.head(majorArray, 2)
}

// Included starts a bound that belongs to its range. Its value must follow.
func (e *Encoder) Included() { e.head(majorTag, tagIncluded) }

// Excluded starts a bound that does not belong to its range. Its value must
// follow.
func (e *Encoder) Excluded() { e.head(majorTag, tagExcluded) }

// Geometry starts a geometry of n parts, each of which must follow: the two
// floats of a Point, or the geometries that another form consists of.
func (e *Encoder) Geometry(form Kind, n int) {
	e.head(majorTag, tagPoint+uint64(form-Point))
	e.head(majorArray, uint64(n))
}

// Array starts an array of n values, which must follow.
func (e *Encoder) Array(n int) { e.head(majorArray, uint64(n)) }

// Set starts a set of n values, which must follow.
func (e *Encoder) Set(n int) {
	e.head(majorTag, tagSet)
	e.head(majorArray, uint64(n))
}

// Map starts an object of n fields. For each a Key and a value must follow.
func (e *Encoder) Map(n int) { e.head(majorMap, uint64(n)) }

// Key appends the name of a field.
func (e *Encoder) Key(name string) { e.String(name) }

// EncodeArray appends an array, each element of it with encode.
func EncodeArray[T any](e *Encoder, values []T, encode func(*Encoder, T)) {
	e.Array(len(values))
	for _, v := range values {
		encode(e, v)
	}
}

// EncodeSet appends a set, each element of it with encode.
func EncodeSet[T any](e *Encoder, values []T, encode func(*Encoder, T)) {
	e.Set(len(values))
	for _, v := range values {
		encode(e, v)
	}
}

// EncodeOption appends what v points to with encode, or NONE if v is nil.
func EncodeOption[T any](e *Encoder, v *T, encode func(*Encoder, T)) {
	if v == nil {
		e.None()
		return
	}
	encode(e, *v)
}

// EncodeNullable appends what v points to with encode, or NULL if v is nil.
func EncodeNullable[T any](e *Encoder, v *T, encode func(*Encoder, T)) {
	if v == nil {
		e.Null()
		return
	}
	encode(e, *v)
}
