package surqlcheck

import (
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/assert"
)

// exampleSchema is what the examples of the query codes are about.
const exampleSchema = `
DEFINE TABLE person SCHEMAFULL;
DEFINE TABLE note SCHEMAFULL;
DEFINE FIELD title ON note TYPE string;
DEFINE FIELD body ON note TYPE option<string>;
DEFINE FIELD stars ON note TYPE option<int>;
DEFINE FIELD vec ON note TYPE option<array<float, 3>>;
DEFINE FIELD made ON note TYPE datetime DEFAULT time::now() READONLY;
DEFINE FIELD shout ON note COMPUTED string::uppercase(title);
DEFINE ANALYZER words TOKENIZERS BLANK;
DEFINE INDEX note_title ON note FIELDS title FULLTEXT ANALYZER words;
DEFINE INDEX note_vec ON note FIELDS vec HNSW DIMENSION 3;
DEFINE TABLE likes TYPE RELATION IN person OUT note;
DEFINE TABLE totals AS SELECT count() AS n FROM note GROUP ALL;
`

// Each code's documented example gets that code and no other.
func TestExamplesGetTheirCodes(t *testing.T) {
	for _, info := range diag.Codes() {
		area, _, _ := strings.Cut(string(info.Code), "/")
		if area != "schema" && area != "query" {
			continue
		}
		t.Run(string(info.Code), func(t *testing.T) {
			schema, query := exampleSchema, info.Example
			if area == "schema" {
				schema, query = info.Example, ""
			} else if !strings.HasPrefix(query, "-- name") {
				query = "-- name: Example :exec\n" + query
			}
			_, _, diags := Compile([]*source.File{source.NewFile("schema.surql", schema)}, []*source.File{source.NewFile("queries.surql", query)})
			got := map[diag.Code]bool{}
			for _, d := range diags.Sorted() {
				got[d.Code] = true
			}
			assert.Equal(t, map[diag.Code]bool{info.Code: true}, got, "%s", query+schema)
		})
	}
}

// expected errors stand in a comment behind the place they are about:
// /* ERROR code */.
func TestErrorsPointAtTheirCause(t *testing.T) {
	for _, text := range []string{
		"SELECT id FROM nott /* ERROR query/unknown-table */",
		"SELECT titel /* ERROR query/unknown-field */ FROM note",
		"CREATE note SET title = 1 /* ERROR query/assignment */",
		"UPDATE note SET bogus /* ERROR query/unknown-field */ = 1",
		"CREATE note CONTENT { title: 'x', bogus: 1 /* ERROR query/unknown-field */ }",
		"SELECT id FROM note WHERE title = $x AND stars = $x /* ERROR query/param-conflict */",
		"SELECT title.uper /* ERROR query/unknown-method */() AS x FROM note",
		"SELECT string::len(stars = 1 /* ERROR query/argument */) AS n FROM note",
		"SELECT ->likes->nott /* ERROR query/unknown-table */ AS x FROM person",
		"RELATE person:a->likes->person:b /* ERROR query/relation */",
		"CREATE likes /* ERROR query/relation */ SET in = person:a, out = note:b",
		"INSERT INTO likes /* ERROR query/relation */ { in: person:a, out: note:b }",
		"SELECT id FROM note WHERE vec <|2, 10|> [1.0, 2.0] /* ERROR query/vector */",
	} {
		start := strings.Index(text, "/* ERROR ")
		end := strings.Index(text, " */")
		code := diag.Code(text[start+len("/* ERROR ") : end])
		clean := text[:start] + strings.Repeat(" ", end+3-start) + text[end+3:]
		query := "-- name: Q :exec\n" + clean
		_, _, diags := Compile([]*source.File{source.NewFile("schema.surql", exampleSchema)}, []*source.File{source.NewFile("q.surql", query)})
		offset := len("-- name: Q :exec\n") + len(strings.TrimRight(text[:start], " "))
		found := false
		for _, d := range diags.Sorted() {
			if d.Code == code && d.Span.End == offset {
				found = true
			} else {
				assert.NotEqual(t, diag.Error, d.Severity, "%s: %s", clean, d.Error())
			}
		}
		assert.True(t, found, "%s: no %s that ends at column %d", clean, code, offset-len("-- name: Q :exec\n")+1)
	}
}

func TestMisspeltNamesAreSuggested(t *testing.T) {
	for query, want := range map[string]string{
		"SELECT id FROM nott":                                         "did you mean note?",
		"SELECT titel FROM note":                                      "did you mean title?",
		"SELECT title.lenn() AS x FROM note":                          "did you mean len?",
		"SELECT id FROM note WITH INDEX note_titel WHERE title = 'x'": "did you mean note_title?",
	} {
		_, _, diags := Compile([]*source.File{source.NewFile("schema.surql", exampleSchema)},
			[]*source.File{source.NewFile("q.surql", "-- name: Q :exec\n"+query)})
		if assert.Equal(t, 1, diags.Len(), query) {
			assert.Equal(t, want, diags.Sorted()[0].Help, query)
		}
	}
}

// A schema that the engine takes has no findings.
func TestTheRepositorysSchemaIsClean(t *testing.T) {
	cat := NewCatalog()
	for _, file := range repositoryFiles(t, "../../surql/schema/*.surql") {
		script, found := surql.Parse(file, surql.Options{})
		assert.Zero(t, found.Len())
		assert.Zero(t, cat.Apply(script).Len())
	}
	for _, d := range cat.Check().Sorted() {
		t.Error(d.Error())
	}
}
