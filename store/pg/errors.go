package pg

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"

	"github.com/devq-ai/tandem/store"
)

// sqlstates says what an SQLSTATE means: a code of five characters, or the
// class that its first two name. A code comes before its class.
var sqlstates = map[string]store.Kind{
	"08":    store.KindUnavailable,   // connection exception
	"22":    store.KindCheck,         // data exception: a value that its type does not admit
	"23":    store.KindCheck,         // integrity constraint violation
	"23001": store.KindForeignKey,    // restrict violation
	"23503": store.KindForeignKey,    // foreign key violation
	"23505": store.KindConflict,      // unique violation
	"23P01": store.KindConflict,      // exclusion violation
	"25P03": store.KindTimeout,       // idle in transaction session timeout
	"25P04": store.KindTimeout,       // transaction timeout
	"28":    store.KindPermission,    // invalid authorization specification
	"3D000": store.KindSchema,        // no such database
	"3F000": store.KindSchema,        // no such schema
	"40":    store.KindSerialization, // transaction rollback: serialization failure, deadlock
	"40002": store.KindCheck,         // transaction integrity constraint violation
	"40003": store.KindUnavailable,   // statement completion unknown
	"42501": store.KindPermission,    // insufficient privilege
	"42703": store.KindSchema,        // undefined column
	"42704": store.KindSchema,        // undefined object
	"42804": store.KindSchema,        // datatype mismatch
	"42883": store.KindSchema,        // undefined function
	"42P01": store.KindSchema,        // undefined table
	"0A000": store.KindSchema,        // cached plan must not change result type
	"53":    store.KindUnavailable,   // insufficient resources: too many connections, disk full
	"55P03": store.KindTimeout,       // lock not available
	"57014": store.KindTimeout,       // query canceled, by statement_timeout unless ctx says otherwise
	"57P":   store.KindUnavailable,   // operator intervention: shutdown, starting up
	"P0001": store.KindCheck,         // raise exception
	"P0002": store.KindNotFound,      // no data found
	"P0003": store.KindDecode,        // too many rows
}

func kindOf(sqlstate string) store.Kind {
	for n := len(sqlstate); n >= 2; n-- {
		if kind, ok := sqlstates[sqlstate[:n]]; ok {
			return kind
		}
	}
	return store.KindOther
}

// classify implements store.Classifier.
func classify(ctx context.Context, err error) store.Failure {
	failure := store.Failure{NoEffect: pgconn.SafeToRetry(err)}
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		failure.Kind = kindOf(pgErr.Code)
		failure.Constraint = pgErr.ConstraintName
		// A statement that the server refused is rolled back. After a fatal
		// error the server may have gone away at any point.
		failure.NoEffect = failure.NoEffect || pgErr.SeverityUnlocalized == "ERROR"
		if pgErr.Code == "57014" && errors.Is(ctx.Err(), context.Canceled) {
			failure.Kind = store.KindCanceled
		}
		if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
			failure.NoEffect = true
		}
		return failure
	}
	failure.Kind = kindOfDriverError(ctx, err)
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		failure.NoEffect = true
	}
	failure.FailFast = errors.Is(err, puddle.ErrClosedPool)
	return failure
}

// kindOfDriverError classifies an error that did not come from the server.
func kindOfDriverError(ctx context.Context, err error) store.Kind {
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, scanning := errors.AsType[pgx.ScanArgError](err)
	_, network := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return store.KindNotFound
	case errors.Is(err, store.ErrSchema):
		return store.KindSchema
	case errors.Is(ctx.Err(), context.Canceled):
		return store.KindCanceled
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return store.KindTimeout
	case connecting: // before timeouts: the pool's own limit on connecting is one
		return store.KindUnavailable
	case errors.Is(err, context.DeadlineExceeded):
		return store.KindTimeout
	case errors.Is(err, context.Canceled):
		return store.KindCanceled
	case scanning, errors.Is(err, pgx.ErrTooManyRows):
		return store.KindDecode
	case network, pgconn.SafeToRetry(err),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, pgconn.ErrConnClosed), errors.Is(err, puddle.ErrClosedPool):
		return store.KindUnavailable
	default:
		return store.KindOther
	}
}
