// The program prints results of each shape, and empty ones.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	resultsdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/results/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(resultsdb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())
	sea, whale := resultsdb.NewBookID("sea"), resultsdb.NewBookID("whale")

	fmt.Println("empty lists are no nil:", program.Must(db.Books.BooksOf(ctx, "nobody")) != nil, program.Must(db.Books.Titles(ctx)) != nil)
	for book, err := range program.Must(db.Books.EachBook(ctx)) {
		fmt.Println("no book:", book, err)
	}
	_, err := db.Books.GetBook(ctx, sea)
	fmt.Println("not found:", errors.Is(err, store.ErrNotFound), err)
	_, err = db.Books.LongestBook(ctx)
	fmt.Println("no row:", errors.Is(err, store.ErrNotFound))
	fmt.Println("total:", program.Must(db.Books.Total(ctx)))
	count, err := db.Books.CountBooks(ctx)
	fmt.Println("count:", count.N, err)

	ada := resultsdb.NewAuthorID("ada")
	program.Check(db.Books.AddAuthors(ctx, []resultsdb.AddAuthorsAuthor{{ID: &ada, Name: "Ada"}}))
	program.Check(db.Books.AddBooks(ctx, []resultsdb.AddBooksBook{
		{ID: &sea, Title: "The Sea", Author: ada, Pages: 100, Rating: new(4.5)},
		{ID: &whale, Title: "A Whale", Author: ada, Pages: 700},
		{ID: new(resultsdb.NewBookID("leaflet")), Title: "Leaflet", Author: ada, Pages: 2},
	}))
	program.Check(db.Books.AddCitations(ctx, []resultsdb.AddCitationsCitation{{In: sea, Out: whale, Page: 7}}))

	program.Show("one", program.Must(db.Books.GetBook(ctx, sea)))
	program.Show("first row", program.Must(db.Books.LongestBook(ctx)))
	program.Show("many", program.Must(db.Books.BooksOf(ctx, "Ada")))
	program.Show("values", program.Must(db.Books.Titles(ctx)))
	program.Show("nested", program.Must(db.Books.Shelf(ctx))[2])
	program.Show("graph", program.Must(db.Books.Cited(ctx, sea)))
	program.Show("graph backwards", program.Must(db.Books.Cited(ctx, whale)))
	fmt.Println("fetched:", program.Must(db.Books.WithAuthor(ctx))[0].Author.Name)
	program.Show("groups", program.Must(db.Books.PerAuthor(ctx)))
	fmt.Println("count:", program.Must(db.Books.CountBooks(ctx)).N)
	fmt.Println("before:", program.Must(db.Books.Retitle(ctx, resultsdb.RetitleParams{ID: sea, Title: "Seas"})).Title)
	_, err = db.Books.Retitle(ctx, resultsdb.RetitleParams{ID: resultsdb.NewBookID("none"), Title: "x"})
	fmt.Println("nothing to change:", errors.Is(err, store.ErrNotFound), err)
	program.Show("removed", program.Must(db.Books.Remove(ctx, 10)))
	program.Show("diff", program.Must(db.Books.Patch(ctx, sea)))
	for book, err := range program.Must(db.Books.EachBook(ctx)) {
		program.Check(err)
		fmt.Println("each:", book.Title, book.Rating == nil)
	}
}
