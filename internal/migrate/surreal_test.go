package migrate_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	surrealdb "github.com/surrealdb/surrealdb.go"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/internal/migrate"
)

// graph is a schema with one of each kind of object that is planned.
const graph = `
DEFINE SEQUENCE tickets BATCH 10 START 100;
DEFINE PARAM $page VALUE 50 COMMENT 'rows of a listing';
DEFINE FUNCTION fn::slug($text: string) -> string { RETURN string::slug($text); };
DEFINE ANALYZER prose TOKENIZERS BLANK, CLASS FILTERS LOWERCASE, SNOWBALL(ENGLISH);
DEFINE TABLE package TYPE NORMAL SCHEMAFULL COMMENT 'a Go package';
DEFINE FIELD name ON package TYPE string ASSERT string::len($value) > 0;
DEFINE FIELD synopsis ON package TYPE option<string>;
DEFINE FIELD tags ON package TYPE set<string> DEFAULT {,};
DEFINE FIELD paths ON package TYPE option<array<array<string>>>;
DEFINE FIELD files ON package TYPE object DEFAULT { go: 0 };
DEFINE FIELD files.go ON package TYPE int DEFAULT 0;
DEFINE FIELD items ON package TYPE array<object> DEFAULT [];
DEFINE FIELD items.*.sku ON package TYPE string;
DEFINE INDEX package_name ON package FIELDS name UNIQUE;
DEFINE TABLE note SCHEMAFULL CHANGEFEED 1d;
DEFINE FIELD title ON note TYPE string VALUE string::trim($value);
DEFINE FIELD about ON note TYPE option<record<package>> REFERENCE ON DELETE UNSET;
DEFINE FIELD status ON note TYPE 'draft' | 'published' DEFAULT 'draft';
DEFINE FIELD embedding ON note TYPE option<array<float, 3>>;
DEFINE INDEX note_text ON note FIELDS title FULLTEXT ANALYZER prose BM25 HIGHLIGHTS;
DEFINE INDEX note_vector ON note FIELDS embedding HNSW DIMENSION 3 DIST COSINE;
DEFINE EVENT noted ON note WHEN $event = 'CREATE' THEN { CREATE log SET what = $after.id };
DEFINE TABLE log SCHEMALESS;
DEFINE TABLE imports TYPE RELATION IN package OUT package ENFORCED SCHEMAFULL;
DEFINE FIELD alias ON imports TYPE option<string>;
DEFINE INDEX imports_pair ON imports FIELDS in, out UNIQUE;
DEFINE TABLE statuses AS SELECT count() AS n, status FROM note GROUP BY status;
DEFINE TABLE ` + "`odd name`" + `;
DEFINE FIELD ` + "`odd field`" + ` ON ` + "`odd name`" + ` TYPE int;
DEFINE ACCESS people ON DATABASE TYPE RECORD SIGNIN (SELECT * FROM package WHERE name = $name) DURATION FOR SESSION 1h;
DEFINE CONFIG GRAPHQL TABLES AUTO FUNCTIONS NONE;
DEFINE CONFIG API PERMISSIONS NONE;
DEFINE USER reader ON DATABASE PASSWORD 'secret' ROLES VIEWER;
`

func newSurrealProject(t *testing.T) *project {
	return &project{t: t, engine: migrate.Surreal, dir: filepath.Join(t.TempDir(), "migrations"), dev: enginetest.Surreal(t), clock: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
}

func connectSurreal(t *testing.T, raw string) *surrealdb.DB {
	t.Helper()
	ctx := context.Background()
	u, err := url.Parse(raw)
	require.NoError(t, err)
	db, err := surrealdb.FromEndpointURLString(ctx, "ws://"+u.Host)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close(ctx) })
	password, _ := u.User.Password()
	_, err = db.SignIn(ctx, surrealdb.Auth{Username: u.User.Username(), Password: password})
	require.NoError(t, err)
	path := strings.Split(u.Path, "/")
	require.NoError(t, db.Use(ctx, path[1], path[2]))
	return db
}

// ask runs a query and returns its last result.
func ask[T any](t *testing.T, db *surrealdb.DB, query string) T {
	t.Helper()
	results, err := surrealdb.Query[T](context.Background(), db, query, nil)
	require.NoError(t, err)
	return (*results)[len(*results)-1].Result
}

