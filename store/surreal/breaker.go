package surreal

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// An awayError says that the server is known to be away, so that it was not
// asked.
type awayError struct{ cause error }

func (e *awayError) Error() string {
	return fmt.Sprintf("the server is away; the last attempt to reach it: %v", e.cause)
}
func (e *awayError) Unwrap() error { return e.cause }

// A breaker remembers whether the server is away. While it is, calls fail at
// once instead of waiting for connections one by one.
type breaker struct {
	mu   sync.Mutex
	away *awayError
	// here is done while the server is away, so that whoever waits for a
	// connection when it goes is woken.
	here  context.Context
	leave context.CancelFunc
}

func newBreaker() *breaker {
	b := &breaker{}
	b.here, b.leave = context.WithCancel(context.Background())
	return b
}

// check returns a context that is done as soon as the server is away, or an
// awayError if it is.
func (b *breaker) check() (context.Context, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.away != nil {
		return nil, b.away
	}
	return b.here, nil
}

// err returns the awayError if the server is away, else nil.
func (b *breaker) err() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.away == nil {
		return nil
	}
	return b.away
}

// trip notes that the server is away. It reports whether that is news.
func (b *breaker) trip(cause error) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	news := b.away == nil
	if away, ok := errors.AsType[*awayError](cause); ok {
		cause = away.cause
	}
	b.away = &awayError{cause}
	b.leave()
	return news
}

// reset notes that the server is back.
func (b *breaker) reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.away == nil {
		return
	}
	b.away = nil
	b.here, b.leave = context.WithCancel(context.Background())
}
