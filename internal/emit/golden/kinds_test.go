// Package golden runs the packages of the emitter's testdata on the engines.
package golden

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	itemdb "github.com/devq-ai/tandem/internal/emit/testdata/golden/kinds"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// openKinds returns the data layer over a database with its schema, a person
// and two tags.
func openKinds(t *testing.T) (context.Context, *itemdb.DB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	db, err := itemdb.Open(ctx, store.ConfigFromURLs("", enginetest.Surreal(t)))
	require.NoError(t, err)
	t.Cleanup(db.Close)
	schema, err := os.ReadFile(filepath.Join("..", "testdata", "golden", "kinds", "schema.surql"))
	require.NoError(t, err)
	_, err = db.Surreal().Query(ctx, string(schema), nil)
	require.NoError(t, err)
	_, err = db.Surreal().Query(ctx, "CREATE person:ada SET name = 'Ada'; CREATE tag:go SET label = 'Go'; CREATE tag:`sql db` SET label = 'SQL';", nil)
	require.NoError(t, err)
	return ctx, db
}

func ptr[T any](v T) *T { return &v }

// fullItem has a value in every field.
func fullItem() itemdb.PutItemItem {
	free, _ := surreal.NewValue(map[string]any{"list": []any{1, 2.5, nil, "x"}})
	count, _ := surreal.NewValue(7)
	return itemdb.PutItemItem{
		Boolean: true, Whole: -42, Real: 2, Money: decimal.RequireFromString("12.5"), Number: surreal.NewNumber(3),
		Text: "größe \x00 '\"", Blob: []byte{0, 1, 255}, At: time.Date(2024, 2, 29, 23, 59, 58, 123456789, time.UTC),
		Took: 90*time.Minute + time.Nanosecond, Ref: uuid.MustParse("018f1c3a-0000-7000-8000-0000000000aa"),
		Words: []string{"a", "", "a"}, Vector: []float64{1, 2.5, -3}, Numbers: []int64{1, 2, 3},
		Maybe: ptr("x"), MaybeWords: []string{}, Rating: ptr(int64(5)), Score: surreal.NewNull(int64(9)),
		Origin: itemdb.ItemOrigin{Kind: itemdb.ItemOriginKindGoMod, Run: ptr(uuid.MustParse("4381b000-3b87-470f-8e9b-9e8650130750"))},
		Level:  itemdb.ItemLevelMinus1, Link: ptr(itemdb.NewTagID("go")), About: itemdb.NewTagID("sql db"),
		AnythingLinked: &surreal.RecordID{Table: "person", Key: surreal.NewKey("ada")},
		Source:         itemdb.ItemSourceInt(3), Spot: surreal.Point{1.5, -2}, Shape: surreal.Line{{0, 0}, {1, 1}},
		Span: surreal.Range[surreal.Value]{From: surreal.Bound[surreal.Value]{Value: count, Kind: surreal.Included}},
		Free: free, Extra: map[string]surreal.Value{"n": count}, Steps: []itemdb.ItemStep{{Name: "one"}, {Name: "two"}},
		Pair: itemdb.ItemPair{V0: "left", V1: ptr(int64(1)), V2: itemdb.ItemPairV2{At: time.Unix(0, 1).UTC()}},
		Legs: []itemdb.ItemLegs{{V0: 1, V1: 2}, {V0: 3, V1: 4}}, Either: itemdb.ItemEitherTuple2{V0: "right", V1: 2},
	}
}

// leanItem has no value where none is needed.
func leanItem() itemdb.PutItemItem {
	item := fullItem()
	item.Maybe, item.MaybeWords, item.Rating, item.Score = nil, nil, nil, nil
	item.Origin.Run, item.Link, item.AnythingLinked = nil, nil, nil
	item.Words, item.Numbers, item.Extra, item.Steps = nil, nil, nil, nil
	item.Pair.V1, item.Legs, item.Either = nil, nil, itemdb.ItemEitherArray{}
	item.Free = surreal.Value{}
	return item
}

