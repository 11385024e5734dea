package cli

import (
	"fmt"
	"os"

	"github.com/devq-ai/tandem/internal/pgcheck/sqlcmain"
	"github.com/spf13/cobra"
)

// sqlcCommandName is the hidden command under which the binary is sqlc. sqlc
// ends the process on a bad query, so it runs as a child.
const sqlcCommandName = "sqlc"

func (a *app) sqlcCommand() *cobra.Command {
	return &cobra.Command{
		Use:                sqlcCommandName,
		Short:              "Run the sqlc that is built into tandem",
		Hidden:             true,
		DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error {
			if code := sqlcmain.Main(args); code != 0 {
				return &exitError{code}
			}
			return nil
		},
	}
}

// sqlc returns the command line that runs this binary as sqlc.
func sqlc() ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the tandem binary, which runs sqlc: %w", err)
	}
	return []string{self, sqlcCommandName}, nil
}
