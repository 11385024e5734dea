package migrate_test

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	atlas "ariga.io/atlas/sql/migrate"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/migrate"
)

// codes returns the codes of the list's errors.
func codes(list *diag.List) (codes []diag.Code) {
	for _, d := range list.Sorted() {
		if d.Severity == diag.Error {
			codes = append(codes, d.Code)
		}
	}
	return codes
}

// write puts a migration written by hand into the directory.
func (p *project) write(name, text string) {
	p.t.Helper()
	require.NoError(p.t, os.MkdirAll(p.dir, 0o755))
	require.NoError(p.t, os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o644))
	require.NoError(p.t, migrate.Hash(p.engine, p.dir))
}

func (p *project) apply(url string) (*migrate.Report, *diag.List) {
	p.t.Helper()
	report, list, err := migrate.Apply(context.Background(), p.engine, migrate.ApplyOptions{Dir: p.dir, URL: url})
	require.NoError(p.t, err)
	return report, list
}

func (p *project) mustApply(url string) *migrate.Report {
	p.t.Helper()
	report, list := p.apply(url)
	require.False(p.t, list.HasErrors(), rendered(list))
	return report
}

func (p *project) down(url string, n int) (*migrate.Report, *diag.List) {
	p.t.Helper()
	report, list, err := migrate.Down(context.Background(), p.engine, migrate.ApplyOptions{Dir: p.dir, URL: url}, n)
	require.NoError(p.t, err)
	return report, list
}

