package engine

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed supervise.sh
var superviseScript string

// mode says whether an engine ends with this process.
type mode string

const (
	attached mode = "attached"
	detached mode = "detached"
)

const (
	// startTimeout is how long an engine may take until it answers.
	startTimeout = 2 * time.Minute
	// stopTimeout is how long an engine may take to stop before it is killed.
	stopTimeout = 20 * time.Second
)

// server is one engine: what find knows of it, and its process once it is started.
type server struct {
	kind     Kind
	origin   string
	version  string
	external bool // runs already, and is not ours to stop

	url     func(port int) string
	command func(port int) []string
	ready   func(ctx context.Context, port, pid int) bool
	prepare func(ctx context.Context) error // makes the data directory ready, if that is needed
	env     []string
	signal  string // makes the engine stop in order: TERM, INT, QUIT
	as      *account
	scratch string // temporary directory, removed after the engine; empty if the data stays
	log     string // file that the engine's own messages go to
	fixed   bool   // the port was asked for, and no other will do
	notify  func(Event)

	operation sync.Mutex // one start or stop at a time

	mu       sync.Mutex // guards the rest
	port     int
	process  *process
	pid      int
	up       bool
	answered bool // it was up once, so its port stays
	deaths   int
	mourned  bool          // it died, and has not answered since
	changed  chan struct{} // closed and replaced whenever one of the above changes
}

// process is a supervisor and, below it, an engine.
type process struct {
	instance string // unique word on the supervisor's command line
	cmd      *exec.Cmd
	lifeline io.Closer     // an attached supervisor ends when this is closed
	exited   chan struct{} // closed when the supervisor is gone
}

// Errors of a started engine.
var (
	errDied   = errors.New("died")
	errGaveUp = errors.New("died again and again, and is not started any more")
)

func (s *server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url(s.port)
}

// address is the host and port of the URL, which has a password.
func (s *server) address() string {
	u, err := url.Parse(s.URL())
	if err != nil {
		return "an address that does not parse"
	}
	return u.Host
}

func (s *server) status() Status {
	address := s.URL()
	s.mu.Lock()
	defer s.mu.Unlock()
	return Status{Engine: s.kind, URL: address, Version: s.version, Origin: s.origin, PID: s.pid, Up: s.up, Deaths: s.deaths}
}

// update changes what mu guards, and tells those who wait for a change.
func (s *server) update(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	close(s.changed)
	s.changed = make(chan struct{})
}

// start starts the engine and returns when it answers. Where the port is ours to choose, and
// another program took it in the meantime, the next is tried.
func (s *server) start(ctx context.Context, m mode) error {
	if s.external {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for attempt := 1; ; attempt++ {
		choose := !s.fixed && !s.answered
		if choose {
			port, err := freePort()
			if err != nil {
				return err
			}
			s.update(func() { s.port = port })
		}
		err := s.startOnPort(ctx, m)
		if err == nil || !choose || attempt == 3 || !strings.Contains(err.Error(), "in use") {
			return err
		}
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func (s *server) startOnPort(ctx context.Context, m mode) error {
	p, tellings, err := s.supervise(m)
	if err != nil {
		return err
	}
	s.update(func() { s.process, s.pid, s.up = p, 0, false })
	go s.follow(p, s.port, tellings)
	if err := s.wait(ctx); err != nil {
		_ = s.stop(context.WithoutCancel(ctx))
		return err
	}
	s.update(func() { s.answered = true })
	return nil
}

// supervise starts the supervisor, and gives what it tells.
func (s *server) supervise(m mode) (*process, io.Reader, error) {
	// The directory may be another user's, who must not have us write elsewhere.
	dir, err := os.OpenRoot(filepath.Dir(s.log))
	if err != nil {
		return nil, nil, err
	}
	defer dir.Close()
	logFile, err := dir.OpenFile(filepath.Base(s.log), os.O_CREATE|os.O_WRONLY|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, err
	}
	defer logFile.Close()
	p := &process{instance: "engine-" + rand.Text(), exited: make(chan struct{})}
	args := append([]string{"-c", superviseScript, "tandem-engine", p.instance, s.signal, s.scratch, string(m)}, s.command(s.port)...)
	p.cmd = exec.Command("sh", args...)
	p.cmd.Dir = filepath.Dir(s.log)
	p.cmd.Env = s.env
	p.cmd.Stderr = logFile
	p.cmd.SysProcAttr = processAttributes(m, s.as)
	tellings, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if m == attached {
		if p.lifeline, err = p.cmd.StdinPipe(); err != nil {
			return nil, nil, err
		}
	}
	if err := p.cmd.Start(); err != nil {
		return nil, nil, fmt.Errorf("starting the supervisor: %w", err)
	}
	return p, tellings, nil
}

// follow keeps the state of the server as the supervisor tells it, until the supervisor is gone.
func (s *server) follow(p *process, port int, tellings io.Reader) {
	watch, stopWatching := context.WithCancel(context.Background())
	defer stopWatching()
	lines := bufio.NewScanner(tellings)
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "started":
			pid, _ := strconv.Atoi(rest)
			s.update(func() { s.pid = pid })
			go s.awaitAnswer(watch, port, pid)
		case "died":
			s.update(func() { s.pid, s.up, s.mourned = 0, false, true; s.deaths++ })
			s.notify(Event{Engine: s.kind, Err: fmt.Errorf("%s %w (%s)%s", s.kind, errDied, exitStatus(rest), s.lastWords())})
		case "gave":
			s.notify(Event{Engine: s.kind, Err: fmt.Errorf("%s %w%s", s.kind, errGaveUp, s.lastWords())})
		}
	}
	_ = p.cmd.Wait() // how the supervisor ended says nothing about the engine
	s.update(func() { s.pid, s.up, s.mourned = 0, false, false })
	close(p.exited)
}

// awaitAnswer marks the engine's process pid as up when it answers.
func (s *server) awaitAnswer(ctx context.Context, port, pid int) {
	for !s.ready(ctx, port, pid) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(5 * time.Millisecond):
		}
		s.mu.Lock()
		gone := s.pid != pid
		s.mu.Unlock()
		if gone {
			return
		}
	}
	again := false
	s.update(func() {
		if s.up = s.pid == pid; s.up {
			again, s.mourned = s.mourned, false
		}
	})
	if again {
		s.notify(Event{Engine: s.kind})
	}
}