func TestEveryKindComesBackAsItWasWritten(t *testing.T) {
	ctx, db := openKinds(t)
	item := fullItem()
	put, err := db.Items.PutItem(ctx, item)
	require.NoError(t, err)
	got, err := db.Items.GetItem(ctx, put.ID)
	require.NoError(t, err)
	assert.Equal(t, put, got)
	assert.Equal(t, itemdb.Item{
		ID: put.ID, Boolean: item.Boolean, Whole: item.Whole, Real: item.Real, Money: item.Money, Number: item.Number,
		Text: item.Text, Blob: item.Blob, At: item.At, Took: item.Took, Ref: item.Ref,
		Words: item.Words, Vector: item.Vector, Numbers: item.Numbers, Maybe: item.Maybe, MaybeWords: item.MaybeWords,
		Rating: item.Rating, Score: item.Score, Origin: item.Origin, Level: item.Level, Link: item.Link, About: item.About,
		AnythingLinked: item.AnythingLinked, Source: item.Source, Spot: item.Spot, Shape: item.Shape, Span: item.Span,
		Free: item.Free, Extra: item.Extra, Steps: item.Steps, Pair: item.Pair, Legs: item.Legs, Either: item.Either,
	}, got)
}

func TestWhatIsAbsentStaysAbsent(t *testing.T) {
	ctx, db := openKinds(t)
	item, err := db.Items.PutItem(ctx, leanItem())
	require.NoError(t, err)
	assert.Nil(t, item.Maybe)
	assert.Nil(t, item.MaybeWords)
	assert.Nil(t, item.Rating, "NULL")
	assert.Nil(t, item.Score)
	assert.Nil(t, item.Link)
	assert.Nil(t, item.Pair.V1, "NONE among the elements of an array")
	assert.Nil(t, item.Legs)
	assert.True(t, item.Free.IsNone())
	assert.Equal(t, []string{}, item.Words)
	assert.Empty(t, item.Numbers)
	assert.Empty(t, item.Steps)
}

