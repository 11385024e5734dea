package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/devq-ai/tandem/gen/agentdb"
	"golang.org/x/sync/errgroup"
)

const (
	chunk   = 250 // how many records one request writes
	writers = 8   // how many requests write at the same time
)

// index indexes the standard library in a recorded run, and then asks what the
// graph and the run's history know.
func index(ctx context.Context, db *agentdb.DB, out io.Writer) error {
	began := time.Now()
	var found tally
	run, err := record(ctx, db, out, func(ctx context.Context, rec *recording) (any, error) {
		x := &indexer{recording: rec}
		err := x.index(ctx)
		found = x.tally
		return x.tally, err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "run %s: %d packages, %d imports, %d symbols and %d notes in %s\n\n",
		run, found.Packages, found.Imports, found.Symbols, found.Notes, time.Since(began).Round(time.Millisecond))
	return answer(ctx, db, out, run)
}

// tally is what a run has written, and what it has compared.
type tally struct {
	Packages int `json:"packages"`
	Imports  int `json:"imports"`
	Symbols  int `json:"symbols"`
	Notes    int `json:"notes"`
	// Closure and Edges are the packages and the edges that the graph and the
	// toolchain agree on.
	Closure int `json:"closure"`
	Edges   int `json:"edges"`
}

type indexer struct {
	*recording
	packages []goPackage
	tally    tally
}

func (x *indexer) index(ctx context.Context) error {
	err := x.step(ctx, "list-packages", 0, func(ctx context.Context, _ func(int) error) (err error) {
		x.packages, err = goList(ctx, "std")
		return err
	})
	if err != nil {
		return err
	}
	if err := x.step(ctx, "write-graph", len(x.packages), x.writeGraph); err != nil {
		return err
	}
	if err := x.step(ctx, "write-notes", len(x.packages), x.writeNotes); err != nil {
		return err
	}
	return x.step(ctx, "verify", 0, func(ctx context.Context, _ func(int) error) error { return x.verify(ctx, "net/http") })
}

// writeGraph writes all packages, and then the imports between them.
func (x *indexer) writeGraph(ctx context.Context, progress func(int) error) error {
	packages := make([]agentdb.PutPackagesPackage, len(x.packages))
	var edges []agentdb.PutImportsEdge
	for i, p := range x.packages {
		packages[i] = agentdb.PutPackagesPackage{
			ID:   p.ImportPath,
			Name: p.Name,
			Kind: agentdb.PackageKind(p.kind()),
			Files: agentdb.PutPackagesPackageFiles{
				Go: int64(len(p.GoFiles)), Cgo: int64(len(p.CgoFiles)), Assembly: int64(len(p.SFiles)),
			},
			Tags: []string{},
		}
		if p.Doc != "" {
			packages[i].Synopsis = &p.Doc
		}
		for _, to := range p.edges() {
			edges = append(edges, agentdb.PutImportsEdge{In: agentdb.NewPackageID(p.ImportPath), Out: agentdb.NewPackageID(to)})
		}
	}
	if err := inChunks(ctx, packages, x.db.Packages.PutPackages); err != nil {
		return err
	}
	if err := progress(len(packages)); err != nil {
		return err
	}
	x.tally.Packages, x.tally.Imports = len(packages), len(edges)
	return inChunks(ctx, edges, x.db.Packages.PutImports)
}

// writeNotes writes what each package declares, and a note of its
// documentation that mentions it.
func (x *indexer) writeNotes(ctx context.Context, progress func(int) error) error {
	var done, symbols, notes atomic.Int64
	events := make([]agentdb.AppendEventsParams, len(x.packages))
	group, writing := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for i, p := range x.packages {
		group.Go(func() error {
			d, err := readDocs(p)
			if err != nil {
				return err
			}
			if err := x.writeSymbols(writing, p, d.symbols); err != nil {
				return err
			}
			symbols.Add(int64(len(d.symbols)))
			payload, err := json.Marshal(map[string]int{"symbols": len(d.symbols), "characters": len(d.text)})
			if err != nil {
				return err
			}
			events[i] = agentdb.AppendEventsParams{
				RunID: x.id, Level: agentdb.EventLevelDebug, Kind: "package-indexed",
				Message: p.ImportPath, Payload: payload, OccurredAt: time.Now(),
			}
			if strings.TrimSpace(d.text) != "" {
				if err := x.writeNote(writing, p, d); err != nil {
					return err
				}
				notes.Add(1)
			}
			if n := done.Add(1); n%50 == 0 {
				return progress(int(n))
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	x.tally.Symbols, x.tally.Notes = int(symbols.Load()), int(notes.Load())
	if _, err := x.db.RunEvents.AppendEvents(ctx, events); err != nil {
		return err
	}
	return progress(len(x.packages))
}

func (x *indexer) writeSymbols(ctx context.Context, p goPackage, symbols []symbol) error {
	pkg := agentdb.NewPackageID(p.ImportPath)
	records := make([]agentdb.PutSymbolsSymbol, len(symbols))
	edges := make([]agentdb.PutDefinitionsEdge, len(symbols))
	for i, s := range symbols {
		id := agentdb.NewSymbolID(p.ImportPath + "." + s.name)
		records[i] = agentdb.PutSymbolsSymbol{
			ID: &id, Name: s.name, Kind: agentdb.SymbolKind(s.kind), Package: pkg,
			Position: agentdb.SymbolPosition{File: s.file, Line: int64(s.line)},
		}
		if s.doc != "" {
			records[i].Doc = &s.doc
		}
		edges[i] = agentdb.PutDefinitionsEdge{In: pkg, Out: id}
	}
	if err := inChunks(ctx, records, x.db.Symbols.PutSymbols); err != nil {
		return err
	}
	return inChunks(ctx, edges, x.db.Symbols.PutDefinitions)
}

func (x *indexer) writeNote(ctx context.Context, p goPackage, d *documentation) error {
	id, about := agentdb.NewNoteID(p.ImportPath), agentdb.NewPackageID(p.ImportPath)
	_, err := x.db.Notes.PutNote(ctx, agentdb.PutNoteParams{
		ID:        id,
		Title:     "Package " + p.ImportPath,
		Body:      d.text,
		Status:    agentdb.NoteStatusPublished,
		About:     about,
		Origin:    agentdb.NoteOrigin{Kind: agentdb.NoteOriginKindDocumentation, Run: &x.id},
		Embedding: embed(p.ImportPath + " " + d.text),
	})
	if err != nil {
		return err
	}
	return x.db.Notes.PutMentions(ctx, []agentdb.PutMentionsMention{{In: id, Out: about}})
}

// inChunks calls put with the rows, a chunk at a time, and does nothing where
// there are none.
func inChunks[T any](ctx context.Context, rows []T, put func(context.Context, []T) error) error {
	for part := range slices.Chunk(rows, chunk) {
		if err := put(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// verify compares the graph with the toolchain: everything that root depends on
// must be the same, package by package and edge by edge.
func (x *indexer) verify(ctx context.Context, root string) error {
	listed, err := goList(ctx, root)
	if err != nil {
		return err
	}
	wantPackages, wantEdges := map[string]bool{}, map[string]bool{}
	inside := map[string]bool{}
	for _, p := range listed {
		inside[p.ImportPath] = true
		if p.ImportPath != root {
			wantPackages[p.ImportPath] = true
		}
		for _, to := range p.edges() {
			wantEdges[p.ImportPath+" -> "+to] = true
		}
	}
	closure, err := x.db.Packages.TransitiveImports(ctx, agentdb.NewPackageID(root))
	if err != nil {
		return err
	}
	gotPackages := map[string]bool{}
	for _, id := range closure {
		gotPackages[id.Key()] = true
	}
	imports, err := x.db.Packages.ListImports(ctx)
	if err != nil {
		return err
	}
	gotEdges := map[string]bool{}
	for _, e := range imports {
		if inside[e.From.Key()] {
			gotEdges[e.From.Key()+" -> "+e.To.Key()] = true
		}
	}
	if err := same("packages", gotPackages, wantPackages); err != nil {
		return err
	}
	if err := same("imports", gotEdges, wantEdges); err != nil {
		return err
	}
	x.tally.Closure, x.tally.Edges = len(wantPackages), len(wantEdges)
	fmt.Fprintf(x.out, "the graph below %s equals go list -deps: %d packages, %d imports, no difference\n", root, len(wantPackages), len(wantEdges))
	return x.event(ctx, nil, agentdb.EventLevelInfo, "verified", "the graph equals the toolchain's", x.tally)
}

// same returns an error that names the differences between two sets.
func same(what string, graph, toolchain map[string]bool) error {
	var extra, missing []string
	for key := range graph {
		if !toolchain[key] {
			extra = append(extra, key)
		}
	}
	for key := range toolchain {
		if !graph[key] {
			missing = append(missing, key)
		}
	}
	if len(extra)+len(missing) == 0 {
		return nil
	}
	slices.Sort(extra)
	slices.Sort(missing)
	return fmt.Errorf("the graph's %s are not the toolchain's: %d too many %v, %d missing %v",
		what, len(extra), head(extra), len(missing), head(missing))
}

func head(list []string) []string { return list[:min(len(list), 5)] }
