package pg

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/devq-ai/tandem/store"
)

// rollbackTimeout limits a rollback, which does not use the caller's context
// because that one may be done.
const rollbackTimeout = 5 * time.Second

// A Tx is a transaction. It is for one goroutine.
type Tx struct {
	tx     pgx.Tx
	runner *store.Runner
}

// Pgx returns the pgx transaction, which is what the code that sqlc generates
// runs on.
func (t *Tx) Pgx() pgx.Tx { return t.tx }

// Runner returns what generated code calls its queries in the transaction
// through.
func (t *Tx) Runner() *store.Runner { return t.runner }

var isolationLevels = map[store.Isolation]pgx.TxIsoLevel{
	store.IsolationDefault: "",
	store.ReadCommitted:    pgx.ReadCommitted,
	store.RepeatableRead:   pgx.RepeatableRead,
	store.Serializable:     pgx.Serializable,
}

func pgxOptions(opts store.TxOptions) (pgx.TxOptions, error) {
	level, ok := isolationLevels[opts.Isolation]
	if !ok {
		return pgx.TxOptions{}, fmt.Errorf("unknown isolation level %d", opts.Isolation)
	}
	o := pgx.TxOptions{IsoLevel: level}
	if opts.ReadOnly {
		o.AccessMode = pgx.ReadOnly
	}
	if opts.Deferrable {
		o.DeferrableMode = pgx.Deferrable
	}
	return o, nil
}

// InTx calls fn in a transaction, and commits if it returns nil. An error, a
// panic and the end of ctx roll back. fn's error is returned as it is; errors
// of the transaction itself are *store.Error. With MaxAttempts above 1, fn is
// called again when the transaction failed with store.ErrSerialization.
func (p *Pool) InTx(ctx context.Context, opts store.TxOptions, fn func(context.Context, *Tx) error) error {
	txOptions, err := pgxOptions(opts)
	if err != nil {
		return p.runner.OpError(ctx, "begin", err)
	}
	return p.runner.RetryTx(ctx, opts, func() error { return p.inTx(ctx, txOptions, fn) })
}

func (p *Pool) inTx(ctx context.Context, opts pgx.TxOptions, fn func(context.Context, *Tx) error) (err error) {
	tx, err := p.pgx.BeginTx(ctx, opts)
	if err != nil {
		return p.runner.OpError(ctx, "begin", err)
	}
	committed := false
	defer func() {
		if !committed {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
			defer cancel()
			if rollbackErr := tx.Rollback(ctx); rollbackErr != nil && !errors.Is(rollbackErr, pgx.ErrTxClosed) && err == nil {
				err = p.runner.OpError(ctx, "rollback", rollbackErr)
			}
		}
	}()
	if err := fn(ctx, &Tx{tx: tx, runner: p.runner.InTx()}); err != nil {
		return err
	}
	err = tx.Commit(ctx)
	if errors.Is(err, pgx.ErrTxCommitRollback) {
		err = fmt.Errorf("the transaction was rolled back because a query in it failed: %w", err)
	}
	if err != nil {
		return p.runner.OpError(ctx, "commit", err)
	}
	committed = true
	return nil
}
