package migrate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	atlas "ariga.io/atlas/sql/migrate"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
)

const (
	sumFile       = atlas.HashFileName
	downFolder    = "down"
	versionFormat = "20060102150405"
)

var (
	reName     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)
	reFileName = regexp.MustCompile(`^([0-9A-Za-z.-]+)(?:_(.+))?$`)
	reTxMode   = regexp.MustCompile(`(?m)\A(?:(?:--.*)?\n)*--\s*atlas:txmode\s+none\s*$`)
)

// fileName returns the name of a migration file, which Atlas lets be nothing
// but a version.
func fileName(engine Engine, version, name string) string {
	if name == "" {
		return version + engine.Ext()
	}
	return version + "_" + name + engine.Ext()
}

// fileOf returns the name of the file that a revision is of.
func (d *directory) fileOf(r *revision) string { return fileName(d.engine, r.Version, r.Description) }

// A directory is a migration directory's content at one moment.
type directory struct {
	engine Engine
	path   string
	files  []*migrationFile
	sum    atlas.HashFile // of the files as they are
}

// A migrationFile is one file of a directory.
type migrationFile struct {
	*source.File
	base          string // the file's name in the directory
	version, name string
	hash          string // as atlas.sum and the revisions have it, without "h1:"
}

// readDir reads the directory at path. One that does not exist is empty.
func readDir(engine Engine, path string) (*directory, error) {
	d := &directory{engine: engine, path: path}
	entries, err := os.ReadDir(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read migration directory: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() || filepath.Ext(e.Name()) != engine.Ext() {
			continue
		}
		f, err := readMigration(engine, filepath.Join(path, e.Name()))
		if err != nil {
			return nil, err
		}
		d.files = append(d.files, f)
	}
	d.sum = hashFiles(d.files)
	for _, f := range d.files {
		f.hash, _ = d.sum.SumByName(f.base) // which has none for a file that asks to be left out
	}
	return d, nil
}

func readMigration(engine Engine, path string) (*migrationFile, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read migration file: %w", err)
	}
	f := &migrationFile{File: source.NewFile(filepath.ToSlash(path), string(text)), base: filepath.Base(path)}
	if m := reFileName.FindStringSubmatch(strings.TrimSuffix(f.base, engine.Ext())); m != nil {
		f.version, f.name = m[1], m[2]
	}
	return f, nil
}

// hashFiles returns the content of an atlas.sum.
func hashFiles(files []*migrationFile) atlas.HashFile {
	local := make([]atlas.File, len(files))
	for i, f := range files {
		local[i] = f.atlas()
	}
	sum, err := atlas.NewHashFile(local)
	if err != nil {
		panic(err) // writing to a hash does not fail
	}
	return sum
}

func (f *migrationFile) atlas() *atlas.LocalFile { return atlas.NewLocalFile(f.base, []byte(f.Text)) }

// transactional reports whether a file with that text runs in a transaction.
func transactional(text string) bool { return !reTxMode.MatchString(text) }

// check adds an error for each file whose name does not do, and for the first
// that differs from atlas.sum.
func (d *directory) check(list *diag.List) {
	versions := map[string]string{}
	for _, f := range d.files {
		switch other, dup := versions[f.version]; {
		case f.version == "":
			list.Errorf(f.Span(0, 0), diag.MigrateFileName, "migration file %s does not begin with a version", f.base).
				WithHelp("name it like 20260131120000_add_agents%s", d.engine.Ext())
		case dup:
			list.Errorf(f.Span(0, 0), diag.MigrateFileName, "migration files %s and %s have the same version", other, f.base)
		case f.atlas().IsCheckpoint():
			list.Errorf(f.Span(0, 0), diag.MigrateCheckpoint, "migration file %s is a checkpoint", f.base)
		}
		versions[f.version] = f.base
	}
	text, err := os.ReadFile(filepath.Join(d.path, sumFile))
	if errors.Is(err, fs.ErrNotExist) && len(d.files) == 0 {
		return
	}
	sum := source.NewFile(filepath.ToSlash(filepath.Join(d.path, sumFile)), string(text))
	help := "if the change is meant, run tandem migrate hash"
	if err != nil {
		list.Errorf(sum.Span(0, 0), diag.MigrateChecksum, "the migration directory has no readable atlas.sum").WithHelp("%s", help)
		return
	}
	var want atlas.HashFile
	if err := want.UnmarshalText(text); err != nil {
		list.Errorf(sum.Span(0, 0), diag.MigrateChecksum, "atlas.sum is damaged: its lines do not add up to its first").WithHelp("%s", help)
		return
	}
	// Each line hashes all files up to its own, so that only the first
	// difference means something.
	for i := range max(len(want), len(d.sum)) {
		switch {
		case i < len(want) && i < len(d.sum) && want[i] == d.sum[i]:
			continue
		case i < len(want) && !d.has(want[i].N):
			list.Errorf(sum.Span(lineSpan(sum, i+2)), diag.MigrateChecksum, "migration file %s is missing", want[i].N).WithHelp("%s", help)
		case i < len(want) && i < len(d.sum) && want[i].N == d.sum[i].N:
			list.Errorf(d.file(d.sum[i].N).Span(0, 0), diag.MigrateChecksum, "migration file %s was edited after it was hashed", want[i].N).WithHelp("%s", help)
		default:
			list.Errorf(d.file(d.sum[i].N).Span(0, 0), diag.MigrateChecksum, "migration file %s is not in atlas.sum", d.sum[i].N).WithHelp("%s", help)
		}
		return
	}
}

