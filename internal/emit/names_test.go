package emit_test

import (
	"go/format"
	"path/filepath"
	"testing"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/emit"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// namesGolden is the program of testdata/golden/names: names that Go or the
// generated code uses already, that are no Go identifiers, or that become the
// same one.
func namesGolden(t *testing.T) golden {
	p := &ir.Program{}
	ts := types{"type": {Name: "type"}, "type_meta": {Name: "type_meta"}}
	ts.addModel(t, p, "type", "any", "{ id: record<type>, func: string, user_id: int, `user-id`: int, `名前`: string, 1st: option<string>,"+
		" extra: string, meta: { extra: int, ... } as type.meta }")
	ts.addModel(t, p, "type_meta", "any", "{ id: record<type_meta>, error: 'nil' | 'error' as type_meta.error }")
	f := readQueryFile(t, filepath.Join("testdata", "golden", "names"), "context_linux.surql")
	decode := f.add(ir.One, ts.params(t, "ctx: int", "err: int", "store: int", "cbor: int", "string: string", "range: int", "q: int", "e: int",
		"user_id: int", "user-id: int", "decode_type: int", "encode_type_id: record<type>"), ts.parse(t, "any"))
	decode.Slots, decode.ReadOnly = ts.slots(t, "any"), true
	all := f.add(ir.Many, nil, ts.parse(t, "row<type>"))
	all.Slots, all.ReadOnly = ts.slots(t, "array<row<type>>"), true
	put := f.add(ir.One, ts.params(t, "type: record<type>", "content: { func: string, user_id: int, `user-id`: int, `名前`: string,"+
		" 1st: option<string>, extra: string, meta: { extra: int, ... } as type.meta }"), ts.parse(t, "row<type>"))
	put.Slots = ts.slots(t, "row<type>")
	context := f.add(ir.One, ts.params(t, "context: string"), ts.parse(t, "string"))
	context.Slots, context.ReadOnly = ts.slots(t, "string"), true
	errors := f.add(ir.Many, nil, ts.parse(t, "row<type_meta>"))
	errors.Slots, errors.ReadOnly = ts.slots(t, "array<row<type_meta>>"), true
	p.Files = []*ir.QueryFile{f.file}
	limit := 20
	return golden{p, emit.Options{
		ImportPath:     goldenPath + "names",
		Package:        "namesdb",
		Surreal:        &emit.SubPackage{ImportPath: goldenPath + "names/graphdb", Package: "graphdb", Dir: "graphdb"},
		Names:          style,
		ParameterLimit: &limit,
	}}
}

func clash(t *testing.T, p *ir.Program, o emit.Options) []*diag.Diagnostic {
	t.Helper()
	o.ImportPath, o.Package, o.Names = "example.com/db", "db", style
	files, diags, err := emit.Program(p, o)
	require.NoError(t, err)
	assert.Nil(t, files, "half a data layer is none")
	return diags.Sorted()
}

var (
	pgdb    = &emit.SubPackage{ImportPath: "example.com/db/pgdb", Package: "pgdb"}
	graphdb = &emit.SubPackage{ImportPath: "example.com/db/graphdb", Package: "graphdb", Dir: "graphdb"}
)

func model(name string) *ir.Model {
	f := source.NewFile("schema/"+name+".surql", "DEFINE TABLE "+name+";")
	return &ir.Model{Name: name, Key: ir.Any, Row: &ir.Object{}, Span: f.Span(13, 13+len(name))}
}

func TestATypeThatBothEnginesHaveIsAnError(t *testing.T) {
	found := clash(t, &ir.Program{
		Models:  []*ir.Model{model("note")},
		Foreign: []*ir.ForeignDecl{{Name: "Note"}},
	}, emit.Options{Postgres: pgdb, Surreal: graphdb})
	require.Len(t, found, 1)
	assert.Equal(t, diag.OutputNameClash, found[0].Code)
	assert.Equal(t, "sqlc's Note and the row type of table note would both be Note in package db", found[0].Message)
	assert.Equal(t, "write rename: { note: GraphNote } under options.tandem", found[0].Help)
}

func TestARenameEndsTheClash(t *testing.T) {
	o := emit.Options{ImportPath: "example.com/db", Package: "db", Names: style, Postgres: pgdb, Surreal: graphdb}
	o.Names.Renames = map[string]string{"note": "GraphNote"}
	_, diags, err := emit.Program(&ir.Program{
		Models:  []*ir.Model{model("note")},
		Foreign: []*ir.ForeignDecl{{Name: "Note"}},
	}, o)
	require.NoError(t, err)
	assert.Empty(t, diags.Sorted())
}

func TestTablesThatBecomeOneTypeAreAnError(t *testing.T) {
	found := clash(t, &ir.Program{Models: []*ir.Model{model("note"), model("note_id")}}, emit.Options{Surreal: graphdb})
	require.Len(t, found, 1, "a clash is reported once, not for each package")
	assert.Equal(t, "the record id of table note and the row type of table note_id would both be NoteID in package graphdb", found[0].Message)
	assert.Len(t, found[0].Related, 1)
	assert.Equal(t, "write rename: { note_id: GraphNoteID } under options.tandem, or write rename: { note: GraphNote } under options.tandem", found[0].Help)
}

func TestATypeOfAParameterGivesWayToAConstructor(t *testing.T) {
	f := source.NewFile("a.surql", "")
	object := &ir.Object{Fields: []*ir.Field{{Name: "a", Type: ir.Int}}}
	_, diags, err := emit.Program(&ir.Program{
		Models: []*ir.Model{model("note")},
		Files: []*ir.QueryFile{{Engine: ir.SurrealDB, Name: "a", Span: f.Span(0, 0), Queries: []*ir.Query{{
			Engine: ir.SurrealDB, Name: "NewNote", Cardinality: ir.Exec, Span: f.Span(0, 0),
			Params: []*ir.Param{{Name: "id", Type: object}},
		}}}},
	}, emit.Options{ImportPath: "example.com/db", Package: "db", Names: style, Surreal: graphdb})
	require.NoError(t, err)
	assert.Empty(t, diags.Sorted())
}

// A package may be called as generated code calls a variable.
func TestAVariableHidesNoPackage(t *testing.T) {
	f := source.NewFile("a.surql", "")
	files, _, err := emit.Program(&ir.Program{
		Models: []*ir.Model{model("note")},
		Files: []*ir.QueryFile{{Engine: ir.SurrealDB, Name: "a", Span: f.Span(0, 0), Queries: []*ir.Query{{
			Engine: ir.SurrealDB, Name: "Run", Cardinality: ir.Exec, Span: f.Span(0, 0),
			Params: []*ir.Param{{Name: "at", Type: ir.Datetime}},
		}}}},
	}, emit.Options{
		ImportPath: "example.com/ctx", Package: "ctx", Names: style,
		Surreal:   &emit.SubPackage{ImportPath: "example.com/ctx/db", Package: "db", Dir: "db"},
		Fakes:     &emit.SubPackage{ImportPath: "example.com/ctx/ctxfake", Package: "ctxfake", Dir: "ctxfake"},
		Overrides: []emit.Override{{Kind: "datetime", Import: "example.com/v", Package: "v", Type: "Time", Codec: emit.Text}},
	})
	require.NoError(t, err)
	text := map[string]string{}
	for _, file := range files {
		text[file.Path] = string(file.Content)
	}
	assert.Contains(t, text["db.go"], `dbpkg "example.com/ctx/db"`)
	assert.Contains(t, text["db.go"], "dbpkg.New(db)")
	assert.Contains(t, text["db/a.go"], "at vpkg.Time")
	assert.Contains(t, text["ctxfake/a.go"], "var _ ctxpkg.ARepository")
}

func TestQueryFilesThatBecomeOneRepositoryAreAnError(t *testing.T) {
	file := func(engine ir.Engine, path string) *ir.QueryFile {
		f := source.NewFile(path, "")
		return &ir.QueryFile{Engine: engine, Name: "notes", Span: f.Span(0, 0)}
	}
	found := clash(t, &ir.Program{
		Files: []*ir.QueryFile{file(ir.PostgreSQL, "queries/notes.sql"), file(ir.SurrealDB, "surql/queries/notes.surql")},
	}, emit.Options{Postgres: pgdb, Surreal: graphdb})
	require.Len(t, found, 1)
	assert.Contains(t, found[0].Message, "NotesRepository")
	assert.Equal(t, "surql/queries/notes.surql", found[0].Span.Position().Path)
	assert.Equal(t, "rename the file surql/queries/notes.surql, or rename the file queries/notes.sql", found[0].Help)
}

func TestARepositoryCannotHideWhatDBHas(t *testing.T) {
	f := source.NewFile("queries/health.sql", "")
	found := clash(t, &ir.Program{
		Files: []*ir.QueryFile{{Engine: ir.PostgreSQL, Name: "health", Span: f.Span(0, 0)}},
	}, emit.Options{Postgres: pgdb})
	require.Len(t, found, 1)
	assert.Contains(t, found[0].Message, "Health")
	assert.Equal(t, "rename the file queries/health.sql", found[0].Help)
}

func TestTwoQueriesOfOneNameAreAnError(t *testing.T) {
	f := source.NewFile("a.surql", "")
	query := func(name string) *ir.Query {
		return &ir.Query{Engine: ir.SurrealDB, Name: name, Cardinality: ir.Exec, Span: f.Span(0, 0)}
	}
	found := clash(t, &ir.Program{
		Files: []*ir.QueryFile{{Engine: ir.SurrealDB, Name: "a", Queries: []*ir.Query{query("Drop"), query("drop")}, Span: f.Span(0, 0)}},
	}, emit.Options{Surreal: graphdb})
	require.NotEmpty(t, found)
	assert.Equal(t, "the query Drop and the query drop would both be the method Drop in package graphdb", found[0].Message)
	assert.Equal(t, "give the query drop another name, or give the query Drop another name", found[0].Help)
}

func TestAnInvalidProgramIsNotEmitted(t *testing.T) {
	_, _, err := emit.Program(&ir.Program{Models: []*ir.Model{{Name: "note", Key: ir.Any}}}, emit.Options{Surreal: graphdb})
	assert.ErrorContains(t, err, "no row type")
}

func TestOneEngineImportsNothingOfTheOther(t *testing.T) {
	for name, other := range map[string][]string{
		"postgres": {"store/surreal", "shopspring", "google/uuid"},
		"kinds":    {"store/pg", "pgx"},
	} {
		golden := goldens(t)[name]
		files, _, err := emit.Program(golden.program, golden.options)
		require.NoError(t, err)
		for _, f := range files {
			for _, path := range other {
				assert.NotContains(t, string(f.Content), path, "%s: %s", name, f.Path)
			}
		}
	}
}

// Comments come from schemas and queries, where Go's rules do not hold.
func TestACommentIsNoDirectiveAndIsFormatted(t *testing.T) {
	f := source.NewFile("a.surql", "")
	files, _, err := emit.Program(&ir.Program{
		Files: []*ir.QueryFile{{Engine: ir.SurrealDB, Name: "a", Span: f.Span(0, 0), Queries: []*ir.Query{{
			Engine: ir.SurrealDB, Name: "Run", Cardinality: ir.Exec, Span: f.Span(0, 0),
			Doc: []string{"+build ignore", "", "  - a", "  - b", "1. x", "    code"},
		}, {
			Engine: ir.SurrealDB, Name: "List", Cardinality: ir.Exec, Span: f.Span(0, 0),
			Doc: []string{"  - a", "  - b", "1. x", "    code"},
		}}}},
	}, emit.Options{ImportPath: "example.com/db", Package: "db", Names: style, Surreal: graphdb, Interface: true})
	require.NoError(t, err)
	for _, file := range files {
		formatted, err := format.Source(file.Content)
		require.NoError(t, err)
		assert.Equal(t, string(formatted), string(file.Content), file.Path)
		assert.NotContains(t, string(file.Content), "+build", file.Path)
		assert.NotContains(t, string(file.Content), "go:build", file.Path)
	}
}
