package kind

import (
	"strconv"
	"strings"
)

var basicNames = [...]string{
	Never: "never", Any: "any", None: "none", Null: "null", Bool: "bool", Int: "int", Float: "float",
	Decimal: "decimal", Number: "number", String: "string", Bytes: "bytes", Datetime: "datetime",
	Duration: "duration", UUID: "uuid", Regex: "regex",
}

func (b Basic) String() string { return basicNames[b] }

func (l Literal) String() string {
	switch v := l.Value.(type) {
	case string:
		return quote(v)
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64) + "f"
	case Quoted:
		return v.Text
	}
	return "never"
}

var quoteEscapes = strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\x00", `\0`, "\b", `\b`, "\f", `\f`)

// quote returns s as a single-quoted string. A string that has single but no
// double quotes gets double ones, as the engine prints it.
func quote(s string) string {
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		return `"` + strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\x00", `\0`).Replace(s) + `"`
	}
	return "'" + quoteEscapes.Replace(s) + "'"
}

func (a *Array) String() string { return collection("array", a.Elem, a.Len) }
func (s *Set) String() string   { return collection("set", s.Elem, s.Len) }

func collection(name string, elem Kind, length int) string {
	switch {
	case length >= 0:
		return name + "<" + elem.String() + ", " + strconv.Itoa(length) + ">"
	case elem == Any:
		return name
	}
	return name + "<" + elem.String() + ">"
}

func (t *Tuple) String() string { return "[" + list(t.Elems, ", ") + "]" }

func (o *Object) String() string {
	if len(o.Fields) == 0 {
		if o.Open {
			return "object"
		}
		return "{  }"
	}
	var b strings.Builder
	b.WriteString("{ ")
	for i, f := range o.Fields {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(key(f.Name))
		b.WriteString(": ")
		b.WriteString(f.Kind.String())
	}
	if o.Open {
		b.WriteString(", ...")
	}
	b.WriteString(" }")
	return b.String()
}

// key returns an object key, quoted where it is no identifier.
func key(s string) string {
	if s == "" {
		return `""`
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '_', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case '0' <= c && c <= '9' && i > 0:
		default:
			return strconv.Quote(s)
		}
	}
	return s
}

func (r *Record) String() string   { return parts("record", r.Tables) }
func (t *Table) String() string    { return parts("table", t.Tables) }
func (g *Geometry) String() string { return parts("geometry", g.Forms) }
func (f *File) String() string     { return parts("file", f.Buckets) }
func (*Range) String() string      { return "range" }
func (*Function) String() string   { return "function" }
func (u *Union) String() string    { return list(u.Members, " | ") }

// SurrealQL returns k as DEFINE FIELD … TYPE would take it. What that cannot say
// is said more widely: an object with further fields is any object.
func SurrealQL(k Kind) string { return expressible(k).String() }

func expressible(k Kind) Kind {
	switch k := k.(type) {
	case *Union:
		out := make([]Kind, len(k.Members))
		for i, m := range k.Members {
			out[i] = expressible(m)
		}
		return Join(out...)
	case *Array:
		if k.Elem == Never {
			return &Array{Elem: Any, Len: 0}
		}
		return &Array{Elem: expressible(k.Elem), Len: k.Len}
	case *Set:
		if k.Elem == Never {
			return &Set{Elem: Any, Len: 0}
		}
		return &Set{Elem: expressible(k.Elem), Len: k.Len}
	case *Tuple:
		elems := make([]Kind, len(k.Elems))
		for i, e := range k.Elems {
			elems[i] = expressible(e)
		}
		return k.of(elems)
	case *Object:
		if k.Open {
			return AnyObject
		}
		o := &Object{}
		for _, f := range k.Fields {
			f.Kind = expressible(f.Kind)
			o = o.With(f)
		}
		return o
	}
	return k
}

func parts(name string, names []string) string {
	if len(names) == 0 {
		return name
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = ident(n)
	}
	return name + "<" + strings.Join(quoted, " | ") + ">"
}

// ident returns an identifier, in backticks where it needs them.
func ident(s string) string {
	if k := key(s); k != s || s == "" {
		return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(s) + "`"
	}
	return s
}

func list(kinds []Kind, sep string) string {
	texts := make([]string, len(kinds))
	for i, k := range kinds {
		texts[i] = k.String()
	}
	return strings.Join(texts, sep)
}
