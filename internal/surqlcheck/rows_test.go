package surqlcheck

import (
	"testing"

	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOnlyALoneInsertsRowsMayBeSentInParts is about queries whose meaning would
// be another one if their rows came in several requests.
func TestOnlyALoneInsertsRowsMayBeSentInParts(t *testing.T) {
	schema := source.NewFile("schema.surql", "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD n ON t TYPE int; DEFINE FIELD l ON t TYPE option<array<int>>; DEFINE TABLE e TYPE RELATION;")
	for text, want := range map[string]string{
		"INSERT INTO t $rows":                                               "rows",
		"INSERT INTO t ($rows) RETURN NONE":                                 "rows",
		"INSERT IGNORE INTO t $rows ON DUPLICATE KEY UPDATE n = $other":     "rows",
		"INSERT RELATION INTO e $rows":                                      "rows",
		"INSERT INTO t $rows ON DUPLICATE KEY UPDATE n = array::len($rows)": "",
		"INSERT INTO t { n: 1, l: $rows }":                                  "",
		"INSERT INTO t (n, l) VALUES (1, $rows)":                            "",
		"BEGIN; INSERT INTO t $rows; COMMIT":                                "",
		"INSERT INTO t $rows; RETURN 1":                                     "",
		"RETURN (INSERT INTO t $rows)":                                      "",
		"CREATE t CONTENT $rows":                                            "",
		"-- @param rows { n: int }\nINSERT INTO t $rows":                    "",
		"-- @param rows array<object, 3>\nINSERT INTO t $rows":              "",
	} {
		file := source.NewFile("q.surql", "-- name: Q :exec\n"+text+";")
		program, _, diags := Compile([]*source.File{schema}, []*source.File{file})
		require.False(t, diags.HasErrors(), "%s: %v", text, diags.Sorted())
		got := ""
		if rows := program.Files[0].Queries[0].Rows; rows != nil {
			got = rows.Name
		}
		assert.Equal(t, want, got, text)
	}
}

// TestARowGoesInWhereOneComesOut is about the parameter of an INSERT in queries
// with the command :one.
func TestARowGoesInWhereOneComesOut(t *testing.T) {
	schema := source.NewFile("schema.surql", "DEFINE TABLE t SCHEMAFULL; DEFINE FIELD n ON t TYPE int; DEFINE TABLE u SCHEMAFULL; DEFINE FIELD n ON u TYPE int; DEFINE TABLE e TYPE RELATION SCHEMAFULL;")
	row, edge := "{ id: option<record<t>>, n: int }", "{ id: option<record<e>>, in: record, out: record }"
	for text, want := range map[string]string{
		":one\nINSERT INTO t $x":                                              row,
		":one\nINSERT INTO t ($x) RETURN VALUE n":                             row,
		":one\nINSERT IGNORE INTO t $x RETURN BEFORE":                         row,
		":one\nINSERT RELATION INTO e $x":                                     edge,
		":one\nINSERT INTO t $x ON DUPLICATE KEY UPDATE n = $x.n":             row,
		":one\nINSERT INTO t $x; UPDATE t SET n = 1 RETURN NONE":              row,
		":one\nBEGIN; INSERT INTO t $x; COMMIT":                               row,
		":one\nBEGIN; INSERT INTO t $x RETURN NONE; INSERT INTO t $x; COMMIT": row,
		":one\n-- @result row\nINSERT INTO t $x; RETURN 1":                    row,
		":one\n-- @result n\nRETURN 1;\n-- @result row\nINSERT INTO t $x":     "array<" + row + ">",
		":one\nLET $y = $x; INSERT INTO t $y":                                 row,
		":one\n-- @param x array<{ n: int }>\nINSERT INTO t $x":               "array<{ n: int }>",
		":one\n-- @param x { n: int }\nINSERT INTO t $x":                      "{ n: int }",
		":one\nINSERT INTO t $x; RETURN 1":                                    "array<" + row + ">",
		":one\nRETURN (INSERT INTO t $x)":                                     "array<" + row + ">",
		":many\nINSERT INTO t $x":                                             "array<" + row + ">",
		":iter\nINSERT INTO t $x":                                             "array<" + row + ">",
		":exec\nINSERT INTO t $x":                                             "array<" + row + ">",
	} {
		program, _, diags := Compile([]*source.File{schema}, []*source.File{source.NewFile("q.surql", "-- name: Q "+text+";")})
		require.False(t, diags.HasErrors(), "%s: %v", text, diags.Sorted())
		q := program.Files[0].Queries[0]
		require.Len(t, q.Params, 1, text)
		assert.Equal(t, want, ir.KindString(q.Params[0].Type), text)
	}
	_, _, diags := Compile([]*source.File{schema}, []*source.File{source.NewFile("q.surql", "-- name: Q :one\nINSERT INTO t $x ON DUPLICATE KEY UPDATE n = array::len($x);")})
	require.True(t, diags.HasErrors())
	assert.Contains(t, diags.Sorted()[0].Error(), "$x is")
}
