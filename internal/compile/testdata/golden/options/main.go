// The program prints what the generated code reads.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	shopdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/options/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/golden/options/gen/graphdb"
	"github.com/devq-ai/tandem/internal/compile/testdata/golden/options/gen/shopdbfake"
	"github.com/devq-ai/tandem/internal/compile/testdata/golden/options/money"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/fake"
	"github.com/devq-ai/tandem/store/surreal"
)

func main() {
	ctx := context.Background()
	db := program.Must(shopdb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())

	program.Check(db.Products.PutProducts(ctx, []shopdb.PutProductsProduct{
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
	program.Show("one", program.Must(db.Products.GetProduct(ctx, shopdb.NewProductID("full"))))
	program.Show("one", program.Must(db.Products.GetProduct(ctx, shopdb.NewProductID("lean"))))
	program.Show("many", program.Must(db.Products.FindProducts(ctx, 100, 5000)))
	rows := program.Must(db.Products.EachProduct(ctx))
	for range 2 {
		for product, err := range rows {
			program.Check(err)
			fmt.Println("iter:", product.StockKeepingUnit, product.Host.Or(netip.IPv4Unspecified()), product.Discount.Valid)
			if product.StockKeepingUnit == "a" {
				break
			}
		}
	}
	program.Check(db.Products.Overstock(ctx, shopdb.NewProductID("lean")))
	_, err := db.Products.GetProduct(ctx, shopdb.NewProductID("lean"))
	fmt.Println("no room:", errors.Is(err, store.ErrDecode), err)
	for _, err := range program.Must(db.Products.EachProduct(ctx)) {
		fmt.Println("row:", errors.Is(err, store.ErrDecode), err)
	}

	doubles := &shopdbfake.ProductsRepository{}
	_, err = stockOf(ctx, doubles)
	fmt.Println("double:", errors.Is(err, fake.ErrUnexpected), err)
	doubles.SetStockFunc = func(_ context.Context, _ shopdb.ProductID, stock uint16) (uint16, error) { return stock + 1, nil }
	fmt.Println("double:", program.Must(stockOf(ctx, doubles)))
	last, _ := doubles.SetStockCalls.Last()
	fmt.Println("calls:", doubles.SetStockCalls.Len(), last.ID, last.Stock)
	var _ graphdb.Querier = graphdb.New(db.Surreal())
}

// stockOf is what a consumer writes over a repository.
func stockOf(ctx context.Context, products shopdb.ProductsRepository) (uint16, error) {
	return products.SetStock(ctx, shopdb.NewProductID("x"), 41)
}
