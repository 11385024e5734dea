package surreal

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/store"
)

func unanswered(uint64, string) [][]byte { return nil }

func TestAnOptionalServerThatDoesNotAnswerDoesNotKeepOpenFromSucceeding(t *testing.T) {
	server := newFakeServer(t, unanswered)
	server.ignore.Store(true)
	cfg := store.ConfigFromURLs("", server.url)
	cfg.OpenTimeout = 50 * time.Millisecond // before one attempt to connect has failed
	cfg.Surreal.Optional = true
	var p *Pool
	group, err := store.OpenAll(t.Context(), cfg, store.Opening(&p, Open, "2"))
	require.NoError(t, err)
	defer group.Close()
	_, err = p.Query(t.Context(), "RETURN 1", nil)
	assert.ErrorContains(t, err, "the server is away")
	assert.Equal(t, "2", p.unverified)
}

func TestAServerThatDoesNotAnswerIsNoticedThoughEveryCallerGivesUpSooner(t *testing.T) {
	server := newFakeServer(t, unanswered)
	p := server.connect(t, func(c *store.SurrealConfig) { c.MaxConns, c.ConnectTimeout = 1, 200*time.Millisecond })
	server.ignore.Store(true)
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		_, err := p.Query(ctx, "RETURN 1", nil)
		return err != nil && p.Stats().FailFasts > 0
	}, 10*time.Second, time.Millisecond, "calls must come to fail at once")

	server.ignore.Store(false)
	require.Eventually(t, func() bool { return p.breaker.err() == nil }, 10*time.Second, time.Millisecond)
}

func TestAServerThatIsSlowToTakeConnectionsIsNotAway(t *testing.T) {
	server := newFakeServer(t, func(id uint64, _ string) [][]byte {
		time.Sleep(5 * time.Millisecond)
		return [][]byte{slots(id, 1)}
	})
	p := server.connect(t, func(c *store.SurrealConfig) { c.MaxConns, c.ConnectTimeout = 2, 100*time.Millisecond })
	server.ignore.Store(true)
	held := make(chan error, 1)
	go func() {
		for start := time.Now(); time.Since(start) < 500*time.Millisecond; {
			if _, err := p.Query(t.Context(), "RETURN 1", nil); err != nil {
				held <- err
				return
			}
		}
		held <- nil
	}()
	for range 3 {
		require.Error(t, p.conns.CreateResource(t.Context()))
	}
	require.NoError(t, <-held, "the connection that lives must be used")
	assert.Zero(t, p.Stats().FailFasts)
}

func TestAFullPoolOfAServerThatIsSlowToTakeConnectionsIsSaturated(t *testing.T) {
	server := newFakeServer(t, unanswered)
	p := server.connect(t, func(c *store.SurrealConfig) { c.MaxConns, c.PingInterval = 1, 20*time.Millisecond })
	busy, err := p.acquire(t.Context())
	require.NoError(t, err)
	defer release(busy)
	server.ignore.Store(true)
	assert.Equal(t, store.StatusSaturated, p.Health(t.Context()).Status, "its pongs arrive")
}

func TestAMigrationThatIsPostponedWhileTheServerComesBackIsStillVerified(t *testing.T) {
	p := newFakeServer(t, unanswered).connect(t, nil)
	p.breaker.trip(errors.New("refused"))
	verified, err := p.tryReconnect()
	require.NoError(t, err)
	p.postpone("2", p.breaker.err())
	assert.False(t, p.back(verified), "the migration has not been looked for")
	require.Error(t, p.breaker.err())
	assert.True(t, p.back("2"))
	assert.NoError(t, p.breaker.err())
}

func TestAServerThatIsAwayIsSaidToBeAwayOnce(t *testing.T) {
	b := newBreaker()
	b.trip(errors.New("refused"))
	b.trip(b.err())
	assert.EqualError(t, b.err(), "the server is away; the last attempt to reach it: refused")
}

func TestATransactionOverASilentConnectionEndsWithItsContext(t *testing.T) {
	server := newFakeServer(t, func(id uint64, method string) [][]byte {
		if method == "begin" {
			return [][]byte{slots(id, 1)}
		}
		return nil
	})
	p := server.connect(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	err := p.InTx(ctx, store.TxOptions{}, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Query(ctx, "CREATE t", nil)
		return err
	})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Less(t, time.Since(start), cancelTimeout/2, "nobody waits for an answer to cancel")
	require.Eventually(t, func() bool { return p.Stats().AcquiredConns == 0 }, 10*time.Second, time.Millisecond)
}
