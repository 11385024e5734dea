package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// byText classifies an error by its words.
func byText(_ context.Context, err error) Failure {
	f := Failure{Statement: strings.Count(err.Error(), "+")}
	for k := range kinds {
		if kinds[k].sentinel != nil && strings.Contains(err.Error(), kinds[k].sentinel.Error()) {
			f.Kind = Kind(k)
		}
	}
	f.NoEffect = strings.Contains(err.Error(), "nothing sent")
	f.FailFast = strings.Contains(err.Error(), "fail fast")
	return f
}

type spy struct{ events []string }

type spyKey struct{}

func (s *spy) Start(ctx context.Context, q *Query) context.Context {
	s.events = append(s.events, "start "+q.Name)
	return context.WithValue(ctx, spyKey{}, "from start")
}

func (s *spy) End(ctx context.Context, q *Query, err error) {
	s.events = append(s.events, fmt.Sprintf("end %s %v: %v", q.Name, ctx.Value(spyKey{}), err))
}

func TestACallIsRepeatedOnlyWhereThatIsSafe(t *testing.T) {
	for name, c := range map[string]struct {
		failure  string
		readOnly bool
		inTx     bool
		calls    int
	}{
		"a read that was lost":               {"unavailable", true, false, 3},
		"a write that was lost":              {"unavailable", false, false, 1},
		"a write that was never sent":        {"unavailable, nothing sent", false, false, 3},
		"a read in a transaction":            {"unavailable", true, true, 1},
		"a read that fails for good":         {"conflict", true, false, 1},
		"a read that timed out":              {"timeout", true, false, 1},
		"a read while the engine is away":    {"unavailable, fail fast", true, false, 1},
		"a write that lost a race":           {"serialization failure, nothing sent", false, false, 3},
		"a read after which nothing is left": {"not found", true, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var observer spy
			r := NewRunner(RunnerConfig{Engine: Postgres, Classify: byText, Attempts: 3, Observer: &observer})
			if c.inTx {
				r = r.InTx()
			}
			calls := 0
			err := Exec(t.Context(), r, &Query{Name: "Q", ReadOnly: c.readOnly}, func(context.Context) error {
				calls++
				return errors.New(c.failure)
			})
			require.Error(t, err)
			assert.Equal(t, c.calls, calls)
			assert.Len(t, observer.events, 2, "the observer sees one call")
		})
	}
}

func TestACallThatSucceedsAtLastSucceeds(t *testing.T) {
	r := NewRunner(RunnerConfig{Classify: byText, Attempts: 3})
	calls := 0
	value, err := Call(t.Context(), r, &Query{ReadOnly: true}, func(context.Context) (int, error) {
		calls++
		if calls < 3 {
			return -1, errors.New("unavailable")
		}
		return 7, nil
	})
	require.NoError(t, err)
	assert.Equal(t, 7, value)
}

func TestAFailedCallReturnsTheZeroValue(t *testing.T) {
	r := NewRunner(RunnerConfig{Classify: byText})
	value, err := Call(t.Context(), r, &Query{}, func(context.Context) (string, error) { return "half", errors.New("conflict") })
	require.ErrorIs(t, err, ErrConflict)
	assert.Empty(t, value)
}

func TestNoRepetitionOutlivesTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := NewRunner(RunnerConfig{Classify: byText, Attempts: 1000})
	calls := 0
	err := Exec(ctx, r, &Query{ReadOnly: true}, func(context.Context) error {
		calls++
		cancel()
		return errors.New("unavailable")
	})
	require.ErrorIs(t, err, ErrUnavailable)
	assert.Equal(t, 1, calls)
}

func TestTheQueryRunsWithTheContextOfTheObserver(t *testing.T) {
	var first, second spy
	r := NewRunner(RunnerConfig{Classify: byText, Observer: Observers(nil, &first, &second)})
	require.NoError(t, Exec(t.Context(), r, &Query{Name: "Q"}, func(ctx context.Context) error {
		assert.Equal(t, "from start", ctx.Value(spyKey{}))
		return nil
	}))
	assert.Equal(t, []string{"start Q", "end Q from start: <nil>"}, first.events)
	assert.Equal(t, first.events, second.events)
	assert.Same(t, &first, Observers(nil, &first))
	assert.NotNil(t, Observers())
}

func TestObserversEndInReverse(t *testing.T) {
	var order []string
	joined := Observers(named{"a", &order}, named{"b", &order})
	joined.End(joined.Start(t.Context(), &Query{}), &Query{}, nil)
	assert.Equal(t, []string{"start a", "start b", "end b", "end a"}, order)
}

type named struct {
	name  string
	order *[]string
}

func (n named) Start(ctx context.Context, _ *Query) context.Context {
	*n.order = append(*n.order, "start "+n.name)
	return ctx
}

func (n named) End(context.Context, *Query, error) { *n.order = append(*n.order, "end "+n.name) }

func TestAPanicEndsTheObservation(t *testing.T) {
	var observer spy
	r := NewRunner(RunnerConfig{Engine: Postgres, Classify: byText, Observer: &observer})
	assert.PanicsWithValue(t, "boom", func() {
		_ = Exec(t.Context(), r, &Query{Name: "Q"}, func(context.Context) error { panic("boom") })
	})
	assert.Equal(t, []string{"start Q", "end Q from start: postgresql: Q: panic in the call"}, observer.events)
}

