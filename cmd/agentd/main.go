// Command agentd is Tandem's reference service: an agent platform that keeps
// its agents, workflows and runs in PostgreSQL and its knowledge in SurrealDB.
//
//	agentd index          index the Go standard library and answer questions about it
//	agentd serve          serve what was indexed over HTTP
//	agentd cancel RUN     end a run that was left behind
//
// Both databases come from the environment: TANDEM_POSTGRES_URL and
// TANDEM_SURREAL_URL.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/devq-ai/tandem/gen/agentdb"
	"github.com/devq-ai/tandem/store"
	"github.com/google/uuid"
)

const usage = `usage:
  agentd index                         index the Go standard library and answer questions about it
  agentd serve [-listen HOST:PORT]     serve what was indexed over HTTP
  agentd cancel RUN                    end a run that was left behind

The databases are named by TANDEM_POSTGRES_URL and TANDEM_SURREAL_URL.
`

// errUsage says that the command line makes no sense.
var errUsage = errors.New("usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	default:
		fmt.Fprintf(os.Stderr, "agentd: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	flags := flag.NewFlagSet("agentd "+args[0], flag.ContinueOnError)
	listen := "127.0.0.1:8080"
	if args[0] == "serve" {
		flags.StringVar(&listen, "listen", listen, "the address to listen on")
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	switch {
	case args[0] == "serve" && flags.NArg() == 0:
		return serve(ctx, listen, os.Stderr)
	case args[0] == "index" && flags.NArg() == 0:
		return withDB(ctx, func(db *agentdb.DB) error { return index(ctx, db, os.Stdout) })
	case args[0] == "cancel" && flags.NArg() == 1:
		id, err := uuid.Parse(flags.Arg(0))
		if err != nil {
			return fmt.Errorf("%q is not the id of a run", flags.Arg(0))
		}
		return withDB(ctx, func(db *agentdb.DB) error {
			_, err := db.Runs.CancelRun(ctx, id)
			if errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("run %s is over, or there is none", id)
			}
			return err
		})
	}
	return errUsage
}

func withDB(ctx context.Context, do func(*agentdb.DB) error) error {
	db, err := agentdb.Open(ctx, store.ConfigFromEnv())
	if err != nil {
		return err
	}
	defer db.Close()
	return do(db)
}