func TestAWholeGraphSchemaIsPlannedProvenAppliedAndTakenBack(t *testing.T) {
	p, target := newSurrealProject(t), enginetest.Surreal(t)
	plan := p.plan(graph)
	assert.True(t, plan.Proven)
	databases := ask[map[string]any](t, connectSurreal(t, p.dev), "INFO FOR NS")["databases"].(map[string]any)
	assert.Len(t, databases, 1, "no throw-away database is left")
	again, list := p.diff(graph)
	assert.Nil(t, again, "what was just planned needs no further migration")
	assert.Zero(t, list.Len(), rendered(list))

	before, list := p.status(target)
	require.False(t, list.HasErrors(), rendered(list))
	assert.Len(t, before.Pending, 1)
	assert.Len(t, p.mustApply(target).Files, 1)
	assert.Empty(t, p.mustApply(target).Files)
	db := connectSurreal(t, target)
	assert.Equal(t, "a-b", ask[string](t, db, "RETURN fn::slug('A b')"))
	after, _ := p.status(target)
	assert.Equal(t, plan.Version, after.Current)
	require.Len(t, after.Applied, 1)
	assert.Equal(t, []any{"change", len(plan.Changes), len(plan.Changes)}, []any{after.Applied[0].Name, after.Applied[0].Applied, after.Applied[0].Total})
	assert.Positive(t, after.Applied[0].Duration)
	assert.WithinDuration(t, time.Now(), after.Applied[0].ExecutedAt, time.Minute)

	_, list = p.down(target, 1)
	require.False(t, list.HasErrors(), rendered(list))
	info := ask[map[string]any](t, db, "INFO FOR DB")
	for kind, objects := range info {
		if kind == "configs" {
			assert.Equal(t, map[string]any{"API": "API PERMISSIONS FULL", "GraphQL": "GRAPHQL TABLES NONE FUNCTIONS NONE"}, objects)
			continue
		}
		for name := range objects.(map[string]any) {
			assert.Contains(t, []string{"atlas_schema_revisions", "atlas_schema_lock"}, name, kind)
		}
	}
	p.mustApply(target)
}

