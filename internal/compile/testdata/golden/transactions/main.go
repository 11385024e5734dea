// The program prints what several statements as one call return, and how they
// fail.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	bankdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/transactions/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(bankdb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())
	first := bankdb.NewAccountID("first")

	program.Show("none yet", program.Must(db.Accounts.Balances(ctx, 15)))
	_, err := db.Accounts.Open(ctx, bankdb.OpenParams{Owner: "Ada", Partner: "Ada", Balance: 20})
	show("same owner", err)
	_, err = db.Accounts.BalanceOf(ctx, first)
	fmt.Println("nothing remains:", errors.Is(err, store.ErrNotFound))

	program.Show("opened", program.Must(db.Accounts.Open(ctx, bankdb.OpenParams{Owner: "Ada", Partner: "Bob", Balance: 20})))
	program.Show("balances", program.Must(db.Accounts.Balances(ctx, 15)))
	program.Show("none is rich", program.Must(db.Accounts.Balances(ctx, 100)))
	program.Show("withdrawn", program.Must(db.Accounts.Withdraw(ctx, bankdb.WithdrawParams{ID: first, Amount: 3})))

	_, err = db.Accounts.Withdraw(ctx, bankdb.WithdrawParams{ID: first, Amount: 100})
	show("assertion", err)
	show("throw", db.Accounts.Demand(ctx, bankdb.DemandParams{ID: first, Amount: 100}))
	show("index", db.Accounts.Rename(ctx, bankdb.RenameParams{ID: first, Owner: "Bob"}))
	fmt.Println("unchanged:", program.Must(db.Accounts.BalanceOf(ctx, first)))

	err = db.InSurrealTx(ctx, func(ctx context.Context, tx bankdb.SurrealRepositories) error {
		return tx.Accounts.Demand(ctx, bankdb.DemandParams{ID: first, Amount: 1})
	})
	show("a transaction in a transaction", err)
	err = db.InSurrealTx(ctx, func(ctx context.Context, tx bankdb.SurrealRepositories) error {
		all, err := tx.Accounts.Balances(ctx, 15)
		fmt.Println("several results in a transaction:", len(all.All))
		return err
	})
	program.Check(err)
}

// show prints an error with the place that it names.
func show(what string, err error) {
	var failure *store.Error
	if !errors.As(err, &failure) {
		fmt.Println(what, "did not fail:", err)
		return
	}
	fmt.Printf("%s: statement %d, line %d, %s, %q\n\t%v\n", what, failure.Statement+1, failure.Line, failure.Kind, failure.Constraint, err)
}
