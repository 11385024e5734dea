package emit

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/devq-ai/tandem/internal/ir"
)

// A member is one of the types that a union's values can have.
type member struct {
	kind   string   // what it is called in comments
	kinds  []string // the names in package cbor of the kinds it is read from
	tables []string // for a record id: its tables
	typ    string   // its Go type, which is declared in the package
	repr   *repr    // how its content is read and written
	// wrap says that typ is a struct or defined type around what repr reads.
	wrap wrapping
}

type wrapping uint8

const (
	itself  wrapping = iota // typ is the type that repr reads
	defined                 // type typ string
	embeds                  // type typ struct{ time.Time }
)

// union returns the representation of a union: an enum type for literals of one
// kind, a number for numbers, and else a sealed interface.
func (g *graph) union(t *ir.Union, at place) *repr {
	if literals := enumLiterals(t.Members); literals != nil {
		return g.enumDecl(literals, at)
	}
	if slices.IndexFunc(t.Members, func(m ir.Type) bool { return m != ir.Int && m != ir.Float && m != ir.Decimal && m != ir.Number }) < 0 {
		return scalar(ir.Number)
	}
	if both := []ir.Type{&ir.Literal{Value: false}, &ir.Literal{Value: true}}; len(t.Members) == 2 && sameLiterals(t.Members, both) {
		return scalar(ir.Bool)
	}
	if slices.Contains(t.Members, ir.Type(ir.Any)) {
		return scalar(ir.Any)
	}
	d := g.declare(at, "")
	members := g.members(t, d, at)
	d.doc = []string{d.name + " is a value of " + at.of + ": " + memberList(members) + "."}
	g.unionDecl(d, members, ir.KindString(t))
	r := g.repr(d, zeroNil)
	r.absent = nilAbsent
	return r
}

// enumLiterals returns the members if they are literals that are all strings or
// all ints.
func enumLiterals(members []ir.Type) []*ir.Literal {
	var literals []*ir.Literal
	strs, ints := 0, 0
	for _, m := range members {
		l, ok := m.(*ir.Literal)
		if !ok {
			return nil
		}
		switch l.Value.(type) {
		case string:
			strs++
		case int64:
			ints++
		}
		literals = append(literals, l)
	}
	if strs != len(members) && ints != len(members) {
		return nil
	}
	return literals
}

func sameLiterals(a, b []ir.Type) bool {
	return slices.ContainsFunc(a, func(t ir.Type) bool { return ir.Equal(t, b[0]) }) &&
		slices.ContainsFunc(a, func(t ir.Type) bool { return ir.Equal(t, b[1]) })
}

func memberList(members []*member) string {
	types := make([]string, len(members))
	for i, m := range members {
		types[i] = m.typ
	}
	if len(types) == 1 {
		return types[0]
	}
	return strings.Join(types[:len(types)-1], ", ") + " or " + types[len(types)-1]
}

// scalarMembers say how a scalar is wrapped to be a member of a union: the end
// of its type's name, and whether a defined type or a struct is declared.
var scalarMembers = map[ir.Scalar]struct {
	suffix string
	kinds  []string
	wrap   wrapping
}{
	ir.Bool:     {"Bool", []string{"Bool"}, defined},
	ir.Int:      {"Int", []string{"Int"}, defined},
	ir.Float:    {"Float", []string{"Float"}, defined},
	ir.String:   {"String", []string{"String"}, defined},
	ir.Bytes:    {"Bytes", []string{"Bytes"}, defined},
	ir.Decimal:  {"Decimal", []string{"Decimal"}, embeds},
	ir.Number:   {"Number", []string{"Int", "Float", "Decimal"}, embeds},
	ir.Datetime: {"Datetime", []string{"Datetime"}, embeds},
	ir.Duration: {"Duration", []string{"Duration"}, embeds},
	ir.UUID:     {"UUID", []string{"UUID"}, embeds},
	ir.File:     {"File", []string{"File"}, embeds},
	ir.Table:    {"Table", []string{"Table"}, defined},
	ir.Patch:    {"Patch", []string{"Object"}, embeds},
	ir.Null:     {"Null", []string{"Null"}, embeds},
	ir.None:     {"None", []string{"None"}, embeds},
}

