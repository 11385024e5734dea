package surqlcheck

import (
	"testing"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parse(t testing.TB, text string) *surql.Script {
	t.Helper()
	script, found := surql.Parse(source.NewFile("schema.surql", text), surql.Options{})
	for _, d := range found.Sorted() {
		require.Fail(t, d.Error())
	}
	return script
}

func catalogOf(t testing.TB, text string) *Catalog {
	t.Helper()
	c := NewCatalog()
	for _, d := range c.Apply(parse(t, text)).Sorted() {
		require.Fail(t, d.Error())
	}
	return c
}

func labels(c *Catalog) []string {
	var out []string
	for _, o := range c.Objects() {
		out = append(out, o.label())
	}
	return out
}

// A plan that follows this order can be applied from the top.
func TestObjectsStandBehindWhatTheyNeed(t *testing.T) {
	c := catalogOf(t, `
		DEFINE EVENT e ON a THEN { CREATE b };
		DEFINE TABLE second AS SELECT * FROM first;
		DEFINE TABLE first AS SELECT * FROM a;
		DEFINE INDEX i ON a FIELDS x.y FULLTEXT ANALYZER an;
		DEFINE FIELD x.y ON a TYPE string;
		DEFINE FIELD x ON a TYPE object;
		DEFINE TABLE b;
		DEFINE TABLE a SCHEMAFULL;
		DEFINE ANALYZER an FUNCTION fn::f;
		DEFINE PARAM $p VALUE fn::f('x');
		DEFINE FUNCTION fn::f($s: string) { $s };
		DEFINE USER u ON DATABASE PASSWORD 'x';
	`)
	assert.Equal(t, []string{
		"function fn::f", "analyzer an", "param $p",
		"table b", "table a", "field x on table a", "field x.y on table a", "index i on table a",
		"view first", "view second", "event e on table a", "user u on database",
	}, labels(c))
}

func TestAlterChangesTheDefinitionAndKeepsTheOldOne(t *testing.T) {
	c := catalogOf(t, "DEFINE TABLE a SCHEMAFULL COMMENT 'old'; DEFINE FIELD f ON a TYPE int DEFAULT 1 READONLY")
	before, _ := c.Object(ObjectField, "a", "f")
	require.Zero(t, c.Apply(parse(t, "ALTER TABLE a SCHEMALESS COMMENT 'new'; ALTER FIELD f ON a TYPE string DROP DEFAULT DROP READONLY")).Len())
	table, _ := c.Object(ObjectTable, "", "a")
	assert.Equal(t, surql.Schemaless, table.Def.(*surql.DefineTable).Schema)
	assert.Equal(t, "new", table.Def.(*surql.DefineTable).Comment.(*surql.StringLit).Value)
	after, _ := c.Object(ObjectField, "a", "f")
	def := after.Def.(*surql.DefineField)
	assert.Equal(t, "string", kindOf(def.Type, nil).String())
	assert.Nil(t, def.Default)
	assert.False(t, def.Readonly)
	assert.NotNil(t, before.Def.(*surql.DefineField).Default, "what a caller holds does not change")
}

func TestRemovingATableRemovesWhatIsOnIt(t *testing.T) {
	c := catalogOf(t, "DEFINE TABLE a; DEFINE FIELD f ON a; DEFINE INDEX i ON a FIELDS f; DEFINE EVENT e ON a THEN {}; DEFINE TABLE b; REMOVE TABLE a")
	assert.Equal(t, []string{"table b"}, labels(c))
}

func TestDefiningTwiceFollowsTheClause(t *testing.T) {
	c := catalogOf(t, "DEFINE TABLE a SCHEMAFULL; DEFINE TABLE IF NOT EXISTS a SCHEMALESS")
	o, _ := c.Object(ObjectTable, "", "a")
	assert.Equal(t, surql.Schemafull, o.Def.(*surql.DefineTable).Schema)
	require.Zero(t, c.Apply(parse(t, "DEFINE TABLE OVERWRITE a SCHEMALESS")).Len())
	o, _ = c.Object(ObjectTable, "", "a")
	assert.Equal(t, surql.Schemaless, o.Def.(*surql.DefineTable).Schema)
	found := c.Apply(parse(t, "DEFINE TABLE a")).Sorted()
	require.Len(t, found, 1)
	assert.Equal(t, diag.SchemaDuplicate, found[0].Code)
}

func TestRowsFollowTheDefinitions(t *testing.T) {
	c := catalogOf(t, `
		DEFINE TABLE city SCHEMAFULL;
		DEFINE FIELD name ON city TYPE string;
		DEFINE TABLE p SCHEMAFULL;
		DEFINE FIELD id ON p TYPE uuid;
		DEFINE FIELD addr ON p TYPE option<object>;
		DEFINE FIELD addr.city ON p TYPE record<city>;
		DEFINE FIELD addr.free ON p TYPE object FLEXIBLE;
		DEFINE FIELD geo.lat ON p TYPE float;
		DEFINE FIELD items ON p TYPE array<object>;
		DEFINE FIELD OVERWRITE items.* ON p TYPE object;
		DEFINE FIELD items.*.n ON p TYPE int;
		DEFINE FIELD tags ON p TYPE array;
		DEFINE FIELD OVERWRITE tags.* ON p TYPE string;
		DEFINE FIELD home ON p COMPUTED addr.city.name;
		DEFINE TABLE loose;
		DEFINE FIELD n ON loose TYPE int;
		DEFINE TABLE e TYPE RELATION IN p OUT city;
		DEFINE TABLE v AS SELECT count() AS n, name, math::mean(string::len(name)) AS len FROM city GROUP BY name;
	`)
	for name, want := range map[string]string{
		"p":     "{ addr: none | { city: record<city>, free: object }, geo: { lat: float }, home: none | string, id: record<p>, items: array<{ n: int }>, tags: array<string> }",
		"loose": "{ id: record<loose>, n: int, ... }",
		"e":     "{ id: record<e>, in: record<p>, out: record<city>, ... }",
		"v":     "{ id: record<v>, len: float, n: int, name: string }",
	} {
		assert.Equal(t, want, c.Table(name).Row.String(), name)
	}
	assert.Equal(t, "uuid", c.Table("p").Key.String())
	assert.Equal(t, "[string]", c.Table("v").Key.String())
}

// The engine defines the elements of arrays and the ends of relations by itself,
// and they can be changed like any other field.
func TestFieldsThatTheEngineMakesCanBeChanged(t *testing.T) {
	text := func(c *Catalog, table, name string) string {
		o, ok := c.Object(ObjectField, table, name)
		if !ok {
			return ""
		}
		return surql.Print(o.Def)
	}
	c := catalogOf(t, `
		DEFINE TABLE p SCHEMAFULL;
		DEFINE FIELD tags ON p TYPE option<array<array<string>>>;
		DEFINE TABLE r TYPE RELATION IN p OUT p;
		ALTER FIELD tags.* ON p COMMENT 'row';
		ALTER FIELD tags[*].* ON p ASSERT $value != '';
		ALTER FIELD in ON r READONLY;
		ALTER FIELD IF EXISTS nothing ON p COMMENT 'x';
	`)
	assert.Equal(t, "DEFINE FIELD OVERWRITE tags.* ON p TYPE array<string> COMMENT 'row'", text(c, "p", "tags.*"))
	assert.Equal(t, "DEFINE FIELD OVERWRITE tags.*.* ON p TYPE string ASSERT $value != ''", text(c, "p", "tags.*.*"))
	assert.Equal(t, "DEFINE FIELD OVERWRITE in ON r TYPE record<p> READONLY", text(c, "r", "in"))

	require.Zero(t, c.Apply(parse(t, "DEFINE FIELD OVERWRITE tags ON p TYPE array<array<int>>; ALTER TABLE r TYPE RELATION IN p OUT r; REMOVE FIELD out ON r")).Len())
	assert.Equal(t, "DEFINE FIELD OVERWRITE tags.*.* ON p TYPE int ASSERT $value != ''", text(c, "p", "tags.*.*"), "elements follow their array")
	assert.Empty(t, text(c, "r", "in"), "a relation's ends are made anew")
	assert.Equal(t, "array<array<int>>", c.Table("p").field([]string{"tags"}).stored.String())

	for _, refused := range []string{
		"ALTER FIELD name ON p COMMENT 'x'", "ALTER FIELD name.* ON p COMMENT 'x'", "DEFINE FIELD tags.*.* ON p", "DEFINE FIELD in ON r TYPE record<p>",
	} {
		c := catalogOf(t, "DEFINE TABLE p SCHEMAFULL; DEFINE FIELD tags ON p TYPE array<array<int>>; DEFINE FIELD name ON p TYPE string; REMOVE FIELD name ON p; DEFINE TABLE r TYPE RELATION")
		assert.Equal(t, 1, c.Apply(parse(t, refused)).Len(), refused)
	}
	require.Zero(t, NewCatalog().Apply(parse(t, "DEFINE FIELD any ON p TYPE array; DEFINE FIELD any.* ON p TYPE int")).Len(), "the engine makes no elements of an array of anything")
}
