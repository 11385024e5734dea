package compile

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/devq-ai/tandem/internal/config"
)

// A Stamp is what is kept of a project's last compilation, in the user's cache:
// enough to see that compiling again would give what is there already. It
// holds no generated code, so it can be deleted at any time.
type Stamp struct {
	cfg    *config.Config
	path   string // of the file in the cache
	inputs string // the digest of what the compilation depends on
}

// A Summary says how much a compilation has produced.
type Summary struct{ Files, Queries int }

type stampFile struct {
	Inputs, Outputs string
	Summary
}

// NewStamp returns the stamp of the project, before it is compiled by the
// program tool. There is none, and no error, for a project whose compilation
// depends on more than its files.
func NewStamp(cfg *config.Config, tool string) (*Stamp, error) {
	text := cfg.File.Text
	if strings.Contains(text, "database:") || strings.Contains(text, "plugins:") {
		return nil, nil // sqlc asks a database, or a plugin
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	project, err := filepath.Abs(cfg.File.Path)
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256([]byte(project))
	s := &Stamp{cfg: cfg, path: filepath.Join(cache, "tandem", "generate", hex.EncodeToString(id[:12])+".json")}
	s.inputs, err = s.digestInputs(tool)
	return s, err
}

// Current reports whether the last compilation had the same inputs, and what it
// produced is still in place.
func (s *Stamp) Current() (Summary, bool) {
	var last stampFile
	text, err := os.ReadFile(s.path)
	if err != nil || json.Unmarshal(text, &last) != nil || last.Inputs != s.inputs {
		return Summary{}, false
	}
	outputs, err := s.digestOutputs()
	return last.Summary, err == nil && outputs == last.Outputs
}

// Save keeps the stamp of a compilation by tool whose files are written. It
// keeps none if the inputs have changed since NewStamp.
func (s *Stamp) Save(tool string, summary Summary) error {
	inputs, err := s.digestInputs(tool)
	if err != nil || inputs != s.inputs {
		return err
	}
	outputs, err := s.digestOutputs()
	if err != nil {
		return err
	}
	text, err := json.Marshal(stampFile{inputs, outputs, summary})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o755); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(s.path), "stamp-")
	if err != nil {
		return err
	}
	_, err = temporary.Write(text)
	err = errors.Join(err, temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), s.path)
	}
	if err != nil {
		_ = os.Remove(temporary.Name())
	}
	return err
}

// A digest tells contents from each other, and from contents cut otherwise.
type digest struct{ hash.Hash }

func newDigest() digest { return digest{sha256.New()} }

func (d digest) add(parts ...string) {
	for _, part := range parts {
		fmt.Fprintf(d, "%d:%s", len(part), part)
	}
}

func (d digest) String() string { return hex.EncodeToString(d.Sum(nil)) }

// addFiles adds files with their contents, which are read side by side.
func (d digest) addFiles(paths []string) error {
	sums := make([]string, len(paths))
	errs := make([]error, len(paths))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(paths)) {
		wg.Go(func() {
			buffer := make([]byte, 64<<10)
			for i := next.Add(1) - 1; i < int64(len(paths)); i = next.Add(1) - 1 {
				sums[i], errs[i] = digestFile(paths[i], buffer)
			}
		})
	}
	wg.Wait()
	for i, path := range paths {
		d.add("file", path, sums[i])
	}
	return errors.Join(errs...)
}

// digestFile digests a file, which it reads through the buffer.
func digestFile(path string, buffer []byte) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	content := sha256.New()
	// The type hides that a file copies itself, through a buffer of its own.
	_, err = io.CopyBuffer(content, struct{ io.Reader }{file}, buffer)
	return string(content.Sum(nil)), err
}

// digestInputs digests the tool, the configuration, and every file below the
// paths that it names, whether it is read or not.
func (s *Stamp) digestInputs(tool string) (string, error) {
	d := newDigest()
	info, err := os.Stat(tool)
	if err != nil {
		return "", err
	}
	d.add(tool, fmt.Sprint(info.Size(), info.ModTime().UnixNano()), s.cfg.File.Text, s.cfg.ImportPath)
	for _, variable := range os.Environ() {
		if strings.HasPrefix(variable, "SQLC") {
			d.add(variable)
		}
	}
	var sources []string
	if pg := s.cfg.Postgres; pg != nil {
		d.add(pg.ImportPath)
		sources = slices.Concat(sources, pg.Schema, pg.Queries, []string{pg.Migrations})
	}
	if sr := s.cfg.Surreal; sr != nil {
		d.add(sr.ImportPath)
		sources = slices.Concat(sources, sr.Schema, sr.Queries, []string{sr.Migrations})
	}
	for _, source := range sources {
		if source == "" {
			continue
		}
		d.add("source", source)
		if err := s.digestSource(d, source); err != nil {
			return "", err
		}
	}
	return d.String(), nil
}

func (s *Stamp) digestSource(d digest, source string) error {
	source = filepath.Join(s.cfg.Dir, filepath.FromSlash(source))
	names := []string{source}
	if strings.ContainsAny(source, "*?[") {
		var err error
		if names, err = filepath.Glob(source); err != nil {
			return err
		}
	}
	var files []string
	for _, name := range names {
		root, err := filepath.EvalSymlinks(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				files = append(files, path)
			}
			return err
		}); err != nil {
			return err
		}
	}
	return d.addFiles(files)
}

// digestOutputs digests the Go files in the folders of generated code.
func (s *Stamp) digestOutputs() (string, error) {
	d := newDigest()
	for _, dir := range outputDirs(s.cfg) {
		d.add("folder", dir)
		path := filepath.Join(s.cfg.Dir, filepath.FromSlash(dir))
		entries, err := os.ReadDir(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		var files []string
		for _, entry := range entries {
			if filepath.Ext(entry.Name()) == ".go" {
				files = append(files, filepath.Join(path, entry.Name()))
			}
		}
		if err := d.addFiles(files); err != nil {
			return "", err
		}
	}
	return d.String(), nil
}
