// Command tandem generates typed Go repositories from SQL and SurrealQL, and
// plans and applies migrations for PostgreSQL and SurrealDB.
package main

import (
	"os"

	"github.com/devq-ai/tandem/internal/cli"
	_ "github.com/devq-ai/tandem/internal/heap" // a short life with much garbage
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
