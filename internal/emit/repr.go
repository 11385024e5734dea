package emit

import (
	"github.com/dave/jennifer/jen"
	"github.com/devq-ai/tandem/internal/ir"
)

// A repr is how the values of one IR type are represented in Go, read and
// written.
type repr struct {
	typ  goType
	zero func() *jen.Statement // the Go type's zero value
	// absent says what stands for a missing value, if anything does.
	absent absence
	decode reader
	encode writer
	// present is how a value is written that is known not to be absent.
	// It is nil where that is as any other value.
	present func(v *jen.Statement) *jen.Statement
	// parts are the representations that this one is made of.
	parts []*repr
	decl  *decl // the declaration of the type, if it is one of the package's own
}

// An absence is what stands for NONE in a Go type.
type absence uint8

const (
	neverAbsent absence = iota
	nilAbsent           // nil
	noneAbsent          // a surreal.Value that holds NONE
	zeroAbsent          // a surreal.Option without a value
)

// present renders the condition that v holds a value.
func (a absence) present(v *jen.Statement) *jen.Statement {
	switch a {
	case noneAbsent:
		return jen.Op("!").Add(v).Dot("IsNone").Call()
	case zeroAbsent:
		return jen.Op("!").Add(v).Dot("IsZero").Call()
	}
	return jen.Add(v).Op("!=").Nil()
}

// A reader reads a value from a decoder: by a method of the decoder, by a
// function, or by an expression over the decoder d.
type reader struct {
	method string
	fn     func() *jen.Statement
	expr   func() *jen.Statement
}

// A writer writes a value to an encoder: by a method of the encoder, by a
// function, or by a statement over the encoder e and the value.
type writer struct {
	method string
	fn     func() *jen.Statement
	stmt   func(v *jen.Statement) *jen.Statement
}

// read renders the expression that reads a value from d.
func (r *repr) read() *jen.Statement {
	switch {
	case r.decode.method != "":
		return jen.Id("d").Dot(r.decode.method).Call()
	case r.decode.fn != nil:
		return r.decode.fn().Call(jen.Id("d"))
	}
	return r.decode.expr()
}

// readFunc renders a func(*cbor.Decoder) T.
func (r *repr) readFunc() *jen.Statement {
	switch {
	case r.decode.method != "":
		return jen.Parens(jen.Op("*").Qual(cborPath, "Decoder")).Dot(r.decode.method)
	case r.decode.fn != nil:
		return r.decode.fn()
	}
	return jen.Func().Params(jen.Id("d").Op("*").Qual(cborPath, "Decoder")).Add(r.typ(qual)).Block(jen.Return(r.decode.expr()))
}

// write renders the statement that writes v to e.
func (r *repr) write(v *jen.Statement) *jen.Statement {
	switch {
	case r.encode.method != "":
		return jen.Id("e").Dot(r.encode.method).Call(v)
	case r.encode.fn != nil:
		return r.encode.fn().Call(jen.Id("e"), v)
	}
	return r.encode.stmt(v)
}

// writePresent is write for a value that is known not to be absent.
func (r *repr) writePresent(v *jen.Statement) *jen.Statement {
	if r.present != nil {
		return r.present(v)
	}
	return r.write(v)
}

// writeFunc renders a func(*cbor.Encoder, T).
func (r *repr) writeFunc() *jen.Statement {
	switch {
	case r.encode.method != "":
		return jen.Parens(jen.Op("*").Qual(cborPath, "Encoder")).Dot(r.encode.method)
	case r.encode.fn != nil:
		return r.encode.fn()
	}
	return jen.Func().Params(
		jen.Id("e").Op("*").Qual(cborPath, "Encoder"), jen.Id("v").Add(r.typ(qual)),
	).Block(r.encode.stmt(jen.Id("v")))
}

