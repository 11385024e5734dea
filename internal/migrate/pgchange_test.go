package migrate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAnEnumOfAnOddNameLosesAValue(t *testing.T) {
	p := newPostgresProject(t)
	schema := `CREATE SCHEMA "Odd"; CREATE TYPE "Odd"."The Kind" AS ENUM ('a', 'b', 'it''s');
		CREATE TABLE "Odd.Table" ("the.kind" "Odd"."The Kind" DEFAULT 'a' CONSTRAINT "not b" CHECK ("the.kind" <> 'b'), kinds "Odd"."The Kind"[]);
		CREATE INDEX "an.index" ON "Odd.Table" ("the.kind") WHERE "the.kind" = 'a';`
	p.plan(schema)
	assert.True(t, p.plan(strings.ReplaceAll(schema, `, 'it''s'`, "")).Proven)
}

func TestANamedPrimaryKeyChangesItsColumns(t *testing.T) {
	p := newPostgresProject(t)
	p.plan("CREATE TABLE t (a int, b int, CONSTRAINT k PRIMARY KEY (a)); CREATE INDEX i ON t (b) WITH (fillfactor = 50);")
	assert.True(t, p.plan("CREATE TABLE t (a int NOT NULL, b int, CONSTRAINT k PRIMARY KEY (b, a)); CREATE INDEX i ON t (b) WITH (fillfactor = 60);").Proven)
}

func TestPrivilegesOutliveTheReplacementOfTheirObject(t *testing.T) {
	p := newPostgresProject(t)
	schema := "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t; GRANT SELECT ON v TO pg_monitor; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;"
	p.plan(schema)
	plan := p.plan(strings.NewReplacer("a int", "a bigint", "RETURNS int", "RETURNS bigint").Replace(schema))
	assert.True(t, plan.Proven)
	assert.Contains(t, plan.Up, "GRANT SELECT ON TABLE public.v TO pg_monitor")
}

