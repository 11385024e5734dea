// The program prints what subscriptions tell of the changes of a record.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	livedb "github.com/devq-ai/tandem/internal/compile/testdata/golden/live/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(livedb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())

	tasks := program.Must(db.Tasks.WatchTasks(ctx))
	open := program.Must(db.Tasks.WatchOpen(ctx, false))
	titles := program.Must(db.Tasks.WatchTitles(ctx))
	patches := program.Must(db.Tasks.WatchPatches(ctx))

	id := livedb.NewTaskID("one")
	program.Must(db.Tasks.AddTask(ctx, livedb.AddTaskTask{ID: &id, Title: "write"}))
	show(ctx, tasks)
	fmt.Println("open:", program.Must(open.Next(ctx)).Value.Title)
	fmt.Println("title:", program.Must(titles.Next(ctx)).Value)
	for _, patch := range program.Must(patches.Next(ctx)).Value {
		fmt.Printf("patch: %s %q %s\n", patch.Op, patch.Path, patch.Value.Field("title"))
	}

	diff := program.Must(db.Tasks.ApplyPatches(ctx, livedb.ApplyPatchesParams{ID: id, Patches: []surreal.Patch{
		{Op: surreal.PatchReplace, Path: "/done", Value: program.Must(surreal.NewValue(true))},
		{Op: surreal.PatchAdd, Path: "/tags/-", Value: program.Must(surreal.NewValue("urgent"))},
	}}))
	program.Show("applied", diff)
	show(ctx, tasks)
	program.Show("patches", program.Must(patches.Next(ctx)).Value)

	program.Check(db.Tasks.RemoveTask(ctx, id))
	show(ctx, tasks)
	program.Check(tasks.Close())
	_, err := tasks.Next(ctx)
	fmt.Println("closed:", errors.Is(err, surreal.ErrSubscriptionClosed))

	err = db.InSurrealTx(ctx, func(ctx context.Context, tx livedb.SurrealRepositories) error {
		_, err := tx.Tasks.WatchTasks(ctx)
		return err
	})
	fmt.Println("in a transaction:", err)
}

// show prints the next change of a task.
func show(ctx context.Context, tasks *surreal.Live[livedb.Task]) {
	change := program.Must(tasks.Next(ctx))
	fmt.Println("task:", change.Action, change.Record, change.Created(), change.Updated(), change.Deleted(), change.Value.Title, change.Value.Done, change.Value.Tags)
}
