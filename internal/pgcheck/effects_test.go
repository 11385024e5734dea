package pgcheck

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/internal/source"
)

// TestOnlyHarmlessQueriesAreRepeated guards against the mistake that costs a
// user data: a query with an effect that is sent twice after a failure.
func TestOnlyHarmlessQueriesAreRepeated(t *testing.T) {
	const schema = `
CREATE FUNCTION pure(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE FUNCTION looks(a int) RETURNS int LANGUAGE sql STABLE AS 'SELECT a';
CREATE FUNCTION acts(a int) RETURNS int LANGUAGE sql AS 'INSERT INTO log VALUES (a) RETURNING 1 -- immutable';
CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE FUNCTION twice(a text) RETURNS int LANGUAGE sql AS 'INSERT INTO log VALUES (1) RETURNING 1';
CREATE FUNCTION lower(a pet) RETURNS int LANGUAGE sql VOLATILE AS 'INSERT INTO log VALUES (1) RETURNING 1';
CREATE VIEW quiet AS SELECT pure(id) FROM pets;
CREATE VIEW above AS SELECT * FROM loud;
CREATE VIEW loud AS SELECT nextval('s') FROM pets;
CREATE MATERIALIZED VIEW kept AS SELECT nextval('s') AS n FROM pets;
CREATE POLICY p ON guarded USING (acts(1) = 1);
`
	for query, want := range map[string]bool{
		`SELECT id FROM pets`: true,
		`SELECT count(*), max(id), upper(name) FROM pets WHERE id IN (1, 2) AND (born IS NULL)`: true,
		`WITH a AS (SELECT 1 AS n), b AS MATERIALIZED (SELECT 2) SELECT * FROM a, b`:            true,
		`(SELECT id FROM pets) UNION ALL (SELECT id FROM pets)`:                                 true,
		`VALUES (1, 2)`: true,
		`SELECT row_number() OVER (PARTITION BY kind ORDER BY id), now() FROM pets`: true,
		`SELECT pure(id), looks(id), pg_catalog.upper('x') FROM quiet`:              true,
		`SELECT n FROM kept`: true,
		`SELECT 'DELETE FROM pets', "update" FROM pets -- delete`:                             true,
		`SELECT extract(epoch FROM born), x::numeric(10, 2), CAST(x AS varchar(3)) FROM pets`: true,

		`INSERT INTO pets DEFAULT VALUES`:                                  false,
		`UPDATE pets SET id = 1`:                                           false,
		`SELECT id FROM pets FOR UPDATE`:                                   false,
		`SELECT id FROM pets FOR NO KEY UPDATE SKIP LOCKED`:                false,
		`SELECT id FROM pets FOR KEY SHARE`:                                false,
		`SELECT id INTO other FROM pets`:                                   false,
		`WITH gone AS (DELETE FROM pets RETURNING id) SELECT id FROM gone`: false,
		`SELECT nextval('s')`:                                              false,
		`SELECT pg_catalog.nextval('s')`:                                   false,
		`SELECT set_config('a', 'b', false)`:                               false,
		`SELECT pg_advisory_lock(1)`:                                       false,
		`SELECT acts(1)`:                                                   false,
		`SELECT "acts"(1)`:                                                 false,
		`SELECT acts /* here */ (1)`:                                       false,
		`SELECT twice(1)`:                                                  false,
		`SELECT lower(name) FROM pets`:                                     false,
		`SELECT unheard_of(1)`:                                             false,
		`SELECT * FROM loud`:                                               false,
		`SELECT * FROM above`:                                              false,
		`SELECT * FROM public.loud`:                                        false,
		`SELECT * FROM guarded`:                                            false,
		`SELECT query_to_xml('DELETE FROM pets', true, true, '')`:          false,
		`REFRESH MATERIALIZED VIEW kept`:                                   false,
		`CALL acts(1)`:                                                     false,
		``:                                                                 false,
	} {
		e := readEffects(splitSchema([]*source.File{source.NewFile("schema.sql", schema)}))
		assert.Equal(t, want, e.readOnly(scan(query, 0, len(query))), query)
	}
	opaque := readEffects(splitSchema([]*source.File{source.NewFile("schema.sql", `CREATE OPERATOR + (FUNCTION = acts, LEFTARG = int, RIGHTARG = int);`)}))
	assert.False(t, opaque.readOnly(scan(`SELECT 1 + 2`, 0, 12)), "an operator can call anything")
}

// TestStableFunctionsAreStable holds the list to PostgreSQL's own catalog.
func TestStableFunctionsAreStable(t *testing.T) {
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, enginetest.Postgres(t))
	require.NoError(t, err)
	defer conn.Close(ctx)
	for _, extension := range []string{"btree_gin", "btree_gist", "citext", "cube", "earthdistance", "fuzzystrmatch", "hstore", "intarray", "ltree", "pg_trgm", "pgcrypto", "unaccent", "uuid-ossp"} {
		_, err := conn.Exec(ctx, `CREATE EXTENSION IF NOT EXISTS "`+extension+`" CASCADE`)
		require.NoError(t, err)
	}
	rows, err := conn.Query(ctx, `SELECT DISTINCT proname FROM pg_proc WHERE provolatile = 'v' AND proname = ANY($1)`, stableFunctions())
	require.NoError(t, err)
	volatile, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	assert.Empty(t, volatile)

	var known int
	require.NoError(t, conn.QueryRow(ctx, `SELECT count(DISTINCT proname) FROM pg_proc WHERE proname = ANY($1)`, stableFunctions()).Scan(&known))
	assert.InDelta(t, len(stableFunctions()), known, 20, "the list names functions that there are")
}

// TestSyntacticWordsAreNotFunctions holds the words that may stand before a
// parenthesis to PostgreSQL's own catalog.
func TestSyntacticWordsAreNotVolatileFunctions(t *testing.T) {
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, enginetest.Postgres(t))
	require.NoError(t, err)
	defer conn.Close(ctx)
	var words []string
	for w := range syntactic {
		words = append(words, w)
	}
	rows, err := conn.Query(ctx, `SELECT DISTINCT proname FROM pg_proc WHERE provolatile = 'v' AND proname = ANY($1)`, words)
	require.NoError(t, err)
	volatile, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	assert.Empty(t, volatile)
}