// members returns the members of a union, and makes them implement d.
func (g *graph) members(t *ir.Union, d *decl, at place) []*member {
	var members []*member
	var strs, ints []*ir.Literal
	has := func(s ir.Scalar) bool { return slices.Contains(t.Members, ir.Type(s)) }
	wrap := func(suffix string, kinds []string, r *repr, w wrapping) {
		m := &member{kind: strings.ToLower(suffix), kinds: kinds, typ: g.scope.Unique(d.name + suffix), repr: r, wrap: w}
		members = append(members, m)
		d.parts = append(d.parts, r)
		d.types = append(d.types, m.typ)
	}
	declared := func(kinds []string, r *repr) {
		r.decl.unions = append(r.decl.unions, d.name)
		members = append(members, &member{kinds: kinds, typ: r.decl.name, repr: r})
		d.parts = append(d.parts, r)
	}
	for _, m := range t.Members {
		switch m := m.(type) {
		case ir.Scalar:
			s, ok := scalarMembers[m]
			if !ok {
				g.failf("the union of %s has the member %s", at.of, m)
				continue
			}
			wrap(s.suffix, s.kinds, scalar(m), s.wrap)
		case *ir.Literal:
			switch m.Value.(type) {
			case string:
				if !has(ir.String) {
					strs = append(strs, m)
				}
			case int64:
				if !has(ir.Int) && !has(ir.Number) {
					ints = append(ints, m)
				}
			case bool:
				if !has(ir.Bool) && !slices.ContainsFunc(members, func(m *member) bool { return m.kinds[0] == "Bool" }) {
					wrap("Bool", []string{"Bool"}, scalar(ir.Bool), defined)
				}
			default:
				if !has(ir.Float) && !has(ir.Number) && !slices.ContainsFunc(members, func(m *member) bool { return m.kinds[0] == "Float" }) {
					wrap("Float", []string{"Float"}, scalar(ir.Float), defined)
				}
			}
		case *ir.Record:
			if len(m.Tables) == 0 {
				wrap("Record", []string{"Record"}, g.resolve(m, at), embeds)
				continue
			}
			for _, table := range m.Tables {
				r := g.ids[table]
				declared([]string{"Record"}, r)
				members[len(members)-1].tables = []string{table}
			}
		case *ir.Geometry:
			kinds := make([]string, len(m.Forms))
			for i, form := range m.Forms {
				kinds[i] = geometryForms[form]
			}
			if len(kinds) == 0 {
				kinds = []string{"Point", "Line", "Polygon", "MultiPoint", "MultiLine", "MultiPolygon", "Collection"}
			}
			wrap("Geometry", kinds, geometry(m), embeds)
		case *ir.Range:
			wrap("Range", []string{"Range"}, g.resolve(m, place{file: at.file, name: d.name + "Range", of: at.of}), embeds)
		case *ir.Array:
			wrap("Array", []string{"Array"}, g.resolve(m, place{file: at.file, name: d.name + "Elem", of: "an element of " + at.of}), defined)
		case *ir.Set:
			wrap("Set", []string{"Set"}, g.resolve(m, place{file: at.file, name: d.name + "Elem", of: "an element of " + at.of}), defined)
		case *ir.Tuple:
			at := place{file: at.file, name: d.name + "Tuple", of: at.of}
			if slices.Equal(m.Name, t.Name) {
				declared([]string{"Array"}, g.tuple(m, at))
			} else {
				declared([]string{"Array"}, g.resolve(m, at))
			}
		case *ir.Object:
			at := place{file: at.file, name: d.name + g.variant(m), of: at.of}
			switch {
			case m.IsFree():
				wrap("Object", []string{"Object"}, freeObject(), defined)
			case slices.Equal(m.Name, t.Name): // the schema names the members as the union
				declared([]string{"Object"}, g.object(m, at))
			default:
				declared([]string{"Object"}, g.resolve(m, at))
			}
		case *ir.Row:
			declared([]string{"Object"}, g.resolve(m, at))
		default:
			g.failf("the union of %s has the member %s", at.of, ir.TypeString(m))
		}
	}
	for _, literals := range [][]*ir.Literal{strs, ints} {
		if len(literals) == 0 {
			continue
		}
		kind := "String"
		if _, ok := literals[0].Value.(int64); ok {
			kind = "Int"
		}
		declared([]string{kind}, g.enumDecl(literals, place{file: at.file, name: d.name + "Value", of: at.of}))
	}
	return members
}

// variant names an object among the members of a union: by the literal that
// tells it from the others, if it has one.
func (g *graph) variant(t *ir.Object) string {
	for _, f := range t.Fields {
		if l, ok := f.Type.(*ir.Literal); ok {
			return g.valueName(l.Value)
		}
	}
	return "Object"
}

// unionDecl fills in d as the sealed interface of the members. expected is the
// union in errors.
func (g *graph) unionDecl(d *decl, members []*member, expected string) {
	marker := "is" + d.name
	d.sealed = true
	for _, m := range members {
		if m.wrap != itself {
			d.members = append(d.members, m.typ)
		}
	}
	d.render = func(f *jen.File) {
		doc(f.Group, d.doc, "")
		f.Type().Id(d.name).Interface(jen.Id(marker).Params())
		for _, m := range members {
			switch m.wrap {
			case defined:
				f.Commentf("%s is the %s of kind %s.", m.typ, d.name, m.kind)
				f.Type().Id(m.typ).Add(m.repr.typ(qual))
			case embeds:
				f.Commentf("%s is the %s of kind %s.", m.typ, d.name, m.kind)
				f.Type().Id(m.typ).Struct(m.repr.typ(qual))
			}
		}
		for _, m := range members {
			if m.wrap != itself {
				f.Func().Params(jen.Id(m.typ)).Id(marker).Params().Block()
			}
		}
		d.readerFunc(f, func(g *jen.Group) { renderUnionReader(g, members, expected) })
		d.writerFunc(f, func(g *jen.Group) { renderUnionWriter(g, members) })
	}
}