func (p *project) status(url string) (*migrate.State, *diag.List) {
	p.t.Helper()
	state, list, err := migrate.Status(context.Background(), p.engine, migrate.ApplyOptions{Dir: p.dir, URL: url})
	require.NoError(p.t, err)
	return state, list
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func scalar[T any](t *testing.T, conn *pgx.Conn, query string, args ...any) (v T) {
	t.Helper()
	require.NoError(t, conn.QueryRow(context.Background(), query, args...).Scan(&v))
	return v
}

func TestApplyBringsADatabaseUpToDateAndDownTakesItBack(t *testing.T) {
	p, db := newPostgresProject(t), postgresURL(t)
	p.plan(platform)
	p.plan(strings.ReplaceAll(platform, "email citext,", "email citext, phone text,"))
	before, list := p.status(db)
	require.False(t, list.HasErrors())
	assert.Empty(t, before.Current)
	assert.Equal(t, []string{"20260101010000_change.sql", "20260101020000_change.sql"}, before.Pending)

	report := p.mustApply(db)
	require.Len(t, report.Files, 2)
	assert.Equal(t, "20260101020000", report.Version)
	conn := connect(t, db)
	assert.Equal(t, 1, scalar[int](t, conn, "SELECT count(*) FROM information_schema.columns WHERE table_name = 'agents' AND column_name = 'phone'"))
	assert.Empty(t, p.mustApply(db).Files, "a second run has nothing to do")
	after, _ := p.status(db)
	assert.Equal(t, "20260101020000", after.Current)
	assert.Empty(t, after.Pending)
	require.Len(t, after.Applied, 2)
	assert.Positive(t, after.Applied[0].Duration)

	taken, list := p.down(db, 1)
	require.False(t, list.HasErrors(), rendered(list))
	assert.Equal(t, "20260101010000", taken.Version)
	assert.Zero(t, scalar[int](t, conn, "SELECT count(*) FROM information_schema.columns WHERE table_name = 'agents' AND column_name = 'phone'"))
	_, list = p.down(db, 5)
	require.False(t, list.HasErrors(), rendered(list))
	assert.Zero(t, scalar[int](t, conn, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
	_, list = p.down(db, 1)
	assert.Equal(t, []diag.Code{diag.MigrateNothingToDown}, codes(list))
	p.mustApply(db)
}

func TestRevisionsAreThoseThatTheAtlasCommandReads(t *testing.T) {
	p, db := newPostgresProject(t), postgresURL(t)
	p.write("20260101000000_init.sql", "CREATE TABLE a (id int);\nCREATE TABLE b (id int);\n")
	p.mustApply(db)
	conn := connect(t, db)
	sum, err := os.ReadFile(filepath.Join(p.dir, "atlas.sum"))
	require.NoError(t, err)
	var version, description, hash, operator string
	var kind, applied, total int
	var failure, stmt, partial *string
	require.NoError(t, conn.QueryRow(context.Background(), `SELECT version, description, type, applied, total, hash, error, error_stmt, partial_hashes::text, operator_version
		FROM atlas_schema_revisions.atlas_schema_revisions`).Scan(&version, &description, &kind, &applied, &total, &hash, &failure, &stmt, &partial, &operator))
	assert.Equal(t, []any{"20260101000000", "init", 2, 2, 2, "Tandem"}, []any{version, description, kind, applied, total, operator})
	assert.Contains(t, string(sum), "20260101000000_init.sql h1:"+hash+"\n")
	assert.Nil(t, failure)
	assert.Nil(t, stmt)
	assert.Nil(t, partial)
}

func TestWhatABaselineCoversIsNotApplied(t *testing.T) {
	p, db := newPostgresProject(t), postgresURL(t)
	p.write("20260101000000_init.sql", "CREATE TABLE a (id int);\n")
	p.mustApply(db)
	conn := connect(t, db)
	_, err := conn.Exec(context.Background(), "UPDATE atlas_schema_revisions.atlas_schema_revisions SET version = '20260102000000', type = 1, applied = 0, total = 0, hash = ''")
	require.NoError(t, err)
	p.write("20260102000000_later.sql", "CREATE TABLE a (id int);\n")
	p.write("20260103000000_new.sql", "CREATE TABLE b (id int);\n")
	report := p.mustApply(db)
	require.Len(t, report.Files, 1)
	assert.Equal(t, "20260103000000", report.Version)
}

func TestTheAtlasLibraryTakesTheDirectoryForItsOwn(t *testing.T) {
	p := newPostgresProject(t)
	p.plan(platform)
	p.write("20260201000000.sql", "SELECT 1;\n")
	dir, err := atlas.NewLocalDir(p.dir)
	require.NoError(t, err)
	require.NoError(t, atlas.Validate(dir))
	files, err := dir.Files()
	require.NoError(t, err)
	assert.Len(t, files, 2, "down files are not migrations")
	list, err := migrate.Validate(p.engine, p.dir)
	require.NoError(t, err)
	assert.Zero(t, list.Len(), rendered(list))
}

func TestRevisionsAreInTheSchemaOfTheSearchPath(t *testing.T) {
	p, db := newPostgresProject(t), postgresURL(t)
	p.write("20260101000000_init.sql", "CREATE TABLE a (id int);\n")
	u, err := url.Parse(db)
	require.NoError(t, err)
	query := u.Query()
	query.Set("search_path", "public")
	u.RawQuery = query.Encode()
	p.mustApply(u.String())
	assert.Equal(t, 1, scalar[int](t, connect(t, db), "SELECT count(*) FROM public.atlas_schema_revisions"))
	assert.Empty(t, p.mustApply(u.String()).Files)
}

func TestAFailingMigrationLeavesTheDatabaseAsItWas(t *testing.T) {
	p, db := newPostgresProject(t), postgresURL(t)
	p.write("20260101000000_init.sql", "CREATE TABLE a (id int);\n")
	p.write("20260102000000_bad.sql", "CREATE TABLE b (id int);\nINSERT INTO a (idd) VALUES (1);\n")
	p.write("20260103000000_next.sql", "CREATE TABLE c (id int);\n")
	report, list := p.apply(db)
	assert.Len(t, report.Files, 1)
	require.Equal(t, []diag.Code{diag.MigrateFailed}, codes(list))
	d := list.Sorted()[0]
	assert.Contains(t, d.Message, `column "idd" of relation "a" does not exist`)
	assert.Equal(t, "idd", d.Span.Text())
	assert.Equal(t, 2, d.Span.Position().Line)
	conn := connect(t, db)
	assert.Zero(t, scalar[int](t, conn, "SELECT count(*) FROM pg_tables WHERE tablename IN ('b', 'c')"))

	state, _ := p.status(db)
	assert.Equal(t, "20260101000000", state.Current)
	require.NotNil(t, state.Failed)
	assert.Equal(t, "INSERT INTO a (idd) VALUES (1);", state.Failed.ErrorStatement)
	assert.Equal(t, []int{0, 2}, []int{state.Failed.Applied, state.Failed.Total})

	p.write("20260102000000_bad.sql", "CREATE TABLE b (id int);\n")
	assert.Len(t, p.mustApply(db).Files, 2, "the mended file and the one after it")
	state, _ = p.status(db)
	assert.Nil(t, state.Failed)
	assert.Equal(t, "20260103000000", state.Current)
}

func TestADeferredConstraintThatFailsAtTheEndIsReported(t *testing.T) {
	p, db := newPostgresProject(t), postgresURL(t)
	p.write("20260101000000_init.sql", "CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES a DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO a VALUES (1, 2);\n")
	_, list := p.apply(db)
	assert.Equal(t, []diag.Code{diag.MigrateFailed}, codes(list))
	assert.Zero(t, scalar[int](t, connect(t, db), "SELECT count(*) FROM pg_tables WHERE tablename = 'a'"))
}

func TestAFileWithoutATransactionGoesOnWhereItStopped(t *testing.T) {
	p, db := newPostgresProject(t), postgresURL(t)
	p.write("20260101000000_init.sql", "-- atlas:txmode none\n\nCREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\nINSERT INTO nowhere VALUES (1);\n")
	_, list := p.apply(db)
	require.Equal(t, []diag.Code{diag.MigrateFailed}, codes(list))
	conn := connect(t, db)
	assert.Equal(t, 2, scalar[int](t, conn, "SELECT applied FROM atlas_schema_revisions.atlas_schema_revisions"))
	assert.Equal(t, 2, scalar[int](t, conn, "SELECT jsonb_array_length(partial_hashes) FROM atlas_schema_revisions.atlas_schema_revisions"))

	_, err := conn.Exec(context.Background(), "CREATE TABLE nowhere (id int)")
	require.NoError(t, err)
	p.write("20260101000000_init.sql", "-- atlas:txmode none\n\nCREATE TABLE aa (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\nINSERT INTO nowhere VALUES (1);\n")
	_, list = p.apply(db)
	assert.Equal(t, []diag.Code{diag.MigrateHistory}, codes(list), "what ran already must not change")
	p.write("20260101000000_init.sql", "-- atlas:txmode none\n\nCREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\nINSERT INTO nowhere VALUES (1);\n")
	p.mustApply(db)
	assert.Equal(t, 1, scalar[int](t, conn, "SELECT count(*) FROM nowhere"))
	assert.Nil(t, scalar[*string](t, conn, "SELECT error FROM atlas_schema_revisions.atlas_schema_revisions"))
}

func TestOnlyOneApplierRunsAtATime(t *testing.T) {
	p, db := newPostgresProject(t), postgresURL(t)
	p.write("20260101000000_init.sql", "CREATE TABLE a (id int);\nSELECT pg_sleep(0.3);\n")
	var wg sync.WaitGroup
	files := make([]int, 4)
	for i := range files {
		wg.Go(func() {
			report, list, err := migrate.Apply(context.Background(), migrate.Postgres, migrate.ApplyOptions{Dir: p.dir, URL: db, LockTimeout: time.Minute})
			if assert.NoError(t, err) && assert.False(t, list.HasErrors(), rendered(list)) {
				files[i] = len(report.Files)
			}
		})
	}
	wg.Wait()
	assert.ElementsMatch(t, []int{1, 0, 0, 0}, files)
}

func TestApplySaysThatSomebodyElseIsMigrating(t *testing.T) {
	p, db := newPostgresProject(t), postgresURL(t)
	p.write("20260101000000_init.sql", "CREATE TABLE a (id int);\n")
	conn := connect(t, db)
	_, err := conn.Exec(context.Background(), "SELECT pg_advisory_lock($1)", int64(fnv32("atlas_migrate_execute")))
	require.NoError(t, err)
	_, list := p.apply(db)
	assert.Equal(t, []diag.Code{diag.MigrateLocked}, codes(list))
}

func TestADirtyDirectoryIsRefused(t *testing.T) {
	tests := map[string]struct {
		damage func(dir string) error
		want   string
	}{
		"edited": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "20260101000000_a.sql"), []byte("SELECT 2;\n"), 0o644)
		}, "20260101000000_a.sql was edited"},
		"removed":  {func(dir string) error { return os.Remove(filepath.Join(dir, "20260101000000_a.sql")) }, "20260101000000_a.sql is missing"},
		"added":    {func(dir string) error { return os.WriteFile(filepath.Join(dir, "20260103000000_c.sql"), nil, 0o644) }, "20260103000000_c.sql is not in atlas.sum"},
		"inserted": {func(dir string) error { return os.WriteFile(filepath.Join(dir, "20260101000001_c.sql"), nil, 0o644) }, "20260101000001_c.sql is not in atlas.sum"},
		"no sum":   {func(dir string) error { return os.Remove(filepath.Join(dir, "atlas.sum")) }, "no readable atlas.sum"},
		"damaged":  {func(dir string) error { return os.WriteFile(filepath.Join(dir, "atlas.sum"), []byte("h1:x\n"), 0o644) }, "atlas.sum is damaged"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := &project{t: t, engine: migrate.Postgres, dir: t.TempDir(), dev: "postgres://nobody@127.0.0.1:1/x"}
			p.write("20260101000000_a.sql", "SELECT 1;\n")
			p.write("20260102000000_b.sql", "SELECT 1;\n")
			require.NoError(t, test.damage(p.dir))
			list, err := migrate.Validate(p.engine, p.dir)
			require.NoError(t, err)
			require.Equal(t, []diag.Code{diag.MigrateChecksum}, codes(list))
			assert.Contains(t, list.Sorted()[0].Message, test.want)
			_, list = p.apply(p.dev)
			assert.Equal(t, []diag.Code{diag.MigrateChecksum}, codes(list), "before the database is asked")
			_, list = p.diff("")
			assert.Equal(t, []diag.Code{diag.MigrateChecksum}, codes(list))
			_, list = p.status(p.dev)
			assert.Equal(t, []diag.Code{diag.MigrateChecksum}, codes(list))
		})
	}
}

