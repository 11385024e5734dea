package emit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/names"
)

// A decl is a type that the SurrealDB package declares.
type decl struct {
	name string
	doc  []string
	// parts are the representations of what values of the type consist of.
	parts []*repr
	// reader and writer say that values of the type are read and written, by
	// the functions called decode and encode.
	reader, writer bool
	decode, encode string
	// marshals says that the type has the methods that marshalers writes.
	marshals bool
	// receiver is what methods call a value, if not v.
	receiver string
	// sealed says that the type is an interface, whose only implementations are
	// members and types that are declared elsewhere.
	sealed  bool
	members []string
	// unions are the sealed interfaces that the type is a member of.
	unions []string
	// types and values are the types and constants that belong to the type.
	types, values []string
	// funcs are the functions that belong to the type, as the root package
	// re-exports them.
	funcs     []func(f *jen.File)
	funcNames []string
	render    func(f *jen.File)
}

// repr returns the representation of the declared type.
func (g *graph) repr(d *decl, zero func() *jen.Statement) *repr {
	typ := named(g.path(), d.name)
	if zero == nil {
		zero = zeroOf(typ)
	}
	return &repr{
		typ: typ, zero: zero, decl: d,
		decode: reader{fn: func() *jen.Statement { return jen.Id(d.decode) }},
		encode: writer{fn: func() *jen.Statement { return jen.Id(d.encode) }},
	}
}

// newDecl returns the declaration of a type of that name.
func (g *graph) newDecl(name string) *decl {
	return &decl{name: name, decode: g.private.Unique("decode" + name), encode: g.private.Unique("encode" + name)}
}

// header writes what every declaration begins with, and the methods by which
// it is a member of unions.
func (d *decl) header(f *jen.File, typ jen.Code) {
	doc(f.Group, d.doc, "")
	f.Type().Id(d.name).Add(typ)
	for _, union := range d.unions {
		f.Line()
		f.Func().Params(jen.Id(d.name)).Id("is" + union).Params().Block()
	}
}

func (d *decl) readerFunc(f *jen.File, body func(g *jen.Group)) {
	if d.reader {
		f.Line()
		f.Func().Id(d.decode).Params(jen.Id("d").Op("*").Qual(cborPath, "Decoder")).Id(d.name).BlockFunc(body)
	}
}

func (d *decl) writerFunc(f *jen.File, body func(g *jen.Group)) {
	if d.writer {
		f.Line()
		f.Func().Id(d.encode).Params(jen.Id("e").Op("*").Qual(cborPath, "Encoder"), jen.Id("v").Id(d.name)).BlockFunc(body)
	}
}

// marshalers writes the methods by which codecs other than the generated one, such
// as that of the SDK's client, read and write values of the type.
func (d *decl) marshalers(f *jen.File) {
	v := cmp.Or(d.receiver, "v")
	marshal := func(typ string, call *jen.Statement) {
		f.Line()
		f.Comment(marshalCBOR + " returns the CBOR that SurrealDB reads.")
		f.Func().Params(jen.Id(v).Id(typ)).Id(marshalCBOR).Params().Params(jen.Index().Byte(), jen.Error()).Block(
			jen.Return(call.Call(jen.Id(v), jen.Id(d.encode))))
	}
	if d.writer {
		for _, member := range d.members {
			marshal(member, jen.Qual(cborPath, "Marshal").Types(jen.Id(d.name)))
		}
		if !d.sealed {
			marshal(d.name, jen.Qual(cborPath, "Marshal"))
		}
	}
	if d.reader && !d.sealed {
		f.Line()
		f.Comment(unmarshalCBOR + " reads the CBOR that SurrealDB sends.")
		f.Func().Params(jen.Id(v).Op("*").Id(d.name)).Id(unmarshalCBOR).Params(jen.Id("data").Index().Byte()).Error().Block(
			jen.Return(jen.Qual(cborPath, "Unmarshal").Call(jen.Id("data"), jen.Id(v), jen.Id(d.decode))))
	}
}