func TestEveryMemberOfAUnionComesBack(t *testing.T) {
	ctx, db := openKinds(t)
	for _, source := range []itemdb.ItemSource{
		itemdb.ItemSourceValueAuto,
		itemdb.ItemSourceInt(-1),
		itemdb.NewTagID("go"),
		itemdb.ItemSourceFile{Kind: itemdb.ItemSourceFileKindFile, Path: "/x"},
		itemdb.ItemSourceUrl{Kind: itemdb.ItemSourceUrlKindUrl, Path: "http://x"},
		itemdb.ItemSourceArray{"a", "b"},
		itemdb.ItemSourceDatetime{Time: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		item := fullItem()
		item.Source = source
		got, err := db.Items.PutItem(ctx, item)
		if assert.NoError(t, err, "%T", source) {
			assert.Equal(t, source, got.Source)
		}
	}
}

func TestMissingNullAndPresentAreThreeThings(t *testing.T) {
	ctx, db := openKinds(t)
	for _, score := range []*surreal.Null[int64]{nil, {}, surreal.NewNull(int64(0))} {
		got, err := db.Items.EchoScore(ctx, score)
		require.NoError(t, err)
		assert.Equal(t, score, got)
	}
}

func TestRowsAndListsOfLists(t *testing.T) {
	ctx, db := openKinds(t)
	none, err := db.Items.ListItems(ctx)
	require.NoError(t, err)
	assert.Equal(t, []itemdb.Item{}, none, "no rows are an empty slice")
	for i := range int64(3) {
		item := leanItem()
		item.Whole, item.Words, item.About = i, []string{"w"}, itemdb.NewPersonID("ada")
		_, err := db.Items.PutItem(ctx, item)
		require.NoError(t, err)
	}
	items, err := db.Items.ListItems(ctx)
	require.NoError(t, err)
	require.Len(t, items, 3)
	assert.Equal(t, int64(2), items[2].Whole)
	words, err := db.Items.WordsOf(ctx, itemdb.NewPersonID("ada"))
	require.NoError(t, err)
	assert.Equal(t, [][]string{{"w"}, {"w"}, {"w"}}, words)
	n, err := db.Items.CountItems(ctx)
	require.NoError(t, err)
	assert.Equal(t, int64(3), n)
	found, err := db.Items.FindItem(ctx, itemdb.FindItemParams{Whole: 1, Text: items[1].Text})
	require.NoError(t, err)
	assert.Equal(t, itemdb.FindItemRow{
		Whole: 1, Select: items[1].Text,
		Origin: itemdb.FindItemRowOrigin{Kind: itemdb.ItemOriginKindGoMod},
		X名前:    "Ada",
	}, found)
	require.NoError(t, db.Items.DropItems(ctx))
	n, err = db.Items.CountItems(ctx)
	require.NoError(t, err)
	assert.Zero(t, n)
}

func TestNothingFoundIsErrNotFound(t *testing.T) {
	ctx, db := openKinds(t)
	_, err := db.Items.GetItem(ctx, itemdb.NewItemID("nobody"))
	assert.ErrorIs(t, err, store.ErrNotFound)
	_, err = db.Items.FindItem(ctx, itemdb.FindItemParams{})
	assert.ErrorIs(t, err, store.ErrNotFound)
}

func TestFetchedLinksAreRows(t *testing.T) {
	ctx, db := openKinds(t)
	item := leanItem()
	_, err := db.Items.PutItem(ctx, item)
	require.NoError(t, err)
	item.Whole, item.About = 0, itemdb.NewPersonID("ada")
	_, err = db.Items.PutItem(ctx, item)
	require.NoError(t, err)
	rows, err := db.Items.FetchAbout(ctx)
	require.NoError(t, err)
	assert.Equal(t, []itemdb.FetchAboutRow{
		{Whole: -42, About: itemdb.Tag{ID: itemdb.NewTagID("sql db"), Label: "SQL"}},
		{Whole: 0, About: itemdb.Person{ID: itemdb.NewPersonID("ada"), Name: "Ada"}},
	}, rows)
}

func TestATransactionOfSeveralStatementsIsOneCall(t *testing.T) {
	ctx, db := openKinds(t)
	row, err := db.Items.Retag(ctx, itemdb.RetagParams{Tag: itemdb.NewTagID("go"), Label: "Golang"})
	require.NoError(t, err)
	assert.Equal(t, itemdb.RetagRow{Before: ptr("Go"), After: "Golang"}, row)
	overview, err := db.Items.Overview(ctx)
	require.NoError(t, err)
	assert.Equal(t, itemdb.OverviewResult{Labels: []string{"Golang", "SQL"}, Result2: 0}, overview)
}

func TestAFailingStatementIsNamedByItsLine(t *testing.T) {
	ctx, db := openKinds(t)
	ids := itemdb.IdsParams{Key: itemdb.NewSessionID(uuid.New()), Counter: itemdb.NewCounterID(1)}
	first, err := db.Items.Ids(ctx, ids)
	require.NoError(t, err)
	assert.Equal(t, ids.Key, first.Result1.ID)
	assert.Equal(t, int64(1), first.Result2.ID.Key())
	ids.Key = itemdb.NewSessionID(uuid.New())
	_, err = db.Items.Ids(ctx, ids)
	require.ErrorIs(t, err, store.ErrConflict)
	failure, ok := errors.AsType[*store.Error](err)
	require.True(t, ok)
	assert.Equal(t, 1, failure.Statement)
	assert.Equal(t, 2, failure.Line)
	assert.ErrorContains(t, err, "Ids (queries/items.surql:2)")
}

func TestRecordIDsWithKeysOfEveryKind(t *testing.T) {
	ctx, db := openKinds(t)
	key := itemdb.ReadingKey{At: time.Date(2024, 1, 2, 3, 4, 5, 6, time.UTC), Sensor: "a'b"}
	id, err := itemdb.NewReadingID(key)
	require.NoError(t, err)
	reading, err := db.Items.PutReading(ctx, itemdb.PutReadingParams{ID: id, Value: 1})
	require.NoError(t, err)
	assert.Equal(t, id, reading.ID)
	got, err := reading.ID.Key()
	require.NoError(t, err)
	assert.Equal(t, key, got)

	text, err := json.Marshal(reading)
	require.NoError(t, err)
	var back itemdb.Reading
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, reading, back)
}

