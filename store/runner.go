package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Failure is what an engine's classifier makes of a driver's error.
type Failure struct {
	Kind Kind
	// NoEffect says that it is known that the engine changed nothing.
	NoEffect bool
	// FailFast says that the engine was not asked, because it is known to be
	// away, so that asking again at once is pointless.
	FailFast bool
	// Statement is the index of the failing statement plus one, or zero if the
	// engine did not say.
	Statement int
	// Constraint is the violated constraint or index, if the engine named one.
	Constraint string
}

// A Classifier tells what an error of an engine's driver means. ctx is the
// context of the failed call. It must be safe for concurrent use.
type Classifier func(ctx context.Context, err error) Failure

// RunnerConfig is what a pool builds its Runner from.
type RunnerConfig struct {
	Engine   Engine
	Observer Observer   // nil for none
	Classify Classifier // nil if all errors are KindOther
	// Attempts is how often a call is tried in all, when repeating it is safe.
	// Less than 2 means once.
	Attempts int
}

// A Runner is what generated code calls its queries through: it observes the
// call, makes an *Error of a failure, and repeats the call where that is safe.
// Pools and transactions hand theirs out. It is safe for concurrent use.
type Runner struct {
	cfg RunnerConfig
}

// NewRunner returns a Runner for a pool.
func NewRunner(cfg RunnerConfig) *Runner {
	if cfg.Observer == nil {
		cfg.Observer = noObserver{}
	}
	if cfg.Classify == nil {
		cfg.Classify = func(context.Context, error) Failure { return Failure{} }
	}
	return &Runner{cfg: cfg}
}

// InTx returns a Runner for the calls inside a transaction. It repeats
// nothing, because a failure there ends the transaction.
func (r *Runner) InTx() *Runner {
	cfg := r.cfg
	cfg.Attempts = 1
	return &Runner{cfg: cfg}
}

// Call runs fn for the query q and returns its value. A non-nil error is
// always an *Error. fn is called again when that is safe, so it must not leave
// anything behind when it fails.
func Call[T any](ctx context.Context, r *Runner, q *Query, fn func(context.Context) (T, error)) (value T, err error) {
	err = Exec(ctx, r, q, func(ctx context.Context) error {
		var err error
		value, err = fn(ctx)
		return err
	})
	if err != nil {
		var zero T
		return zero, err
	}
	return value, nil
}

// CallWith is Call for a method that takes an argument besides the context.
func CallWith[A, T any](ctx context.Context, r *Runner, q *Query, fn func(context.Context, A) (T, error), arg A) (T, error) {
	return Call(ctx, r, q, func(ctx context.Context) (T, error) { return fn(ctx, arg) })
}

// ExecWith is Exec for a method that takes an argument besides the context.
func ExecWith[A any](ctx context.Context, r *Runner, q *Query, fn func(context.Context, A) error, arg A) error {
	return Exec(ctx, r, q, func(ctx context.Context) error { return fn(ctx, arg) })
}

// Exec is Call for a query that returns nothing.
func Exec(ctx context.Context, r *Runner, q *Query, fn func(context.Context) error) (err error) {
	ctx = r.cfg.Observer.Start(ctx, q)
	returned := false
	defer func() {
		if !returned {
			err = r.Error(ctx, q, errors.New("panic in the call"))
		}
		r.cfg.Observer.End(ctx, q, err)
	}()
	err = r.attempt(ctx, q, fn)
	returned = true
	return err
}

func (r *Runner) attempt(ctx context.Context, q *Query, fn func(context.Context) error) error {
	backoff := Backoff{Initial: 5 * time.Millisecond, Max: 250 * time.Millisecond}
	for attempt := 1; ; attempt++ {
		err := fn(ctx)
		if err == nil {
			return nil
		}
		failure, e := r.classify(ctx, q, "", err)
		switch {
		case attempt >= r.cfg.Attempts, failure.FailFast, !e.SafeToRetry(),
			e.Kind == KindTimeout, // it would take as long again, which is for the caller to decide
			backoff.Wait(ctx) != nil:
			return e
		}
	}
}

// Error returns err, which occurred in the query q, as an *Error. It returns
// nil if err is nil.
func (r *Runner) Error(ctx context.Context, q *Query, err error) error {
	if err == nil {
		return nil
	}
	_, e := r.classify(ctx, q, "", err)
	return e
}

// OpError returns err, which occurred in the operation op, as an *Error. It
// returns nil if err is nil. An err that is an *Error already is returned as
// it is.
func (r *Runner) OpError(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	_, e := r.classify(ctx, nil, op, err)
	return e
}

// Reach calls attempt until it succeeds, with growing pauses, until it fails
// for a reason that waiting does not mend, or until ctx is done. Then the error
// is the *Error of the last attempt that ended before ctx's deadline: that the
// server refuses connections says more than that time is up. It is what the
// pools' Open is made of.
func (r *Runner) Reach(ctx context.Context, op string, attempt func(context.Context) error) error {
	var backoff Backoff
	var last *Error
	for {
		err := attempt(ctx)
		if err == nil {
			return nil
		}
		if last == nil || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			_, last = r.classify(ctx, nil, op, err)
		}
		if last.Kind != KindUnavailable || backoff.Wait(ctx) != nil {
			return last
		}
	}
}

// classify makes an *Error of err. An *Error that a call further in made
// keeps its classification, and gets the query if it had none.
func (r *Runner) classify(ctx context.Context, q *Query, op string, err error) (Failure, *Error) {
	if inner, ok := errors.AsType[*Error](err); ok {
		e := *inner
		if e.Query == nil && q != nil {
			e.Query, e.Line = q, q.line(e.Statement)
		}
		if inner != err {
			e.Err = err
		}
		return Failure{Kind: e.Kind, NoEffect: e.noEffect}, &e
	}
	if batch, ok := errors.AsType[*BatchError](err); ok && len(batch.Items) > 0 {
		return r.classifyBatch(ctx, q, op, batch)
	}
	failure := r.cfg.Classify(ctx, err)
	e := &Error{
		Kind: failure.Kind, Engine: r.cfg.Engine, Query: q, Op: op,
		Statement: failure.Statement - 1, Constraint: failure.Constraint,
		Err: err, noEffect: failure.NoEffect,
	}
	if q != nil {
		e.Line = q.line(e.Statement)
	}
	return failure, e
}

// classifyBatch gives each item its own *Error; the batch has the kind of its
// first failure, and was without effect only if no item can have had one.
func (r *Runner) classifyBatch(ctx context.Context, q *Query, op string, batch *BatchError) (Failure, *Error) {
	classified := &BatchError{Items: make([]BatchItemError, len(batch.Items))}
	var first Failure
	var firstError *Error
	for i, item := range batch.Items {
		failure, e := r.classify(ctx, q, op, item.Err)
		if i == 0 {
			first, firstError = failure, e
		}
		classified.Items[i] = BatchItemError{Index: item.Index, Err: e}
	}
	e := *firstError
	e.Err = classified
	// Other items of the batch may have succeeded.
	e.noEffect = false
	first.NoEffect = false
	return first, &e
}

// line returns the line of the statement with the given index, or the line of
// the query's annotation if it is unknown.
func (q *Query) line(statement int) int {
	if statement >= 0 && statement < len(q.Lines) {
		return q.Lines[statement]
	}
	return q.Line
}

// String returns the query's name and where it stands.
func (q *Query) String() string {
	if q.File == "" {
		return q.Name
	}
	return fmt.Sprintf("%s (%s:%d)", q.Name, q.File, q.Line)
}
