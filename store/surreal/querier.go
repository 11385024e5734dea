package surreal

import (
	"context"
	"time"

	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// A Querier runs SurrealQL. *Pool and *Tx are Queriers, and generated code runs
// over either.
type Querier interface {
	// Query sends text with the variables that vars writes, and returns one
	// slot per statement. If any statement fails the error is a
	// *StatementError that says which; the response is then nil.
	//
	// vars writes one CBOR map of variable names, without the dollar sign, to
	// values. It may be nil, and it may be called more than once.
	Query(ctx context.Context, text string, vars func(*cbor.Encoder)) (*Response, error)
}

// A Response holds the results of a request, one slot per statement, with
// BEGIN, COMMIT, LET and USE included.
type Response struct {
	Slots []Slot
}

// A Slot is the result of one statement.
type Slot struct {
	// Result is the statement's result as CBOR. It aliases the response's
	// buffer, which nothing writes to again.
	Result []byte
	// Time is how long the engine says the statement took.
	Time time.Duration
}
