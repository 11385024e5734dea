package migrate

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	surrealdb "github.com/surrealdb/surrealdb.go"

	"github.com/devq-ai/tandem/internal/diag"
)

const (
	lockTable = "atlas_schema_lock"
	// lockLease is how long a lock outlives an applier that died, and
	// lockRenewal how often a living one renews it.
	lockLease   = 30 * time.Second
	lockRenewal = 10 * time.Second
)

// A surrealTarget is a SurrealDB database that migrations are applied to.
type surrealTarget struct{ db *surrealdb.DB }

// openSurrealTarget returns nil where a diagnostic says that the server cannot
// be reached.
func openSurrealTarget(ctx context.Context, url string, list *diag.List) (target, error) {
	u, err := parseSurrealURL(url)
	if err != nil {
		return nil, err
	}
	db, err := connectSurreal(ctx, u, list)
	if err != nil || db == nil {
		return nil, err
	}
	return &surrealTarget{db}, nil
}

func (t *surrealTarget) close(ctx context.Context) error { return t.db.Close(ctx) }

// tables returns the names of the database's tables.
func (t *surrealTarget) tables(ctx context.Context) (map[string]any, error) {
	info, err := querySurreal[map[string]any](ctx, t.db, "INFO FOR DB", nil)
	if err != nil {
		return nil, fmt.Errorf("read the database's tables: %w", err)
	}
	tables, _ := info["tables"].(map[string]any)
	return tables, nil
}

// lock takes a record for a while that is renewed as long as the applier lives.
func (t *surrealTarget) lock(ctx context.Context, timeout time.Duration) (func() error, error) {
	owner := rand.Text()
	if err := t.defineLock(ctx); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(timeout); ; {
		taken, err := t.take(ctx, owner)
		if err != nil {
			return nil, err
		}
		if taken {
			break
		}
		if time.Now().After(deadline) {
			return nil, errLocked
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	renewing, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		t.renew(renewing, owner)
	}()
	return func() error {
		stop()
		<-done
		_, err := querySurreal[any](context.WithoutCancel(ctx), t.db, "DELETE "+lockTable+":apply WHERE owner = $owner RETURN NONE", map[string]any{"owner": owner})
		if err != nil {
			return fmt.Errorf("release the lock: %w", err)
		}
		return nil
	}, nil
}

// defineLock makes the table of the lock. Appliers that do so at the same time
// can be in each other's way.
func (t *surrealTarget) defineLock(ctx context.Context) error {
	return retryConflict(ctx, func() error {
		_, err := querySurreal[any](ctx, t.db, `DEFINE TABLE IF NOT EXISTS `+lockTable+` SCHEMAFULL COMMENT 'held while migrations are applied';
			DEFINE FIELD IF NOT EXISTS owner ON `+lockTable+` TYPE string;
			DEFINE FIELD IF NOT EXISTS until ON `+lockTable+` TYPE datetime;`, nil)
		return err
	})
}

// take takes the lock if nobody holds it, or who held it died.
func (t *surrealTarget) take(ctx context.Context, owner string) (bool, error) {
	if err := retryConflict(ctx, func() error {
		_, err := querySurreal[any](ctx, t.db, `BEGIN;
			LET $held = (SELECT * FROM ONLY `+lockTable+`:apply);
			IF $held.until = NONE OR $held.until < time::now() {
				UPSERT `+lockTable+`:apply CONTENT { owner: $owner, until: time::now() + <duration> $lease } RETURN NONE;
			};
			COMMIT;`, map[string]any{"owner": owner, "lease": lockLease.String()})
		return err
	}); err != nil {
		return false, err
	}
	holder, err := querySurreal[string](ctx, t.db, "RETURN "+lockTable+":apply.owner ?? ''", nil)
	return holder == owner, err
}

// retryConflict runs fn again while it loses against another transaction.
func retryConflict(ctx context.Context, fn func() error) error {
	for attempt := 0; ; attempt++ {
		err := fn()
		if err == nil || attempt == 20 || !strings.Contains(strings.ToLower(err.Error()), "conflict") {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(attempt+1) * 5 * time.Millisecond):
		}
	}
}

func (t *surrealTarget) renew(ctx context.Context, owner string) {
	tick := time.NewTicker(lockRenewal)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			// A renewal that fails is made up for by the next: the lease is
			// three times as long.
			_, _ = querySurreal[any](ctx, t.db, "UPDATE "+lockTable+":apply SET until = time::now() + <duration> $lease WHERE owner = $owner RETURN NONE",
				map[string]any{"owner": owner, "lease": lockLease.String()})
		}
	}
}

