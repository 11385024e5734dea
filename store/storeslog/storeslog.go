// Package storeslog logs the queries of a data layer that are slow or fail,
// through log/slog:
//
//	cfg.Observer = storeslog.NewObserver(slog.Default(), storeslog.Options{})
//
// Neither the parameters of queries nor the text of queries is logged. An
// engine's error message can contain values, such as the key that is a
// duplicate.
package storeslog

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/devq-ai/tandem/store"
)

// DefaultSlow is Options.Slow's default.
const DefaultSlow = 500 * time.Millisecond

// Options are the options of an observer.
type Options struct {
	// Slow is from how long on a query that succeeds is logged, at level WARN.
	// Default: 500 ms. Negative means never.
	Slow time.Duration
	// Level says at which level a failure is logged. Default: DefaultLevel.
	Level func(store.Kind) slog.Level
}

// levels has the levels of the kinds that are not errors of the program or its
// surroundings: what a caller is expected to handle is logged for debugging
// only, what passes is a warning.
var levels = map[store.Kind]slog.Level{
	store.KindNotFound:      slog.LevelDebug,
	store.KindConflict:      slog.LevelDebug,
	store.KindForeignKey:    slog.LevelDebug,
	store.KindCheck:         slog.LevelDebug,
	store.KindCanceled:      slog.LevelDebug,
	store.KindSerialization: slog.LevelWarn,
	store.KindTimeout:       slog.LevelWarn,
	store.KindUnavailable:   slog.LevelWarn,
}

// DefaultLevel returns DEBUG for what callers are expected to handle (not
// found, conflict, foreign key, check, canceled), WARN for what passes
// (serialization, timeout, unavailable), else ERROR.
func DefaultLevel(kind store.Kind) slog.Level {
	if level, ok := levels[kind]; ok {
		return level
	}
	return slog.LevelError
}

type observer struct {
	logger *slog.Logger
	slow   time.Duration
	level  func(store.Kind) slog.Level
}

// NewObserver returns an observer that logs to logger.
func NewObserver(logger *slog.Logger, options Options) store.Observer {
	o := &observer{logger: logger, slow: options.Slow, level: options.Level}
	if o.slow == 0 {
		o.slow = DefaultSlow
	}
	if o.level == nil {
		o.level = DefaultLevel
	}
	return o
}

type startKey struct{ observer *observer }

func (o *observer) Start(ctx context.Context, _ *store.Query) context.Context {
	return context.WithValue(ctx, startKey{o}, time.Now())
}

func (o *observer) End(ctx context.Context, q *store.Query, err error) {
	start, ok := ctx.Value(startKey{o}).(time.Time)
	if !ok {
		return
	}
	took := time.Since(start)
	if err == nil {
		if o.slow > 0 && took >= o.slow {
			o.logger.LogAttrs(ctx, slog.LevelWarn, "slow query", attributes(q, q.Line, took)...)
		}
		return
	}
	kind, line := store.KindOther, q.Line
	if e, ok := errors.AsType[*store.Error](err); ok {
		kind, line = e.Kind, e.Line
	}
	level := o.level(kind)
	if !o.logger.Enabled(ctx, level) {
		return
	}
	o.logger.LogAttrs(ctx, level, "query failed",
		append(attributes(q, line, took), slog.String("kind", kind.String()), slog.String("error", err.Error()))...)
}

func attributes(q *store.Query, line int, took time.Duration) []slog.Attr {
	return []slog.Attr{
		slog.String("engine", string(q.Engine)),
		slog.String("query", q.Name),
		slog.String("file", q.File),
		slog.Int("line", line),
		slog.Duration("took", took),
	}
}
