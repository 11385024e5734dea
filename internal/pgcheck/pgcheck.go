// Package pgcheck checks a project's PostgreSQL schema and queries, and fills
// the IR from them.
//
// The SQL itself is compiled by sqlc, which runs as a child process on a copy of
// the project's files: nothing is written to the project. What sqlc reports
// becomes diagnostics. Where it stops at the first mistake, the mistaken query
// is taken out of the copy and sqlc runs again, so that one compilation reports
// what is wrong in every query. The names and types of the generated Go code are
// read from sqlc's output, which is kept as it is.
package pgcheck

import (
	"context"
	"fmt"
	"os"
	"path"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
)

// Options say what to compile.
type Options struct {
	// Dir is the project's root: the folder that the paths in Config start at.
	Dir string
	// Config is sqlc.yaml. Of its sql blocks the first one with the engine
	// postgresql is compiled.
	Config *source.File
	// Sqlc is the command that runs sqlc; sqlc's arguments are appended to it.
	Sqlc []string
}

// A Result is what a compilation without errors produces.
type Result struct {
	// Program holds the query files and the declarations of sqlc's package. Its
	// types are all of type *ir.Foreign.
	Program *ir.Program
	// Files are the Go files that sqlc has written, by path: slash-separated and
	// relative to the project's root.
	Files map[string][]byte
}

// Compile compiles the PostgreSQL half of a project. There is no Result if the
// diagnostics have errors. The error is not about the project's files: sqlc
// could not be run, or ended in a way that it never should.
func Compile(ctx context.Context, opts Options) (*Result, *diag.List, error) {
	diags := &diag.List{}
	config := readConfig(opts.Config, diags)
	if config == nil {
		return nil, diags, nil
	}
	schema := readFiles(opts, config.schema, diags)
	queries := readFiles(opts, config.queries, diags)
	if diags.HasErrors() {
		return nil, diags, nil
	}

	dir, err := os.MkdirTemp("", "tandem-sqlc-")
	if err != nil {
		return nil, nil, fmt.Errorf("make a folder for sqlc: %w", err)
	}
	defer os.RemoveAll(dir)

	c := &checker{
		sqlc:        &sqlc{command: opts.Sqlc, dir: dir, texts: map[string]string{}},
		config:      config,
		schemaFiles: schema,
		queryFiles:  queries,
		schema:      splitSchema(schema),
		queries:     splitQueries(queries),
		diags:       diags,
	}
	out, err := c.run(ctx)
	if err != nil {
		return nil, nil, err
	}
	if diags.HasErrors() {
		return nil, diags, nil
	}

	pkg, err := readPackage(out.golang)
	if err != nil {
		return nil, nil, err
	}
	program, err := c.program(out.request, pkg)
	if err != nil {
		return nil, nil, err
	}
	if diags.HasErrors() {
		return nil, diags, nil
	}
	res := &Result{Program: program, Files: map[string][]byte{}}
	for name, text := range out.golang {
		res.Files[path.Join(config.out, name)] = text
	}
	return res, diags, nil
}