// The methods that marshalers writes. No field can have these names.
const (
	marshalCBOR   = "MarshalCBOR"
	unmarshalCBOR = "UnmarshalCBOR"
)

// A field is a field of a generated struct.
type field struct {
	source *ir.Field
	name   string
	tag    string // its name in JSON, or "" without tags
	repr   *repr
	doc    []string
}

// fieldDoc returns what the schema says of the field f, also where a query has
// it under another name. path is that of the object in the schema, or nil.
func (g *graph) fieldDoc(path []string, f *ir.Field) []string {
	if path != nil && f.Origin.IsValid() {
		g.docs[f.Origin] = f.Doc
	}
	if f.Doc != nil {
		return f.Doc
	}
	return g.docs[f.Origin]
}

// render writes the field's line in the struct.
func (f *field) render(g *jen.Group) {
	line := g.Id(f.name).Add(f.repr.typ(qual))
	tag := f.tag
	switch {
	case tag == "":
		return
	case !isJSONName(tag):
		tag = f.name
	}
	if f.optional() {
		tag += ",omitzero"
	}
	line.Tag(map[string]string{"json": tag})
}

// isJSONName reports whether a JSON tag can give a field that name: it cannot
// have commas, quotes or backslashes, and "-" leaves the field out.
func isJSONName(name string) bool {
	return name != "-" && strings.IndexFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", r)
	}) < 0
}

// A fieldScope names the fields of one struct, in Go and in JSON.
type fieldScope struct {
	g           *graph
	names, tags *names.Scope
}

func (g *graph) newFields() *fieldScope {
	return &fieldScope{g, names.NewScope(marshalCBOR, unmarshalCBOR), names.NewScope()}
}

// name returns the name of a field in Go.
func (s *fieldScope) name(source string) string {
	return s.names.Unique(s.g.opts.Names.Exported(source))
}

// tag returns the name of a field in JSON.
func (s *fieldScope) tag(source string) string {
	switch s.g.opts.Tags {
	case TagsOff:
		return ""
	case TagsCamel:
		return s.tags.Unique(names.Camel(source))
	case TagsPascal:
		return s.tags.Unique(names.Pascal(source))
	case TagsSnake:
		return s.tags.Unique(names.Snake(source))
	}
	return source
}

// optional reports whether the field may be missing from the data.
func (f *field) optional() bool {
	if _, ok := f.source.Type.(*ir.Option); ok {
		return true
	}
	return f.repr.absent == noneAbsent
}

// structDecl fills in d as the struct for t, which the schema defines at path.
// file gets the types of what is in it.
func (g *graph) structDecl(d *decl, t *ir.Object, path []string, file *graphFile) {
	scope := g.newFields()
	var fields []*field
	for _, f := range t.Fields {
		name := scope.name(f.Name)
		r := g.resolve(f.Type, place{file, d.name + name, "the field " + f.Name + " of " + d.name, g.column(path, f)})
		fields = append(fields, &field{f, name, scope.tag(f.Name), r, g.fieldDoc(path, f)})
		d.parts = append(d.parts, r)
	}
	extra := ""
	if t.Open {
		extra = scope.names.Unique("Extra")
	}
	declared := slices.SortedStableFunc(slices.Values(fields), g.compareDeclared)
	d.render = func(f *jen.File) {
		d.header(f, jen.StructFunc(func(g *jen.Group) {
			for _, field := range declared {
				doc(g, field.doc, "")
				field.render(g)
			}
			if extra != "" {
				g.Commentf("%s are the fields that the schema does not name.", extra)
				g.Id(extra).Map(jen.String()).Qual(surrealPath, "Value").Tag(map[string]string{"json": "-"})
			}
		}))
		renderStructReader(f, d, fields, extra)
		renderStructWriter(f, d, fields, extra)
	}
}

