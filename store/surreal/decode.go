package surreal

import (
	"fmt"
	"iter"
	"strings"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// A DecodeError says that a result is not of the type that the query was
// compiled for. It matches store.ErrDecode.
type DecodeError struct {
	Query string // the query's name
	Slot  int    // the index of the statement's result
	Row   int    // the index of the row, or -1 where the result is not rows
	Field string // the path of the field in the row, or ""
	// Expected and Found say what should have been there and what is.
	Expected, Found string
}

// Error names the query, the row, the field, and what was wrong.
func (e *DecodeError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "query %s: ", e.Query)
	if e.Slot > 0 {
		fmt.Fprintf(&b, "statement %d: ", e.Slot+1)
	}
	if e.Row >= 0 {
		fmt.Fprintf(&b, "row %d: ", e.Row)
	}
	if e.Field != "" {
		fmt.Fprintf(&b, "field %s: ", e.Field)
	}
	fmt.Fprintf(&b, "expected %s, found %s", e.Expected, e.Found)
	return b.String()
}

// Is reports whether target is store.ErrDecode.
func (e *DecodeError) Is(target error) bool { return target == store.ErrDecode }

// StatementIndex returns the index of the statement whose result it was.
func (e *DecodeError) StatementIndex() int { return e.Slot }

func newDecodeError(query string, slot int, err error) error {
	cause := err.(*cbor.Error)
	e := &DecodeError{Query: query, Slot: slot, Row: -1, Expected: cause.Expected, Found: cause.Found}
	path := cause.Path
	if len(path) > 0 && path[0].Index >= 0 {
		e.Row, path = path[0].Index, path[1:]
	}
	e.Field = cbor.PathString(path)
	return e
}

// slot returns a decoder for the result of the statement at that index.
func (r *Response) slot(query string, index int) (*cbor.Decoder, error) {
	if index >= len(r.Slots) {
		return nil, &DecodeError{
			Query: query, Slot: index, Row: -1,
			Expected: fmt.Sprintf("a result of statement %d", index+1), Found: fmt.Sprintf("%d results", len(r.Slots)),
		}
	}
	return cbor.NewDecoder(r.Slots[index].Result), nil
}

// Result reads the result of the statement at the index slot with decode. query
// is the query's name, for errors.
func Result[T any](r *Response, query string, slot int, decode func(*cbor.Decoder) T) (T, error) {
	var zero T
	d, err := r.slot(query, slot)
	if err != nil {
		return zero, err
	}
	v := decode(d)
	if err := d.Finish(); err != nil {
		return zero, newDecodeError(query, slot, err)
	}
	return v, nil
}

// Rows is Result for an array, each element of which decode reads.
func Rows[T any](r *Response, query string, slot int, decode func(*cbor.Decoder) T) ([]T, error) {
	return Result(r, query, slot, func(d *cbor.Decoder) []T { return cbor.DecodeArray(d, decode) })
}

// Row is Rows for an array that must hold one element. It returns
// store.ErrNotFound if there is none.
func Row[T any](r *Response, query string, slot int, decode func(*cbor.Decoder) T) (T, error) {
	var zero T
	rows, err := Rows(r, query, slot, decode)
	switch {
	case err != nil:
		return zero, err
	case len(rows) == 0:
		return zero, notFound(query)
	case len(rows) > 1:
		return zero, &DecodeError{Query: query, Slot: slot, Row: -1, Expected: "one row", Found: fmt.Sprintf("%d rows", len(rows))}
	}
	return rows[0], nil
}

// Iterate is Rows for rows that are read one after the other, each when it is
// asked for. The iterator ends with the first error, which it yields. It can be
// ranged over more than once, and keeps the response alive.
func Iterate[T any](r *Response, query string, slot int, decode func(*cbor.Decoder) T) (iter.Seq2[T, error], error) {
	d, err := r.slot(query, slot)
	if err != nil {
		return nil, err
	}
	n := d.List()
	if err := d.Err(); err != nil {
		return nil, newDecodeError(query, slot, err)
	}
	return func(yield func(T, error) bool) {
		d, _ := r.slot(query, slot)
		d.List()
		for range n {
			row := decode(d)
			if d.Failed() {
				break
			}
			if !yield(row, nil) {
				return
			}
		}
		if err := d.Finish(); err != nil {
			var zero T
			yield(zero, newDecodeError(query, slot, err))
		}
	}, nil
}

// IterateOption is Iterate for a result that may be NONE, which has no rows.
func IterateOption[T any](r *Response, query string, slot int, decode func(*cbor.Decoder) T) (iter.Seq2[T, error], error) {
	if d, err := r.slot(query, slot); err == nil && d.IsNone() {
		return func(func(T, error) bool) {}, nil
	}
	return Iterate(r, query, slot, decode)
}

// Only is Result for a value that may be NONE, for which it returns
// store.ErrNotFound.
func Only[T any](r *Response, query string, slot int, decode func(*cbor.Decoder) T) (T, error) {
	v, err := Result(r, query, slot, func(d *cbor.Decoder) *T { return cbor.DecodeOption(d, decode) })
	if err == nil && v == nil {
		err = notFound(query)
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return *v, nil
}

func notFound(query string) error { return fmt.Errorf("query %s: %w", query, store.ErrNotFound) }
