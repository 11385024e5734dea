package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/devq-ai/tandem/internal/config"
	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/engine"
	"github.com/devq-ai/tandem/internal/migrate"
	"github.com/spf13/cobra"
)

// migrateFlags are the flags that all migrate commands share.
type migrateFlags struct {
	env    string
	engine string
	vars   map[string]string
	url    string
}

// A target is one engine's half of an environment.
type target struct {
	engine migrate.Engine
	*config.Migrations
}

func (a *app) migrateCommand() *cobra.Command {
	f := &migrateFlags{}
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Plan and apply migrations for both databases",
		Long: `Plan and apply migrations for both databases.

atlas.hcl says where the desired schemas and the migration directories are. Each
command works on both engines of the environment unless --engine names one.`,
	}
	flags := cmd.PersistentFlags()
	flags.StringVar(&f.env, "env", "", "the environment of atlas.hcl (default \"local\", or the only one)")
	flags.StringVar(&f.engine, "engine", "", "only this engine: postgresql or surrealdb")
	flags.StringToStringVar(&f.vars, "var", nil, "set an input variable of atlas.hcl, as in --var name=value")
	cmd.AddCommand(a.migrateDiff(f), a.migrateNew(f), a.migrateApply(f), a.migrateDown(f), a.migrateStatus(f), a.migrateValidate(f), a.migrateHash(f))
	return cmd
}

// targets reads the environment and returns the engines to work on, PostgreSQL
// first.
func (a *app) targets(f *migrateFlags) ([]target, error) {
	env, diags := config.LoadEnv(a.projectDir(), f.env, f.vars)
	if err := a.report(diags); err != nil {
		return nil, err
	}
	halves := []target{{migrate.Postgres, env.Postgres}, {migrate.Surreal, env.Surreal}}
	var targets []target
	for _, t := range halves {
		if t.Migrations != nil && (f.engine == "" || f.engine == string(t.engine)) {
			targets = append(targets, t)
		}
	}
	switch {
	case f.engine != "" && f.engine != string(migrate.Postgres) && f.engine != string(migrate.Surreal):
		return nil, fmt.Errorf("unknown engine %q: use %s or %s", f.engine, migrate.Postgres, migrate.Surreal)
	case len(targets) == 0:
		return nil, fmt.Errorf("env %q of %s has no migrations for %s", env.Name, config.AtlasName, f.engine)
	case f.url != "" && len(targets) > 1:
		return nil, fmt.Errorf("--url is one database, and env %q has two: choose one with --engine", env.Name)
	}
	return targets, nil
}

func (a *app) projectDir() string { return filepath.Dir(a.configFile) }

func (a *app) path(p string) string { return filepath.Join(a.projectDir(), filepath.FromSlash(p)) }

