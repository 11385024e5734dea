package cli

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck"
	"github.com/spf13/cobra"
)

func (a *app) inferCommand() *cobra.Command {
	var schema []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "infer [--schema DIR]… FILE…",
		Short: "Say what the statements of SurrealQL files return",
		Long: `Say what each statement of a SurrealQL file returns, in SurrealQL's own kind syntax,
and what its parameters are. The file's own definitions count, and so do those of
the schema folders. Each file is looked at by itself. The exit code is 1 where a
file has errors.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			scripts, err := a.schemaScripts(schema)
			if err != nil {
				return err
			}
			out := bufio.NewWriter(a.stdout)
			var all diag.List
			for _, name := range args {
				text, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				inferred := infer(scripts, source.NewFile(name, string(text)))
				all.Merge(inferred.diags)
				if asJSON {
					err = printJSON(out, inferred)
				} else {
					err = inferred.print(out)
				}
				if err != nil {
					return err
				}
			}
			if err := out.Flush(); err != nil {
				return err
			}
			if asJSON {
				if all.HasErrors() {
					return errFindings
				}
				return nil
			}
			return a.report(&all)
		},
	}
	cmd.Flags().StringArrayVar(&schema, "schema", nil, "a folder or file of definitions that the files find; may be repeated")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a file")
	return cmd
}

// schemaScripts parses the definitions in the named folders and files.
func (a *app) schemaScripts(paths []string) ([]*surql.Script, error) {
	var diags diag.List
	var scripts []*surql.Script
	for _, p := range paths {
		names, err := surqlFiles(p)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			script, found := surql.Parse(source.NewFile(name, string(text)), surql.Options{})
			diags.Merge(found)
			scripts = append(scripts, script)
		}
	}
	return scripts, a.report(&diags)
}

// inferredFile is what is known of a file.
type inferredFile struct {
	File       string              `json:"file"`
	Statements []inferredStatement `json:"statements"`
	// Diagnostics are those that belong to no statement, because there it
	// could not be parsed.
	Diagnostics []finding `json:"diagnostics,omitempty"`

	diags *diag.List
}

type inferredStatement struct {
	Line        int               `json:"line"`
	Kind        string            `json:"kind"`
	Params      map[string]string `json:"params"`
	Diagnostics []finding         `json:"diagnostics"`

	shown string // the kind with all that is known of it
}

func infer(schema []*surql.Script, file *source.File) *inferredFile {
	cat := surqlcheck.NewCatalog()
	for _, script := range schema {
		cat.Apply(script) // what is wrong with the schema is for generate to say
	}
	script, diags := surql.Parse(file, surql.Options{})
	statements, found := cat.Infer(script)
	diags.Merge(found)
	res := &inferredFile{File: file.Path, Statements: []inferredStatement{}, diags: diags}
	loose := diags.Sorted()
	for _, s := range statements {
		span := s.Stmt.Span()
		var own diag.List
		loose = slices.DeleteFunc(loose, func(d *diag.Diagnostic) bool {
			inside := span.Start <= d.Span.Start && d.Span.Start < span.End
			if inside {
				own.Add(d)
			}
			return inside
		})
		params := map[string]string{}
		for _, p := range s.Params {
			params[p.Name] = surqlcheck.KindText(p.Kind)
		}
		res.Statements = append(res.Statements, inferredStatement{
			Line: span.Position().Line, Kind: surqlcheck.KindText(s.Kind), Params: params, Diagnostics: findings(&own),
			shown: s.Kind.String(),
		})
	}
	var rest diag.List
	for _, d := range loose {
		rest.Add(d)
	}
	res.Diagnostics = findings(&rest)
	return res
}

func (f *inferredFile) print(out *bufio.Writer) error {
	for _, s := range f.Statements {
		fmt.Fprintf(out, "%s:%d: %s\n", f.File, s.Line, s.shown)
		for _, name := range slices.Sorted(maps.Keys(s.Params)) {
			fmt.Fprintf(out, "    $%s: %s\n", name, s.Params[name])
		}
	}
	return nil
}