// surrealRevision is a revision as the query below gives it.
type surrealRevision struct {
	Version         string   `json:"version"`
	Description     string   `json:"description"`
	Type            int      `json:"type"`
	Applied         int      `json:"applied"`
	Total           int      `json:"total"`
	ExecutedAt      string   `json:"executed_at"`
	ExecutionTime   int64    `json:"execution_time"`
	Error           string   `json:"error"`
	ErrorStmt       string   `json:"error_stmt"`
	Hash            string   `json:"hash"`
	PartialHashes   []string `json:"partial_hashes"`
	OperatorVersion string   `json:"operator_version"`
}

func (t *surrealTarget) revisions(ctx context.Context) ([]*revision, error) {
	tables, err := t.tables(ctx)
	if err != nil || tables[revisionTable] == nil {
		return nil, err
	}
	rows, err := querySurreal[[]surrealRevision](ctx, t.db, `SELECT version, description, type, applied, total, <string> executed_at AS executed_at, execution_time,
		error ?? '' AS error, error_stmt ?? '' AS error_stmt, hash, partial_hashes, operator_version
		FROM `+revisionTable+` ORDER BY version`, nil)
	if err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	revs := make([]*revision, len(rows))
	for i, r := range rows {
		at, err := time.Parse(time.RFC3339Nano, r.ExecutedAt)
		if err != nil {
			return nil, fmt.Errorf("read revision %s: %w", r.Version, err)
		}
		revs[i] = &revision{
			Version: r.Version, Description: r.Description, Type: r.Type, Applied: r.Applied, Total: r.Total,
			ExecutedAt: at, ExecutionTime: time.Duration(r.ExecutionTime), Error: r.Error, ErrorStmt: r.ErrorStmt,
			Hash: r.Hash, PartialHashes: r.PartialHashes, OperatorVersion: r.OperatorVersion,
		}
	}
	return revs, nil
}

// revisionFields are the columns of Atlas's table in SurrealDB's types.
var revisionFields = []struct{ name, kind string }{
	{"version", "string"}, {"description", "string"}, {"type", "int"}, {"applied", "int"}, {"total", "int"},
	{"executed_at", "datetime"}, {"execution_time", "int"}, {"error", "option<string>"}, {"error_stmt", "option<string>"},
	{"hash", "string"}, {"partial_hashes", "option<array<string>>"}, {"operator_version", "string"},
}

func (t *surrealTarget) prepare(ctx context.Context) error {
	var b strings.Builder
	fmt.Fprintf(&b, "DEFINE TABLE IF NOT EXISTS %s SCHEMAFULL COMMENT 'the migrations that were applied';\n", revisionTable)
	for _, f := range revisionFields {
		fmt.Fprintf(&b, "DEFINE FIELD IF NOT EXISTS %s ON %s TYPE %s;\n", f.name, revisionTable, f.kind)
	}
	if _, err := querySurreal[any](ctx, t.db, b.String(), nil); err != nil {
		return fmt.Errorf("make the table of revisions: %w", err)
	}
	return nil
}

func (t *surrealTarget) occupant(ctx context.Context) (string, error) {
	info, err := querySurreal[map[string]any](ctx, t.db, "INFO FOR DB", nil)
	if err != nil {
		return "", fmt.Errorf("read what the database holds: %w", err)
	}
	for _, kind := range []string{"tables", "functions", "params", "analyzers", "sequences"} {
		objects, _ := info[kind].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(objects)) {
			if name != revisionTable && name != lockTable {
				return strings.TrimSuffix(kind, "s") + " " + name, nil
			}
		}
	}
	return "", nil
}

// The names of the variables do not meet those of a migration's own LET.
const (
	writeRevision = `UPSERT type::record('` + revisionTable + `', $tandem_version) CONTENT object::extend($tandem_revision, {
		executed_at: <datetime> $tandem_executed_at, error: $tandem_error ?: NONE, error_stmt: $tandem_error_stmt ?: NONE, partial_hashes: $tandem_hashes ?? NONE }) RETURN NONE;
`
	deleteRevision = `DELETE type::record('` + revisionTable + `', $tandem_version) RETURN NONE;
`
)

func (t *surrealTarget) run(ctx context.Context, stmts []statement, transactional bool, change revisionChange) error {
	r := change.revision()
	if r == nil {
		return runSurreal(ctx, t.db, stmts, transactional, deleteRevision, map[string]any{"tandem_version": change.delete})
	}
	return runSurreal(ctx, t.db, stmts, transactional, writeRevision, map[string]any{
		"tandem_version": r.Version,
		"tandem_revision": map[string]any{
			"version": r.Version, "description": r.Description, "type": r.Type, "applied": r.Applied, "total": r.Total,
			"execution_time": int64(r.ExecutionTime), "hash": r.Hash, "operator_version": r.OperatorVersion,
		},
		"tandem_executed_at": r.ExecutedAt.UTC().Format(time.RFC3339Nano),
		"tandem_error":       r.Error, "tandem_error_stmt": r.ErrorStmt, "tandem_hashes": r.PartialHashes,
	})
}
