package surqlcheck

import (
	"testing"

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
