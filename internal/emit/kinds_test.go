package emit_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/emit"
	"github.com/devq-ai/tandem/internal/ir"
)

// addModel declares a table, whose row is an object type in text form.
func (ts types) addModel(t *testing.T, p *ir.Program, name, key, row string) *ir.Model {
	t.Helper()
	m := &ir.Model{Name: name, Key: ts.parse(t, key)}
	ts[name] = m
	m.Row = ts.parse(t, row).(*ir.Object)
	p.Models = append(p.Models, m)
	return m
}

// params reads parameters as "name: type" each.
func (ts types) params(t *testing.T, texts ...string) []*ir.Param {
	t.Helper()
	var params []*ir.Param
	for _, text := range texts {
		name, typ, _ := strings.Cut(text, ": ")
		params = append(params, &ir.Param{Name: name, Type: ts.parse(t, typ)})
	}
	return params
}

// slots reads the types of result slots, "-" for one that nobody wants.
func (ts types) slots(t *testing.T, texts ...string) []ir.Slot {
	t.Helper()
	var slots []ir.Slot
	for i, text := range texts {
		slot := ir.Slot{Line: i + 1}
		if text != "-" {
			slot.Type = ts.parse(t, text)
		}
		slots = append(slots, slot)
	}
	return slots
}

const itemFields = "boolean: bool, whole: int, real: float, money: decimal, number: number, text: string, blob: bytes," +
	" at: datetime, took: duration, ref: uuid, words: array<string>, vector: array<float, 3>, numbers: set<int>," +
	" maybe: option<string>, maybe_words: option<array<string>>, rating: nullable<int>, score: option<nullable<int>>," +
	" origin: { kind: 'person' | 'agent' | '' | 'go.mod' as item.origin.kind, run: option<uuid> } as item.origin," +
	" level: -1 | 1 | 2 as item.level, link: option<record<tag>>, about: record<person | tag>, anything_linked: option<record>," +
	" source: 'auto' | int | record<tag> | { kind: 'file', path: string } | { kind: 'url', path: string } | array<string> | datetime as item.source," +
	" spot: geometry<point>, shape: geometry, span: range<any>, free: any, extra: { ... }," +
	" steps: array<{ name: string } as item.steps.*>," +
	" pair: [string, option<int>, { at: datetime } as item.pair.`[2]`] as item.pair, legs: option<array<[int, int] as item.legs>>," +
	" either: [int] | [string, int] | array<any> as item.either"

// kindsGolden is the program of testdata/golden/kinds: a field of every kind,
// and a query of every form.
func kindsGolden(t *testing.T) golden {
	p, ts := &ir.Program{}, types{}
	// Tables refer to each other, so all of them are known before their rows.
	for _, name := range []string{"person", "tag"} {
		ts[name] = &ir.Model{Name: name}
	}
	ts.addModel(t, p, "person", "any", "{ id: record<person>, name: string }")
	tag := ts.addModel(t, p, "tag", "string", "{ id: record<tag>, label: string }")
	tag.Doc = []string{"Tag is a word that items are found by."}
	tag.Row.Fields[1].Doc = []string{"Label is what people see."}
	ts.addModel(t, p, "reading", "{ at: datetime, sensor: string } as reading.id", "{ id: record<reading>, value: float }")
	ts.addModel(t, p, "counter", "int", "{ id: record<counter> }")
	ts.addModel(t, p, "session", "uuid", "{ id: record<session> }")
	ts.addModel(t, p, "item", "any", "{ id: record<item>, "+itemFields+" }")

	items := readQueryFile(t, filepath.Join("testdata", "golden", "kinds"), "items.surql")
	add := func(c ir.Cardinality, result string, params []*ir.Param, slots ...string) *ir.Query {
		q := items.add(c, params, nil)
		if result != "" {
			q.Result = ts.parse(t, result)
		}
		q.Slots = ts.slots(t, slots...)
		return q
	}
	add(ir.One, "row<item>", ts.params(t, "item: { "+itemFields+" }"), "row<item>")
	add(ir.One, "row<item>", ts.params(t, "id: record<item>"), "option<row<item>>").ReadOnly = true
	add(ir.Many, "row<item>", nil, "array<row<item>>").ReadOnly = true
	found := "{ whole: int, select: string, origin: { kind: 'person' | 'agent' | '' | 'go.mod' as item.origin.kind }, `名前`: string }"
	add(ir.One, found, ts.params(t, "whole: int", "text: string"), "array<"+found+">").ReadOnly = true
	add(ir.Many, "array<string>", ts.params(t, "about: record<person | tag>"), "array<array<string>>").ReadOnly = true
	add(ir.One, "int", nil, "int").ReadOnly = true
	retag := "{ before: option<string>, after: string }"
	add(ir.One, retag, ts.params(t, "tag: record<tag>", "label: string"), "-", "-", "-", retag, "-")
	overview := add(ir.One, "", nil, "array<string>", "int", "-", "option<row<person>>")
	overview.ReadOnly = true
	overview.Slots[0].Name = "labels"
	add(ir.Exec, "", nil, "-")
	add(ir.Live, "row<tag>", nil, "uuid").ReadOnly = true
	add(ir.Many, "int", ts.params(t, "numbers: set<int>"), "set<int>").ReadOnly = true
	add(ir.One, "option<nullable<int>>", ts.params(t, "score: option<nullable<int>>"), "option<nullable<int>>").ReadOnly = true
	add(ir.One, "any", ts.params(t, "value: any"), "any").ReadOnly = true
	add(ir.One, "row<reading>", ts.params(t, "id: record<reading>", "value: float"), "row<reading>")
	add(ir.Many, "record<session>", nil, "array<record<session>>").ReadOnly = true
	add(ir.One, "", ts.params(t, "key: record<session>", "counter: record<counter>"), "row<session>", "row<counter>")
	add(ir.One, "any", ts.params(t, "outcome: { ok: true, value: int } | { ok: false, error: string } | { ok: -1.5f } | { ok: 1.5f }"), "any").ReadOnly = true
	fetched := "{ whole: int, about: row<person> | row<tag> }"
	add(ir.Many, fetched, nil, "array<"+fetched+">").ReadOnly = true
	p.Files = []*ir.QueryFile{items.file}
	return golden{p, emit.Options{
		ImportPath: goldenPath + "kinds",
		Package:    "itemdb",
		Surreal:    &emit.SubPackage{ImportPath: goldenPath + "kinds/graphdb", Package: "graphdb", Dir: "graphdb"},
		Names:      style,
	}}
}
