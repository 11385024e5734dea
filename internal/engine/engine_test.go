//go:build unix

package engine_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/surrealdb/surrealdb.go"

	"github.com/devq-ai/tandem/internal/engine"
)

// parentVariable makes the test binary a program that starts both engines, says which, and waits.
const parentVariable = "TANDEM_TEST_PARENT"

func TestMain(m *testing.M) {
	if os.Getenv(parentVariable) != "" {
		beParent()
	}
	if os.Getenv(upVariable) != "" {
		beUp()
	}
	// The tests are about engines that this package starts.
	os.Unsetenv(engine.PostgresURLVariable)
	os.Unsetenv(engine.SurrealURLVariable)
	os.Unsetenv(engine.EnginesVariable)
	os.Exit(m.Run())
}

func beParent() {
	e, err := engine.Start(context.Background(), engine.Options{Postgres: true, Surreal: true, Pinned: true})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(e.Status()); err != nil {
		os.Exit(1)
	}
	select {}
}

// npm are options for both engines as CI runs them.
var npm = engine.Options{Postgres: true, Surreal: true, Pinned: true}

func start(t *testing.T, o engine.Options) *engine.Engines {
	t.Helper()
	e, err := engine.Start(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, e.Stop(context.Background())) })
	return e
}

func postgres(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// anonymous connects to SurrealDB and does not sign in.
func anonymous(t *testing.T, address string) *surrealdb.DB {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	conn, err := surrealdb.FromEndpointURLString(t.Context(), "ws://"+u.Host)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// surreal connects to SurrealDB as root, in namespace n and database d.
func surreal(t *testing.T, address string) *surrealdb.DB {
	t.Helper()
	conn := anonymous(t, address)
	_, err := conn.SignIn(t.Context(), map[string]any{"user": "root", "pass": "root"})
	require.NoError(t, err)
	require.NoError(t, conn.Use(t.Context(), "n", "d"))
	return conn
}

// query runs one statement and gives its result.
func query[T any](t *testing.T, conn *surrealdb.DB, text string) T {
	t.Helper()
	results, err := surrealdb.Query[T](t.Context(), conn, text, nil)
	require.NoError(t, err)
	return (*results)[0].Result
}

func running(pid int) bool { return syscall.Kill(pid, 0) == nil }

func assertGone(t *testing.T, pids ...int) {
	t.Helper()
	for _, pid := range pids {
		assert.Eventually(t, func() bool { return !running(pid) }, time.Minute, 10*time.Millisecond, "process %d was left behind", pid)
	}
}

func TestStartRunsThePinnedEngines(t *testing.T) {
	e := start(t, npm)
	status := e.Status()
	require.Len(t, status, 2)
	assert.Equal(t, []string{"18.4", "3.0.2"}, []string{status[0].Version, status[1].Version})
	assert.True(t, status[0].Up && status[1].Up)
	require.NoError(t, e.Wait(t.Context()))

	var version, super, encoding, upper string
	row := postgres(t, e.PostgresURL()).QueryRow(t.Context(),
		`SELECT current_setting('server_version'), current_setting('is_superuser'), current_setting('server_encoding'), upper('straße ärger')`)
	require.NoError(t, row.Scan(&version, &super, &encoding, &upper))
	assert.Equal(t, []string{"18.4", "on", "UTF8", "STRAßE ÄRGER"}, []string{version, super, encoding, upper})

	about, err := anonymous(t, e.SurrealURL()).Version(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "3.0.2", about.Version)
	assert.Equal(t, 42, query[int](t, surreal(t, e.SurrealURL()), "RETURN 42"))
}

func TestStartRunsAProgramOfTheMachine(t *testing.T) {
	e := start(t, engine.Options{Postgres: true})
	status := e.Status()[0]
	if status.Origin == "npm" {
		t.Skip("this machine has no PostgreSQL 15 or newer")
	}
	var version string
	require.NoError(t, postgres(t, e.PostgresURL()).QueryRow(t.Context(), "SHOW server_version").Scan(&version))
	assert.Contains(t, version, status.Version)
}

// temporaryData is a directory that has the temporary data of engines and nothing else.
func temporaryData(t *testing.T) string {
	t.Helper()
	dir := sharedDir(t)
	require.NoError(t, os.Chmod(dir, 0o777))
	t.Setenv("TMPDIR", dir)
	return dir
}

func TestStopLeavesNoProcessAndNoData(t *testing.T) {
	temporary := temporaryData(t)
	e, err := engine.Start(t.Context(), npm)
	require.NoError(t, err)
	status := e.Status()
	require.NoError(t, e.Stop(t.Context()))
	assertGone(t, status[0].PID, status[1].PID)
	left, err := os.ReadDir(temporary)
	require.NoError(t, err)
	assert.Empty(t, left)
	require.NoError(t, e.Stop(t.Context()), "stopping twice is no error")
}

func TestStopKillsWhatDoesNotStopInTime(t *testing.T) {
	e, err := engine.Start(t.Context(), npm)
	require.NoError(t, err)
	status := e.Status()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_ = e.Stop(ctx) // it may have been quick enough
	assertGone(t, status[0].PID, status[1].PID)
}

// startParent runs a program that has started both engines, in a process group of its own.
func startParent(t *testing.T) (parent *exec.Cmd, engines []engine.Status) {
	t.Helper()
	parent = exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentVariable+"=1")
	parent.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	parent.Stderr = os.Stderr
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	t.Cleanup(func() { _ = parent.Process.Kill() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoError(t, err, "the parent did not start its engines")
	require.NoError(t, json.Unmarshal(line, &engines))
	require.True(t, running(engines[0].PID) && running(engines[1].PID))
	return parent, engines
}

func TestEnginesEndWithTheirParent(t *testing.T) {
	for name, kill := range map[string]func(pid int) error{
		"killed":    func(pid int) error { return syscall.Kill(pid, syscall.SIGKILL) },
		"by Ctrl-C": func(pid int) error { return syscall.Kill(-pid, syscall.SIGINT) },
	} {
		t.Run(name, func(t *testing.T) {
			temporary := temporaryData(t)
			parent, engines := startParent(t)
			require.NoError(t, kill(parent.Process.Pid))
			_ = parent.Wait()
			assertGone(t, engines[0].PID, engines[1].PID)
			assert.Eventually(t, func() bool {
				left, err := os.ReadDir(temporary)
				return err == nil && len(left) == 0
			}, time.Minute, 10*time.Millisecond, "temporary data was left behind")
		})
	}
}

func TestNamedDataPersists(t *testing.T) {
	o := npm
	o.DataDir = sharedDir(t)
	first := start(t, o)
	_, err := postgres(t, first.PostgresURL()).Exec(t.Context(), "CREATE TABLE kept AS SELECT 7 AS n")
	require.NoError(t, err)
	query[any](t, surreal(t, first.SurrealURL()), "CREATE kept:1 SET n = 7")
	require.NoError(t, first.Stop(t.Context()))

	second := start(t, o)
	var n int
	require.NoError(t, postgres(t, second.PostgresURL()).QueryRow(t.Context(), "SELECT n FROM kept").Scan(&n))
	assert.Equal(t, 7, n)
	assert.Equal(t, []int{7}, query[[]int](t, surreal(t, second.SurrealURL()), "SELECT VALUE n FROM kept"))
}

func TestDataInUseIsNotOpenedTwice(t *testing.T) {
	for _, o := range []engine.Options{{Postgres: true, Pinned: true}, {Surreal: true, Pinned: true}} {
		o.DataDir = sharedDir(t)
		start(t, o)
		_, err := engine.Start(t.Context(), o)
		require.ErrorContains(t, err, "died at once; it wrote:")
		assert.Regexp(t, `(?i)lock`, err.Error(), "the engine's own words are missing")
	}
}

func TestNamedPortIsUsedOrRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := listener.Addr().(*net.TCPAddr).Port
	o := engine.Options{Surreal: true, Pinned: true, SurrealPort: port}
	_, err = engine.Start(t.Context(), o)
	require.ErrorContains(t, err, "address already in use")
	require.NoError(t, listener.Close())
	e := start(t, o)
	assert.Equal(t, fmt.Sprintf("ws://root:root@127.0.0.1:%d", port), e.SurrealURL())
}

// events collects what an engine's Notify is told.
type events chan engine.Event

func (e events) next(t *testing.T) engine.Event {
	t.Helper()
	select {
	case event := <-e:
		return event
	case <-time.After(30 * time.Second):
		require.Fail(t, "nobody told of the engine's death or its return")
		return engine.Event{}
	}
}

// abort ends the whole process of engine 3.0.2, as some queries do, and waits for what its client gets.
func abort(t *testing.T, conn *surrealdb.DB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err := surrealdb.Query[any](ctx, conn, "RETURN <option<int>> 1.5dec", nil)
	require.ErrorContains(t, err, "The engine died (SIGABRT)", "a client that waits is not told")
	require.ErrorContains(t, err, "panicked", "the engine's own words are missing")
}

func TestSurrealThatAbortsIsStartedAgain(t *testing.T) {
	told := make(events, 16)
	e := start(t, engine.Options{Surreal: true, Pinned: true, Notify: func(event engine.Event) { told <- event }})
	address := e.SurrealURL()
	bystander := surreal(t, address)
	waited := make(chan error)
	go func() {
		for { // until the engine dies under one of these
			if _, err := surrealdb.Query[any](t.Context(), bystander, "SLEEP 20ms", nil); err != nil {
				waited <- err
				return
			}
		}
	}()
	abort(t, surreal(t, address))
	require.ErrorContains(t, <-waited, "The engine died (SIGABRT)", "others who wait are not told")
	died := told.next(t)
	require.ErrorContains(t, died.Err, "SurrealDB died (signal: aborted)")
	assert.ErrorContains(t, died.Err, "panicked", "the engine's own words are missing")
	assert.Equal(t, engine.Event{Engine: engine.Surreal}, told.next(t))
	require.NoError(t, e.Wait(t.Context()))
	assert.Equal(t, 1, e.Status()[0].Deaths)
	assert.Equal(t, address, e.SurrealURL())
	assert.Equal(t, 1, query[int](t, surreal(t, address), "RETURN 1"))
}

func TestPostgresThatDiesIsStartedAgainWithItsData(t *testing.T) {
	told := make(events, 16)
	e := start(t, engine.Options{Postgres: true, Pinned: true, Notify: func(event engine.Event) { told <- event }})
	_, err := postgres(t, e.PostgresURL()).Exec(t.Context(), "CREATE TABLE kept AS SELECT 7 AS n; CHECKPOINT")
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(e.Status()[0].PID, syscall.SIGKILL))
	require.ErrorContains(t, told.next(t).Err, "PostgreSQL died (signal: killed)")
	require.NoError(t, e.Wait(t.Context()))
	var n int
	require.NoError(t, postgres(t, e.PostgresURL()).QueryRow(t.Context(), "SELECT n FROM kept").Scan(&n))
	assert.Equal(t, 7, n)
}

func TestHaltedEngineReturnsOnItsPort(t *testing.T) {
	e := start(t, npm)
	address := e.PostgresURL()
	_, err := postgres(t, address).Exec(t.Context(), "CREATE TABLE kept (n int)")
	require.NoError(t, err)
	for _, kind := range []engine.Kind{engine.Postgres, engine.Surreal} {
		require.NoError(t, e.Halt(t.Context(), kind))
	}
	_, err = pgx.Connect(t.Context(), address)
	require.ErrorContains(t, err, "connection refused")
	require.ErrorContains(t, e.Wait(t.Context()), "it is stopped")
	for _, kind := range []engine.Kind{engine.Postgres, engine.Surreal} {
		require.NoError(t, e.Restart(t.Context(), kind))
	}
	require.NoError(t, e.Wait(t.Context()))
	assert.Equal(t, address, e.PostgresURL())
	_, err = postgres(t, address).Exec(t.Context(), "SELECT n FROM kept")
	assert.NoError(t, err)
	assert.Equal(t, 1, query[int](t, surreal(t, e.SurrealURL()), "RETURN 1"))
}

func TestServerInTheEnvironmentIsUsedAndLeftAlone(t *testing.T) {
	theirs := start(t, npm)
	t.Setenv(engine.PostgresURLVariable, theirs.PostgresURL())
	t.Setenv(engine.SurrealURLVariable, theirs.SurrealURL())
	e, err := engine.Start(t.Context(), npm)
	require.NoError(t, err)
	assert.Equal(t, theirs.PostgresURL(), e.PostgresURL())
	assert.Equal(t, theirs.SurrealURL(), e.SurrealURL())
	require.ErrorContains(t, e.Halt(t.Context(), engine.Postgres), "it is not ours")
	require.NoError(t, e.Stop(t.Context()))
	assert.True(t, running(theirs.Status()[0].PID) && running(theirs.Status()[1].PID))
}

func TestServerInTheEnvironmentThatDoesNotAnswerIsAnError(t *testing.T) {
	t.Setenv(engine.PostgresURLVariable, "postgres://me:secret@127.0.0.1:1/x")
	_, err := engine.Start(t.Context(), engine.Options{Postgres: true})
	require.ErrorContains(t, err, "TANDEM_POSTGRES_URL names a server that does not answer")
	assert.NotContains(t, err.Error(), "secret")
}

func TestOwnEnginesAreNotTheOnesInTheEnvironment(t *testing.T) {
	t.Setenv(engine.PostgresURLVariable, "postgres://me:secret@127.0.0.1:1/production")
	e := start(t, engine.Options{Postgres: true, Pinned: true, Own: true})
	assert.NotContains(t, e.PostgresURL(), "production")
}

func TestStartOfNothingIsAnError(t *testing.T) {
	_, err := engine.Start(t.Context(), engine.Options{})
	require.Error(t, err)
}

// program puts a shell script into a directory of its own, first in PATH.
func program(t *testing.T, name, script string) string {
	t.Helper()
	dir := sharedDir(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755))
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return dir
}

