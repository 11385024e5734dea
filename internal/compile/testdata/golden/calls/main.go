// The program prints what each form of call gives.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	bankdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/calls/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(bankdb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())

	fmt.Println("empty:", len(program.Must(db.Accounts.OfKind(ctx, bankdb.AccountKindGiro))))
	for owner, err := range program.Must(db.Accounts.EachOwner(ctx)) {
		fmt.Println("nobody:", owner, err)
	}
	_, err := db.Accounts.GetAccount(ctx, bankdb.NewAccountID("ada"))
	fmt.Println("not found:", errors.Is(err, store.ErrNotFound), err)

	changes := program.Must(db.Accounts.WatchAccounts(ctx))
	patches := program.Must(db.Accounts.WatchPatches(ctx))
	ada, bob := bankdb.NewAccountID("ada"), bankdb.NewAccountID("bob")
	savings := bankdb.AccountKindSavings
	program.Check(db.Accounts.PutAccounts(ctx, []bankdb.PutAccountsAccount{
		{ID: &ada, Owner: "Ada", Balance: 100},
		{ID: &bob, Owner: "Bob", Balance: 5, Kind: &savings},
	}))
	program.Check(db.Accounts.PutAccounts(ctx, nil))
	seen := map[string]int64{}
	for change, err := range changes.Changes(ctx) {
		program.Check(err)
		if seen[change.Value.Owner] = change.Value.Balance; len(seen) == 2 {
			break
		}
	}
	program.Check(changes.Close())
	fmt.Println("created:", seen)
	for range 2 {
		_ = program.Must(patches.Next(ctx)) // the creations
	}

	fmt.Println("left:", program.Must(db.Accounts.Transfer(ctx, bankdb.TransferParams{From: ada, To: bob, Amount: 30})))
	for range 2 {
		change := program.Must(patches.Next(ctx))
		for _, patch := range change.Value {
			fmt.Println("patch:", change.Updated(), patch.Op, patch.Path)
		}
	}
	program.Check(patches.Close())

	_, err = db.Accounts.Transfer(ctx, bankdb.TransferParams{From: ada, To: bob, Amount: 1000})
	var failure *store.Error
	fmt.Println("failed:", errors.As(err, &failure), failure.Line, err)
	fmt.Println("unchanged:", program.Must(db.Accounts.GetAccount(ctx, bob)).Balance)
	fmt.Println("many:", program.Must(db.Accounts.OfKind(ctx, savings)))
	program.Check(db.Accounts.PutAccounts(ctx, []bankdb.PutAccountsAccount{{Owner: "Ada", Balance: 1}}))
	_, err = db.Accounts.OfOwner(ctx, "Ada")
	fmt.Println("several:", errors.Is(err, store.ErrDecode), err)
	for owner, err := range program.Must(db.Accounts.EachOwner(ctx)) {
		fmt.Println("each:", owner, err)
	}
}
