package bookshop_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"

	"example.com/bookshop/db"
	"github.com/devq-ai/tandem/store"
)

// open migrates the databases that the environment names and opens them.
func open(t *testing.T) *db.DB {
	t.Helper()
	if os.Getenv("TANDEM_POSTGRES_URL") == "" || os.Getenv("TANDEM_SURREAL_URL") == "" {
		t.Fatal("no databases: run the tests with go tool tandem dev run -- go test ./...")
	}
	if out, err := exec.Command("go", "tool", "tandem", "migrate", "apply").CombinedOutput(); err != nil {
		t.Fatalf("migrate apply: %v\n%s", err, out)
	}
	shop, err := db.Open(t.Context(), store.ConfigFromEnv())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shop.Close)
	return shop
}

func TestAReaderBuysABookAndIsRecommendedAnother(t *testing.T) {
	shop, ctx := open(t), t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}

	// PostgreSQL: stock and orders, in one transaction.
	_, err := shop.Books.AddBook(ctx, db.AddBookParams{Isbn: "9780131103627", Title: "The C Programming Language", Cents: 4999, Stock: 1})
	must(err)
	buy := func(reader string) error {
		return shop.InPostgresTx(ctx, func(ctx context.Context, tx db.PostgresRepositories) error {
			if n, err := tx.Books.TakeFromStock(ctx, "9780131103627"); err != nil || n == 0 {
				return errors.Join(err, errSoldOut)
			}
			_, err := tx.Orders.PlaceOrder(ctx, db.PlaceOrderParams{Isbn: "9780131103627", Reader: reader})
			return err
		})
	}
	must(buy("ada"))
	if err := buy("bob"); !errors.Is(err, errSoldOut) {
		t.Fatalf("the last copy was sold twice: %v", err)
	}
	orders, err := shop.Orders.ListOrders(ctx, "ada")
	must(err)
	if len(orders) != 1 || orders[0].Book.Title != "The C Programming Language" || orders[0].Book.Stock != 0 {
		t.Fatalf("orders: %+v", orders)
	}
	if _, err := shop.Books.GetBook(ctx, "0000000000000"); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("a book that is not there: %v", err)
	}

	// SurrealDB: who likes what.
	ada, bob := db.NewReaderID("ada"), db.NewReaderID("bob")
	email := "ada@example.com"
	_, err = shop.Readers.Join(ctx, db.JoinParams{Reader: ada, Email: &email})
	must(err)
	_, err = shop.Readers.Join(ctx, db.JoinParams{Reader: bob})
	must(err)
	c, golang := db.NewTitleID("9780131103627"), db.NewTitleID("9780134190440")
	like := func(reader db.ReaderID, title db.TitleID, name string, stars db.LikesStars) {
		t.Helper()
		_, err := shop.Readers.Like(ctx, db.LikeParams{Reader: reader, Title: title, Name: name, Stars: stars})
		must(err)
	}
	like(ada, c, "The C Programming Language", 5)
	like(bob, c, "The C Programming Language", 4)
	like(bob, golang, "The Go Programming Language", 5)
	titles, err := shop.Readers.Recommend(ctx, ada)
	must(err)
	if len(titles) != 1 || titles[0] != golang {
		t.Fatalf("recommended: %v", titles)
	}
	if _, err := shop.Readers.Join(ctx, db.JoinParams{Reader: ada}); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("joining twice: %v", err)
	}
}

var errSoldOut = errors.New("sold out")