// made renders the member's value from what its representation reads.
func (m *member) made(v *jen.Statement) *jen.Statement {
	switch m.wrap {
	case defined:
		return jen.Id(m.typ).Call(v)
	case embeds:
		return jen.Id(m.typ).Values(v)
	}
	return v
}

func renderUnionReader(g *jen.Group, members []*member, expected string) {
	g.Switch(jen.Id("d").Dot("Kind").Call()).BlockFunc(func(g *jen.Group) {
		done := map[string]bool{}
		for _, m := range members {
			for _, kind := range m.kinds {
				if done[kind] {
					continue
				}
				done[kind] = true
				var same []*member
				for _, other := range members {
					if slices.Contains(other.kinds, kind) {
						same = append(same, other)
					}
				}
				g.Case(jen.Qual(cborPath, kind)).BlockFunc(func(g *jen.Group) { renderKindReader(g, kind, same) })
			}
		}
	})
	g.Id("d").Dot("NoMember").Call(jen.Lit(expected))
	g.Return(jen.Nil())
}

// renderKindReader reads a value of one kind, which all of the members have.
func renderKindReader(g *jen.Group, kind string, members []*member) {
	if kind == "Record" && len(members[0].tables) > 0 {
		g.Switch(jen.String().Call(jen.Id("d").Dot("RecordTable").Call())).BlockFunc(func(g *jen.Group) {
			for _, m := range members {
				if len(m.tables) > 0 {
					g.Case(jen.Lit(m.tables[0])).Block(jen.Return(m.made(m.repr.read())))
				}
			}
		})
		members = slices.DeleteFunc(members, func(m *member) bool { return len(m.tables) > 0 })
	}
	if len(members) == 1 {
		g.Return(members[0].made(members[0].repr.read()))
		return
	}
	for _, m := range members {
		g.If(
			jen.List(jen.Id("v"), jen.Id("ok")).Op(":=").Qual(cborPath, "Attempt").Call(jen.Id("d"), m.repr.readFunc()),
			jen.Id("ok"),
		).Block(jen.Return(m.made(jen.Id("v"))))
	}
}

func renderUnionWriter(g *jen.Group, members []*member) {
	g.Switch(jen.Id("v").Op(":=").Id("v").Assert(jen.Type())).BlockFunc(func(g *jen.Group) {
		for _, m := range members {
			content := jen.Id("v")
			switch m.wrap {
			case defined:
				content = m.repr.typ(qual).Call(content)
			case embeds:
				content = content.Dot(embeddedName(m.repr.typ))
			}
			g.Case(jen.Id(m.typ)).Block(m.repr.write(content))
		}
		g.Default().Block(jen.Id("e").Dot("None").Call())
	})
}

// embeddedName returns the name of the field that embedding a type gives.
func embeddedName(typ goType) string {
	name := ""
	typ(func(_, typeName string) *jen.Statement {
		if name == "" {
			name = typeName
		}
		return jen.Id(typeName)
	})
	return name
}

// recordUnion returns the sealed interface of the ids of several tables.
func (g *graph) recordUnion(t *ir.Record) *repr {
	tables := slices.Clone(t.Tables)
	slices.Sort(tables)
	tables = slices.Compact(tables)
	if len(tables) == 1 {
		return g.ids[tables[0]]
	}
	key := strings.Join(tables, "\x00")
	if r := g.recordUnions[key]; r != nil {
		return r
	}
	parts := make([]string, len(tables))
	for i, table := range tables {
		parts[i] = g.opts.Names.Exported(table)
	}
	d := g.declare(place{file: g.models, name: strings.Join(parts, "Or") + "ID"}, "")
	var members []*member
	for _, table := range tables {
		id := g.ids[table]
		id.decl.unions = append(id.decl.unions, d.name)
		members = append(members, &member{kinds: []string{"Record"}, tables: []string{table}, typ: id.decl.name, repr: id})
		d.parts = append(d.parts, id)
	}
	d.doc = []string{d.name + " is the id of a record of several tables: " + memberList(members) + "."}
	g.unionDecl(d, members, ir.KindString(&ir.Record{Tables: tables}))
	r := g.repr(d, zeroNil)
	r.absent = nilAbsent
	g.recordUnions[key] = r
	return r
}
