package store_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devq-ai/tandem/store"
)

func ExampleConfigFromURLs() {
	cfg := store.ConfigFromURLs(
		"postgres://app:hunter2@localhost:5432/agents",
		"ws://app:hunter2@localhost:8000/agents/graph",
	)
	cfg.Postgres.MaxConns = 20
	cfg.Surreal.Optional = true
	cfg.OpenTimeout = 10 * time.Second
	fmt.Println(cfg.Postgres.URL)
	fmt.Println(cfg.Surreal.URL)
	// Output:
	// postgres://app:xxxxx@localhost:5432/agents
	// ws://app:xxxxx@localhost:8000/agents/graph
}

func ExampleVariables() {
	for _, v := range store.Variables()[:2] {
		fmt.Println(v.Name, "-", v.Doc)
	}
	// Output:
	// TANDEM_POSTGRES_URL - PostgreSQL's URL: postgres://user:password@host:port/database
	// TANDEM_POSTGRES_MAX_CONNS - the largest number of PostgreSQL connections
}

// A timer prints how long queries took.
type timer struct{}

type timerKey struct{}

func (timer) Start(ctx context.Context, _ *store.Query) context.Context {
	return context.WithValue(ctx, timerKey{}, time.Now())
}

func (timer) End(ctx context.Context, q *store.Query, err error) {
	took := time.Since(ctx.Value(timerKey{}).(time.Time))
	fmt.Println(q.Name, took < time.Minute, err)
}

func ExampleObserver() {
	runner := store.NewRunner(store.RunnerConfig{Engine: store.Postgres, Observer: timer{}})
	query := &store.Query{Engine: store.Postgres, Name: "CountAgents", ReadOnly: true}
	n, err := store.Call(context.Background(), runner, query, func(context.Context) (int, error) { return 3, nil })
	fmt.Println(n, err)
	// Output:
	// CountAgents true <nil>
	// 3 <nil>
}

func ExampleError() {
	query := &store.Query{Name: "AddAgent", File: "queries/agents.sql", Line: 12}
	var err error = &store.Error{
		Kind: store.KindConflict, Engine: store.Postgres, Query: query, Line: query.Line,
		Constraint: "agents_name_key", Err: errors.New("duplicate key value"),
	}
	fmt.Println(err)
	if e, ok := errors.AsType[*store.Error](err); ok && errors.Is(err, store.ErrConflict) {
		fmt.Println(e.Constraint, e.SafeToRetry())
	}
	// Output:
	// postgresql: AddAgent (queries/agents.sql:12): conflict: duplicate key value
	// agents_name_key false
}
