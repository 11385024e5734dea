package main

import (
	"bytes"
	"context"
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// A pair is a query with parameters, and the same query with literals in their
// places.
type pair struct {
	name, text     string
	literalText    string
	values         []string // the literals, one for each parameter
	changes        bool     // the data, so that each query runs in a transaction that is rolled back
	sameGo         bool     // both have one type of results, but for its name
	differs        bool     // what they give may differ
	types          []reflect.Type
	literal, param func(surreal.Querier) any // the methods
}

// run gives the query with parameters what the literals stand for, and compares
// what both queries give.
func (p *pair) run(ctx context.Context, pool *surreal.Pool) error {
	arguments := make([]surreal.Value, len(p.values))
	for i, text := range p.values {
		r, err := pool.Query(ctx, "RETURN "+text, nil)
		if err != nil {
			return fmt.Errorf("the literal %s: %w", text, err)
		}
		if arguments[i], err = surreal.Result(r, p.name, 0, surreal.DecodeValue); err != nil {
			return err
		}
	}
	expected := p.call(ctx, pool, p.literal, nil)
	found := p.call(ctx, pool, p.param, arguments)
	if found.err == nil {
		outcome.Classes["with parameters"]++
	}
	if expected.err != nil || found.err != nil {
		return p.failed(ctx, pool, expected.err, found.err)
	}
	if err := expected.equal(found, p.sameGo); err != nil {
		again := p.call(ctx, pool, p.literal, nil)
		if again.err == nil && expected.equal(again, true) != nil {
			outcome.Classes["with parameters: not the same twice"]++
			return nil
		}
		if p.differs {
			outcome.Classes["with parameters: different, as the compiler says"]++
			return nil
		}
		return p.fault(err)
	}
	outcome.Classes["equal to the literal's"]++
	if p.sameGo {
		outcome.Classes["equal to the literal's in Go"]++
	}
	if p.changes {
		outcome.Classes["equal to the literal's, of a change"]++
	}
	if !expected.empty() {
		outcome.Classes["equal to the literal's, and more than nothing"]++
	}
	return nil
}

func (p *pair) fault(err error) error {
	return fmt.Errorf("%w\n\twith %s\n\tof   %s", err, strings.Join(p.values, " and "), p.literalText)
}

// failed compares the errors of two calls.
func (p *pair) failed(ctx context.Context, pool *surreal.Pool, expected, found error) error {
	class := func(err error) string {
		if err == nil {
			return "no error"
		}
		return classify(pool.Runner().Error(ctx, &store.Query{Name: p.name}, err))
	}
	a, b := class(expected), class(found)
	switch {
	case a == died:
		return expected
	case b == died:
		return found
	case a != b && p.differs:
		outcome.Classes["with parameters: different, as the compiler says"]++
		return nil
	case a != b || a == fault:
		return p.fault(fmt.Errorf("with literals %v, with parameters %v", errorOrNone(expected), errorOrNone(found)))
	}
	outcome.Classes["with parameters and with literals: "+a]++
	return nil
}

func errorOrNone(err error) string {
	if err == nil {
		return "no error"
	}
	return err.Error()
}

// An answer is what a call of a method has given.
type answer struct {
	value reflect.Value
	slots []surreal.Slot // as the engine sent them
	err   error
}

var errRollBack = errors.New("roll back")

// call calls a method with arguments.
func (p *pair) call(ctx context.Context, pool *surreal.Pool, method func(surreal.Querier) any, arguments []surreal.Value) (a answer) {
	over := func(q surreal.Querier) {
		recorder := &recorder{Querier: q}
		fn := reflect.ValueOf(method(recorder))
		in := []reflect.Value{reflect.ValueOf(ctx)}
		if len(arguments) > 0 {
			arg := reflect.New(fn.Type().In(1)).Elem()
			for i, v := range arguments {
				field := arg
				if len(arguments) > 1 {
					field = arg.FieldByName(fmt.Sprintf("P%d", i+1))
				}
				if a.err = (&filler{p.types}).fill(field, v); a.err != nil {
					a.err = fmt.Errorf("the argument %s: %w", v, a.err)
					return
				}
			}
			in = append(in, arg)
		}
		out := fn.Call(in)
		a.value, a.slots = out[0], recorder.slots
		a.err, _ = out[1].Interface().(error)
	}
	if !p.changes {
		over(pool)
		return a
	}
	err := pool.InTx(ctx, store.TxOptions{}, func(_ context.Context, tx *surreal.Tx) error {
		if over(tx); a.err != nil {
			return a.err
		}
		return errRollBack
	})
	if a.err == nil && !errors.Is(err, errRollBack) {
		a.err = err
	}
	return a
}

// A recorder keeps what the engine sends.
type recorder struct {
	surreal.Querier
	slots []surreal.Slot
}

func (r *recorder) Query(ctx context.Context, text string, vars func(*cbor.Encoder)) (*surreal.Response, error) {
	response, err := r.Querier.Query(ctx, text, vars)
	if err == nil {
		r.slots = append(r.slots, response.Slots...)
	}
	return response, err
}

// empty reports whether the engine has sent NONE or an empty list.
func (a answer) empty() bool {
	last := a.slots[len(a.slots)-1].Result
	return bytes.Equal(last, []byte{0xc6, 0xf6}) || bytes.Equal(last, []byte{0x80})
}

// equal compares two answers as the engine sent them, and in Go where inGo is
// set.
func (a answer) equal(b answer, inGo bool) error {
	if len(b.slots) == 0 && a.empty() {
		return nil // an INSERT of no rows is not sent
	}
	if len(a.slots) != len(b.slots) {
		return fmt.Errorf("%d results with literals, %d with parameters", len(a.slots), len(b.slots))
	}
	for i := range a.slots {
		if !bytes.Equal(a.slots[i].Result, b.slots[i].Result) {
			return fmt.Errorf("with literals %v, with parameters %v", decoded(a.slots[i]), decoded(b.slots[i]))
		}
	}
	if inGo && !same(a.value, b.value) {
		return fmt.Errorf("in Go, with literals %#v, with parameters %#v", a.value, b.value)
	}
	return nil
}

func decoded(s surreal.Slot) surreal.Value {
	return surreal.DecodeValue(cbor.NewDecoder(s.Result))
}

// same reports whether two values are the same but for the names of their types,
// which are made for each query. NaN is the same as NaN.
func same(a, b reflect.Value) bool {
	if a.IsValid() != b.IsValid() {
		return false
	}
	if !a.IsValid() {
		return true
	}
	if a.Kind() != b.Kind() {
		return false
	}
	switch a.Kind() {
	case reflect.Interface, reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		if a.Kind() == reflect.Pointer && a.Pointer() == b.Pointer() {
			return true
		}
		return same(a.Elem(), b.Elem())
	case reflect.Struct:
		if a.NumField() != b.NumField() {
			return false
		}
		for i := range a.NumField() {
			if a.Type().Field(i).Tag != b.Type().Field(i).Tag || !same(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() || a.Kind() == reflect.Slice && a.IsNil() != b.IsNil() {
			return false
		}
		for i := range a.Len() {
			if !same(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Map:
		if a.Len() != b.Len() || a.IsNil() != b.IsNil() {
			return false
		}
		for _, key := range a.MapKeys() {
			if !same(a.MapIndex(key), b.MapIndex(key)) {
				return false
			}
		}
		return true
	case reflect.Float64:
		return a.Float() == b.Float() || a.Float() != a.Float() && b.Float() != b.Float()
	}
	return a.Equal(b) || a.CanConvert(b.Type()) && a.Convert(b.Type()).Equal(b)
}

// A filler fills Go values of any generated type. Its types are those that can
// be in a union.
type filler struct{ types []reflect.Type }

func (f *filler) fill(dst reflect.Value, v surreal.Value) error {
	held, _ := surreal.As[any](v)
	no := fmt.Errorf("%s is no %s", v, dst.Type())
	switch dst.Interface().(type) {
	case surreal.Value:
		dst.Set(reflect.ValueOf(v))
		return nil
	case surreal.Number:
		return fillNumber(dst, held, no)
	}
	if record, ok := held.(surreal.RecordID); ok {
		if id, ok := dst.Addr().Interface().(encoding.TextUnmarshaler); ok {
			return id.UnmarshalText([]byte(record.String()))
		}
	}
	if held != nil && reflect.TypeOf(held) == dst.Type() {
		dst.Set(reflect.ValueOf(held))
		return nil
	}
	if dst.Kind() == reflect.Struct && strings.HasPrefix(dst.Type().Name(), "Null[") {
		if v.IsNull() {
			return nil
		}
		dst.FieldByName("Valid").SetBool(true)
		return f.fill(dst.FieldByName("V"), v)
	}
	nothing := v.IsNone() || v.IsNull()
	switch dst.Kind() {
	case reflect.Pointer:
		null := dst.Type().Elem().Kind() == reflect.Struct && strings.HasPrefix(dst.Type().Elem().Name(), "Null[")
		if v.IsNone() || v.IsNull() && !null {
			return nil // nil is the one of them that the type has
		}
		dst.Set(reflect.New(dst.Type().Elem()))
		return f.fill(dst.Elem(), v)
	case reflect.Interface:
		if nothing {
			return nil
		}
		return f.member(dst, v, no)
	case reflect.Struct:
		if elems, ok := held.([]surreal.Value); ok {
			return f.tuple(dst, elems, no)
		}
		return f.object(dst, v, no)
	case reflect.Slice:
		if nothing {
			return nil
		}
		return f.list(dst, held, no)
	case reflect.Map:
		if nothing {
			return nil
		}
	}
	if held == nil || reflect.TypeOf(held).Kind() != dst.Kind() || reflect.TypeOf(held).PkgPath() != "" || dst.Type() == reflect.TypeFor[time.Duration]() {
		return no
	}
	dst.Set(reflect.ValueOf(held).Convert(dst.Type()))
	if enum, ok := dst.Interface().(interface{ Valid() bool }); ok && !enum.Valid() {
		return no
	}
	return nil
}

func fillNumber(dst reflect.Value, held any, no error) error {
	v, err := surreal.NewValue(held)
	if err != nil {
		return no
	}
	// A Number is what is read of a number.
	var e cbor.Encoder
	surreal.EncodeValue(&e, v)
	d := cbor.NewDecoder(e.Bytes())
	n := surreal.DecodeNumber(d)
	if d.Finish() != nil {
		return no
	}
	dst.Set(reflect.ValueOf(n))
	return nil
}

// tuple fills the struct for an array whose elements have a kind each.
func (f *filler) tuple(dst reflect.Value, elems []surreal.Value, no error) error {
	if dst.NumField() != len(elems) {
		return no
	}
	for i, elem := range elems {
		if dst.Type().Field(i).Name != fmt.Sprintf("V%d", i) {
			return no
		}
		if err := f.fill(dst.Field(i), elem); err != nil {
			return err
		}
	}
	return nil
}

// member fills a union with the first of its types that takes the value.
func (f *filler) member(dst reflect.Value, v surreal.Value, no error) error {
	for _, t := range f.types {
		if !t.Implements(dst.Type()) {
			continue
		}
		member := reflect.New(t).Elem()
		kind := v.Kind()
		if strings.HasSuffix(t.Name(), "Set") && kind == cbor.Array || strings.HasSuffix(t.Name(), "Array") && kind == cbor.Set {
			continue
		}
		if f.fill(member, v) == nil {
			dst.Set(member)
			return nil
		}
	}
	return no
}

// object fills a struct: of an object's fields, or one around a value that is a
// member of a union.
func (f *filler) object(dst reflect.Value, v surreal.Value, no error) error {
	t := dst.Type()
	if t.NumField() == 1 && t.Field(0).Anonymous {
		return f.fill(dst.Field(0), v)
	}
	fields, ok := surreal.As[map[string]surreal.Value](v)
	if !ok {
		return no
	}
	known := map[string]bool{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if !t.Field(i).IsExported() || name == "" || name == "-" {
			continue
		}
		known[name] = true
		value, ok := fields[name]
		if dst := dst.Field(i); !ok && dst.Kind() != reflect.Pointer && dst.Kind() != reflect.Slice && dst.Kind() != reflect.Map && dst.Kind() != reflect.Interface && dst.Type() != reflect.TypeFor[surreal.Value]() {
			return no
		}
		if err := f.fill(dst.Field(i), value); err != nil {
			return fmt.Errorf(".%s: %w", name, err)
		}
	}
	extra := map[string]surreal.Value{}
	for name, value := range fields {
		if !known[name] {
			extra[name] = value
		}
	}
	if len(extra) == 0 {
		return nil
	}
	if field := dst.FieldByName("Extra"); field.IsValid() {
		field.Set(reflect.ValueOf(extra))
		return nil
	}
	return no
}

func (f *filler) list(dst reflect.Value, held any, no error) error {
	var elems []surreal.Value
	switch held := held.(type) {
	case []surreal.Value:
		elems = held
	case surreal.ValueSet:
		elems = held
	case []byte:
		if dst.Type().Elem().Kind() != reflect.Uint8 {
			return no
		}
		dst.SetBytes(held)
		return nil
	default:
		return no
	}
	list := reflect.MakeSlice(dst.Type(), len(elems), len(elems))
	for i, elem := range elems {
		if err := f.fill(list.Index(i), elem); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	dst.Set(list)
	return nil
}
