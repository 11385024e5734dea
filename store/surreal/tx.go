package surreal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// cancelTimeout limits the cancellation of a transaction, which does not use
// the caller's context because that one may be done.
const cancelTimeout = 5 * time.Second

var (
	errTxOver    = errors.New("the transaction is over")
	errTxOptions = errors.New("SurrealDB has no isolation levels, read-only or deferrable transactions")
	errLiveInTx  = errors.New("a live query cannot be started in a transaction")
)

// A Tx is a transaction. It implements Querier.
type Tx struct {
	conn   *conn
	id     []byte // as begin returned it
	runner *store.Runner
	chunks chunkLimits

	mu     sync.Mutex
	over   bool
	failed error // the first failure of a query
}

// Runner returns what generated code calls its queries in the transaction
// through.
func (t *Tx) Runner() *store.Runner { return t.runner }

// Query implements Querier. After a failure the transaction can only be rolled
// back: what the request had done until then is part of it.
func (t *Tx) Query(ctx context.Context, text string, vars func(*cbor.Encoder)) (*Response, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return nil, &unsentError{errTxOver}
	}
	response, err := t.query(ctx, text, vars)
	if err != nil && t.failed == nil {
		t.failed = err
	}
	return response, err
}

func (t *Tx) query(ctx context.Context, text string, vars func(*cbor.Encoder)) (*Response, error) {
	r, err := newQuery(t.id, text, vars)
	if err != nil {
		return nil, err
	}
	statements, err := t.conn.query(ctx, r, text)
	if err != nil {
		return nil, err
	}
	return newResponse(statements), nil
}

// Live returns an error: live queries belong to a connection, not to a
// transaction.
func (t *Tx) Live(ctx context.Context, _ string, _ func(*cbor.Encoder)) (*Subscription, error) {
	return nil, t.runner.OpError(ctx, "live", &unsentError{errLiveInTx})
}

// finish bars the transaction from further queries and returns the first
// failure there was.
func (t *Tx) finish() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	return t.failed
}

// InTx calls fn in a transaction, and commits if it returns nil. An error, a
// panic, the end of ctx, and a query that failed even if fn passed over it,
// roll back. fn's error is returned as it is; errors of the transaction itself
// are *store.Error. With MaxAttempts above 1, fn is called again when the
// transaction failed with store.ErrSerialization. Other options than
// MaxAttempts are refused, because SurrealDB has nothing like them.
func (p *Pool) InTx(ctx context.Context, opts store.TxOptions, fn func(context.Context, *Tx) error) error {
	if opts.Isolation != store.IsolationDefault || opts.ReadOnly || opts.Deferrable {
		return p.runner.OpError(ctx, "begin", &unsentError{errTxOptions})
	}
	return p.runner.RetryTx(ctx, opts, func() error { return p.inTx(ctx, fn) })
}

func (p *Pool) inTx(ctx context.Context, fn func(context.Context, *Tx) error) error {
	resource, err := p.acquireAlone(ctx)
	if err != nil {
		return p.runner.OpError(ctx, "begin", err)
	}
	defer release(resource)
	c := resource.Value()
	id, err := c.call(ctx, nil, "begin")
	if err != nil {
		return p.runner.OpError(ctx, "begin", err)
	}
	tx := &Tx{conn: c, id: id, runner: p.runner.InTx(), chunks: p.chunks}
	committing := false
	defer func() {
		_ = tx.finish()
		if !committing {
			c.cancelTx(ctx, id)
		}
	}()
	if err := fn(ctx, tx); err != nil {
		return err
	}
	if err := tx.finish(); err != nil {
		return p.runner.OpError(ctx, "commit", fmt.Errorf("the transaction was rolled back because a query in it failed: %w", err))
	}
	if err := ctx.Err(); err != nil {
		return p.runner.OpError(ctx, "commit", &unsentError{err})
	}
	committing = true
	_, err = c.call(ctx, nil, "commit", rawParam(id))
	return p.runner.OpError(ctx, "commit", err)
}

// cancelTx rolls the transaction back. If it cannot, the connection is not
// used again, and the server rolls back when it is closed.
func (c *conn) cancelTx(ctx context.Context, id []byte) {
	if !c.alive() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelTimeout)
	defer cancel()
	if _, err := c.call(ctx, nil, "cancel", rawParam(id)); err != nil {
		c.suspect.Store(true)
	}
}