func TestHistoryAndDirectoryMustAgree(t *testing.T) {
	db := func(t *testing.T) (*project, string) {
		p, db := newPostgresProject(t), postgresURL(t)
		p.write("20260101000000_a.sql", "CREATE TABLE a (id int);\n")
		p.write("20260103000000_b.sql", "CREATE TABLE b (id int);\n")
		p.mustApply(db)
		return p, db
	}
	t.Run("changed", func(t *testing.T) {
		p, db := db(t)
		p.write("20260101000000_a.sql", "CREATE TABLE a (id bigint);\n")
		_, list := p.apply(db)
		require.Equal(t, []diag.Code{diag.MigrateHistory}, codes(list), "the files after it are not blamed")
		assert.Contains(t, list.Sorted()[0].Message, "20260101000000_a.sql was changed")
	})
	t.Run("missing", func(t *testing.T) {
		p, db := db(t)
		require.NoError(t, os.Remove(filepath.Join(p.dir, "20260103000000_b.sql")))
		require.NoError(t, migrate.Hash(p.engine, p.dir))
		_, list := p.apply(db)
		require.Equal(t, []diag.Code{diag.MigrateHistory}, codes(list))
		assert.Contains(t, list.Sorted()[0].Message, "20260103000000_b.sql is applied, but its file is missing")
	})
	t.Run("missing before others", func(t *testing.T) {
		p, db := db(t)
		require.NoError(t, os.Remove(filepath.Join(p.dir, "20260101000000_a.sql")))
		require.NoError(t, migrate.Hash(p.engine, p.dir))
		_, list := p.apply(db)
		require.Equal(t, []diag.Code{diag.MigrateHistory}, codes(list), "the files after it are not blamed")
		assert.Contains(t, list.Sorted()[0].Message, "20260101000000_a.sql is applied, but its file is missing")
	})
	t.Run("out of order", func(t *testing.T) {
		p, db := db(t)
		p.write("20260102000000_late.sql", "CREATE TABLE c (id int);\n")
		_, list := p.apply(db)
		require.Equal(t, []diag.Code{diag.MigrateOutOfOrder}, codes(list), "the newer file is not blamed")
		p.write("20260103000000_b.sql", "CREATE TABLE b (id bigint);\n")
		_, list = p.apply(db)
		assert.ElementsMatch(t, []diag.Code{diag.MigrateOutOfOrder, diag.MigrateHistory}, codes(list), "but for its own change")
		assert.Zero(t, scalar[int](t, connect(t, db), "SELECT count(*) FROM pg_tables WHERE tablename = 'c'"))
	})
	t.Run("no down file", func(t *testing.T) {
		p, db := db(t)
		_, list := p.down(db, 1)
		assert.Equal(t, []diag.Code{diag.MigrateNoDown}, codes(list))
	})
}

