package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"text/tabwriter"

	"github.com/devq-ai/tandem/internal/engine"
	"github.com/devq-ai/tandem/internal/migrate"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
	"github.com/devq-ai/tandem/store/surreal/cbor"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/spf13/cobra"
)

func (a *app) devPSQL() *cobra.Command {
	var command string
	cmd := &cobra.Command{
		Use:   "psql [flags] [-- ARG…]",
		Short: "Talk to PostgreSQL",
		Long: `Talk to PostgreSQL: with psql where the machine has it, to which the arguments go,
and otherwise with a small shell that runs what it reads, statement by statement.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			url, err := a.shellURL(migrate.Postgres)
			if err != nil {
				return err
			}
			if psql, err := exec.LookPath("psql"); err == nil {
				if command != "" {
					args = append([]string{"-c", command}, args...)
				}
				return a.psql(cmd.Context(), psql, url, args)
			}
			if len(args) > 0 {
				return errors.New("arguments are for psql, which is not on this machine: install it, or use -c")
			}
			conn, err := pgx.Connect(cmd.Context(), url)
			if err != nil {
				return err
			}
			defer conn.Close(context.WithoutCancel(cmd.Context()))
			return a.shell(cmd.Context(), "postgres", command, func(ctx context.Context, text string) error {
				return printSQL(ctx, a.stdout, conn.PgConn(), text)
			})
		},
	}
	cmd.Flags().StringVarP(&command, "execute", "e", "", "run this and end")
	cmd.Flags().SetInterspersed(false)
	return cmd
}

// psql runs the real psql. The URL goes through the environment, since command
// lines are for everybody to see.
func (a *app) psql(ctx context.Context, path, url string, args []string) error {
	cfg, err := pgconn.ParseConfig(url)
	if err != nil {
		return err
	}
	child := exec.CommandContext(ctx, path, args...)
	child.Stdin, child.Stdout, child.Stderr = a.stdin, a.stdout, a.stderr
	child.Env = append(os.Environ(), "PGHOST="+cfg.Host, fmt.Sprintf("PGPORT=%d", cfg.Port),
		"PGUSER="+cfg.User, "PGPASSWORD="+cfg.Password, "PGDATABASE="+cfg.Database)
	err = child.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() >= 0 {
		return &exitError{exit.ExitCode()}
	}
	return err
}

// shellURL is the database a shell talks to: the one in the environment, or the
// one that dev up has running.
func (a *app) shellURL(e migrate.Engine) (string, error) {
	variable := engine.PostgresURLVariable
	if e == migrate.Surreal {
		variable = engine.SurrealURLVariable
	}
	for _, url := range []string{os.Getenv(variable), a.devURL(e)} {
		if url != "" {
			return url, nil
		}
	}
	return "", fmt.Errorf("no %s is running: start one with tandem dev up, or name one in %s", e, variable)
}

// shell runs command, or else what it reads from standard input, a statement or
// several whenever a line ends with a semicolon. A statement that fails ends
// the shell only where nobody is there to see it.
func (a *app) shell(ctx context.Context, prompt, command string, run func(context.Context, string) error) error {
	if command != "" {
		return run(ctx, command)
	}
	interactive := isTerminal(a.stdin)
	lines := bufio.NewScanner(a.stdin)
	lines.Buffer(nil, 16<<20)
	var text strings.Builder
	ask := func() {
		if interactive {
			if text.Len() == 0 {
				fmt.Fprintf(a.stdout, "%s> ", prompt)
			} else {
				fmt.Fprintf(a.stdout, "%*s> ", len(prompt), "-")
			}
		}
	}
	flush := func() error {
		defer text.Reset()
		if strings.TrimSpace(text.String()) == "" {
			return nil
		}
		err := run(ctx, text.String())
		if err != nil && interactive && ctx.Err() == nil {
			fmt.Fprintln(a.stderr, err)
			return nil
		}
		return err
	}
	for ask(); lines.Scan(); ask() {
		text.WriteString(lines.Text() + "\n")
		if strings.HasSuffix(strings.TrimSpace(lines.Text()), ";") {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return flush()
}

func isTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// printSQL runs one or more statements and prints each result as a table.
func printSQL(ctx context.Context, out io.Writer, conn *pgconn.PgConn, text string) error {
	results := conn.Exec(ctx, text)
	for results.NextResult() {
		reader := results.ResultReader()
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for i, column := range reader.FieldDescriptions() {
			if i > 0 {
				fmt.Fprint(w, "\t")
			}
			fmt.Fprint(w, column.Name)
		}
		if len(reader.FieldDescriptions()) > 0 {
			fmt.Fprintln(w)
		}
		for reader.NextRow() {
			for i, value := range reader.Values() {
				if i > 0 {
					fmt.Fprint(w, "\t")
				}
				if value == nil {
					value = []byte("NULL")
				}
				fmt.Fprint(w, strings.NewReplacer("\t", " ", "\n", "↵").Replace(string(value)))
			}
			fmt.Fprintln(w)
		}
		tag, err := reader.Close()
		if err != nil {
			break // results.Close returns it
		}
		if err := w.Flush(); err != nil {
			return err
		}
		fmt.Fprintln(out, tag)
	}
	return results.Close()
}

func (a *app) devSurQL() *cobra.Command {
	var command string
	cmd := &cobra.Command{
		Use:   "surql",
		Short: "Talk to SurrealDB",
		Long:  `Talk to SurrealDB with a small shell that runs what it reads, statement by statement.`,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			url, err := a.shellURL(migrate.Surreal)
			if err != nil {
				return err
			}
			pool, err := surreal.Open(cmd.Context(), store.ConfigFromURLs("", url))
			if err != nil {
				return err
			}
			defer pool.Close()
			return a.shell(cmd.Context(), "surreal", command, func(ctx context.Context, text string) error {
				return printSurrealQL(ctx, a.stdout, pool, text)
			})
		},
	}
	cmd.Flags().StringVarP(&command, "execute", "e", "", "run this and end")
	return cmd
}

// printSurrealQL runs one or more statements and prints each result that is
// not NONE.
func printSurrealQL(ctx context.Context, out io.Writer, pool *surreal.Pool, text string) error {
	res, err := pool.Query(ctx, text, nil)
	if err != nil {
		return err
	}
	for _, slot := range res.Slots {
		d := cbor.NewDecoder(slot.Result)
		value := surreal.DecodeValue(d)
		if err := d.Err(); err != nil {
			return err
		}
		if !value.IsNone() {
			fmt.Fprintln(out, value)
		}
	}
	return nil
}
