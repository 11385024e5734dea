package surreal

import (
	"context"
	"errors"
	"iter"
	"sync"

	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// A LiveQuerier is a Querier that can start live queries. *Pool is one; *Tx is
// too, and refuses them.
type LiveQuerier interface {
	Querier
	// Live starts the live query text. The subscription must be closed.
	Live(ctx context.Context, text string, vars func(*cbor.Encoder)) (*Subscription, error)
}

var errNotLive = errors.New("live queries need a pool")

// A Live is a running live query whose records are read as T. It must be
// closed. Only one goroutine may call Next at a time; Close may be called from
// any.
type Live[T any] struct{ source changeSource[T] }

// A changeSource is where the changes of a Live come from.
type changeSource[T any] interface {
	Next(ctx context.Context) (Change[T], error)
	Close() error
}

// LiveOf returns a Live whose changes come from a channel: one for a double of
// a repository. Next returns ErrSubscriptionClosed once the channel is closed
// and empty, and after Close.
func LiveOf[T any](changes <-chan Change[T]) *Live[T] {
	return &Live[T]{&channelSource[T]{changes: changes, closed: make(chan struct{})}}
}

// NewLive starts the live query text, whose records decode reads. query is the
// query's name, for errors.
func NewLive[T any](ctx context.Context, q Querier, query, text string, vars func(*cbor.Encoder), decode func(*cbor.Decoder) T) (*Live[T], error) {
	live, ok := q.(LiveQuerier)
	if !ok {
		return nil, errNotLive
	}
	sub, err := live.Live(ctx, text, vars)
	if err != nil {
		return nil, err
	}
	return &Live[T]{&liveSource[T]{sub, query, decode}}, nil
}

// A Change is what happened to one record.
type Change[T any] struct {
	Action Action
	// Record is the record's id.
	Record RecordID
	// Value is what the live query selects of the record. For ActionDelete it
	// is what the query last selected.
	Value T
}

// Created reports whether the record came into being.
func (c Change[T]) Created() bool { return c.Action == ActionCreate }

// Updated reports whether the record was changed.
func (c Change[T]) Updated() bool { return c.Action == ActionUpdate }

// Deleted reports whether the record was deleted.
func (c Change[T]) Deleted() bool { return c.Action == ActionDelete }

// Next waits for the next change. Its errors are those of Subscription.Next,
// and a *DecodeError for a change that cannot be read, after which there may be
// more.
func (l *Live[T]) Next(ctx context.Context) (Change[T], error) { return l.source.Next(ctx) }

// Changes returns the changes as they come. It ends with the first error, which
// it yields too.
func (l *Live[T]) Changes(ctx context.Context) iter.Seq2[Change[T], error] {
	return func(yield func(Change[T], error) bool) {
		for {
			change, err := l.Next(ctx)
			if !yield(change, err) || err != nil {
				return
			}
		}
	}
}

// Close ends the live query.
func (l *Live[T]) Close() error { return l.source.Close() }

// A liveSource reads the notifications of a subscription.
type liveSource[T any] struct {
	*Subscription
	query  string
	decode func(*cbor.Decoder) T
}

func (s *liveSource[T]) Next(ctx context.Context) (Change[T], error) {
	n, err := s.Subscription.Next(ctx)
	if err != nil {
		return Change[T]{}, err
	}
	change := Change[T]{Action: n.Action}
	if change.Record, err = decodeAlone(s.query, n.Record, DecodeRecordID); err != nil {
		return Change[T]{}, err
	}
	change.Value, err = decodeAlone(s.query, n.Result, s.decode)
	return change, err
}

type channelSource[T any] struct {
	changes <-chan Change[T]
	once    sync.Once
	closed  chan struct{}
}

func (s *channelSource[T]) Next(ctx context.Context) (Change[T], error) {
	select {
	case <-s.closed: // also where there are changes left
		return Change[T]{}, ErrSubscriptionClosed
	default:
	}
	select {
	case change, ok := <-s.changes:
		if !ok {
			return Change[T]{}, ErrSubscriptionClosed
		}
		return change, nil
	case <-s.closed:
		return Change[T]{}, ErrSubscriptionClosed
	case <-ctx.Done():
		return Change[T]{}, ctx.Err()
	}
}

func (s *channelSource[T]) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

// decodeAlone reads a value that is not the result of a statement.
func decodeAlone[T any](query string, data []byte, decode func(*cbor.Decoder) T) (T, error) {
	d := cbor.NewDecoder(data)
	v := decode(d)
	if err := d.Finish(); err != nil {
		var zero T
		return zero, newDecodeError(query, 0, err)
	}
	return v, nil
}
