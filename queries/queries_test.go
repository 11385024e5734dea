// Package queries_test runs every query of the reference data layer on a real
// PostgreSQL, through the code that sqlc generates for it.
package queries_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/gen/agentdb/pgdb"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
)

// ran collects the names of the queries that a connection has executed.
type ran struct {
	mu    sync.Mutex
	names map[string]bool
}

var annotation = regexp.MustCompile(`(?m)^-- name: (\w+) :(\w+)$`)

func (r *ran) note(sql string) {
	if m := annotation.FindStringSubmatch(sql); m != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.names[m[1]] = true
	}
}

func (r *ran) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	r.note(data.SQL)
	return ctx
}
func (r *ran) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (r *ran) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}
func (r *ran) TraceBatchQuery(_ context.Context, _ *pgx.Conn, data pgx.TraceBatchQueryData) {
	r.note(data.SQL)
}
func (r *ran) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// connect returns a connection to a new database that holds the reference
// schema, and what is executed on it.
func connect(t *testing.T) (*pgx.Conn, *ran) {
	t.Helper()
	ctx := t.Context()
	config, err := pgx.ParseConfig(enginetest.Postgres(t))
	require.NoError(t, err)
	executed := &ran{names: map[string]bool{}}
	config.Tracer = executed
	conn, err := pgx.ConnectConfig(ctx, config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(ctx)) })

	files, err := filepath.Glob("../schema/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		ddl, err := os.ReadFile(file)
		require.NoError(t, err)
		_, err = conn.PgConn().Exec(ctx, string(ddl)).ReadAll()
		require.NoError(t, err, "load %s", file)
	}
	return conn, executed
}

func ptr[T any](v T) *T { return &v }

func object(s string) json.RawMessage { return json.RawMessage(s) }

