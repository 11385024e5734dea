package health_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/health"
)

type db []store.PartHealth

func (d db) Health(context.Context) store.Health { return store.Health{Parts: d} }

func TestReadySaysWhichPartIsDown(t *testing.T) {
	up := store.PartHealth{Engine: store.Postgres, Status: store.StatusUp, Required: true, Latency: 1500 * time.Microsecond}
	down := store.PartHealth{Engine: store.Postgres, Status: store.StatusDown, Required: true, Err: errors.New("refused")}
	optionalDown := store.PartHealth{Engine: store.SurrealDB, Status: store.StatusDown, Err: errors.New("away")}
	full := store.PartHealth{Engine: store.SurrealDB, Status: store.StatusSaturated, Err: errors.New("busy")}
	for name, c := range map[string]struct {
		parts db
		code  int
		body  string
	}{
		"up":        {db{up}, 200, `{"status":"up","parts":[{"engine":"postgresql","status":"up","required":true,"latency_ms":1.5}]}`},
		"degraded":  {db{up, optionalDown}, 200, `{"status":"degraded","parts":[{"engine":"postgresql","status":"up","required":true,"latency_ms":1.5},{"engine":"surrealdb","status":"down","required":false,"error":"away"}]}`},
		"down":      {db{down, optionalDown}, 503, `{"status":"down","parts":[{"engine":"postgresql","status":"down","required":true,"error":"refused"},{"engine":"surrealdb","status":"down","required":false,"error":"away"}]}`},
		"saturated": {db{full}, 200, `{"status":"up","parts":[{"engine":"surrealdb","status":"saturated","required":false,"error":"busy"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			health.Ready(c.parts).ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
			assert.Equal(t, c.code, w.Code)
			assert.Equal(t, "application/json", w.Header().Get("Content-Type"))
			assert.Equal(t, "no-store", w.Header().Get("Cache-Control"))
			assert.JSONEq(t, c.body, w.Body.String())
		})
	}
}

func TestLiveAsksNobody(t *testing.T) {
	w := httptest.NewRecorder()
	health.Live().ServeHTTP(w, httptest.NewRequest("GET", "/livez", nil))
	assert.Equal(t, 200, w.Code)
	var body map[string]any
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &body))
	assert.Equal(t, map[string]any{"status": "up"}, body)
}