func TestADatabaseThatHoldsObjectsIsNotTakenForEmpty(t *testing.T) {
	p, db := newPostgresProject(t), postgresURL(t)
	p.write("20260101000000_a.sql", "CREATE TABLE a (id int);\n")
	conn := connect(t, db)
	_, err := conn.Exec(context.Background(), "CREATE TABLE mine (id int)")
	require.NoError(t, err)
	_, list := p.apply(db)
	require.Equal(t, []diag.Code{diag.MigrateNotClean}, codes(list))
	assert.Contains(t, list.Sorted()[0].Message, "table public.mine")
	_, list, err = migrate.Apply(context.Background(), p.engine, migrate.ApplyOptions{Dir: p.dir, URL: db, AllowDirty: true})
	require.NoError(t, err)
	assert.False(t, list.HasErrors())
}

func TestAServerThatCannotBeReachedIsADiagnosticWithoutThePassword(t *testing.T) {
	p := &project{t: t, engine: migrate.Postgres, dir: t.TempDir(), dev: "postgres://me:hunter2@127.0.0.1:1/app?connect_timeout=2"}
	p.write("20260101000000_a.sql", "SELECT 1;\n")
	_, applied := p.apply(p.dev)
	_, planned := p.diff("CREATE TABLE a (id int);")
	_, asked := p.status(p.dev)
	for _, list := range []*diag.List{applied, planned, asked} {
		require.Equal(t, []diag.Code{diag.MigrateUnreachable}, codes(list))
		assert.Contains(t, rendered(list), "127.0.0.1:1")
		assert.NotContains(t, rendered(list), "hunter2")
	}
	_, _, err := migrate.Apply(context.Background(), p.engine, migrate.ApplyOptions{Dir: p.dir, URL: "postgres://me:hunter2@127.0.0.1:x/app"})
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "hunter2")
}

func TestADiffLeavesNoDatabaseBehind(t *testing.T) {
	p := newPostgresProject(t)
	conn := connect(t, p.dev)
	left := func() []string {
		return scalar[[]string](t, conn, "SELECT array_agg(datname::text) FROM pg_database WHERE datname LIKE 'tandem_dev_%'")
	}
	before := left()
	p.diff("CREATE TABLE a (id int);")
	p.diff("CREATE TABEL a (id int);")
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _, err := migrate.Diff(ctx, p.engine, migrate.DiffOptions{Dir: p.dir, DevURL: p.dev, Desired: schemaFiles("SELECT pg_sleep(20);")})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Equal(t, before, left())
}

func TestBrokenSchemaIsReportedWhereItIs(t *testing.T) {
	tests := map[string]struct{ text, at, message string }{
		"syntax":       {"CREATE TABLE ä (id int);\n\nCREATE TABEL b ();\n", "3:8", `syntax error at or near "TABEL"`},
		"unknown type": {"CREATE TABLE a (id int);\nCREATE TABLE b (\n\tname txet\n);\n", "3:7", `type "txet" does not exist`},
		"no position":  {"-- it\nCREATE TABLE a (id int);\nCREATE TABLE a (id int);\n", "3:1", `relation "a" already exists`},
		"in a body":    {"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n\tRETRUN 1;\nEND $$;\n", "3:2", `syntax error at or near "RETRUN"`},
		"commit":       {"CREATE TABLE a (id int);\nCOMMIT;\n", "1:1", "ends the transaction"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, list := newPostgresProject(t).diff(test.text)
			require.Equal(t, []diag.Code{diag.MigrateSchema}, codes(list))
			d := list.Sorted()[0]
			assert.Equal(t, "schema/schema.sql:"+test.at, d.Span.Position().String())
			assert.Contains(t, d.Message, test.message)
		})
	}
}