func TestSetsAndValuesOfAnyKind(t *testing.T) {
	ctx, db := openKinds(t)
	numbers, err := db.Items.NumbersOf(ctx, []int64{3, 1, 3, 2})
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 2, 3}, numbers, "a set is sorted, and has each value once")
	value, err := surreal.NewValue(map[string]any{
		"at": time.Unix(1, 2).UTC(), "took": time.Hour, "dec": decimal.RequireFromString("1.5"), "id": uuid.Nil,
		"link": surreal.RecordID{Table: "tag", Key: surreal.NewKey(1)}, "bytes": []byte("x"), "null": nil,
		"set": surreal.ValueSet{}, "point": surreal.Point{1, 2}, "table": surreal.Table("tag"), "big": int64(-1 << 63),
	})
	require.NoError(t, err)
	got, err := db.Items.Whatever(ctx, value)
	require.NoError(t, err)
	assert.Equal(t, value, got)
}

func TestALiveQueryReportsChangesAsTheyHappen(t *testing.T) {
	ctx, db := openKinds(t)
	live, err := db.Items.WatchTags(ctx)
	require.NoError(t, err)
	id := itemdb.NewTagID("new")
	// The engine does not keep the order of changes that one request makes.
	steps := []struct {
		text   string
		change surreal.Change[itemdb.Tag]
	}{
		{"CREATE tag:new SET label = 'New'", surreal.Change[itemdb.Tag]{Action: surreal.ActionCreate, Value: itemdb.Tag{ID: id, Label: "New"}}},
		{"UPDATE tag:new SET label = 'Old'", surreal.Change[itemdb.Tag]{Action: surreal.ActionUpdate, Value: itemdb.Tag{ID: id, Label: "Old"}}},
		{"DELETE tag:new", surreal.Change[itemdb.Tag]{Action: surreal.ActionDelete, Value: itemdb.Tag{ID: id, Label: "Old"}}},
	}
	for _, step := range steps {
		_, err = db.Surreal().Query(ctx, step.text, nil)
		require.NoError(t, err)
		change, err := live.Next(ctx)
		require.NoError(t, err)
		step.change.Record = id.RecordID()
		assert.Equal(t, step.change, change)
	}
	require.NoError(t, live.Close())
	for _, err := range live.Changes(ctx) {
		assert.ErrorIs(t, err, surreal.ErrSubscriptionClosed)
	}
}

func TestDataThatDoesNotFitNamesQueryRowAndField(t *testing.T) {
	ctx, db := openKinds(t)
	for i := range int64(2) {
		item := leanItem()
		item.Whole = i
		_, err := db.Items.PutItem(ctx, item)
		require.NoError(t, err)
	}
	// The schema changes under the compiled code.
	_, err := db.Surreal().Query(ctx, "DEFINE FIELD OVERWRITE origin.kind ON item TYPE string; UPDATE item SET origin.kind = 'machine' WHERE whole = 1;", nil)
	require.NoError(t, err)
	_, err = db.Items.ListItems(ctx)
	require.ErrorIs(t, err, store.ErrDecode)
	assert.ErrorContains(t, err, `cannot decode: row 1: field origin.kind: expected "person" | "agent" | "" | "go.mod", found "machine"`)
}
