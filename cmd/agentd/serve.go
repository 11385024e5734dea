package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/devq-ai/tandem/gen/agentdb"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/health"
	"github.com/devq-ai/tandem/store/storeprom"
	"github.com/devq-ai/tandem/store/storeslog"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// drainTime is how long requests that are under way may take after SIGTERM.
const drainTime = 20 * time.Second

// serve answers HTTP requests until ctx ends, and then drains. It starts while
// SurrealDB is away, and answers what needs PostgreSQL alone.
func serve(ctx context.Context, listen string, log io.Writer) error {
	logger := slog.New(slog.NewTextHandler(log, nil))
	registry := prometheus.NewRegistry()
	queries := storeprom.NewObserver()
	cfg := store.ConfigFromEnv()
	cfg.Surreal.Optional = true
	cfg.Observer = store.Observers(queries, storeslog.NewObserver(logger, storeslog.Options{}))
	began := time.Now()
	db, err := agentdb.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	registry.MustRegister(queries, storeprom.NewCollector(db))

	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", listen)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           handler(db, registry, logger),
		ReadHeaderTimeout: 5 * time.Second,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	logger.Info("serving", "address", listener.Addr().String(), "start", time.Since(began).Round(time.Millisecond))
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	logger.Info("draining")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("requests were still under way after %s: %w", drainTime, err)
	}
	logger.Info("stopped")
	return nil
}

// api is the service's read endpoints.
type api struct {
	db     *agentdb.DB
	logger *slog.Logger
}

func handler(db *agentdb.DB, metrics prometheus.Gatherer, logger *slog.Logger) http.Handler {
	a := &api{db, logger}
	mux := http.NewServeMux()
	mux.Handle("GET /livez", health.Live())
	mux.Handle("GET /readyz", health.Ready(db))
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /runs", a.answer(a.runs))
	mux.HandleFunc("GET /runs/{id}", a.answer(a.run))
	mux.HandleFunc("GET /packages/{path...}", a.answer(a.pkg))
	return mux
}

// runs lists runs, the latest first: ?workflow= and ?state= choose among them,
// ?before= is the id of the last run of the page before.
func (a *api) runs(r *http.Request) (any, error) {
	query := r.URL.Query()
	params := agentdb.ListRunsParams{PageSize: 20}
	if name := query.Get("workflow"); name != "" {
		params.Workflow = &name
	}
	if text := query.Get("state"); text != "" {
		state := agentdb.RunState(text)
		if !state.Valid() {
			return nil, badRequest{"state is one of pending, running, succeeded, failed and cancelled"}
		}
		params.State = &state
	}
	if text := query.Get("before"); text != "" {
		id, err := uuid.Parse(text)
		if err != nil {
			return nil, badRequest{"before is the id of a run"}
		}
		run, err := a.db.Runs.GetRun(r.Context(), id)
		if err != nil {
			return nil, err
		}
		params.BeforeID, params.BeforeQueuedAt = &run.ID, &run.QueuedAt
	}
	return a.db.Runs.ListRuns(r.Context(), params)
}

// run returns one run with its steps and events.
func (a *api) run(r *http.Request) (any, error) {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return nil, badRequest{"the path ends with the id of a run"}
	}
	run, err := a.db.Runs.GetRunOverview(r.Context(), id)
	if err != nil {
		return nil, err
	}
	steps, err := a.db.Runs.ListRunSteps(r.Context(), id)
	if err != nil {
		return nil, err
	}
	events, err := a.db.RunEvents.ListEvents(r.Context(), agentdb.ListEventsParams{
		RunID: id, MinLevel: agentdb.EventLevelInfo, PageSize: 100,
	})
	if err != nil {
		return nil, err
	}
	return struct {
		agentdb.RunOverview
		StepList  []agentdb.ListRunStepsRow `json:"step_list"`
		EventList []agentdb.ListEventsRow   `json:"event_list"`
	}{run, steps, events}, nil
}

// pkg returns a package of the graph with what it imports and what imports it.
func (a *api) pkg(r *http.Request) (any, error) {
	id := agentdb.NewPackageID(r.PathValue("path"))
	pkg, err := a.db.Packages.GetPackage(r.Context(), id)
	if err != nil {
		return nil, err
	}
	neighbours, err := a.db.Packages.ImportsOf(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return struct {
		agentdb.Package
		Imports    []agentdb.PackageID `json:"imports"`
		ImportedBy []agentdb.PackageID `json:"imported_by"`
	}{pkg, neighbours.Imports, neighbours.ImportedBy}, nil
}

// badRequest is an error of the client's.
type badRequest struct{ message string }

func (e badRequest) Error() string { return e.message }

// answer makes a handler of a function that returns what to send as JSON.
func (a *api) answer(find func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := find(r)
		code := http.StatusOK
		if err != nil {
			code = status(err)
			message := err.Error()
			if code >= http.StatusInternalServerError {
				a.logger.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "error", err)
				message = http.StatusText(code) // what went wrong inside is not for clients
			}
			if code == http.StatusServiceUnavailable {
				w.Header().Set("Retry-After", "1")
			}
			body = map[string]string{"error": message}
		}
		text, err := json.Marshal(body)
		if err != nil {
			code, text = http.StatusInternalServerError, []byte(`{"error":"the answer cannot be written as JSON"}`)
			a.logger.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "error", err)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_, _ = w.Write(append(text, '\n')) // the client may have gone away
	}
}

// status maps an error to a status code. Both engines' errors are of the same
// kinds.
func status(err error) int {
	switch {
	case errors.As(err, new(badRequest)):
		return http.StatusBadRequest
	case errors.Is(err, store.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, store.ErrUnavailable):
		return http.StatusServiceUnavailable
	case errors.Is(err, store.ErrTimeout):
		return http.StatusGatewayTimeout
	}
	return http.StatusInternalServerError
}
