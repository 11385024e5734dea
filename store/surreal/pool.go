// Package surreal is the SurrealDB half of the runtime.
package surreal

import (
	"context"
	"errors"

	surrealdb "github.com/surrealdb/surrealdb.go"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// A Pool is a pool of SurrealDB connections. It is safe for concurrent use.
type Pool struct {
	runner *store.Runner
}

var errSkeleton = errors.New("not implemented yet")

// Open connects to cfg.Surreal.URL.
func Open(ctx context.Context, cfg store.Config) (*Pool, error) { return nil, errSkeleton }

// Query implements Querier.
func (p *Pool) Query(ctx context.Context, text string, vars func(*cbor.Encoder)) (*Response, error) {
	return nil, errSkeleton
}

// Runner returns what generated code calls its queries through.
func (p *Pool) Runner() *store.Runner { return p.runner }

// InTx calls fn in a transaction.
func (p *Pool) InTx(ctx context.Context, opts store.TxOptions, fn func(context.Context, *Tx) error) error {
	return errSkeleton
}

// SDK calls fn with the official SDK's client over one of the pool's connections.
func (p *Pool) SDK(ctx context.Context, fn func(*surrealdb.DB) error) error { return errSkeleton }

// Live starts the live query text.
func (p *Pool) Live(ctx context.Context, text string, vars func(*cbor.Encoder)) (*Subscription, error) {
	return nil, errSkeleton
}

// Close closes the pool.
func (p *Pool) Close() {}

// Health asks the server.
func (p *Pool) Health(ctx context.Context) store.PartHealth { return store.PartHealth{} }

// Stats returns the pool's figures.
func (p *Pool) Stats() store.PoolStats { return store.PoolStats{} }

// CheckMigrations verifies the revisions table.
func (p *Pool) CheckMigrations(ctx context.Context, version string) error { return errSkeleton }

// A Tx is a transaction.
type Tx struct{ runner *store.Runner }

// Query implements Querier.
func (t *Tx) Query(ctx context.Context, text string, vars func(*cbor.Encoder)) (*Response, error) {
	return nil, errSkeleton
}

// Runner returns what generated code calls its queries in the transaction through.
func (t *Tx) Runner() *store.Runner { return t.runner }

// An Action is what happened to a record that a live query watches.
type Action string

// The actions.
const (
	ActionCreate Action = "CREATE"
	ActionUpdate Action = "UPDATE"
	ActionDelete Action = "DELETE"
)

// A Notification says that a record that a live query watches was changed.
type Notification struct {
	Action Action
	// Record is the record's id as CBOR.
	Record []byte
	// Result is what the live query selects of the record, as CBOR.
	Result []byte
}

// A Subscription receives a live query's notifications.
type Subscription struct{}

// Next waits for the next notification.
func (s *Subscription) Next(ctx context.Context) (Notification, error) {
	return Notification{}, errSkeleton
}

// Close ends the live query.
func (s *Subscription) Close() error { return nil }
