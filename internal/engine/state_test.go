//go:build unix

package engine_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/surrealdb/surrealdb.go"

	"github.com/devq-ai/tandem/internal/engine"
)

// upVariable makes the test binary a program that calls Up with the state directory named, and ends.
const upVariable = "TANDEM_TEST_UP"

func beUp() {
	if _, err := engine.Up(context.Background(), os.Getenv(upVariable), npm); err != nil {
		_, _ = os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
	os.Exit(0)
}

func TestUpOutlivesItsCallerUntilDown(t *testing.T) {
	dir := t.TempDir()
	up := exec.Command(os.Args[0])
	up.Env = append(os.Environ(), upVariable+"="+dir)
	out, err := up.CombinedOutput()
	require.NoError(t, err, string(out))
	t.Cleanup(func() { _ = engine.Down(context.Background(), dir) })

	state, err := engine.ReadState(dir)
	require.NoError(t, err)
	_, err = postgres(t, state.PostgresURL()).Exec(t.Context(), "SELECT 1")
	require.NoError(t, err)
	assert.Equal(t, 1, query[int](t, surreal(t, state.SurrealURL()), "RETURN 1"))

	again, err := engine.Up(t.Context(), dir, npm)
	require.NoError(t, err)
	assert.Equal(t, state, again, "what runs was started again")

	require.NoError(t, engine.Down(t.Context(), dir))
	for _, r := range state.Engines {
		assertGone(t, r.Supervisor)
		assert.NoDirExists(t, filepath.Dir(r.Log), "temporary data was left behind")
	}
	_, err = engine.ReadState(dir)
	require.ErrorIs(t, err, engine.ErrNotRunning)
	require.ErrorIs(t, engine.Down(t.Context(), dir), engine.ErrNotRunning)
}

func TestUpStartsWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	t.Cleanup(func() { _ = engine.Down(context.Background(), dir) })
	first, err := engine.Up(t.Context(), dir, engine.Options{Surreal: true, Pinned: true})
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(first.Engines[0].Supervisor, syscall.SIGTERM))
	assertGone(t, first.Engines[0].Supervisor)
	_, err = engine.ReadState(dir)
	require.ErrorIs(t, err, engine.ErrNotRunning)
	second, err := engine.Up(t.Context(), dir, npm)
	require.NoError(t, err)
	assert.Len(t, second.Engines, 2)
	assert.Equal(t, 1, query[int](t, surreal(t, second.SurrealURL()), "RETURN 1"))
}

func TestUpStartsAnEngineThatAbortsAgain(t *testing.T) {
	dir := t.TempDir()
	t.Cleanup(func() { _ = engine.Down(context.Background(), dir) })
	up := exec.Command(os.Args[0])
	up.Env = append(os.Environ(), upVariable+"="+dir)
	out, err := up.CombinedOutput()
	require.NoError(t, err, string(out))
	state, err := engine.ReadState(dir)
	require.NoError(t, err)
	for range 2 {
		abort(t, surreal(t, state.SurrealURL()))
		assert.Eventually(t, func() bool {
			conn, err := surrealdb.FromEndpointURLString(t.Context(), state.SurrealURL())
			if err != nil {
				return false
			}
			defer conn.Close(context.Background())
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			_, err = conn.SignIn(ctx, map[string]any{"user": "root", "pass": "root"})
			return err == nil
		}, time.Minute, 10*time.Millisecond, "nobody started it again")
	}
}

func TestDownSparesAProcessThatIsNotOurs(t *testing.T) {
	bystander := exec.Command("sleep", "60")
	require.NoError(t, bystander.Start())
	t.Cleanup(func() { _ = bystander.Process.Kill(); _ = bystander.Wait() })
	dir := t.TempDir()
	state := engine.State{Engines: []engine.Running{{Engine: engine.Surreal, Supervisor: bystander.Process.Pid, Instance: "engine-X"}}}
	data, err := json.Marshal(state)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "dev.json"), data, 0o600))
	_, err = engine.ReadState(dir)
	require.ErrorIs(t, err, engine.ErrNotRunning)
	require.ErrorIs(t, engine.Down(t.Context(), dir), engine.ErrNotRunning)
	assert.True(t, running(bystander.Process.Pid))
}

func TestStateFileIsForItsOwnerOnly(t *testing.T) {
	dir := t.TempDir()
	_, err := engine.Up(t.Context(), dir, engine.Options{Postgres: true, Pinned: true})
	require.NoError(t, err)
	t.Cleanup(func() { _ = engine.Down(context.Background(), dir) })
	info, err := os.Stat(filepath.Join(dir, "dev.json"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "it has a password")
}
