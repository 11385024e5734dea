// Package migrate plans and applies schema migrations for PostgreSQL and for
// SurrealDB.
//
// A migration directory has Atlas's format: files VERSION_NAME.sql or .surql,
// an atlas.sum that hashes them, and Tandem's down/ folder beside them, whose
// files undo those of the same name. [Diff] compares what the directory's files
// build with the desired schema and plans the file that is missing; [Apply]
// brings a database up to date; [Down] takes it back; [New] makes a file to be
// written by hand; [Status], [Validate] and [Hash] look after the directory.
//
// A plan is proven before anybody sees it: it is run on a throw-away copy, whose
// whole catalog must then equal the desired schema's, and its down file must
// lead back to where it began. What Tandem cannot plan is an error that names
// the object, never a silent omission. A change that was written into the
// directory by hand is there in both, and asks for nothing.
//
// Of PostgreSQL, Atlas plans schemas, enums, tables, columns, constraints and
// indexes; Tandem plans extensions, domains, composite types, sequences,
// functions and procedures, views and materialized views, rules, triggers,
// statistics, row-level security, policies, privileges, storage settings, the
// deferrability of foreign keys, and the replacement of enums. Of SurrealDB it
// plans all that belongs to a database.
//
// What a user can mend is a diagnostic. The error results are for what is not
// the user's: a cancelled context, a disk that is full.
package migrate

import (
	"context"
	"time"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
)

// An Engine is a kind of database.
type Engine string

const (
	Postgres Engine = "postgresql"
	Surreal  Engine = "surrealdb"
)

// Ext returns the extension of the engine's migration files, with its dot.
func (e Engine) Ext() string {
	if e == Surreal {
		return ".surql"
	}
	return ".sql"
}

// DiffOptions says what to plan.
type DiffOptions struct {
	// Dir is the migration directory. It need not exist.
	Dir string
	// Name is the new migration's name: letters, digits, _ and -.
	// The default is "migration".
	Name string
	// Desired is the desired schema, in the order in which the files are run.
	Desired []*source.File
	// DevURL is a server on which throw-away databases are made and dropped
	// again: postgres://… for PostgreSQL, where the user must be allowed to
	// create databases; ws://user:pass@host:port/ns/db for SurrealDB, where it
	// may be empty: the plan is then not proven on an engine.
	DevURL string
	// Now is the clock that versions are taken from. The default is time.Now.
	Now func() time.Time
}

// A Change is one statement of a plan.
type Change struct {
	Comment string // what it does, in lower case
	Cmd     string // without the final semicolon
	// Destructive is set where the statement deletes data.
	Destructive bool
}

// A Plan is a migration that leads from what the directory builds to the
// desired schema, and back.
type Plan struct {
	Engine        Engine
	Version, Name string
	Changes       []Change
	Reverse       []Change
	// Up and Down are the texts of the migration file and of its down file.
	Up, Down string
	// Proven is set where the plan was run on an engine, and did what it should.
	Proven bool
}

// FileName returns the name of the plan's files.
func (p *Plan) FileName() string { return fileName(p.Engine, p.Version, p.Name) }

