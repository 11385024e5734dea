package emit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
)

// An Override gives values of SurrealDB another Go type than the usual one.
type Override struct {
	// Kind is the scalar that has the type wherever it stands, but for record
	// keys and the members of unions. Column is instead the path of a field of
	// the schema, from its table on, as in "note.origin.kind".
	Kind, Column string
	// Import, Package and Type name the Go type. Import is empty for one of the
	// language.
	Import, Package, Type string
	// Codec says how a value becomes the Go type.
	Codec Codec
	Span  source.Span // for what is wrong with it
}

// A Codec is a way to read and write a Go type that Tandem does not know.
type Codec string

const (
	Convert Codec = "convert" // by conversion from the usual type
	Text    Codec = "text"    // a string, by encoding.TextMarshaler and TextUnmarshaler
	CBOR    Codec = "cbor"    // by surreal.Encodable and surreal.Decodable
)

func (o *Override) goType() goType {
	if o.Import == "" {
		return builtin(o.Type)
	}
	return named(o.Import, o.Type)
}

// A columnOverride is the override of a column.
type columnOverride struct {
	*Override
	used bool // the schema has the column
	// typ is what the column is of where it is neither missing nor NULL.
	typ ir.Type
}

// newOverrides sorts the overrides.
func (g *graph) newOverrides() {
	first := map[string]*Override{}
	for i := range g.opts.Overrides {
		o := &g.opts.Overrides[i]
		what := "the column " + o.Column
		if o.Kind != "" {
			what = "the kind " + o.Kind
		}
		if first[what] != nil {
			g.diags.Errorf(o.Span, diag.ConfigInvalid, "there is already an override of %s", what).
				WithRelated(first[what].Span, "the first one")
			continue
		}
		first[what] = o
		if o.Kind == "" {
			g.columnOverrides[o.Column] = &columnOverride{Override: o}
			continue
		}
		g.kindOverrides[o.Kind] = o
		for t := ir.Any; t <= ir.Never; t++ {
			if t.String() == o.Kind {
				g.checkType(o, t)
			}
		}
	}
}

// convertible are the types of the language that the usual Go types of scalars
// are converted to and from.
var convertible = map[ir.Scalar][]string{
	ir.Bool:     {"bool"},
	ir.Int:      {"int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64"},
	ir.Float:    {"float32", "float64"},
	ir.String:   {"string"},
	ir.Bytes:    {"string"},
	ir.Duration: {"int64", "int"},
}

// checkType reports a type of the language that values of the type t cannot be
// converted to, or that would have to have methods. What types of packages can
// do is for Go's compiler to say.
func (g *graph) checkType(o *Override, t ir.Type) {
	scalar, isScalar := t.(ir.Scalar)
	switch {
	case o.Import != "":
	case o.Codec == Text, o.Codec == CBOR:
		g.diags.Errorf(o.Span, diag.ConfigInvalid, "%s has no methods for the codec %s", o.Type, o.Codec).
			WithHelp("leave the codec out, or name a type of a package")
	case !isScalar || !slices.Contains(convertible[scalar], o.Type):
		d := g.diags.Errorf(o.Span, diag.ConfigInvalid, "values of the kind %s cannot be converted to %s", ir.KindString(t), o.Type)
		if fit := convertible[scalar]; isScalar && len(fit) > 0 {
			d.WithHelp("use %s, or a type of a package", strings.Join(fit, ", "))
		} else {
			d.WithHelp("use a type of a package, such as example.com/own.Type")
		}
	}
}

// column returns the override of the field f of the object at path, by the path
// or by where f is defined.
func (g *graph) column(path []string, f *ir.Field) *columnOverride {
	if len(g.columnOverrides) == 0 {
		return nil
	}
	if path != nil {
		if o := g.columnOverrides[pathText(append(path[:len(path):len(path)], f.Name))]; o != nil {
			if !o.used {
				g.checkType(o.Override, plain(f.Type))
			}
			o.used, o.typ = true, plain(f.Type)
			if f.Origin.IsValid() {
				g.columnOrigins[f.Origin] = o
			}
			return o
		}
	}
	return g.columnOrigins[f.Origin]
}

// checkOverrides reports overrides of columns that the schema does not have.
func (g *graph) checkOverrides() {
	for i := range g.opts.Overrides {
		o := g.columnOverrides[g.opts.Overrides[i].Column]
		if o == nil || o.used {
			continue
		}
		d := g.diags.Errorf(o.Span, diag.ConfigInvalid, "the schema has no column %s", o.Column)
		if near := diag.Nearest(o.Column, g.columns()); near != "" {
			d.WithHelp("did you mean %s?", near)
		}
	}
}

// columns returns the columns that an override could name.
func (g *graph) columns() []string {
	var all []string
	var in func(path string, t ir.Type)
	in = func(path string, t ir.Type) {
		switch t := plain(t).(type) {
		case *ir.Object:
			for _, f := range t.Fields {
				all = append(all, path+"."+f.Name)
				in(path+"."+f.Name, f.Type)
			}
		case *ir.Tuple:
			for i, elem := range t.Elems {
				in(fmt.Sprintf("%s[%d]", path, i), elem)
			}
		}
	}
	for _, m := range g.program.Models {
		in(m.Name, m.Row)
	}
	slices.Sort(all)
	return all
}

// plain returns what an option or nullable is of.
func plain(t ir.Type) ir.Type {
	switch t := t.(type) {
	case *ir.Option:
		return plain(t.Elem)
	case *ir.Nullable:
		return plain(t.Elem)
	}
	return t
}

// overridden returns the representation of t as the override's Go type; what
// may be missing or NULL stays so.
func (g *graph) overridden(t ir.Type, o *Override, at place) *repr {
	at.column = nil
	switch t := t.(type) {
	case *ir.Option:
		if n, ok := t.Elem.(*ir.Nullable); ok {
			return g.maybe(orNull(g.overridden(n.Elem, o, at)), "Option")
		}
		return g.maybe(g.overridden(t.Elem, o, at), "Option")
	case *ir.Nullable:
		return g.maybe(g.overridden(t.Elem, o, at), "Nullable")
	}
	typ := o.goType()
	zero := func() *jen.Statement { return jen.Op("*").New(typ(qual)) }
	byFunc := func(decode, encode string) *repr {
		return &repr{
			typ: typ, zero: zero,
			decode: reader{fn: func() *jen.Statement { return jen.Qual(surrealPath, decode).Types(typ(qual)) }},
			encode: writer{fn: qualFn(surrealPath, encode)},
		}
	}
	switch {
	case o.Codec == Text:
		return byFunc("DecodeText", "EncodeText")
	case o.Codec == CBOR:
		return byFunc("DecodeAs", "EncodeAs")
	case t == ir.Int:
		return byFunc("DecodeInteger", "EncodeInteger")
	}
	usual := g.usual(t, at)
	return &repr{
		typ: typ, zero: zero, parts: []*repr{usual},
		decode: reader{expr: func() *jen.Statement { return typ(qual).Call(usual.read()) }},
		encode: writer{stmt: func(v *jen.Statement) *jen.Statement { return usual.write(usual.typ(qual).Call(v)) }},
	}
}

// usual is resolve without the override of the type's kind.
func (g *graph) usual(t ir.Type, at place) *repr {
	if s, ok := t.(ir.Scalar); ok {
		return scalar(s)
	}
	return g.resolve(t, at)
}
