package migrate_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/internal/migrate"
	"github.com/devq-ai/tandem/internal/source"
)

// platform is a schema with one of each kind of object that is planned.
const platform = `
CREATE EXTENSION citext;
CREATE EXTENSION pg_trgm;
CREATE SCHEMA audit;
CREATE TYPE run_state AS ENUM ('queued', 'running', 'done', 'failed');
CREATE DOMAIN slug AS citext CONSTRAINT slug_format CHECK (VALUE ~ '^[a-z0-9-]+$');
CREATE DOMAIN price AS numeric(10, 2) DEFAULT 0 NOT NULL CHECK (VALUE >= 0);
CREATE TYPE point3 AS (x double precision, y double precision, z double precision);
CREATE SEQUENCE ticket_numbers START 1000 INCREMENT 5;
CREATE FUNCTION title_of(jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT $1 ->> 'title' $$;

CREATE TABLE agents (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	slug slug NOT NULL UNIQUE,
	email citext,
	name text NOT NULL DEFAULT 'anonymous' CHECK (length(name) > 0),
	tags text[] NOT NULL DEFAULT '{}',
	config jsonb NOT NULL DEFAULT '{}'::jsonb,
	title text GENERATED ALWAYS AS (title_of(config)) STORED,
	cost price,
	home point3,
	ticket bigint NOT NULL DEFAULT nextval('ticket_numbers'),
	parent_id bigint REFERENCES agents ON DELETE SET NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE agents IS 'who does it; even "quoted"';
COMMENT ON COLUMN agents.slug IS 'its name in URLs';
CREATE INDEX agents_name_trgm ON agents USING gin (name gin_trgm_ops);

CREATE TABLE runs (
	id serial PRIMARY KEY,
	agent_id bigint NOT NULL REFERENCES agents ON DELETE CASCADE,
	state run_state NOT NULL DEFAULT 'queued',
	code text NOT NULL DEFAULT '0',
	attempts int NOT NULL DEFAULT 0,
	finished_at timestamptz,
	CONSTRAINT finished CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL))
);
CREATE UNIQUE INDEX one_active_run ON runs (agent_id) WHERE state IN ('queued', 'running');
CREATE INDEX runs_by_state ON runs (state, id DESC) INCLUDE (attempts);
CREATE TABLE audit.events (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), run_id int REFERENCES runs, payload jsonb);
CREATE STATISTICS runs_stats (dependencies) ON agent_id, state FROM runs;

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.updated_at := now(); -- it's; fine
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION touch() IS 'keeps updated_at';
CREATE TRIGGER agents_touch BEFORE UPDATE ON agents FOR EACH ROW EXECUTE FUNCTION touch();

CREATE VIEW active_runs AS SELECT r.id, r.agent_id, a.slug, r.state FROM runs r JOIN agents a ON a.id = r.agent_id WHERE r.state IN ('queued', 'running');
COMMENT ON COLUMN active_runs.slug IS 'the agent''s';
CREATE VIEW busy_agents AS SELECT slug, count(*) AS n FROM active_runs GROUP BY slug;
CREATE MATERIALIZED VIEW run_counts AS SELECT agent_id, count(*) AS n FROM runs GROUP BY agent_id;
CREATE UNIQUE INDEX run_counts_agent ON run_counts (agent_id);
CREATE FUNCTION runs_of(agent agents) RETURNS SETOF runs LANGUAGE sql STABLE AS $$ SELECT * FROM runs WHERE agent_id = agent.id $$;
CREATE FUNCTION busiest() RETURNS text LANGUAGE sql STABLE BEGIN ATOMIC SELECT slug::text FROM busy_agents ORDER BY n DESC LIMIT 1; END;
CREATE PROCEDURE finish(run int) LANGUAGE plpgsql AS $$ BEGIN UPDATE runs SET state = 'done', finished_at = now() WHERE id = run; END $$;

ALTER TABLE runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE runs FORCE ROW LEVEL SECURITY;
CREATE POLICY own_runs ON runs FOR ALL TO PUBLIC USING (agent_id = current_setting('app.agent')::bigint) WITH CHECK (attempts < 10);
`

