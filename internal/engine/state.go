package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// stateFile is the name of the file in a state directory that records what Up started.
const stateFile = "dev.json"

// ErrNotRunning says that no engine that Up started in a state directory runs.
var ErrNotRunning = errors.New("no engines are running")

// State is the engines that [Up] left running.
type State struct {
	Engines []Running `json:"engines"`
}

// Running is an engine that runs without the process that started it.
type Running struct {
	Engine  Kind   `json:"engine"`
	URL     string `json:"url"`
	Version string `json:"version,omitempty"`
	Origin  string `json:"origin"`
	// Log is the file with the engine's own messages.
	Log string `json:"log,omitempty"`
	// Supervisor is the process that keeps the engine running, and Instance a word on its
	// command line that no other process has. There is none for a URL from the environment.
	Supervisor int    `json:"supervisor,omitempty"`
	Instance   string `json:"instance,omitempty"`
}

// PostgresURL is the URL of PostgreSQL, empty if it does not run.
func (s State) PostgresURL() string { return s.url(Postgres) }

// SurrealURL is the URL of SurrealDB, empty if it does not run.
func (s State) SurrealURL() string { return s.url(Surreal) }

func (s State) url(kind Kind) string {
	for _, r := range s.Engines {
		if r.Engine == kind {
			return r.URL
		}
	}
	return ""
}

// alive says whether the supervisor runs, and is the one that was started.
func (r Running) alive() bool {
	return r.Supervisor == 0 || slices.Contains(strings.Fields(commandLine(r.Supervisor)), r.Instance)
}

// Up starts the engines that o asks for and that do not run yet, returns when all of them answer,
// and leaves them running: [Down] stops them. They are recorded in the state directory dir, which is
// created; what runs there already is kept, whatever o says of it. Concurrent calls are put in a row.
func Up(ctx context.Context, dir string, o Options) (State, error) {
	kinds, err := o.kinds()
	if err != nil {
		return State{}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return State{}, err
	}
	unlock, err := lockFile(ctx, filepath.Join(dir, "dev.lock"), nil)
	if err != nil {
		return State{}, err
	}
	defer unlock()
	state, err := ReadState(dir)
	if err != nil && !errors.Is(err, ErrNotRunning) {
		return State{}, err
	}
	kinds = slices.DeleteFunc(kinds, func(kind Kind) bool { return state.url(kind) != "" })
	if len(kinds) == 0 {
		return state, nil
	}
	servers, err := startAll(ctx, kinds, o, detached)
	if err != nil {
		return State{}, err
	}
	for _, kind := range kinds {
		state.Engines = append(state.Engines, servers[kind].running())
	}
	slices.SortFunc(state.Engines, func(a, b Running) int { return strings.Compare(string(a.Engine), string(b.Engine)) })
	if err := state.write(dir); err != nil {
		return State{}, errors.Join(err, stopAll(context.WithoutCancel(ctx), servers))
	}
	return state, nil
}

func (s *server) running() Running {
	r := Running{Engine: s.kind, URL: s.URL(), Version: s.version, Origin: s.origin}
	if !s.external {
		r.Log, r.Supervisor, r.Instance = s.log, s.process.cmd.Process.Pid, s.process.instance
	}
	return r
}

// write replaces the state file; it has passwords, so it is for its owner only.
func (s State) write(dir string) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, stateFile)
	if err := os.WriteFile(path+".new", append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("recording the engines: %w", err)
	}
	return os.Rename(path+".new", path)
}

// ReadState gives the engines that run of those that [Up] started with the state directory dir.
// Where none does, the error is [ErrNotRunning].
func ReadState(dir string) (State, error) {
	state, err := readStateFile(dir)
	if err != nil {
		return State{}, err
	}
	state.Engines = slices.DeleteFunc(state.Engines, func(r Running) bool { return !r.alive() })
	if len(state.Engines) == 0 {
		return State{}, ErrNotRunning
	}
	return state, nil
}

func readStateFile(dir string) (State, error) {
	path := filepath.Join(dir, stateFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return State{}, ErrNotRunning
	}
	if err != nil {
		return State{}, err
	}
	var state State
	if err := json.Unmarshal(data, &state); err != nil {
		return State{}, fmt.Errorf("reading %s: %w", path, err)
	}
	return state, nil
}

// Down stops the engines that [Up] started with the state directory dir; their temporary data goes
// with them. A process that only has the number of a former engine's is left alone. Where there was
// nothing to stop, the error is [ErrNotRunning].
func Down(ctx context.Context, dir string) error {
	unlock, err := lockFile(ctx, filepath.Join(dir, "dev.lock"), nil)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotRunning
	}
	if err != nil {
		return err
	}
	defer unlock()
	state, err := readStateFile(dir)
	if err != nil {
		return err
	}
	stopped := false
	for _, r := range state.Engines {
		stopped = r.alive() || stopped
		if err := r.stop(ctx); err != nil {
			return fmt.Errorf("stopping %s: %w", r.Engine, err)
		}
	}
	if err := os.Remove(filepath.Join(dir, stateFile)); err != nil {
		return err
	}
	if !stopped {
		return ErrNotRunning
	}
	return nil
}

// stop stops the engine, and kills it if it does not stop in time or ctx ends.
func (r Running) stop(ctx context.Context) error {
	if r.Supervisor == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	if r.alive() {
		if err := terminate(r.Supervisor); err != nil {
			return err
		}
	}
	for r.alive() {
		select {
		case <-ctx.Done():
			killGroup(r.Supervisor)
			ctx = context.WithoutCancel(ctx) // a killed process is soon gone
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}
