package store

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryKindHasANameAndItsSentinelOnly(t *testing.T) {
	seen := map[string]bool{}
	for k := range kinds {
		kind := Kind(k)
		assert.NotEmpty(t, kind.String())
		assert.False(t, seen[kind.String()], "two kinds are named %s", kind)
		seen[kind.String()] = true
		err := fmt.Errorf("wrapped: %w", &Error{Kind: kind, Err: errors.New("driver")})
		for other := range kinds {
			sentinel := kinds[other].sentinel
			if sentinel != nil {
				assert.Equal(t, k == other, errors.Is(err, sentinel), "%s is %v", kind, sentinel)
			}
		}
	}
	beyond := Kind(200)
	assert.Equal(t, "kind(200)", beyond.String())
	assert.NotPanics(t, func() { _ = (&Error{Kind: beyond}).Error() })
	assert.False(t, (&Error{Kind: beyond}).SafeToRetry())
}

func TestAnErrorTellsWhereAndWhat(t *testing.T) {
	driver := errors.New("duplicate key")
	q := &Query{Name: "AddAgent", File: "queries/agents.sql", Line: 12}
	for want, e := range map[string]*Error{
		"postgresql: AddAgent (queries/agents.sql:12): conflict: duplicate key":   {Kind: KindConflict, Engine: Postgres, Query: q, Line: 12, Err: driver},
		"surrealdb: AddAgent: conflict: duplicate key":                            {Kind: KindConflict, Engine: SurrealDB, Query: &Query{Name: "AddAgent"}, Err: driver},
		"surrealdb: open: unavailable: duplicate key":                             {Kind: KindUnavailable, Engine: SurrealDB, Op: "open", Err: driver},
		"surrealdb: duplicate key":                                                {Engine: SurrealDB, Err: driver},
		"surrealdb: get: not found":                                               {Kind: KindNotFound, Engine: SurrealDB, Op: "get", Err: ErrNotFound},
		"surrealdb: AddAgent: not found":                                          {Kind: KindNotFound, Engine: SurrealDB, Query: &Query{Name: "AddAgent"}, Err: fmt.Errorf("query AddAgent: %w", ErrNotFound)},
		"surrealdb: live: context canceled":                                       {Kind: KindCanceled, Engine: SurrealDB, Op: "live", Err: errors.New("timeout: context canceled")},
		"postgresql: open: unavailable: connect: host a: refused; host b: silent": {Kind: KindUnavailable, Engine: Postgres, Op: "open", Err: errors.New("connect:\n\thost a: refused\n\thost b: silent\n")},
		"surrealdb: AddAgent: while waiting: surrealdb: live: conflict: duplicate key": {Kind: KindConflict, Engine: SurrealDB, Query: &Query{Name: "AddAgent"},
			Err: fmt.Errorf("while waiting: %w", &Error{Kind: KindConflict, Engine: SurrealDB, Op: "live", Err: driver})},
		"postgresql: commit": {Engine: Postgres, Op: "commit"},
		"surrealdb: check migrations: schema mismatch: no 3": {Kind: KindSchema, Engine: SurrealDB, Op: "check migrations", Err: fmt.Errorf("%w: no 3", ErrSchema)},
	} {
		assert.Equal(t, want, e.Error())
	}
}

func TestARetryIsSafeOnlyIfItCanHelpAndCannotHarm(t *testing.T) {
	readOnly := &Query{ReadOnly: true}
	for name, c := range map[string]struct {
		err  Error
		safe bool
	}{
		"lost while reading":             {Error{Kind: KindUnavailable, Query: readOnly}, true},
		"lost while writing":             {Error{Kind: KindUnavailable, Query: &Query{}}, false},
		"never sent":                     {Error{Kind: KindUnavailable, Query: &Query{}, noEffect: true}, true},
		"could not connect":              {Error{Kind: KindUnavailable, Op: "open", noEffect: true}, true},
		"conflict of transactions":       {Error{Kind: KindSerialization, noEffect: true}, true},
		"a duplicate stays a duplicate":  {Error{Kind: KindConflict, noEffect: true}, false},
		"what is missing stays missing":  {Error{Kind: KindNotFound, Query: readOnly}, false},
		"a deadline while writing":       {Error{Kind: KindTimeout, Query: &Query{}}, false},
		"the caller does not want it":    {Error{Kind: KindCanceled, Query: readOnly}, false},
		"an operation of unknown effect": {Error{Kind: KindUnavailable, Op: "commit"}, false},
	} {
		assert.Equal(t, c.safe, c.err.SafeToRetry(), name)
	}
}

func TestABatchErrorClassifiesEachItem(t *testing.T) {
	r := NewRunner(RunnerConfig{Engine: Postgres, Classify: byText})
	q := &Query{Name: "AddAll", ReadOnly: false}
	err := Exec(t.Context(), r, q, func(context.Context) error {
		return fmt.Errorf("batch: %w", &BatchError{Items: []BatchItemError{{2, errors.New("conflict")}, {5, errors.New("unavailable, nothing sent")}}})
	})
	require.ErrorIs(t, err, ErrConflict)
	require.ErrorIs(t, err, ErrUnavailable, "the second item's kind is found too")
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, KindConflict, e.Kind)
	assert.False(t, e.SafeToRetry(), "the other items may have succeeded")
	var batch *BatchError
	require.ErrorAs(t, err, &batch)
	require.Len(t, batch.Items, 2)
	assert.Equal(t, 5, batch.Items[1].Index)
	require.ErrorIs(t, batch.Items[1].Err, ErrUnavailable)
	assert.Equal(t, "postgresql: AddAll: 2 items of the batch failed, the first is item 2: conflict", err.Error())
	assert.Equal(t, "item 1 of the batch: x", (&BatchError{Items: []BatchItemError{{1, errors.New("x")}}}).Error())
	assert.Equal(t, "batch failed", (&BatchError{}).Error())
}
