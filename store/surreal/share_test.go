package surreal

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// A slowServer answers no query until it is told to, and counts those that are
// under way.
type slowServer struct {
	*fakeServer
	gate     chan struct{}
	received atomic.Int64
}

func newSlowServer(t *testing.T) *slowServer {
	s := &slowServer{gate: make(chan struct{})}
	s.fakeServer = newFakeServer(t, func(id uint64, method string) [][]byte {
		if method != "query" {
			return [][]byte{result(id, func(e *cbor.Encoder) { e.None() })}
		}
		s.received.Add(1)
		<-s.gate
		return [][]byte{slots(id, 1)}
	})
	return s
}

// ask starts n queries and returns what collects their errors.
func ask(ctx context.Context, p *Pool, n int) (errs func() []error) {
	var wg sync.WaitGroup
	list := make([]error, n)
	for i := range n {
		wg.Go(func() { _, list[i] = query(ctx, p, "RETURN 1") })
	}
	return func() []error { wg.Wait(); return list }
}

// calls returns how many calls each of the shares has.
func calls(p *Pool) (calls []int) {
	p.shares.mu.Lock()
	defer p.shares.mu.Unlock()
	for _, s := range p.shares.list {
		calls = append(calls, s.calls)
	}
	return calls
}

func eventually(t *testing.T, condition func() bool, what ...any) {
	t.Helper()
	require.Eventually(t, condition, 5*time.Second, time.Millisecond, what...)
}

func requireAll(t *testing.T, errs []error) {
	t.Helper()
	for _, err := range errs {
		require.NoError(t, err)
	}
}

func TestMoreQueriesThanConnectionsDoNotWaitForEachOther(t *testing.T) {
	s := newSlowServer(t)
	p := s.connect(t, func(c *store.SurrealConfig) { c.MaxConns = 2 })
	errs := ask(t.Context(), p, 10)
	eventually(t, func() bool {
		stats := p.Stats()
		return stats.TotalConns == 2 && stats.ConstructingConns == 0
	}, "the pool grows")
	more := ask(t.Context(), p, 10)
	eventually(t, func() bool { return assert.ObjectsAreEqual([]int{10, 10}, calls(p)) }, "all are under way")
	close(s.gate)
	requireAll(t, errs())
	requireAll(t, more())
	assert.EqualValues(t, 2, s.conns.Load())
	assert.Empty(t, calls(p))
	assert.Equal(t, 2, p.Stats().IdleConns, "the last call gives the connection back")
	assert.EqualValues(t, 20, p.Stats().Acquires)
}

func TestATransactionGetsItsTurnAmongQueriesWithoutEnd(t *testing.T) {
	f := newFakeServer(t, func(id uint64, method string) [][]byte {
		if method != "query" {
			return [][]byte{result(id, func(e *cbor.Encoder) { e.None() })}
		}
		time.Sleep(time.Millisecond)
		return [][]byte{slots(id, 1)}
	})
	for _, conns := range []int{1, 3} {
		p := f.connect(t, func(c *store.SurrealConfig) { c.MaxConns = conns })
		ctx, cancel := context.WithCancel(t.Context())
		var load sync.WaitGroup
		for range 8 {
			load.Go(func() {
				for ctx.Err() == nil {
					_, _ = query(ctx, p, "RETURN 1")
				}
			})
		}
		eventually(t, func() bool { return len(calls(p)) == conns })
		waiting, stop := context.WithTimeout(t.Context(), 5*time.Second)
		var transactions sync.WaitGroup
		for range 4 {
			transactions.Go(func() {
				assert.NoError(t, p.InTx(waiting, store.TxOptions{}, func(context.Context, *Tx) error { return nil }), "%d connections", conns)
			})
		}
		transactions.Wait()
		stop()
		_, err := query(t.Context(), p, "RETURN 1")
		require.NoError(t, err)
		cancel()
		load.Wait()
	}
}

func TestOneWhoGivesUpDoesNotTakeTheOthersAlong(t *testing.T) {
	s := newSlowServer(t)
	p := s.connect(t, func(c *store.SurrealConfig) { c.MaxConns = 1 })
	errs := ask(t.Context(), p, 3)
	eventually(t, func() bool { return s.received.Load() == 1 })
	ctx, cancel := context.WithCancel(t.Context())
	given := ask(ctx, p, 1)
	eventually(t, func() bool { return calls(p)[0] == 4 })
	cancel()
	require.ErrorIs(t, given()[0], context.Canceled)
	late := ask(t.Context(), p, 2)
	close(s.gate)
	requireAll(t, errs())
	requireAll(t, late())
}

func TestQueriesThatWaitForAConnectionWaitForTheSameOne(t *testing.T) {
	s := newSlowServer(t)
	close(s.gate)
	p := s.connect(t, func(c *store.SurrealConfig) { c.MaxConns = 1 })
	busy, err := p.acquireAlone(t.Context())
	require.NoError(t, err)

	first, giveUp := context.WithCancel(t.Context())
	gaveUp := ask(first, p, 1)
	eventually(t, func() bool { return p.shares.waiting() == 0 })
	others := ask(t.Context(), p, 5)
	eventually(t, func() bool { return p.shares.waiting() == 5 })
	giveUp()
	require.ErrorIs(t, gaveUp()[0], context.Canceled)
	eventually(t, func() bool { return p.shares.waiting() == 4 }, "one of the others takes over")

	second, giveUpToo := context.WithCancel(t.Context())
	gaveUpToo := ask(second, p, 1)
	eventually(t, func() bool { return p.shares.waiting() == 5 })
	giveUpToo()
	require.ErrorIs(t, gaveUpToo()[0], context.Canceled)
	release(busy)
	requireAll(t, others())
	assert.EqualValues(t, 1, s.conns.Load())
	assert.Empty(t, calls(p))
}

// waiting returns how many queries wait for a connection that another one
// acquires, or -1 if none is being acquired.
func (s *shares) waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == nil {
		return -1
	}
	return s.next.waiting
}

func TestALargeRequestHasItsConnectionAlone(t *testing.T) {
	s := newSlowServer(t)
	p := s.connect(t, func(c *store.SurrealConfig) { c.MaxConns = 2 })
	small := ask(t.Context(), p, 1)
	eventually(t, func() bool { return s.received.Load() == 1 })
	large := make(chan error)
	go func() {
		_, err := p.Query(t.Context(), "RETURN $data", func(e *cbor.Encoder) {
			e.Map(1)
			e.Key("data")
			e.Binary(make([]byte, maxSharedRequest))
		})
		large <- err
	}()
	eventually(t, func() bool { return s.received.Load() == 2 })
	more := ask(t.Context(), p, 3)
	eventually(t, func() bool { return len(calls(p)) == 1 && calls(p)[0] == 4 })
	close(s.gate)
	require.NoError(t, <-large)
	requireAll(t, small())
	requireAll(t, more())
}

func TestAServerThatTakesNoMoreConnectionsIsNotAskedByEveryCall(t *testing.T) {
	s := newSlowServer(t)
	p := s.connect(t, func(c *store.SurrealConfig) { c.MaxConns = 2 })
	errs := ask(t.Context(), p, 1)
	eventually(t, func() bool { return s.received.Load() == 1 })
	s.refuse.Store(true)
	for range 100 {
		share, err := p.join(t.Context())
		require.NoError(t, err)
		time.Sleep(time.Millisecond)
		p.leave(share)
	}
	assert.Less(t, s.refused.Load(), int64(20))
	close(s.gate)
	requireAll(t, errs())
}
