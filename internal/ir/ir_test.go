package ir_test

import (
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func sample() *ir.Program {
	f := source.NewFile("surql/queries/notes.surql", "\n-- name: GetNote :one\n")
	note := &ir.Model{Name: "note", Doc: []string{" A note."}, Key: ir.Any}
	status := &ir.Union{Members: []ir.Type{&ir.Literal{Value: "it's"}, &ir.Literal{Value: "a\nb"}}, Name: []string{"note", "status"}}
	note.Row = &ir.Object{Open: true, Fields: []*ir.Field{
		{Name: "id", Type: &ir.Record{Tables: []string{"note"}}},
		{Name: "status", Type: status, Doc: []string{"What it is."}},
		{Name: "my field", Type: &ir.Option{Elem: &ir.Nullable{Elem: ir.Int}}},
	}}
	return &ir.Program{
		Models: []*ir.Model{note},
		Files: []*ir.QueryFile{
			{Engine: ir.PostgreSQL, Name: "agents", Queries: []*ir.Query{{
				Engine: ir.PostgreSQL, Name: "GetAgent", Text: "SELECT 1", Cardinality: ir.One,
				Params: []*ir.Param{{Name: "id", Type: &ir.Foreign{Expr: "pgtype.UUID", Imports: map[string]string{"pgtype": "github.com/jackc/pgx/v5/pgtype"}}}},
				Result: &ir.Foreign{Expr: "Agent"},
			}}},
			{Engine: ir.SurrealDB, Name: "notes", Doc: []string{"Notes."}, Queries: []*ir.Query{{
				Engine: ir.SurrealDB, Name: "GetNote", Doc: []string{"GetNote returns one."}, Text: "BEGIN;\nSELECT * FROM ONLY $id;\n",
				Cardinality: ir.One, ReadOnly: true, Span: f.Span(1, 10),
				Params: []*ir.Param{{Name: "id", Type: &ir.Record{Tables: []string{"note"}}}},
				Result: &ir.Row{Model: note},
				Slots:  []ir.Slot{{Line: 3}, {Line: 4, Name: "note", Type: &ir.Option{Elem: &ir.Row{Model: note}}}},
			}}},
		},
		Foreign: []*ir.ForeignDecl{{Name: "RunStatus", Values: []string{"RunStatusDone"}, Funcs: []string{"AllRunStatusValues"}}},
	}
}

func TestDumpIsTheWholeProgram(t *testing.T) {
	var b strings.Builder
	require.NoError(t, ir.Dump(&b, sample()))
	assert.Equal(t, `# A note.
model note key any
  id: record<note>
  # What it is.
  status: 'it\'s' | 'a\nb' as note.status
  `+"`my field`"+`: option<nullable<int>>
  ...
file postgresql agents
  query GetAgent :one at -
    param id: go<pgtype.UUID>
      import pgtype "github.com/jackc/pgx/v5/pgtype"
    result go<Agent>
    | SELECT 1
# Notes.
file surrealdb notes
  # GetNote returns one.
  query GetNote :one read-only at surql/queries/notes.surql:2:1
    param id: record<note>
    result row<note>
    slot 0 line 3: -
    slot 1 note line 4: option<row<note>>
    | BEGIN;
    | SELECT * FROM ONLY $id;
foreign RunStatus RunStatusDone AllRunStatusValues
`, b.String())
}

func TestTypesAreTheSameIfTheirTextsAre(t *testing.T) {
	object := func(name ...string) ir.Type {
		return &ir.Object{Fields: []*ir.Field{{Name: "a", Type: ir.Int}}, Name: name}
	}
	for text, typ := range map[string]ir.Type{
		"array<float, 64>":       &ir.Array{Elem: ir.Float, Len: 64},
		"set<string>":            &ir.Set{Elem: ir.String},
		"range<any>":             &ir.Range{Elem: ir.Any},
		"geometry":               &ir.Geometry{},
		"geometry<point | line>": &ir.Geometry{Forms: []string{"point", "line"}},
		"record":                 &ir.Record{},
		"record<a | `b c`>":      &ir.Record{Tables: []string{"a", "b c"}},
		"[string, [int]]":        &ir.Tuple{Elems: []ir.Type{ir.String, &ir.Tuple{Elems: []ir.Type{ir.Int}}}},
		"[] as t.f":              &ir.Tuple{Name: []string{"t", "f"}},
		"{ a: int }":             object(),
		"{ a: int } as t.o.*":    object("t", "o", "*"),
		"{ ... }":                &ir.Object{Open: true},
		"{ }":                    &ir.Object{},
		"1":                      &ir.Literal{Value: int64(1)},
		"1f":                     &ir.Literal{Value: 1.0},
		"true":                   &ir.Literal{Value: true},
		"-":                      nil,
	} {
		assert.Equal(t, text, ir.TypeString(typ))
	}
	assert.True(t, ir.Equal(object("t"), object("t")))
	assert.False(t, ir.Equal(object("t"), object()), "a name is part of the type")
	assert.False(t, ir.Equal(&ir.Literal{Value: int64(1)}, &ir.Literal{Value: 1.0}))
}

func TestAValidProgramIsValid(t *testing.T) {
	assert.NoError(t, ir.Validate(sample()))
}

// TestMistakesOfFrontEndsAreFound breaks one rule at a time.
func TestMistakesOfFrontEndsAreFound(t *testing.T) {
	query := func(p *ir.Program) *ir.Query { return p.Files[1].Queries[0] }
	result := func(t ir.Type) func(*ir.Program) {
		return func(p *ir.Program) { query(p).Result = t }
	}
	for want, mistake := range map[string]func(*ir.Program){
		"model note: declared twice": func(p *ir.Program) { p.Models = append(p.Models, p.Models[0]) },
		"model note: no row type":    func(p *ir.Program) { p.Models[0].Row = nil },
		"model note: a type is missing": func(p *ir.Program) {
			p.Models[0].Key = nil
		},
		"file notes: query GetNote: a record of x, which has no model": result(&ir.Array{Elem: &ir.Record{Tables: []string{"x"}}}),
		"a row of a model that the program does not have":              result(&ir.Row{Model: &ir.Model{Name: "note"}}),
		"an option of an option":                                       result(&ir.Option{Elem: &ir.Option{Elem: ir.Int}}),
		"a nullable option<int>":                                       result(&ir.Nullable{Elem: &ir.Option{Elem: ir.Int}}),
		"a union of 1 members":                                         result(&ir.Union{Members: []ir.Type{ir.Int}}),
		"a union with the member option<int>":                          result(&ir.Union{Members: []ir.Type{ir.Int, &ir.Option{Elem: ir.Int}}}),
		"a literal of the Go type int":                                 result(&ir.Literal{Value: 1}),
		"a type is missing":                                            result(&ir.Set{}),
		"a record of y, which has no model":                            result(&ir.Tuple{Elems: []ir.Type{ir.Int, &ir.Record{Tables: []string{"y"}}}}),
		"the field a twice in one object": result(&ir.Object{Fields: []*ir.Field{
			{Name: "a", Type: ir.Int}, {Name: "a", Type: ir.Int},
		}}),
		":one without a result": result(nil),
		"the rows $notes are no parameter that is an array": func(p *ir.Program) {
			query(p).Rows = &ir.Param{Name: "notes", Type: &ir.Array{Elem: ir.Int}}
		},
		"the rows $id are no parameter that is an array": func(p *ir.Program) { query(p).Rows = query(p).Params[0] },
		"surrealdb has no :copyfrom":                     func(p *ir.Program) { query(p).Cardinality = ir.CopyFrom },
		":exec with a result":                            func(p *ir.Program) { query(p).Cardinality = ir.Exec },
		":one, but no statement has a result":            func(p *ir.Program) { query(p).Slots = nil },
		"of postgresql in a file of surrealdb":           func(p *ir.Program) { query(p).Engine = ir.PostgreSQL },
		"the type int is not sqlc's":                     func(p *ir.Program) { p.Files[0].Queries[0].Params[0].Type = ir.Int },
		":batchone with 0 parameters instead of one slice": func(p *ir.Program) {
			q := p.Files[0].Queries[0]
			q.Cardinality, q.Params = ir.BatchOne, nil
		},
	} {
		p := sample()
		mistake(p)
		assert.ErrorContains(t, ir.Validate(p), want)
	}
}
