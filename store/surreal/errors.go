package surreal

import (
	"context"
	"errors"
	"regexp"

	"github.com/jackc/puddle/v2"

	"github.com/devq-ai/tandem/store"
)

// A rule says what an error of the engine means. A rule applies if all that it
// states is so; the first that applies counts.
type rule struct {
	kind    string         // the engine's kind, or empty for any
	detail  string         // the kind of the engine's details, or empty for any
	message *regexp.Regexp // matches the message; a group names the constraint

	means store.Kind
	// expired says that the session has ended. The call may be repeated on
	// another connection.
	expired bool
}

// rules are in the words of engine 3.0.
var rules = []rule{
	{message: regexp.MustCompile("^Database record `.*` already exists$"), means: store.KindConflict},
	{message: regexp.MustCompile("^Database index `(.+?)` already contains "), means: store.KindConflict},
	{message: regexp.MustCompile("(?i)this transaction can be retried"), means: store.KindSerialization},
	{message: regexp.MustCompile("(?i)^(?:transaction|failed to commit).*conflict"), means: store.KindSerialization},
	{message: regexp.MustCompile("as it is referenced by .* with an ON DELETE REJECT clause$"), means: store.KindForeignKey},
	{message: regexp.MustCompile("(?s)^Found .* for field `(.+?)`, with record .*, but field must conform to: "), means: store.KindCheck},
	{message: regexp.MustCompile("(?s)^Couldn't coerce value for field `(.+?)` of "), means: store.KindCheck},
	{message: regexp.MustCompile("(?s)^Tried to set `\\$(.+?)`, but couldn't coerce value: "), means: store.KindCheck},
	{message: regexp.MustCompile("^Found record: `.*` which is (?:not )?a relation, but expected an? "), means: store.KindCheck},
	{message: regexp.MustCompile("(?s)^Found changed value for field `(.+?)`, with record .*, but field is readonly$"), means: store.KindCheck},
	{message: regexp.MustCompile("^Found field '(.+?)', but no such field exists for table "), means: store.KindSchema},
	{message: regexp.MustCompile("because it exceeded the timeout"), means: store.KindTimeout},
	{message: regexp.MustCompile("(?i)session has expired"), means: store.KindUnavailable, expired: true},
	{message: regexp.MustCompile("^(?:There was a problem with authentication|You don't have permission|IAM error: )"), means: store.KindPermission},
	{kind: "NotAllowed", means: store.KindPermission},
	{kind: "Thrown", means: store.KindCheck},                          // as PostgreSQL's RAISE
	{kind: "NotFound", detail: "Record", means: store.KindForeignKey}, // an ENFORCED relation to no record
	{message: regexp.MustCompile("The (?:table|function|param|index|analyzer|database|namespace) '.*' does not exist"), means: store.KindSchema},
}

// kindOf classifies an error by the engine's own words.
func kindOf(kind, detail, message string) store.Failure {
	if r, groups := match(kind, detail, message); r != nil {
		failure := store.Failure{Kind: r.means}
		if len(groups) > 1 {
			failure.Constraint = groups[1]
		}
		return failure
	}
	return store.Failure{Kind: store.KindOther}
}

func match(kind, detail, message string) (*rule, []string) {
	for i := range rules {
		r := &rules[i]
		if r.kind != "" && r.kind != kind || r.detail != "" && r.detail != detail {
			continue
		}
		if r.message == nil {
			return r, nil
		}
		if groups := r.message.FindStringSubmatch(message); groups != nil {
			return r, groups
		}
	}
	return nil, nil
}

// sessionExpired reports whether e says that the session must sign in again.
func (e *RPCError) sessionExpired() bool {
	r, _ := match(e.Kind, e.DetailKind, e.Message)
	return r != nil && r.expired
}

// classify implements store.Classifier.
func classify(ctx context.Context, err error) store.Failure {
	if _, ok := errors.AsType[*awayError](err); ok {
		return store.Failure{Kind: store.KindUnavailable, NoEffect: true, FailFast: true}
	}
	if failure, ok := errors.AsType[*StatementError](err); ok {
		f := kindOf(failure.Kind, failure.DetailKind, failure.Message)
		f.Statement = failure.Index + 1
		f.NoEffect = failure.nothingRemains
		return f
	}
	if refusal, ok := errors.AsType[*RPCError](err); ok {
		f := kindOf(refusal.Kind, refusal.DetailKind, refusal.Message)
		f.NoEffect = true
		return f
	}
	_, unsent := errors.AsType[*unsentError](err)
	lost, isLost := errors.AsType[*connError](err)
	_, unreadable := errors.AsType[*malformedError](err)
	f := store.Failure{NoEffect: unsent || isLost && lost.unsent}
	if decode, ok := errors.AsType[*DecodeError](err); ok {
		f.Statement = decode.StatementIndex() + 1
	}
	switch {
	case errors.Is(err, puddle.ErrClosedPool):
		f.Kind, f.NoEffect, f.FailFast = store.KindUnavailable, true, true
	case errors.Is(err, ErrKilled), errors.Is(err, ErrOverflow), errors.Is(err, ErrSubscriptionClosed):
		f.Kind = store.KindOther
	case errors.Is(err, store.ErrSchema):
		f.Kind = store.KindSchema
	case unreadable, errors.Is(err, store.ErrDecode):
		f.Kind = store.KindDecode
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		f.Kind = store.KindTimeout
	case errors.Is(ctx.Err(), context.Canceled):
		f.Kind = store.KindCanceled
	case isLost: // before timeouts: the limit on connecting is one
		f.Kind = store.KindUnavailable
	case errors.Is(err, context.DeadlineExceeded):
		f.Kind = store.KindTimeout
	case errors.Is(err, context.Canceled):
		f.Kind = store.KindCanceled
	case errors.Is(err, store.ErrNotFound):
		f.Kind = store.KindNotFound
	}
	return f
}
