package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/devq-ai/tandem/gen/agentdb"
	"github.com/google/uuid"
)

// answer asks both databases what the run has made known, and prints it.
func answer(ctx context.Context, db *agentdb.DB, out io.Writer, run uuid.UUID) error {
	for _, ask := range []func(context.Context, *agentdb.DB, io.Writer) error{
		func(ctx context.Context, db *agentdb.DB, out io.Writer) error {
			return importers(ctx, db, out, "crypto/tls")
		},
		func(ctx context.Context, db *agentdb.DB, out io.Writer) error {
			return shortestPath(ctx, db, out, "net/http/httputil", "math/big")
		},
		func(ctx context.Context, db *agentdb.DB, out io.Writer) error {
			return recall(ctx, db, out, "cancel a request")
		},
		func(ctx context.Context, db *agentdb.DB, out io.Writer) error { return history(ctx, db, out, run) },
	} {
		if err := ask(ctx, db, out); err != nil {
			return err
		}
		fmt.Fprintln(out)
	}
	return nil
}

func importers(ctx context.Context, db *agentdb.DB, out io.Writer, path string) error {
	ids, err := db.Packages.TransitiveImporters(ctx, agentdb.NewPackageID(path))
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Who imports %s, directly or through others? %d packages:\n  %s\n", path, len(ids), keys(ids, ", "))
	return nil
}

func shortestPath(ctx context.Context, db *agentdb.DB, out io.Writer, from, to string) error {
	ids, err := db.Packages.ShortestImportPath(ctx, agentdb.ShortestImportPathParams{
		From: agentdb.NewPackageID(from), To: agentdb.NewPackageID(to),
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "How does %s come to import %s?\n  %s\n", from, to, keys(ids, " → "))
	return nil
}

func recall(ctx context.Context, db *agentdb.DB, out io.Writer, query string) error {
	byText, err := db.Notes.RecallNotes(ctx, agentdb.RecallNotesParams{Query: query, Limit: 5})
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "Which notes are about %q? By their words:\n", query)
	for _, n := range byText {
		fmt.Fprintf(w, "  %.2f\t%s\t%s\n", n.Score, n.Title, excerpt(n.Excerpt))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	byVector, err := db.Notes.SimilarNotes(ctx, embed(query))
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "And by their vectors, nearest first:")
	for _, n := range byVector[:min(len(byVector), 5)] {
		fmt.Fprintf(w, "  %.2f\t%s\n", n.Distance, n.Title)
	}
	return w.Flush()
}

// excerpt returns the words around the first highlighted one, on one line.
func excerpt(text string) string {
	const around = 40
	at := max(strings.Index(text, "<b>"), 0)
	from, to := max(at-around, 0), min(at+2*around, len(text))
	return "…" + strings.Join(strings.Fields(strings.ToValidUTF8(text[from:to], "")), " ") + "…"
}

func history(ctx context.Context, db *agentdb.DB, out io.Writer, run uuid.UUID) error {
	steps, err := db.Runs.ListRunSteps(ctx, run)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "What happened in run %s?\n", run)
	for _, s := range steps {
		fmt.Fprintf(w, "  %d. %s\t%s\t%s\n", s.Position, s.Title, s.State, milliseconds(s.DurationMs))
	}
	workflow := workflowName
	runs, err := db.Runs.ListRuns(ctx, agentdb.ListRunsParams{Workflow: &workflow, PageSize: 5})
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "And in the last ones?")
	for _, r := range runs {
		took := "-"
		if r.DurationMs != nil {
			took = milliseconds(*r.DurationMs)
		}
		fmt.Fprintf(w, "  %s\t%s\t%d of %d steps\t%d events\t%s\n", r.QueuedAt.Format(time.DateTime), r.State, r.StepsSucceeded, r.Steps, r.Events, took)
	}
	return w.Flush()
}

func milliseconds(ms int64) string { return (time.Duration(ms) * time.Millisecond).String() }

func keys(ids []agentdb.PackageID, sep string) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.Key()
	}
	return strings.Join(texts, sep)
}
