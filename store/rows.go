package store

import (
	"context"
	"iter"
)

// Rows returns rows with every error in it as an *Error of the query q.
func Rows[T any](ctx context.Context, r *Runner, q *Query, rows iter.Seq2[T, error]) iter.Seq2[T, error] {
	if rows == nil {
		return nil
	}
	return func(yield func(T, error) bool) {
		for row, err := range rows {
			if !yield(row, r.Error(ctx, q, err)) {
				return
			}
		}
	}
}