// needReader has the declarations that reading needs write their readers.
func (r *repr) needReader() {
	if r.decl != nil {
		if r.decl.reader {
			return
		}
		r.decl.reader = true
		for _, part := range r.decl.parts {
			part.needReader()
		}
	}
	for _, part := range r.parts {
		part.needReader()
	}
}

// needWriter has the declarations that writing needs write their writers.
func (r *repr) needWriter() {
	if r.decl != nil {
		if r.decl.writer {
			return
		}
		r.decl.writer = true
		for _, part := range r.decl.parts {
			part.needWriter()
		}
	}
	for _, part := range r.parts {
		part.needWriter()
	}
}

func named(path, name string) goType {
	return func(q qualifier) *jen.Statement { return q(path, name) }
}

func builtin(name string) goType {
	return func(qualifier) *jen.Statement { return jen.Id(name) }
}

func zeroNil() *jen.Statement { return jen.Nil() }

func zeroOf(typ goType) func() *jen.Statement {
	return func() *jen.Statement { return typ(qual).Values() }
}

func lit(v any) func() *jen.Statement {
	return func() *jen.Statement { return jen.Lit(v) }
}

func qualFn(path, name string) func() *jen.Statement {
	return func() *jen.Statement { return jen.Qual(path, name) }
}

// byMethod is the representation that the codec has methods for.
func byMethod(typ goType, zero func() *jen.Statement, name string) *repr {
	return &repr{typ: typ, zero: zero, decode: reader{method: name}, encode: writer{method: name}}
}

// fromRuntime is the representation as a struct type that package surreal has a
// Decode and an Encode function for.
func fromRuntime(typ goType, decode, encode string) *repr {
	return &repr{
		typ: typ, zero: zeroOf(typ),
		decode: reader{fn: qualFn(surrealPath, decode)},
		encode: writer{fn: qualFn(surrealPath, encode)},
	}
}

var valueType = named(surrealPath, "Value")

// scalar returns the representation of a scalar.
func scalar(t ir.Scalar) *repr {
	switch t {
	case ir.Bool:
		return byMethod(builtin("bool"), lit(false), "Bool")
	case ir.Int:
		return byMethod(builtin("int64"), lit(0), "Int")
	case ir.Float:
		return byMethod(builtin("float64"), lit(0), "Float")
	case ir.String, ir.Regex:
		return byMethod(builtin("string"), lit(""), "String")
	case ir.Bytes:
		r := byMethod(sliceOf(builtin("byte")), zeroNil, "Binary")
		r.absent = nilAbsent
		return r
	case ir.Datetime:
		typ := named("time", "Time")
		return byMethod(typ, zeroOf(typ), "Datetime")
	case ir.Duration:
		return byMethod(named("time", "Duration"), lit(0), "Duration")
	case ir.UUID:
		return fromRuntime(named(uuidPath, "UUID"), "DecodeUUID", "EncodeUUID")
	case ir.Decimal:
		return fromRuntime(named(decimalPath, "Decimal"), "DecodeDecimal", "EncodeDecimal")
	case ir.Number:
		return fromRuntime(named(surrealPath, "Number"), "DecodeNumber", "EncodeNumber")
	case ir.File:
		return fromRuntime(named(surrealPath, "File"), "DecodeFile", "EncodeFile")
	case ir.Patch:
		return fromRuntime(named(surrealPath, "Patch"), "DecodePatch", "EncodePatch")
	case ir.Table:
		r := fromRuntime(named(surrealPath, "Table"), "DecodeTable", "EncodeTable")
		r.zero = lit("")
		return r
	case ir.Null:
		return fromRuntime(valueType, "DecodeNullValue", "EncodeValue")
	case ir.None:
		r := fromRuntime(valueType, "DecodeNone", "EncodeValue")
		r.absent = noneAbsent
		return r
	default: // Any, and Never, of which there is no value to read
		r := fromRuntime(valueType, "DecodeValue", "EncodeValue")
		r.absent = noneAbsent
		return r
	}
}

