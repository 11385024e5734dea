// Package cli is the tandem command.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/devq-ai/tandem/internal/config"
	"github.com/devq-ai/tandem/internal/diag"
	"github.com/spf13/cobra"
)

// Exit codes of the tandem command.
const (
	exitOK       = 0
	exitFindings = 1 // the project has errors, or a check found a difference
	exitFailed   = 2 // the command could not be run: usage, a server that is away, a full disk
	exitSignal   = 130
)

// errFindings ends a command whose findings have been printed already.
var errFindings = errors.New("there are findings")

// Main runs the command line and returns its exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, format: diag.Text}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return a.exitCode(ctx, root.ExecuteContext(ctx))
}

// exitCode maps an error to an exit code, and prints it where that has not been
// done. It is the only place that does.
func (a *app) exitCode(ctx context.Context, err error) int {
	var exit *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.As(err, &exit):
		return exit.code
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(a.stderr, "tandem: interrupted")
		return exitSignal
	}
	fmt.Fprintf(a.stderr, "tandem: %v\n", err)
	return exitFailed
}

// exitError is the exit code of a program that was run, which has said itself
// what it had to say.
type exitError struct{ code int }

func (e *exitError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// app is what all commands share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	configFile     string
	format         diag.Format
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "tandem",
		Short: "Typed Go repositories over PostgreSQL and SurrealDB",
		Long: `Tandem compiles schemas and queries in SQL and SurrealQL into typed Go
repositories, and plans and applies the migrations of both databases.`,
		Version:           version(),
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	flags := root.PersistentFlags()
	flags.StringVarP(&a.configFile, "config", "c", config.Name, "the configuration file")
	flags.Var((*formatFlag)(&a.format), "format", "how findings are printed: text, json, github or sarif")
	root.AddCommand(a.generateCommand(), a.migrateCommand(), a.devCommand(), a.parseCommand(), a.fmtCommand(), a.inferCommand(), a.explainCommand(), a.sqlcCommand())
	return root
}

// version returns the module's version, as the go command recorded it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

type formatFlag diag.Format

func (f *formatFlag) String() string { return string(*f) }
func (f *formatFlag) Type() string   { return "format" }
func (f *formatFlag) Set(s string) error {
	format, err := diag.ParseFormat(s)
	*f = formatFlag(format)
	return err
}

// report prints the diagnostics, and returns errFindings if any is an error.
// Text goes to standard error; the formats for programs go to standard output,
// and SARIF also where there is nothing to report, since its readers want a log
// of every run.
func (a *app) report(diags *diag.List) error {
	out := a.stderr
	if a.format != diag.Text {
		out = a.stdout
	}
	if diags.Len() > 0 || a.format == diag.SARIF {
		if err := diags.Render(out, a.format); err != nil {
			return err
		}
	}
	if diags.HasErrors() {
		return errFindings
	}
	return nil
}
