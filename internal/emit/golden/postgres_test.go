package golden

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	agentdb "github.com/devq-ai/tandem/internal/emit/testdata/golden/postgres"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/store"
)

func openPostgres(t *testing.T) *agentdb.DB {
	t.Helper()
	db, err := agentdb.Open(t.Context(), store.ConfigFromURLs(enginetest.Postgres(t), ""))
	require.NoError(t, err)
	t.Cleanup(db.Close)
	schema, err := os.ReadFile(filepath.Join("..", "testdata", "golden", "postgres", "schema.sql"))
	require.NoError(t, err)
	_, err = db.Postgres().Pgx().Exec(t.Context(), string(schema))
	require.NoError(t, err)
	return db
}

func newUUID() pgtype.UUID { return pgtype.UUID{Bytes: uuid.New(), Valid: true} }

func TestEverySqlcCommandRunsThroughItsRepository(t *testing.T) {
	ctx, db := t.Context(), openPostgres(t)
	ada, err := db.Agents.CreateAgent(ctx, agentdb.CreateAgentParams{Name: "ada", Tags: []string{"x"}})
	require.NoError(t, err)
	got, err := db.Agents.GetAgent(ctx, ada.ID)
	require.NoError(t, err)
	assert.Equal(t, ada, got)
	_, err = db.Agents.GetAgent(ctx, -1)
	assert.ErrorIs(t, err, store.ErrNotFound)
	assert.ErrorContains(t, err, "GetAgent (queries/agents.sql:5)")
	n, err := db.Agents.ImportAgents(ctx, []agentdb.ImportAgentsParams{{Name: "bob", Tags: []string{}}, {Name: "cyd", Tags: []string{}}})
	require.NoError(t, err)
	assert.Equal(t, int64(2), n)
	n, err = db.Agents.RenameAgents(ctx, agentdb.RenameAgentsParams{Store: "x", Ctx: "b%"})
	require.NoError(t, err)
	assert.Equal(t, int64(1), n)
	tag, err := db.Agents.TouchAgents(ctx)
	require.NoError(t, err)
	assert.Equal(t, int64(3), tag.RowsAffected())
	require.NoError(t, db.Agents.DropAgent(ctx, "cyd"))
	agents, err := db.Agents.ListAgents(ctx)
	require.NoError(t, err)
	require.Len(t, agents, 2)
	assert.Equal(t, "xbob", agents[1].Name)
}

func TestABatchSaysWhichItemsFailed(t *testing.T) {
	ctx, db := t.Context(), openPostgres(t)
	ada, err := db.Agents.CreateAgent(ctx, agentdb.CreateAgentParams{Name: "ada", Tags: []string{}})
	require.NoError(t, err)
	first, second := newUUID(), newUUID()
	require.NoError(t, db.Runs.AddRuns(ctx, []agentdb.AddRunsParams{{ID: first, AgentID: ada.ID}, {ID: second, AgentID: ada.ID}}))

	lists, err := db.Runs.RunsOf(ctx, []int64{ada.ID, -1})
	require.NoError(t, err)
	require.Len(t, lists, 2)
	assert.Len(t, lists[0], 2)
	assert.Equal(t, agentdb.RunStatusQueued, lists[0][0].Status)
	assert.Empty(t, lists[1])

	runs, err := db.Runs.RunWithAgent(ctx, []pgtype.UUID{first, newUUID(), second})
	require.Len(t, runs, 3)
	assert.Equal(t, "ada", runs[0].Agent.Name)
	assert.Equal(t, second, runs[2].Run.ID, "what succeeded is there")
	require.ErrorIs(t, err, store.ErrNotFound)
	batch, ok := errors.AsType[*store.BatchError](err)
	require.True(t, ok)
	require.Len(t, batch.Items, 1)
	assert.Equal(t, 1, batch.Items[0].Index)

	err = db.Runs.AddRuns(ctx, []agentdb.AddRunsParams{{ID: first, AgentID: ada.ID}})
	assert.ErrorIs(t, err, store.ErrConflict)
}

func TestATransactionThatFailsLeavesNothing(t *testing.T) {
	ctx, db := t.Context(), openPostgres(t)
	stop := errors.New("stop")
	err := db.InPostgresTx(ctx, func(ctx context.Context, tx agentdb.PostgresRepositories) error {
		_, err := tx.Agents.CreateAgent(ctx, agentdb.CreateAgentParams{Name: "ada", Tags: []string{}})
		require.NoError(t, err)
		return stop
	})
	require.ErrorIs(t, err, stop)
	agents, err := db.Agents.ListAgents(ctx)
	require.NoError(t, err)
	assert.Empty(t, agents)
	require.NoError(t, db.InPostgresTx(ctx, func(ctx context.Context, tx agentdb.PostgresRepositories) error {
		_, err := tx.Agents.CreateAgent(ctx, agentdb.CreateAgentParams{Name: "ada", Tags: []string{}})
		return err
	}))
	agents, err = db.Agents.ListAgents(ctx)
	require.NoError(t, err)
	assert.Len(t, agents, 1)
}
