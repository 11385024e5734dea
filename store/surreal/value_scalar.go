package surreal

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/devq-ai/tandem/store/surreal/cbor"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Null is a value that may be NULL, for where it may be missing too: a *Null is
// nil for NONE, and Valid is false for NULL.
type Null[T any] struct {
	V     T
	Valid bool // V is a value, and not NULL
}

// NewNull returns a Null that is not NULL.
func NewNull[T any](v T) *Null[T] { return &Null[T]{V: v, Valid: true} }

// MarshalJSON returns the value's JSON, or null.
func (n Null[T]) MarshalJSON() ([]byte, error) {
	if !n.Valid {
		return []byte("null"), nil
	}
	return json.Marshal(n.V)
}

// UnmarshalJSON reads a value, or null for NULL.
func (n *Null[T]) UnmarshalJSON(data []byte) error {
	*n = Null[T]{}
	if string(data) == "null" {
		return nil
	}
	if err := json.Unmarshal(data, &n.V); err != nil {
		return err
	}
	n.Valid = true
	return nil
}

// DecodeNull reads a NULL or what decode reads.
func DecodeNull[T any](d *cbor.Decoder, decode func(*cbor.Decoder) T) Null[T] {
	if d.IsNull() {
		return Null[T]{}
	}
	return Null[T]{V: decode(d), Valid: true}
}

// EncodeNull writes a NULL or what encode writes.
func EncodeNull[T any](e *cbor.Encoder, v Null[T], encode func(*cbor.Encoder, T)) {
	if !v.Valid {
		e.Null()
		return
	}
	encode(e, v.V)
}

// A Table is the name of a table as a value.
type Table string

// DecodeTable reads the name of a table.
func DecodeTable(d *cbor.Decoder) Table { return Table(d.Table()) }

// EncodeTable writes the name of a table.
func EncodeTable(e *cbor.Encoder, v Table) { e.Table(string(v)) }

// A File points to a file in a bucket. In JSON it is the text that String
// returns.
type File struct{ Bucket, Key string }

// String returns the file as SurrealQL writes it, as in f"bucket:/key".
func (v File) String() string {
	var b strings.Builder
	b.WriteString(`f"`)
	writePart(&b, v.Bucket, "-_.")
	b.WriteByte(':')
	writePart(&b, v.Key, "-_./")
	b.WriteByte('"')
	return b.String()
}

// MarshalText returns what String returns.
func (v File) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what String returns.
func (v *File) UnmarshalText(text []byte) error {
	p := &literalParser{text: string(text), rest: string(text)}
	err := p.unexpected("a file")
	if strings.HasPrefix(p.rest, `f"`) || strings.HasPrefix(p.rest, "f'") {
		var f File
		if f, err = p.file(); err == nil {
			if err = p.end(); err == nil {
				*v = f
				return nil
			}
		}
	}
	return fmt.Errorf("parse file %q: %w", text, err)
}

// DecodeFile reads a pointer to a file.
func DecodeFile(d *cbor.Decoder) (v File) {
	v.Bucket, v.Key = d.File()
	return v
}

// EncodeFile writes a pointer to a file.
func EncodeFile(e *cbor.Encoder, v File) { e.File(v.Bucket, v.Key) }

// DecodeUUID reads a UUID.
func DecodeUUID(d *cbor.Decoder) uuid.UUID { return d.UUID() }

// EncodeUUID writes a UUID.
func EncodeUUID(e *cbor.Encoder, v uuid.UUID) { e.UUID(v) }

// DecodeDecimal reads a decimal number.
func DecodeDecimal(d *cbor.Decoder) decimal.Decimal {
	start := d.Offset()
	digits := d.Decimal()
	if d.Failed() {
		return decimal.Decimal{}
	}
	v, err := parseDecimal(digits)
	if err != nil {
		d.Fail(start, "decimal", fmt.Sprintf("a malformed one, %.64q", digits))
	}
	return v
}

// parseDecimal reads a decimal. SurrealDB's have at most 28 digits; an exponent
// that would make many more of them is not its own.
func parseDecimal(digits string) (decimal.Decimal, error) {
	const longest = 64
	v, err := decimal.NewFromString(digits)
	if err != nil {
		return decimal.Decimal{}, err
	}
	if len(digits) > longest || v.Exponent() > longest || v.Exponent() < -longest {
		return decimal.Decimal{}, fmt.Errorf("the decimal %.64q has too many digits", digits)
	}
	return v, nil
}

// EncodeDecimal writes a decimal number. Zeros at its end are kept.
func EncodeDecimal(e *cbor.Encoder, v decimal.Decimal) { e.Decimal(formatDecimal(v)) }

// formatDecimal returns the digits of v, also the zeros at its end.
func formatDecimal(v decimal.Decimal) string { return v.StringFixed(max(0, -v.Exponent())) }

// A Number is an int, a float or a decimal: SurrealDB's kind number. The zero
// Number is the int 0.
type Number struct {
	v any // nil for the int 0, else int64, float64 or decimal.Decimal
}

// NewNumber returns v as a Number.
func NewNumber[T int | int64 | float64 | decimal.Decimal](v T) Number {
	if i, ok := any(v).(int); ok {
		return Number{int64(i)}
	}
	return Number{v}
}

func (n Number) value() any {
	if n.v == nil {
		return int64(0)
	}
	return n.v
}

// Kind returns cbor.Int, cbor.Float or cbor.Decimal.
func (n Number) Kind() cbor.Kind { return Value{n.value()}.Kind() }

// Int64 returns the number if it is an int.
func (n Number) Int64() (int64, bool) {
	i, ok := n.value().(int64)
	return i, ok
}

// Float64 returns the nearest float.
func (n Number) Float64() float64 {
	switch v := n.value().(type) {
	case int64:
		return float64(v)
	case decimal.Decimal:
		return v.InexactFloat64()
	default:
		return v.(float64)
	}
}

// Decimal returns the number as a decimal. It is 0 for a float that is
// infinite or no number.
func (n Number) Decimal() decimal.Decimal {
	switch v := n.value().(type) {
	case int64:
		return decimal.NewFromInt(v)
	case decimal.Decimal:
		return v
	default:
		f := v.(float64)
		if f-f != 0 {
			return decimal.Decimal{}
		}
		return decimal.NewFromFloat(f)
	}
}

// String returns the number as SurrealQL writes it.
func (n Number) String() string { return Value{n.value()}.String() }

// MarshalJSON returns the number as JSON: a decimal as a string, since JSON's
// readers would round it.
func (n Number) MarshalJSON() ([]byte, error) { return Value{n.value()}.MarshalJSON() }

// DecodeNumber reads an int, a float or a decimal.
func DecodeNumber(d *cbor.Decoder) Number {
	switch d.Kind() {
	case cbor.Int:
		return Number{d.Int()}
	case cbor.Float:
		return Number{d.Float()}
	case cbor.Decimal:
		return Number{DecodeDecimal(d)}
	}
	d.Fail(d.Offset(), "number", d.Kind().String())
	return Number{}
}

// EncodeNumber writes a number.
func EncodeNumber(e *cbor.Encoder, v Number) { EncodeValue(e, Value{v.value()}) }

// DecodeNone reads a NONE.
func DecodeNone(d *cbor.Decoder) Value {
	d.None()
	return Value{}
}

// DecodeNullValue reads a NULL.
func DecodeNullValue(d *cbor.Decoder) Value {
	d.Null()
	return NullValue
}