func TestAMigrationThatFailsOnAnEmptyDatabaseIsReportedWhereItIs(t *testing.T) {
	p := newPostgresProject(t)
	p.write("20260101000000_a.sql", "CREATE TABLE a (id int);\nALTER TABLE b ADD c int;\n")
	_, list := p.diff("CREATE TABLE a (id int);")
	require.Equal(t, []diag.Code{diag.MigrateReplay}, codes(list))
	assert.Equal(t, 2, list.Sorted()[0].Span.Position().Line)
}

func TestWhatIsNotPlannedIsAnErrorThatNamesIt(t *testing.T) {
	tests := map[string]struct{ text, name string }{
		"aggregate":         {"CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);", "aggregate public.total(integer)"},
		"range type":        {"CREATE TYPE span AS RANGE (subtype = int);", "range type public.span"},
		"partition":         {"CREATE TABLE t (id int) PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (9);", "partition public.t1"},
		"inheritance":       {"CREATE TABLE t (id int); CREATE TABLE u () INHERITS (t);", "public.u"},
		"deferrable unique": {"CREATE TABLE t (id int UNIQUE DEFERRABLE);", "constraint t_id_key on public.t"},
		"not valid check":   {"CREATE TABLE t (id int); ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0) NOT VALID;", "constraint c on public.t"},
		"default grant":     {"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;", "default privileges for role"},
		"role":              {"SELECT 1;\nCREATE ROLE tandem_test_role;", "schema.sql:2:13: error: not planned: role tandem_test_role, which the schema creates"},
		"altered role":      {"ALTER ROLE CURRENT_USER SET work_mem = '1MB';", ", which the schema changes: roles belong to the server"},
		"member of a role":  {"GRANT pg_signal_backend TO pg_monitor;", "role pg_monitor, which the schema changes"},
		"rows":              {"CREATE TABLE t (id int); INSERT INTO t VALUES (1);", "schema.sql:1:38: error: not planned: rows of table public.t, of which the schema files leave 1 and the migrations 0"},
		"large object":      {"SELECT lo_create(0);", "large objects, of which the schema files leave 1"},
		"rows of a part":    {"CREATE TABLE t (id int) PARTITION BY LIST (id); CREATE TABLE p PARTITION OF t DEFAULT; INSERT INTO t VALUES (1);", "rows of table public.p"},
		"publication":       {"CREATE PUBLICATION p;", "publication p"},
		"event trigger":     {"CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();", "event trigger e"},
		"operator":          {"CREATE FUNCTION f(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE OPERATOR <+> (LEFTARG = int, RIGHTARG = int, FUNCTION = f);", "operator public.<+>(integer,integer)"},
		"cast":              {"CREATE TYPE e AS ENUM ('a'); CREATE FUNCTION f(e) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE CAST (e AS int) WITH FUNCTION f(e);", "cast (public.e AS integer)"},
		"foreign table":     {"CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE t (id int) SERVER s;", "foreign table public.t"},
		"text search":       {"CREATE TEXT SEARCH CONFIGURATION c (COPY = english);", "text search configuration public.c"},
		"collation":         {"CREATE COLLATION german (provider = icu, locale = 'de');", "collation public.german"},
		"identity options":  {"CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (CACHE 10));", "column public.t.id"},
		"identity index":    {"CREATE TABLE t (id int NOT NULL); CREATE UNIQUE INDEX i ON t (id); ALTER TABLE t REPLICA IDENTITY USING INDEX i;", "table public.t"},
		"system privileges": {"REVOKE EXECUTE ON FUNCTION pg_sleep(double precision) FROM PUBLIC;", "system privileges on function pg_catalog.pg_sleep(double precision)"},
		"member's grant":    {"CREATE EXTENSION citext; GRANT USAGE ON TYPE citext TO pg_monitor;", "system privileges on type public.citext"},
		"owner":             {"CREATE TABLE t (id int); ALTER TABLE t OWNER TO pg_monitor;", "owner pg_monitor of table public.t, which only the schema files have"},
		"extension's text":  {"CREATE EXTENSION citext; COMMENT ON EXTENSION citext IS 'mine';", "extension citext"},
		"depends on":        {"CREATE EXTENSION citext; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION f() DEPENDS ON EXTENSION citext;", "dependency of function public.f() on extension citext"},
		"database":          {"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = %L', current_database(), '1MB'); END $$;", "the change of settings of the database"},
		"conversion":        {"CREATE CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;", "conversion public.c"},
		"operator class":    {"CREATE OPERATOR CLASS c FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(int, int);", "operator class public.c USING btree"},
		"family's member":   {"CREATE FUNCTION f(int, text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'; ALTER OPERATOR FAMILY integer_ops USING btree ADD FUNCTION 1 (int, text) f(int, text);", "function 1 (integer, pg_catalog.text) of pg_catalog.integer_ops"},
		"access method":     {"CREATE ACCESS METHOD m TYPE INDEX HANDLER bthandler;", "access method m"},
		"language":          {"CREATE LANGUAGE l HANDLER plpgsql_call_handler;", "language l"},
		"transform":         {"CREATE FUNCTION f(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'textin'; CREATE TRANSFORM FOR int LANGUAGE plpgsql (FROM SQL WITH FUNCTION f(internal));", "transform"},
		"statistics target": {"CREATE TABLE t (a int, b int); CREATE STATISTICS s ON a, b FROM t; ALTER STATISTICS s SET STATISTICS 10;", "statistics public.s"},
		"index statistics":  {"CREATE TABLE t (a int); CREATE INDEX i ON t ((a + 1)); ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 10;", "index public.i"},
		"view's default":    {"CREATE VIEW v AS SELECT 1 AS a; ALTER VIEW v ALTER a SET DEFAULT 2;", "view public.v"},
		"stored view":       {"CREATE MATERIALIZED VIEW v AS SELECT 'a'::text AS a; ALTER MATERIALIZED VIEW v ALTER a SET STORAGE EXTERNAL;", "materialized view public.v"},
		"unlogged sequence": {"CREATE UNLOGGED SEQUENCE s;", "sequence public.s"},
		"clustered key":     {"CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t CLUSTER ON t_pkey;", "constraint t_pkey on public.t"},
		"clustered":         {"CREATE TABLE t (id int); CREATE INDEX i ON t (id); ALTER TABLE t CLUSTER ON i;", "index public.i"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPostgresProject(t)
			plan, list := p.diff(test.text)
			assert.Nil(t, plan)
			assert.Subset(t, []diag.Code{diag.MigrateNotPlanned, diag.MigrateNotProven}, codes(list))
			assert.True(t, list.HasErrors(), "it must not be silent")
			assert.Contains(t, rendered(list), test.name)
		})
	}
}