func TestAnErrorOfAnInnerCallKeepsItsKindAndGetsTheQuery(t *testing.T) {
	r := NewRunner(RunnerConfig{Engine: SurrealDB, Classify: byText})
	q := &Query{Name: "Outer", File: "q.surql", Line: 1, Lines: []int{2, 3}}
	inner := r.OpError(t.Context(), "live", errors.New("unavailable ++"))
	err := r.Error(t.Context(), q, fmt.Errorf("while waiting: %w", inner))
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, KindUnavailable, e.Kind)
	assert.Same(t, q, e.Query)
	assert.Equal(t, 3, e.Line)
	assert.Contains(t, err.Error(), "while waiting")
	assert.Same(t, inner, r.OpError(t.Context(), "again", inner))
	assert.NoError(t, r.OpError(t.Context(), "x", nil))
	assert.NoError(t, r.Error(t.Context(), q, nil))
}

func TestTheFailingStatementsLineIsFound(t *testing.T) {
	r := NewRunner(RunnerConfig{Classify: byText})
	q := &Query{Name: "Q", Line: 1, Lines: []int{2, 5}}
	for text, want := range map[string]struct{ statement, line int }{
		"":    {-1, 1},
		"+":   {0, 2},
		"++":  {1, 5},
		"+++": {2, 1}, // a statement that the query does not have
	} {
		var e *Error
		require.ErrorAs(t, r.Error(t.Context(), q, errors.New(text)), &e)
		assert.Equal(t, want.statement, e.Statement)
		assert.Equal(t, want.line, e.Line)
	}
}

func TestTransactionsAreRepeatedAfterSerializationFailuresOnly(t *testing.T) {
	r := NewRunner(RunnerConfig{Classify: byText})
	count := func(opts TxOptions, failure string) (calls int) {
		_ = r.RetryTx(t.Context(), opts, func() error {
			calls++
			return errors.New(failure)
		})
		return calls
	}
	assert.Equal(t, 1, count(TxOptions{}, "serialization failure"))
	assert.Equal(t, 3, count(TxOptions{MaxAttempts: 3}, "serialization failure"))
	assert.Equal(t, 1, count(TxOptions{MaxAttempts: 3}, "conflict"))
	require.NoError(t, r.RetryTx(t.Context(), TxOptions{MaxAttempts: 3}, func() error { return nil }))

	opts := NewTxOptions(WithIsolation(Serializable), WithReadOnly(), WithDeferrable(), WithMaxAttempts(5))
	assert.Equal(t, TxOptions{Isolation: Serializable, ReadOnly: true, Deferrable: true, MaxAttempts: 5}, opts)
}

func TestReachingReportsTheServersLastWordNotThatTimeIsUp(t *testing.T) {
	r := NewRunner(RunnerConfig{Classify: func(ctx context.Context, err error) Failure {
		if ctx.Err() != nil {
			return Failure{Kind: KindTimeout}
		}
		return byText(ctx, err)
	}})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	attempts := 0
	err := r.Reach(ctx, "open", func(ctx context.Context) error {
		if attempts++; attempts == 1 {
			return errors.New("unavailable: refused")
		}
		<-ctx.Done()
		return ctx.Err()
	})
	require.ErrorContains(t, err, "open: unavailable: refused")
	require.ErrorIs(t, err, ErrUnavailable)

	attempts = 0
	err = r.Reach(t.Context(), "open", func(context.Context) error {
		if attempts++; attempts == 1 {
			return errors.New("unavailable")
		}
		return errors.New("permission denied")
	})
	require.ErrorIs(t, err, ErrPermission, "waiting does not mend a wrong password")
	require.NoError(t, r.Reach(t.Context(), "open", func(context.Context) error { return nil }))
}

func TestBackoffGrowsToItsLimitWithJitter(t *testing.T) {
	b := Backoff{Initial: 100 * time.Millisecond, Max: time.Second}
	limits := []time.Duration{100, 200, 400, 800, 1000, 1000}
	for range 50 {
		b.Reset()
		for _, limit := range limits {
			wait := b.Next()
			assert.GreaterOrEqual(t, wait, limit*time.Millisecond/2)
			assert.LessOrEqual(t, wait, limit*time.Millisecond)
		}
	}
	var zero Backoff
	assert.LessOrEqual(t, zero.Next(), 50*time.Millisecond)
	tight := Backoff{Initial: time.Minute, Max: time.Second}
	assert.LessOrEqual(t, tight.Next(), time.Second)
}

func TestBackoffDoesNotWaitForADeadlineToPass(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	b := Backoff{Initial: 3 * time.Hour, Max: 3 * time.Hour}
	assert.ErrorIs(t, b.Wait(ctx), context.DeadlineExceeded)
	cancel()
	assert.ErrorIs(t, b.Wait(ctx), context.Canceled)
	short := Backoff{Initial: 1, Max: 1}
	assert.NoError(t, short.Wait(t.Context()))
}

// BenchmarkCall measures what a call costs over calling the function itself.
func BenchmarkCall(b *testing.B) {
	r := NewRunner(RunnerConfig{Engine: Postgres, Classify: byText, Attempts: DefaultCallAttempts})
	q := &Query{Name: "Q"}
	for b.Loop() {
		_, _ = Call(b.Context(), r, q, func(context.Context) (int, error) { return 1, nil })
	}
}
