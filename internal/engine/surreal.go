package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

const (
	oldestSurreal   = 3
	oldestNode      = 18
	surrealUser     = "root"
	surrealPassword = "root"
)

func newSurreal(ctx context.Context, o Options) (*server, error) {
	if _, err := unprivileged(); err != nil {
		return nil, err
	}
	dir, scratch, err := o.directory("surrealdb", nil)
	if err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	s := &server{signal: "TERM", scratch: scratch, log: filepath.Join(dir, "server.log"), port: o.SurrealPort, fixed: o.SurrealPort != 0, ready: surrealAnswers}
	s.env = append(os.Environ(), "SURREAL_USER="+surrealUser, "SURREAL_PASS="+surrealPassword)
	s.url = func(port int) string {
		u := url.URL{Scheme: "ws", User: url.UserPassword(surrealUser, surrealPassword), Host: "127.0.0.1:" + strconv.Itoa(port)}
		return u.String()
	}
	endpoint := ""
	if scratch == "" {
		endpoint = "rocksdb://" + filepath.Join(dir, "data")
	}
	tried := "surreal on the machine: not asked for"
	if !o.Pinned {
		program, version, err := findSurreal(ctx)
		if err == nil {
			s.origin, s.version = program, version
			s.command = func(port int) []string { return surrealCommand(program, port, endpoint) }
			return s, nil
		}
		tried = err.Error()
		o.progress("SurrealDB: %s", tried)
	}
	bridge, version, err := installBridge(ctx, o)
	if err != nil {
		s.removeScratch()
		return nil, notFound("SurrealDB", SurrealURLVariable, []string{tried}, err)
	}
	if endpoint == "" {
		endpoint = "mem://"
	}
	s.origin, s.version = "npm", version
	s.command = func(port int) []string { return append(bridge, strconv.Itoa(port), endpoint) }
	return s, nil
}

// findSurreal gives the surreal program on the machine, or what is against it.
func findSurreal(ctx context.Context) (program, version string, err error) {
	program, err = exec.LookPath("surreal")
	if err != nil {
		return "", "", errors.New("surreal on the machine: not in PATH")
	}
	found, version, err := programRelease(ctx, program, "version")
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", program, err)
	}
	if found.major < oldestSurreal {
		return "", "", fmt.Errorf("%s: SurrealDB %s is older than %d.0", program, version, oldestSurreal)
	}
	return program, version, nil
}

func surrealCommand(program string, port int, endpoint string) []string {
	if endpoint == "" {
		endpoint = "memory"
	}
	return []string{program, "start", "--bind", "127.0.0.1:" + strconv.Itoa(port), "--log", "error", "--no-banner", endpoint}
}

// installBridge gives the command that runs the bridge, and the version of the engine behind it.
func installBridge(ctx context.Context, o Options) (command []string, version string, err error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, "", errors.New("node, to run it with, is not on this machine")
	}
	found, nodeVersion, err := programRelease(ctx, node, "--version")
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", node, err)
	}
	if found.major < oldestNode {
		return nil, "", fmt.Errorf("%s: node %s is older than %d", node, nodeVersion, oldestNode)
	}
	cache, err := o.cacheDir(nil)
	if err != nil {
		return nil, "", err
	}
	m, err := readManifest("surrealdb")
	if err != nil {
		return nil, "", err
	}
	dir, err := m.install(ctx, cache, o, func(string) error { return nil })
	if err != nil {
		return nil, "", err
	}
	program, err := writeBridge(dir)
	return []string{node, program}, m.version, err
}

// writeBridge puts the bridge into a directory below the packages that it imports, and gives the
// program's path. The directory's name tells its content, so that Tandems of different age share a cache.
func writeBridge(dir string) (string, error) {
	files := map[string][]byte{}
	sum := sha256.New()
	for _, name := range []string{"bridge.mjs", "engine.mjs"} {
		script, err := packages.ReadFile("npm/surrealdb/" + name)
		if err != nil {
			return "", err
		}
		files[name] = script
		sum.Write(script)
	}
	target := filepath.Join(dir, "bridge-"+hex.EncodeToString(sum.Sum(nil)[:4]))
	program := filepath.Join(target, "bridge.mjs")
	if exists(target) {
		return program, nil
	}
	fresh, err := os.MkdirTemp(dir, ".bridge-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(fresh)
	if err := os.Chmod(fresh, 0o755); err != nil {
		return "", err
	}
	for name, script := range files {
		if err := os.WriteFile(filepath.Join(fresh, name), script, 0o644); err != nil {
			return "", fmt.Errorf("writing the bridge: %w", err)
		}
	}
	if err := os.Rename(fresh, target); err != nil && !exists(target) { // another process may have been first
		return "", err
	}
	return program, nil
}

// surrealAnswers asks for the server's health.
func surrealAnswers(ctx context.Context, port, _ int) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/health", port), nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}
