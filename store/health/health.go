// Package health has the HTTP handlers by which an orchestrator learns whether
// a program lives and whether it can do its work.
package health

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/devq-ai/tandem/store"
)

// A Checker can say how it is. Generated DB types are Checkers.
type Checker interface {
	Health(ctx context.Context) store.Health
}

// Live returns a handler that answers 200 with {"status":"up"}: the process
// runs. It asks no database, since restarting the process would mend none.
func Live() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		write(w, http.StatusOK, report{Status: store.StatusUp})
	})
}

type report struct {
	Status store.Status `json:"status"`
	Parts  []part       `json:"parts,omitempty"`
}

type part struct {
	Engine    store.Engine `json:"engine"`
	Status    store.Status `json:"status"`
	Required  bool         `json:"required"`
	LatencyMS float64      `json:"latency_ms,omitempty"`
	Error     string       `json:"error,omitempty"`
}

// Ready returns a handler that asks db's engines and answers with JSON that
// names each part and its status:
//
//	all parts are up or saturated   200, status "up"
//	only optional parts are down    200, status "degraded"
//	a required part is down         503, status "down"
//
// The errors of parts name hosts and users, though never passwords, so the
// endpoint is not for the public.
func Ready(db Checker) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		health := db.Health(r.Context())
		body := report{Status: health.Status(), Parts: make([]part, len(health.Parts))}
		for i, p := range health.Parts {
			body.Parts[i] = part{
				Engine: p.Engine, Status: p.Status, Required: p.Required,
				LatencyMS: float64(p.Latency.Microseconds()) / 1000,
			}
			if p.Err != nil {
				body.Parts[i].Error = p.Err.Error()
			}
		}
		code := http.StatusOK
		if !health.Ready() {
			code = http.StatusServiceUnavailable
		}
		write(w, code, body)
	})
}

func write(w http.ResponseWriter, code int, body report) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the client may have gone away
}
