// Command tandem generates typed Go repositories from SQL and SurrealQL, and
// plans and applies migrations for PostgreSQL and SurrealDB.
package main

import (
	"os"

	"github.com/devq-ai/tandem/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