func TestProgramsThatAreTooOldAreRefusedAloud(t *testing.T) {
	var progress strings.Builder
	oldSurreal := program(t, "surreal", "echo 2.6.1 for linux on x86_64")
	start(t, engine.Options{Surreal: true, Progress: &progress})
	assert.Contains(t, progress.String(), oldSurreal+"/surreal: SurrealDB 2.6.1 is older than 3.0")

	progress.Reset()
	oldPostgres := program(t, "postgres", "echo 'postgres (PostgreSQL) 14.9 (Debian 14.9-1)'")
	require.NoError(t, os.WriteFile(filepath.Join(oldPostgres, "initdb"), nil, 0o755))
	start(t, engine.Options{Postgres: true, Progress: &progress})
	assert.Contains(t, progress.String(), oldPostgres+": PostgreSQL 14.9 is older than 15")
}

// The program stands in for a server: it serves the health page alone, and keeps what it was told.
func TestSurrealOfTheMachineIsToldWhereToServe(t *testing.T) {
	dir := program(t, "surreal", `
		[ "$1" = version ] && { echo '3.2.1 for linux on x86_64'; exit; }
		echo "$SURREAL_USER $SURREAL_PASS $*" >"$(dirname "$0")/told"
		exec node -e 'require("http").createServer((q, r) => r.end()).listen(process.argv[1].split(":")[1], "127.0.0.1")' "$3"`)
	e := start(t, engine.Options{Surreal: true})
	status := e.Status()[0]
	assert.Equal(t, []string{filepath.Join(dir, "surreal"), "3.2.1"}, []string{status.Origin, status.Version})
	told, err := os.ReadFile(filepath.Join(dir, "told"))
	require.NoError(t, err)
	u, err := url.Parse(e.SurrealURL())
	require.NoError(t, err)
	assert.Equal(t, "root root start --bind "+u.Host+" --log error --no-banner memory\n", string(told))
}