func TestWhatIsWrittenByHandIsNotPlannedAgain(t *testing.T) {
	p := newPostgresProject(t)
	text := "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);\nCREATE TABLE t (id int UNIQUE DEFERRABLE);\n"
	p.write("20250101000000_by_hand.sql", text)
	plan, list := p.diff(text)
	assert.Nil(t, plan)
	assert.Zero(t, list.Len(), rendered(list))
	plan = p.plan(text + "CREATE TABLE other (id int);")
	assert.Len(t, plan.Changes, 1)
	_, list = p.diff("CREATE AGGREGATE total(int) (SFUNC = int4mul, STYPE = int);")
	assert.Contains(t, rendered(list), "schema.sql:1:18: error: not planned: the change of aggregate public.total(integer) from `")
	_, list = p.diff("")
	assert.Contains(t, rendered(list), "not planned: the removal of aggregate public.total(integer), which only the migrations have")
}

// What is written by hand must be compared in what it is, not only in whether
// it is there.
func TestAChangeOfWhatIsNotPlannedIsAnErrorThatNamesIt(t *testing.T) {
	tests := map[string]struct{ have, want, name string }{
		"publication": {"CREATE PUBLICATION p WITH (publish = 'insert');", "CREATE PUBLICATION p WITH (publish = 'update');", "the change of publication p from"},
		"text search": {"CREATE TEXT SEARCH CONFIGURATION c (COPY = english);", "CREATE TEXT SEARCH CONFIGURATION c (COPY = simple);", "the change of text search configuration public.c"},
		"collation":   {"CREATE COLLATION c (provider = icu, locale = 'de');", "CREATE COLLATION c (provider = icu, locale = 'en');", "the change of collation public.c"},
		"defaults":    {"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;", "ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO PUBLIC;", "the change of default privileges for role"},
		"comment":     {"CREATE PUBLICATION p; COMMENT ON PUBLICATION p IS 'a';", "CREATE PUBLICATION p;", "the change of publication p"},
		"server":      {"CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (a '1');", "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;", "the change of server s"},
		"range type":  {"CREATE TYPE r AS RANGE (subtype = int);", "CREATE TYPE r AS RANGE (subtype = bigint);", "the change of range type public.r"},
		"base type":   {"CREATE TYPE b;", "CREATE TYPE b; CREATE FUNCTION i(cstring) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'textin'; CREATE FUNCTION o(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'; CREATE TYPE b (INPUT = i, OUTPUT = o);", "the change of base type public.b"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPostgresProject(t)
			p.write("20250101000000_by_hand.sql", test.have)
			plan, list := p.diff(test.have)
			assert.Nil(t, plan)
			assert.Zero(t, list.Len(), rendered(list))
			plan, list = p.diff(test.want)
			assert.Nil(t, plan)
			assert.Contains(t, rendered(list), "not planned: "+test.name)
		})
	}
}