func TestEachChangeOfTheGraphIsPlannedAndProven(t *testing.T) {
	tests := map[string]struct{ old, new, want string }{
		"new optional field":     {"DEFINE TABLE log", "DEFINE FIELD note ON package TYPE option<string>; DEFINE TABLE log", "DEFINE FIELD note ON package"},
		"field's type":           {"synopsis ON package TYPE option<string>", "synopsis ON package TYPE option<int>", "DEFINE FIELD OVERWRITE synopsis"},
		"array to string":        {"tags ON package TYPE set<string> DEFAULT {,}", "tags ON package TYPE string DEFAULT ''", "REMOVE FIELD IF EXISTS tags.* ON package"},
		"elements' type":         {"array<array<string>>", "array<array<int>>", "OVERWRITE paths"},
		"drop an array":          {"DEFINE FIELD paths ON package TYPE option<array<array<string>>>;", "", "UPDATE package UNSET paths"},
		"drop a nested field":    {"DEFINE FIELD files.go ON package TYPE int DEFAULT 0;", "", "REMOVE FIELD files.go ON package"},
		"drop an object":         {"DEFINE FIELD files ON package TYPE object DEFAULT { go: 0 };\nDEFINE FIELD files.go ON package TYPE int DEFAULT 0;", "", "UPDATE package UNSET files"},
		"array with fields":      {"items ON package TYPE array<object> DEFAULT []", "items ON package TYPE option<array<object>>", "REMOVE FIELD IF EXISTS items.* ON package"},
		"assertion":              {"string::len($value) > 0", "string::len($value) > 1", "DEFINE FIELD OVERWRITE name"},
		"unique to plain":        {"FIELDS name UNIQUE", "FIELDS name", "DEFINE INDEX OVERWRITE package_name"},
		"drop an index":          {"DEFINE INDEX package_name ON package FIELDS name UNIQUE;", "", "REMOVE INDEX package_name ON package"},
		"analyzer":               {"BLANK, CLASS", "BLANK, PUNCT", "DEFINE ANALYZER OVERWRITE prose"},
		"full text":              {"BM25 HIGHLIGHTS", "BM25", "DEFINE INDEX OVERWRITE note_text"},
		"vector":                 {"DIST COSINE", "DIST EUCLIDEAN", "DEFINE INDEX OVERWRITE note_vector"},
		"function":               {"RETURN string::slug($text)", "RETURN string::slug($text) + '!'", "DEFINE FUNCTION OVERWRITE fn::slug"},
		"drop a function":        {"DEFINE FUNCTION fn::slug($text: string) -> string { RETURN string::slug($text); };", "", "REMOVE FUNCTION fn::slug"},
		"param":                  {"VALUE 50", "VALUE 60", "DEFINE PARAM OVERWRITE $page"},
		"drop a param":           {"DEFINE PARAM $page VALUE 50 COMMENT 'rows of a listing';", "", "REMOVE PARAM $page"},
		"event":                  {"$event = 'CREATE'", "$event = 'DELETE'", "DEFINE EVENT OVERWRITE noted"},
		"drop an event":          {"DEFINE EVENT noted ON note WHEN $event = 'CREATE' THEN { CREATE log SET what = $after.id };", "", "REMOVE EVENT noted ON note"},
		"table's changefeed":     {"CHANGEFEED 1d", "CHANGEFEED 2d", "DEFINE TABLE OVERWRITE note"},
		"schemaless":             {"TABLE log SCHEMALESS", "TABLE log SCHEMAFULL", "DEFINE TABLE OVERWRITE log"},
		"relation to normal":     {"TYPE RELATION IN package OUT package ENFORCED SCHEMAFULL;\nDEFINE FIELD alias ON imports TYPE option<string>;\nDEFINE INDEX imports_pair ON imports FIELDS in, out UNIQUE", "TYPE NORMAL SCHEMAFULL;\nDEFINE FIELD alias ON imports TYPE option<string>", "REMOVE FIELD IF EXISTS in ON imports"},
		"relation's ends":        {"IN package OUT package", "IN package OUT package | note", "DEFINE TABLE OVERWRITE imports"},
		"view":                   {"count() AS n, status FROM", "count() AS notes, status FROM", "REMOVE TABLE statuses"},
		"drop a view":            {"DEFINE TABLE statuses AS SELECT count() AS n, status FROM note GROUP BY status;", "", "REMOVE TABLE statuses"},
		"drop a table":           {"DEFINE TABLE `odd name`;\nDEFINE FIELD `odd field` ON `odd name` TYPE int;", "", "REMOVE TABLE `odd name`"},
		"table to view":          {"DEFINE TABLE log SCHEMALESS;", "DEFINE TABLE log AS SELECT name FROM package;", "REMOVE TABLE log"},
		"drop a field by a name": {"DEFINE FIELD `odd field` ON `odd name` TYPE int;", "", "REMOVE FIELD `odd field` ON `odd name`"},
		"access":                 {"SESSION 1h", "SESSION 2h", "DEFINE ACCESS OVERWRITE people"},
		"drop an access":         {"DEFINE ACCESS people ON DATABASE TYPE RECORD SIGNIN (SELECT * FROM package WHERE name = $name) DURATION FOR SESSION 1h;", "", "REMOVE ACCESS people ON DATABASE"},
		"user":                   {"ROLES VIEWER", "ROLES EDITOR", "DEFINE USER OVERWRITE reader"},
		"sequence's timeout":     {"BATCH 10 START 100", "BATCH 10 START 100 TIMEOUT 2s", "ALTER SEQUENCE tickets TIMEOUT 2s"},
		"graphql":                {"TABLES AUTO FUNCTIONS NONE", "NONE", "DEFINE CONFIG OVERWRITE GRAPHQL TABLES NONE FUNCTIONS NONE"},
		"change of graphql":      {"TABLES AUTO FUNCTIONS NONE", "AUTO", "DEFINE CONFIG OVERWRITE GRAPHQL TABLES AUTO FUNCTIONS AUTO"},
		"drop a configuration":   {"DEFINE CONFIG API PERMISSIONS NONE;", "", "DEFINE CONFIG OVERWRITE API PERMISSIONS FULL"},
		"drop a sequence":        {"DEFINE SEQUENCE tickets BATCH 10 START 100;", "", "REMOVE SEQUENCE tickets"},
	}
	base := newSurrealProject(t)
	base.plan(graph)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := base.fork(t)
			require.Contains(t, graph, test.old)
			plan := p.plan(strings.ReplaceAll(graph, test.old, test.new))
			assert.True(t, plan.Proven)
			assert.Contains(t, plan.Up, test.want)
		})
	}
}