func TestDataOfAnotherPostgresIsNotTouched(t *testing.T) {
	o := engine.Options{Postgres: true, Pinned: true, DataDir: sharedDir(t)}
	data := filepath.Join(o.DataDir, "postgres", "data")
	require.NoError(t, os.MkdirAll(data, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte("16\n"), 0o644))
	_, err := engine.Start(t.Context(), o)
	require.ErrorContains(t, err, "PostgreSQL 18.4 cannot read the data that PostgreSQL 16 wrote")
}

func TestRootKeepsDataThatPostgresCannotReach(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root has data that the engine's user cannot reach")
	}
	private := t.TempDir()
	require.NoError(t, os.Chmod(private, 0o700))
	o := engine.Options{Postgres: true, Pinned: true, DataDir: filepath.Join(private, "data")}
	for range 2 {
		e, err := engine.Start(t.Context(), o)
		require.NoError(t, err)
		_, err = postgres(t, e.PostgresURL()).Exec(t.Context(), "SELECT 1")
		require.NoError(t, err)
		require.NoError(t, e.Stop(t.Context()))
	}
	elsewhere, err := os.Readlink(filepath.Join(o.DataDir, "postgres"))
	require.NoError(t, err)
	assert.DirExists(t, filepath.Join(elsewhere, "data"))
	require.NoError(t, os.RemoveAll(elsewhere))
}
