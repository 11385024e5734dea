// Package compile turns a project's schemas and queries into Go files in
// memory. It joins the phases and holds none of their knowledge.
package compile

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/devq-ai/tandem/internal/config"
	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/emit"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/names"
	"github.com/devq-ai/tandem/internal/pgcheck"
	"github.com/devq-ai/tandem/internal/surqlcheck"
)

// Options are what a compilation needs beyond the configuration.
type Options struct {
	// Sqlc is the command that runs sqlc, its arguments to follow.
	Sqlc []string
}

// A Result is what a compilation produces.
type Result struct {
	// Files are all generated files by path, slash-separated and relative to
	// the project's root.
	Files map[string][]byte
	// Dirs are the folders that belong to generated code: a file in them that
	// Tandem or sqlc has written and that is not in Files is stale.
	Dirs []string
	// Queries is the number of queries that were compiled.
	Queries int
}

// Project compiles a project. If the diagnostics hold errors there is no
// result; the error is about the compilation itself, not about the project.
func Project(ctx context.Context, cfg *config.Config, opts Options) (*Result, *diag.List, error) {
	var diags diag.List
	program := &ir.Program{}
	res := &Result{Files: map[string][]byte{}, Dirs: outputDirs(cfg)}

	// The two front ends know nothing of each other.
	var (
		wg    sync.WaitGroup
		pg    *pgcheck.Result
		pgl   *diag.List
		pgErr error
	)
	if cfg.Postgres != nil {
		wg.Go(func() {
			pg, pgl, pgErr = pgcheck.Compile(ctx, pgcheck.Options{Dir: cfg.Dir, Config: cfg.File, Sqlc: opts.Sqlc})
		})
	}
	var graph *ir.Program
	if cfg.Surreal != nil {
		graph = surreal(cfg, &diags)
	}
	wg.Wait()
	if pgErr != nil {
		return nil, nil, pgErr
	}
	if pgl != nil {
		diags.Merge(pgl)
	}
	if diags.HasErrors() {
		return nil, &diags, nil
	}

	if pg != nil {
		join(program, pg.Program)
		for name, content := range pg.Files {
			res.Files[name] = content
		}
	}
	if graph != nil {
		join(program, graph)
	}
	for _, f := range program.Files {
		res.Queries += len(f.Queries)
	}
	emitOpts, err := emitOptions(cfg)
	if err != nil {
		return nil, nil, err
	}
	files, emitted, err := emit.Program(program, emitOpts)
	if err != nil {
		return nil, nil, err
	}
	diags.Merge(emitted)
	if diags.HasErrors() {
		return nil, &diags, nil
	}
	for _, f := range files {
		res.Files[path.Join(cfg.Out, f.Path)] = f.Content
	}
	return res, &diags, nil
}

func surreal(cfg *config.Config, diags *diag.List) *ir.Program {
	schema, d := config.Sources(cfg.Dir, cfg.Surreal.Schema, ".surql", cfg.File.Path)
	diags.Merge(d)
	queries, d := config.Sources(cfg.Dir, cfg.Surreal.Queries, ".surql", cfg.File.Path)
	diags.Merge(d)
	program, _, d := surqlcheck.Compile(schema, queries)
	diags.Merge(d)
	return program
}

func join(to, from *ir.Program) {
	to.Models = append(to.Models, from.Models...)
	to.Files = append(to.Files, from.Files...)
	to.Foreign = append(to.Foreign, from.Foreign...)
}

// outputDirs returns the folders that generated code is or was written to.
func outputDirs(cfg *config.Config) []string {
	dirs := []string{cfg.Out, path.Join(cfg.Out, fakesPackage(cfg))}
	if cfg.Postgres != nil {
		dirs = append(dirs, cfg.Postgres.Out)
	}
	if cfg.Surreal != nil {
		dirs = append(dirs, cfg.Surreal.Out)
	}
	return dirs
}

// fakesPackage returns the name of the package with the repositories' doubles,
// which is also its folder's.
func fakesPackage(cfg *config.Config) string { return cfg.Package + "fake" }

func emitOptions(cfg *config.Config) (o emit.Options, err error) {
	o = emit.Options{Root: filepath.ToSlash(filepath.Clean(cfg.Dir)), ImportPath: cfg.ImportPath, Package: cfg.Package, Names: names.Style{Initialisms: cfg.Initialisms, Renames: cfg.Rename}}
	if pg := cfg.Postgres; pg != nil {
		o.Postgres = &emit.SubPackage{ImportPath: pg.ImportPath, Package: pg.Package}
		if o.PostgresMigration, err = newest(cfg.Dir, pg.Migrations, ".sql"); err != nil {
			return o, err
		}
	}
	if cfg.Fakes {
		pkg := fakesPackage(cfg)
		o.Fakes = &emit.SubPackage{ImportPath: path.Join(cfg.ImportPath, pkg), Package: pkg, Dir: pkg}
	}
	if sr := cfg.Surreal; sr != nil {
		rel, err := filepath.Rel(filepath.FromSlash(cfg.Out), filepath.FromSlash(sr.Out))
		if err != nil {
			return o, err
		}
		o.Surreal = &emit.SubPackage{ImportPath: sr.ImportPath, Package: sr.Package, Dir: filepath.ToSlash(rel)}
		goOptions(&o, sr.Go)
		if o.SurrealMigration, err = newest(cfg.Dir, sr.Migrations, ".surql"); err != nil {
			return o, err
		}
	}
	return o, nil
}

// goOptions passes on how the SurrealDB package is written.
func goOptions(o *emit.Options, g config.Go) {
	o.ParameterLimit, o.Interface, o.OptionType = &g.ParameterLimit, g.Interface, !g.PointersForNull
	o.CBORMethods = g.CBORMethods
	switch {
	case !g.JSONTags:
		o.Tags = emit.TagsOff
	case g.JSONTagStyle != "none":
		o.Tags = emit.TagStyle(g.JSONTagStyle)
	}
	for _, override := range g.Overrides {
		o.Overrides = append(o.Overrides, emit.Override{
			Kind: override.Kind, Column: override.Column,
			Import: override.Import, Package: override.Package, Type: override.Type,
			Codec: emit.Codec(override.Codec), Span: override.Span,
		})
	}
}

// newest returns the version of the newest migration in a folder: what stands
// before the first underscore of the last file's name. It is empty where no
// folder is configured, or nothing is in it yet.
func newest(root, dir, ext string) (string, error) {
	if dir == "" {
		return "", nil
	}
	entries, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(dir)))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	for i := len(entries) - 1; i >= 0; i-- {
		if name, ok := strings.CutSuffix(entries[i].Name(), ext); ok && !entries[i].IsDir() {
			version, _, _ := strings.Cut(name, "_")
			return version, nil
		}
	}
	return "", nil
}
