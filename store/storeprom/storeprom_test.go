package storeprom_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/storeprom"
)

// scrape returns the lines of the metrics page.
func scrape(t *testing.T, collectors ...prometheus.Collector) string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	for _, c := range collectors {
		require.NoError(t, registry.Register(c))
	}
	w := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	body, err := io.ReadAll(w.Result().Body)
	require.NoError(t, err)
	require.Equal(t, 200, w.Code, string(body))
	return string(body)
}

func TestQueriesAreCountedByResultAndTimed(t *testing.T) {
	o, other := storeprom.NewObserver(), storeprom.NewObserver()
	both := store.Observers(o, other)
	q := &store.Query{Engine: store.Postgres, Name: "GetAgent"}
	for _, err := range []error{nil, nil, &store.Error{Kind: store.KindNotFound}, fmt.Errorf("x: %w", &store.Error{Kind: store.KindTimeout}), errors.New("odd")} {
		both.End(both.Start(t.Context(), q), q, err)
	}
	_ = o.Start(t.Context(), &store.Query{Engine: store.SurrealDB, Name: "Recall"})
	page := scrape(t, o)
	for _, want := range []string{
		`tandem_queries_total{engine="postgresql",query="GetAgent",result="ok"} 2`,
		`tandem_queries_total{engine="postgresql",query="GetAgent",result="not_found"} 1`,
		`tandem_queries_total{engine="postgresql",query="GetAgent",result="timeout"} 1`,
		`tandem_queries_total{engine="postgresql",query="GetAgent",result="other"} 1`,
		`tandem_query_duration_seconds_count{engine="postgresql",query="GetAgent"} 5`,
		`tandem_queries_in_flight{engine="postgresql"} 0`,
		`tandem_queries_in_flight{engine="surrealdb"} 1`,
	} {
		assert.Contains(t, page, want)
	}
	assert.Contains(t, scrape(t, other), `tandem_query_duration_seconds_count{engine="postgresql",query="GetAgent"} 5`)
	o.End(context.Background(), q, nil) // a context that Start did not return is not timed
	assert.Contains(t, scrape(t, o), `tandem_query_duration_seconds_count{engine="postgresql",query="GetAgent"} 5`)
}

type source store.Stats

func (s source) Stats() store.Stats { return store.Stats(s) }

func TestEveryFigureOfAPoolIsExported(t *testing.T) {
	// Each field has a value of its own, which must be found.
	stats := store.PoolStats{Engine: store.Postgres}
	fields := reflect.ValueOf(&stats).Elem()
	values := map[string]string{}
	for i := range fields.NumField() {
		f := fields.Field(i)
		if !f.CanInt() {
			continue
		}
		n := int64(1000 + i)
		values[fields.Type().Field(i).Name] = fmt.Sprintf(" %d\n", n)
		if f.Type().String() == "time.Duration" {
			n *= 1e9
		}
		f.SetInt(n)
	}
	delete(values, "TotalConns") // the sum of the three states
	page := scrape(t, storeprom.NewCollector(source{Pools: []store.PoolStats{stats, {Engine: store.SurrealDB}}}))
	for name, value := range values {
		assert.Equal(t, 1, strings.Count(page, value), "%s must be exported once", name)
	}
	assert.Contains(t, page, `tandem_pool_connections{engine="postgresql",state="idle"}`)
	assert.Contains(t, page, `tandem_pool_connections{engine="surrealdb",state="idle"} 0`)
}
