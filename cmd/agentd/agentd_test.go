package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/devq-ai/tandem/gen/agentdb"
	"github.com/devq-ai/tandem/internal/engine"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/internal/migrate"
	"github.com/devq-ai/tandem/store"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// migrated applies the project's migrations to empty databases.
func migrated(t *testing.T, postgres, surreal string) {
	t.Helper()
	for e, target := range map[migrate.Engine][2]string{
		migrate.Postgres: {"../../schema/migrations", postgres},
		migrate.Surreal:  {"../../surql/migrations", surreal},
	} {
		_, diags, err := migrate.Apply(t.Context(), e, migrate.ApplyOptions{Dir: filepath.FromSlash(target[0]), URL: target[1]})
		require.NoError(t, err)
		require.False(t, diags.HasErrors(), "%v", diags.Sorted())
	}
}

func openDB(t *testing.T) *agentdb.DB {
	t.Helper()
	postgres, surreal := enginetest.Postgres(t), enginetest.Surreal(t)
	migrated(t, postgres, surreal)
	db, err := agentdb.Open(t.Context(), store.ConfigFromURLs(postgres, surreal))
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

func TestIndexAgreesWithTheToolchainAndAnswers(t *testing.T) {
	db := openDB(t)
	for range 2 { // a second run finds everything there and changes nothing
		var out strings.Builder
		require.NoError(t, index(t.Context(), db, &out))
		text := out.String()
		assert.Contains(t, text, "the graph below net/http equals go list -deps: ")
		assert.Contains(t, text, "net/http/httputil → net/http → ")
		assert.Regexp(t, `Who imports crypto/tls, directly or through others\? \d+ packages:\n  .*net/http/httptest`, text)
		assert.Regexp(t, `By their words:\n +\d+\.\d\d  Package context `, text)
		assert.Regexp(t, `Compare the graph with the toolchain +succeeded`, text)
	}
	runs, err := db.Runs.ListRuns(t.Context(), agentdb.ListRunsParams{PageSize: 10})
	require.NoError(t, err)
	require.Len(t, runs, 2)
	assert.Equal(t, agentdb.RunStateSucceeded, runs[0].State)
	assert.Greater(t, runs[0].Events, int64(300), "an event for each package")
}

func TestAFailedOrCancelledRunSaysSo(t *testing.T) {
	db := openDB(t)
	boom := errors.New("boom")
	run, err := record(t.Context(), db, io.Discard, func(ctx context.Context, r *recording) (any, error) {
		// While it runs no other can.
		_, err := record(ctx, db, io.Discard, nil)
		assert.ErrorContains(t, err, "agentd cancel "+r.id.String())
		return nil, r.step(ctx, "list-packages", 0, func(context.Context, func(int) error) error { return boom })
	})
	require.ErrorIs(t, err, boom)
	got, err := db.Runs.GetRun(t.Context(), run)
	require.NoError(t, err)
	assert.Equal(t, agentdb.RunStateFailed, got.State)
	assert.Equal(t, "step list-packages: boom", *got.Error)

	ctx, cancel := context.WithCancel(t.Context())
	run, err = record(ctx, db, io.Discard, func(ctx context.Context, r *recording) (any, error) {
		return nil, r.step(ctx, "list-packages", 0, func(ctx context.Context, _ func(int) error) error {
			cancel()
			return ctx.Err()
		})
	})
	require.ErrorIs(t, err, context.Canceled)
	got, err = db.Runs.GetRun(t.Context(), run)
	require.NoError(t, err)
	assert.Equal(t, agentdb.RunStateCancelled, got.State)
	steps, err := db.Runs.ListRunSteps(t.Context(), run)
	require.NoError(t, err)
	for _, s := range steps {
		assert.Equal(t, agentdb.RunStateCancelled, s.State, s.Name)
	}
}

func TestAGraphThatDiffersFailsTheRun(t *testing.T) {
	assert.NoError(t, same("packages", map[string]bool{"a": true}, map[string]bool{"a": true}))
	err := same("packages", map[string]bool{"a": true, "x": true}, map[string]bool{"a": true, "b": true, "c": true})
	assert.EqualError(t, err, "the graph's packages are not the toolchain's: 1 too many [x], 2 missing [b c]")
}

// safeBuffer is a log that a test may read while it is written.
type safeBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestServeGoesOnWithoutSurrealDB(t *testing.T) {
	ctx := t.Context()
	engines, err := engine.Start(ctx, engine.Options{Postgres: true, Surreal: true, Own: true, Pinned: os.Getenv(engine.EnginesVariable) == "npm"})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, engines.Stop(context.Background())) })
	postgres, surreal := engines.PostgresURL(), engines.SurrealURL()+"/agentd/agentd"
	migrated(t, postgres, surreal)
	t.Setenv("TANDEM_POSTGRES_URL", postgres)
	t.Setenv("TANDEM_SURREAL_URL", surreal)
	db, err := agentdb.Open(ctx, store.ConfigFromEnv())
	require.NoError(t, err)
	run, err := record(ctx, db, io.Discard, func(ctx context.Context, r *recording) (any, error) {
		x := &indexer{recording: r, packages: []goPackage{{ImportPath: "a", Name: "a", Imports: []string{"b"}}, {ImportPath: "b", Name: "b"}}}
		return nil, x.writeGraph(ctx, func(int) error { return nil })
	})
	require.NoError(t, err)
	db.Close()

	var log safeBuffer
	serving, stop := context.WithCancel(ctx)
	stopped := make(chan error, 1)
	go func() { stopped <- serve(serving, "127.0.0.1:0", &log) }()
	address := ""
	require.Eventually(t, func() bool {
		_, rest, found := strings.Cut(log.String(), "address=")
		address, _, _ = strings.Cut(rest, " ")
		return found
	}, 30*time.Second, 5*time.Millisecond, "serve did not start")

	get := func(path string) (int, map[string]any, string) {
		t.Helper()
		res, err := http.Get("http://" + address + path)
		require.NoError(t, err)
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		var body map[string]any
		_ = json.Unmarshal(text, &body)
		return res.StatusCode, body, string(text)
	}
	code, _, _ := get("/livez")
	assert.Equal(t, http.StatusOK, code)
	code, body, _ := get("/readyz")
	assert.Equal(t, http.StatusOK, code)
	assert.Equal(t, "up", body["status"])
	code, body, text := get("/packages/a")
	require.Equal(t, http.StatusOK, code, text)
	assert.Equal(t, []any{"package:b"}, body["imports"])
	code, body, text = get("/runs/" + run.String())
	require.Equal(t, http.StatusOK, code, text)
	assert.Equal(t, "succeeded", body["state"])
	for path, want := range map[string]int{
		"/packages/none": http.StatusNotFound, "/runs/none": http.StatusBadRequest, "/runs?state=odd": http.StatusBadRequest,
		"/runs/00000000-0000-0000-0000-000000000000": http.StatusNotFound, "/none": http.StatusNotFound,
	} {
		code, _, text := get(path)
		assert.Equal(t, want, code, "%s: %s", path, text)
	}
	_, _, metrics := get("/metrics")
	assert.Contains(t, metrics, `query="GetRunOverview"`)
	assert.Contains(t, metrics, `engine="surrealdb"`)

	// SurrealDB goes away: what needs PostgreSQL alone goes on, and the service
	// says which part is missing.
	require.NoError(t, engines.Halt(ctx, engine.Surreal))
	require.Eventually(t, func() bool {
		code, body, _ = get("/readyz")
		return body["status"] == "degraded"
	}, 20*time.Second, 20*time.Millisecond)
	assert.Equal(t, http.StatusOK, code)
	assert.Contains(t, fmt.Sprint(body["parts"]), "surrealdb")
	code, _, text = get("/runs")
	assert.Equal(t, http.StatusOK, code, text)
	assert.Contains(t, text, run.String())
	code, _, text = get("/packages/a")
	assert.Equal(t, http.StatusServiceUnavailable, code, text)

	// And it comes back by itself.
	require.NoError(t, engines.Restart(ctx, engine.Surreal))
	require.Eventually(t, func() bool {
		_, body, _ = get("/readyz")
		return body["status"] == "up"
	}, 30*time.Second, 50*time.Millisecond)

	stop()
	require.NoError(t, <-stopped)
	assert.Contains(t, log.String(), "draining")
}
