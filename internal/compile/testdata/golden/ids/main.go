// The program writes and reads record ids with keys of every kind.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	idsdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/ids/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(idsdb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())
	token := uuid.MustParse("018f1c3a-0000-7000-8000-0000000000aa")

	for _, id := range []idsdb.AnyhowID{
		idsdb.NewAnyhowID("a"), idsdb.NewAnyhowID("with space"), idsdb.NewAnyhowID("`⟩\\"), idsdb.NewAnyhowID("7"), idsdb.NewAnyhowID(7), idsdb.NewAnyhowID(token),
	} {
		got := program.Must(db.Ids.AddAnyhow(ctx, id))
		fmt.Println("any key:", got, got == id, program.Must(idsdb.ParseAnyhowID(got.String())) == id)
	}
	counted := program.Must(db.Ids.AddCounted(ctx, idsdb.NewCountedID(-7)))
	fmt.Println("int:", counted, counted.Key()+1, program.Must(idsdb.ParseCountedID("counted:-7")) == counted)
	named := program.Must(db.Ids.AddNamed(ctx, idsdb.NewNamedID("7")))
	fmt.Println("string:", named, len(named.Key()))
	tokened := program.Must(db.Ids.AddTokened(ctx, idsdb.NewTokenedID(token)))
	fmt.Println("uuid:", tokened, tokened.Key() == token, program.Must(idsdb.ParseTokenedID(tokened.String())) == tokened)
	for _, year := range []int64{2024, 2025} {
		placed := program.Must(idsdb.NewPlacedID(idsdb.PlacedKey{V0: "Rome", V1: year}))
		fmt.Println("array:", program.Must(db.Ids.AddPlaced(ctx, placed)) == placed, placed)
	}
	fmt.Println("array range:", program.Must(db.Ids.PlacedIn(ctx, "Rome")))
	described := program.Must(idsdb.NewDescribedID(idsdb.DescribedKey{City: "Oslo", Year: 1}))
	fmt.Println("object:", program.Must(db.Ids.AddDescribed(ctx, described)) == described, described, program.Must(described.Key()).City)
	fmt.Println("parsed:", program.Must(idsdb.ParseDescribedID(described.String())) == described)
	fmt.Println("odd table:", program.Must(db.Ids.AddOdd(ctx, idsdb.NewOddTableID("x"))))

	link := program.Must(db.Ids.AddLink(ctx, idsdb.AddLinkLink{
		To: counted, Any: new(described.RecordID()), Both: tokened,
	}))
	switch both := link.Both.(type) {
	case idsdb.TokenedID:
		fmt.Println("union:", both == tokened)
	case idsdb.NamedID:
		fmt.Println("not this one:", both)
	}
	link.ID = idsdb.NewLinkID("l")
	program.Show("json", link)
	var back idsdb.LinkID
	program.Check(json.Unmarshal([]byte(`"link:l"`), &back))
	fmt.Println("from json:", back == link.ID)
	byID := map[idsdb.CountedID]string{counted: "found"}
	program.Show("as a map's key", byID)
	fmt.Println(byID[idsdb.NewCountedID(-7)])

	for _, text := range []string{"", "counted", "named:1", "counted:x", "counted:1.5", "counted:1 "} {
		_, err := idsdb.ParseCountedID(text)
		fmt.Println("not an id:", err)
	}
	_, err := db.Ids.AddCounted(ctx, idsdb.CountedID{})
	fmt.Println("the zero id:", idsdb.CountedID{}.IsZero(), err)
	_, err = db.Ids.AddAnyhow(ctx, idsdb.NewAnyhowID("a"))
	fmt.Println("taken:", err)
	fmt.Println("another table:", program.Must(db.Ids.WrongTable(ctx, counted)).Table)
	var _ surreal.RecordID = named.RecordID()
}