// wait returns when the engine answers; with an error when it died before it first did, or for good.
func (s *server) wait(ctx context.Context) error {
	if s.external {
		return nil
	}
	s.mu.Lock()
	p, before, first := s.process, s.deaths, !s.answered
	s.mu.Unlock()
	if p == nil {
		return errors.New("it is stopped")
	}
	for {
		s.mu.Lock()
		up, deaths, changed := s.up, s.deaths, s.changed
		s.mu.Unlock()
		if up {
			return nil
		}
		if first && deaths > before {
			return fmt.Errorf("it died at once%s", s.lastWords())
		}
		select {
		case <-changed:
		case <-p.exited:
			return fmt.Errorf("it %w%s", errGaveUp, s.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("it does not answer: %w%s", ctx.Err(), s.lastWords())
		}
	}
}

// exitStatus words a shell's exit status.
func exitStatus(status string) string {
	n, err := strconv.Atoi(status)
	if err == nil && n > 128 {
		return signalName(n - 128)
	}
	return "exit status " + status
}

// lastWords are the last lines of the engine's log, to be put behind a message; empty if there are none.
func (s *server) lastWords() string {
	const lines = 8
	data, err := os.ReadFile(s.log)
	if err != nil {
		return ""
	}
	all := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	if len(all) > lines {
		all = all[len(all)-lines:]
	}
	text := strings.TrimSpace(string(bytes.Join(all, []byte("\n\t"))))
	if text == "" {
		return ""
	}
	return "; it wrote:\n\t" + text
}

// stop ends the supervisor and its engine, and returns when no process of them is left.
func (s *server) stop(ctx context.Context) error {
	s.mu.Lock()
	p := s.process
	s.process = nil
	s.mu.Unlock()
	if p == nil {
		return nil
	}
	_ = terminate(p.cmd.Process.Pid)
	var killed error
	select {
	case <-p.exited:
	case <-ctx.Done():
		killed = fmt.Errorf("%s was killed: %w", s.kind, ctx.Err())
	case <-time.After(stopTimeout):
		killed = fmt.Errorf("%s was killed: it did not stop within %s", s.kind, stopTimeout)
	}
	if killed != nil {
		killGroup(p.cmd.Process.Pid)
		<-p.exited
	}
	if p.lifeline != nil {
		p.lifeline.Close()
	}
	return killed
}

func (s *server) removeScratch() {
	if s.scratch != "" {
		_ = os.RemoveAll(s.scratch) // what is left of a temporary directory harms nobody
	}
}
