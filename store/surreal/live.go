package surreal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// killTimeout limits the KILL that Close sends.
const killTimeout = 2 * time.Second

// Why a Subscription ended, other than by a lost connection, which is
// store.ErrUnavailable.
var (
	// ErrKilled says that the server ended the live query: somebody killed it,
	// or its table was removed.
	ErrKilled = errors.New("the server ended the live query")
	// ErrOverflow says that notifications came faster than Next was called for
	// longer than the buffer lasts, and that at least one was lost.
	ErrOverflow = errors.New("the subscription's buffer is full")
	// ErrSubscriptionClosed says that Close was called.
	ErrSubscriptionClosed = errors.New("the subscription is closed")
)

// An Action is what happened to a record that a live query watches.
type Action string

// The actions.
const (
	ActionCreate Action = "CREATE"
	ActionUpdate Action = "UPDATE"
	ActionDelete Action = "DELETE"

	actionKilled Action = "KILLED"
)

// A Notification says that a record that a live query watches has changed.
type Notification struct {
	Action Action
	// Record is the record's id as CBOR.
	Record []byte
	// Result is what the live query selects of the record, as CBOR. For
	// ActionDelete it is what it last selected.
	Result []byte
}

type notification struct {
	query [16]byte
	Notification
}

// A Subscription receives the notifications of one live query, in the order in
// which the server sends them; for changes in quick succession that need not
// be the order of the changes. It has a connection of its own. It never ends
// silently: when nothing more can come, Next says why, after the notifications
// that came before. It is safe for concurrent use.
type Subscription struct {
	pool  *Pool
	conn  *conn
	queue chan Notification

	closing atomic.Bool
	once    sync.Once
	err     error // what Close returned

	mu    sync.Mutex
	query *[16]byte // nil until the response to LIVE has come
	// early are notifications that came before the response.
	early []notification
}

// Live starts the live query text, which must contain exactly one LIVE SELECT.
// The subscription must be closed. An error is a *store.Error.
func (p *Pool) Live(ctx context.Context, text string, vars func(*cbor.Encoder)) (*Subscription, error) {
	s, err := p.live(ctx, text, vars)
	return s, p.runner.OpError(ctx, "live", err)
}

func (p *Pool) live(ctx context.Context, text string, vars func(*cbor.Encoder)) (*Subscription, error) {
	if err := p.breaker.err(); err != nil {
		p.failFasts.Add(1)
		return nil, err
	}
	s := &Subscription{pool: p, queue: make(chan Notification, p.liveBuffer)}
	c, err := p.dialer.dial(ctx, s.receive)
	if err != nil {
		return nil, err
	}
	s.conn = c
	if err := s.start(ctx, text, vars); err != nil {
		c.close()
		return nil, err
	}
	if !p.subscribe(s) {
		_ = s.shut(errPoolClosed)
		return nil, &unsentError{errPoolClosed}
	}
	return s, nil
}

// subscribe registers s, unless the pool is closed.
func (p *Pool) subscribe(s *Subscription) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running {
		return false
	}
	p.subscriptions[s] = struct{}{}
	return true
}

func (s *Subscription) start(ctx context.Context, text string, vars func(*cbor.Encoder)) error {
	r, err := newQuery(nil, text, vars)
	if err != nil {
		return err
	}
	statements, err := s.conn.query(ctx, r, text)
	if err != nil {
		return err
	}
	var query [16]byte
	found := 0
	for _, statement := range statements {
		if statement.kind != "live" {
			continue
		}
		found++
		id := cbor.NewDecoder(statement.result)
		query = id.UUID()
		if err := id.Finish(); err != nil {
			return malformed("live query's id", err)
		}
	}
	if found != 1 {
		return fmt.Errorf("the query starts %d live queries instead of one", found)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.query = &query
	for _, n := range s.early {
		s.enqueue(n)
	}
	s.early = nil
	return nil
}

// receive takes a notification on the connection's reading goroutine, which it
// must not keep waiting.
func (s *Subscription) receive(n notification) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.query != nil {
		s.enqueue(n)
		return
	}
	if len(s.early) <= cap(s.queue) { // one more than fits, so that enqueue notices
		s.early = append(s.early, n)
	}
}

// enqueue passes a notification on to Next. s.mu is held.
func (s *Subscription) enqueue(n notification) {
	switch {
	case n.query != *s.query, s.closing.Load():
	case n.Action == actionKilled:
		s.conclude(ErrKilled)
	default:
		select {
		case s.queue <- n.Notification:
		default:
			s.conclude(fmt.Errorf("%w: it holds %d notifications", ErrOverflow, cap(s.queue)))
		}
	}
}

// conclude ends the subscription for the given reason. Notifications that were
// read already but not passed on are dropped, so that Next returns none from
// behind a gap.
func (s *Subscription) conclude(reason error) {
	s.closing.Store(true)
	s.conn.end(reason)
}

// Next waits for the next notification. An error is final unless it is ctx's:
// the connection was lost (store.ErrUnavailable), ErrKilled, ErrOverflow or
// ErrSubscriptionClosed. What happened after a lost connection is not known;
// subscribe again, and read the records once more.
func (s *Subscription) Next(ctx context.Context) (Notification, error) {
	select {
	case n := <-s.queue:
		return n, nil
	default:
	}
	select {
	case n := <-s.queue:
		return n, nil
	case <-ctx.Done():
		return Notification{}, s.pool.runner.OpError(ctx, "live", ctx.Err())
	case <-s.conn.read:
		// The last notifications may have come just before the end.
		select {
		case n := <-s.queue:
			return n, nil
		default:
			return Notification{}, s.pool.runner.OpError(ctx, "live", &connError{err: s.conn.reason()})
		}
	}
}

// Close ends the live query. It returns an error if the server, though the
// connection was good, did not confirm that. Closing twice does nothing more.
func (s *Subscription) Close() error {
	s.pool.mu.Lock()
	delete(s.pool.subscriptions, s)
	s.pool.mu.Unlock()
	return s.shut(ErrSubscriptionClosed)
}

// shut ends the live query for the given reason.
func (s *Subscription) shut(reason error) error {
	s.once.Do(func() {
		s.closing.Store(true)
		ctx, cancel := context.WithTimeout(context.Background(), killTimeout)
		defer cancel()
		if s.conn.alive() {
			_, err := s.conn.call(ctx, nil, "kill", func(e *cbor.Encoder) { e.UUID(*s.query) })
			if err != nil && s.conn.alive() {
				s.err = s.pool.runner.OpError(ctx, "kill", err)
			}
		}
		s.conclude(reason)
		s.conn.close()
	})
	return s.err
}

func decodeNotification(data []byte) (notification, error) {
	var n notification
	d := cbor.NewDecoder(data)
	fields(d, func(name string) {
		switch name {
		case "id":
			n.query = d.UUID()
		case "action":
			n.Action = Action(d.String())
		case "record":
			n.Record = d.Raw()
		case "result":
			n.Result = d.Raw()
		default:
			d.Skip()
		}
	})
	if err := d.Finish(); err != nil {
		return notification{}, malformed("notification", err)
	}
	switch n.Action {
	case ActionCreate, ActionUpdate, ActionDelete, actionKilled:
		return n, nil
	}
	return notification{}, malformed("notification", fmt.Errorf("unknown action %q", n.Action))
}