// Each change is planned on top of the platform schema; that it leads there and
// back is proven by the plan itself.
func TestEachChangeOfTheSchemaIsPlannedAndProven(t *testing.T) {
	replace := func(old, new string) func(string) string {
		return func(s string) string {
			if !strings.Contains(s, old) {
				panic("the schema does not contain " + old)
			}
			return strings.ReplaceAll(s, old, new)
		}
	}
	add := func(more string) func(string) string { return func(s string) string { return s + more } }
	tests := map[string]struct {
		change func(string) string
		want   []string
	}{
		"function body":                {replace("it's; fine", "it's; better"), []string{"CREATE OR REPLACE FUNCTION public.touch()"}},
		"add a column under views":     {replace("attempts int NOT NULL DEFAULT 0,", "attempts int NOT NULL DEFAULT 0, note text,"), []string{`ADD COLUMN "note" text`}},
		"type of a column under views": {replace("slug slug NOT NULL UNIQUE", "slug text NOT NULL UNIQUE"), []string{"DROP VIEW public.busy_agents", "USING \"slug\"::text"}},
		"drop a column under a view": {func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(s, "r.state FROM", "r.agent_id AS agent FROM"), "CREATE VIEW active_runs AS SELECT r.id, ", "CREATE VIEW active_runs AS SELECT ")
		}, []string{"DROP VIEW public.active_runs", "CREATE VIEW public.busy_agents"}},
		"view gets a column at its end": {replace("r.state FROM runs r", "r.state, r.attempts FROM runs r"), []string{"CREATE OR REPLACE VIEW public.active_runs"}},
		"materialized view":             {replace("AS n FROM runs GROUP", "AS runs FROM runs GROUP"), []string{"DROP MATERIALIZED VIEW", "CREATE UNIQUE INDEX run_counts_agent"}},
		"index of a materialized view":  {replace("CREATE UNIQUE INDEX run_counts_agent", "CREATE INDEX run_counts_agent"), []string{"DROP INDEX public.run_counts_agent"}},
		"signature of a function":       {replace("busiest() RETURNS text", "busiest() RETURNS citext"), nil},
		"a function's new default":      {replace("finish(run int)", "finish(run int DEFAULT 1)"), nil},
		"policy":                        {replace("attempts < 10", "attempts < 20"), []string{"DROP POLICY own_runs", "attempts < 20"}},
		"drop a policy":                 {replace("CREATE POLICY own_runs ON runs FOR ALL TO PUBLIC USING (agent_id = current_setting('app.agent')::bigint) WITH CHECK (attempts < 10);", ""), []string{"DROP POLICY own_runs"}},
		"no force":                      {replace("ALTER TABLE runs FORCE ROW LEVEL SECURITY;", ""), []string{"NO FORCE"}},
		"row-level security off":        {replace("ALTER TABLE runs ENABLE ROW LEVEL SECURITY;\nALTER TABLE runs FORCE ROW LEVEL SECURITY;", ""), []string{"DISABLE ROW LEVEL SECURITY"}},
		"domain check":                  {replace("'^[a-z0-9-]+$'", "'^[a-z0-9_-]+$'"), []string{"ALTER DOMAIN public.slug DROP CONSTRAINT \"slug_format\""}},
		"domain default and not null":   {replace("DEFAULT 0 NOT NULL CHECK (VALUE >= 0)", "CHECK (VALUE >= 0)"), []string{"DROP DEFAULT", "DROP NOT NULL"}},
		"drop a trigger":                {replace("CREATE TRIGGER agents_touch BEFORE UPDATE ON agents FOR EACH ROW EXECUTE FUNCTION touch();", ""), []string{"DROP TRIGGER agents_touch"}},
		"trigger":                       {replace("BEFORE UPDATE ON agents", "BEFORE UPDATE OF name ON agents"), []string{"DROP TRIGGER", "UPDATE OF name"}},
		"disabled trigger":              {add("ALTER TABLE agents DISABLE TRIGGER agents_touch;"), []string{"DISABLE TRIGGER"}},
		"comment of a function":         {replace("'keeps updated_at'", "'touches'"), []string{"COMMENT ON FUNCTION public.touch() IS 'touches'"}},
		"no comment":                    {replace("COMMENT ON FUNCTION touch() IS 'keeps updated_at';", ""), []string{"COMMENT ON FUNCTION public.touch() IS NULL"}},
		"composite type gets an end":    {replace("z double precision)", "z double precision, w real)"), []string{"ADD ATTRIBUTE w real"}},
		"composite loses its end":       {replace(", z double precision", ""), []string{"DROP ATTRIBUTE z"}},
		"sequence":                      {replace("INCREMENT 5", "INCREMENT 7"), []string{"ALTER SEQUENCE public.ticket_numbers"}},
		"drop an extension": {func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(s, "CREATE EXTENSION pg_trgm;", ""), "CREATE INDEX agents_name_trgm ON agents USING gin (name gin_trgm_ops);", "")
		}, []string{"DROP EXTENSION pg_trgm"}},
		"drop a generated column": {replace("\ttitle text GENERATED ALWAYS AS (title_of(config)) STORED,\n", ""), []string{"DROP COLUMN"}},
		"drop function and column": {func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(s, "\ttitle text GENERATED ALWAYS AS (title_of(config)) STORED,\n", ""), "CREATE FUNCTION title_of(jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT $1 ->> 'title' $$;", "")
		}, []string{"DROP FUNCTION public.title_of(jsonb)"}},
		"generated column by new function": {func(s string) string {
			s = strings.ReplaceAll(s, "CREATE TABLE agents (", "CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';\nCREATE TABLE agents (\n\tloud text GENERATED ALWAYS AS (shout(name)) STORED,")
			return s
		}, []string{"CREATE FUNCTION public.shout"}},
		"generation expression": {replace("(title_of(config))", "(title_of(config) || '!')"), nil},
		"check":                 {replace("length(name) > 0", "length(name) > 1"), nil},
		"default":               {replace("'anonymous'", "'nobody'"), []string{`SET DEFAULT 'nobody'`}},
		"nullability":           {replace("email citext", "email citext NOT NULL"), []string{`SET NOT NULL`}},
		"foreign key action":    {replace("ON DELETE CASCADE", "ON DELETE RESTRICT"), nil},
		"partial index":         {replace("WHERE state IN ('queued', 'running');\nCREATE INDEX", "WHERE state IN ('running');\nCREATE INDEX"), nil},
		"drop an indexed column": {func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(s, "\tattempts int NOT NULL DEFAULT 0,\n", ""), " INCLUDE (attempts)", ""), " WITH CHECK (attempts < 10)", "")
		}, []string{`DROP COLUMN "attempts"`}},
		"text to integer": {replace("code text NOT NULL DEFAULT '0'", "code int NOT NULL DEFAULT 7"), []string{`USING "code"::integer`, "SET DEFAULT 7"}},
		"drop a table":    {replace("CREATE TABLE audit.events (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), run_id int REFERENCES runs, payload jsonb);", ""), []string{`DROP TABLE "audit"."events"`}},
		"drop a schema": {func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(s, "CREATE TABLE audit.events (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), run_id int REFERENCES runs, payload jsonb);", ""), "CREATE SCHEMA audit;", "")
		}, []string{"DROP SCHEMA"}},
		"enum gets a value":        {replace("'done', 'failed');", "'done', 'failed', 'cancelled');"), []string{"ADD VALUE 'cancelled'"}},
		"enum gets one in between": {replace("ENUM ('queued', ", "ENUM ('queued', 'waiting', "), []string{"ADD VALUE 'waiting' AFTER 'queued'"}},
		"enum gets one that is used": {func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(s, "'done', 'failed');", "'done', 'failed', 'cancelled');"), "state IN ('done', 'failed')", "state IN ('done', 'failed', 'cancelled')")
		}, []string{"RENAME TO \"run_state__old\""}},
		"enum loses a value": {func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(s, ", 'failed');", ");"), "state IN ('done', 'failed')", "state IN ('done')")
		}, []string{"DROP TYPE \"public\".\"run_state__old\""}},
		"enum changes its order":    {replace("'queued', 'running', 'done', 'failed');", "'running', 'queued', 'done', 'failed');"), nil},
		"enum with a quoted name":   {add(`CREATE TYPE audit."Odd Kind" AS ENUM ('a', 'b'); CREATE TABLE "Odd.Table" ("the.kind" audit."Odd Kind" DEFAULT 'a' CHECK ("the.kind" <> 'a'), kinds audit."Odd Kind"[]);`), nil},
		"deferrable key":            {replace("ON DELETE CASCADE", "ON DELETE CASCADE DEFERRABLE"), []string{`ALTER CONSTRAINT runs_agent_id_fkey DEFERRABLE`}},
		"new deferrable key":        {add("CREATE TABLE n (id int PRIMARY KEY, up int REFERENCES n DEFERRABLE INITIALLY DEFERRED);"), []string{`ALTER CONSTRAINT n_up_fkey DEFERRABLE INITIALLY DEFERRED`}},
		"table settings":            {add("ALTER TABLE audit.events SET UNLOGGED; ALTER TABLE runs SET (fillfactor = 50, toast.autovacuum_enabled = false); ALTER TABLE agents REPLICA IDENTITY FULL;"), []string{"SET UNLOGGED", "fillfactor=50, toast.autovacuum_enabled=false", "REPLICA IDENTITY FULL"}},
		"column settings":           {add("ALTER TABLE agents ALTER name SET STATISTICS 500, ALTER config SET STORAGE EXTERNAL, ALTER tags SET COMPRESSION pglz, ALTER cost SET (n_distinct = 5);"), []string{"SET STATISTICS 500", "SET STORAGE EXTERNAL", "SET COMPRESSION pglz", "n_distinct=5"}},
		"new table with settings":   {add("CREATE UNLOGGED TABLE s (id int, t text) WITH (fillfactor = 70);"), nil},
		"comment of an enum":        {add("COMMENT ON TYPE run_state IS 'where it stands';"), []string{"COMMENT ON TYPE public.run_state IS 'where it stands'"}},
		"other comments":            {add("COMMENT ON CONSTRAINT slug_format ON DOMAIN slug IS 'a'; COMMENT ON COLUMN point3.x IS 'b'; COMMENT ON SEQUENCE runs_id_seq IS 'c';"), []string{"COMMENT ON CONSTRAINT slug_format ON DOMAIN public.slug IS 'a'", "COMMENT ON COLUMN public.point3.x IS 'b'", "COMMENT ON SEQUENCE public.runs_id_seq IS 'c'"}},
		"collation of an attribute": {add(`CREATE TYPE label AS (a text COLLATE "C", b int);`), []string{`(a text COLLATE "C", b integer)`}},
		"privileges":                {add("GRANT SELECT, INSERT ON agents TO pg_monitor; GRANT SELECT (id, state) ON runs TO pg_monitor WITH GRANT OPTION; GRANT SELECT ON active_runs TO PUBLIC; REVOKE EXECUTE ON FUNCTION busiest() FROM PUBLIC; GRANT USAGE ON SCHEMA audit TO pg_monitor; GRANT USAGE ON SEQUENCE ticket_numbers, runs_id_seq TO pg_monitor; GRANT EXECUTE ON PROCEDURE finish(int) TO pg_monitor; REVOKE USAGE ON TYPE run_state FROM PUBLIC; REVOKE DELETE ON agents FROM CURRENT_USER;"), []string{"GRANT INSERT ON TABLE public.agents TO pg_monitor", "REVOKE EXECUTE ON FUNCTION public.busiest() FROM PUBLIC", "GRANT SELECT (state) ON TABLE public.runs TO pg_monitor WITH GRANT OPTION"}},
		"privileges of a new view":  {add("CREATE VIEW nv AS SELECT 1 AS x; GRANT SELECT ON nv TO pg_monitor; CREATE TABLE nt (id serial); GRANT ALL ON nt TO pg_monitor; GRANT USAGE ON SEQUENCE nt_id_seq TO pg_monitor;"), nil},
		"names of primary keys": {func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(s, "id serial PRIMARY KEY,", "id serial CONSTRAINT runs_key PRIMARY KEY,"), "CREATE TABLE audit.events (", "CREATE TABLE audit.\"Log\" (a int, CONSTRAINT \"the key\" PRIMARY KEY (a));\nCREATE TABLE audit.events (")
		}, []string{`RENAME CONSTRAINT "runs_pkey" TO "runs_key"`, `RENAME CONSTRAINT "Log_pkey" TO "the key"`}},
		"columns of a named key":    {replace("payload jsonb);", "payload jsonb, n int, CONSTRAINT events_key UNIQUE (n)); CREATE TABLE k (a int, b int, CONSTRAINT kk PRIMARY KEY (a, b));"), nil},
		"index's collation":         {add("CREATE INDEX c ON agents (lower(name) COLLATE \"C\") WITH (fillfactor = 50);"), []string{`COLLATE "C"`}},
		"statistics":                {replace("(dependencies)", "(ndistinct)"), nil},
		"a rule":                    {add("CREATE RULE no_delete AS ON DELETE TO audit.events DO INSTEAD NOTHING;"), []string{"CREATE RULE no_delete"}},
		"tables in a circle":        {add("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a); ALTER TABLE a ADD b int REFERENCES b;"), nil},
		"instead-of trigger":        {add("CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t INSTEAD OF INSERT ON active_runs FOR EACH ROW EXECUTE FUNCTION noop();"), nil},
		"constraint trigger":        {add("CREATE CONSTRAINT TRIGGER late AFTER INSERT ON agents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch();"), nil},
		"index over a row function": {add("CREATE FUNCTION label(agents) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.name'; CREATE INDEX by_label ON agents (label(agents));"), nil},
	}
	base := newPostgresProject(t)
	base.plan(platform)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := base.fork(t)
			changed := test.change(platform)
			plan := p.plan(changed)
			assert.True(t, plan.Proven)
			for _, want := range test.want {
				assert.Contains(t, plan.Up, want)
			}
		})
	}
}
