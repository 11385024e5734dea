package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Kind says what went wrong in terms that both engines share.
type Kind uint8

// The kinds of errors. Each has a sentinel for errors.Is.
const (
	// KindOther is an error that none of the other kinds describes, such as an
	// error that the caller's own code returned inside a transaction.
	KindOther Kind = iota
	// KindNotFound means that a query that must find something found nothing.
	KindNotFound
	// KindConflict means that a record with the same key exists already.
	KindConflict
	// KindForeignKey means that a reference points to nothing, or that
	// something still refers to what was to be removed.
	KindForeignKey
	// KindCheck means that the schema does not admit a value: a CHECK, a NOT
	// NULL, an ASSERT, a type.
	KindCheck
	// KindSerialization means that concurrent transactions got in each other's
	// way and this one lost. Nothing of it remains.
	KindSerialization
	// KindUnavailable means that the engine could not be reached, or that the
	// connection was lost.
	KindUnavailable
	// KindTimeout means that the context's deadline or an engine's own time
	// limit was reached.
	KindTimeout
	// KindCanceled means that the caller canceled the context.
	KindCanceled
	// KindDecode means that what the engine returned does not fit the generated
	// type, or cannot be read at all.
	KindDecode
	// KindPermission means that the engine refused: wrong credentials, or
	// rights that are missing.
	KindPermission
	// KindSchema means that the database's schema is not the one that the code
	// was generated for.
	KindSchema
)

// The sentinels for errors.Is. An *Error matches the sentinel of its kind, and
// an error of KindCanceled matches context.Canceled.
var (
	ErrNotFound      = errors.New("not found")
	ErrConflict      = errors.New("conflict")
	ErrForeignKey    = errors.New("foreign key violated")
	ErrCheck         = errors.New("check failed")
	ErrSerialization = errors.New("serialization failure")
	ErrUnavailable   = errors.New("unavailable")
	ErrTimeout       = errors.New("timeout")
	ErrDecode        = errors.New("cannot decode")
	ErrPermission    = errors.New("permission denied")
	ErrSchema        = errors.New("schema mismatch")
)

var kinds = [...]struct {
	name     string
	sentinel error
	// transient errors may go away when the same is tried again.
	transient bool
}{
	KindOther:         {name: "other"},
	KindNotFound:      {name: "not_found", sentinel: ErrNotFound},
	KindConflict:      {name: "conflict", sentinel: ErrConflict},
	KindForeignKey:    {name: "foreign_key", sentinel: ErrForeignKey},
	KindCheck:         {name: "check", sentinel: ErrCheck},
	KindSerialization: {name: "serialization", sentinel: ErrSerialization, transient: true},
	KindUnavailable:   {name: "unavailable", sentinel: ErrUnavailable, transient: true},
	KindTimeout:       {name: "timeout", sentinel: ErrTimeout, transient: true},
	KindCanceled:      {name: "canceled", sentinel: context.Canceled},
	KindDecode:        {name: "decode", sentinel: ErrDecode},
	KindPermission:    {name: "permission", sentinel: ErrPermission},
	KindSchema:        {name: "schema", sentinel: ErrSchema},
}

// String returns the kind's name in snake case, which is fit for a metric's
// label and never changes.
func (k Kind) String() string {
	if int(k) >= len(kinds) {
		return fmt.Sprintf("kind(%d)", uint8(k))
	}
	return kinds[k].name
}

// An Error is what every call of a generated query, and every operation of a
// pool, returns when it fails.
type Error struct {
	Kind   Kind
	Engine Engine
	// Query is the query that failed. It is nil when the failure was not in a
	// query; Op then says what was being done, as in "open" or "commit".
	Query *Query
	Op    string
	// Statement is the index of the failing statement in a query of several
	// statements, and Line its line in Query.File. Statement is -1, and Line is
	// the line of the query's annotation, when the engine did not say.
	Statement int
	Line      int
	// Constraint is the constraint or index that was violated, when the engine
	// named one.
	Constraint string
	// Err is the driver's error.
	Err error

	noEffect bool
}