func TestRowsThatAMigrationInsertsAreNoDifference(t *testing.T) {
	p := newPostgresProject(t)
	text := "CREATE TABLE t (id int);\n"
	p.plan(text)
	p.write("20270101000000_seed.sql", "INSERT INTO t VALUES (1), (2);\n")
	plan, list := p.diff(text)
	assert.Nil(t, plan)
	assert.Zero(t, list.Len(), rendered(list))
	assert.True(t, p.plan("CREATE TABLE t (id int, name text NOT NULL DEFAULT '');\n").Proven)
	_, list = p.diff("CREATE TABLE t (id int, name text NOT NULL DEFAULT '');\nINSERT INTO public.t VALUES (1);\n")
	assert.Zero(t, list.Len(), "the schema may insert what a migration inserts too: %s", rendered(list))
	_, list = p.diff("CREATE TABLE t (id int, name text NOT NULL DEFAULT '');\nINSERT INTO public.t VALUES (1), (2), (3);\n")
	assert.Contains(t, rendered(list), "schema.sql:2:13: error: not planned: rows of table public.t, of which the schema files leave 3 and the migrations 2")
}

func TestAPlanIsWrittenWhollyOrNotAtAll(t *testing.T) {
	p := newPostgresProject(t)
	plan, _ := p.diff("CREATE TABLE a (id int);")
	require.NotNil(t, plan)
	require.NoError(t, os.MkdirAll(filepath.Join(p.dir, "atlas.sum"), 0o755), "a folder stands where the sum belongs")
	require.Error(t, plan.Write(p.dir))
	entries, err := os.ReadDir(p.dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
	require.NoError(t, os.Remove(filepath.Join(p.dir, "atlas.sum")))
	require.NoError(t, plan.Write(p.dir))
	list, err := migrate.Validate(p.engine, p.dir)
	require.NoError(t, err)
	assert.Zero(t, list.Len())
	assert.Error(t, plan.Write(p.dir), "the same version twice")
}

func TestVersionsGrowAlsoWhereTheClockDoesNot(t *testing.T) {
	p := newPostgresProject(t)
	p.write("20270101000000_future.sql", "CREATE TABLE a (id int);\n")
	assert.Equal(t, "20270101000001", p.plan("CREATE TABLE a (id int);CREATE TABLE b (id int);").Version)
}

func TestFileNamesAreChecked(t *testing.T) {
	for name, files := range map[string][]string{
		"no version": {"_init.sql"},
		"twice":      {"20260101000000_a.sql", "20260101000000_b.sql"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &project{t: t, engine: migrate.Postgres, dir: t.TempDir()}
			for _, f := range files {
				p.write(f, "SELECT 1;\n")
			}
			list, err := migrate.Validate(p.engine, p.dir)
			require.NoError(t, err)
			assert.Equal(t, []diag.Code{diag.MigrateFileName}, codes(list))
		})
	}
	_, list, err := migrate.Diff(context.Background(), migrate.Postgres, migrate.DiffOptions{Dir: t.TempDir(), Name: "../x"})
	require.NoError(t, err)
	assert.Equal(t, []diag.Code{diag.MigrateFileName}, codes(list))
}

func TestValidateFindsAFileThatCannotBeSplit(t *testing.T) {
	p := &project{t: t, engine: migrate.Postgres, dir: t.TempDir()}
	p.write("20260101000000_a.sql", "CREATE TABLE a (name text DEFAULT 'unclosed);\n")
	list, err := migrate.Validate(p.engine, p.dir)
	require.NoError(t, err)
	assert.Equal(t, []diag.Code{diag.MigrateSyntax}, codes(list))
}

func TestAMigrationDoesNotEndTheTransactionThatItRunsIn(t *testing.T) {
	for _, text := range []string{"BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\n", "CREATE TABLE a (id int);\ncommit work;\n", "ROLLBACK;\n", "START TRANSACTION;\n"} {
		p := &project{t: t, engine: migrate.Postgres, dir: t.TempDir()}
		p.write("20260101000000_a.sql", text)
		list, err := migrate.Validate(p.engine, p.dir)
		require.NoError(t, err)
		assert.Contains(t, codes(list), diag.MigrateSyntax, text)
	}
	p := &project{t: t, engine: migrate.Postgres, dir: t.TempDir()}
	p.write("20260101000000_a.sql", "SAVEPOINT s;\nROLLBACK TO s;\n")
	p.write("20260102000000_b.sql", "-- atlas:txmode none\n\nBEGIN;\nCOMMIT;\n")
	list, err := migrate.Validate(p.engine, p.dir)
	require.NoError(t, err)
	assert.Zero(t, list.Len(), rendered(list))
}

func TestRowsThatStandInTheWayAreForetold(t *testing.T) {
	p := newPostgresProject(t)
	p.plan("CREATE TABLE t (id int, a text, gone text);")
	_, list := p.diff("CREATE TABLE t (id int UNIQUE, a text NOT NULL, b text NOT NULL, c text NOT NULL DEFAULT '');")
	require.False(t, list.HasErrors(), rendered(list))
	text := rendered(list)
	for _, want := range []string{"schema/schema.sql:1:14: warning: column public.t.gone is dropped with its values [migrate/data-loss]", `RENAME COLUMN "gone" TO "b"`, "public.t.a becomes NOT NULL", "public.t.b is added as NOT NULL", "fails where rows are duplicates"} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "public.t.c")
}

func fnv32(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = h*16777619 ^ uint32(s[i])
	}
	return h
}

