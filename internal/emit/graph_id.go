package emit

import (
	"github.com/dave/jennifer/jen"
	"github.com/devq-ai/tandem/internal/ir"
)

// idDecl fills in d as the type of the record ids of a table.
func (g *graph) idDecl(d *decl, m *ir.Model) {
	table := jen.Lit(m.Name)
	d.receiver = "id"
	d.doc = []string{d.name + " is the id of a record of the table " + m.Name + "."}
	key := g.recordKey(d, m)
	id := func() *jen.Statement { return jen.Id("id").Dot("key") }
	method := func(f *jen.File, name string) *jen.Statement {
		return f.Func().Params(jen.Id("id").Id(d.name)).Id(name)
	}
	d.render = func(f *jen.File) {
		d.header(f, jen.Struct(jen.Id("key").Qual(surrealPath, "Key")))
		f.Line()
		key.constructor(f, d.name, nil, qual)

		f.Commentf("Parse%s reads what String returns.", d.name)
		f.Func().Id("Parse"+d.name).Params(jen.Id("text").String()).Params(jen.Id(d.name), jen.Error()).Block(
			jen.List(jen.Id("key"), jen.Err()).Op(":=").Qual(surrealPath, "ParseRecordKey").Call(append([]jen.Code{table.Clone(), jen.Id("text")}, key.kinds()...)...),
			jen.Return(jen.Id(d.name).Values(jen.Id("key")), jen.Err()),
		)
		f.Comment("Key returns what stands behind the table in the id.")
		method(f, "Key").Params().Add(key.get())

		f.Comment("IsZero reports whether id is the zero value, which is the id of no record.")
		method(f, "IsZero").Params().Bool().Block(jen.Return(id().Dot("IsZero").Call()))

		f.Comment("RecordID returns the id as one of any table.")
		method(f, "RecordID").Params().Qual(surrealPath, "RecordID").Block(
			jen.Return(jen.Qual(surrealPath, "RecordID").Values(jen.Id("Table").Op(":").Add(table), jen.Id("Key").Op(":").Add(id()))))

		f.Commentf("String returns the id as SurrealQL writes it, as in %s:key.", m.Name)
		method(f, "String").Params().String().Block(
			jen.Return(jen.Qual(surrealPath, "FormatRecordID").Call(table.Clone(), id())))

		f.Comment("MarshalText returns what String returns.")
		method(f, "MarshalText").Params().Params(jen.Index().Byte(), jen.Error()).Block(
			jen.Return(jen.Index().Byte().Call(jen.Id("id").Dot("String").Call()), jen.Nil()))

		f.Comment("UnmarshalText reads what String returns.")
		f.Func().Params(jen.Id("id").Op("*").Id(d.name)).Id("UnmarshalText").Params(jen.Id("text").Index().Byte()).Params(jen.Err().Error()).Block(
			jen.If(jen.Len(jen.Id("text")).Op("==").Lit(0)).Block(
				jen.Op("*").Id("id").Op("=").Id(d.name).Values(),
				jen.Return(jen.Nil()),
			),
			jen.List(jen.Op("*").Id("id"), jen.Err()).Op("=").Id("Parse"+d.name).Call(jen.String().Call(jen.Id("text"))),
			jen.Return(jen.Err()),
		)
		d.readerFunc(f, func(g *jen.Group) {
			g.Return(jen.Id(d.name).Values(jen.Qual(surrealPath, "DecodeRecordKey").Call(
				append([]jen.Code{jen.Id("d"), table.Clone()}, key.kinds()...)...)))
		})
		d.writerFunc(f, func(g *jen.Group) {
			g.Qual(surrealPath, "EncodeRecordKey").Call(jen.Id("e"), table.Clone(), jen.Id("v").Dot("key"))
		})
	}
	d.funcs = []func(f *jen.File){
		func(f *jen.File) {
			key.constructor(f, d.name, jen.Qual(g.path(), "New"+d.name), g.root.alias)
		},
		func(f *jen.File) {
			f.Commentf("Parse%s reads what String returns.", d.name)
			f.Func().Id("Parse"+d.name).Params(jen.Id("text").String()).Params(jen.Id(d.name), jen.Error()).Block(
				jen.Return(jen.Qual(g.path(), "Parse"+d.name).Call(jen.Id("text"))))
		},
	}
	d.funcNames = []string{"New" + d.name, "Parse" + d.name}
}

