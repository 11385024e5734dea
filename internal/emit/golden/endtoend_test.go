package golden

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	surrealdb "github.com/surrealdb/surrealdb.go"
	"github.com/surrealdb/surrealdb.go/pkg/models"

	articles "github.com/devq-ai/tandem/internal/emit/testdata/golden/bench/graphdb"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
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

// cpuTime returns the processor time that this process, without the engine,
// has used.
func cpuTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// call calls fn b.N times from that many goroutines, and reports the processor
// time of the client.
func call(b *testing.B, callers int, fn func(n int64) error) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	began := cpuTime(b)
	for range callers {
		wg.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := fn(n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(cpuTime(b)-began)/float64(b.N), "client-cpu-ns/op")
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
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("one/callers=%d/tandem", callers), func(b *testing.B) {
			call(b, callers, func(n int64) error {
				_, err := queries.GetArticle(b.Context(), articles.NewArticleID(n%50))
				return err
			})
		})
		b.Run(fmt.Sprintf("one/callers=%d/sdk", callers), func(b *testing.B) {
			call(b, callers, func(n int64) error {
				_, err := surrealdb.Query[*sdkArticle](b.Context(), sdk, "SELECT * FROM ONLY $id", map[string]any{"id": models.NewRecordID("article", n%50)})
				return err
			})
		})
		b.Run(fmt.Sprintf("fifty/callers=%d/tandem", callers), func(b *testing.B) {
			call(b, callers, func(int64) error {
				_, err := queries.ListArticles(b.Context())
				return err
			})
		})
		b.Run(fmt.Sprintf("fifty/callers=%d/sdk", callers), func(b *testing.B) {
			call(b, callers, func(int64) error {
				_, err := surrealdb.Query[[]sdkArticle](b.Context(), sdk, "SELECT * FROM article", nil)
				return err
			})
		})
	}
}