// Error returns one line that says which query failed, where it stands, what
// kind of failure it was, and what the engine said.
func (e *Error) Error() string {
	var where string
	switch {
	case e.Query != nil && e.Query.File != "":
		where = fmt.Sprintf("%s (%s:%d)", e.Query.Name, e.Query.File, e.Line)
	case e.Query != nil:
		where = e.Query.Name
	default:
		where = e.Op
	}
	return joinNonEmpty(string(e.Engine), where, e.what())
}

// what returns the part of the message behind the query: the kind of failure
// and what the engine said, each once.
func (e *Error) what() string {
	var kind, said string
	if s := e.sentinel(); s != nil {
		kind = s.Error()
	}
	if e.Err != nil {
		said = oneLine(e.Err.Error())
	}
	if e.Query != nil {
		// The packages of queries, which can be used without a Runner, name the
		// query themselves.
		said = strings.TrimPrefix(said, "query "+e.Query.Name+": ")
	}
	if e.Kind == KindCanceled && strings.HasSuffix(said, kind) {
		return kind // a driver that was interrupted may call it a timeout before
	}
	if _, nested := errors.AsType[*Error](e.Err); nested || strings.HasPrefix(said, kind) {
		return said // it says the kind already
	}
	return joinNonEmpty(kind, said)
}

func joinNonEmpty(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ": ")
}

// oneLine joins the lines of a driver's message.
func oneLine(message string) string {
	var line string
	for part := range strings.Lines(message) {
		part = strings.TrimSpace(part)
		switch {
		case line == "" || part == "":
			line += part
		case strings.HasSuffix(line, ":"):
			line += " " + part
		default:
			line += "; " + part
		}
	}
	return line
}

// Unwrap returns the driver's error.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is the sentinel of e's kind.
func (e *Error) Is(target error) bool {
	return target == e.sentinel() && target != nil
}

func (e *Error) sentinel() error {
	if int(e.Kind) >= len(kinds) {
		return nil
	}
	return kinds[e.Kind].sentinel
}

// SafeToRetry reports whether doing the same again can succeed and can do no
// harm: the failure is transient, and either it is known that nothing was
// changed or the query changes nothing. An error inside a transaction ends the
// transaction, so there it is the whole transaction that may be repeated.
func (e *Error) SafeToRetry() bool {
	if int(e.Kind) >= len(kinds) || !kinds[e.Kind].transient {
		return false
	}
	return e.noEffect || e.Query != nil && e.Query.ReadOnly
}

// A BatchError reports the items of a batch that failed. The items that it
// does not list succeeded.
type BatchError struct {
	// Items are the failures, by ascending Index.
	Items []BatchItemError
}

// A BatchItemError is the failure of one item of a batch.
type BatchItemError struct {
	// Index is the item's position in the batch's argument, from zero.
	Index int
	// Err is an *Error once the batch has returned.
	Err error
}

// Error returns the first failure and how many there are.
func (e *BatchError) Error() string {
	if len(e.Items) == 0 {
		return "batch failed"
	}
	index, cause := e.Items[0].Index, e.Items[0].Err.Error()
	if classified, ok := e.Items[0].Err.(*Error); ok {
		cause = classified.what() // the error of the whole batch names the query
	}
	if len(e.Items) == 1 {
		return fmt.Sprintf("item %d of the batch: %s", index, cause)
	}
	return fmt.Sprintf("%d items of the batch failed, the first is item %d: %s", len(e.Items), index, cause)
}

// Unwrap returns the items' errors.
func (e *BatchError) Unwrap() []error {
	errs := make([]error, len(e.Items))
	for i := range e.Items {
		errs[i] = e.Items[i].Err
	}
	return errs
}
