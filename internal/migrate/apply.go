package migrate

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
)

// The types of a revision, as Atlas numbers them.
const (
	revisionBaseline = 1
	revisionExecuted = 2
)

// revisionTable is the name of the table, and of its schema in PostgreSQL, that
// remembers what was applied.
const revisionTable = "atlas_schema_revisions"

// A revision is what a database remembers of a migration. Its fields are the
// columns of Atlas's table.
type revision struct {
	Version       string
	Description   string
	Type          int
	Applied       int // statements
	Total         int
	ExecutedAt    time.Time
	ExecutionTime time.Duration
	Error         string
	ErrorStmt     string
	Hash          string
	// PartialHashes are those of the applied statements while a file that runs
	// without a transaction is not through; nil for one that has a transaction.
	PartialHashes   []string
	OperatorVersion string
}

func (r *revision) complete() bool {
	return r.Type&revisionBaseline != 0 || r.Applied == r.Total && r.Error == ""
}

// leftNothing reports whether the migration failed and changed nothing: its
// transaction was rolled back. Without one, even the first statement can leave
// something behind, as an index that is built concurrently does.
func (r *revision) leftNothing() bool {
	return !r.complete() && r.Applied == 0 && r.PartialHashes == nil
}

func (r *revision) report() AppliedRevision {
	return AppliedRevision{
		Version: r.Version, Name: r.Description, ExecutedAt: r.ExecutedAt, Duration: r.ExecutionTime,
		Applied: r.Applied, Total: r.Total, Error: r.Error, ErrorStatement: r.ErrorStmt,
	}
}

var errLocked = errors.New("the lock is taken")

// A target is a database that migrations are applied to. It is used by one
// goroutine.
type target interface {
	// lock keeps others from migrating the database, or returns errLocked
	// after the timeout.
	lock(ctx context.Context, timeout time.Duration) (unlock func() error, err error)
	// revisions returns what was applied, by version; nothing where the table
	// does not exist.
	revisions(ctx context.Context) ([]*revision, error)
	// prepare makes the table of revisions where it does not exist.
	prepare(ctx context.Context) error
	// occupant names something that the database holds beside revisions, or "".
	occupant(ctx context.Context) (string, error)
	// run runs statements and then changes the revisions, in one transaction
	// where asked, and otherwise in none. A statement that the database
	// refuses is a stmtError.
	run(ctx context.Context, stmts []statement, transactional bool, change revisionChange) error
	close(ctx context.Context) error
}

// A revisionChange writes a revision, or deletes one.
type revisionChange struct {
	write  *revision
	began  time.Time // of the execution, for a revision that is written
	delete string    // version
}

// revision returns the revision to write with its execution time, or nil.
func (c revisionChange) revision() *revision {
	if c.write == nil {
		return nil
	}
	r := *c.write
	r.ExecutionTime = time.Since(c.began)
	return &r
}

func openTarget(ctx context.Context, engine Engine, url string, list *diag.List) (target, error) {
	if engine == Surreal {
		return openSurrealTarget(ctx, url, list)
	}
	return openPgTarget(ctx, url, list)
}

// An applier runs a directory's files against a database.
type applier struct {
	dir    *directory
	target target
	opts   ApplyOptions
	list   *diag.List
}

