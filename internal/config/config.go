// Package config reads a project's configuration: sqlc.yaml for what is
// generated, and atlas.hcl for how migrations are planned and applied.
//
// sqlc.yaml stays valid for plain sqlc. What Tandem adds lives under sqlc's own
// options map, in options.tandem; the sql block for PostgreSQL is sqlc's.
package config

import (
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/modfile"
)

// Name is the name of the configuration file.
const Name = "sqlc.yaml"

// A Config is what sqlc.yaml says. All paths are relative to Dir and use
// forward slashes.
type Config struct {
	// Dir is the project's root: the folder that holds sqlc.yaml.
	Dir string
	// File is sqlc.yaml itself.
	File *source.File
	// Package and Out are the name and the folder of the generated root
	// package.
	Package, Out string
	// ImportPath is the import path of Out, from the go.mod above it.
	ImportPath string
	// Initialisms and Rename are the options of those names, which sqlc has
	// too. What options.tandem says goes before what gen.go says to sqlc.
	Initialisms []string
	Rename      map[string]string
	// Fakes is options.tandem.emit_fakes: whether a package with doubles of the
	// repositories is generated.
	Fakes bool
	// Postgres and Surreal say what each engine's half consists of. A project
	// without an engine has nil there.
	Postgres *Postgres
	Surreal  *Surreal
}

// Postgres is the sql block with the engine postgresql, as far as Tandem needs
// to know it; sqlc reads the rest.
type Postgres struct {
	Schema, Queries []string
	Package, Out    string
	ImportPath      string
	// Migrations is options.tandem.migrations, or "": the folder whose newest
	// migration a database must have before generated code uses it.
	Migrations string
}

// Surreal is options.tandem.surreal.
type Surreal struct {
	Schema, Queries []string
	Package, Out    string
	ImportPath      string
	Migrations      string // as in Postgres
	Go              Go
}

type document struct {
	Version string
	SQL     []yaml.Node
	Options struct{ Tandem yaml.Node }
}

type sqlBlock struct {
	Engine  yaml.Node
	Schema  pathList
	Queries pathList
	Gen     struct {
		Go struct {
			Package, Out string
			Initialisms  *[]string
			Rename       map[string]string
		}
	}
}

type options struct {
	Package, Out yaml.Node
	Migrations   string
	Initialisms  *[]string
	Rename       map[string]yaml.Node
	Fakes        bool `yaml:"emit_fakes"`
	Surreal      *struct {
		Schema, Queries pathList
		Package, Out    yaml.Node
		Migrations      string
		Go              goOptions `yaml:",inline"`
	}
}

// pathList is a path or a list of paths, as sqlc allows both.
type pathList []string

func (p *pathList) UnmarshalYAML(n *yaml.Node) error {
	var one string
	if n.Decode(&one) == nil {
		*p = pathList{one}
		return nil
	}
	return n.Decode((*[]string)(p))
}

// Load reads the configuration file at the given path. The diagnostics hold
// everything that is wrong with it; the Config is nil if they have errors.
func Load(file string) (*Config, *diag.List) {
	var diags diag.List
	text, err := os.ReadFile(file)
	if err != nil {
		d := diags.Errorf(source.Span{}, diag.ConfigMissing, "cannot read the configuration: %v", err)
		if errors.Is(err, fs.ErrNotExist) {
			d.Message = fmt.Sprintf("there is no %s", filepath.ToSlash(file))
			d.WithHelp("run tandem in the folder that holds %s, or name the file with --config", Name)
		}
		return nil, &diags
	}
	l := loader{
		cfg: &Config{
			Dir: filepath.Dir(file), File: source.NewFile(filepath.ToSlash(file), string(text)),
			Initialisms: []string{"id"}, // sqlc's default
		},
		diags: &diags,
	}
	l.load()
	if diags.HasErrors() {
		return nil, &diags
	}
	return l.cfg, &diags
}

type loader struct {
	cfg   *Config
	diags *diag.List
}

