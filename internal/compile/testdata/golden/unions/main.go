// The program writes and reads values of several kinds.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	feeddb "github.com/devq-ai/tandem/internal/compile/testdata/golden/unions/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(feeddb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())
	program.Check(db.Posts.AddPerson(ctx))
	program.Check(db.Posts.AddCompany(ctx))
	ada, acme := feeddb.NewPersonID("ada"), feeddb.NewCompanyID("acme")

	one := program.Must(db.Posts.AddPost(ctx, feeddb.AddPostPost{
		ID: new(feeddb.NewPostID("one")), Author: ada, Weight: feeddb.PostWeightInt(1),
		Body: feeddb.PostBodyText{Kind: feeddb.PostBodyTextKindText, Text: "hello"},
	}))
	two := program.Must(db.Posts.AddPost(ctx, feeddb.AddPostPost{
		ID: new(feeddb.NewPostID("two")), Author: acme, Weight: feeddb.PostWeightDatetime{Time: time.Unix(0, 0).UTC()},
		State: new(feeddb.PostStateTakenDown), Stars: new(feeddb.PostStars3), Link: one.ID,
		States: []feeddb.PostStates{feeddb.PostStatesDraft, feeddb.PostStatesLive},
		Body:   feeddb.PostBodyImage{Kind: feeddb.PostBodyImageKindImage, Url: "https://example.com", Width: new(int64(7))},
		Sizes:  feeddb.PostSizesArray{1, 2}, Quiet: feeddb.PostQuietValueLater,
	}))
	three := program.Must(db.Posts.AddPost(ctx, feeddb.AddPostPost{
		ID: new(feeddb.NewPostID("three")), Author: acme, Weight: feeddb.PostWeightString("heavy"), Link: feeddb.PostLinkString("https://example.com"),
		Sizes: feeddb.PostSizesInt(3), Quiet: feeddb.PostQuietBool(true),
		Body: feeddb.PostBodyText{Kind: feeddb.PostBodyTextKindText},
	}))
	for _, post := range []feeddb.Post{one, two, three} {
		describe(post)
		program.Show("json", post)
	}

	fmt.Println("in state:", program.Must(db.Posts.InState(ctx, feeddb.PostStateTakenDown)))
	fmt.Println("of author:", program.Must(db.Posts.OfAuthor(ctx, ada)), program.Must(db.Posts.OfAuthor(ctx, acme)))
	for _, id := range []feeddb.PostID{one.ID, two.ID} {
		switch author := program.Must(db.Posts.WithAuthor(ctx, id)).Author.(type) {
		case feeddb.Person:
			fmt.Println("a person:", author.Name)
		case feeddb.Company:
			fmt.Println("a company:", author.Title)
		}
	}
	for _, v := range program.Must(db.Posts.Mixed(ctx)) {
		fmt.Printf("mixed: %T %v\n", v, v)
	}

	fmt.Println("valid:", one.State.Valid(), feeddb.PostState("gone").Valid(), feeddb.PostStars(4).Valid())
	_, err := db.Posts.AddPost(ctx, feeddb.AddPostPost{Author: ada, Weight: feeddb.PostWeightInt(1), Stars: new(feeddb.PostStars(4)), Body: one.Body})
	fmt.Println("not a value:", errors.Is(err, store.ErrCheck))
	program.Check(db.Posts.Break(ctx, feeddb.BreakParams{ID: one.ID, State: "gone"}))
	_, err = db.Posts.GetState(ctx, one.ID)
	fmt.Println("not a value:", errors.Is(err, store.ErrDecode), err)
}

func describe(post feeddb.Post) {
	switch weight := post.Weight.(type) {
	case feeddb.PostWeightInt:
		fmt.Println("int:", int64(weight))
	case feeddb.PostWeightDatetime:
		fmt.Println("datetime:", weight.Year())
	case feeddb.PostWeightString:
		fmt.Println("string:", string(weight))
	}
	switch link := post.Link.(type) {
	case feeddb.PostID:
		fmt.Println("post:", link)
	case feeddb.PostLinkString:
		fmt.Println("text:", string(link))
	case nil:
		fmt.Println("no link")
	}
	switch body := post.Body.(type) {
	case feeddb.PostBodyText:
		fmt.Println("text:", body.Text)
	case feeddb.PostBodyImage:
		fmt.Println("image:", body.Url, *body.Width)
	}
}