func (a *app) migrateDiff(f *migrateFlags) *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "diff [NAME]",
		Short: "Write the migration that leads to the desired schema, and its down file",
		Long: `Write the migration that leads from what the migration directory builds to the
desired schema, with the down file that undoes it. The plan is proven on
throw-away databases first. Where atlas.hcl names no dev server, an engine is
started for the time it takes.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			return a.diff(cmd.Context(), f, name, dryRun)
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "print the plan and write nothing")
	return cmd
}

func (a *app) diff(ctx context.Context, f *migrateFlags, name string, dryRun bool) error {
	targets, err := a.targets(f)
	if err != nil {
		return err
	}
	devURLs, stop, err := a.devServers(ctx, targets)
	if err != nil {
		return err
	}
	defer stop()

	// Both plans stand before either is written.
	var diags diag.List
	plans := make([]*migrate.Plan, len(targets))
	for i, t := range targets {
		desired, d := config.Sources(a.projectDir(), t.Src, t.engine.Ext(), config.AtlasName)
		diags.Merge(d)
		if d.HasErrors() {
			continue
		}
		plan, d, err := migrate.Diff(ctx, t.engine, migrate.DiffOptions{
			Dir: a.path(t.Dir), Name: name, Desired: desired, DevURL: devURLs[t.engine],
		})
		if err != nil {
			return fmt.Errorf("plan the migration of %s: %w", t.engine, err)
		}
		diags.Merge(d)
		plans[i] = plan
	}
	if err := a.report(&diags); err != nil {
		return err
	}
	for i, t := range targets {
		plan := plans[i]
		if plan == nil {
			fmt.Fprintf(a.stdout, "%s: %s builds the desired schema\n", t.engine, t.Dir)
			continue
		}
		if dryRun {
			fmt.Fprintf(a.stdout, "%s: would write %s/%s\n\n%s", t.engine, t.Dir, plan.FileName(), indent(plan.Up))
			continue
		}
		if err := plan.Write(a.path(t.Dir)); err != nil {
			return err
		}
		fmt.Fprintf(a.stdout, "%s: wrote %s/%s: %s, %s to undo it\n", t.engine, t.Dir, plan.FileName(),
			count(len(plan.Changes), "statement"), strconv.Itoa(len(plan.Reverse)))
		for _, c := range plan.Changes {
			if c.Destructive {
				fmt.Fprintf(a.stdout, "  deletes data: %s\n", c.Comment)
			}
		}
	}
	return nil
}

// devServers returns a server for throw-away databases for each target: the one
// that atlas.hcl names as dev, or one that is started now and stopped by stop.
// A database that is in use is never taken, whatever the environment names.
func (a *app) devServers(ctx context.Context, targets []target) (urls map[migrate.Engine]string, stop func(), err error) {
	urls = map[migrate.Engine]string{}
	opts := engine.Options{Own: true, Progress: a.stderr}
	for _, t := range targets {
		urls[t.engine] = t.Dev
		if t.Dev == "" {
			opts.Postgres = opts.Postgres || t.engine == migrate.Postgres
			opts.Surreal = opts.Surreal || t.engine == migrate.Surreal
		}
	}
	if !opts.Postgres && !opts.Surreal {
		return urls, func() {}, nil
	}
	engines, err := engine.Start(ctx, opts)
	if err != nil {
		return nil, nil, fmt.Errorf("start a dev server (or name one as dev in %s): %w", config.AtlasName, err)
	}
	if opts.Postgres {
		urls[migrate.Postgres] = engines.PostgresURL()
	}
	if opts.Surreal {
		urls[migrate.Surreal] = withDevDatabase(engine.Surreal, engines.SurrealURL())
	}
	return urls, func() { a.stopEngines(engines) }, nil
}

func (a *app) migrateApply(f *migrateFlags) *cobra.Command {
	var lockTimeout time.Duration
	var allowDirty bool
	cmd := &cobra.Command{
		Use:   "apply",
		Short: "Run the pending migrations, each in a transaction",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.eachChange(f, func(t target, url string) (*diag.List, error) {
				report, diags, err := migrate.Apply(cmd.Context(), t.engine, migrate.ApplyOptions{
					Dir: a.path(t.Dir), URL: url, LockTimeout: lockTimeout, AllowDirty: allowDirty, OperatorVersion: "Tandem " + version(),
				})
				a.printReport(t, "applied", report, diags)
				return diags, err
			})
		},
	}
	databaseFlag(cmd, f)
	cmd.Flags().DurationVar(&lockTimeout, "lock-timeout", 10*time.Second, "how long to wait for somebody else who is migrating")
	cmd.Flags().BoolVar(&allowDirty, "allow-dirty", false, "apply also to a database that holds objects but no revisions")
	return cmd
}

func (a *app) migrateDown(f *migrateFlags) *cobra.Command {
	var lockTimeout time.Duration
	cmd := &cobra.Command{
		Use:   "down [N]",
		Short: "Take back the newest N migrations (1 by default) by their down files",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n := 1
			if len(args) > 0 {
				var err error
				if n, err = strconv.Atoi(args[0]); err != nil || n < 1 {
					return fmt.Errorf("%q is not a number of migrations", args[0])
				}
			}
			return a.eachChange(f, func(t target, url string) (*diag.List, error) {
				report, diags, err := migrate.Down(cmd.Context(), t.engine, migrate.ApplyOptions{
					Dir: a.path(t.Dir), URL: url, LockTimeout: lockTimeout,
				}, n)
				a.printReport(t, "took back", report, diags)
				return diags, err
			})
		},
	}
	databaseFlag(cmd, f)
	cmd.Flags().DurationVar(&lockTimeout, "lock-timeout", 10*time.Second, "how long to wait for somebody else who is migrating")
	return cmd
}

// printReport says what was done. Where that failed, the findings say the rest.
func (a *app) printReport(t target, verb string, r *migrate.Report, diags *diag.List) {
	if r == nil {
		return
	}
	for _, file := range r.Files {
		fmt.Fprintf(a.stdout, "%s: %s %s_%s: %s in %s\n", t.engine, verb, file.Version, file.Name,
			count(file.Statements, "statement"), file.Duration.Round(time.Millisecond))
	}
	if diags.HasErrors() {
		return
	}
	at := "has no migrations"
	if r.Version != "" {
		at = "is at version " + r.Version
	}
	if len(r.Files) == 0 {
		at += "; there was nothing to do"
	}
	fmt.Fprintf(a.stdout, "%s: the database %s\n", t.engine, at)
}

func (a *app) migrateStatus(f *migrateFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say which migrations a database has, and which are pending",
		Long: `Say which migrations a database has, and which are pending. The exit code is 1