func schemaFiles(text string) []*source.File {
	return []*source.File{source.NewFile("schema/schema.sql", text)}
}

// A project is a migration directory and the server it is planned on.
type project struct {
	t      *testing.T
	engine migrate.Engine
	dir    string
	dev    string
	clock  time.Time
}

func newPostgresProject(t *testing.T) *project {
	return &project{t: t, engine: migrate.Postgres, dir: filepath.Join(t.TempDir(), "migrations"), dev: postgresURL(t), clock: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
}

// fork returns a project with a copy of the directory, on the same server.
func (p *project) fork(t *testing.T) *project {
	q := *p
	q.t, q.dir = t, filepath.Join(t.TempDir(), "migrations")
	require.NoError(t, os.CopyFS(q.dir, os.DirFS(p.dir)))
	return &q
}

func TestMain(m *testing.M) { enginetest.Main(m) }

func postgresURL(t *testing.T) string { return enginetest.Postgres(t) }

func (p *project) diff(text string) (*migrate.Plan, *diag.List) {
	p.t.Helper()
	p.clock = p.clock.Add(time.Hour)
	ext := p.engine.Ext()
	plan, list, err := migrate.Diff(context.Background(), p.engine, migrate.DiffOptions{
		Dir: p.dir, Name: "change", DevURL: p.dev, Now: func() time.Time { return p.clock },
		Desired: []*source.File{source.NewFile("schema/schema"+ext, text)},
	})
	require.NoError(p.t, err)
	return plan, list
}

// plan plans, without errors, and writes the migration.
func (p *project) plan(text string) *migrate.Plan {
	p.t.Helper()
	plan, list := p.diff(text)
	require.False(p.t, list.HasErrors(), rendered(list))
	require.NotNil(p.t, plan, "there is a change")
	require.NoError(p.t, plan.Write(p.dir))
	return plan
}

func rendered(list *diag.List) string {
	var b strings.Builder
	_ = list.Render(&b, diag.Text)
	return b.String()
}

func TestAWholeSchemaIsPlannedProvenAndTakenBack(t *testing.T) {
	p := newPostgresProject(t)
	plan := p.plan(platform)
	assert.True(t, plan.Proven)
	again, list := p.diff(platform)
	assert.Nil(t, again, "what was just planned needs no further migration")
	assert.Zero(t, list.Len())
}

// referenceFiles reads this repository's own schema.
func referenceFiles(t *testing.T, pattern string) []*source.File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pattern)))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	var files []*source.File
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		files = append(files, source.NewFile(filepath.ToSlash(path), string(text)))
	}
	return files
}

func TestTheReferenceSchemasArePlannedProvenAndApplied(t *testing.T) {
	for _, test := range []struct {
		pattern string
		project func(*testing.T) *project
		target  func(testing.TB) string
	}{
		{"schema/*.sql", newPostgresProject, enginetest.Postgres},
		{"surql/schema/*.surql", newSurrealProject, enginetest.Surreal},
	} {
		t.Run(test.pattern, func(t *testing.T) {
			p := test.project(t)
			desired := referenceFiles(t, test.pattern)
			diff := func() *migrate.Plan {
				plan, list, err := migrate.Diff(context.Background(), p.engine, migrate.DiffOptions{Dir: p.dir, DevURL: p.dev, Desired: desired})
				require.NoError(t, err)
				require.False(t, list.HasErrors(), rendered(list))
				return plan
			}
			plan := diff()
			require.NotNil(t, plan)
			assert.True(t, plan.Proven)
			require.NoError(t, plan.Write(p.dir))
			assert.Nil(t, diff())
			db := test.target(t)
			p.mustApply(db)
			_, list := p.down(db, 1)
			require.False(t, list.HasErrors(), rendered(list))
		})
	}
}
