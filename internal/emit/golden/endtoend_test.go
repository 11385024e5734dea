//go:build unix

package golden

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	surrealdb "github.com/surrealdb/surrealdb.go"
	"github.com/surrealdb/surrealdb.go/pkg/models"

	articles "github.com/devq-ai/tandem/internal/emit/testdata/golden/bench/graphdb"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/internal/sidebyside"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
)

// openSDK connects the official SDK to the database at the address.
func openSDK(b *testing.B, address string) *surrealdb.DB {
	b.Helper()
	u, err := url.Parse(address)
	require.NoError(b, err)
	names := strings.Split(strings.Trim(u.Path, "/"), "/")
	db, err := surrealdb.FromEndpointURLString(b.Context(), "ws://"+u.Host)
	require.NoError(b, err)
	b.Cleanup(func() { _ = db.Close(context.Background()) })
	password, _ := u.User.Password()
	_, err = db.SignIn(b.Context(), map[string]any{"user": u.User.Username(), "pass": password})
	require.NoError(b, err)
	require.NoError(b, db.Use(b.Context(), names[0], names[1]))
	return db
}

// BenchmarkCall reads one record, and pages of fifty, from a real engine.
func BenchmarkCall(b *testing.B) {
	address := enginetest.Surreal(b)
	pool, err := surreal.Open(b.Context(), store.ConfigFromURLs("", address))
	require.NoError(b, err)
	defer pool.Close()
	sdk := openSDK(b, address)
	_, err = surrealdb.Query[any](b.Context(), sdk, "INSERT INTO article $rows RETURN NONE", map[string]any{"rows": sdkArticles(50)})
	require.NoError(b, err)
	queries := articles.New(pool)
	const calls = 256 // of all callers, in one turn
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("one/callers=%d", callers), func(b *testing.B) {
			sidebyside.Run(b, callers, calls/callers, func(ctx context.Context) error {
				_, err := queries.GetArticle(ctx, articles.NewArticleID(rand.Int64N(50)))
				return err
			}, func(ctx context.Context) error {
				id := models.NewRecordID("article", rand.Int64N(50))
				_, err := surrealdb.Query[*sdkArticle](ctx, sdk, "SELECT * FROM ONLY $id", map[string]any{"id": id})
				return err
			})
		})
		b.Run(fmt.Sprintf("fifty/callers=%d", callers), func(b *testing.B) {
			sidebyside.Run(b, callers, calls/callers, func(ctx context.Context) error {
				_, err := queries.ListArticles(ctx)
				return err
			}, func(ctx context.Context) error {
				_, err := surrealdb.Query[[]sdkArticle](ctx, sdk, "SELECT * FROM article", nil)
				return err
			})
		})
	}
}