func TestHowADefinitionIsWrittenDoesNotCount(t *testing.T) {
	p := newSurrealProject(t)
	p.plan("DEFINE TABLE a SCHEMAFULL; DEFINE FIELD b ON TABLE a TYPE string DEFAULT \"x\"; DEFINE INDEX i ON a FIELDS b;")
	plan, list := p.diff("-- the same\nDEFINE TABLE IF NOT EXISTS a SCHEMAFULL;\nDEFINE FIELD OVERWRITE b ON a DEFAULT 'x' TYPE string;\nDEFINE INDEX i ON TABLE a COLUMNS b CONCURRENTLY;\n")
	assert.False(t, list.HasErrors(), rendered(list))
	if plan != nil {
		t.Fatal(plan.Up)
	}
}

func TestARemovedFieldLeavesNoRecordThatCannotBeUpdated(t *testing.T) {
	p, target := newSurrealProject(t), enginetest.Surreal(t)
	p.plan("DEFINE TABLE a SCHEMAFULL; DEFINE FIELD b ON a TYPE string; DEFINE FIELD c ON a TYPE array<string>;")
	p.mustApply(target)
	db := connectSurreal(t, target)
	ask[any](t, db, "CREATE a:1 SET b = 'x', c = ['y']")
	p.plan("DEFINE TABLE a SCHEMAFULL; DEFINE FIELD b ON a TYPE string;")
	p.mustApply(target)
	ask[any](t, db, "UPDATE a SET b = 'z'")
	assert.Equal(t, "z", ask[string](t, db, "RETURN a:1.b"))
}

func TestAViewThatChangesIsComputedAnew(t *testing.T) {
	p, target := newSurrealProject(t), enginetest.Surreal(t)
	p.plan("DEFINE TABLE a; DEFINE TABLE v AS SELECT count() AS n, x FROM a GROUP BY x;")
	p.mustApply(target)
	db := connectSurreal(t, target)
	ask[any](t, db, "CREATE a SET x = 1, y = 1; CREATE a SET x = 1, y = 2")
	p.plan("DEFINE TABLE a; DEFINE TABLE v AS SELECT count() AS n, y FROM a GROUP BY y;")
	p.mustApply(target)
	assert.Equal(t, 2, ask[int](t, db, "RETURN array::len(SELECT * FROM v)"))
}

func TestAFailingGraphMigrationLeavesTheDatabaseAsItWas(t *testing.T) {
	p, target := newSurrealProject(t), enginetest.Surreal(t)
	p.write("20260101000000_init.surql", "DEFINE TABLE a SCHEMAFULL;\nDEFINE FIELD n ON a TYPE int;\n")
	p.write("20260102000000_bad.surql", "DEFINE TABLE b;\nCREATE a SET n = 'x';\nDEFINE TABLE c;\n")
	report, list := p.apply(target)
	assert.Len(t, report.Files, 1)
	require.Equal(t, []diag.Code{diag.MigrateFailed}, codes(list))
	d := list.Sorted()[0]
	assert.Equal(t, 2, d.Span.Position().Line)
	assert.Contains(t, d.Message, "Expected `int`")
	db := connectSurreal(t, target)
	tables := ask[map[string]any](t, db, "INFO FOR DB")["tables"].(map[string]any)
	assert.NotContains(t, tables, "b")
	assert.NotContains(t, tables, "c")
	state, _ := p.status(target)
	assert.Equal(t, "20260101000000", state.Current)
	require.NotNil(t, state.Failed)
	assert.Equal(t, []any{0, 3, "CREATE a SET n = 'x'"}, []any{state.Failed.Applied, state.Failed.Total, state.Failed.ErrorStatement})

	p.write("20260102000000_bad.surql", "DEFINE TABLE b;\nCREATE a SET n = 1;\n")
	p.mustApply(target)
	p.write("20260103000000_bad.surql", "CREATE a SET n = 'x';\n")
	_, list = p.apply(target)
	require.Equal(t, []diag.Code{diag.MigrateFailed}, codes(list))
	require.NoError(t, os.Remove(filepath.Join(p.dir, "20260103000000_bad.surql")))
	require.NoError(t, migrate.Hash(p.engine, p.dir))
	p.mustApply(target)
	state, _ = p.status(target)
	assert.Nil(t, state.Failed)
}

