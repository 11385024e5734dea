package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/devq-ai/tandem/gen/agentdb"
	"github.com/devq-ai/tandem/store"
	"github.com/google/uuid"
)

// workflowName is the workflow that every indexing run is a run of.
const workflowName = "index-std"

// A tool or a step as the platform knows it.
type toolSpec struct {
	name, description string
	kind              agentdb.ToolKind
}

type stepSpec struct {
	name, title, tool string
}

var (
	tools = []toolSpec{
		{"go-list", "Lists Go packages and what they import.", agentdb.ToolKindFunction},
		{"go-doc", "Reads the documentation in a package's source.", agentdb.ToolKindFunction},
		{"graph", "Writes to the knowledge graph.", agentdb.ToolKindFunction},
	}
	steps = []stepSpec{
		{"list-packages", "List the packages of the standard library", "go-list"},
		{"write-graph", "Write packages and imports", "graph"},
		{"write-notes", "Write symbols and notes", "go-doc"},
		{"verify", "Compare the graph with the toolchain", "go-list"},
	}
)

// A recording is one indexing run as PostgreSQL remembers it.
type recording struct {
	db  *agentdb.DB
	out io.Writer
	id  uuid.UUID
}

// record makes sure that the agent, its tools and the workflow are there,
// starts a run, and carries out work in it. However work ends, the run's state
// says so.
func record(ctx context.Context, db *agentdb.DB, out io.Writer, work func(context.Context, *recording) (output any, err error)) (uuid.UUID, error) {
	workflow, err := prepare(ctx, db)
	if err != nil {
		return uuid.Nil, err
	}
	run, err := db.Runs.CreateRun(ctx, agentdb.CreateRunParams{WorkflowID: workflow, Input: json.RawMessage(`{"pattern":"std"}`)})
	if errors.Is(err, store.ErrConflict) {
		active, err := db.Runs.GetActiveRun(ctx, workflowName)
		if err != nil {
			return uuid.Nil, err
		}
		return uuid.Nil, fmt.Errorf("run %s has been %s since %s: wait for it, or end it with agentd cancel %s",
			active.ID, active.State, active.QueuedAt.Format(time.TimeOnly), active.ID)
	}
	if err != nil {
		return uuid.Nil, err
	}
	if _, err := db.Runs.StartRun(ctx, run.ID); err != nil {
		return run.ID, err
	}
	rec := &recording{db: db, out: out, id: run.ID}
	output, err := work(ctx, rec)

	// The outcome is recorded also where the caller has given up.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	switch {
	case errors.Is(err, context.Canceled):
		_, cancelErr := db.Runs.CancelRun(ctx, run.ID)
		return run.ID, errors.Join(err, cancelErr)
	case err != nil:
		_, failErr := db.Runs.FailRun(ctx, agentdb.FailRunParams{ID: run.ID, Reason: err.Error()})
		return run.ID, errors.Join(err, failErr)
	}
	text, err := json.Marshal(output)
	if err != nil {
		return run.ID, err
	}
	_, err = db.Runs.SucceedRun(ctx, agentdb.SucceedRunParams{ID: run.ID, Output: text})
	return run.ID, err
}

// prepare writes the agent, its tools and the workflow with its steps, in one
// transaction, and returns the workflow's id.
func prepare(ctx context.Context, db *agentdb.DB) (workflow uuid.UUID, err error) {
	err = db.InPostgresTx(ctx, func(ctx context.Context, tx agentdb.PostgresRepositories) error {
		description := "Keeps the knowledge graph of Go packages up to date."
		agent, err := tx.Agents.EnsureAgent(ctx, agentdb.EnsureAgentParams{
			Tenant: "default", Handle: "indexer", DisplayName: "Indexer", Description: &description, Model: "none",
		})
		if err != nil {
			return err
		}
		ids := map[string]uuid.UUID{}
		grants := make([]agentdb.GrantToolsParams, len(tools))
		for i, spec := range tools {
			tool, err := tx.Tools.EnsureTool(ctx, agentdb.EnsureToolParams{
				Name: spec.name, Kind: spec.kind, Description: spec.description,
				InputSchema: json.RawMessage(`{}`), TimeoutMs: 60_000,
			})
			if err != nil {
				return err
			}
			ids[spec.name] = tool.ID
			grants[i] = agentdb.GrantToolsParams{AgentID: agent.ID, ToolID: tool.ID, Position: int32(i), Overrides: json.RawMessage(`{}`)}
		}
		if err := tx.Tools.GrantTools(ctx, grants); err != nil {
			return err
		}
		w, err := tx.Workflows.EnsureWorkflow(ctx, agentdb.EnsureWorkflowParams{
			Name: workflowName, Title: "Index the Go standard library", AgentID: &agent.ID,
		})
		if err != nil {
			return err
		}
		workflow = w.ID
		params := make([]agentdb.EnsureStepsParams, len(steps))
		for i, spec := range steps {
			tool := ids[spec.tool]
			params[i] = agentdb.EnsureStepsParams{
				WorkflowID: w.ID, Position: int32(i + 1), Name: spec.name, Title: spec.title, ToolID: &tool,
			}
		}
		return tx.Workflows.EnsureSteps(ctx, params)
	})
	return workflow, err
}

// step carries out one step of the run. total is the number of items it works
// through, or 0 where that is not known beforehand.
func (r *recording) step(ctx context.Context, name string, total int, do func(ctx context.Context, progress func(done int) error) error) error {
	params := agentdb.StartStepParams{RunID: r.id, Step: name}
	if total > 0 {
		n := int32(total)
		params.Total = &n
	}
	if err := affected(r.db.Runs.StartStep(ctx, params)); err != nil {
		return fmt.Errorf("start step %s: %w", name, err)
	}
	began := time.Now()
	err := do(ctx, func(done int) error {
		return affected(r.db.Runs.ReportProgress(ctx, agentdb.ReportProgressParams{RunID: r.id, Step: name, Done: int32(done)}))
	})
	state, level, message := agentdb.RunStateSucceeded, agentdb.EventLevelInfo, "done"
	switch {
	case errors.Is(err, context.Canceled):
		state, level, message = agentdb.RunStateCancelled, agentdb.EventLevelWarn, "cancelled"
	case err != nil:
		state, level, message = agentdb.RunStateFailed, agentdb.EventLevelError, err.Error()
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if eventErr := r.event(end, &name, level, "step-ended", message, map[string]any{"ms": time.Since(began).Milliseconds()}); err == nil {
		err = eventErr
	}
	finishErr := affected(r.db.Runs.FinishStep(end, agentdb.FinishStepParams{RunID: r.id, Step: name, State: state}))
	if err != nil {
		return fmt.Errorf("step %s: %w", name, err)
	}
	return finishErr
}

// event appends one event to the run; step is nil for one of the run as a whole.
func (r *recording) event(ctx context.Context, step *string, level agentdb.EventLevel, kind, message string, payload any) error {
	text, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	return r.db.RunEvents.RecordEvents(ctx, []agentdb.RecordEventsParams{{
		RunID: r.id, Step: step, Level: level, Kind: kind, Message: message, Payload: text,
	}})
}

// errNotAffected says that a row was not in the state that a change needs:
// somebody else has cancelled the run.
var errNotAffected = errors.New("the run or the step is not in the state for it; was the run cancelled?")

func affected(rows int64, err error) error {
	if err == nil && rows == 0 {
		return errNotAffected
	}
	return err
}
