package surreal

import "github.com/devq-ai/tandem/store/surreal/cbor"

// A Range is a range between two values. The zero Range has no bounds.
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
