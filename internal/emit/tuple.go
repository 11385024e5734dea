package emit

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/devq-ai/tandem/internal/ir"
)

// tuple returns the representation of a tuple: a struct of its own, with a field
// for each position.
func (g *graph) tuple(t *ir.Tuple, at place) *repr {
	d := g.declare(at, "is the type of "+at.of+", an array of "+counted(len(t.Elems), "value")+".")
	elems := make([]*repr, len(t.Elems))
	for i, elem := range t.Elems {
		elems[i] = g.resolve(elem, place{file: at.file, name: d.name + positionName(i), of: fmt.Sprintf("element %d of %s", i, at.of)})
	}
	d.parts = elems
	d.render = func(f *jen.File) {
		d.header(f, jen.StructFunc(func(g *jen.Group) {
			for i, elem := range elems {
				g.Id(positionName(i)).Add(elem.typ(qual))
			}
		}))
		renderTupleJSON(f, d, len(elems))
		renderTupleCodec(f, d, elems)
	}
	return g.repr(d, nil)
}

// positionName is the name of the field for what stands at a position.
func positionName(i int) string { return "V" + strconv.Itoa(i) }

// positions returns the words of a path with the positions in tuples, such as
// "[1]", as the names of their fields.
func positions(path []string) []string {
	words := make([]string, len(path))
	for i, word := range path {
		words[i] = word
		if n, ok := strings.CutPrefix(word, "["); ok {
			words[i] = "v" + strings.TrimSuffix(n, "]")
		}
	}
	return words
}

// pathText returns a path as SurrealQL writes it, as in note.origin.kind or
// route.grid[1].
func pathText(path []string) string {
	return strings.ReplaceAll(strings.Join(path, "."), ".[", "[")
}

func counted(n int, what string) string {
	switch n {
	case 0:
		return "no " + what + "s"
	case 1:
		return "one " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// renderTupleJSON writes the methods by which the struct is an array in JSON.
func renderTupleJSON(f *jen.File, d *decl, n int) {
	fields := func(call *jen.Statement, first ...jen.Code) *jen.Statement {
		for i := range n {
			first = append(first, jen.Op("&").Id("v").Dot(positionName(i)))
		}
		return call.Call(first...)
	}
	f.Line()
	f.Comment("MarshalJSON returns the values as an array.")
	f.Func().Params(jen.Id("v").Id(d.name)).Id("MarshalJSON").Params().Params(jen.Index().Byte(), jen.Error()).Block(
		jen.Return(fields(jen.Qual(surrealPath, "MarshalTuple"))))
	f.Comment("UnmarshalJSON reads what MarshalJSON returns.")
	f.Func().Params(jen.Id("v").Op("*").Id(d.name)).Id("UnmarshalJSON").Params(jen.Id("data").Index().Byte()).Error().Block(
		jen.Return(fields(jen.Qual(surrealPath, "UnmarshalTuple"), jen.Id("data"))))
}

func renderTupleCodec(f *jen.File, d *decl, elems []*repr) {
	if d.reader {
		f.Line()
		f.Func().Id(d.decode).Params(jen.Id("d").Op("*").Qual(cborPath, "Decoder")).Params(jen.Id("v").Id(d.name)).BlockFunc(func(g *jen.Group) {
			g.Id("d").Dot("Tuple").Call(jen.Lit(len(elems)))
			for i, elem := range elems {
				g.Id("v").Dot(positionName(i)).Op("=").Add(elem.read())
			}
			g.Return(jen.Id("v"))
		})
	}
	d.writerFunc(f, func(g *jen.Group) {
		g.Id("e").Dot("Array").Call(jen.Lit(len(elems)))
		for i, elem := range elems {
			g.Add(elem.write(jen.Id("v").Dot(positionName(i))))
		}
	})
}
