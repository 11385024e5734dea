package emit_test

import (
	"path/filepath"
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
