package surreal

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/jackc/puddle/v2"
)

const (
	// maxSharedRequest is how large, in bytes, a request may be that shares its
	// connection with others. A larger one would keep them waiting.
	maxSharedRequest = 64 << 10
	// growthPause is how long after a failed attempt to connect the calls that
	// have a connection to share do without a further one.
	growthPause = time.Second
)

// A share is a connection of the pool that calls use together.
type share struct {
	resource *puddle.Resource[*conn]
	calls    int
}

func (s *share) conn() *conn { return s.resource.Value() }

// shares are the connections that queries use. A query has one of its own while
// there are enough of them, and else shares the one with the fewest calls.
// Transactions and the like never share. So that they get their turn while
// queries keep all connections busy, as many of the shares take no more calls
// as there are callers waiting for a connection of their own.
type shares struct {
	mu    sync.Mutex
	list  []*share // the oldest first
	alone int      // callers that wait for a connection of their own
	next  *nextShare

	joins, waits, cancels int64 // of calls that took no connection of their own
	waited                time.Duration
}

// A nextShare is the connection that queries wait for when there is none to
// share. The first of them acquires it for all.
type nextShare struct {
	waiting int           // how many there are besides the first
	settled chan struct{} // closed when the other fields are final
	share   *share
	err     error
	gaveUp  bool // err is only that the context of the first was done
}

// least returns the share with the fewest calls of those that may take one
// more, or nil. s.mu is held.
func (s *shares) least() *share {
	now := time.Now()
	var least *share
	for _, candidate := range s.list[min(s.alone, len(s.list)):] {
		if (least == nil || candidate.calls < least.calls) && candidate.conn().usable(now) {
			least = candidate
		}
	}
	return least
}

// add makes a share of an acquired connection. s.mu is held.
func (s *shares) add(resource *puddle.Resource[*conn], calls int) *share {
	added := &share{resource: resource, calls: calls}
	s.list = append(s.list, added)
	return added
}

// join returns a connection for a request that may share it. It must be left.
func (p *Pool) join(ctx context.Context) (*share, error) {
	s := &p.shares
	for {
		if err := p.breaker.err(); err != nil {
			p.failFasts.Add(1)
			return nil, err
		}
		s.mu.Lock()
		if least := s.least(); least != nil {
			defer s.mu.Unlock()
			if idle := p.tryAcquire(); idle != nil {
				return s.add(idle, 1), nil
			}
			least.calls++
			s.joins++
			return least, nil
		}
		next := s.next
		if next == nil {
			next = &nextShare{settled: make(chan struct{})}
			s.next = next
			s.mu.Unlock()
			return p.settle(ctx, next)
		}
		next.waiting++
		s.mu.Unlock()
		joined, err := p.await(ctx, next)
		if err != nil || joined != nil {
			return joined, err
		}
	}
}

// settle acquires the connection that queries wait for.
func (p *Pool) settle(ctx context.Context, next *nextShare) (*share, error) {
	resource, err := p.acquire(ctx)
	s := &p.shares
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = nil
	if err != nil {
		next.err, next.gaveUp = err, ctx.Err() != nil
	} else {
		next.share = s.add(resource, 1+next.waiting)
	}
	close(next.settled)
	return next.share, next.err
}

// await waits for the connection that another query acquires. It returns nil if
// that one gave up.
func (p *Pool) await(ctx context.Context, next *nextShare) (*share, error) {
	began := time.Now()
	s := &p.shares
	select {
	case <-next.settled:
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waits++
		s.waited += time.Since(began)
		if next.gaveUp {
			return nil, nil
		}
		if next.err == nil {
			s.joins++
		}
		return next.share, next.err
	case <-ctx.Done():
		s.mu.Lock()
		s.cancels++
		next.waiting--
		joined := next.share
		s.mu.Unlock()
		if joined != nil {
			p.leave(joined)
		}
		return nil, &unsentError{ctx.Err()}
	}
}

// tryAcquire takes an idle connection out of the pool. If there is none it
// returns nil, and has one made in the background while there is room.
func (p *Pool) tryAcquire() *puddle.Resource[*conn] {
	if time.Since(time.Unix(0, p.dialFailure.Load())) < growthPause {
		return nil
	}
	for {
		resource, err := p.conns.TryAcquire(p.background)
		switch {
		case err != nil:
			return nil
		case p.usable(resource.Value()):
			return resource
		}
		resource.Destroy()
	}
}

// leave ends the use of a share by one call. The last one gives the connection
// back.
func (p *Pool) leave(left *share) {
	s := &p.shares
	s.mu.Lock()
	left.calls--
	over := left.calls == 0
	if over {
		s.list = slices.DeleteFunc(s.list, func(other *share) bool { return other == left })
	}
	s.mu.Unlock()
	if over {
		release(left.resource)
	}
}

// acquireAlone is acquire for what must not share its connection. If all are in
// use, one that queries share takes no more of them meanwhile.
func (p *Pool) acquireAlone(ctx context.Context) (*puddle.Resource[*conn], error) {
	if stat := p.conns.Stat(); stat.AcquiredResources() == stat.MaxResources() {
		p.shares.mu.Lock()
		p.shares.alone++
		p.shares.mu.Unlock()
		defer func() {
			p.shares.mu.Lock()
			p.shares.alone--
			p.shares.mu.Unlock()
		}()
	}
	return p.acquire(ctx)
}

// acquireFor returns a connection for a request. It must be left.
func (p *Pool) acquireFor(ctx context.Context, r request) (*share, error) {
	if len(r.data) <= maxSharedRequest {
		return p.join(ctx)
	}
	resource, err := p.acquireAlone(ctx)
	if err != nil {
		return nil, err
	}
	return &share{resource: resource, calls: 1}, nil
}