// Diff plans the migration from what the directory's files build to the desired
// schema. The plan is nil where nothing differs, and where the list has errors.
func Diff(ctx context.Context, engine Engine, opts DiffOptions) (*Plan, *diag.List, error) {
	list := &diag.List{}
	if opts.Name == "" {
		opts.Name = "migration"
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	checkName(opts.Name, list)
	dir, err := readDir(engine, opts.Dir)
	if err != nil {
		return nil, list, err
	}
	if dir.check(list); list.HasErrors() {
		return nil, list, nil
	}
	diff := diffPostgres
	if engine == Surreal {
		diff = diffSurreal
	}
	plan, err := diff(ctx, dir, opts, list)
	if err != nil || list.HasErrors() {
		return nil, list, err
	}
	return plan, list, nil
}

// A direction is the changes of one way of a plan.
type direction struct {
	changes []Change
	// singly is set where the changes cannot run in one transaction.
	singly bool
}

func newPlan(engine Engine, dir *directory, opts DiffOptions, up, down direction, irreversible []string) (_ *Plan, err error) {
	p := &Plan{Engine: engine, Version: dir.nextVersion(opts.Now()), Name: opts.Name, Changes: up.changes, Reverse: down.changes}
	head := undoes(p.FileName())
	for _, reason := range irreversible {
		head += "-- not undone: " + reason + "\n"
	}
	if p.Up, err = render(engine, "", up); err != nil {
		return nil, err
	}
	p.Down, err = render(engine, head, down)
	return p, err
}

// undoes returns the comment at the head of a down file.
func undoes(base string) string { return "-- undoes " + base + "\n" }

// New adds an empty migration and an empty down file to the directory at path,
// for statements written by hand, and renews its atlas.sum. It returns the name
// of both files. After they are written, [Hash] must run again.
func New(engine Engine, path, name string, now time.Time) (base string, list *diag.List, err error) {
	list = &diag.List{}
	dir, err := readDir(engine, path)
	if err != nil {
		return "", list, err
	}
	checkName(name, list)
	if dir.check(list); list.HasErrors() {
		return "", list, nil
	}
	base = fileName(engine, dir.nextVersion(now), name)
	return base, list, dir.add(base, "", undoes(base))
}

func checkName(name string, list *diag.List) {
	if !reName.MatchString(name) {
		list.Errorf(source.Span{}, diag.MigrateFileName, "a migration cannot be called %q", name).
			WithHelp("use letters, digits, _ and -")
	}
}

// ApplyOptions says what to apply, and where.
type ApplyOptions struct {
	Dir string
	// URL is the database: postgres://… or ws://user:pass@host:port/ns/db.
	URL string
	// LockTimeout is how long to wait for somebody else who is migrating the
	// same database. The default is not to wait.
	LockTimeout time.Duration
	// AllowDirty applies also to a database that holds objects but no
	// revisions.
	AllowDirty bool
	// Now is the clock for the revisions' times. The default is time.Now.
	Now func() time.Time
	// OperatorVersion is recorded with each revision. The default is "Tandem".
	OperatorVersion string
}

// An AppliedFile is a migration that was run, or taken back.
type AppliedFile struct {
	Version, Name string
	Statements    int
	Duration      time.Duration
}

// A Report says what Apply or Down did: the files that went through, in the
// order in which they ran.
type Report struct {
	Files []AppliedFile
	// Version is the database's version afterwards, or "".
	Version string
}

// Apply runs the directory's pending files in order, each in a transaction of
// its own with its revision, under a lock that admits one applier at a time.
// A PostgreSQL file that begins with the line "-- atlas:txmode none" runs
// outside a transaction. The first file that fails ends the run; what ran
// before it stays, and it leaves nothing but a revision marked with the error.
func Apply(ctx context.Context, engine Engine, opts ApplyOptions) (*Report, *diag.List, error) {
	return withTarget(ctx, engine, opts, func(a *applier) (*Report, error) { return a.apply(ctx) })
}

// Down takes back the newest n applied migrations by their down files, newest
// first, each in a transaction that also deletes its revision.
func Down(ctx context.Context, engine Engine, opts ApplyOptions, n int) (*Report, *diag.List, error) {
	return withTarget(ctx, engine, opts, func(a *applier) (*Report, error) { return a.down(ctx, n) })
}

// A State is where a database stands in the history of a directory.
type State struct {
	// Current is the version of the newest migration that is fully applied, or
	// "".
	Current string
	// Applied and Pending list the migrations by version.
	Applied []AppliedRevision
	Pending []string // file names
	// Failed is the migration whose last attempt failed, or nil.
	Failed *AppliedRevision
	// Abandoned is set where the failed migration changed nothing and its file
	// was deleted: Apply forgets it.
	Abandoned bool
}

// An AppliedRevision is what the database remembers of a migration.
type AppliedRevision struct {
	Version, Name  string
	ExecutedAt     time.Time
	Duration       time.Duration
	Applied, Total int // statements
	Error          string
	ErrorStatement string
}

// Status compares a database with the directory. It changes nothing, but that a
// SurrealDB server makes a database that does not exist when it is asked.
func Status(ctx context.Context, engine Engine, opts ApplyOptions) (*State, *diag.List, error) {
	return status(ctx, engine, opts)
}

// Validate checks that the directory's files are named and hashed as they
// should be and can be split into statements. It needs no database.
func Validate(engine Engine, path string) (*diag.List, error) {
	list := &diag.List{}
	dir, err := readDir(engine, path)
	if err != nil {
		return list, err
	}
	if dir.check(list); list.HasErrors() {
		return list, nil
	}
	for _, f := range dir.files {
		dir.split(f, list)
	}
	return list, nil
}

// Hash writes the directory's atlas.sum anew, after its files were edited on
// purpose.
func Hash(engine Engine, path string) error {
	dir, err := readDir(engine, path)
	if err != nil {
		return err
	}
	return dir.writeSum()
}
