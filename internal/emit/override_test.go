package emit_test

import (
	"regexp"
	"testing"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/emit"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnOverrideOfNoColumnSaysWhichItMayMean(t *testing.T) {
	p, ts := &ir.Program{}, types{"note": {Name: "note"}}
	ts.addModel(t, p, "note", "any", "{ id: record<note>, origin: { kind: string } as note.origin, title: string }")
	config := source.NewFile("sqlc.yaml", "column: note.origin.kin")
	found := clash(t, p, emit.Options{Surreal: graphdb, Overrides: []emit.Override{
		{Column: "note.title", Type: "string", Codec: emit.Convert},
		{Column: "note.origin.kin", Type: "string", Codec: emit.Convert, Span: config.Span(8, 23)},
	}})
	require.Len(t, found, 1)
	assert.Equal(t, diag.ConfigInvalid, found[0].Code)
	assert.Equal(t, "the schema has no column note.origin.kin", found[0].Message)
	assert.Equal(t, "did you mean note.origin.kind?", found[0].Help)
	assert.Equal(t, 9, found[0].Span.Position().Column)
}

func TestAnOverrideThatCannotCompileIsAnError(t *testing.T) {
	for _, c := range []struct {
		override      emit.Override
		message, help string
	}{
		{emit.Override{Column: "note.title", Type: "uint16", Codec: emit.Convert}, "values of the kind string cannot be converted to uint16", "use string, or a type of a package"},
		{emit.Override{Column: "note.tags", Type: "string", Codec: emit.Convert}, "values of the kind array<string> cannot be converted to string", "use a type of a package, such as example.com/own.Type"},
		{emit.Override{Kind: "uuid", Type: "string", Codec: emit.Convert}, "values of the kind uuid cannot be converted to string", "use a type of a package, such as example.com/own.Type"},
		{emit.Override{Column: "note.title", Type: "string", Codec: emit.Text}, "string has no methods for the codec text", "leave the codec out, or name a type of a package"},
	} {
		p, ts := &ir.Program{}, types{"note": {Name: "note"}}
		ts.addModel(t, p, "note", "any", "{ id: record<note>, title: option<string>, tags: array<string> }")
		found := clash(t, p, emit.Options{Surreal: graphdb, Overrides: []emit.Override{c.override}})
		require.Len(t, found, 1)
		assert.Equal(t, c.message, found[0].Message)
		assert.Equal(t, c.help, found[0].Help)
	}
}

func TestASecondOverrideOfTheSameIsAnError(t *testing.T) {
	config := source.NewFile("sqlc.yaml", "one two")
	found := clash(t, &ir.Program{}, emit.Options{Surreal: graphdb, Overrides: []emit.Override{
		{Kind: "int", Type: "int", Codec: emit.Convert, Span: config.Span(0, 3)},
		{Kind: "int", Type: "int32", Codec: emit.Convert, Span: config.Span(4, 7)},
	}})
	require.Len(t, found, 1)
	assert.Equal(t, "there is already an override of the kind int", found[0].Message)
	assert.Equal(t, 5, found[0].Span.Position().Column)
	assert.Len(t, found[0].Related, 1)
}

// enumTypes returns what a parameter with the literals becomes where the schema
// has the given fields.
func enumTypes(t *testing.T, fields string) []string {
	t.Helper()
	p, ts := &ir.Program{}, types{"note": {Name: "note"}}
	ts.addModel(t, p, "note", "any", "{ id: record<note>, "+fields+" }")
	f := source.NewFile("notes.surql", "q")
	p.Files = []*ir.QueryFile{{Engine: ir.SurrealDB, Name: "notes", Span: f.Span(0, 0), Queries: []*ir.Query{{
		Engine: ir.SurrealDB, Name: "SetStatus", Cardinality: ir.Exec, Span: f.Span(0, 1),
		Params: ts.params(t, "status: 'open' | 'draft'"), Slots: []ir.Slot{{}},
	}}}}
	files, diags, err := emit.Program(p, emit.Options{ImportPath: "example.com/db", Package: "db", Names: style, Surreal: graphdb})
	require.NoError(t, err)
	require.Empty(t, diags.Sorted())
	for _, file := range files {
		if file.Path == "graphdb/notes.go" {
			return declaredTypes(string(file.Content))
		}
	}
	t.Fatal("no notes.go")
	return nil
}

func TestAParameterHasTheTypeOfTheFieldWithItsLiterals(t *testing.T) {
	assert.Empty(t, enumTypes(t, "status: 'draft' | 'open' as note.status"), "in whatever order")
	assert.Equal(t, []string{"SetStatusStatus"}, enumTypes(t, "status: 'draft' | 'closed' as note.status"))
	assert.Equal(t, []string{"SetStatusStatus"}, enumTypes(t, "status: 'draft' | 'open' as note.status, old: 'draft' | 'open' as note.old"),
		"neither of two fields is the parameter's")
}

var typeDecl = regexp.MustCompile(`(?m)^type (\w+)`)

func declaredTypes(src string) []string {
	var declared []string
	for _, match := range typeDecl.FindAllStringSubmatch(src, -1) {
		declared = append(declared, match[1])
	}
	return declared
}
