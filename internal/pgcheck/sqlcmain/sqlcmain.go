// Package sqlcmain is sqlc as a command. It is the only package that links
// sqlc, which ends its process on a bad query: whoever wants to run it starts
// a child process whose main function is Main.
package sqlcmain

import "github.com/sqlc-dev/sqlc/pkg/cli"

// Main runs sqlc with the given arguments, which begin with the name of the
// command ("generate"), and returns its exit code. It may end the process
// itself.
func Main(args []string) int { return cli.Run(args) }
