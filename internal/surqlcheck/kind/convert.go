package kind

import (
	_ "embed"
	"strings"
)

// A Verdict says how many values of one kind can be converted to another.
type Verdict uint8

const (
	Nothing    Verdict = iota // no value
	Some                      // some values; the others are errors at run time
	Everything                // every value
)

// Coerce returns the kind that values of from have once they are assigned to
// something of kind to, and whether they can be. Numbers convert where nothing
// is lost, and nothing else changes its type.
func Coerce(from, to Kind) (Kind, Verdict) { return converter{}.convert(from, to) }

// Cast returns the kind of "<to> value" for values of from, and whether the
// cast succeeds.
func Cast(from, to Kind) (Kind, Verdict) { return converter{cast: true}.convert(from, to) }

// Keep is Coerce for a part of an object of known fields or of a tuple: what can
// be converted is taken, and not converted.
func Keep(from, to Kind) (Kind, Verdict) { return converter{keep: true}.convert(from, to) }

//go:embed conversions.tsv
var conversionTable string

// conversions holds, per target, the sources that are coerced and those that
// are cast, by the name of the kind without its parts.
var conversions = parseConversions(conversionTable)

type conversion struct{ coerced, cast map[string]Verdict }

func parseConversions(table string) map[string]conversion {
	out := map[string]conversion{}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || cells[0] == "target" {
			continue
		}
		c := conversion{coerced: map[string]Verdict{}, cast: map[string]Verdict{}}
		for i, verdicts := range []map[string]Verdict{c.coerced, c.cast} {
			for _, source := range strings.Fields(cells[i+1]) {
				if name, some := strings.CutSuffix(source, "?"); some {
					verdicts[name] = Some
				} else {
					verdicts[name] = Everything
				}
			}
		}
		out[cells[0]] = c
	}
	return out
}

// outer returns the name of the kind without its parts, as the table has it.
func outer(k Kind) string {
	switch k := k.(type) {
	case Basic:
		return k.String()
	case Literal:
		return k.Base().String()
	case *Array, *Tuple:
		return "array"
	case *Set:
		return "set"
	case *Object:
		return "object"
	case *Record:
		return "record"
	case *Table:
		return "table"
	case *Geometry:
		return "geometry"
	case *Range:
		return "range"
	case *File:
		return "file"
	case *Function:
		return "function"
	}
	return "any"
}

type converter struct {
	cast bool
	// keep is set within objects of known fields and within tuples: the engine
	// sees that the parts of a value could be converted, and leaves them as they
	// are.
	keep bool
}

func (c converter) convert(from, to Kind) (Kind, Verdict) {
	switch {
	case from == Never:
		return Never, Everything
	case to == Any:
		return from, Everything
	case from == Any:
		return to, Some
	}
	if u, ok := from.(*Union); ok {
		return c.each(u.Members, to)
	}
	if from == Number {
		return c.each([]Kind{Int, Float, Decimal}, to)
	}
	if from == Bool && !c.cast {
		if _, ok := to.(*Union); ok && Contains(to, Bool) {
			return Bool, Everything
		}
	}
	switch to := to.(type) {
	case *Union:
		return c.union(from, to)
	case Literal:
		if !c.cast || Meet(Widen(from), to.Base()) != Never || Numeric(from) {
			k, verdict := literal(from, to)
			if verdict != Nothing && Meet(Widen(from), to.Base()) == Never {
				k = Widen(from) // an equal number is left as it is
			}
			return k, verdict
		}
		return Never, Nothing
	}
	rule := conversions[outer(to)]
	verdict := rule.coerced[outer(from)]
	if verdict == Nothing && c.cast {
		verdict = rule.cast[outer(from)]
	}
	if verdict == Nothing {
		return Never, Nothing
	}
	return c.structure(from, to, verdict)
}

// each converts the members of a union, of which some may fail.
func (c converter) each(members []Kind, to Kind) (Kind, Verdict) {
	var results []Kind
	verdict, failed := Nothing, false
	for _, m := range members {
		k, v := c.convert(m, to)
		results = append(results, k)
		verdict = max(verdict, v)
		failed = failed || v != Everything
	}
	if failed {
		verdict = min(verdict, Some)
	}
	return Join(results...), verdict
}

// union converts to the first member that takes the value.
func (c converter) union(from Kind, to *Union) (Kind, Verdict) {
	if from == None || from == Null {
		if Contains(to, from) {
			return from, Everything
		}
		return Never, Nothing
	}
	var results []Kind
	verdict := Nothing
	for _, m := range to.Members {
		k, v := c.convert(from, m)
		if v == Nothing {
			continue
		}
		results = append(results, k)
		verdict = Some
		if v == Everything {
			verdict = Everything
			break
		}
	}
	return joinKeeping(to.Path, results), verdict
}

func literal(from Kind, to Literal) (Kind, Verdict) {
	switch l, ok := from.(Literal); {
	case ok && sameLiteral(to, l):
		return to, Everything
	case ok:
		return Never, Nothing
	case from == to.Base():
		return to, Some
	case Numeric(from) && Contains(Number, to.Base()):
		return to, Some
	}
	return Never, Nothing
}

