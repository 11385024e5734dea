package store

import "context"

// Engine is a database engine.
type Engine string

// The engines that Tandem generates code for.
const (
	Postgres  Engine = "postgresql"
	SurrealDB Engine = "surrealdb"
)

// A Query describes one generated query. Generated code declares one for each
// query and passes it to whatever observes or reports the query; it is never
// changed after that.
type Query struct {
	Engine Engine
	// Name is the query's name as its annotation has it, as in "GetAgent".
	Name string
	// File is the path of the query file below the project's root, and Line the
	// line of the query's annotation in it.
	File string
	Line int
	// Lines are the lines in File of the query's statements, by result slot.
	// It is nil for PostgreSQL, where a query is one statement.
	Lines []int
	// ReadOnly says that the query changes nothing, so that repeating it after
	// a failure whose outcome is unknown is safe.
	ReadOnly bool
}

// An Observer sees every call of every generated query. Traces, metrics and
// logs hang here. Its methods are called concurrently.
type Observer interface {
	// Start is called before the query is sent, retries included once. The
	// context it returns is the one the query runs with.
	Start(ctx context.Context, q *Query) context.Context
	// End is called with the context that Start returned when the call is
	// over. err is nil on success, else an *Error.
	End(ctx context.Context, q *Query, err error)
}