func (l *loader) load() {
	file := l.cfg.File
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(file.Text), &root); err != nil {
		l.yamlError(err)
		return
	}
	var doc document
	if err := root.Decode(&doc); err != nil {
		l.yamlError(err)
		return
	}
	if doc.Version != "2" {
		l.diags.Errorf(file.Span(0, 0), diag.ConfigInvalid, "version is %q", doc.Version).
			WithHelp(`Tandem reads version "2" of sqlc's configuration: write version: "2"`)
	}
	for i := range doc.SQL {
		l.sqlBlock(&doc.SQL[i])
	}
	if doc.Options.Tandem.IsZero() {
		l.diags.Errorf(file.Span(0, 0), diag.ConfigInvalid, "options.tandem is missing").
			WithHelp("it names the package to generate:\noptions:\n  tandem: { package: db, out: gen/db }")
		return
	}
	l.options(&doc.Options.Tandem)
	if l.diags.HasErrors() {
		return
	}
	if l.cfg.Postgres == nil && l.cfg.Surreal == nil {
		l.diags.Errorf(l.span(&doc.Options.Tandem), diag.ConfigInvalid, "there is nothing to generate from").
			WithHelp("add a sql block with engine: postgresql, options.tandem.surreal, or both")
		return
	}
	l.outputs(&doc.Options.Tandem)
}

func (l *loader) sqlBlock(n *yaml.Node) {
	var block sqlBlock
	if err := n.Decode(&block); err != nil {
		l.yamlError(err)
		return
	}
	switch block.Engine.Value {
	case "postgresql":
	case "":
		l.diags.Errorf(l.span(n), diag.ConfigInvalid, "the sql block has no engine").WithHelp("write engine: postgresql")
		return
	default:
		d := l.diags.Errorf(l.span(&block.Engine), diag.ConfigUnknownEngine, "unknown engine %q", block.Engine.Value)
		if strings.HasPrefix(strings.ToLower(block.Engine.Value), "surreal") {
			d.WithHelp("SurrealDB is configured under options.tandem.surreal")
		} else {
			d.WithHelp("Tandem generates for postgresql here, and for SurrealDB under options.tandem.surreal")
		}
		return
	}
	if l.cfg.Postgres != nil {
		l.diags.Errorf(l.span(n), diag.ConfigInvalid, "there are two sql blocks for postgresql").
			WithHelp("one data layer has one PostgreSQL database: list several folders under schema and queries, or give the other database a sqlc.yaml of its own")
		return
	}
	gen := block.Gen.Go
	if gen.Package == "" && gen.Out != "" {
		gen.Package = path.Base(gen.Out)
	}
	l.cfg.Postgres = &Postgres{Schema: block.Schema, Queries: block.Queries, Package: gen.Package, Out: clean(gen.Out)}
	l.cfg.Rename = gen.Rename
	if gen.Initialisms != nil {
		l.cfg.Initialisms = *gen.Initialisms
	}
	l.required(n, "schema", len(block.Schema) > 0)
	l.required(n, "queries", len(block.Queries) > 0)
	l.required(n, "gen.go.out", gen.Out != "")
}