// structure converts the parts of a value whose outer kind can be converted.
func (c converter) structure(from, to Kind, verdict Verdict) (Kind, Verdict) {
	switch to := to.(type) {
	case *Array:
		elem, v, n := c.elements(from, to.Elem, verdict)
		if v == Nothing && to.Len <= 0 && n <= 0 {
			v = Some // there may be no element to convert
		}
		v = sized(v, n, to.Len)
		return &Array{elem, to.Len}, v
	case *Set:
		elem, v, n := c.elements(from, to.Elem, verdict)
		if v == Nothing && to.Len <= 0 && n <= 0 {
			v = Some
		}
		if to.Len >= 0 {
			v = min(v, Some) // duplicates vanish before they are counted
		}
		return &Set{elem, to.Len}, v
	case *Tuple:
		return c.tuple(from, to)
	case *Object:
		return c.object(from, to)
	case *Record:
		return named(from, to, verdict)
	case *Table:
		if _, ok := from.(*Table); !ok {
			return to, verdict
		}
		return named(from, to, verdict)
	case *Geometry:
		if _, ok := from.(*Geometry); !ok {
			if containsNames(to.Forms, []string{"point"}) && len(to.Forms) > 0 {
				return &Geometry{[]string{"point"}}, Some
			}
			return Never, Nothing
		}
		return named(from, to, verdict)
	case *File:
		return named(from, to, verdict)
	case *Range:
		if r, ok := from.(*Range); ok {
			return r, Everything
		}
		elem, _ := Elem(from)
		return &Range{elem}, Some
	case *Function:
		return from, Everything
	}
	if to == Number {
		if from == String {
			return Join(Int, Float, Decimal), verdict
		}
		return Meet(Number, Widen(from)), verdict
	}
	if l, ok := from.(Literal); ok && to == l.Base() {
		return l, Everything
	}
	if c.keep && Meet(Widen(from), to) == Never {
		return from, verdict
	}
	return to, verdict
}

func (c converter) elements(from, to Kind, verdict Verdict) (Kind, Verdict, int) {
	n := -1
	var elem Kind
	switch from := from.(type) {
	case *Array:
		elem, n = from.Elem, from.Len
	case *Tuple:
		elem, n = Join(from.Elems...), len(from.Elems)
	case *Set:
		elem = from.Elem
	case *Range:
		elem = Int
	default: // bytes
		elem = Int
	}
	k, v := c.convert(elem, to)
	return k, min(v, verdict), n
}

// sized limits a verdict by the number of elements, -1 where it is not known.
func sized(v Verdict, n, want int) Verdict {
	switch {
	case want < 0 || n == want:
		return v
	case n < 0:
		return min(v, Some)
	}
	return Nothing
}

func (c converter) tuple(from Kind, to *Tuple) (Kind, Verdict) {
	elems := make([]Kind, len(to.Elems))
	verdict := Everything
	for i := range to.Elems {
		var have Kind
		switch from := from.(type) {
		case *Tuple:
			if len(from.Elems) != len(to.Elems) {
				return Never, Nothing
			}
			have = from.Elems[i]
		case *Array:
			if from.Len >= 0 && from.Len != len(to.Elems) {
				return Never, Nothing
			}
			have, verdict = from.Elem, min(verdict, Some)
		default:
			return Never, Nothing
		}
		k, v := converter{keep: true}.convert(have, to.Elems[i])
		elems[i], verdict = k, min(verdict, v)
	}
	if verdict == Nothing {
		return Never, Nothing
	}
	return to.of(elems), verdict
}

func (c converter) object(from Kind, to *Object) (Kind, Verdict) {
	have := from.(*Object)
	if to.Open && len(to.Fields) == 0 {
		return have, Everything
	}
	verdict := Everything
	out := &Object{Path: to.Path, Open: to.Open}
	for _, f := range to.Fields {
		g, ok := have.Field(f.Name)
		switch {
		case !ok && have.Open:
			g.Kind = Any
		case !ok:
			g.Kind = None
		}
		k, v := converter{keep: true}.convert(g.Kind, f.Kind)
		if v == Nothing {
			return Never, Nothing
		}
		verdict = min(verdict, v)
		f.Kind = k
		out.Fields = append(out.Fields, f)
	}
	if have.Open && !to.Open {
		verdict = Some
	}
	for _, g := range have.Fields {
		if _, ok := to.Field(g.Name); !ok && !to.Open {
			if !Admits(g.Kind, None) {
				return Never, Nothing
			}
			verdict = Some
		}
	}
	return out, verdict
}

// named converts between kinds that list names.
func named(from, to Kind, verdict Verdict) (Kind, Verdict) {
	if outer(from) != outer(to) {
		return to, verdict // a cast from a string
	}
	m := Meet(from, to)
	switch {
	case m == Never:
		return Never, Nothing
	case !Contains(to, from):
		return m, min(verdict, Some)
	}
	return m, verdict
}
