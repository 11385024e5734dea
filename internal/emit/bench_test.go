package emit_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/emit"
	"github.com/devq-ai/tandem/internal/ir"
)

// benchGolden is the program of testdata/golden/bench, which the benchmarks of
// package golden compare with the official SDK: rows of twelve mixed fields.
func benchGolden(t *testing.T) golden {
	p := &ir.Program{}
	ts := types{"author": {Name: "author"}, "article": {Name: "article"}}
	ts.addModel(t, p, "author", "string", "{ id: record<author> }")
	ts.addModel(t, p, "article", "int", "{ author: record<author>, body: string, created_at: datetime, editor: option<record<author>>,"+
		" id: record<article>, published: bool, rating: float, slug: string, summary: option<string>, tags: array<string>, title: string, views: int }")
	articles := readQueryFile(t, filepath.Join("testdata", "golden", "bench"), "articles.surql")
	row := ts.parse(t, "row<article>")
	list := articles.add(ir.Many, nil, row)
	list.Slots, list.ReadOnly = ts.slots(t, "array<row<article>>"), true
	get := articles.add(ir.One, ts.params(t, "id: record<article>"), row)
	get.Slots, get.ReadOnly = ts.slots(t, "option<row<article>>"), true
	articles.add(ir.Exec, ts.params(t, "article: row<article>"), nil).Slots = ts.slots(t, "-")
	p.Files = []*ir.QueryFile{articles.file}
	return golden{p, emit.Options{
		ImportPath: goldenPath + "bench",
		Package:    "articledb",
		Surreal:    &emit.SubPackage{ImportPath: goldenPath + "bench/graphdb", Package: "graphdb", Dir: "graphdb"},
		Names:      style,
	}}
}

// wideFields is how many fields a row of testdata/golden/wide has.
const wideFields = 200

// wideGolden is the program of testdata/golden/wide: a table with many fields,
// of which the first half are required, and results that are lists of a kind
// known only at run time.
func wideGolden(t *testing.T) golden {
	p := &ir.Program{}
	ts := types{"wide": {Name: "wide"}}
	fields := []string{"id: record<wide>"}
	for i := range wideFields {
		if i < wideFields/2 {
			fields = append(fields, fmt.Sprintf("f%d: int", i))
		} else {
			fields = append(fields, fmt.Sprintf("f%d: option<int>", i))
		}
	}
	ts.addModel(t, p, "wide", "any", "{ "+strings.Join(fields, ", ")+" }")
	f := readQueryFile(t, filepath.Join("testdata", "golden", "wide"), "wide.surql")
	get := f.add(ir.One, ts.params(t, "row: row<wide>"), ts.parse(t, "row<wide>"))
	get.Slots = ts.slots(t, "row<wide>")
	lists := f.add(ir.Many, ts.params(t, "list: array<int> | set<int>"), ts.parse(t, "int"))
	lists.Slots, lists.ReadOnly = ts.slots(t, "array<int> | set<int>"), true
	option := f.add(ir.Many, ts.params(t, "list: option<array<int>>"), ts.parse(t, "int"))
	option.Slots, option.ReadOnly = ts.slots(t, "option<array<int>>"), true
	p.Files = []*ir.QueryFile{f.file}
	return golden{p, emit.Options{
		ImportPath: goldenPath + "wide",
		Package:    "widedb",
		Surreal:    &emit.SubPackage{ImportPath: goldenPath + "wide/graphdb", Package: "graphdb", Dir: "graphdb"},
		Names:      style,
	}}
}
