//go:build unix

package golden

import (
	"context"
	"fmt"
	"testing"
	"time"

	sdkcbor "github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"
	surrealdb "github.com/surrealdb/surrealdb.go"
	"github.com/surrealdb/surrealdb.go/pkg/connection"
	"github.com/surrealdb/surrealdb.go/pkg/connection/gorillaws"
	"github.com/surrealdb/surrealdb.go/pkg/models"
	"github.com/surrealdb/surrealdb.go/surrealcbor"

	articles "github.com/devq-ai/tandem/internal/emit/testdata/golden/bench/graphdb"
	items "github.com/devq-ai/tandem/internal/emit/testdata/golden/kinds/graphdb"
	"github.com/devq-ai/tandem/internal/sidebyside"
	"github.com/devq-ai/tandem/store/surreal"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// A canned Querier answers every query with the same result.
type canned []byte

func (c canned) Query(_ context.Context, _ string, vars func(*cbor.Encoder)) (*surreal.Response, error) {
	if vars != nil {
		var e cbor.Encoder
		vars(&e)
		if err := e.Err(); err != nil {
			return nil, err
		}
	}
	return &surreal.Response{Slots: []surreal.Slot{{Result: c}}}, nil
}

// sdkArticle is an article as the official SDK reads it.
type sdkArticle struct {
	Author    models.RecordID       `json:"author"`
	Body      string                `json:"body"`
	CreatedAt models.CustomDateTime `json:"created_at"`
	Editor    *models.RecordID      `json:"editor,omitempty"`
	ID        models.RecordID       `json:"id"`
	Published bool                  `json:"published"`
	Rating    float64               `json:"rating"`
	Slug      string                `json:"slug"`
	Summary   *string               `json:"summary,omitempty"`
	Tags      []string              `json:"tags"`
	Title     string                `json:"title"`
	Views     int64                 `json:"views"`
}

func sdkArticles(n int) []sdkArticle {
	rows := make([]sdkArticle, n)
	for i := range rows {
		summary := fmt.Sprintf("what article %d is about", i)
		rows[i] = sdkArticle{
			Author: models.NewRecordID("author", fmt.Sprintf("author%d", i%10)), Body: fmt.Sprintf("the text of article %d, which is not long", i),
			CreatedAt: models.CustomDateTime{Time: time.Unix(1700000000, int64(i)).UTC()}, ID: models.NewRecordID("article", int64(i)),
			Published: i%2 == 0, Rating: float64(i) / 2, Slug: fmt.Sprintf("article-%d", i), Tags: []string{"go", "sql", "types"},
			Title: fmt.Sprintf("Article %d", i), Views: int64(i * 100),
		}
		if i%2 == 0 {
			editor := models.NewRecordID("author", "editor")
			rows[i].Summary, rows[i].Editor = &summary, &editor
		}
	}
	return rows
}

func marshal(b testing.TB, v any) []byte {
	b.Helper()
	data, err := surrealcbor.Marshal(v)
	require.NoError(b, err)
	return data
}

func TestBothReadTheSameRows(t *testing.T) {
	data := marshal(t, sdkArticles(3))
	rows, err := articles.New(canned(data)).ListArticles(t.Context())
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.Equal(t, "Article 2", rows[2].Title)
	require.Equal(t, int64(2), rows[2].ID.Key())
	var sdk []sdkArticle
	require.NoError(t, surrealcbor.Unmarshal(data, &sdk))
	require.Equal(t, sdk[2].CreatedAt.Time, rows[2].CreatedAt)
}

// A frame is a response as it comes over the wire, and a Querier that reads it
// for every query as the pool does.
type frame []byte

// newFrame returns the frame with the result of one statement, which is CBOR,
// with the fields that the engine sends in their order.
func newFrame(result []byte) frame {
	var e cbor.Encoder
	e.Map(2)
	e.Key("id")
	e.Int(1)
	e.Key("result")
	e.Array(1)
	e.Map(4)
	e.Key("result")
	e.Raw(result)
	e.Key("status")
	e.String("OK")
	e.Key("time")
	e.String("187.149µs")
	e.Key("type")
	e.None()
	return e.Bytes()
}

func (f frame) Query(_ context.Context, text string, _ func(*cbor.Encoder)) (*surreal.Response, error) {
	return surreal.ReadResponse(text, f)
}

// sdkConnection is a connection of the official SDK on which every request is
// answered with the frame, which it reads as its WebSocket connections do.
type sdkConnection struct {
	connection.Connection
	frame frame
}

func sdkOver(b testing.TB, f frame) *surrealdb.DB {
	b.Helper()
	codec := surrealcbor.New()
	db, err := surrealdb.FromConnection(b.Context(), &sdkConnection{gorillaws.New(&connection.Config{Marshaler: codec, Unmarshaler: codec}), f})
	require.NoError(b, err)
	return db
}

func (c *sdkConnection) Connect(context.Context) error { return nil }

func (c *sdkConnection) Send(context.Context, string, ...any) (*connection.RPCResponse[sdkcbor.RawMessage], error) {
	var response connection.RPCResponse[sdkcbor.RawMessage]
	err := c.GetUnmarshaler().Unmarshal(c.frame, &response)
	return &response, err
}

func BenchmarkDecode(b *testing.B) {
	for _, n := range []int{1, 1000} {
		f := newFrame(marshal(b, sdkArticles(n)))
		queries, db := articles.New(f), sdkOver(b, f)
		beside(b, fmt.Sprintf("rows=%d", n), 40000/n, func(ctx context.Context) error {
			rows, err := queries.ListArticles(ctx)
			if err == nil && len(rows) != n {
				err = fmt.Errorf("got %d rows", len(rows))
			}
			return err
		}, func(ctx context.Context) error {
			results, err := surrealdb.Query[[]sdkArticle](ctx, db, "SELECT * FROM article", nil)
			if err == nil && len((*results)[0].Result) != n {
				err = fmt.Errorf("got %d rows", len((*results)[0].Result))
			}
			return err
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	sdk := sdkArticles(1)
	rows, err := articles.New(canned(marshal(b, sdk))).ListArticles(b.Context())
	require.NoError(b, err)
	queries := articles.New(canned(nil))
	beside(b, "row", 4000, func(ctx context.Context) error {
		return queries.PutArticle(ctx, rows[0])
	}, func(context.Context) error {
		_, err := surrealcbor.Marshal(map[string]any{"article": sdk[0]})
		return err
	})
}

// beside compares two ways to do the same: their time in turns, so that what
// else the machine does falls on both, and their allocations.
func beside(b *testing.B, name string, calls int, ours, theirs func(context.Context) error) {
	b.Run(name, func(b *testing.B) {
		sidebyside.Run(b, 1, calls, ours, theirs)
		us := testing.AllocsPerRun(10, func() { _ = ours(b.Context()) })
		them := testing.AllocsPerRun(10, func() { _ = theirs(b.Context()) })
		b.ReportMetric(us, "allocs/call")
		b.ReportMetric(them, "beside-allocs/call")
	})
}

func FuzzGeneratedReaders(f *testing.F) {
	f.Add(marshal(f, sdkArticles(2)))
	f.Add([]byte{0x81, 0xa1, 0x66, 's', 'o', 'u', 'r', 'c', 'e', 0xa1, 0x64, 'k', 'i', 'n', 'd', 0x05})
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := articles.New(canned(data)).ListArticles(t.Context())
		if err != nil && rows != nil {
			t.Error("rows with an error")
		}
		if items, err := items.New(canned(data)).ListItems(t.Context()); err != nil && items != nil {
			t.Error("rows with an error")
		}
	})
}