// geometryForms are the Go types of the geometry forms.
var geometryForms = map[string]string{
	"point": "Point", "line": "Line", "polygon": "Polygon", "multipoint": "MultiPoint",
	"multiline": "MultiLine", "multipolygon": "MultiPolygon", "collection": "Collection",
}

func geometry(t *ir.Geometry) *repr {
	name := "Geometry"
	if len(t.Forms) == 1 {
		name = geometryForms[t.Forms[0]]
	}
	r := &repr{
		typ: named(surrealPath, name), zero: zeroNil, absent: nilAbsent,
		decode: reader{fn: qualFn(surrealPath, "Decode"+name)},
		encode: writer{stmt: func(v *jen.Statement) *jen.Statement {
			return jen.Qual(surrealPath, "EncodeGeometry").Call(jen.Id("e"), v)
		}},
	}
	if name == "Point" {
		r.zero, r.absent = zeroOf(r.typ), neverAbsent
	}
	return r
}

// wrapped is the representation that a generic function of the runtime makes
// of an element's: helper(d, args…, readElem) and helper(e, v, writeElem).
func wrapped(elem *repr, typ goType, path, decode, encode string, args ...jen.Code) *repr {
	return &repr{
		typ: typ, zero: zeroNil, absent: nilAbsent, parts: []*repr{elem},
		decode: reader{expr: func() *jen.Statement {
			return jen.Qual(path, decode).Call(append(append([]jen.Code{jen.Id("d")}, args...), elem.readFunc())...)
		}},
		encode: writer{stmt: func(v *jen.Statement) *jen.Statement {
			return jen.Qual(path, encode).Call(jen.Id("e"), v, elem.writeFunc())
		}},
	}
}

// list is the representation of an array or a set, which kind says.
func list(elem *repr, kind string, length int) *repr {
	typ := sliceOf(elem.typ)
	if length > 0 {
		return wrapped(elem, typ, cborPath, "Fixed"+kind, "Encode"+kind, jen.Lit(length))
	}
	return wrapped(elem, typ, cborPath, "Decode"+kind, "Encode"+kind)
}

// maybe is the representation of a value that may be missing or, with kind
// Nullable, NULL, as a pointer: nil if the type has one, else nil of a pointer.
func maybe(elem *repr, kind string) *repr {
	if elem.absent != nilAbsent {
		typ := func(q qualifier) *jen.Statement { return jen.Op("*").Add(elem.typ(q)) }
		r := wrapped(elem, typ, cborPath, "Decode"+kind, "Encode"+kind)
		r.present = func(v *jen.Statement) *jen.Statement { return elem.write(jen.Op("*").Add(v)) }
		return r
	}
	or, nothing := "OrNone", "None"
	if kind == "Nullable" {
		or, nothing = "OrNull", "Null"
	}
	r := wrapped(elem, elem.typ, cborPath, or, "")
	r.present = elem.write
	r.encode.stmt = func(v *jen.Statement) *jen.Statement {
		return jen.If(jen.Add(v).Op("==").Nil()).Block(
			jen.Id("e").Dot(nothing).Call(),
		).Else().Block(elem.write(v))
	}
	return r
}

// option is the representation of a value that may be missing as an option
// type.
func option(elem *repr) *repr {
	typ := func(q qualifier) *jen.Statement { return q(surrealPath, "Option").Types(elem.typ(q)) }
	r := wrapped(elem, typ, surrealPath, "DecodeOption", "EncodeOption")
	r.zero, r.absent = zeroOf(typ), zeroAbsent
	return r
}

// orNull is the representation of a value that may be NULL where it may be
// missing too.
func orNull(elem *repr) *repr {
	typ := func(q qualifier) *jen.Statement { return q(surrealPath, "Null").Types(elem.typ(q)) }
	r := wrapped(elem, typ, surrealPath, "DecodeNull", "EncodeNull")
	r.zero, r.absent = zeroOf(typ), neverAbsent
	return r
}
