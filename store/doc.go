// Package store is the runtime of the data layers that Tandem generates, as
// far as it is the same for both engines: configuration, life cycle, health,
// errors, observation and the repetition of calls. Packages pg and surreal have
// the pools.
//
// A data layer is opened with a Config and closed with Close:
//
//	db, err := agentdb.Open(ctx, store.ConfigFromEnv())
//	if err != nil {
//		return err
//	}
//	defer db.Close()
//
// # Errors
//
// Every failed call returns an *Error, which has a Kind and matches the kind's
// sentinel:
//
//	agent, err := db.Agents.GetAgent(ctx, id)
//	if errors.Is(err, store.ErrNotFound) {
//		…
//	}
//
// It names the query and, for a query of several statements, the line of the
// one that failed. Its SafeToRetry says whether the same call may be made
// again. Calls outside of transactions that failed because the engine was
// unreachable or because a concurrent transaction won are repeated by
// themselves where that is safe, Config.CallAttempts times in all.
//
// # Observation
//
// An Observer sees each call once. Packages storeprom and storeslog have
// observers for Prometheus and log/slog; Observers joins several. Package
// health has handlers for an orchestrator's questions.
package store
