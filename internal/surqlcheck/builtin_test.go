package surqlcheck

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The table of builtins must know every function of the engine with its number
// of arguments, or right calls are refused and wrong ones pass.
func TestBuiltinsAreThoseOfTheEngine(t *testing.T) {
	corpus(t)
	root := os.Getenv("TANDEM_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	file, err := os.Open(filepath.Join(root, "reference/surrealql/functions.tsv"))
	require.NoError(t, err)
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comma, reader.LazyQuotes, reader.FieldsPerRecord = '\t', true, -1
	rows, err := reader.ReadAll()
	require.NoError(t, err)
	for _, row := range rows[1:] {
		b := builtins()[row[0]]
		if !assert.NotNil(t, b, row[0]) || row[2] == "" {
			continue
		}
		lo, hi := b.arity()
		wantLo, err := strconv.Atoi(row[2])
		require.NoError(t, err)
		wantHi := -1
		if row[3] != "*" {
			wantHi, err = strconv.Atoi(row[3])
			require.NoError(t, err)
		}
		assert.Equal(t, [2]int{wantLo, wantHi}, [2]int{lo, hi}, row[0])
	}
}