// TestEveryReferenceQueryRuns takes the agent platform through a day: whatever
// a query returns must fit the type that its method promises.
func TestEveryReferenceQueryRuns(t *testing.T) {
	ctx := t.Context()
	conn, executed := connect(t)
	q := pgdb.New(conn)

	// Agents.
	indexer, err := q.CreateAgent(ctx, pgdb.CreateAgentParams{
		Tenant: "default", Handle: "indexer", DisplayName: "Package indexer", Description: ptr("reads the standard library"),
		Model: "small", Temperature: ptr(0.2), Labels: []string{"go", "batch"}, Settings: object(`{"depth": 3}`),
	})
	require.NoError(t, err)
	assert.Equal(t, "Package indexer reads the standard library", indexer.SearchText)
	bare, err := q.EnsureAgent(ctx, pgdb.EnsureAgentParams{Tenant: "default", Handle: "Bare", DisplayName: "Bare", Model: "small"})
	require.NoError(t, err)
	again, err := q.EnsureAgent(ctx, pgdb.EnsureAgentParams{Tenant: "default", Handle: "BARE", DisplayName: "Bare", Model: "small"})
	require.NoError(t, err)
	assert.Equal(t, bare.ID, again.ID, "handles are the same in upper and lower case")
	assert.Nil(t, bare.Temperature)
	assert.Empty(t, bare.Labels)

	got, err := q.GetAgent(ctx, indexer.ID)
	require.NoError(t, err)
	assert.Equal(t, indexer, got)
	got, err = q.GetAgentByHandle(ctx, pgdb.GetAgentByHandleParams{Tenant: "default", Handle: "INDEXER"})
	require.NoError(t, err, "handles are the same in upper and lower case")
	assert.Equal(t, indexer.ID, got.ID)

	page, err := q.ListAgents(ctx, pgdb.ListAgentsParams{Tenant: "default", PageSize: 1})
	require.NoError(t, err)
	require.Len(t, page, 1)
	assert.Equal(t, "Bare", page[0].Handle)
	page, err = q.ListAgents(ctx, pgdb.ListAgentsParams{Tenant: "default", After: ptr("bare"), Label: ptr("go"), PageSize: 10})
	require.NoError(t, err)
	require.Len(t, page, 1)
	assert.Equal(t, "indexer", page[0].Handle)

	found, err := q.SearchAgents(ctx, pgdb.SearchAgentsParams{Query: "standard libary", Tenant: "default", PageSize: 5})
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, indexer.ID, found[0].Agent.ID)
	assert.Greater(t, found[0].Score, 0.6)

	updated, err := q.UpdateAgent(ctx, pgdb.UpdateAgentParams{ID: indexer.ID, Model: ptr("large"), Settings: object(`{"width": 2}`)})
	require.NoError(t, err)
	assert.Equal(t, "large", updated.Model)
	assert.Equal(t, indexer.Labels, updated.Labels, "a field that is not set stays")
	assert.JSONEq(t, `{"depth": 3, "width": 2}`, string(updated.Settings))
	assert.True(t, updated.UpdatedAt.After(indexer.UpdatedAt), "the trigger sets updated_at")

	// Tools.
	list, err := q.EnsureTool(ctx, pgdb.EnsureToolParams{
		Name: "go-list", Kind: pgdb.ToolKindFunction, Description: "lists packages", InputSchema: object(`{"type": "object"}`), TimeoutMs: 60_000,
	})
	require.NoError(t, err)
	_, err = q.GetToolByName(ctx, "go-list")
	require.NoError(t, err)
	for _, kind := range []*pgdb.ToolKind{nil, ptr(pgdb.ToolKindFunction)} {
		tools, err := q.ListTools(ctx, kind)
		require.NoError(t, err)
		assert.Len(t, tools, 1)
	}
	q.GrantTools(ctx, []pgdb.GrantToolsParams{{AgentID: indexer.ID, ToolID: list.ID, Position: 1, Overrides: object(`{}`)}}).
		Exec(func(_ int, err error) { require.NoError(t, err) })
	granted, err := q.ListAgentTools(ctx, indexer.ID)
	require.NoError(t, err)
	require.Len(t, granted, 1)
	assert.Equal(t, list, granted[0].Tool)
	assert.EqualValues(t, 1, granted[0].AgentTool.Position)

	// Workflows.
	flow, err := q.EnsureWorkflow(ctx, pgdb.EnsureWorkflowParams{Name: "index-std", Title: "Index the standard library", AgentID: &indexer.ID})
	require.NoError(t, err)
	idle, err := q.EnsureWorkflow(ctx, pgdb.EnsureWorkflowParams{Name: "idle", Title: "Never run"})
	require.NoError(t, err)
	steps := []pgdb.EnsureStepsParams{
		{WorkflowID: flow.ID, Position: 1, Name: "list-packages", Title: "List packages", ToolID: &list.ID},
		{WorkflowID: flow.ID, Position: 2, Name: "write-graph", Title: "Write the graph"},
	}
	for range 2 {
		q.EnsureSteps(ctx, steps).Exec(func(_ int, err error) { require.NoError(t, err) })
	}
	_, err = q.GetWorkflow(ctx, flow.ID)
	require.NoError(t, err)
	_, err = q.GetWorkflowByName(ctx, "index-std")
	require.NoError(t, err)
	flows, err := q.ListWorkflows(ctx)
	require.NoError(t, err)
	require.Len(t, flows, 2)
	assert.Nil(t, flows[0].Agent, "a workflow without an agent has no handle")
	assert.Equal(t, ptr("indexer"), flows[1].Agent)
	assert.EqualValues(t, 2, flows[1].Steps)
	planned, err := q.ListSteps(ctx, flow.ID)
	require.NoError(t, err)
	require.Len(t, planned, 2)
	assert.Equal(t, ptr(pgdb.ToolKindFunction), planned[0].ToolKind)
	assert.Nil(t, planned[1].Tool)
	use, err := q.CountToolUse(ctx)
	require.NoError(t, err)
	require.Len(t, use, 1)
	assert.EqualValues(t, 1, use[0].Steps)

	// A run that succeeds.
	run, err := q.CreateRun(ctx, pgdb.CreateRunParams{WorkflowID: flow.ID, Input: object(`{"pattern": "std"}`)})
	require.NoError(t, err)
	assert.Equal(t, pgdb.RunStatePending, run.State)
	assert.EqualValues(t, 2, run.Steps)
	assert.Equal(t, &indexer.ID, run.AgentID)
	_, err = q.CreateRun(ctx, pgdb.CreateRunParams{WorkflowID: flow.ID, Input: object(`{}`)})
	assertCode(t, "23505", err, "a workflow has one active run")
	active, err := q.GetActiveRun(ctx, "index-std")
	require.NoError(t, err)
	assert.Equal(t, run.ID, active.ID)
	started, err := q.StartRun(ctx, run.ID)
	require.NoError(t, err)
	assert.NotNil(t, started.StartedAt)
	_, err = q.StartRun(ctx, run.ID)
	require.ErrorIs(t, err, pgx.ErrNoRows, "a run starts once")

	affect := func(want int64) func(int64, error) {
		return func(n int64, err error) {
			t.Helper()
			require.NoError(t, err)
			assert.Equal(t, want, n)
		}
	}
	affect(1)(q.StartStep(ctx, pgdb.StartStepParams{RunID: run.ID, Step: "list-packages", Total: ptr(int32(10))}))
	affect(0)(q.StartStep(ctx, pgdb.StartStepParams{RunID: run.ID, Step: "list-packages"}))
	affect(1)(q.ReportProgress(ctx, pgdb.ReportProgressParams{RunID: run.ID, Step: "list-packages", Done: 10}))
	affect(1)(q.FinishStep(ctx, pgdb.FinishStepParams{RunID: run.ID, Step: "list-packages", State: pgdb.RunStateSucceeded}))
	progress, err := q.ListRunSteps(ctx, run.ID)
	require.NoError(t, err)
	require.Len(t, progress, 2)
	assert.Equal(t, pgdb.RunStateSucceeded, progress[0].State)
	assert.Zero(t, progress[1].DurationMs, "a step that has not begun has taken no time")
	assert.Nil(t, progress[1].Total)

	// Events.
	event, err := q.AppendEvent(ctx, pgdb.AppendEventParams{
		RunID: run.ID, StepID: &planned[0].Step.ID, Level: pgdb.EventLevelWarn, Kind: "slow", Message: "slow disk", Payload: object(`{"ms": 900}`),
	})
	require.NoError(t, err)
	var batch []pgdb.AppendEventsParams
	for range 100 {
		batch = append(batch, pgdb.AppendEventsParams{
			RunID: run.ID, Level: pgdb.EventLevelDebug, Kind: "package", Message: "seen", Payload: object(`{"path": "fmt"}`), OccurredAt: time.Now(),
		})
	}
	affect(100)(q.AppendEvents(ctx, batch))
	q.RecordEvents(ctx, []pgdb.RecordEventsParams{
		{RunID: run.ID, Step: ptr("write-graph"), Level: pgdb.EventLevelInfo, Kind: "edge", Message: "written", Payload: object(`{}`)},
		{RunID: run.ID, Level: pgdb.EventLevelInfo, Kind: "done", Message: "done", Payload: object(`{}`)},
	}).Exec(func(_ int, err error) { require.NoError(t, err) })
	events, err := q.ListEvents(ctx, pgdb.ListEventsParams{RunID: run.ID, MinLevel: pgdb.EventLevelInfo, PageSize: 10})
	require.NoError(t, err)
	require.Len(t, events, 3)
	assert.Equal(t, event, events[0].RunEvent)
	assert.Equal(t, ptr("list-packages"), events[0].Step)
	assert.Equal(t, ptr("write-graph"), events[1].Step)
	assert.Nil(t, events[2].Step)
	slow, err := q.FindEvents(ctx, pgdb.FindEventsParams{Payload: object(`{"ms": 900}`), PageSize: 10})
	require.NoError(t, err)
	assert.Equal(t, []pgdb.RunEvent{event}, slow)
	latest, err := q.ListLatestEvents(ctx, pgdb.ListLatestEventsParams{RunIDs: []uuid.UUID{run.ID}, PerRun: 2})
	require.NoError(t, err)
	require.Len(t, latest, 2)
	assert.Equal(t, "done", latest[1].Kind)
	kinds, err := q.CountEventsByKind(ctx, run.ID)
	require.NoError(t, err)
	require.Len(t, kinds, 4)
	assert.EqualValues(t, 100, kinds[0].Events)

	done, err := q.SucceedRun(ctx, pgdb.SucceedRunParams{ID: run.ID, Output: object(`{"packages": 10}`)})
	require.NoError(t, err)
	require.NotNil(t, done.DurationMs)
	_, err = q.GetActiveRun(ctx, "index-std")
	require.ErrorIs(t, err, pgx.ErrNoRows)

	// One that fails, and one that is cancelled.
	second, err := q.CreateRun(ctx, pgdb.CreateRunParams{WorkflowID: flow.ID, Input: object(`{}`)})
	require.NoError(t, err)
	_, err = q.StartRun(ctx, second.ID)
	require.NoError(t, err)
	failed, err := q.FailRun(ctx, pgdb.FailRunParams{ID: second.ID, Reason: "graph is down"})
	require.NoError(t, err)
	assert.Equal(t, ptr("graph is down"), failed.Error)
	assert.Nil(t, failed.Output)
	third, err := q.CreateRun(ctx, pgdb.CreateRunParams{WorkflowID: flow.ID, Input: object(`{}`)})
	require.NoError(t, err)
	cancelled, err := q.CancelRun(ctx, third.ID)
	require.NoError(t, err)
	assert.EqualValues(t, 2, cancelled.StepsStopped)
	_, err = q.CancelRun(ctx, third.ID)
	require.ErrorIs(t, err, pgx.ErrNoRows)
	locked, err := q.LockRun(ctx, third.ID)
	require.NoError(t, err)
	assert.Nil(t, locked.StartedAt)
	assert.Nil(t, locked.DurationMs)

	// Reading it back.
	_, err = q.GetRun(ctx, run.ID)
	require.NoError(t, err)
	line, err := q.GetRunOverview(ctx, run.ID)
	require.NoError(t, err)
	assert.EqualValues(t, 103, line.Events)
	assert.EqualValues(t, 1, line.StepsSucceeded)
	first, err := q.ListRuns(ctx, pgdb.ListRunsParams{Workflow: ptr("index-std"), PageSize: 2})
	require.NoError(t, err)
	require.Len(t, first, 2)
	rest, err := q.ListRuns(ctx, pgdb.ListRunsParams{BeforeQueuedAt: &first[1].QueuedAt, BeforeID: &first[1].ID, PageSize: 2})
	require.NoError(t, err)
	require.Len(t, rest, 1)
	assert.Equal(t, run.ID, rest[0].ID)
	only, err := q.ListRuns(ctx, pgdb.ListRunsParams{State: ptr(pgdb.RunStateFailed), PageSize: 2})
	require.NoError(t, err)
	require.Len(t, only, 1)
	compared, err := q.CompareRuns(ctx, pgdb.CompareRunsParams{WorkflowID: flow.ID, PageSize: 5})
	require.NoError(t, err)
	require.Len(t, compared, 1)
	assert.Zero(t, compared[0].SlowerByMs)

	// Statistics.
	require.NoError(t, q.RefreshWorkflowStats(ctx))
	stats, err := q.GetWorkflowStats(ctx, "index-std")
	require.NoError(t, err)
	assert.EqualValues(t, 3, stats.Runs)
	all, err := q.ListWorkflowStats(ctx)
	require.NoError(t, err)
	require.Len(t, all, 2)
	assert.Zero(t, all[1].MedianMs, "a workflow that was never run has zeroes")
	days, err := q.CountRunsByDay(ctx, time.Now().Add(-48*time.Hour))
	require.NoError(t, err)
	require.NotEmpty(t, days)
	assert.EqualValues(t, 3, days[len(days)-1].QueuedSoFar)
	states, err := q.CountRunsByState(ctx)
	require.NoError(t, err)
	assert.Len(t, states, 3)

	// And away.
	affect(1)(q.RevokeTool(ctx, pgdb.RevokeToolParams{AgentID: indexer.ID, ToolID: list.ID}))
	affect(1)(q.DisableAgent(ctx, bare.ID))
	affect(0)(q.DisableAgent(ctx, bare.ID))
	affect(1)(q.DeleteAgent(ctx, indexer.ID))
	affect(1)(q.DeleteWorkflow(ctx, idle.ID))
	_, err = q.DeleteWorkflow(ctx, flow.ID)
	assertCode(t, "23503", err, "a workflow with a history stays")

	for name := range annotatedQueries(t) {
		assert.True(t, executed.names[name], "%s was not executed", name)
	}
}