func TestOnlyOneApplierOfAGraphRunsAtATime(t *testing.T) {
	p, target := newSurrealProject(t), enginetest.Surreal(t)
	p.write("20260101000000_init.surql", "DEFINE TABLE a;\nSLEEP 300ms;\n")
	var wg sync.WaitGroup
	files := make([]int, 4)
	for i := range files {
		wg.Go(func() {
			report, list, err := migrate.Apply(context.Background(), migrate.Surreal, migrate.ApplyOptions{Dir: p.dir, URL: target, LockTimeout: time.Minute})
			if assert.NoError(t, err) && assert.False(t, list.HasErrors(), rendered(list)) {
				files[i] = len(report.Files)
			}
		})
	}
	wg.Wait()
	assert.ElementsMatch(t, []int{1, 0, 0, 0}, files)
}

func TestALockThatNobodyRenewsIsTakenOver(t *testing.T) {
	p, target := newSurrealProject(t), enginetest.Surreal(t)
	p.write("20260101000000_init.surql", "DEFINE TABLE a;\n")
	db := connectSurreal(t, target)
	ask[any](t, db, "CREATE atlas_schema_lock:apply SET owner = 'somebody', until = time::now() + 1h")
	_, list := p.apply(target)
	assert.Equal(t, []diag.Code{diag.MigrateLocked}, codes(list))
	ask[any](t, db, "UPDATE atlas_schema_lock:apply SET until = time::now() - 1s")
	p.mustApply(target)
	assert.Equal(t, 0, ask[int](t, db, "RETURN array::len(SELECT * FROM atlas_schema_lock)"), "the lock is given back")
}

func TestWhatAGraphPlanDoesNotDoIsAnErrorThatNamesIt(t *testing.T) {
	tests := map[string]struct{ before, after, want string }{
		"sequence's start": {"DEFINE SEQUENCE s START 1;", "DEFINE SEQUENCE s START 5;", "sequence s cannot be changed"},
		"namespace":        {"DEFINE TABLE a;", "DEFINE TABLE a; DEFINE NAMESPACE n;", "not planned: namespace n"},
		"root user":        {"DEFINE TABLE a;", "DEFINE TABLE a; DEFINE USER u ON ROOT PASSWORD 'x';", "not planned: user u"},
		"root's config":    {"DEFINE TABLE a;", "DEFINE TABLE a; DEFINE CONFIG DEFAULT NAMESPACE n DATABASE d;", "not planned: config default"},
		"records":          {"DEFINE TABLE a;", "DEFINE TABLE a; CREATE a SET x = 1;", "this statement defines nothing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := newSurrealProject(t)
			p.plan(test.before)
			_, list := p.diff(test.after)
			assert.Equal(t, []diag.Code{diag.MigrateNotPlanned}, codes(list), rendered(list))
			assert.Contains(t, rendered(list), test.want)
		})
	}
}

func TestRecordsThatStandInTheWayAreForetold(t *testing.T) {
	p := newSurrealProject(t)
	p.plan("DEFINE TABLE a SCHEMALESS; DEFINE FIELD n ON a TYPE int; DEFINE FIELD gone ON a TYPE int;")
	_, list := p.diff("DEFINE TABLE a SCHEMAFULL; DEFINE FIELD n ON a TYPE string; DEFINE FIELD r ON a TYPE int; DEFINE FIELD d ON a TYPE int DEFAULT 7; DEFINE FIELD ok ON a TYPE option<int>; DEFINE INDEX u ON a FIELDS n UNIQUE;")
	require.False(t, list.HasErrors(), rendered(list))
	text := rendered(list)
	for _, want := range []string{
		"field n of table a changes its type", "UPDATE a SET r = … WHERE r = NONE", "UPDATE a SET d = 7 WHERE d = NONE",
		"table a becomes SCHEMAFULL", "field gone of table a is removed with its values", "unique index u",
	} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "lack field ok")
}

