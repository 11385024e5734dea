package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// packages holds, per engine, the npm manifest and the lock file with the integrity hash of every
// package; and for SurrealDB the bridge.
//
//go:embed npm
var packages embed.FS

// manifest is what npm installs by: a package.json and its lock file.
type manifest struct {
	name          string
	version       string
	project, lock []byte
}

func readManifest(name string) (manifest, error) {
	m := manifest{name: name}
	var err error
	if m.project, err = packages.ReadFile("npm/" + name + "/package.json"); err != nil {
		return m, err
	}
	if m.lock, err = packages.ReadFile("npm/" + name + "/package-lock.json"); err != nil {
		return m, err
	}
	var about struct{ Version string }
	err = json.Unmarshal(m.project, &about)
	m.version = about.Version
	return m, err
}

// only narrows a manifest with an optional dependency for each platform to one of them, which is no
// longer optional: npm is silent about an optional dependency that it could not load.
func (m manifest) only(dependency string) (manifest, error) {
	var project, lock map[string]any
	if err := errors.Join(json.Unmarshal(m.project, &project), json.Unmarshal(m.lock, &lock)); err != nil {
		return m, err
	}
	optional, _ := project["optionalDependencies"].(map[string]any)
	version, ok := optional[dependency]
	if !ok {
		return m, fmt.Errorf("there is no %s", dependency)
	}
	delete(project, "optionalDependencies")
	project["dependencies"] = map[string]any{dependency: version}
	path := "node_modules/" + dependency
	locked, _ := lock["packages"].(map[string]any)
	entry, ok := locked[path].(map[string]any)
	if !ok {
		return m, fmt.Errorf("%s is not in the lock file", dependency)
	}
	delete(entry, "optional")
	lock["packages"] = map[string]any{"": project, path: entry}
	var err error
	if m.project, err = json.Marshal(project); err != nil {
		return m, err
	}
	m.lock, err = json.Marshal(lock)
	return m, err
}

// install installs a manifest's packages into the cache, unless they are there, and gives their
// directory. It appears there whole or not at all, and processes that want it at once install it once.
// finish does what is left to do in a new directory.
func (m manifest) install(ctx context.Context, cache string, o Options, finish func(dir string) error) (string, error) {
	sum := sha256.Sum256(m.lock)
	dir := filepath.Join(cache, fmt.Sprintf("%s-%s-%s", m.name, m.version, hex.EncodeToString(sum[:4])))
	if exists(dir) {
		return dir, nil
	}
	unlock, err := lockFile(ctx, filepath.Join(cache, m.name+".lock"), func() {
		o.progress("%s: another process installs it, waiting", m.name)
	})
	if err != nil {
		return "", err
	}
	defer unlock()
	if exists(dir) {
		return dir, nil
	}
	// Whoever holds the lock may clear away what a killed installation left.
	left, err := filepath.Glob(filepath.Join(cache, ".installing-"+m.name+"-*"))
	if err != nil {
		return "", err
	}
	for _, dir := range left {
		os.RemoveAll(dir)
	}
	work, err := os.MkdirTemp(cache, ".installing-"+m.name+"-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	if err := os.Chmod(work, 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(work, "package.json"), m.project, 0o644); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(work, "package-lock.json"), m.lock, 0o644); err != nil {
		return "", err
	}
	if err := npmInstall(ctx, work, m.name+" "+m.version, o); err != nil {
		return "", err
	}
	if err := finish(work); err != nil {
		return "", err
	}
	return dir, os.Rename(work, dir)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// npmInstall runs npm in dir, and tells about it as long as it takes.
func npmInstall(ctx context.Context, dir, what string, o Options) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("npm, to install it with, is not on this machine")
	}
	began := time.Now()
	o.progress("%s: installing from npm into %s", what, filepath.Dir(dir))
	finished := make(chan struct{})
	defer close(finished)
	go func() {
		for {
			select {
			case <-time.After(3 * time.Second):
				o.progress("%s: still installing, %.0f s", what, time.Since(began).Seconds())
			case <-finished:
				return
			}
		}
	}()
	// Scripts of packages do not run here; peers are the SDK that the bridge does without.
	cmd := exec.CommandContext(ctx, npm, "ci", "--ignore-scripts", "--omit=dev", "--omit=peer", "--no-audit", "--no-fund", "--no-progress")
	cmd.Dir = dir
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return fmt.Errorf("npm ci: %w%s", err, npmErrors(out))
	}
	o.progress("%s: installed in %.1f s", what, time.Since(began).Seconds())
	return nil
}

// npmErrors picks npm's own words out of its output, to be put behind a message.
func npmErrors(out []byte) string {
	const most = 12
	var picked []string
	for line := range bytes.Lines(out) {
		text, isError := strings.CutPrefix(strings.TrimSpace(string(line)), "npm error")
		text = strings.TrimSpace(text)
		if isError && text != "" && text != "}" && !strings.HasPrefix(text, "at ") && len(picked) < most {
			picked = append(picked, text)
		}
	}
	if len(picked) == 0 {
		return ""
	}
	return "; it wrote:\n\t" + strings.Join(picked, "\n\t")
}

// linkLibraries makes the symbolic links that the PostgreSQL package lists in pg-symlinks.json and
// leaves to a script.
func linkLibraries(root string) error {
	data, err := os.ReadFile(filepath.Join(root, "native", "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(data, &links); err != nil {
		return fmt.Errorf("reading pg-symlinks.json: %w", err)
	}
	for _, link := range links {
		source, err := filepath.Rel(filepath.Dir(link.Target), link.Source)
		if err != nil {
			return err
		}
		if !filepath.IsLocal(link.Target) || !filepath.IsLocal(link.Source) {
			return fmt.Errorf("pg-symlinks.json links outside of its package: %s to %s", link.Target, link.Source)
		}
		if err := os.Symlink(source, filepath.Join(root, link.Target)); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// notFound is the error for an engine that could neither be found nor installed.
func notFound(what, variable string, tried []string, install error) error {
	var b strings.Builder
	for _, refusal := range tried {
		fmt.Fprintf(&b, "\n- %s", refusal)
	}
	return fmt.Errorf("no %s on this machine, and none could be installed; tried:%s\n- npm: %w\nset %s to the URL of a running server to use that",
		what, b.String(), install, variable)
}
