package surqlcheck

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// Values as the engine returns them. Ints are int64, floats float64, NULL is
// nil, arrays are []any and objects map[string]any.
type (
	noneValue     struct{}
	scalarValue   struct{ kind kind.Basic }
	setValue      []any
	recordValue   struct{ table string }
	tableValue    struct{ name string }
	geometryValue struct{ form string }
	rangeValue    struct{}
	fileValue     struct{ bucket string }
	bigInt        int64 // an int, or the string that it is recorded as
)

// holds returns why a value is not of a kind, nil if it is. It is strict: an
// int is no float, a missing field is NONE, and NONE is not NULL.
func holds(k kind.Kind, v any) error {
	if k == kind.Any {
		return nil
	}
	if u, ok := k.(*kind.Union); ok {
		var errs []string
		for _, m := range u.Members {
			err := holds(m, v)
			if err == nil {
				return nil
			}
			errs = append(errs, err.Error())
		}
		return fmt.Errorf("%s", strings.Join(errs, "; "))
	}
	no := fmt.Errorf("%v (%T) is not %s", v, v, k)
	ok := false
	switch v := v.(type) {
	case noneValue:
		ok = k == kind.None
	case nil:
		ok = k == kind.Null
	case scalarValue:
		ok = kind.Contains(k, v.kind) || kind.Meet(k, v.kind) == k
	case bool:
		ok = k == kind.Bool || isLiteral(k, v)
	case int64:
		ok = k == kind.Int || k == kind.Number || isLiteral(k, v) || isLiteral(k, float64(v))
	case float64:
		ok = k == kind.Float || k == kind.Number || isLiteral(k, v) || v == math.Trunc(v) && isLiteral(k, int64(v))
	case bigInt:
		ok = k == kind.Int || k == kind.Number || k == kind.String
	case string:
		ok = k == kind.String || isLiteral(k, v)
	case []any:
		return holdsList(k, v, no)
	case setValue:
		set, isSet := k.(*kind.Set)
		if !isSet || set.Len >= 0 && set.Len != len(v) {
			return no
		}
		return holdsEach(set.Elem, v)
	case map[string]any:
		o, isObject := k.(*kind.Object)
		if !isObject {
			return no
		}
		return holdsObject(o, v)
	case recordValue:
		r, isRecord := k.(*kind.Record)
		ok = isRecord && (len(r.Tables) == 0 || slices.Contains(r.Tables, v.table))
	case tableValue:
		t, isTable := k.(*kind.Table)
		ok = isTable && (len(t.Tables) == 0 || slices.Contains(t.Tables, v.name))
	case geometryValue:
		g, isGeometry := k.(*kind.Geometry)
		ok = isGeometry && (len(g.Forms) == 0 || slices.Contains(g.Forms, v.form))
	case rangeValue:
		_, ok = k.(*kind.Range)
	case fileValue:
		_, ok = k.(*kind.File)
	}
	if !ok {
		return no
	}
	return nil
}

func isLiteral(k kind.Kind, v any) bool {
	l, ok := k.(kind.Literal)
	return ok && l.Value == v
}

func holdsList(k kind.Kind, v []any, no error) error {
	switch k := k.(type) {
	case *kind.Array:
		if k.Len >= 0 && k.Len != len(v) {
			return no
		}
		return holdsEach(k.Elem, v)
	case *kind.Tuple:
		if len(k.Elems) != len(v) {
			return no
		}
		for i, e := range k.Elems {
			if err := holds(e, v[i]); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return nil
	}
	return no
}

func holdsEach(elem kind.Kind, v []any) error {
	for i, e := range v {
		if err := holds(elem, e); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return nil
}

func holdsObject(o *kind.Object, v map[string]any) error {
	for _, f := range o.Fields {
		e, ok := v[f.Name]
		if !ok {
			e = noneValue{}
		}
		if err := holds(f.Kind, e); err != nil {
			return fmt.Errorf(".%s: %w", f.Name, err)
		}
	}
	if o.Open {
		return nil
	}
	for name := range v {
		if _, ok := o.Field(name); !ok {
			return fmt.Errorf(".%s is not a field of %s", name, o)
		}
	}
	return nil
}

// A tally counts what an oracle has found.
type tally struct {
	statements, accepted, sound int
	unsound                     []string
	rejected                    []string
	leaves, precise             int // positions of results, and those narrower than any
	// undefined are the positions, no leaves here, of which no schema says
	// anything: the further fields of an object that is open, as a row of a
	// SCHEMALESS table is, and the values of RETURN DIFF.
	undefined int
}

func (t *tally) String() string {
	share := func(precise, leaves int) float64 { return 100 * float64(precise) / float64(max(leaves, 1)) }
	return fmt.Sprintf("%d statements, %d accepted (%.2f %%), %d results sound, %d unsound; %d of %d leaves narrower than any (%.2f %%; %.2f %% with the %d that no schema defines)",
		t.statements, t.accepted, share(t.accepted, t.statements), t.sound, len(t.unsound),
		t.precise, t.leaves, share(t.precise, t.leaves), share(t.precise, t.leaves+t.undefined), t.undefined)
}

// measure counts the leaf positions of a kind.
func (t *tally) measure(k kind.Kind) {
	switch k := k.(type) {
	case *kind.Union:
		for _, m := range k.Members {
			t.measure(m)
		}
	case *kind.Array:
		t.measure(k.Elem)
	case *kind.Set:
		t.measure(k.Elem)
	case *kind.Tuple:
		for _, e := range k.Elems {
			t.measure(e)
		}
	case *kind.Object:
		for _, f := range k.Fields {
			if f.Kind == kind.Any && kind.Equal(k, patch) {
				t.undefined++
				continue
			}
			t.measure(f.Kind)
		}
		switch {
		case k.Open && len(k.Fields) > 1:
			t.undefined++
		case k.Open: // any object, or a record of any table
			t.leaves++
		}
	default:
		t.leaves++
		if k != kind.Any {
			t.precise++
		}
	}
}
