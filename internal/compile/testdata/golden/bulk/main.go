// The program inserts rows in chunks of two.
package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	peopledb "github.com/devq-ai/tandem/internal/compile/testdata/golden/bulk/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cfg := store.ConfigFromEnv()
	cfg.Surreal.InsertChunkRows = 2
	db := program.Must(peopledb.Open(ctx, cfg))
	defer db.Close()
	program.Define(ctx, db.Surreal())

	people := make([]peopledb.AddPeoplePerson, 5)
	for i := range people {
		id := peopledb.NewPersonID(fmt.Sprintf("p%d", i))
		people[i] = peopledb.AddPeoplePerson{ID: &id, Email: fmt.Sprintf("%d@example.com", i)}
	}

	taken := slices.Clone(people)
	taken[4].Email = taken[0].Email // in the third chunk
	_, err := db.People.AddPeople(ctx, taken)
	var failure *store.Error
	fmt.Println("failed:", errors.Is(err, store.ErrConflict), errors.As(err, &failure), failure.Constraint, err)
	fmt.Println("left:", program.Must(db.People.CountPeople(ctx)))

	for _, person := range program.Must(db.People.AddPeople(ctx, people)) {
		fmt.Println("added:", person.ID, person.Email, person.Visits)
	}
	fmt.Println("nothing:", len(program.Must(db.People.AddPeople(ctx, nil))))
	_, err = db.People.AddOnlyOne(ctx, nil)
	fmt.Println("not even one:", errors.Is(err, store.ErrNotFound), err)

	fmt.Println("new:", program.Must(db.People.AddNewPeople(ctx, []peopledb.AddNewPeoplePerson{
		{Email: "4@example.com"}, {Email: "5@example.com"}, {Email: "0@example.com"},
	})))
	visits := program.Must(db.People.VisitPeople(ctx, peopledb.VisitPeopleParams{More: 10, People: []peopledb.VisitPeoplePerson{
		{Email: "6@example.com"}, {Email: "0@example.com"}, {Email: "6@example.com"}, {Email: "7@example.com"},
	}}))
	for visit, err := range visits {
		program.Check(err)
		fmt.Println("visit:", visit.Email, visit.Visits)
	}
	fmt.Println("object:", program.Must(db.People.AddPerson(ctx, peopledb.AddPersonPerson{Email: "8@example.com"})))

	one := program.Must(db.People.AddOne(ctx, peopledb.AddOnePerson{Email: "9@example.com"}))
	fmt.Println("one:", one.Email, one.Visits)
	fmt.Println("new one:", program.Must(db.People.AddNewPerson(ctx, peopledb.AddNewPersonPerson{Email: "10@example.com"})).Email)
	_, err = db.People.AddNewPerson(ctx, peopledb.AddNewPersonPerson{Email: "10@example.com"})
	fmt.Println("not new:", errors.Is(err, store.ErrNotFound), err)
	for _, visits := range []*int64{nil, new(int64(5)), nil} {
		fmt.Println("visits:", program.Must(db.People.VisitPerson(ctx, peopledb.VisitPersonPerson{Email: "11@example.com", Visits: visits})))
	}
	twice := program.Must(db.People.AddPersonTwice(ctx, peopledb.AddPersonTwicePerson{Email: "12@example.com"}))
	fmt.Println("twice:", twice.Email, twice.Visits)
	fmt.Println("only one:", program.Must(db.People.AddOnlyOne(ctx, []peopledb.AddOnlyOnePerson{{Email: "13@example.com"}})).Email)
	_, err = db.People.AddOnlyOne(ctx, []peopledb.AddOnlyOnePerson{{Email: "14@example.com"}, {Email: "15@example.com"}})
	fmt.Println("not only one:", errors.Is(err, store.ErrDecode), err)

	pairs := make([]peopledb.IntroducePair, 3)
	for i := range pairs {
		pairs[i] = peopledb.IntroducePair{In: *people[i].ID, Out: *people[i+1].ID, Since: int64(2000 + i)}
	}
	fmt.Println("pairs:", program.Must(db.People.Introduce(ctx, pairs)))

	fmt.Println("one pair:", program.Must(db.People.IntroduceTwo(ctx, peopledb.IntroduceTwoPair{In: *people[4].ID, Out: *people[0].ID, Since: 1999})))

	undo := errors.New("undo")
	err = db.InSurrealTx(ctx, func(ctx context.Context, tx peopledb.SurrealRepositories) error {
		emails := make([]peopledb.AddEmailsPerson, 3)
		for i := range emails {
			emails[i].Email = fmt.Sprintf("tx%d@example.com", i)
		}
		program.Check(tx.People.AddEmails(ctx, emails))
		fmt.Println("in the transaction:", program.Must(tx.People.CountPeople(ctx)))
		return undo
	})
	fmt.Println("after it:", err, program.Must(db.People.CountPeople(ctx)))
}