// annotatedQueries returns the names of the queries in this folder, but those
// that go through COPY, which sends no query text.
func annotatedQueries(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*.sql")
	require.NoError(t, err)
	names := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range annotation.FindAllStringSubmatch(string(text), -1) {
			if m[2] != "copyfrom" {
				names[m[1]] = true
			}
		}
	}
	require.NotEmpty(t, names)
	return names
}

func assertCode(t *testing.T, want string, err error, msg string) {
	t.Helper()
	var pgErr *pgconn.PgError
	require.ErrorAs(t, err, &pgErr, msg)
	assert.Equal(t, want, pgErr.Code, msg)
}

func TestSchemaHoldsItsRules(t *testing.T) {
	ctx := t.Context()
	conn, _ := connect(t)
	_, err := conn.PgConn().Exec(ctx, `
		INSERT INTO agents (tenant, handle, display_name, model) VALUES ('acme', 'a', 'A', 'm'), ('globex', 'g', 'G', 'm');
		INSERT INTO workflows (name, title) VALUES ('w', 'W');
		INSERT INTO runs (workflow_id) SELECT id FROM workflows;
		INSERT INTO run_events (run_id, kind, message) SELECT id, 'k', 'm' FROM runs;`).ReadAll()
	require.NoError(t, err)

	for name, c := range map[string]struct{ sql, code string }{
		"an event is never changed":             {`UPDATE run_events SET message = 'other'`, "23514"},
		"an event is never deleted":             {`DELETE FROM run_events`, "23514"},
		"events are never truncated":            {`TRUNCATE run_events`, "23514"},
		"a pending run cannot succeed":          {`UPDATE runs SET state = 'succeeded', started_at = now(), finished_at = now()`, "23514"},
		"a failed run says why":                 {`UPDATE runs SET state = 'failed'`, "23514"},
		"a slug has no spaces":                  {`UPDATE workflows SET name = 'not a slug'`, "23514"},
		"a handle is unique in its tenant":      {`INSERT INTO agents (tenant, handle, display_name, model) VALUES ('acme', 'A', 'B', 'm')`, "23505"},
		"settings are an object":                {`UPDATE agents SET settings = '[]'`, "23514"},
		"a generated column cannot be assigned": {`UPDATE agents SET search_text = ''`, "428C9"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := conn.PgConn().Exec(ctx, c.sql).ReadAll()
			assertCode(t, c.code, err, c.sql)
		})
	}
}

