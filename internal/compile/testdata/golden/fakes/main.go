// The program runs what its tests run over doubles.
package main

import (
	"context"
	"fmt"
	"time"

	mailerdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/fakes/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/golden/fakes/greeting"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(mailerdb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())
	for _, email := range []string{"ada@example.com", "bob@example.com"} {
		program.Must(db.Users.AddUser(ctx, email))
	}
	for range 2 {
		sent := program.Must(greeting.Greet(ctx, db.Users, func(address string) error {
			fmt.Println("to", address)
			return nil
		}))
		fmt.Println("sent:", sent)
	}
}
