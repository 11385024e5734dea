// Package surql_test runs every query of the reference data layer's SurrealDB
// half on a real engine, through the generated repositories.
package surql_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/devq-ai/tandem/gen/agentdb"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/internal/migrate"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// called is an Observer that remembers which queries succeeded.
type called struct {
	mu    sync.Mutex
	names map[string]bool
}

func (c *called) Start(ctx context.Context, _ *store.Query) context.Context { return ctx }

func (c *called) End(_ context.Context, q *store.Query, err error) {
	if err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.names[q.Name] = true
	}
}

func open(t *testing.T) (*agentdb.DB, *called) {
	t.Helper()
	seen := &called{names: map[string]bool{}}
	cfg := store.ConfigFromURLs(enginetest.Postgres(t), enginetest.Surreal(t))
	cfg.Observer = seen
	for e, at := range map[migrate.Engine][2]string{
		migrate.Postgres: {"../schema/migrations", cfg.Postgres.URL.Reveal()},
		migrate.Surreal:  {"migrations", cfg.Surreal.URL.Reveal()},
	} {
		_, diags, err := migrate.Apply(t.Context(), e, migrate.ApplyOptions{Dir: at[0], URL: at[1]})
		require.NoError(t, err)
		require.False(t, diags.HasErrors(), "%v", diags.Sorted())
	}
	db, err := agentdb.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db, seen
}

