package surreal

import (
	"context"
	"fmt"
	"slices"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

const (
	defaultInsertChunkRows  = 1000
	defaultInsertChunkBytes = 4 << 20
)

// chunkLimits are how much of an INSERT is sent in one request.
type chunkLimits struct{ rows, bytes int }

// A chunkQuerier is a Querier that can send an INSERT in chunks.
type chunkQuerier interface {
	Querier
	chunkLimits() chunkLimits
	// atomically calls fn with a Querier whose requests take effect together or
	// not at all.
	atomically(ctx context.Context, fn func(context.Context, Querier) error) error
}

func (p *Pool) chunkLimits() chunkLimits { return p.chunks }

func (p *Pool) atomically(ctx context.Context, fn func(context.Context, Querier) error) error {
	return p.InTx(ctx, store.TxOptions{}, func(ctx context.Context, tx *Tx) error { return fn(ctx, tx) })
}

func (t *Tx) chunkLimits() chunkLimits { return t.chunks }

func (t *Tx) atomically(ctx context.Context, fn func(context.Context, Querier) error) error {
	return fn(ctx, t)
}

// Insert runs text, an INSERT of rows that vars writes among the variables, and
// returns its one slot. Nothing is sent where there are no rows. More rows than
// one request should have are sent in chunks, which take effect together or not
// at all: those of a Pool are a transaction, and those of a Tx are part of it.
// A Querier that is neither gets all rows in one request.
func Insert[T any](ctx context.Context, q Querier, text string, rows []T, vars func(e *cbor.Encoder, chunk []T)) (*Response, error) {
	if len(rows) == 0 {
		return mergeInserted(nil)
	}
	cq, ok := q.(chunkQuerier)
	if !ok {
		return q.Query(ctx, text, func(e *cbor.Encoder) { vars(e, rows) })
	}
	c := chunker[T]{rows: rows, vars: vars, limits: cq.chunkLimits()}
	if err := c.next(); err != nil {
		return nil, err
	}
	if c.end == len(rows) {
		return q.Query(ctx, text, c.write)
	}
	var responses []*Response
	err := cq.atomically(ctx, func(ctx context.Context, q Querier) error {
		for {
			response, err := q.Query(ctx, text, c.write)
			if err != nil {
				return fmt.Errorf("rows %d to %d of %d: %w", c.start+1, c.end, len(rows), err)
			}
			responses = append(responses, response)
			if c.end == len(rows) {
				return nil
			}
			if err := c.next(); err != nil {
				return err
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return mergeInserted(responses)
}

// A chunker cuts rows into chunks and encodes them.
type chunker[T any] struct {
	rows   []T
	vars   func(*cbor.Encoder, []T)
	limits chunkLimits

	start, end int // the rows of the chunk
	encoder    cbor.Encoder
}

// next encodes the chunk after the current one: as many rows as the limits
// allow, and at least one.
func (c *chunker[T]) next() error {
	n := c.limits.rows
	if c.end > c.start {
		n = min(n, 2*(c.end-c.start)) // about as many fit as before
	}
	c.start = c.end
	n = min(n, len(c.rows)-c.start)
	for {
		c.encoder.Reset()
		c.vars(&c.encoder, c.rows[c.start:c.start+n])
		if err := c.encoder.Err(); err != nil {
			return &unsentError{fmt.Errorf("encode rows %d to %d: %w", c.start+1, c.start+n, err)}
		}
		size := len(c.encoder.Bytes())
		if size <= c.limits.bytes || n == 1 {
			c.end = c.start + n
			return nil
		}
		n = max(1, min(n-1, n*c.limits.bytes/size))
	}
}

func (c *chunker[T]) write(e *cbor.Encoder) { e.Raw(c.encoder.Bytes()) }

// mergeInserted returns the response to the chunks as it would be to one
// request.
func mergeInserted(responses []*Response) (*Response, error) {
	var merged Slot
	var rows [][]byte
	n := 0
	for _, response := range responses {
		slot := response.Slots[0]
		d := cbor.NewDecoder(slot.Result)
		n += d.Array()
		if err := d.Err(); err != nil {
			return nil, malformed("result of an INSERT", err)
		}
		rows = append(rows, slot.Result[d.Offset():])
		merged.Time += slot.Time
	}
	var head cbor.Encoder
	head.Array(n)
	merged.Result = slices.Concat(slices.Insert(rows, 0, head.Bytes())...)
	return &Response{Slots: []Slot{merged}}, nil
}