// compareDeclared orders the fields of a struct as who wrote them did, and not
// as the engine sends them: the id and the ends of an edge, what the schema
// defines, then what the query selects. Fields that nobody wrote come last.
func (g *graph) compareDeclared(a, b *field) int {
	x, y := a.source.Span, b.source.Span
	if c := cmp.Compare(g.declaredGroup(a), g.declaredGroup(b)); c != 0 || x.File == nil {
		return c
	}
	return cmp.Or(cmp.Compare(x.File.Path, y.File.Path), cmp.Compare(x.Start, y.Start))
}

func (g *graph) declaredGroup(f *field) int {
	switch f.source.Name {
	case "id":
		return 0
	case "in":
		return 1
	case "out":
		return 2
	}
	switch file := f.source.Span.File; {
	case file == nil:
		return 5
	case g.queryFiles[file]:
		return 4
	}
	return 3
}

// seenBits is how many fields one word of the seen fields holds.
const seenBits = 64

func renderStructReader(f *jen.File, d *decl, fields []*field, extra string) {
	if !d.reader {
		return
	}
	f.Line()
	var required []string
	for _, field := range fields {
		if !field.optional() {
			required = append(required, field.source.Name)
		}
	}
	words := (len(required) + seenBits - 1) / seenBits
	seen := func(word int) *jen.Statement {
		if words == 1 {
			return jen.Id("seen")
		}
		return jen.Id("seen").Index(jen.Lit(word))
	}
	f.Func().Id(d.decode).Params(jen.Id("d").Op("*").Qual(cborPath, "Decoder")).Params(jen.Id("v").Id(d.name)).BlockFunc(func(g *jen.Group) {
		if words > 0 {
			g.Id("start").Op(":=").Id("d").Dot("Offset").Call()
		}
		switch words {
		case 0:
		case 1:
			g.Var().Id("seen").Uint64()
		default:
			g.Var().Id("seen").Index(jen.Lit(words)).Uint64()
		}
		g.For(jen.Id("n").Op(":=").Id("d").Dot("Map").Call(), jen.Id("n").Op(">").Lit(0), jen.Id("n").Op("--")).BlockFunc(func(g *jen.Group) {
			key := jen.String().Call(jen.Id("d").Dot("Key").Call())
			if extra != "" {
				g.Id("key").Op(":=").Id("d").Dot("FieldName").Call()
				key = jen.Id("key")
			}
			g.Switch(key).BlockFunc(func(g *jen.Group) {
				bit := 0
				for _, field := range fields {
					g.Case(jen.Lit(field.source.Name)).BlockFunc(func(g *jen.Group) {
						g.Id("v").Dot(field.name).Op("=").Add(field.repr.read())
						if !field.optional() {
							g.Add(seen(bit / seenBits)).Op("|=").Lit(1).Op("<<").Lit(bit % seenBits)
							bit++
						}
					})
				}
				g.Default().BlockFunc(func(g *jen.Group) {
					if extra == "" {
						g.Id("d").Dot("Unknown").Call()
						return
					}
					g.If(jen.Id("v").Dot(extra).Op("==").Nil()).Block(
						jen.Id("v").Dot(extra).Op("=").Map(jen.String()).Qual(surrealPath, "Value").Values(),
					)
					g.Id("v").Dot(extra).Index(jen.Id("key")).Op("=").Qual(surrealPath, "DecodeValue").Call(jen.Id("d"))
				})
			})
		})
		for word := range words {
			names := required[word*seenBits : min(len(required), (word+1)*seenBits)]
			g.If(seen(word).Op("!=").Lit(1).Op("<<").Lit(len(names)).Op("-").Lit(1)).Block(
				jen.Id("d").Dot("Missing").CallFunc(func(g *jen.Group) {
					g.Id("start")
					g.Add(seen(word))
					for _, name := range names {
						g.Lit(name)
					}
				}),
			)
		}
		g.Return(jen.Id("v"))
	})
}

