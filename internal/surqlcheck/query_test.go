package surqlcheck

import (
	"slices"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inferQuery returns the parameters of a query, as "name kind" lines, and the
// kind of its last statement.
func inferQuery(t *testing.T, text string) (params []string, result string) {
	t.Helper()
	cat := catalogOf(t, exampleSchema)
	diags := &diag.List{}
	r := cat.query(parse(t, text).Stmts, nil, diags)
	r.params.report(diags)
	for _, d := range diags.Sorted() {
		require.NotEqual(t, diag.Error, d.Severity, d.Error())
	}
	for _, p := range r.params.order() {
		params = append(params, p.name+" "+p.kind().String())
	}
	return params, kind.Widen(r.kinds[len(r.kinds)-1]).String()
}

func TestParametersGetTheirKindsFromTheirUses(t *testing.T) {
	for query, want := range map[string]string{
		"SELECT id FROM note WHERE title = $x":                              "x string",
		"SELECT id FROM note WHERE $x = stars":                              "x int",
		"SELECT id FROM note WHERE stars IN $x":                             "x array<int>",
		"SELECT id FROM note WHERE title CONTAINS $x":                       "x string",
		"SELECT id FROM note WHERE made > time::now() - $x":                 "x duration",
		"SELECT id FROM note LIMIT $n START $m":                             "n int, m int",
		"SELECT id FROM note WHERE title @@ $x":                             "x string",
		"SELECT id FROM note WHERE vec <|3, 9|> $x":                         "x array<float, 3>",
		"SELECT id FROM note WHERE string::lowercase($x) = title":           "x string",
		"UPDATE note:a SET stars = $x ?? 1":                                 "x none | int",
		"UPDATE note:a SET stars = IF $c THEN $x ELSE 0 END":                "c bool, x none | int",
		"UPDATE note:a SET stars += $x":                                     "x int",
		"RELATE $a->likes->$b":                                              "a record<person>, b record<note>",
		"RETURN $p->likes->note":                                            "p record<person>",
		"LET $y = $x; SELECT id FROM note WHERE title = $y":                 "x string",
		"SELECT id FROM note WHERE title = $x AND ($x = NONE OR stars = 1)": "x string",
		"SELECT id FROM note WHERE title = <string> $x OR stars = <int> $y": "x string, y int",
		"SELECT * FROM ONLY type::record('note', $k)":                       "k string",
		"CREATE note CONTENT { title: $t, stars: $s }":                      "t string, s none | int",
		"CREATE note CONTENT $n":                                            "n { body: none | string, id: none | record<note>, made: none | datetime, stars: none | int, title: string, vec: none | array<float, 3> }",
		"UPDATE note:a MERGE $n":                                            "n { body: none | string, stars: none | int, title: none | string, vec: none | array<float, 3> }",
		"INSERT RELATION INTO likes $e":                                     "e array<{ id: none | record<likes>, in: record<person>, out: record<note>, ... }>",
	} {
		params, _ := inferQuery(t, query)
		assert.Equal(t, want, strings.Join(params, ", "), query)
	}
}

func TestConditionsNarrow(t *testing.T) {
	for query, want := range map[string]string{
		"SELECT VALUE stars FROM note WHERE stars != NONE":                               "array<int>",
		"SELECT VALUE stars FROM note WHERE stars = NONE":                                "array<none>",
		"SELECT VALUE stars FROM note WHERE stars":                                       "array<int>",
		"SELECT VALUE stars FROM note WHERE stars IS NOT NONE AND title = 'x'":           "array<int>",
		"SELECT VALUE stars FROM note WHERE stars != NONE OR title = 'x'":                "array<none | int>",
		"SELECT VALUE IF stars = NONE THEN 0 ELSE stars END FROM note":                   "array<int>",
		"SELECT VALUE stars ?? 0 FROM note":                                              "array<int>",
		"SELECT VALUE stars FROM note WHERE type::is_int(stars)":                         "array<int>",
		"SELECT VALUE stars FROM note WHERE stars.is_int()":                              "array<int>",
		"LET $s = (SELECT VALUE stars FROM ONLY note:a); RETURN IF $s { $s } ELSE { 0 }": "int",
	} {
		_, result := inferQuery(t, query)
		assert.Equal(t, want, result, query)
	}
}

func compileOne(t *testing.T, query string) (*ir.Query, []string) {
	t.Helper()
	program, _, diags := Compile([]*source.File{source.NewFile("schema.surql", exampleSchema)}, []*source.File{source.NewFile("notes.surql", query)})
	var errs []string
	for _, d := range diags.Sorted() {
		errs = append(errs, d.Error())
	}
	if len(program.Files[0].Queries) == 0 {
		return nil, errs
	}
	return program.Files[0].Queries[0], errs
}

func TestCommandsDecideWhatTheCallerGets(t *testing.T) {
	for query, want := range map[string]struct {
		result, slot string
	}{
		":one\nSELECT title FROM ONLY note:a":    {"{ title: string }", "Only"},
		":one\nSELECT title FROM note LIMIT 1":   {"{ title: string }", "Row"},
		":many\nSELECT VALUE title FROM note":    {"string", "Rows"},
		":one\nRETURN [1, 2]":                    {"array<int, 2>", "Result"},
		":many\nRETURN [1, 2]":                   {"int", "Rows"},
		":one\nCREATE ONLY note SET title = 'x'": {"row<note>", "Result"},
		":one\nDELETE ONLY note:a RETURN BEFORE": {"row<note>", "Only"},
	} {
		q, errs := compileOne(t, "-- name: Q "+query)
		require.Empty(t, errs, query)
		slot := q.Slots[len(q.Slots)-1].Type
		shape := "Row"
		switch s := slot.(type) {
		case *ir.Option:
			shape = "Only"
			assert.True(t, ir.Equal(s.Elem, q.Result), query)
		case *ir.Array:
			if q.Cardinality == ir.Many {
				shape = "Rows"
			}
		}
		if ir.Equal(slot, q.Result) {
			shape = "Result"
		}
		assert.Equal(t, want.slot, shape, query)
		assert.Equal(t, want.result, ir.TypeString(q.Result), query)
	}
}

func TestTheDocumentationIsWhatStandsBesideTheName(t *testing.T) {
	q, errs := compileOne(t, `-- About the file.

-- above
-- name: Q :many
-- below
-- @param t string
-- more

-- not this one
SELECT title FROM note WHERE title = $t; -- nor this
`)
	require.Empty(t, errs)
	assert.Equal(t, []string{"above", "below", "more"}, q.Doc)
	assert.Equal(t, "SELECT title FROM note WHERE title = $t", q.Text)
	assert.Equal(t, ir.String, q.Params[0].Type)
	assert.True(t, q.ReadOnly)
}

func TestABrokenQueryDoesNotHideItsNeighbours(t *testing.T) {
	program, _, diags := Compile([]*source.File{source.NewFile("schema.surql", exampleSchema)}, []*source.File{source.NewFile("q.surql", `
-- name: A :many
SELECT FROM FROM;
-- name: B :many
SELECT nope FROM note;
-- name: C :many
SELECT title FROM note;
`)})
	assert.Equal(t, 2, diags.Len())
	require.Len(t, program.Files[0].Queries, 1)
	assert.Equal(t, "C", program.Files[0].Queries[0].Name)
}

func TestQueriesThatWriteAreNotReadOnly(t *testing.T) {
	for query, want := range map[string]bool{
		"SELECT * FROM note":                         true,
		"RETURN (CREATE note SET title = 'x')":       false,
		"RETURN fn::nowhere()":                       true,
		"RETURN http::get('https://example.com')":    false,
		"LET $x = 1; RETURN IF true { DELETE note }": false,
	} {
		assert.Equal(t, want, NewCatalog().readOnly(effectsOf(parse(t, query).Stmts)), query)
	}
	c := catalogOf(t, "DEFINE FUNCTION fn::a() { fn::b() }; DEFINE FUNCTION fn::b() { CREATE t; fn::a() }")
	assert.False(t, c.readOnly(effectsOf(parse(t, "RETURN fn::a()").Stmts)))
}

func TestResultsWithNamesAreReturnedTogether(t *testing.T) {
	q, errs := compileOne(t, `-- name: Q :one
-- both
-- @result notes
SELECT title FROM note;
LET $n = 1;
-- @result first
SELECT VALUE stars FROM ONLY note:a;
-- @result n
RETURN $n;
DELETE note;
`)
	require.Empty(t, errs)
	assert.Nil(t, q.Result)
	assert.Equal(t, []string{"both"}, q.Doc)
	var slots []string
	for _, s := range q.Slots {
		slots = append(slots, s.Name+" "+ir.TypeString(s.Type))
	}
	assert.Equal(t, []string{"notes array<{ title: string }>", " -", "first option<int>", "n int", " -"}, slots)

	q, errs = compileOne(t, "-- name: Q :many\n-- @result notes\nSELECT title FROM note;\nSELECT VALUE stars FROM note;\n")
	require.Empty(t, errs)
	assert.Equal(t, "{ title: string }", ir.TypeString(q.Result), "one line says which of the statements counts")
	require.Nil(t, q.Slots[1].Type)

	for query, want := range map[string]string{
		":one\n-- @result\nRETURN 1":                                 "a result's line is a name",
		":one\n-- @result a\nLET $x = 1; RETURN $x":                  "no statement with a result follows",
		":one\nRETURN 1;\n-- @result a\n":                            "no statement with a result follows",
		":one\n-- @result a\nRETURN 1;\n-- @result a\nRETURN 2":      "there is already a result a",
		":one\n-- @result a\n-- @result b\nRETURN 1":                 "the statement below has a name already",
		":many\n-- @result a\nRETURN [1];\n-- @result b\nRETURN [2]": "a query with several results is :one",
		":exec\n-- @result a\nRETURN 1":                              ":exec returns no result of a statement",
	} {
		_, errs := compileOne(t, "-- name: Q "+query+";\n")
		require.NotEmpty(t, errs, query)
		assert.Contains(t, errs[0], want, query)
	}
}

func TestOneMistakeIsReportedOnce(t *testing.T) {
	for _, query := range []string{
		"SELECT title FROM note WHERE titel = 'x'",
		"SELECT title FROM note WHERE titel = $x",
		"SELECT nope + 1 AS n FROM note",
		"SELECT nope.len() AS n, math::sum(nope) AS m FROM note GROUP ALL",
		"SELECT nope.deep.deeper FROM note",
		"SELECT VALUE { n: -nope } FROM note",
		"RETURN note:a.nope",
	} {
		_, errs := compileOne(t, "-- name: Q :many\n"+query+";\n")
		first := errs[0]
		for _, e := range errs {
			assert.Contains(t, e, "has no field", query)
			assert.Contains(t, first, "has no field")
		}
	}
	_, errs := compileOne(t, "-- name: Q :many\nSELECT title FROM note WHERE made = $x AND title = $x;\n")
	require.Len(t, errs, 1)
	assert.Contains(t, errs[0], "$x is compared with string here [")
}

func TestSetTakesNoneWhereTheEngineFillsIn(t *testing.T) {
	schema := "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD d ON t TYPE string DEFAULT 'd'; DEFINE FIELD a ON t TYPE string DEFAULT ALWAYS 'a'; DEFINE FIELD s ON t TYPE string;"
	for query, want := range map[string]string{
		"CREATE t SET d = $x, s = 's'":   "none | string",
		"CREATE t SET a = $x, s = 's'":   "none | string",
		"CREATE t SET s = $x":            "string",
		"UPDATE t SET d = $x":            "string",
		"UPDATE t SET a = $x":            "none | string",
		"UPSERT t:1 SET d = $x, s = 's'": "string",
	} {
		diags := &diag.List{}
		r := catalogOf(t, schema).query(parse(t, query).Stmts, nil, diags)
		require.False(t, diags.HasErrors(), query)
		assert.Equal(t, want, r.params.find("x").kind().String(), query)
	}
}

// TestStatedArraysAreTuplesAndListedOnesSlices holds the rule that
// docs/queries.md gives for arrays such as [string, int].
func TestStatedArraysAreTuplesAndListedOnesSlices(t *testing.T) {
	schema := source.NewFile("schema.surql", `DEFINE TABLE t SCHEMAFULL;
DEFINE FIELD id ON t TYPE [string, datetime];
DEFINE FIELD pair ON t TYPE [string, int];
DEFINE FIELD pairs ON t TYPE array<[string, int]>;
DEFINE FIELD inner ON t TYPE [string, { a: [int] }];
DEFINE FUNCTION fn::pair() -> [string, int] { RETURN ['a', 1]; };
DEFINE TABLE counts AS SELECT pair, count() AS n FROM t GROUP BY pair;`)
	for query, want := range map[string]string{
		":many\nSELECT VALUE pair FROM t":                                              "[string, int] as t.pair",
		":many\nSELECT VALUE pairs[0] FROM t":                                          "option<[string, int] as t.pairs>",
		":many\nSELECT VALUE inner[1] FROM t":                                          "{ a: [int] as t.inner.`[1]`.a } as t.inner.`[1]`",
		":many\nSELECT VALUE pair FROM t WHERE pair = ['a', 1]":                        "[string, int] as t.pair",
		":many\nSELECT VALUE pair ?? ['a', 1] FROM t":                                  "[string, int] as t.pair",
		":many\nSELECT VALUE [pair[0], pair[1]] FROM t":                                "array<string | int, 2>",
		":many\nSELECT VALUE <[string, int]> [pair[0], pair[1]] FROM t":                "[string, int]",
		":one\nRETURN fn::pair()":                                                      "[string, int]",
		":one\nRETURN <[string, int]> ['a', 1]":                                        "[string, int]",
		":many\nRETURN <[string, int]> ['a', 1]":                                       "string | int",
		":one\nRETURN ['a', 1]":                                                        "array<string | int, 2>",
		":one\nRETURN [1, 2, 3]":                                                       "array<int, 3>",
		":one\nLET $p: [string, int] = ['a', 1]; RETURN $p":                            "[string, int]",
		":one\n-- @param x [string, int]\nRETURN $x":                                   "[string, int]",
		":many\n-- @param x [string, int]\nSELECT VALUE $x FROM t WHERE $x = ['a', 1]": "[string, int]",
		":many\nSELECT VALUE $x FROM t WHERE pair = $x AND $x = ['a', 1]":              "[string, int] as t.pair",
		":many\nSELECT VALUE $x FROM t WHERE $x = ['a', 1] AND pair = $x":              "[string, int] as t.pair",
		":many\nSELECT VALUE $x FROM t WHERE $x = ['a', 1]":                            "array<string | int, 2>",
	} {
		program, _, diags := Compile([]*source.File{schema}, []*source.File{source.NewFile("q.surql", "-- name: Q "+query+";")})
		require.False(t, diags.HasErrors(), "%s: %v", query, diags.Sorted())
		q := program.Files[0].Queries[0]
		assert.Equal(t, want, ir.TypeString(q.Result), query)
		for _, p := range q.Params {
			assert.Equal(t, want, ir.TypeString(p.Type), query)
		}
		assert.Equal(t, "[string, datetime] as t.id", ir.TypeString(program.Models[0].Key))
		assert.Equal(t, "[[string, int] as t.pair] as counts.id", ir.TypeString(program.Models[1].Key), "the key of a view's records are its groups")
	}
}

func TestAnEdgeIsInsertedWithBothEnds(t *testing.T) {
	for query, want := range map[string]string{
		"INSERT RELATION INTO likes { in: person:a, out: note:b }":           "",
		"INSERT RELATION INTO likes { in: person:a }":                        "an edge of likes needs out",
		"INSERT RELATION INTO likes (out, n) VALUES (note:b, 1)":             "an edge of likes needs in",
		"INSERT RELATION INTO likes [{ in: $a, out: $b }, { out: note:b }]":  "an edge of likes needs in",
		"INSERT RELATION INTO likes $edges":                                  "",
		"RELATE person:a->likes->note:b CONTENT { weight: 1 }":               "",
		"INSERT RELATION INTO likes { in: $a, out: $b, weight: 1, id: 'x' }": "",
	} {
		_, errs := compileOne(t, "-- name: Q :many\n"+query+";\n")
		if want == "" {
			assert.Empty(t, errs, query)
			continue
		}
		require.Len(t, errs, 1, query)
		assert.Contains(t, errs[0], want, query)
	}
}

// A list of what IF finds would not be one where it finds a single row.
func TestIfGivesASingleRowAsItIs(t *testing.T) {
	for query, want := range map[string]string{
		"IF $a { SELECT title FROM note } ELSE { [] }":                    "a single row as it is",
		"RETURN IF $a { (SELECT title FROM note) } ELSE { [] }":           "a single row as it is",
		"IF $a { RETURN SELECT title FROM note } ELSE { [] }":             "",
		"IF $a { LET $n = 1; SELECT title FROM note LIMIT $n }":           "",
		"FOR $n IN (SELECT id FROM note) { DELETE $n.id }":                "fewer than two rows",
		"LET $all = SELECT id FROM note; FOR $n IN $all { DELETE $n.id }": "",
	} {
		q, errs := compileOne(t, "-- name: Q :exec\n-- @param a bool\n"+query+";\n")
		_ = q
		errs = slices.DeleteFunc(errs, func(e string) bool { return strings.Contains(e, "no parameter") })
		if want == "" {
			assert.Empty(t, errs, query)
			continue
		}
		require.Len(t, errs, 1, query)
		assert.Contains(t, errs[0], want, query)
	}
	_, errs := compileOne(t, "-- name: Q :many\n-- @param a bool\nIF $a { SELECT title FROM note } ELSE { [] };\n")
	assert.Len(t, errs, 2, "it is no list")
}

// What is read of such a field would be no value of its Go type.
func TestNumbersInObjectsAreWhatTheyAreToBe(t *testing.T) {
	schema := `DEFINE TABLE t SCHEMAFULL; DEFINE FIELD at ON t TYPE option<{ lat: float, lng: option<float> }>;
		DEFINE FIELD pair ON t TYPE option<[int, float]>; DEFINE FIELD list ON t TYPE option<array<{ n: int | string }>>;
		DEFINE FIELD free ON t TYPE option<object>; DEFINE FIELD free.n ON t TYPE option<float>; DEFINE FIELD floats ON t TYPE option<array<float>>; DEFINE FIELD level ON t TYPE option<1 | 2>;`
	for query, want := range map[string]string{
		"CREATE t SET at = { lat: 1f, lng: 2.5 }":        "",
		"CREATE t SET at = { lat: 1, lng: 2.5 }":         "field at would hold { lat: int, lng: float }",
		"UPDATE t MERGE { at: { lng: 2 } }":              "field at would hold",
		"CREATE t CONTENT { list: [{ n: 1dec }] }":       "field list would hold array<{ n: decimal }>",
		"CREATE t SET pair = [1, 2]":                     "field pair would hold [int, int]",
		"CREATE t SET pair = [1, 2f], list = [{ n: 1 }]": "",
		"CREATE t SET free = { n: 1 }, floats = [1]":     "",
		"CREATE t SET level = 1f":                        "field level would hold float",
		"CREATE t SET level = 2":                         "",
		"CREATE t SET at = $at":                          "",
		"CREATE t SET at = { lat: $lat }":                "",
		"CREATE t SET at = { lat: <float> 1 }":           "",
		"UPDATE t SET at.lat = 1":                        "field at.lat would hold int",
		"UPDATE t SET at.lat = 1f, free.n = 2":           "",
	} {
		diags := &diag.List{}
		catalogOf(t, schema).query(parse(t, query).Stmts, nil, diags)
		if want == "" {
			assert.False(t, diags.HasErrors(), "%s: %v", query, diags.Sorted())
			continue
		}
		if assert.Len(t, diags.Sorted(), 1, query) {
			assert.Contains(t, diags.Sorted()[0].Error(), want, query)
		}
	}
}
