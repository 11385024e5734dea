package migrate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/devq-ai/tandem/internal/diag"
)

// Each pair of schemas is one that a naive order of statements fails on.
func TestDependenciesDecideTheOrder(t *testing.T) {
	tests := map[string]struct{ from, to string }{
		"view over a function whose result changes": {
			"CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1'; CREATE VIEW v AS SELECT f(1) AS x; CREATE VIEW w AS SELECT x FROM v;",
			"CREATE FUNCTION f(int) RETURNS text LANGUAGE sql AS 'SELECT $1::text'; CREATE VIEW v AS SELECT f(1) AS x; CREATE VIEW w AS SELECT x FROM v;",
		},
		"overloads": {
			"CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 2';",
			"CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 3'; CREATE FUNCTION f(a text, b int DEFAULT f(1)) RETURNS int LANGUAGE sql AS 'SELECT 2';",
		},
		"policy over another table and a function": {
			"CREATE TABLE members (team int, who text); CREATE TABLE docs (id int, team int); CREATE FUNCTION me() RETURNS text LANGUAGE sql STABLE AS 'SELECT current_user::text'; ALTER TABLE docs ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON docs USING (team IN (SELECT team FROM members WHERE who = me()));",
			"CREATE TABLE members (team bigint, who name); CREATE TABLE docs (id int, team bigint); CREATE FUNCTION me() RETURNS name LANGUAGE sql STABLE AS 'SELECT current_user'; ALTER TABLE docs ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON docs USING (team IN (SELECT team FROM members WHERE who = me()));",
		},
		"function whose body names a later view": {
			"",
			"CREATE TABLE t (id int); CREATE VIEW zz AS SELECT id FROM t; CREATE FUNCTION aa() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM zz'; CREATE VIEW bb AS SELECT aa() AS n;",
		},
		"function that declares a row": {
			"",
			"CREATE TABLE t (id int); CREATE FUNCTION a() RETURNS int LANGUAGE plpgsql AS 'DECLARE r t%ROWTYPE; BEGIN SELECT * INTO r FROM t; RETURN r.id; END';",
		},
		"materialized views upon each other": {
			"CREATE TABLE t (id int); CREATE MATERIALIZED VIEW b AS SELECT id FROM t; CREATE UNIQUE INDEX ON b (id); CREATE MATERIALIZED VIEW a AS SELECT id FROM b;",
			"CREATE TABLE t (id bigint); CREATE MATERIALIZED VIEW b AS SELECT id FROM t; CREATE UNIQUE INDEX ON b (id); CREATE MATERIALIZED VIEW a AS SELECT id FROM b;",
		},
		"check by a function, both gone": {
			"CREATE FUNCTION ok(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0'; CREATE TABLE t (id int CONSTRAINT c CHECK (ok(id)));",
			"CREATE TABLE t (id int);",
		},
		"default by a function, both new": {
			"CREATE TABLE t (id int);",
			"CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (id int DEFAULT one());",
		},
		"primary key under a view that groups by it": {
			"CREATE TABLE t (id int PRIMARY KEY, name text); CREATE VIEW v AS SELECT id, name, count(*) FROM t GROUP BY id;",
			"CREATE TABLE t (id int NOT NULL, other int PRIMARY KEY, name text); CREATE VIEW v AS SELECT other, name, count(*) FROM t GROUP BY other;",
		},
		"table to view of the same name": {
			"CREATE TABLE base (id int); CREATE TABLE t (id int);",
			"CREATE TABLE base (id int); CREATE VIEW t AS SELECT id FROM base;",
		},
		"view gets the columns that a table loses": {
			"CREATE TABLE t (id int, a int); CREATE VIEW v AS SELECT id, a FROM t;",
			"CREATE TABLE t (id int, b int); CREATE VIEW v AS SELECT id, b FROM t;",
		},
		"foreign key to a new unique index": {
			"CREATE TABLE a (id int); CREATE TABLE b (a int);",
			"CREATE TABLE a (id int); CREATE UNIQUE INDEX a_id ON a (id); CREATE TABLE b (a int REFERENCES a (id));",
		},
		"enum in a domain": {
			"CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS e DEFAULT 'a';",
			"CREATE TYPE e AS ENUM ('b', 'a'); CREATE DOMAIN d AS e DEFAULT 'a';",
		},
		"enum column gone and another new": {
			"CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (id int, x e, y text DEFAULT 'a');",
			"CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (id int, y e DEFAULT 'a', z e[]);",
		},
		"everything changes its schema": {
			"CREATE SCHEMA a; CREATE TYPE a.e AS ENUM ('x'); CREATE TABLE a.t (id int PRIMARY KEY, e a.e); CREATE VIEW a.v AS SELECT * FROM a.t;",
			"CREATE SCHEMA b; CREATE TYPE b.e AS ENUM ('x'); CREATE TABLE b.t (id int PRIMARY KEY, e b.e); CREATE VIEW b.v AS SELECT * FROM b.t;",
		},
		"trigger function takes the place of another": {
			"CREATE FUNCTION a() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TABLE t (id int); CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION a();",
			"CREATE FUNCTION b() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TABLE t (id int); CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION b();",
		},
		"extension in a schema of its own": {
			"",
			"CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE TABLE t (name ext.citext PRIMARY KEY, names ext.citext[]);",
		},
		"names that need quotes": {
			"",
			`CREATE SCHEMA "a.b"; CREATE TYPE "a.b"."E x" AS ENUM ('it''s'); CREATE TABLE "a.b"."T t" ("select" "a.b"."E x" DEFAULT 'it''s', CONSTRAINT "c on d" CHECK ("select" IS NOT NULL)); CREATE VIEW "a.b"."V" AS SELECT "select" FROM "a.b"."T t"; CREATE FUNCTION "a.b"."F"() RETURNS int LANGUAGE sql AS 'SELECT 1'; COMMENT ON FUNCTION "a.b"."F"() IS 'a; IS ''b''';`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPostgresProject(t)
			if test.from != "" {
				p.plan(test.from)
			}
			assert.True(t, p.plan(test.to).Proven)
		})
	}
}

func TestAChangeThatPostgresRefusesIsAnErrorThatNamesWhatIsInTheWay(t *testing.T) {
	p := newPostgresProject(t)
	p.plan("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (id int DEFAULT f());")
	_, list := p.diff("CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (id int DEFAULT f());")
	assert.Equal(t, []diag.Code{diag.MigrateNotProven}, codes(list))
	assert.Contains(t, rendered(list), "default value for column id of table t depends on function f()")
}
