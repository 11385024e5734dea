package conformance_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/store"
)

// patience is how long a test waits for what must happen soon.
const patience = 10 * time.Second

// A behaviour is what a user counts on, whichever the engine.
var behaviours = []struct {
	name string
	test func(t *testing.T, s subject)
}{
	{"a duplicate key is a conflict that names query and line", func(t *testing.T, s subject) {
		p := s.start(t, nil)
		require.NoError(t, p.insert(t.Context(), 1, 1))
		err := p.insert(t.Context(), 1, 2)
		require.ErrorIs(t, err, store.ErrConflict)
		var e *store.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, "InsertItem", e.Query.Name)
		assert.Equal(t, s.engine, e.Engine)
		assert.False(t, e.SafeToRetry())
		line := map[store.Engine]int{store.Postgres: 3, store.SurrealDB: 4}[s.engine]
		assert.Contains(t, err.Error(), fmt.Sprintf("InsertItem (queries/items.sql:%d): conflict: ", line))
	}},
	{"a value that the schema does not admit fails a check that is named", func(t *testing.T, s subject) {
		p := s.start(t, nil)
		err := p.insert(t.Context(), 1, 0)
		require.ErrorIs(t, err, store.ErrCheck)
		var e *store.Error
		require.ErrorAs(t, err, &e)
		name := map[store.Engine]string{store.Postgres: "positive", store.SurrealDB: "amount"}[s.engine]
		assert.Equal(t, name, e.Constraint)
	}},
	{"nothing found is not found", func(t *testing.T, s subject) {
		_, err := s.start(t, nil).amount(t.Context(), 1)
		require.ErrorIs(t, err, store.ErrNotFound)
	}},
	{"a canceled call returns at once and spoils nothing", func(t *testing.T, s subject) {
		p := s.start(t, func(c *store.Config) { s.shape(c, 1, time.Second) })
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(200*time.Millisecond, cancel)
		start := time.Now()
		err := p.sleep(ctx, 5*time.Second)
		require.ErrorIs(t, err, context.Canceled)
		assert.Less(t, time.Since(start), 3*time.Second)
		require.NoError(t, p.insert(t.Context(), 1, 1), "the pool's only connection must be good or replaced")
	}},
	{"a deadline is a timeout, and is safe to retry only for what changes nothing", func(t *testing.T, s subject) {
		p := s.start(t, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		err := p.sleep(ctx, 5*time.Second)
		require.ErrorIs(t, err, store.ErrTimeout)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var e *store.Error
		require.ErrorAs(t, err, &e)
		assert.True(t, e.SafeToRetry(), "sleeping is read-only")

		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err = p.sleepAndInsert(ctx, 3*time.Second, 1)
		require.ErrorIs(t, err, store.ErrTimeout)
		require.ErrorAs(t, err, &e)
		assert.False(t, e.SafeToRetry(), "nobody knows what became of the insert")
	}},
	{"a committed transaction stays, one that returns an error does not", func(t *testing.T, s subject) {
		p := s.start(t, nil)
		require.NoError(t, p.inTx(t.Context(), store.TxOptions{}, func(ctx context.Context, tx session) error {
			return tx.insert(ctx, 1, 10)
		}))
		amount, err := p.amount(t.Context(), 1)
		require.NoError(t, err)
		assert.Equal(t, 10, amount)

		mine := errors.New("mine")
		err = p.inTx(t.Context(), store.TxOptions{}, func(ctx context.Context, tx session) error {
			require.NoError(t, tx.insert(ctx, 2, 20))
			amount, err := tx.amount(ctx, 2)
			require.NoError(t, err)
			assert.Equal(t, 20, amount, "a transaction sees its own changes")
			_, err = p.amount(ctx, 2)
			require.ErrorIs(t, err, store.ErrNotFound, "nobody else does")
			return mine
		})
		assert.Same(t, mine, err)
		_, err = p.amount(t.Context(), 2)
		require.ErrorIs(t, err, store.ErrNotFound)
	}},
	{"a panic in a transaction rolls back and goes on", func(t *testing.T, s subject) {
		p := s.start(t, func(c *store.Config) { s.shape(c, 1, time.Second) })
		assert.PanicsWithValue(t, "boom", func() {
			_ = p.inTx(t.Context(), store.TxOptions{}, func(ctx context.Context, tx session) error {
				require.NoError(t, tx.insert(ctx, 1, 1))
				panic("boom")
			})
		})
		_, err := p.amount(t.Context(), 1)
		require.ErrorIs(t, err, store.ErrNotFound)
		assert.Zero(t, p.Stats().AcquiredConns)
	}},
	{"a transaction whose context ends is rolled back", func(t *testing.T, s subject) {
		p := s.start(t, func(c *store.Config) { s.shape(c, 1, time.Second) })
		ctx, cancel := context.WithCancel(t.Context())
		err := p.inTx(ctx, store.TxOptions{}, func(ctx context.Context, tx session) error {
			require.NoError(t, tx.insert(ctx, 1, 1))
			cancel()
			return nil
		})
		require.ErrorIs(t, err, context.Canceled)
		_, err = p.amount(t.Context(), 1)
		require.ErrorIs(t, err, store.ErrNotFound)
	}},
	{"a transaction in which a query failed cannot be committed", func(t *testing.T, s subject) {
		p := s.start(t, nil)
		err := p.inTx(t.Context(), store.TxOptions{}, func(ctx context.Context, tx session) error {
			require.NoError(t, tx.insert(ctx, 1, 1))
			require.ErrorIs(t, tx.insert(ctx, 1, 1), store.ErrConflict)
			return nil
		})
		require.Error(t, err)
		_, err = p.amount(t.Context(), 1)
		require.ErrorIs(t, err, store.ErrNotFound)
	}},
	{"transactions that get in each other's way are repeated", func(t *testing.T, s subject) {
		p := s.start(t, nil)
		require.NoError(t, p.insert(t.Context(), 1, 1))
		const writers = 4
		opts := store.TxOptions{MaxAttempts: 50}
		if s.engine == store.Postgres {
			opts.Isolation = store.Serializable
		}
		var wg, reading sync.WaitGroup
		reading.Add(writers)
		var attempts atomic.Int32
		errs := make([]error, writers)
		for i := range writers {
			wg.Go(func() {
				first := true
				errs[i] = p.inTx(t.Context(), opts, func(ctx context.Context, tx session) error {
					attempts.Add(1)
					amount, err := tx.amount(ctx, 1)
					if first {
						first = false
						reading.Done()
						reading.Wait() // nobody writes before all have read
					}
					if err != nil {
						return err
					}
					return tx.set(ctx, 1, amount+1)
				})
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		amount, err := p.amount(t.Context(), 1)
		require.NoError(t, err)
		assert.Equal(t, 1+writers, amount, "no increment may be lost")
		assert.Greater(t, attempts.Load(), int32(writers))
	}},
	{"a lost race is a serialization failure if it is not repeated", func(t *testing.T, s subject) {
		p := s.start(t, nil)
		require.NoError(t, p.insert(t.Context(), 1, 1))
		opts := store.TxOptions{}
		if s.engine == store.Postgres {
			opts.Isolation = store.Serializable
		}
		err := p.inTx(t.Context(), opts, func(ctx context.Context, tx session) error {
			if _, err := tx.amount(ctx, 1); err != nil {
				return err
			}
			if err := p.set(ctx, 1, 5); err != nil {
				return err
			}
			return tx.set(ctx, 1, 6)
		})
		require.ErrorIs(t, err, store.ErrSerialization)
		var e *store.Error
		require.ErrorAs(t, err, &e)
		assert.True(t, e.SafeToRetry())
	}},
	{"many callers share few connections", func(t *testing.T, s subject) {
		p := s.start(t, func(c *store.Config) { s.shape(c, 3, 5*time.Second) })
		var wg sync.WaitGroup
		errs := make([]error, 60)
		for i := range errs {
			wg.Go(func() { errs[i] = p.insert(t.Context(), i, i+1) })
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		stats := p.Stats()
		assert.LessOrEqual(t, stats.TotalConns, 3)
		assert.Equal(t, 3, stats.MaxConns)
		assert.Zero(t, stats.AcquiredConns)
		assert.GreaterOrEqual(t, stats.Acquires, int64(60))
		for i := range errs {
			wg.Go(func() {
				errs[i] = p.inTx(t.Context(), store.TxOptions{}, func(context.Context, session) error { return nil })
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		stats = p.Stats()
		assert.LessOrEqual(t, stats.TotalConns, 3)
		assert.Positive(t, stats.WaitedAcquires)
		assert.Positive(t, stats.Overflow())
	}},
	{"waiting for a connection ends with the context, and health says that the pool is full", func(t *testing.T, s subject) {
		p := s.start(t, func(c *store.Config) { s.shape(c, 1, time.Second) })
		require.NoError(t, p.inTx(t.Context(), store.TxOptions{}, func(ctx context.Context, _ session) error {
			waiting, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
			defer cancel()
			err := p.insert(waiting, 1, 1)
			require.ErrorIs(t, err, store.ErrTimeout)
			health := p.Health(ctx)
			assert.Equal(t, store.StatusSaturated, health.Status)
			assert.True(t, store.Health{Parts: []store.PartHealth{health}}.Ready())
			return nil
		}))
		assert.Equal(t, store.StatusUp, p.Health(t.Context()).Status)
	}},
	{"close waits for the calls under way and refuses later ones", func(t *testing.T, s subject) {
		p := s.start(t, nil)
		busy := make(chan error, 1)
		go func() { busy <- p.sleepAndInsert(t.Context(), 300*time.Millisecond, 1) }()
		require.Eventually(t, func() bool { return p.Stats().AcquiredConns == 1 }, patience, time.Millisecond)
		p.Close()
		assert.Zero(t, p.Stats().TotalConns)
		require.NoError(t, <-busy)
		err := p.insert(t.Context(), 2, 1)
		require.ErrorIs(t, err, store.ErrUnavailable)
		assert.Equal(t, store.StatusDown, p.Health(t.Context()).Status)
		p.Close()
	}},
	{"close leaves no goroutine behind", func(t *testing.T, s subject) {
		url := s.database(t)
		before := runtime.NumGoroutine()
		p := s.startAt(t, url, nil)
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() { _ = p.insert(t.Context(), i, 1) })
		}
		wg.Wait()
		p.Close()
		for end := time.Now().Add(patience); runtime.NumGoroutine() > before; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				stacks := make([]byte, 1<<20)
				t.Fatalf("there were %d goroutines before, now there are:\n%s", before, stacks[:runtime.Stack(stacks, true)])
			}
		}
	}},
	{"an unreachable server is unavailable after the deadline, not before the second try", func(t *testing.T, s subject) {
		proxy, url := behind(t, s.database(t))
		proxy.set(refuse)
		cfg := s.config(url)
		cfg.OpenTimeout = 300 * time.Millisecond
		start := time.Now()
		_, err := s.open(t.Context(), cfg)
		require.ErrorIs(t, err, store.ErrUnavailable)
		assert.Greater(t, time.Since(start), 50*time.Millisecond)
		assert.Less(t, time.Since(start), patience)
	}},
	{"open waits for a server that is starting", func(t *testing.T, s subject) {
		proxy, url := behind(t, s.database(t))
		proxy.set(refuse)
		time.AfterFunc(200*time.Millisecond, func() { proxy.set(pass) })
		p := s.startAt(t, url, nil)
		require.NoError(t, p.insert(t.Context(), 1, 1))
	}},
	{"a canceled open returns", func(t *testing.T, s subject) {
		proxy, url := behind(t, s.database(t))
		proxy.set(hold)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err := s.open(ctx, s.config(url))
		require.Error(t, err)
		assert.Less(t, time.Since(start), 3*time.Second)
	}},
	{"calls recover when a dead server is back", func(t *testing.T, s subject) {
		proxy, url := behind(t, s.database(t))
		p := s.startAt(t, url, func(c *store.Config) { s.shape(c, 2, time.Second) })
		require.NoError(t, p.insert(t.Context(), 1, 1))

		proxy.down()
		start := time.Now()
		for i := range 10 {
			require.ErrorIs(t, p.insert(t.Context(), 100+i, 1), store.ErrUnavailable)
		}
		assert.Less(t, time.Since(start), 3*time.Second, "calls must fail fast")
		health := p.Health(t.Context())
		assert.Equal(t, store.StatusDown, health.Status)
		require.ErrorIs(t, health.Err, store.ErrUnavailable)

		proxy.set(pass)
		require.Eventually(t, func() bool { return p.insert(t.Context(), 2, 1) == nil }, patience, 20*time.Millisecond)
		assert.Equal(t, store.StatusUp, p.Health(t.Context()).Status)
	}},
	{"a read is repeated over a broken connection, a write is not", func(t *testing.T, s subject) {
		proxy, url := behind(t, s.database(t))
		p := s.startAt(t, url, func(c *store.Config) { s.shape(c, 1, time.Second) })
		require.NoError(t, p.insert(t.Context(), 1, 7))
		time.AfterFunc(300*time.Millisecond, proxy.cut)
		require.NoError(t, p.sleep(t.Context(), time.Second), "the read-only query must be repeated")

		time.AfterFunc(500*time.Millisecond, proxy.cut)
		err := p.sleepAndInsert(t.Context(), 2*time.Second, 2)
		require.ErrorIs(t, err, store.ErrUnavailable)
		var e *store.Error
		require.ErrorAs(t, err, &e)
		assert.False(t, e.SafeToRetry())
		amount, err := p.amount(t.Context(), 1)
		require.NoError(t, err)
		assert.Equal(t, 7, amount)
	}},
	{"a deadline ends a call over a half-open connection, and the pool recovers", func(t *testing.T, s subject) {
		proxy, url := behind(t, s.database(t))
		p := s.startAt(t, url, func(c *store.Config) { s.shape(c, 1, 500*time.Millisecond) })
		require.NoError(t, p.insert(t.Context(), 1, 1))
		proxy.set(hold)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		start := time.Now()
		require.ErrorIs(t, p.insert(ctx, 2, 1), store.ErrTimeout)
		assert.Less(t, time.Since(start), 3*time.Second)
		proxy.cut()
		proxy.set(pass)
		require.Eventually(t, func() bool {
			_, err := p.amount(t.Context(), 1)
			return err == nil
		}, patience, 20*time.Millisecond)
	}},
	{"a wrong password is a permission error, at once, and is shown nowhere", func(t *testing.T, s subject) {
		const password = "s3cr3t/pässword"
		u, err := url.Parse(s.database(t))
		require.NoError(t, err)
		u.User = url.UserPassword(u.User.Username(), password)
		cfg := s.config(u.String())
		start := time.Now()
		_, err = s.open(t.Context(), cfg)
		require.ErrorIs(t, err, store.ErrPermission)
		assert.Less(t, time.Since(start), patience)
		encoded, jsonErr := json.Marshal(cfg)
		require.NoError(t, jsonErr)
		holder := struct{ cfg store.Config }{cfg}
		for _, shown := range []string{
			err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err), string(encoded),
			fmt.Sprint(cfg), fmt.Sprintf("%+v", cfg), fmt.Sprintf("%#v", cfg), fmt.Sprintf("%v %q", cfg.Postgres.URL, cfg.Surreal.URL),
			fmt.Sprintf("%+v %#v", holder, holder),
		} {
			for _, secret := range []string{password, url.QueryEscape(password), url.PathEscape(password), u.User.String()} {
				assert.False(t, strings.Contains(shown, secret), "the password is in %s", shown)
			}
		}
	}},
	{"a malformed URL is refused without being shown", func(t *testing.T, s subject) {
		for _, bad := range []string{"", "://", "host=x password=hunter2 port=nonsense", "ws://u:hunter2@h:port/a/b", "postgres://u:hun%zter2@h/d", "redis://u:hunter2@h/d/e"} {
			_, err := s.open(t.Context(), s.config(bad))
			require.Error(t, err, bad)
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "hunter2")
			for e := err; e != nil; e = errors.Unwrap(e) {
				assert.NotContains(t, fmt.Sprintf("%v %+v %#v", e, e, e), "hunter2")
			}
		}
	}},
	{"an open pool shows no password", func(t *testing.T, s subject) {
		u := s.database(t)
		parsed, err := url.Parse(u)
		require.NoError(t, err)
		password, _ := parsed.User.Password()
		p := s.startAt(t, u, nil)
		if password == "root" || password == "postgres" {
			t.Skip("the password is also the user's name, so that it would be found anyhow")
		}
		assert.NotContains(t, fmt.Sprintf("%v %+v", p, p), password)
	}},
	{"an observer sees each call once, repeated or not", func(t *testing.T, s subject) {
		var seen recorder
		proxy, url := behind(t, s.database(t))
		p := s.startAt(t, url, func(c *store.Config) {
			s.shape(c, 1, time.Second)
			c.Observer = &seen
		})
		require.NoError(t, p.insert(t.Context(), 1, 1))
		require.Error(t, p.insert(t.Context(), 1, 1))
		time.AfterFunc(100*time.Millisecond, proxy.cut)
		require.NoError(t, p.sleep(t.Context(), 300*time.Millisecond))
		assert.Equal(t, []string{
			"start InsertItem", "end InsertItem ok",
			"start InsertItem", "end InsertItem conflict",
			"start Sleep", "end Sleep ok",
		}, seen.events)
	}},
}

func TestConformance(t *testing.T) {
	for _, s := range subjects {
		t.Run(string(s.engine), func(t *testing.T) {
			for _, b := range behaviours {
				t.Run(b.name, func(t *testing.T) { b.test(t, s) })
			}
		})
	}
}

// A recorder is an observer that writes down what it sees.
type recorder struct {
	mu     sync.Mutex
	events []string
}

type recorderKey struct{}

func (r *recorder) Start(ctx context.Context, q *store.Query) context.Context {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, "start "+q.Name)
	return context.WithValue(ctx, recorderKey{}, q.Name)
}

func (r *recorder) End(ctx context.Context, _ *store.Query, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	result := "ok"
	if e, ok := errors.AsType[*store.Error](err); ok {
		result = e.Kind.String()
	}
	r.events = append(r.events, fmt.Sprintf("end %v %s", ctx.Value(recorderKey{}), result))
}
