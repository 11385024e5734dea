// The program prints what each form of call gives.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	bankdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/calls/gen"
	"github.com/devq-ai/tandem/store"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := bankdb.Open(ctx, store.ConfigFromEnv())
	check(err)
	defer db.Close()
	schema, err := os.ReadFile("schema/bank.surql")
	check(err)
	_, err = db.Surreal().Query(ctx, string(schema), nil)
	check(err)

	fmt.Println("empty:", len(must(db.Accounts.OfKind(ctx, bankdb.AccountKindGiro))))
	for owner, err := range must(db.Accounts.EachOwner(ctx)) {
		fmt.Println("nobody:", owner, err)
	}
	_, err = db.Accounts.GetAccount(ctx, bankdb.NewAccountID("ada"))
	fmt.Println("not found:", errors.Is(err, store.ErrNotFound), err)

	changes := must(db.Accounts.WatchAccounts(ctx))
	patches := must(db.Accounts.WatchPatches(ctx))
	ada, bob := bankdb.NewAccountID("ada"), bankdb.NewAccountID("bob")
	savings := bankdb.AccountKindSavings
	check(db.Accounts.PutAccounts(ctx, []bankdb.PutAccountsAccount{
		{ID: &ada, Owner: "Ada", Balance: 100},
		{ID: &bob, Owner: "Bob", Balance: 5, Kind: &savings},
	}))
	check(db.Accounts.PutAccounts(ctx, nil))
	seen := map[string]int64{}
	for change, err := range changes.Changes(ctx) {
		check(err)
		if seen[change.Value.Owner] = change.Value.Balance; len(seen) == 2 {
			break
		}
	}
	check(changes.Close())
	fmt.Println("created:", seen)
	for range 2 {
		_ = must(patches.Next(ctx)) // the creations
	}

	fmt.Println("left:", must(db.Accounts.Transfer(ctx, bankdb.TransferParams{From: ada, To: bob, Amount: 30})))
	for range 2 {
		change := must(patches.Next(ctx))
		for _, patch := range change.Value {
			fmt.Println("patch:", change.Updated(), patch.Op, patch.Path)
		}
	}
	check(patches.Close())

	_, err = db.Accounts.Transfer(ctx, bankdb.TransferParams{From: ada, To: bob, Amount: 1000})
	var failure *store.Error
	fmt.Println("failed:", errors.As(err, &failure), failure.Line, err)
	fmt.Println("unchanged:", must(db.Accounts.GetAccount(ctx, bob)).Balance)
	fmt.Println("many:", must(db.Accounts.OfKind(ctx, savings)))
	check(db.Accounts.PutAccounts(ctx, []bankdb.PutAccountsAccount{{Owner: "Ada", Balance: 1}}))
	_, err = db.Accounts.OfOwner(ctx, "Ada")
	fmt.Println("several:", errors.Is(err, store.ErrDecode), err)
	for owner, err := range must(db.Accounts.EachOwner(ctx)) {
		fmt.Println("each:", owner, err)
	}
}

func must[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
