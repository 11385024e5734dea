package cli

import (
	"fmt"
	"time"

	"github.com/devq-ai/tandem/internal/compile"
	"github.com/devq-ai/tandem/internal/config"
	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/output"
	"github.com/spf13/cobra"
)

func (a *app) generateCommand() *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Compile schemas and queries, and write the Go packages",
		Long: `Compile the schemas and queries that sqlc.yaml names, and write the Go packages.

Files are written only where they changed, and files that are no longer generated
are removed. Where there is any error, nothing is written. Where neither tandem nor
any file that it reads or has written changed since the last time, nothing is
compiled; --check always compiles.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			began := time.Now()
			cfg, diags := config.Load(a.configFile)
			if diags.HasErrors() {
				return a.report(diags)
			}
			sqlc, err := sqlc()
			if err != nil {
				return err
			}
			// Without a stamp everything is compiled, which is only slower.
			stamp, _ := compile.NewStamp(cfg, sqlc[0])
			if stamp != nil && !check {
				if last, ok := stamp.Current(); ok {
					a.printGenerated(last, &output.Plan{}, time.Since(began))
					return nil
				}
			}
			res, found, err := compile.Project(cmd.Context(), cfg, compile.Options{Sqlc: sqlc})
			if err != nil {
				return err
			}
			diags.Merge(found)
			if diags.HasErrors() {
				return a.report(diags)
			}
			plan, found := output.Compare(cfg.Dir, res.Files, res.Dirs)
			diags.Merge(found)
			if !diags.HasErrors() && !check {
				diags.Merge(plan.Write())
			}
			if err := a.report(diags); err != nil {
				return err
			}
			if check {
				return a.printCheck(plan)
			}
			summary := compile.Summary{Files: len(res.Files), Queries: res.Queries}
			if stamp != nil && len(diags.Sorted()) == 0 { // warnings are said every time
				_ = stamp.Save(sqlc[0], summary)
			}
			a.printGenerated(summary, plan, time.Since(began))
			return nil
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "write nothing; show what is not current, and exit with 1 if anything is not")
	return cmd
}

func (a *app) printCheck(plan *output.Plan) error {
	if len(plan.Changes) == 0 {
		return nil
	}
	if a.format == diag.Text {
		if _, err := a.stdout.Write(plan.Diff()); err != nil {
			return err
		}
	}
	fmt.Fprintf(a.stderr, "tandem: %s not current: run tandem generate\n", verb(len(plan.Changes), "generated file"))
	return errFindings
}

func (a *app) printGenerated(made compile.Summary, plan *output.Plan, took time.Duration) {
	if a.format != diag.Text {
		return
	}
	var created, changed, removed int
	for _, c := range plan.Changes {
		switch {
		case c.Old == nil:
			created++
		case c.New == nil:
			removed++
		default:
			changed++
		}
	}
	fmt.Fprintf(a.stdout, "%s from %s in %s: %d new, %d changed, %d removed\n", count(made.Files, "file"),
		queries(made.Queries), took.Round(time.Millisecond), created, changed, removed)
}

func queries(n int) string {
	if n == 1 {
		return "1 query"
	}
	return fmt.Sprintf("%d queries", n)
}

// verb returns "1 noun is" or "n nouns are".
func verb(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " is"
	}
	return count(n, noun) + " are"
}