func TestTenantSeesItsOwnAgentsOnly(t *testing.T) {
	ctx := t.Context()
	conn, _ := connect(t)
	role := "tenant_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	_, err := conn.PgConn().Exec(ctx, `
		INSERT INTO agents (tenant, handle, display_name, model) VALUES ('acme', 'a', 'A', 'm'), ('globex', 'g', 'G', 'm');
		CREATE ROLE `+role+`; GRANT SELECT, INSERT ON agents TO `+role+`;`).ReadAll()
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := conn.PgConn().Exec(context.WithoutCancel(ctx), `RESET ROLE; DROP OWNED BY `+role+`; DROP ROLE `+role).ReadAll()
		assert.NoError(t, err)
	})
	count := func(setup string) (n int) {
		t.Helper()
		tx, err := conn.Begin(ctx)
		require.NoError(t, err)
		defer func() { require.NoError(t, tx.Rollback(ctx)) }()
		_, err = conn.PgConn().Exec(ctx, setup).ReadAll()
		require.NoError(t, err)
		require.NoError(t, tx.QueryRow(ctx, `SELECT count(*) FROM agents`).Scan(&n))
		return n
	}
	assert.Equal(t, 2, count(``), "the owner sees all tenants")
	assert.Equal(t, 0, count(`SET LOCAL ROLE `+role), "without a tenant there is nothing to see")
	assert.Equal(t, 1, count(`SET LOCAL ROLE `+role+`; SET LOCAL agentd.tenant = 'acme'`))
}