func (l *loader) options(n *yaml.Node) {
	l.unknownKeys(n, "options.tandem", "package", "out", "migrations", "initialisms", "rename", "emit_fakes", "surreal")
	var opts options
	if err := n.Decode(&opts); err != nil {
		l.yamlError(err)
		return
	}
	l.cfg.Package, l.cfg.Out = opts.Package.Value, clean(opts.Out.Value)
	l.goPackage(n, &opts.Package, "options.tandem.package")
	l.required(n, "out", opts.Out.Value != "")
	l.cfg.Fakes = opts.Fakes
	if opts.Initialisms != nil {
		l.cfg.Initialisms = *opts.Initialisms
	}
	rename := map[string]string{}
	for name, id := range opts.Rename {
		if rename[name] = id.Value; !token.IsIdentifier(id.Value) || !token.IsExported(id.Value) {
			l.diags.Errorf(l.span(&id), diag.ConfigInvalid, "%s is renamed to %q, which is not an exported Go identifier", name, id.Value).
				WithHelp("write it with a capital, as in %s: GraphNote", name)
		}
	}
	l.cfg.Rename = merge(l.cfg.Rename, rename)
	if l.cfg.Postgres != nil {
		l.cfg.Postgres.Migrations = clean(opts.Migrations)
	}
	if opts.Surreal == nil {
		return
	}
	sn := child(n, "surreal")
	l.unknownKeys(sn, "options.tandem.surreal", append([]string{"schema", "queries", "package", "out", "migrations"}, goOptionKeys...)...)
	s := opts.Surreal
	l.cfg.Surreal = &Surreal{Schema: s.Schema, Queries: s.Queries, Package: s.Package.Value, Out: clean(s.Out.Value), Migrations: clean(s.Migrations)}
	l.goPackage(sn, &s.Package, "options.tandem.surreal.package")
	l.cfg.Surreal.Go = l.goOptions(&s.Go)
	l.required(sn, "schema", len(s.Schema) > 0)
	l.required(sn, "queries", len(s.Queries) > 0)
	l.required(sn, "out", s.Out.Value != "")
}

// outputs checks that the output folders are different and inside the project,
// and finds their import paths.
func (l *loader) outputs(n *yaml.Node) {
	c := l.cfg
	seen := map[string]string{}
	place := func(what, out string) string {
		if !filepath.IsLocal(filepath.FromSlash(out)) {
			l.diags.Errorf(l.span(n), diag.ConfigInvalid, "the %s package would be written to %q, outside the project", what, out)
			return ""
		}
		if other, taken := seen[out]; taken {
			l.diags.Errorf(l.span(n), diag.ConfigInvalid, "the %s and the %s package would both be written to %q", other, what, out).
				WithHelp("give each package a folder of its own, as in gen/db, gen/db/pgdb and gen/db/graphdb")
			return ""
		}
		seen[out] = what
		importPath, err := importPath(filepath.Join(c.Dir, filepath.FromSlash(out)))
		if err != nil {
			l.diags.Errorf(l.span(n), diag.ConfigInvalid, "the import path of %s is unknown: %v", out, err).
				WithHelp("generated packages import each other, so the project needs a go.mod: run go mod init")
		}
		return importPath
	}
	c.ImportPath = place("root", c.Out)
	if c.Postgres != nil {
		c.Postgres.ImportPath = place("PostgreSQL", c.Postgres.Out)
	}
	if c.Surreal != nil {
		c.Surreal.ImportPath = place("SurrealDB", c.Surreal.Out)
	}
}

func (l *loader) required(n *yaml.Node, key string, ok bool) {
	if !ok {
		l.diags.Errorf(l.span(n), diag.ConfigInvalid, "%s is missing", key)
	}
}

func (l *loader) goPackage(parent, n *yaml.Node, key string) {
	switch name := n.Value; {
	case name == "":
		l.diags.Errorf(l.span(parent), diag.ConfigInvalid, "%s is missing", key)
	case !token.IsIdentifier(name) || name == "_":
		l.diags.Errorf(l.span(n), diag.ConfigInvalid, "%s is %q, which is not a Go package name", key, name).
			WithHelp("use letters and digits only, as in agentdb")
	case name == "main":
		l.diags.Errorf(l.span(n), diag.ConfigInvalid, "%s is \"main\", which is a program that no package can import", key).
			WithHelp("name it for what it holds, as in agentdb")
	}
}

func (l *loader) unknownKeys(n *yaml.Node, where string, known ...string) {
	if n == nil || n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if slices.Contains(known, key.Value) {
			continue
		}
		d := l.diags.Errorf(l.span(key), diag.ConfigUnknownKey, "%s has no key %q", where, key.Value)
		if near := diag.Nearest(key.Value, known); near != "" {
			d.WithHelp("did you mean %s?", near)
		} else {
			d.WithHelp("it may have %s", strings.Join(known, ", "))
		}
	}
}

