package store

import (
	"context"
	"time"
)

// Isolation is a transaction's isolation level.
type Isolation uint8

// The isolation levels. SurrealDB has only its own, which is the default.
const (
	// IsolationDefault is the level that the engine is configured for.
	IsolationDefault Isolation = iota
	ReadCommitted
	RepeatableRead
	Serializable
)

// TxOptions are the options of a transaction. The zero value is an ordinary
// transaction that is tried once.
type TxOptions struct {
	// Isolation is the isolation level. SurrealDB accepts IsolationDefault only.
	Isolation Isolation
	// ReadOnly lets the engine refuse changes. SurrealDB has no such
	// transactions, and refuses to begin one.
	ReadOnly bool
	// Deferrable lets a serializable read-only transaction wait until it can
	// run without being canceled. PostgreSQL only.
	Deferrable bool
	// MaxAttempts is how often the transaction is tried in all when it fails
	// with ErrSerialization. The function is then called again, so it must do
	// nothing outside the transaction that must not happen twice. The default
	// is 1: no repetition.
	MaxAttempts int
}

// A TxOption sets one of TxOptions.
type TxOption func(*TxOptions)

// NewTxOptions returns the options that opts set.
func NewTxOptions(opts ...TxOption) TxOptions {
	var o TxOptions
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// WithIsolation sets TxOptions.Isolation.
func WithIsolation(level Isolation) TxOption {
	return func(o *TxOptions) { o.Isolation = level }
}

// WithReadOnly sets TxOptions.ReadOnly.
func WithReadOnly() TxOption {
	return func(o *TxOptions) { o.ReadOnly = true }
}

// WithDeferrable sets TxOptions.Deferrable.
func WithDeferrable() TxOption {
	return func(o *TxOptions) { o.Deferrable = true }
}

// WithMaxAttempts sets TxOptions.MaxAttempts.
func WithMaxAttempts(n int) TxOption {
	return func(o *TxOptions) { o.MaxAttempts = n }
}

// RetryTx calls run until it does not fail with a serialization failure, at
// most opts.MaxAttempts times, with growing pauses. It is what the pools' InTx
// is made of.
func (r *Runner) RetryTx(ctx context.Context, opts TxOptions, run func() error) error {
	backoff := Backoff{Initial: 2 * time.Millisecond, Max: 250 * time.Millisecond}
	for attempt := 1; ; attempt++ {
		err := run()
		if err == nil || attempt >= opts.MaxAttempts {
			return err
		}
		// The error may be the driver's own, of a query outside of the runner.
		if failure, _ := r.classify(ctx, nil, "", err); failure.Kind != KindSerialization || backoff.Wait(ctx) != nil {
			return err
		}
	}
}