// A recordKey is what is known of the keys in a table's record ids.
type recordKey struct {
	kind string // the only kind they have, by its name in package cbor, or ""
	repr *repr  // their type, or nil where it is not known
}

// recordKey returns what is known of the keys of m.
func (g *graph) recordKey(d *decl, m *ir.Model) recordKey {
	switch t := m.Key.(type) {
	case ir.Scalar:
		switch t {
		case ir.Int:
			return recordKey{"Int", scalar(t)}
		case ir.String:
			return recordKey{"String", scalar(t)}
		case ir.UUID:
			return recordKey{"UUID", scalar(t)}
		}
	case *ir.Array, *ir.Tuple, *ir.Object:
		key := recordKey{kind: "Array"}
		if _, ok := t.(*ir.Object); ok {
			key.kind = "Object"
		}
		key.repr = g.resolve(t, place{file: g.models, name: g.opts.Names.Exported(m.Name, "key"), of: "the keys of " + m.Name})
		key.repr.needReader()
		key.repr.needWriter()
		return key
	}
	return recordKey{}
}

func (k recordKey) compound() bool { return k.kind == "Array" || k.kind == "Object" }

// kinds renders the kinds that a key may have, where that is known.
func (k recordKey) kinds() []jen.Code {
	if k.kind == "" {
		return nil
	}
	return []jen.Code{jen.Qual(cborPath, k.kind)}
}

// constructor renders the function that makes an id of a key. In the root
// package it calls that of the SurrealDB package, which is given then.
func (k recordKey) constructor(f *jen.File, id string, original *jen.Statement, qualify qualifier) {
	f.Commentf("New%s returns the id of the record with that key.", id)
	fn := f.Func().Id("New" + id)
	key := jen.Id("key")
	switch {
	case k.repr == nil:
		fn.Types(jen.Id("K").Qual(surrealPath, "KeyType")).Params(key.Clone().Id("K")).Id(id)
	case k.compound():
		fn.Params(key.Clone().Add(k.repr.typ(qualify))).Params(jen.Id(id), jen.Error())
	default:
		fn.Params(key.Clone().Add(k.repr.typ(qualify))).Id(id)
	}
	switch {
	case original != nil:
		fn.Block(jen.Return(original.Call(key)))
	case k.compound():
		fn.Block(
			jen.List(jen.Id("k"), jen.Err()).Op(":=").Qual(surrealPath, "NewCompoundKey").Call(
				jen.Func().Params(jen.Id("e").Op("*").Qual(cborPath, "Encoder")).Block(k.repr.write(key))),
			jen.Return(jen.Id(id).Values(jen.Id("k")), jen.Err()),
		)
	default:
		fn.Block(jen.Return(jen.Id(id).Values(jen.Qual(surrealPath, "NewKey").Call(key))))
	}
}

// get renders the result and the body of the method Key.
func (k recordKey) get() *jen.Statement {
	key := jen.Id("id").Dot("key")
	switch {
	case k.repr == nil:
		return jen.Qual(surrealPath, "Key").Block(jen.Return(key))
	case k.compound():
		return jen.Params(k.repr.typ(qual), jen.Error()).Block(
			jen.Return(jen.Qual(surrealPath, "DecodeKey").Call(key, k.repr.readFunc())))
	}
	return jen.Add(k.repr.typ(qual)).Block(jen.Return(jen.Qual(surrealPath, "KeyAs").Types(k.repr.typ(qual)).Call(key)))
}
