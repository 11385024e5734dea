// The program calls queries whose comments the generated code has.
package main

import (
	"context"
	"fmt"
	"time"

	commentdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/comments/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(commentdb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())

	page := program.Must(db.Pages.AddPage(ctx, commentdb.AddPagePage{Title: "One"}))
	program.Show("page", program.Must(db.Pages.GetPage(ctx, page.ID)))
	fmt.Println(len(program.Must(db.Pages.Undocumented(ctx))))
}