// withTarget calls fn with the lock held.
func withTarget(ctx context.Context, engine Engine, opts ApplyOptions, fn func(*applier) (*Report, error)) (report *Report, list *diag.List, err error) {
	list = &diag.List{}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.OperatorVersion == "" {
		opts.OperatorVersion = "Tandem"
	}
	dir, err := readDir(engine, opts.Dir)
	if err != nil {
		return nil, list, err
	}
	if dir.check(list); list.HasErrors() {
		return nil, list, nil
	}
	t, err := openTarget(ctx, engine, opts.URL, list)
	if err != nil || t == nil {
		return nil, list, err
	}
	defer func() { err = errors.Join(err, t.close(context.WithoutCancel(ctx))) }()
	unlock, err := t.lock(ctx, opts.LockTimeout)
	if errors.Is(err, errLocked) {
		list.Errorf(source.Span{}, diag.MigrateLocked, "somebody else is migrating this database").WithHelp("wait until they are done, or give a longer lock timeout")
		return nil, list, nil
	}
	if err != nil {
		return nil, list, fmt.Errorf("lock the database: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	report, err = fn(&applier{dir, t, opts, list})
	return report, list, err
}

// apply runs what is pending.
func (a *applier) apply(ctx context.Context) (*Report, error) {
	report := &Report{}
	revs, err := a.target.revisions(ctx)
	if err != nil {
		return nil, err
	}
	report.Version = current(revs)
	h := compareHistory(a.dir, revs, a.list)
	if a.list.HasErrors() {
		return report, nil
	}
	for _, r := range h.abandoned {
		if err := a.target.run(ctx, nil, false, revisionChange{delete: r.Version}); err != nil {
			return nil, fmt.Errorf("forget %s, which failed and has no file any more: %w", a.dir.fileOf(r), err)
		}
	}
	if len(h.pending) == 0 {
		return report, nil
	}
	if len(revs) == 0 && !a.opts.AllowDirty {
		found, err := a.target.occupant(ctx)
		if err != nil {
			return nil, err
		}
		if found != "" {
			a.list.Errorf(source.Span{}, diag.MigrateNotClean, "the database has no revisions, but it holds %s", found).
				WithHelp("apply to an empty database, or allow a dirty one")
			return report, nil
		}
	}
	if err := a.target.prepare(ctx); err != nil {
		return nil, err
	}
	for _, f := range h.pending {
		done, err := a.applyFile(ctx, f, revs)
		if err != nil || done == nil {
			return report, err
		}
		report.Files = append(report.Files, *done)
		report.Version = f.version
	}
	return report, nil
}

// applyFile runs one file. It returns nil where a diagnostic says why not.
func (a *applier) applyFile(ctx context.Context, f *migrationFile, revs []*revision) (*AppliedFile, error) {
	stmts := a.dir.split(f, a.list)
	if a.list.HasErrors() {
		return nil, nil
	}
	hashes := partialHashes(stmts)
	rev := &revision{
		Version: f.version, Description: f.name, Type: revisionExecuted, Total: len(stmts),
		ExecutedAt: a.opts.Now(), Hash: f.hash, OperatorVersion: a.opts.OperatorVersion,
	}
	if i := slices.IndexFunc(revs, func(r *revision) bool { return r.Version == f.version }); i >= 0 && revs[i].Applied > 0 {
		// The first statements were run, outside a transaction.
		rev.Applied, rev.PartialHashes = revs[i].Applied, revs[i].PartialHashes
		if n := len(rev.PartialHashes); rev.Applied > len(stmts) || !slices.Equal(rev.PartialHashes, hashes[:min(n, len(hashes))]) {
			a.list.Errorf(f.Span(0, 0), diag.MigrateHistory, "statements of %s that were run already have changed since", f.base)
			return nil, nil
		}
	}
	began := time.Now()
	var err error
	if transactional(f.Text) || len(stmts) == 0 {
		finished := *rev
		finished.Applied, finished.PartialHashes = rev.Total, nil
		err = a.target.run(ctx, stmts[rev.Applied:], true, revisionChange{write: &finished, began: began})
	} else {
		err = a.runSingly(ctx, stmts, hashes, rev, began)
	}
	if err == nil {
		return &AppliedFile{f.version, f.name, len(stmts), time.Since(began)}, nil
	}
	return nil, a.failed(ctx, f, rev, err, began)
}

// runSingly runs statements without a transaction and remembers each.
func (a *applier) runSingly(ctx context.Context, stmts []statement, hashes []string, rev *revision, began time.Time) error {
	rev.PartialHashes = hashes[:rev.Applied]
	for rev.Applied < len(stmts) {
		next := *rev
		next.Applied++
		next.PartialHashes = hashes[:next.Applied]
		if next.Applied == len(stmts) {
			next.PartialHashes = nil
		}
		if err := a.target.run(ctx, stmts[rev.Applied:next.Applied], false, revisionChange{write: &next, began: began}); err != nil {
			return err
		}
		*rev = next
	}
	return nil
}

// failed records and reports that a file did not go through.
func (a *applier) failed(ctx context.Context, f *migrationFile, rev *revision, err error, began time.Time) error {
	var refused *stmtError
	if ctx.Err() != nil || !errors.As(err, &refused) {
		return fmt.Errorf("apply %s: %w", f.base, err)
	}
	a.list.Errorf(refused.span(f.File), diag.MigrateFailed, "migration %s fails: %s", f.base, message(err)).WithHelp("%s", hint(err))
	rev.Error, rev.ErrorStmt = message(err), refused.stmt.Text
	if err := a.target.run(ctx, nil, false, revisionChange{write: rev, began: began}); err != nil {
		return fmt.Errorf("record that %s failed: %w", f.base, err)
	}
	return nil
}

// partialHashes returns, for each statement, the hash of all up to it.
func partialHashes(stmts []statement) []string {
	h := sha256.New()
	sums := make([]string, len(stmts))
	for i, s := range stmts {
		h.Write([]byte(s.Text))
		sums[i] = "h1:" + base64.StdEncoding.EncodeToString(h.Sum(nil))
	}
	return sums
}

// current returns the version of the newest migration that is fully applied.
func current(revs []*revision) string {
	for _, r := range slices.Backward(revs) {
		if r.complete() {
			return r.Version
		}
	}
	return ""
}

// A history is what a directory and the revisions of a database say together.
type history struct {
	pending []*migrationFile // the files that are still to be run
	// abandoned are the revisions of files that failed, left nothing behind and
	// were deleted since.
	abandoned []*revision
}

// compareHistory adds an error where files and revisions do not tell the same
// story.
func compareHistory(dir *directory, revs []*revision, list *diag.List) history {
	byVersion := map[string]*revision{}
	baseline, last := "", ""
	for _, r := range revs {
		byVersion[r.Version] = r
		if r.Type&revisionBaseline != 0 {
			baseline = r.Version
		}
		if r.complete() {
			last = r.Version
		}
	}
	var h history
	var before []*migrationFile // up to the last applied file, without those that are out of order
	for _, f := range dir.files {
		r := byVersion[f.version]
		switch {
		case f.version <= baseline || r != nil && r.complete():
			before = append(before, f)
		case f.version < last:
			list.Errorf(f.Span(0, 0), diag.MigrateOutOfOrder, "migration %s is pending, but the newer %s is applied", f.base, last).
				WithHelp("give it a newer version and run tandem migrate hash")
		default:
			h.pending = append(h.pending, f)
		}
		delete(byVersion, f.version)
	}
	missing := ""
	for _, r := range revs {
		switch {
		case byVersion[r.Version] == nil || r.Version <= baseline:
		case r.leftNothing():
			h.abandoned = append(h.abandoned, r)
		case !r.complete():
			list.Errorf(source.Span{}, diag.MigrateHistory, "migration %s failed after %d of its %d statements, and its file is missing from %s", dir.fileOf(r), r.Applied, r.Total, dir.path).
				WithHelp("bring back the file and finish it with tandem migrate apply; or undo by hand what it did, and delete version %s from %s", r.Version, revisionTable)
		default:
			missing = cmp.Or(missing, r.Version)
			list.Errorf(source.Span{}, diag.MigrateHistory, "migration %s is applied, but its file is missing from %s", dir.fileOf(r), dir.path).
				WithHelp("bring back the file; tandem migrate down can then take it back")
		}
	}
	if f := changedFile(before, revs, baseline, missing); f != nil {
		list.Errorf(f.Span(0, 0), diag.MigrateHistory, "migration %s was changed after it was applied", f.base).
			WithHelp("bring back the file as it was applied, and write the change into a new migration")
	}
	return h
}

// changedFile returns the first of the applied files, after the baseline, that
// is not what was applied, or nil. A hash covers all files before its own, so
// that none tells anything after the first that differs or is missing.
func changedFile(applied []*migrationFile, revs []*revision, baseline, missing string) *migrationFile {
	hashes := hashFiles(applied)
	for _, f := range applied {
		if missing != "" && f.version > missing {
			return nil
		}
		r := slices.IndexFunc(revs, func(r *revision) bool { return r.Version == f.version })
		if hash, err := hashes.SumByName(f.base); err == nil && f.version > baseline && revs[r].Hash != "" && revs[r].Hash != hash {
			return f
		}
	}
	return nil
}

// down takes back the newest n applied migrations.
func (a *applier) down(ctx context.Context, n int) (*Report, error) {
	report := &Report{}
	revs, err := a.target.revisions(ctx)
	if err != nil {
		return nil, err
	}
	report.Version = current(revs)
	if compareHistory(a.dir, revs, a.list); a.list.HasErrors() {
		return report, nil
	}
	if report.Version == "" && n > 0 {
		a.list.Errorf(source.Span{}, diag.MigrateNothingToDown, "no migration is applied")
		return report, nil
	}
	for len(revs) > 0 && n > 0 {
		last := revs[len(revs)-1]
		revs = revs[:len(revs)-1]
		done, err := a.revert(ctx, last)
		if err != nil || a.list.HasErrors() {
			return report, err
		}
		report.Version = current(revs)
		if done != nil {
			report.Files = append(report.Files, *done)
			n--
		}
	}
	return report, nil
}

// revert takes back one migration. A failed one that left nothing behind is
// forgotten, and counts for nothing.
func (a *applier) revert(ctx context.Context, r *revision) (*AppliedFile, error) {
	forget := revisionChange{delete: r.Version}
	base := a.dir.fileOf(r)
	switch {
	case r.leftNothing():
		return nil, a.target.run(ctx, nil, false, forget)
	case !r.complete():
		a.list.Errorf(source.Span{}, diag.MigrateHistory, "migration %s failed after %d of its %d statements, without a transaction", base, r.Applied, r.Total).
			WithHelp("finish it with tandem migrate apply first")
		return nil, nil
	}
	f, err := a.dir.down(base)
	if err != nil {
		return nil, err
	}
	if f == nil {
		a.list.Errorf(source.Span{}, diag.MigrateNoDown, "migration %s has no down file", base).
			WithHelp("write %s/%s/%s", a.dir.path, downFolder, base)
		return nil, nil
	}
	stmts := a.dir.split(f, a.list)
	if a.list.HasErrors() {
		return nil, nil
	}
	began := time.Now()
	err = a.target.run(ctx, stmts, transactional(f.Text), forget)
	var refused *stmtError
	if ctx.Err() == nil && errors.As(err, &refused) {
		a.list.Errorf(refused.span(f.File), diag.MigrateFailed, "the way down from %s fails: %s", base, message(err)).WithHelp("%s", hint(err))
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("revert %s: %w", base, err)
	}
	return &AppliedFile{r.Version, r.Description, len(stmts), time.Since(began)}, nil
}

func status(ctx context.Context, engine Engine, opts ApplyOptions) (state *State, list *diag.List, err error) {
	list = &diag.List{}
	dir, err := readDir(engine, opts.Dir)
	if err != nil {
		return nil, list, err
	}
	if dir.check(list); list.HasErrors() {
		return nil, list, nil
	}
	t, err := openTarget(ctx, engine, opts.URL, list)
	if err != nil || t == nil {
		return nil, list, err
	}
	defer func() { err = errors.Join(err, t.close(context.WithoutCancel(ctx))) }()
	revs, err := t.revisions(ctx)
	if err != nil {
		return nil, list, err
	}
	state = &State{Current: current(revs)}
	for _, r := range revs {
		if r.complete() {
			state.Applied = append(state.Applied, r.report())
		} else {
			failed := r.report()
			state.Failed = &failed
		}
	}
	h := compareHistory(dir, revs, list)
	for _, f := range h.pending {
		state.Pending = append(state.Pending, f.base)
	}
	state.Abandoned = len(h.abandoned) > 0
	return state, list, nil
}