func lineSpan(f *source.File, line int) (start, end int) {
	start = f.Offset(line, 1)
	return start, start + len(f.LineText(line))
}

func (d *directory) has(base string) bool { return d.file(base) != nil }

func (d *directory) file(base string) *migrationFile {
	for _, f := range d.files {
		if f.base == base {
			return f
		}
	}
	return nil
}

// nextVersion returns a version for now that comes after all of the directory.
func (d *directory) nextVersion(now time.Time) string {
	now = now.UTC()
	version := now.Format(versionFormat)
	if len(d.files) == 0 {
		return version
	}
	last := d.files[len(d.files)-1].version
	if version > last {
		return version
	}
	if t, err := time.Parse(versionFormat, last); err == nil {
		return t.Add(time.Second).Format(versionFormat)
	}
	return last + ".1"
}

// A statement is one statement of a file.
type statement struct {
	Text   string
	Offset int // of its first byte in the file
}

// split returns the file's statements, or adds an error.
func (d *directory) split(f *migrationFile, list *diag.List) []statement {
	if d.engine == Surreal {
		return splitSurreal(f.File, list)
	}
	return splitPostgres(f.File, list)
}

// down returns the down file of the migration with the given file name, or nil
// where there is none.
func (d *directory) down(base string) (*migrationFile, error) {
	f, err := readMigration(d.engine, filepath.Join(d.path, downFolder, base))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return f, err
}

func (d *directory) writeSum() error {
	text, err := d.sum.MarshalText()
	if err != nil {
		return fmt.Errorf("hash migration directory: %w", err)
	}
	return writeFiles(map[string][]byte{filepath.Join(d.path, sumFile): text})
}

// Write adds the plan's two files to the migration directory and renews its
// atlas.sum. Either all three are written or none. It refuses a directory that
// is dirty or holds a version that is not older than the plan's.
func (p *Plan) Write(path string) error {
	d, err := readDir(p.Engine, path)
	if err != nil {
		return err
	}
	list := &diag.List{}
	if d.check(list); list.HasErrors() {
		return fmt.Errorf("write migration %s: %w", p.FileName(), list.Sorted()[0])
	}
	if n := len(d.files); n > 0 && d.files[n-1].version >= p.Version {
		return fmt.Errorf("write migration %s: the directory has a newer %s", p.FileName(), d.files[n-1].base)
	}
	return d.add(p.FileName(), p.Up, p.Down)
}

// add writes a migration, its down file and atlas.sum.
func (d *directory) add(base, up, down string) error {
	d.files = append(d.files, &migrationFile{File: source.NewFile(base, up), base: base})
	sum, err := hashFiles(d.files).MarshalText()
	if err != nil {
		return fmt.Errorf("hash migration directory: %w", err)
	}
	return writeFiles(map[string][]byte{
		filepath.Join(d.path, downFolder, base): []byte(down),
		filepath.Join(d.path, base):             []byte(up),
		filepath.Join(d.path, sumFile):          sum,
	})
}

// writeFiles writes all files beside their places first, and moves them there
// only when each of them is on the disk. Where a move fails, the ones before it
// are taken back.
func writeFiles(files map[string][]byte) (err error) {
	type move struct {
		temp, path string
		old        []byte // nil where there was no file
	}
	var moves []move
	defer func() {
		for _, m := range moves {
			err = errors.Join(err, ignoreNotExist(os.Remove(m.temp)))
		}
	}()
	paths := make([]string, 0, len(files))
	for path := range files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("write migration directory: %w", err)
		}
		old, err := os.ReadFile(path)
		if ignoreNotExist(err) != nil {
			return fmt.Errorf("write migration directory: %w", err)
		}
		temp, err := writeTemp(path, files[path])
		if temp != "" {
			moves = append(moves, move{temp, path, old})
		}
		if err != nil {
			return fmt.Errorf("write migration directory: %w", err)
		}
	}
	for i, m := range moves {
		if err := os.Rename(m.temp, m.path); err != nil {
			for _, done := range moves[:i] {
				if done.old == nil {
					err = errors.Join(err, os.Remove(done.path))
				} else {
					err = errors.Join(err, os.WriteFile(done.path, done.old, 0o644))
				}
			}
			return fmt.Errorf("write migration directory: %w", err)
		}
	}
	return nil
}

func writeTemp(path string, text []byte) (temp string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(text)
	return f.Name(), errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
}

func ignoreNotExist(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// render writes changes as a migration file's text, below a comment of its own.
func render(engine Engine, head string, d direction) (string, error) {
	if d.singly {
		head = "-- atlas:txmode none\n" + head
	}
	if head != "" {
		head += "\n"
	}
	var b strings.Builder
	b.WriteString(head)
	for _, c := range d.changes {
		fmt.Fprintf(&b, "-- %s\n%s;\n", strings.ReplaceAll(c.Comment, "\n", " "), c.Cmd)
	}
	if engine == Postgres {
		return delimited(b.String(), head, d.changes), nil
	}
	text, list := surql.Format(source.NewFile("the planned migration", b.String()), surql.Options{Engine: surql.V3_1})
	if list.HasErrors() {
		return "", fmt.Errorf("lay out the planned migration: %w", list.Sorted()[0])
	}
	return string(text), nil
}
