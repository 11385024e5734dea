package store

import (
	"context"
	"math/rand/v2"
	"time"
)

// A Backoff waits longer after each failure: the limit of the wait doubles
// from Initial up to Max, and the wait itself is drawn evenly from the upper
// half of the limit, so that many clients do not come back all at once. It is
// not safe for concurrent use.
type Backoff struct {
	Initial time.Duration // default 50 ms
	Max     time.Duration // default 5 s

	limit time.Duration
}

// Next returns how long to wait after one more failure.
func (b *Backoff) Next() time.Duration {
	initial, maximum := b.Initial, b.Max
	if initial <= 0 {
		initial = 50 * time.Millisecond
	}
	if maximum <= 0 {
		maximum = 5 * time.Second
	}
	switch {
	case b.limit == 0:
		b.limit = initial
	case b.limit > maximum/2:
		b.limit = maximum
	default:
		b.limit *= 2
	}
	b.limit = min(b.limit, maximum)
	half := b.limit / 2
	return half + rand.N(b.limit-half+1)
}

// Wait waits for Next's duration. It returns at once with ctx's error if ctx
// is done first, or if its deadline would pass while waiting.
func (b *Backoff) Wait(ctx context.Context) error {
	wait := b.Next()
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
		if err := ctx.Err(); err != nil {
			return err
		}
		return context.DeadlineExceeded
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Reset starts over from Initial.
func (b *Backoff) Reset() { b.limit = 0 }
