package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// systemState is where root's data goes that an unprivileged engine cannot reach where it was asked for.
const systemState = "/var/lib/tandem"

// directory makes the directory an engine keeps its data in: below DataDir, or a temporary one,
// which is its scratch directory too. It belongs to the account that the engine will run as.
func (o Options) directory(name string, as *account) (dir, scratch string, err error) {
	if o.DataDir == "" {
		scratch, err = o.temporaryDirectory("tandem-"+name+"-", as)
		return scratch, scratch, err
	}
	root, err := filepath.Abs(o.DataDir)
	if err != nil {
		return "", "", err
	}
	if err := os.MkdirAll(root, 0o755); err != nil {
		return "", "", err
	}
	dir, err = as.ownDirectory(filepath.Join(root, name))
	return dir, "", err
}

// temporaryDirectory makes an empty directory that the account owns and can enter.
func (o Options) temporaryDirectory(prefix string, as *account) (string, error) {
	bases := []string{os.TempDir(), "/tmp", "/var/tmp"}
	if o.Memory {
		bases = slices.Insert(bases, 0, memoryDirectory())
	}
	for _, base := range bases {
		if base == "" || !as.canEnter(base) {
			continue
		}
		dir, err := os.MkdirTemp(base, prefix)
		if err != nil {
			return "", err
		}
		return dir, as.own(dir)
	}
	return "", fmt.Errorf("user %s can enter neither %s nor /tmp nor /var/tmp", as.name, os.TempDir())
}

// ownDirectory makes a directory, unless it exists, that the account owns and can enter. If it cannot
// enter the parent, as with a home of root's, path becomes a link to a directory below /var/lib/tandem.
func (a *account) ownDirectory(path string) (string, error) {
	if target, err := os.Readlink(path); err == nil {
		return target, a.make(target)
	}
	if a.canEnter(filepath.Dir(path)) {
		return path, a.make(path)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("user %s cannot enter %s", a.name, path)
	}
	sum := sha256.Sum256([]byte(path))
	target := filepath.Join(systemState, hex.EncodeToString(sum[:8]))
	if err := os.MkdirAll(systemState, 0o755); err != nil {
		return "", err
	}
	if err := a.make(target); err != nil {
		return "", err
	}
	return target, os.Symlink(target, path)
}

func (a *account) make(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return a.own(dir)
}

// cacheDir is the directory that npm packages are installed into. The account must be able to enter it.
func (o Options) cacheDir(as *account) (string, error) {
	named := o.CacheDir
	if named == "" {
		named = os.Getenv(CacheVariable)
	}
	dir := named
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("no directory to install engines into: %w; name one in %s", err, CacheVariable)
		}
		dir = filepath.Join(user, "tandem", "engines")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	if as.canEnter(dir) {
		return dir, nil
	}
	if named != "" {
		return "", fmt.Errorf("user %s, whom PostgreSQL is to run as, cannot enter %s; name another directory in %s", as.name, dir, CacheVariable)
	}
	dir = "/var/cache/tandem/engines"
	return dir, os.MkdirAll(dir, 0o755)
}
