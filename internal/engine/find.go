package engine

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// find gives the engine as it was found, ready to be prepared and started.
func find(ctx context.Context, kind Kind, o Options) (*server, error) {
	variable, newServer := PostgresURLVariable, newPostgres
	if kind == Surreal {
		variable, newServer = SurrealURLVariable, newSurreal
	}
	var s *server
	var err error
	if raw := os.Getenv(variable); raw != "" && !o.Own {
		s, err = fromEnvironment(ctx, variable, raw)
	} else {
		s, err = newServer(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	s.kind, s.notify, s.changed = kind, o.Notify, make(chan struct{})
	return s, nil
}

// fromEnvironment is the server at a URL, which must accept connections.
func fromEnvironment(ctx context.Context, variable, raw string) (*server, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%s is not a URL", variable) // the error would print its password
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"postgres": "5432", "postgresql": "5432", "wss": "443", "https": "443"}[u.Scheme]
	}
	if port == "" {
		port = "8000"
	}
	dialer := net.Dialer{Timeout: 5 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return nil, fmt.Errorf("%s names a server that does not answer: %w", variable, err)
	}
	conn.Close()
	return &server{origin: variable, external: true, up: true, url: func(int) string { return raw }}, nil
}

// release is a version's first two numbers.
type release struct{ major, minor int }

var releasePattern = regexp.MustCompile(`(\d+)\.(\d+)\S*|(\d+)(?:devel|beta\d+|rc\d+)`)

// programRelease asks a program for its version.
func programRelease(ctx context.Context, program, argument string) (release, string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, argument).Output()
	if err != nil {
		return release{}, "", fmt.Errorf("it does not run: %w", err)
	}
	m := releasePattern.FindStringSubmatch(string(out))
	if m == nil {
		return release{}, "", fmt.Errorf("it tells no version: %q", bytes.TrimSpace(out))
	}
	major, _ := strconv.Atoi(m[1] + m[3])
	minor, _ := strconv.Atoi(m[2])
	return release{major, minor}, m[0], nil
}

// postgresPrograms are the directories on the machine that may have PostgreSQL's programs: those of
// PATH first, then where packages put them, the newest first.
func postgresPrograms() []string {
	var dirs []string
	if program, err := exec.LookPath("postgres"); err == nil {
		if program, err = filepath.EvalSymlinks(program); err == nil {
			dirs = append(dirs, filepath.Dir(program))
		}
	}
	var packaged []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		found, _ := filepath.Glob(pattern) // the patterns are well-formed
		packaged = append(packaged, found...)
	}
	slices.SortStableFunc(packaged, func(a, b string) int { return numberIn(b) - numberIn(a) })
	dirs = append(dirs, packaged...)
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	var distinct []string
	for _, dir := range dirs {
		if !slices.Contains(distinct, dir) {
			distinct = append(distinct, dir)
		}
	}
	return distinct
}

var digits = regexp.MustCompile(`\d+`)

func numberIn(path string) int {
	n, _ := strconv.Atoi(digits.FindString(path))
	return n
}