func TestAMigrationThatFailedAndLeftNothingCanBeGivenUp(t *testing.T) {
	p, db := newPostgresProject(t), postgresURL(t)
	remove := func(name string) {
		require.NoError(t, os.Remove(filepath.Join(p.dir, name)))
		require.NoError(t, migrate.Hash(p.engine, p.dir))
	}
	p.write("20260101000000_init.sql", "CREATE TABLE a (id int);\n")
	p.write("20260102000000_bad.sql", "CREATE TABLE b (id int);\nSELECT 1/0;\n")
	_, list := p.apply(db)
	require.Equal(t, []diag.Code{diag.MigrateFailed}, codes(list))
	remove("20260102000000_bad.sql")

	state, list := p.status(db)
	assert.Zero(t, list.Len(), rendered(list))
	require.NotNil(t, state.Failed)
	assert.Equal(t, "20260102000000", state.Failed.Version)
	assert.True(t, state.Abandoned)
	p.mustApply(db)
	state, _ = p.status(db)
	assert.Nil(t, state.Failed)
	assert.False(t, state.Abandoned)
	assert.Equal(t, "20260101000000", state.Current)

	p.write("20260103000000_bad.sql", "SELECT 1/0;\n")
	p.apply(db)
	remove("20260103000000_bad.sql")
	report, list := p.down(db, 1)
	assert.Equal(t, []diag.Code{diag.MigrateNoDown}, codes(list), rendered(list))
	assert.Equal(t, "20260101000000", report.Version)

	for version, want := range map[string]string{
		"20260104000000": "failed after 0 of its 1 statements", // it leaves an invalid index behind
		"20260105000000": "failed after 1 of its 2 statements",
	} {
		first := "CREATE UNIQUE INDEX CONCURRENTLY i ON a (id);\n"
		if version == "20260105000000" {
			first = "CREATE TABLE c (id int);\nSELECT 1/0;\n"
		} else {
			_, err := connect(t, db).Exec(context.Background(), "INSERT INTO a VALUES (1), (1)")
			require.NoError(t, err)
		}
		name := version + "_none.sql"
		p.write(name, "-- atlas:txmode none\n\n"+first)
		_, list = p.apply(db)
		require.Equal(t, []diag.Code{diag.MigrateFailed}, codes(list))
		_, list = p.down(db, 1)
		assert.Contains(t, rendered(list), want, "what stays is not forgotten")
		remove(name)
		_, list = p.apply(db)
		require.Equal(t, []diag.Code{diag.MigrateHistory}, codes(list))
		assert.Contains(t, rendered(list), want)
		_, err := connect(t, db).Exec(context.Background(), "DELETE FROM atlas_schema_revisions.atlas_schema_revisions WHERE version = $1", version)
		require.NoError(t, err)
	}
}

func TestAFileOfNoStatementsIsApplied(t *testing.T) {
	p, db := newPostgresProject(t), postgresURL(t)
	p.write("20260101000000_a.sql", "-- atlas:txmode none\n")
	p.write("20260102000000_b.sql", "")
	assert.Len(t, p.mustApply(db).Files, 2)
	assert.Empty(t, p.mustApply(db).Files)
}

func TestANewMigrationIsAnEmptyOneToBeWrittenByHand(t *testing.T) {
	p, db := newPostgresProject(t), postgresURL(t)
	p.plan("CREATE TABLE t (id int);")
	base, list, err := migrate.New(p.engine, p.dir, "seed", time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Zero(t, list.Len(), rendered(list))
	assert.Equal(t, "20260101010001_seed.sql", base, "after all others, whatever the clock says")
	list, err = migrate.Validate(p.engine, p.dir)
	require.NoError(t, err)
	assert.Zero(t, list.Len(), rendered(list))
	assert.Len(t, p.mustApply(db).Files, 2)
	_, list = p.down(db, 1)
	assert.Zero(t, list.Len(), rendered(list))

	_, list, err = migrate.New(p.engine, p.dir, "../x", time.Now())
	require.NoError(t, err)
	assert.Equal(t, []diag.Code{diag.MigrateFileName}, codes(list))
	require.NoError(t, os.WriteFile(filepath.Join(p.dir, base), []byte("SELECT 1;\n"), 0o644))
	_, list, err = migrate.New(p.engine, p.dir, "more", time.Now())
	require.NoError(t, err)
	assert.Equal(t, []diag.Code{diag.MigrateChecksum}, codes(list), "a directory that is not in order is not hashed over")
}

func TestAUserWhoIsNoSuperuserApplies(t *testing.T) {
	p, db := newPostgresProject(t), postgresURL(t)
	p.plan("CREATE EXTENSION citext; CREATE TABLE a (id int);")
	role := "plain_" + strings.ToLower(rand.Text()[:8])
	conn := connect(t, db)
	execute := func(query string) {
		_, err := conn.Exec(context.Background(), query)
		require.NoError(t, err)
	}
	u, err := url.Parse(db)
	require.NoError(t, err)
	execute("CREATE ROLE " + role + " LOGIN PASSWORD 'p'; GRANT CREATE ON DATABASE " + u.Path[1:] + " TO " + role + "; GRANT CREATE ON SCHEMA public TO " + role)
	t.Cleanup(func() { execute("DROP OWNED BY " + role + "; DROP ROLE " + role) })
	u.User = url.UserPassword(role, "p")
	p.mustApply(u.String())
}
