// The program prints what the generated code reads.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/netip"
	"os"

	shopdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/options/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/golden/options/gen/graphdb"
	"github.com/devq-ai/tandem/internal/compile/testdata/golden/options/gen/shopdbfake"
	"github.com/devq-ai/tandem/internal/compile/testdata/golden/options/money"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/fake"
	"github.com/devq-ai/tandem/store/surreal"
)

func main() {
	ctx := context.Background()
	db, err := shopdb.Open(ctx, store.ConfigFromEnv())
	check(err)
	defer db.Close()
	schema, err := os.ReadFile("schema/shop.surql")
	check(err)
	_, err = db.Surreal().Query(ctx, string(schema), nil)
	check(err)

	check(db.Products.PutProducts(ctx, []shopdb.PutProductsProduct{
		{
			ID: surreal.Some(shopdb.NewProductID("full")), StockKeepingUnit: "a", UnitPrice: 1250,
			OldPrices: surreal.Some([]money.Amount{999, 1000}), Stock: 65535,
			Host: surreal.Some(netip.MustParseAddr("192.0.2.1")), ImageURL: surreal.Some("https://example.com/a"),
			Rating:   surreal.Some(surreal.Null[int64]{V: 5, Valid: true}),
			Discount: surreal.Null[int64]{V: 10, Valid: true}, Size: shopdb.ProductSize{Unit: "cm", Width: 3},
		},
		{
			ID: surreal.Some(shopdb.NewProductID("lean")), StockKeepingUnit: "b", UnitPrice: 5,
			Rating: surreal.Some(surreal.Null[int64]{}),
		},
	}))
	show("one", must(db.Products.GetProduct(ctx, shopdb.NewProductID("full"))))
	show("one", must(db.Products.GetProduct(ctx, shopdb.NewProductID("lean"))))
	show("many", must(db.Products.FindProducts(ctx, 100, 5000)))
	rows := must(db.Products.EachProduct(ctx))
	for range 2 {
		for product, err := range rows {
			check(err)
			fmt.Println("iter:", product.StockKeepingUnit, product.Host.Or(netip.IPv4Unspecified()), product.Discount.Valid)
			if product.StockKeepingUnit == "a" {
				break
			}
		}
	}
	must(db.Products.SetStock(ctx, shopdb.NewProductID("lean"), 65536))
	_, err = db.Products.GetProduct(ctx, shopdb.NewProductID("lean"))
	fmt.Println("no room:", errors.Is(err, store.ErrDecode), err)
	for _, err := range must(db.Products.EachProduct(ctx)) {
		fmt.Println("row:", errors.Is(err, store.ErrDecode), err)
	}

	doubles := &shopdbfake.ProductsRepository{}
	_, err = stockOf(ctx, doubles)
	fmt.Println("double:", errors.Is(err, fake.ErrUnexpected), err)
	doubles.SetStockFunc = func(_ context.Context, _ shopdb.ProductID, stock int64) (int64, error) { return stock + 1, nil }
	fmt.Println("double:", must(stockOf(ctx, doubles)))
	last, _ := doubles.SetStockCalls.Last()
	fmt.Println("calls:", doubles.SetStockCalls.Len(), last.ID, last.Stock)
	var _ graphdb.Querier = graphdb.New(db.Surreal())
}

// stockOf is what a consumer writes over a repository.
func stockOf(ctx context.Context, products shopdb.ProductsRepository) (int64, error) {
	return products.SetStock(ctx, shopdb.NewProductID("x"), 41)
}

func show(what string, v any) {
	text, err := json.Marshal(v)
	check(err)
	fmt.Printf("%s: %s\n", what, text)
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