func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// span returns the place of a YAML node: its first token.
func (l *loader) span(n *yaml.Node) source.Span {
	start := l.cfg.File.Offset(n.Line, n.Column)
	end := start
	if n.Kind == yaml.ScalarNode && n.Style == 0 {
		end = min(start+len(n.Value), len(l.cfg.File.Text))
	}
	return l.cfg.File.Span(start, end)
}

// yamlError reports an error of the YAML package, which puts the line into its
// text ("yaml: line 3: did not find expected key").
func (l *loader) yamlError(err error) {
	messages := []string{strings.TrimPrefix(err.Error(), "yaml: ")}
	if typeErr := (*yaml.TypeError)(nil); errors.As(err, &typeErr) {
		messages = typeErr.Errors
	}
	for _, message := range messages {
		line, rest := 1, message
		if n, err := fmt.Sscanf(message, "line %d:", &line); n == 1 && err == nil {
			_, rest, _ = strings.Cut(message, ": ")
		}
		off := l.cfg.File.Offset(line, 1)
		l.diags.Errorf(l.cfg.File.Span(off, off), diag.ConfigSyntax, "%s", rest)
	}
}

func clean(p string) string {
	if p == "" {
		return ""
	}
	return path.Clean(filepath.ToSlash(p))
}

// importPath returns the import path of a folder, which need not exist: the
// path of the module whose go.mod is nearest above it, and the way from there.
func importPath(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for root := dir; ; root = filepath.Dir(root) {
		text, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err == nil {
			module := modfile.ModulePath(text)
			if module == "" {
				return "", fmt.Errorf("%s names no module", filepath.Join(root, "go.mod"))
			}
			rel, err := filepath.Rel(root, dir)
			if err != nil {
				return "", err
			}
			return path.Join(module, filepath.ToSlash(rel)), nil
		}
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
			return "", err
		}
		if root == filepath.Dir(root) {
			return "", errors.New("there is no go.mod above it")
		}
	}
}

// Sources reads the files with the given extension (".sql", ".surql") that the
// paths, relative to dir, name: a file, a folder, whose files are taken and not
// those of its subfolders, or a glob pattern. The files are sorted by path
// within each entry and each is read once. owner is the file that lists the
// paths, for messages.
func Sources(dir string, paths []string, ext, owner string) ([]*source.File, *diag.List) {
	var diags diag.List
	var files []*source.File
	seen := map[string]bool{}
	for _, p := range paths {
		names, err := expand(dir, p, ext)
		if err != nil {
			diags.Errorf(source.Span{}, diag.ConfigNoFiles, "cannot read %s: %v", p, err).
				WithHelp("%s names it", owner)
			continue
		}
		if len(names) == 0 {
			diags.Errorf(source.Span{}, diag.ConfigNoFiles, "%s holds no %s files", p, ext).
				WithHelp("%s names it", owner)
		}
		for _, name := range names {
			if seen[name] {
				continue
			}
			seen[name] = true
			text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
			if err != nil {
				diags.Errorf(source.Span{}, diag.ConfigNoFiles, "cannot read %s: %v", name, err)
				continue
			}
			files = append(files, source.NewFile(path.Join(filepath.ToSlash(dir), name), string(text)))
		}
	}
	return files, &diags
}

func expand(dir, p, ext string) ([]string, error) {
	root := os.DirFS(dir)
	p = clean(p)
	if strings.ContainsAny(p, "*?[") {
		return fs.Glob(root, p)
	}
	info, err := fs.Stat(root, p)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{p}, nil
	}
	entries, err := fs.ReadDir(root, p)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, e := range entries {
		if !e.IsDir() && path.Ext(e.Name()) == ext {
			names[path.Join(p, e.Name())] = true
		}
	}
	return slices.Sorted(maps.Keys(names)), nil
}
