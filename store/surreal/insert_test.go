package surreal_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

const itemSchema = "DEFINE TABLE item; DEFINE FIELD n ON item TYPE int; DEFINE INDEX nx ON item FIELDS n UNIQUE;"

// insertItems inserts items as a generated query would, and returns what the
// engine returns of them. sent gets the size of each chunk that is encoded.
func insertItems(ctx context.Context, q interface {
	surreal.Querier
	Runner() *store.Runner
}, items []int64, sent func(chunk []int64)) ([]int64, error) {
	const text = "INSERT INTO item $items RETURN VALUE n"
	query := &store.Query{Name: "Insert", Engine: store.SurrealDB, Line: 1, Lines: []int{2}}
	return store.Call(ctx, q.Runner(), query, func(ctx context.Context) ([]int64, error) {
		resp, err := surreal.Insert(ctx, q, text, items, func(e *cbor.Encoder, chunk []int64) {
			sent(chunk)
			e.Map(1)
			e.Key("items")
			cbor.EncodeArray(e, chunk, func(e *cbor.Encoder, n int64) {
				e.Map(2)
				e.Key("n")
				e.Int(n)
				e.Key("pad")
				e.String(strings.Repeat("x", int(n)%100))
			})
		})
		if err != nil {
			return nil, err
		}
		return surreal.Rows(resp, "Insert", 0, (*cbor.Decoder).Int)
	})
}

// ascending returns the first n numbers.
func ascending(n int) []int64 {
	all := make([]int64, n)
	for i := range all {
		all[i] = int64(i)
	}
	return all
}

func countItems(t *testing.T, q surreal.Querier) int64 {
	t.Helper()
	resp, err := q.Query(t.Context(), "RETURN count(SELECT 1 FROM item)", nil)
	require.NoError(t, err)
	n, err := surreal.Result(resp, "count", 0, (*cbor.Decoder).Int)
	require.NoError(t, err)
	return n
}

func openForInsert(t *testing.T, rows, bytes int) *surreal.Pool {
	t.Helper()
	return openAt(t, enginetest.Surreal(t), itemSchema, func(c *store.SurrealConfig) {
		c.InsertChunkRows, c.InsertChunkBytes = rows, bytes
	})
}

func TestALongInsertIsSentInChunksAndAnsweredAsOne(t *testing.T) {
	for name, c := range map[string]struct {
		rows, bytes, items int
		chunks             int // how many there must be at least
	}{
		"fewer than a chunk": {10, 0, 9, 1},
		"just a chunk":       {10, 0, 10, 1},
		"one more":           {10, 0, 11, 2},
		"by rows":            {10, 0, 95, 10},
		"by bytes":           {1000, 500, 95, 10},
		"rows beyond a size": {1000, 1, 5, 5},
	} {
		t.Run(name, func(t *testing.T) {
			p := openForInsert(t, c.rows, c.bytes)
			var sizes []int
			got, err := insertItems(t.Context(), p, ascending(c.items), func(chunk []int64) { sizes = append(sizes, len(chunk)) })
			require.NoError(t, err)
			assert.Equal(t, ascending(c.items), got, "the results come in the order of the rows")
			assert.EqualValues(t, c.items, countItems(t, p))
			assert.GreaterOrEqual(t, len(sizes), c.chunks, "%v", sizes)
			for _, size := range sizes {
				assert.LessOrEqual(t, size, c.rows)
			}
		})
	}
}

func TestAnInsertOfNothingAsksNoServer(t *testing.T) {
	p := openForInsert(t, 10, 0)
	p.Close()
	got, err := insertItems(t.Context(), p, nil, func([]int64) { t.Error("encoded") })
	assert.NoError(t, err)
	assert.Empty(t, got)
}

func TestAFailedChunkUndoesTheOthers(t *testing.T) {
	p := openForInsert(t, 10, 0)
	items := append(ascending(25), 3) // the third chunk
	_, err := insertItems(t.Context(), p, items, func([]int64) {})
	require.ErrorIs(t, err, store.ErrConflict)
	assert.ErrorContains(t, err, "rows 21 to 26 of 26")
	var failure *store.Error
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, 2, failure.Line)
	assert.Equal(t, "nx", failure.Constraint)
	assert.Zero(t, countItems(t, p), "chunks before the failed one are left behind")
}

func TestAChunkThatCannotBeEncodedUndoesTheOthers(t *testing.T) {
	p := openForInsert(t, 2, 0)
	_, err := surreal.Insert(t.Context(), p, "INSERT INTO item $items", ascending(5), func(e *cbor.Encoder, chunk []int64) {
		e.Map(1)
		e.Key("items")
		cbor.EncodeArray(e, chunk, func(e *cbor.Encoder, n int64) {
			e.Map(1)
			e.Key("n")
			if e.Int(n); n == 4 {
				e.Fail(fmt.Errorf("no item %d", n))
			}
		})
	})
	assert.ErrorContains(t, err, "rows 5 to 5: no item 4")
	assert.Zero(t, countItems(t, p))
}

func TestAnInsertThatIsGivenUpBetweenChunksLeavesNothing(t *testing.T) {
	p := openForInsert(t, 10, 0)
	ctx, cancel := context.WithCancel(t.Context())
	chunks := 0
	_, err := insertItems(ctx, p, ascending(50), func([]int64) {
		if chunks++; chunks == 3 {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 3, chunks)
	assert.Zero(t, countItems(t, p))
}

func TestTheChunksOfAnInsertInATransactionArePartOfIt(t *testing.T) {
	p := openForInsert(t, 10, 0)
	nothing := func([]int64) {}
	undo := fmt.Errorf("undo")
	err := p.InTx(t.Context(), store.TxOptions{}, func(ctx context.Context, tx *surreal.Tx) error {
		got, err := insertItems(ctx, tx, ascending(25), nothing)
		assert.Len(t, got, 25)
		assert.EqualValues(t, 25, countItems(t, tx))
		if err == nil {
			err = undo
		}
		return err
	})
	require.Equal(t, undo, err)
	assert.Zero(t, countItems(t, p))

	err = p.InTx(t.Context(), store.TxOptions{}, func(ctx context.Context, tx *surreal.Tx) error {
		_, err := insertItems(ctx, tx, append(ascending(25), 3), nothing)
		assert.ErrorIs(t, err, store.ErrConflict)
		return nil // passes over the failure
	})
	assert.ErrorContains(t, err, "rolled back")
	assert.Zero(t, countItems(t, p))

	require.NoError(t, p.InTx(t.Context(), store.TxOptions{}, func(ctx context.Context, tx *surreal.Tx) error {
		_, err := insertItems(ctx, tx, ascending(25), nothing)
		return err
	}))
	assert.EqualValues(t, 25, countItems(t, p))
}

// aQuerier is one of a user's own.
type aQuerier struct{ surreal.Querier }

func TestAnotherQuerierGetsAnInsertWhole(t *testing.T) {
	p := openForInsert(t, 2, 0)
	var sizes []int
	_, err := surreal.Insert(t.Context(), aQuerier{p}, "INSERT INTO item $items", ascending(5), func(e *cbor.Encoder, chunk []int64) {
		sizes = append(sizes, len(chunk))
		e.Map(1)
		e.Key("items")
		cbor.EncodeArray(e, chunk, func(e *cbor.Encoder, n int64) {
			e.Map(1)
			e.Key("n")
			e.Int(n)
		})
	})
	require.NoError(t, err)
	assert.Equal(t, []int{5}, sizes)
	assert.EqualValues(t, 5, countItems(t, p))
}
