// The program uses what has names that Go, the generated code or its packages
// have too.
package main

import (
	"context"
	"fmt"
	"time"

	namesdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/names/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(namesdb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())

	full := program.Must(db.Range.Type_(ctx, namesdb.Type_Type{
		ID: new(namesdb.NewTypeID("func")), Func: "f", String: "s", Error: new("e"), X1st: new(int64(1)),
		WithSpace: new(int64(2)), WithSpace2: new(int64(3)), WithSpace3: new(int64(4)),
		Größe: new(1.5), X日本: new("日本"), ABC: new("quotes"), X3: new(true), X2: new(int64(5)),
		AString: new(int64(6)), Key: new("key"), Mode: new(namesdb.TypeModeAB),
	}))
	program.Show("all names", full)
	for _, mode := range []namesdb.TypeMode{
		namesdb.TypeModeAB, namesdb.TypeModeAB2, namesdb.TypeModeAB3, namesdb.TypeMode1, namesdb.TypeModeÜnï, namesdb.TypeModeType,
	} {
		fmt.Printf("%q ", string(mode))
	}
	fmt.Println()

	fmt.Println("range:", len(program.Must(db.Range.Range(ctx, namesdb.RangeParams{Func: "f"}))))
	fmt.Println("parameters:", program.Must(db.Range.One(ctx, "s")), program.Must(db.Range.Err(ctx, "err")), program.Must(db.Range.Ctx(ctx, "ctx")),
		program.Must(db.Range.Nil(ctx, "f")), program.Must(db.Range.Len(ctx, []int64{1, 2})))
	program.Check(db.Range.Chunk(ctx, []namesdb.ChunkChunk{{ID: new(namesdb.NewTypeID("g")), Func: "g", String: "s"}}))
	for row, err := range program.Must(db.Range.Each(ctx, "s")) {
		program.Check(err)
		fmt.Println("each:", row.Func)
	}
	program.Show("columns", program.Must(db.Range.Error(ctx)))
	program.Must(db.Surreal().Query(ctx, "CREATE `köln`:a; CREATE `back\\`tick`:a", nil))
	program.Show("two sizes", program.Must(db.Range.Cities(ctx, 7)))
	ticks := program.Must(db.Range.Ticks(ctx))
	fmt.Println("a backtick:", ticks[0].ID, program.Must(namesdb.ParseBackTickID(ticks[0].ID.String())) == ticks[0].ID)
	program.Check(db.Type.Close(ctx))
	fmt.Println("closed:", len(program.Must(db.Range.One(ctx, "s"))), len(program.Must(db.MainTest.DB(ctx))))
}