func TestEveryQueryRunsAndDecodes(t *testing.T) {
	db, seen := open(t)
	packages(t, db)
	symbols(t, db)
	notes(t, db)
	watch(t, db)

	files, err := filepath.Glob("queries/*.surql")
	require.NoError(t, err)
	names := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?m)^-- name: (\w+) :`).FindAllSubmatch(text, -1) {
			names++
			assert.True(t, seen.names[string(m[1])], "no test has run %s of %s", m[1], file)
		}
	}
	assert.NotZero(t, names)
}

func ids(paths ...string) []agentdb.PackageID {
	list := []agentdb.PackageID{}
	for _, p := range paths {
		list = append(list, agentdb.NewPackageID(p))
	}
	return list
}

// packages writes a → b → c, a → c and e, and asks about them.
func packages(t *testing.T, db *agentdb.DB) {
	ctx, repo := t.Context(), db.Packages
	synopsis := "Package a is first."
	var rows []agentdb.PutPackagesPackage
	for _, path := range []string{"a", "b/b", "c", "e"} {
		rows = append(rows, agentdb.PutPackagesPackage{
			ID: path, Name: path[:1], Kind: "library",
			Files: agentdb.PutPackagesPackageFiles{Go: 2, Assembly: 1}, Tags: []string{"linux", "cgo"},
		})
	}
	rows[0].Synopsis = &synopsis
	rows[3].Kind = "internal"
	require.NoError(t, repo.PutPackages(ctx, rows))
	rows[0].Name = "first"
	require.NoError(t, repo.PutPackages(ctx, rows), "existing packages are replaced")

	id := ids("a", "b/b", "c", "e")
	edges := []agentdb.PutImportsEdge{{In: id[0], Out: id[1]}, {In: id[1], Out: id[2]}, {In: id[0], Out: id[2]}}
	require.NoError(t, repo.PutImports(ctx, edges))
	require.NoError(t, repo.PutImports(ctx, edges), "existing edges stay")

	a, err := repo.GetPackage(ctx, id[0])
	require.NoError(t, err)
	assert.Equal(t, "first", a.Name)
	assert.Equal(t, &synopsis, a.Synopsis)
	assert.Equal(t, agentdb.PackageFiles{Go: 2, Assembly: 1}, a.Files)
	assert.ElementsMatch(t, []string{"cgo", "linux"}, a.Tags)
	assert.Equal(t, int64(2), a.DirectImports, "computed by the database")
	assert.WithinDuration(t, time.Now(), a.IndexedAt, time.Minute)
	_, err = repo.GetPackage(ctx, agentdb.NewPackageID("none"))
	assert.ErrorIs(t, err, store.ErrNotFound)

	page, err := repo.ListPackages(ctx, agentdb.ListPackagesParams{After: id[0], Limit: 2})
	require.NoError(t, err)
	require.Len(t, page, 2)
	assert.Equal(t, id[1], page[0].ID)
	assert.Nil(t, page[0].Synopsis)

	kinds, err := repo.CountPackagesByKind(ctx)
	require.NoError(t, err)
	assert.Equal(t, []agentdb.CountPackagesByKindRow{
		{Kind: agentdb.PackageKindInternal, Packages: 1, GoFiles: 2},
		{Kind: agentdb.PackageKindLibrary, Packages: 3, GoFiles: 6},
	}, kinds)

	all, err := repo.ListImports(ctx)
	require.NoError(t, err)
	assert.Len(t, all, 3)
	near, err := repo.ImportsOf(ctx, id[1])
	require.NoError(t, err)
	assert.Equal(t, agentdb.ImportsOfRow{ID: id[1], Imports: ids("c"), ImportedBy: ids("a")}, near)
	below, err := repo.TransitiveImports(ctx, id[0])
	require.NoError(t, err)
	assert.ElementsMatch(t, ids("b/b", "c"), below)
	none, err := repo.TransitiveImports(ctx, id[3])
	require.NoError(t, err)
	assert.Empty(t, none)
	above, err := repo.TransitiveImporters(ctx, id[2])
	require.NoError(t, err)
	assert.ElementsMatch(t, ids("a", "b/b"), above)
	way, err := repo.ShortestImportPath(ctx, agentdb.ShortestImportPathParams{From: id[0], To: id[2]})
	require.NoError(t, err)
	assert.Equal(t, ids("a", "c"), way)
	_, err = repo.ShortestImportPath(ctx, agentdb.ShortestImportPathParams{From: id[2], To: id[0]})
	assert.ErrorIs(t, err, store.ErrNotFound, "there is no way back")
	tree, err := repo.ImportTree(ctx, id[0])
	require.NoError(t, err)
	require.Len(t, tree.Imports, 2)
	assert.Len(t, append(tree.Imports[0].Imports, tree.Imports[1].Imports...), 1)
	most, err := repo.MostImported(ctx, 1)
	require.NoError(t, err)
	assert.Equal(t, []agentdb.MostImportedRow{{Package: id[2], Importers: 2}}, most)

	gone, err := repo.RemovePackage(ctx, id[3])
	require.NoError(t, err)
	assert.Equal(t, "e", gone.Name)
	_, err = repo.RemovePackage(ctx, id[3])
	assert.ErrorIs(t, err, store.ErrNotFound)
}

func symbols(t *testing.T, db *agentdb.DB) {
	ctx, repo := t.Context(), db.Symbols
	pkg, sym := agentdb.NewPackageID("a"), agentdb.NewSymbolID("a.X")
	require.NoError(t, repo.PutSymbols(ctx, []agentdb.PutSymbolsSymbol{{
		ID: &sym, Name: "X", Kind: agentdb.SymbolKindFunc, Package: pkg,
		Position: agentdb.SymbolPosition{File: "x.go", Line: 3},
	}}))
	require.NoError(t, repo.PutDefinitions(ctx, []agentdb.PutDefinitionsEdge{{In: pkg, Out: sym}}))

	found, err := repo.FindSymbols(ctx, "X")
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, "first", found[0].Package.Name, "FETCH puts the record in place of the link")
	for _, kind := range []*agentdb.SymbolKind{nil, ptr(agentdb.SymbolKindFunc), ptr(agentdb.SymbolKindType)} {
		list, err := repo.SymbolsOf(ctx, agentdb.SymbolsOfParams{Package: pkg, Kind: kind})
		require.NoError(t, err)
		if kind != nil && *kind == agentdb.SymbolKindType {
			assert.Empty(t, list)
		} else {
			assert.Equal(t, []agentdb.SymbolsOfRow{{ID: sym, Name: "X", Kind: agentdb.SymbolKindFunc, Line: 3}}, list)
		}
	}
	in, err := repo.DefinedIn(ctx, sym)
	require.NoError(t, err)
	assert.Equal(t, agentdb.DefinedInRow{ID: pkg, Name: "first"}, in)
}

func ptr[T any](v T) *T { return &v }

// unit is a vector of the embedding's length that points along one axis.
func unit(axis int) []float64 {
	v := make([]float64, 256)
	v[axis] = 1
	return v
}

func notes(t *testing.T, db *agentdb.DB) {
	ctx, repo := t.Context(), db.Notes
	pkg, run := agentdb.NewPackageID("a"), uuid.New()
	draft, err := repo.CreateNote(ctx, agentdb.CreateNoteNote{
		Title: "  Cancel a Request ", Body: "How requests are cancelled.", Tags: []string{"go", "http"},
		Origin: agentdb.NoteOrigin{Kind: agentdb.NoteOriginKindPerson, Author: ptr("ada")},
	})
	require.NoError(t, err)
	assert.Equal(t, "cancel-a-request", draft.Slug, "kept by the database")
	assert.Equal(t, agentdb.NoteStatusDraft, draft.Status)
	assert.Nil(t, draft.Rating)
	assert.Nil(t, draft.About)
	_, err = repo.CreateNote(ctx, agentdb.CreateNoteNote{Origin: agentdb.NoteOrigin{Kind: "person"}})
	assert.ErrorIs(t, err, store.ErrCheck, "a note needs a title")

	patches, err := repo.PublishNotes(ctx, "go")
	require.NoError(t, err)
	require.Len(t, patches, 1)
	assert.NotEmpty(t, patches[0])
	before, err := repo.EditNote(ctx, agentdb.EditNoteParams{ID: draft.ID, Body: "Cancel the context of a request.", Tag: "context"})
	require.NoError(t, err)
	assert.Equal(t, "How requests are cancelled.", before.Body)
	revisions, err := repo.RevisionsOf(ctx, draft.ID)
	require.NoError(t, err)
	require.Len(t, revisions, 1, "an event keeps what the note said")
	assert.Equal(t, before.Body, revisions[0].Body)

	for _, rating := range []*int64{ptr(int64(4)), nil} {
		rated, err := repo.RateNote(ctx, agentdb.RateNoteParams{ID: draft.ID, Rating: rating})
		require.NoError(t, err)
		assert.Equal(t, rating, rated.After)
	}
	_, err = repo.RateNote(ctx, agentdb.RateNoteParams{ID: draft.ID, Rating: ptr(int64(9))})
	assert.ErrorIs(t, err, store.ErrCheck)

	note := agentdb.NewNoteID("fixed")
	for i, about := range []agentdb.PackageOrSymbolID{nil, agentdb.NewSymbolID("a.X"), pkg} {
		put, err := repo.PutNote(ctx, agentdb.PutNoteParams{
			ID: note, Title: "Package a", Body: "Deadlines and cancellation.", Status: agentdb.NoteStatusPublished,
			About: about, Origin: agentdb.NoteOrigin{Kind: agentdb.NoteOriginKindAgent, Run: &run}, Embedding: unit(7),
		})
		require.NoError(t, err, i)
		assert.Equal(t, note, put.ID)
	}
	got, err := repo.GetNote(ctx, note)
	require.NoError(t, err)
	assert.Equal(t, &run, got.Origin.Run)
	require.IsType(t, agentdb.Package{}, got.About, "FETCH of a link to one of two tables")

	hits, err := repo.RecallNotes(ctx, agentdb.RecallNotesParams{Query: "cancelling", Limit: 5})
	require.NoError(t, err)
	assert.Len(t, hits, 2)
	nearest, err := repo.SimilarNotes(ctx, unit(7))
	require.NoError(t, err)
	require.Len(t, nearest, 1)
	assert.Equal(t, pkg, nearest[0].About)
	assert.InDelta(t, 0, nearest[0].Distance, 1e-6)
	about, err := repo.NotesAbout(ctx, pkg)
	require.NoError(t, err)
	assert.Len(t, about, 1)
	counts, err := repo.CountNotes(ctx)
	require.NoError(t, err)
	assert.Len(t, counts, 2)

	edge, err := repo.Mention(ctx, agentdb.MentionParams{Note: note, Subject: pkg, Weight: ptr(0.5)})
	require.NoError(t, err)
	assert.Equal(t, note, edge.In)
	require.NoError(t, repo.PutMentions(ctx, []agentdb.PutMentionsMention{{In: note, Out: pkg}, {In: draft.ID, Out: pkg}}))
	moved, err := repo.MoveMentions(ctx, agentdb.MoveMentionsParams{From: pkg, To: agentdb.NewPackageID("c")})
	require.NoError(t, err)
	assert.Equal(t, int64(2), moved)

	nulls, err := repo.DropTag(ctx, "http")
	require.NoError(t, err)
	assert.Len(t, nulls, 1)
	archived, err := repo.ArchiveNotes(ctx, time.Now().Add(time.Minute))
	require.NoError(t, err)
	assert.ElementsMatch(t, []agentdb.NoteID{note, draft.ID}, archived)
	require.NoError(t, repo.RemoveNote(ctx, note))
	_, err = repo.GetNote(ctx, note)
	assert.ErrorIs(t, err, store.ErrNotFound)
}

func watch(t *testing.T, db *agentdb.DB) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	live, err := db.Notes.WatchNotes(ctx)
	require.NoError(t, err)
	defer live.Close()

	id := agentdb.NewNoteID("watched")
	put := func(body string) {
		_, err := db.Notes.PutNote(ctx, agentdb.PutNoteParams{
			ID: id, Title: "Watched", Body: body, Status: agentdb.NoteStatusPublished,
			Origin: agentdb.NoteOrigin{Kind: agentdb.NoteOriginKindPerson}, Embedding: unit(1),
		})
		require.NoError(t, err)
	}
	// The engine does not promise the order of changes that follow each other
	// closely, so each is awaited before the next is made.
	expect := func(action surreal.Action, body string) {
		t.Helper()
		change, err := live.Next(ctx)
		require.NoError(t, err)
		assert.Equal(t, action, change.Action)
		assert.Equal(t, body, change.Value.Body)
		assert.Equal(t, id, change.Value.ID)
	}
	put("one")
	expect(surreal.ActionCreate, "one")
	put("two")
	expect(surreal.ActionUpdate, "two")
	require.NoError(t, db.Notes.RemoveNote(ctx, id))
	expect(surreal.ActionDelete, "two")
}

// What a transaction does stays or goes as one.
func TestSurrealTransactionsAreAllOrNothing(t *testing.T) {
	db, _ := open(t)
	ctx := t.Context()
	put := func(ctx context.Context, repo agentdb.PackagesRepository, path string) error {
		return repo.PutPackages(ctx, []agentdb.PutPackagesPackage{{ID: path, Name: path, Kind: "library"}})
	}
	err := db.InSurrealTx(ctx, func(ctx context.Context, tx agentdb.SurrealRepositories) error {
		require.NoError(t, put(ctx, tx.Packages, "lost"))
		return context.Canceled
	})
	require.ErrorIs(t, err, context.Canceled)
	_, err = db.Packages.GetPackage(ctx, agentdb.NewPackageID("lost"))
	assert.ErrorIs(t, err, store.ErrNotFound)

	require.NoError(t, db.InSurrealTx(ctx, func(ctx context.Context, tx agentdb.SurrealRepositories) error {
		return put(ctx, tx.Packages, "kept")
	}))
	_, err = db.Packages.GetPackage(ctx, agentdb.NewPackageID("kept"))
	assert.NoError(t, err)
}