where a migration has failed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.eachDatabase(f, func(t target, url string) (*diag.List, error) {
				state, diags, err := migrate.Status(cmd.Context(), t.engine, migrate.ApplyOptions{Dir: a.path(t.Dir), URL: url})
				if err != nil || state == nil {
					return diags, err
				}
				current := state.Current
				if current == "" {
					current = "none"
				}
				fmt.Fprintf(a.stdout, "%s: version %s, %s applied, %d pending\n", t.engine, current, count(len(state.Applied), "migration"), len(state.Pending))
				for _, name := range state.Pending {
					fmt.Fprintf(a.stdout, "  pending: %s\n", name)
				}
				if state.Failed != nil {
					fmt.Fprintf(a.stdout, "  failed: %s_%s: %s\n", state.Failed.Version, state.Failed.Name, state.Failed.Error)
					if state.Abandoned {
						fmt.Fprintln(a.stdout, "    it changed nothing, and its file is gone: tandem migrate apply forgets it")
					}
					return diags, errFindings
				}
				return diags, nil
			})
		},
	}
	databaseFlag(cmd, f)
	return cmd
}

func (a *app) migrateValidate(f *migrateFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "validate",
		Short: "Check the migration directories against their checksums",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.eachTarget(f, func(t target) (*diag.List, error) {
				diags, err := migrate.Validate(t.engine, a.path(t.Dir))
				if err == nil && !diags.HasErrors() {
					fmt.Fprintf(a.stdout, "%s: %s is as its atlas.sum says\n", t.engine, t.Dir)
				}
				return diags, err
			})
		},
	}
}

func (a *app) migrateHash(f *migrateFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "hash",
		Short: "Write the checksums anew, after a migration was edited by hand",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.eachTarget(f, func(t target) (*diag.List, error) {
				if err := migrate.Hash(t.engine, a.path(t.Dir)); err != nil {
					return nil, err
				}
				fmt.Fprintf(a.stdout, "%s: wrote %s/atlas.sum\n", t.engine, t.Dir)
				return nil, nil
			})
		},
	}
}

func (a *app) migrateNew(f *migrateFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "new NAME",
		Short: "Make an empty migration and its down file, to be written by hand",
		Long: `Make an empty migration and its down file, to be written by hand: for what is not
planned, for rows, and for renames. Write the statements, then run tandem migrate
hash.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.eachTarget(f, func(t target) (*diag.List, error) {
				base, diags, err := migrate.New(t.engine, a.path(t.Dir), args[0], time.Now())
				if err == nil && !diags.HasErrors() {
					fmt.Fprintf(a.stdout, "%s: made %s/%s and %s/down/%s: write them, then run tandem migrate hash\n", t.engine, t.Dir, base, t.Dir, base)
				}
				return diags, err
			})
		},
	}
}

func databaseFlag(cmd *cobra.Command, f *migrateFlags) {
	cmd.Flags().StringVarP(&f.url, "url", "u", "", "the database, instead of the one in atlas.hcl")
}

// eachTarget runs do for each engine and reports its findings. The engines are
// independent of each other, so one's errors do not keep the other from its
// turn.
func (a *app) eachTarget(f *migrateFlags, do func(target) (*diag.List, error)) error {
	targets, err := a.targets(f)
	if err != nil {
		return err
	}
	var diags diag.List
	var errs []error
	for _, t := range targets {
		d, err := do(t)
		if d != nil {
			diags.Merge(d)
		}
		errs = append(errs, err)
	}
	if err := a.report(&diags); err != nil {
		return err
	}
	return errors.Join(errs...)
}

// eachDatabase is eachTarget for commands that look at databases.
func (a *app) eachDatabase(f *migrateFlags, do func(target, string) (*diag.List, error)) error {
	return a.eachTarget(f, func(t target) (*diag.List, error) {
		url, err := a.databaseURL(f, t)
		if err != nil {
			return nil, err
		}
		return do(t, url)
	})
}

// eachChange is for commands that change databases. Before the first change
// all databases are named and all directories are in order; the first engine
// that fails ends the command, so that no second one goes ahead of it.
func (a *app) eachChange(f *migrateFlags, do func(target, string) (*diag.List, error)) error {
	targets, err := a.targets(f)
	if err != nil {
		return err
	}
	var diags diag.List
	urls := make([]string, len(targets))
	for i, t := range targets {
		if urls[i], err = a.databaseURL(f, t); err != nil {
			return err
		}
		d, err := migrate.Validate(t.engine, a.path(t.Dir))
		if err != nil {
			return err
		}
		diags.Merge(d)
	}
	for i, t := range targets {
		if diags.HasErrors() {
			break
		}
		d, err := do(t, urls[i])
		if d != nil {
			diags.Merge(d)
		}
		if err != nil {
			return errors.Join(a.report(&diags), err)
		}
	}
	return a.report(&diags)
}

// databaseURL finds the database to work on: --url, atlas.hcl, the environment,
// or the engines that `tandem dev up` has started.
func (a *app) databaseURL(f *migrateFlags, t target) (string, error) {
	variable := engine.PostgresURLVariable
	if t.engine == migrate.Surreal {
		variable = engine.SurrealURLVariable
	}
	for _, url := range []string{f.url, t.URL, os.Getenv(variable), a.devURL(t.engine)} {
		if url != "" {
			return url, nil
		}
	}
	return "", fmt.Errorf("which %s database? name it with --url, as url in %s or in %s, or start one with tandem dev up",
		t.engine, config.AtlasName, variable)
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  ") + "\n"
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