func TestTheHelpSaysHowToRenameAField(t *testing.T) {
	p, target := newSurrealProject(t), enginetest.Surreal(t)
	p.plan("DEFINE TABLE a SCHEMAFULL; DEFINE FIELD email ON a TYPE string;")
	p.mustApply(target)
	db := connectSurreal(t, target)
	ask[any](t, db, "CREATE a:1 SET email = 'x'")
	renamed := "DEFINE TABLE a SCHEMAFULL; DEFINE FIELD mail ON a TYPE string;"
	_, list := p.diff(renamed)
	_, script, found := strings.Cut(rendered(list), "write into the file that it makes: ")
	require.True(t, found, rendered(list))
	script, _, _ = strings.Cut(script, "\n")

	base, list, err := migrate.New(p.engine, p.dir, "rename", p.clock.Add(time.Minute))
	require.NoError(t, err)
	require.Zero(t, list.Len())
	p.write(base, script)
	p.mustApply(target)
	ask[any](t, db, "UPDATE a SET mail = mail + 'y'")
	assert.Equal(t, map[string]any{"mail": "xy"}, ask[map[string]any](t, db, "SELECT * OMIT id FROM ONLY a:1"))
	plan, _ := p.diff(renamed)
	assert.Nil(t, plan, "nothing is left to plan")
}

func TestBrokenSurrealQLIsReportedWhereItIs(t *testing.T) {
	p := newSurrealProject(t)
	_, list := p.diff("DEFINE TABLE a;\nDEFINE FEILD b ON a;\n")
	require.True(t, list.HasErrors())
	assert.Equal(t, 2, list.Sorted()[0].Span.Position().Line)

	p.write("20260101000000_a.surql", "BEGIN;\nDEFINE TABLE a;\nCOMMIT;\n")
	list, err := migrate.Validate(p.engine, p.dir)
	require.NoError(t, err)
	assert.Equal(t, []diag.Code{diag.MigrateSyntax, diag.MigrateSyntax}, codes(list))
}

func TestAGraphSchemaThatTheEngineRefusesIsReported(t *testing.T) {
	_, list := newSurrealProject(t).diff("DEFINE TABLE a;\nDEFINE PARAM $p VALUE fn::nowhere();\n")
	require.Contains(t, codes(list), diag.MigrateSchema)
	assert.Equal(t, 2, list.Sorted()[0].Span.Position().Line)
}

func TestASurrealServerThatCannotBeReachedIsADiagnosticWithoutThePassword(t *testing.T) {
	p := &project{t: t, engine: migrate.Surreal, dir: t.TempDir(), dev: "ws://me:hunter2@127.0.0.1:1/ns/db"}
	p.write("20260101000000_a.surql", "DEFINE TABLE a;\n")
	_, applied := p.apply(p.dev)
	_, planned := p.diff("DEFINE TABLE b;")
	good, err := url.Parse(enginetest.Surreal(t))
	require.NoError(t, err)
	good.User = url.UserPassword("root", "hunter2")
	_, refused := p.apply(good.String())
	for _, list := range []*diag.List{applied, planned, refused} {
		require.Contains(t, codes(list), diag.MigrateUnreachable)
		assert.NotContains(t, rendered(list), "hunter2")
	}
	for _, bad := range []string{"ws://me:hunter2@127.0.0.1:x/ns/db", "http://me:hunter2@h/ns/db", "ws://me:hunter2@h/ns"} {
		_, _, err := migrate.Apply(context.Background(), p.engine, migrate.ApplyOptions{Dir: p.dir, URL: bad})
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "hunter2")
	}
}

func TestWithoutADevServerAGraphPlanIsNotProven(t *testing.T) {
	p := newSurrealProject(t)
	p.dev = ""
	plan := p.plan("DEFINE TABLE a;")
	assert.False(t, plan.Proven)
	assert.Equal(t, "-- define table a\nDEFINE TABLE a;\n", plan.Up)
}
