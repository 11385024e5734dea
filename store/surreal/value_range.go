package surreal

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// A Range is a range between two values. The zero Range has no bounds. In JSON
// it is the text that SurrealQL writes it as.
type Range[T any] struct{ From, To Bound[T] }

// A Bound is one end of a range. The zero Bound is none.
type Bound[T any] struct {
	Value T // of no meaning if Kind is Unbounded
	Kind  BoundKind
}

// A BoundKind says whether a bound belongs to its range.
type BoundKind uint8

// The kinds of bounds.
const (
	Unbounded BoundKind = iota
	Included
	Excluded
)

// DecodeRange reads a range whose bounds decode reads.
func DecodeRange[T any](d *cbor.Decoder, decode func(*cbor.Decoder) T) (r Range[T]) {
	d.Range()
	r.From = decodeBound(d, decode)
	r.To = decodeBound(d, decode)
	return r
}

func decodeBound[T any](d *cbor.Decoder, decode func(*cbor.Decoder) T) Bound[T] {
	bounded, included := d.Bound()
	switch {
	case !bounded:
		return Bound[T]{}
	case included:
		return Bound[T]{decode(d), Included}
	default:
		return Bound[T]{decode(d), Excluded}
	}
}

// EncodeRange writes a range whose bounds encode writes.
func EncodeRange[T any](e *cbor.Encoder, r Range[T], encode func(*cbor.Encoder, T)) {
	e.Range()
	for _, bound := range []Bound[T]{r.From, r.To} {
		switch bound.Kind {
		case Included:
			e.Included()
			encode(e, bound.Value)
		case Excluded:
			e.Excluded()
			encode(e, bound.Value)
		default:
			e.Null()
		}
	}
}

// String returns the range as SurrealQL writes it, as in 1..=5. It is empty if
// a bound makes no value.
func (r Range[T]) String() string {
	text, err := r.MarshalText()
	if err != nil {
		return ""
	}
	return string(text)
}

// MarshalText returns the range as SurrealQL writes it. A bound of a Go type
// that no kind has is the value that its JSON is.
func (r Range[T]) MarshalText() ([]byte, error) {
	var b strings.Builder
	if err := r.From.write(&b); err != nil {
		return nil, err
	}
	if r.From.Kind == Excluded {
		b.WriteString(">")
	}
	b.WriteString("..")
	if r.To.Kind == Included {
		b.WriteString("=")
	}
	if err := r.To.write(&b); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}

func (b Bound[T]) write(to *strings.Builder) error {
	if b.Kind != Included && b.Kind != Excluded {
		return nil
	}
	v, err := b.value()
	if err == nil {
		if text := v.String(); text != "" {
			to.WriteString(text)
			return nil
		}
		err = fmt.Errorf("%T makes no value", b.Value)
	}
	return fmt.Errorf("the bound of a range: %w", err)
}

// value returns what the bound is to SurrealDB; nil is NONE.
func (b Bound[T]) value() (v Value, err error) {
	bound := reflect.ValueOf(b.Value)
	for bound.Kind() == reflect.Pointer {
		bound = bound.Elem()
	}
	if !bound.IsValid() {
		return Value{}, nil
	}
	if id, ok := bound.Interface().(interface{ RecordID() RecordID }); ok {
		return Value{id.RecordID()}, nil
	}
	if v, err = NewValue(bound.Interface()); err == nil {
		return v, nil
	}
	data, err := json.Marshal(b.Value)
	if err != nil {
		return Value{}, err
	}
	err = json.Unmarshal(data, &v)
	return v, err
}

// UnmarshalText reads what MarshalText returns. Bounds that are sets,
// geometries, tables or ranges are not read.
func (r *Range[T]) UnmarshalText(text []byte) error {
	p := &literalParser{text: string(text), rest: string(text)}
	read, err := p.bounds()
	if err == nil {
		err = p.end()
	}
	var out Range[T]
	if err == nil {
		err = out.From.set(read.From)
	}
	if err == nil {
		err = out.To.set(read.To)
	}
	if err != nil {
		return fmt.Errorf("parse range %q: %w", text, err)
	}
	*r = out
	return nil
}

// set makes b of a bound whose value may be of any kind.
func (b *Bound[T]) set(from Bound[Value]) error {
	b.Kind = from.Kind
	if from.Kind == Unbounded {
		return nil
	}
	return from.Value.into(reflect.ValueOf(&b.Value).Elem())
}

// into sets a variable to v, which must be of its kind if it has one.
func (v Value) into(to reflect.Value) error {
	if to.Kind() == reflect.Pointer {
		if v.IsNone() {
			to.SetZero()
			return nil
		}
		to.Set(reflect.New(to.Type().Elem()))
		return v.into(to.Elem())
	}
	switch to := to.Addr().Interface().(type) {
	case *Value:
		*to = v
		return nil
	case *Number:
		switch v.Kind() {
		case cbor.Int, cbor.Float, cbor.Decimal:
			*to = Number(v)
			return nil
		}
		return fmt.Errorf("expected a number, found %s", v.Kind())
	}
	if v.v != nil && reflect.TypeOf(v.v) == to.Type() {
		to.Set(reflect.ValueOf(v.v))
		return nil
	}
	if kind := (Value{to.Interface()}).Kind(); kind != cbor.Invalid && kind != cbor.None {
		return fmt.Errorf("expected %s, found %s", kind, v.Kind())
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, to.Addr().Interface())
}
