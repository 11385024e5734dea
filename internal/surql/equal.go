package surql

import (
	"math"
	"reflect"
	"time"
)

// Equal reports whether two nodes are the same syntax. Spans do not count, nor
// do parentheses around expressions, as the shape of the trees says what they
// mean, nor whether an IF is worded. NaN equals NaN.
func Equal(a, b Node) bool {
	return equalValues(reflect.ValueOf(a), reflect.ValueOf(b))
}

var (
	posType  = reflect.TypeFor[pos]()
	timeType = reflect.TypeFor[time.Time]()
)

func equalValues(a, b reflect.Value) bool {
	a, b = unparenValue(a), unparenValue(b)
	if !a.IsValid() || !b.IsValid() {
		return a.IsValid() == b.IsValid()
	}
	if a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() && b.IsNil()
		}
		return equalValues(a.Elem(), b.Elem())
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !equalValues(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		return equalStructs(a, b)
	case reflect.Float64:
		x, y := a.Float(), b.Float()
		return x == y || math.IsNaN(x) && math.IsNaN(y)
	}
	return a.Equal(b)
}

func equalStructs(a, b reflect.Value) bool {
	if a.Type() == timeType {
		return a.Interface().(time.Time).Equal(b.Interface().(time.Time))
	}
	for i := range a.NumField() {
		switch f := a.Type().Field(i); {
		case f.Type == posType, f.Name == "Worded":
		case !equalValues(a.Field(i), b.Field(i)):
			return false
		}
	}
	return true
}

// unparenValue returns what an interface holds, without the parentheses around
// it.
func unparenValue(v reflect.Value) reflect.Value {
	for v.IsValid() {
		if v.Kind() == reflect.Interface {
			v = v.Elem()
			continue
		}
		p, ok := asParen(v)
		if !ok {
			return v
		}
		v = reflect.ValueOf(p.X)
	}
	return v
}

func asParen(v reflect.Value) (*ParenExpr, bool) {
	if v.Kind() != reflect.Pointer || v.Type() != reflect.TypeFor[*ParenExpr]() {
		return nil, false
	}
	p := v.Interface().(*ParenExpr)
	return p, p != nil
}