func renderStructWriter(f *jen.File, d *decl, fields []*field, extra string) {
	d.writerFunc(f, func(g *jen.Group) {
		count := 0
		var optional []jen.Code
		for _, field := range fields {
			if field.optional() {
				optional = append(optional, field.repr.absent.present(jen.Id("v").Dot(field.name)))
			} else {
				count++
			}
		}
		size := jen.Lit(count)
		if len(optional) > 0 {
			size = size.Op("+").Qual(cborPath, "Count").Call(optional...)
		}
		if extra != "" {
			size = size.Op("+").Len(jen.Id("v").Dot(extra))
		}
		g.Id("e").Dot("Map").Call(size)
		for _, field := range fields {
			v := jen.Id("v").Dot(field.name)
			key := jen.Id("e").Dot("Key").Call(jen.Lit(field.source.Name))
			if field.optional() {
				g.If(field.repr.absent.present(v.Clone())).Block(key, field.repr.writePresent(v))
				continue
			}
			g.Add(key)
			g.Add(field.repr.write(v))
		}
		if extra != "" {
			g.Qual(surrealPath, "EncodeFields").Call(jen.Id("e"), jen.Id("v").Dot(extra))
		}
	})
}

// enumDecl declares the type of a value that is one of the literals, which are
// all strings or all ints.
func (g *graph) enumDecl(literals []*ir.Literal, at place) *repr {
	d := g.declare(at, "is a value of "+at.of+".")
	typ, fn, method, zero := jen.String(), "DecodeEnum", "String", lit("")
	if _, ok := literals[0].Value.(int64); ok {
		typ, fn, method, zero = jen.Int64(), "DecodeIntEnum", "Int", lit(0)
	}
	for _, l := range literals {
		d.values = append(d.values, g.scope.Unique(d.name+g.valueName(l.Value)))
	}
	values := g.private.Unique(unexported(d.name) + "Values")
	d.render = func(f *jen.File) {
		d.header(f, typ)
		f.Line()
		f.Commentf("The values of %s.", d.name)
		f.Const().DefsFunc(func(g *jen.Group) {
			for i, l := range literals {
				g.Id(d.values[i]).Id(d.name).Op("=").Lit(untyped(l.Value))
			}
		})
		f.Var().Id(values).Op("=").Index().Id(d.name).ValuesFunc(func(g *jen.Group) {
			for _, value := range d.values {
				g.Id(value)
			}
		})
		f.Commentf("Valid reports whether v is one of the values of %s.", d.name)
		f.Func().Params(jen.Id("v").Id(d.name)).Id("Valid").Params().Bool().Block(
			jen.Return(jen.Qual("slices", "Contains").Call(jen.Id(values), jen.Id("v"))),
		)
		d.readerFunc(f, func(g *jen.Group) {
			g.Return(jen.Qual(cborPath, fn).Call(jen.Id("d"), jen.Id(values)))
		})
		d.writerFunc(f, func(g *jen.Group) {
			g.Id("e").Dot(method).Call(jen.Add(typ).Call(jen.Id("v")))
		})
	}
	return g.repr(d, zero)
}

// untyped returns a value that jennifer writes without a conversion.
func untyped(v any) any {
	if i, ok := v.(int64); ok {
		return int(i)
	}
	return v
}

// valueName names a literal, for behind the name of its type.
func (g *graph) valueName(v any) string {
	switch v := v.(type) {
	case int64:
		if v < 0 {
			return "Minus" + strings.TrimPrefix(strconv.FormatInt(v, 10), "-")
		}
		return strconv.FormatInt(v, 10)
	case string:
		if v == "" {
			return "Empty"
		}
		// A letter in front keeps the prefix X away, which only the start of an
		// identifier needs.
		if name := strings.TrimPrefix(g.opts.Names.Exported("A", v), "A"); name != "" {
			return name
		}
		return "Value"
	case bool:
		if v {
			return "True"
		}
		return "False"
	}
	return floatName.Replace(fmt.Sprint(v))
}

// floatName makes what a float is printed as the end of an identifier.
var floatName = strings.NewReplacer("e-", "EMinus", "e+", "E", "-", "Minus", ".", "_")
