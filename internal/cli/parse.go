package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/spf13/cobra"
)

func (a *app) parseCommand() *cobra.Command {
	var asJSON bool
	var engineVersion string
	cmd := &cobra.Command{
		Use:   "parse FILE…",
		Short: "Check the syntax of SurrealQL files",
		Long: `Check the syntax of SurrealQL files. An error is one line, FILE:LINE:COL: message
[code]; with --json there is one line for each file, also for those without errors.
The exit code is 1 where a file does not parse.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			version, err := surql.ParseVersion(engineVersion)
			if err != nil {
				return err
			}
			out := bufio.NewWriter(a.stdout)
			print := printLines
			if asJSON {
				print = printParsed
			}
			bad := false
			for _, name := range args {
				text, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				script, diags := surql.Parse(source.NewFile(name, string(text)), surql.Options{Engine: version})
				bad = bad || diags.HasErrors()
				if err := print(out, name, len(script.Stmts), diags); err != nil {
					return err
				}
			}
			if err := out.Flush(); err != nil {
				return err
			}
			if bad {
				return errFindings
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a file")
	cmd.Flags().StringVar(&engineVersion, "engine-version", surql.V3_0.String(), "the SurrealDB version whose syntax is accepted")
	return cmd
}

func printLines(out *bufio.Writer, _ string, _ int, diags *diag.List) error {
	for _, d := range diags.Sorted() {
		fmt.Fprintln(out, d.Error())
	}
	return nil
}

// finding is a diagnostic as the commands for programs print it.
type finding struct {
	Severity string    `json:"severity"`
	Line     int       `json:"line"`
	Column   int       `json:"col"`
	Code     diag.Code `json:"code"`
	Message  string    `json:"message"`
}

// findings returns the diagnostics in order; it is never nil.
func findings(diags *diag.List) []finding {
	list := []finding{}
	for _, d := range diags.Sorted() {
		pos := d.Span.Position()
		list = append(list, finding{d.Severity.String(), pos.Line, pos.Column, d.Code, d.Message})
	}
	return list
}

func printParsed(out *bufio.Writer, name string, statements int, diags *diag.List) error {
	return printJSON(out, struct {
		File        string    `json:"file"`
		OK          bool      `json:"ok"`
		Statements  int       `json:"statements"`
		Diagnostics []finding `json:"diagnostics"`
	}{name, !diags.HasErrors(), statements, findings(diags)})
}

// printJSON writes v on one line, with <, > and & as they are.
func printJSON(out *bufio.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
