package surqlcheck

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// info runs a statement for ReadInfo.
func (db *database) info(text string) (string, error) {
	answers, err := db.query(text)
	if err != nil {
		return "", err
	}
	last := answers[len(answers)-1]
	if last.err != "" {
		return "", fmt.Errorf("%s", last.err)
	}
	return last.value.(string), nil
}

// emptyDatabase returns a connection to a database of its own.
func emptyDatabase(t testing.TB, name string) *database {
	db := openDatabase(t)
	namespace, err := db.info("RETURN session::ns()")
	require.NoError(t, err)
	_, err = db.query("REMOVE DATABASE IF EXISTS " + name + "; DEFINE DATABASE " + name)
	require.NoError(t, err)
	db.call("use", namespace, name)
	return db
}

// A content is what a definition says, without what the engine does not keep,
// and with all ways to write the same alike.
type content struct {
	def  surql.Node
	rest string // what is compared as text
}

func (c content) String() string { return surql.Print(c.def) + " " + c.rest }

func canonical(o *Object) content {
	copied := reflect.New(reflect.TypeOf(o.Def).Elem())
	copied.Elem().Set(reflect.ValueOf(o.Def).Elem())
	copied.Elem().FieldByName("IfExisting").SetZero()
	if name := copied.Elem().FieldByName("Name"); name.IsValid() && name.Kind() == reflect.Interface {
		name.Set(reflect.ValueOf(&surql.TableName{Name: o.Name}))
	}
	extra := ""
	switch def := copied.Interface().(type) {
	case *surql.DefineTable:
		full := def.Schema == surql.Schemafull
		if !full {
			def.Schema = surql.SchemaDefault
		}
		if t := def.Type; t != nil && t.Kind == surql.TableNormal && full || t != nil && t.Kind == surql.TableAny && !full {
			def.Type = nil
		}
		extra = actions(def.Permissions, "NONE")
		def.Permissions = nil
	case *surql.DefineField:
		if def.Type != nil {
			extra = kindOf(def.Type, nil).String()
		}
		extra += actions(def.Permissions, "FULL")
		def.Type, def.Permissions = nil, nil
		if def.Reference != nil && def.Reference.OnDelete == surql.OnDeleteIgnore {
			def.Reference = &surql.Reference{}
		}
	case *surql.DefineIndex:
		def.Concurrently = false
		if hnsw, ok := def.Index.(*surql.HNSWIndex); ok {
			def.Index = &surql.HNSWIndex{Dimension: hnsw.Dimension, Distance: hnsw.Distance, Type: cmp.Or(hnsw.Type, "F32")}
		}
		if text, ok := def.Index.(*surql.FulltextIndex); ok && text.BM25 {
			scored, k1, b := *text, float64(float32(1.2)), 0.75
			if text.K1 != nil { // which the engine keeps in 32 bits
				k1, b = float64(float32(*text.K1)), float64(float32(*text.B))
			}
			scored.K1, scored.B = &k1, &b
			def.Index = &scored
		}
	case *surql.DefineEvent:
		if when, ok := def.When.(*surql.BoolLit); ok && when.Value {
			def.When = nil
		}
	case *surql.DefineFunction:
		def.Permissions = unlessFull(def.Permissions)
		for _, p := range def.Params {
			extra += kindOf(p.Kind, nil).String() + ", "
		}
		def.Params = nil
	case *surql.DefineParam:
		def.Value = &surql.NoneLit{}
		def.Permissions = unlessFull(def.Permissions)
	case *surql.DefineBucket:
		def.Permissions = unlessFull(def.Permissions)
	case *surql.DefineUser:
		def.Password, def.Passhash = nil, nil
	case *surql.DefineAccess:
		def.Duration = surql.AccessDuration{}
		switch a := def.Type.(type) {
		case *surql.JWTAccess:
			def.Type = &surql.JWTAccess{Algorithm: a.Algorithm, URL: a.URL}
		case *surql.RecordAccess:
			def.Type = &surql.RecordAccess{Signup: a.Signup, Signin: a.Signin, Refresh: a.Refresh}
		case *surql.BearerAccess:
			def.Type = &surql.BearerAccess{Record: a.Record}
		}
	case *surql.DefineSequence:
		if def.Batch == nil {
			def.Batch = &surql.IntLit{Value: 1000}
		}
		if def.Start == nil {
			def.Start = &surql.IntLit{}
		}
	case *surql.DefineAPI:
		var routes []string
		for _, r := range def.Routes {
			route := *r
			if c := r.Config; c != nil {
				if route.Config = (&surql.APIConfig{Middleware: c.Middleware, Permissions: unlessFull(c.Permissions)}); len(c.Middleware) == 0 && route.Config.Permissions == nil {
					route.Config = nil
				}
			}
			routes = append(routes, surql.Print(&surql.DefineAPI{Path: def.Path, Routes: []*surql.APIRoute{&route}}))
		}
		slices.Sort(routes)
		extra = strings.Join(routes, " ")
		def.Routes = nil
	case *surql.DefineConfig:
		if c, ok := def.Config.(*surql.APIConfig); ok {
			def.Config = &surql.APIConfig{Middleware: c.Middleware, Permissions: unlessFull(c.Permissions)}
		}
	}
	return content{copied.Interface().(surql.Node), extra}
}

func unlessFull(p *surql.Permission) *surql.Permission {
	if p != nil && p.Kind == surql.PermissionFull {
		return nil
	}
	return p
}

// actions returns what each action on a table or a field needs.
func actions(p *surql.Permissions, byDefault string) string {
	out := map[string]string{"select": byDefault, "create": byDefault, "update": byDefault, "delete": byDefault}
	text := func(p *surql.Permission) string {
		return strings.TrimPrefix(surql.Print(&surql.DefineParam{Name: surql.Ident{Name: "p"}, Value: &surql.NoneLit{}, Permissions: p}), "DEFINE PARAM $p VALUE NONE ")
	}
	if p != nil && p.All != nil {
		for action := range out {
			out[action] = strings.TrimPrefix(text(p.All), "PERMISSIONS ")
		}
	}
	if p != nil {
		for _, f := range p.For {
			for action, set := range map[string]bool{"select": f.Select, "create": f.Create, "update": f.Update, "delete": f.Delete} {
				if set {
					out[action] = strings.TrimPrefix(text(f.Permission), "PERMISSIONS ")
				}
			}
		}
	}
	return fmt.Sprint(" permissions ", out)
}

// contents returns the objects of a catalog by their names, but for what an
// engine makes by itself.
func contents(c *Catalog) map[string]content {
	out := map[string]content{}
	for _, o := range c.order {
		field, ok := o.Def.(*surql.DefineField)
		if ok && c.madeAlike(field) {
			continue
		}
		if o.Table != "" && (ok || o.Kind == ObjectIndex || o.Kind == ObjectEvent) && c.lookup(ObjectTable, "", o.Table) == nil {
			out["table "+o.Table] = canonical(catalogTable(o.Table))
		}
		out[o.label()] = canonical(o)
	}
	return out
}

// catalogTable returns a table that the engine makes because something is
// defined on it.
func catalogTable(name string) *Object {
	return &Object{Kind: ObjectTable, Name: name, Def: &surql.DefineTable{Name: &surql.TableName{Name: name}}}
}

func assertSame(t testing.TB, want, got map[string]content) {
	t.Helper()
	assert.ElementsMatch(t, slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got)))
	for name, w := range want {
		if g, ok := got[name]; ok && (!surql.Equal(w.def, g.def) || w.rest != g.rest) {
			assert.Equal(t, w.String(), g.String(), name)
		}
	}
}

// agree applies the files to an engine and returns how many objects the catalog
// read back from it shares with the one read from the files.
func agree(db *database, files ...*source.File) int {
	t := db.t
	t.Helper()
	text := NewCatalog()
	for _, file := range files {
		script, found := surql.Parse(file, surql.Options{})
		require.False(t, found.HasErrors(), file.Path)
		for _, d := range text.Apply(script).Sorted() {
			require.Fail(t, d.Error())
		}
		answers, err := db.query(file.Text)
		require.NoError(t, err, file.Path)
		for _, a := range answers {
			require.Empty(t, a.err, file.Path)
		}
	}
	live, err := ReadInfo(db.info)
	require.NoError(t, err)
	want := contents(text)
	assertSame(t, want, contents(live))
	for _, o := range text.Objects() {
		if o.Kind == ObjectTable || o.Kind == ObjectView {
			assert.Equal(t, text.Table(o.Name).Row.String(), live.Table(o.Name).Row.String(), "what a query of %s returns", o.Name)
		}
	}
	return len(want)
}

// Who plans from a live database gets what the files it was made of say.
func TestALiveDatabaseTellsTheSchemaItWasMadeOf(t *testing.T) {
	for name, pattern := range map[string]string{
		"files": "../../surql/schema/*.surql", "migrations": "../../surql/migrations/*.surql", "example": "../../examples/bookshop/surql/schema/*.surql",
	} {
		n := agree(emptyDatabase(t, "live_"+name), repositoryFiles(t, pattern)...)
		t.Log(name, n, "objects")
	}
}

// The files, the migrations made of them and the database that these were
// applied to are one schema.
func TestFilesAndMigrationsDefineTheSame(t *testing.T) {
	read := func(pattern string) map[string]content {
		c := NewCatalog()
		for _, file := range repositoryFiles(t, pattern) {
			c.Apply(parse(t, file.Text))
		}
		return contents(c)
	}
	assertSame(t, read("../../surql/schema/*.surql"), read("../../surql/migrations/*.surql"))
}

func TestEveryClauseIsReadFromALiveDatabase(t *testing.T) {
	db := emptyDatabase(t, "live_clauses")
	t.Log(agree(db, source.NewFile("clauses.surql", everyClause)), "objects")
}

func TestTheReferenceSchemaIsReadFromALiveDatabase(t *testing.T) {
	corpus(t)
	root := os.Getenv("TANDEM_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	text, err := os.ReadFile(filepath.Join(root, "reference/surrealql/info/schema.surql"))
	require.NoError(t, err)
	var kept []string
	for _, line := range strings.Split(string(text), "\n") {
		if !strings.HasPrefix(line, "DEFINE BUCKET") { // which the engine refuses as experimental
			kept = append(kept, strings.ReplaceAll(line, "1.50dec", "1.5dec")) // which it trims
		}
	}
	t.Log(agree(emptyDatabase(t, "live_reference"), source.NewFile("schema.surql", strings.Join(kept, "\n"))), "objects")
}

func TestGeneratedSchemasAreReadFromALiveDatabase(t *testing.T) {
	objects := 0
	for seed := range uint64(25) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 7)), cat: NewCatalog()}
		objects += agree(emptyDatabase(t, fmt.Sprint("live_", seed)), source.NewFile(fmt.Sprint("seed ", seed), g.schema()))
	}
	t.Log(objects, "objects")
}

// An engine that says something new must not lose it silently.
func TestAnUnknownClauseIsAnError(t *testing.T) {
	_, err := ReadInfo(func(string) (string, error) { return "{ tables: [{ name: 't', novel: 1 }] }", nil })
	require.ErrorContains(t, err, `read the answer to (INFO FOR DB STRUCTURE): json: unknown field "novel"`)
	_, err = ReadInfo(func(string) (string, error) { return "", fmt.Errorf("the server is gone") })
	require.ErrorContains(t, err, "(INFO FOR DB STRUCTURE): the server is gone")
}

const everyClause = `
	DEFINE TABLE a SCHEMAFULL CHANGEFEED 3d INCLUDE ORIGINAL COMMENT 'it\'s "a"' PERMISSIONS FOR select FULL, FOR create, update WHERE $auth.id = id;
	DEFINE TABLE b TYPE ANY SCHEMAFULL PERMISSIONS FULL;
	DEFINE TABLE c TYPE NORMAL DROP;
	DEFINE TABLE ` + "`odd name`" + `;
	DEFINE FIELD ` + "`odd field`.`b c`" + ` ON ` + "`odd name`" + ` TYPE int;
	DEFINE TABLE r TYPE RELATION;
	DEFINE TABLE s TYPE RELATION IN a OUT a|b ENFORCED;
	DEFINE FIELD OVERWRITE in ON s TYPE record<a> COMMENT 'changed';
	DEFINE FIELD x ON a TYPE option<record<a>> REFERENCE ON DELETE THEN { UPDATE $this SET y = 1 };
	DEFINE FIELD y ON a TYPE option<record<a>> REFERENCE ON DELETE REJECT PERMISSIONS FOR update NONE;
	DEFINE FIELD z ON a TYPE option<record<a>> REFERENCE;
	DEFINE FIELD tags ON a TYPE option<array<string, 5>> DEFAULT ALWAYS [];
	ALTER FIELD tags.* ON a ASSERT $value != '';
	DEFINE FIELD deep ON a TYPE array<array<int>> | set<string>;
	DEFINE FIELD first[0] ON a TYPE int;
	DEFINE FIELD n ON a TYPE array<object> FLEXIBLE;
	DEFINE FIELD n.*.m ON a TYPE int VALUE $value OR 1 READONLY;
	DEFINE FIELD comp ON a COMPUTED <~a;
	DEFINE FIELD text ON a TYPE string DEFAULT 'a' + 'b';
	DEFINE INDEX i ON a FIELDS x, n.*.m COMMENT 'i';
	DEFINE INDEX u ON a FIELDS y UNIQUE;
	DEFINE INDEX count ON a COUNT WHERE x = 1;
	DEFINE EVENT e ON a WHEN $event = 'CREATE' THEN { CREATE b }, (CREATE c);
	DEFINE EVENT later ON a ASYNC RETRY 4 MAXDEPTH 3 THEN (CREATE c);
	DEFINE FUNCTION fn::an($s: string) -> string { $s };
	DEFINE FUNCTION fn::deep::v($a: record<a>, $b: option<int>) { $a } COMMENT 'f' PERMISSIONS WHERE $auth;
	DEFINE ANALYZER an FUNCTION fn::an TOKENIZERS camel, blank FILTERS ngram(1, 3), snowball(english);
	DEFINE INDEX ft ON a FIELDS text FULLTEXT ANALYZER an BM25(1.2, 0.75) HIGHLIGHTS;
	DEFINE CONFIG GRAPHQL TABLES EXCLUDE a, b FUNCTIONS NONE;
	DEFINE CONFIG API MIDDLEWARE api::timeout(10s) PERMISSIONS NONE;
	DEFINE API '/y' FOR any MIDDLEWARE api::timeout(1s) PERMISSIONS WHERE true FOR get THEN { {} };
	DEFINE API '/z' FOR get, post THEN { {} } COMMENT 'z';
	DEFINE ACCESS jwt ON DATABASE TYPE JWT URL 'https://x/y';
	DEFINE ACCESS both ON DATABASE TYPE RECORD SIGNIN (SELECT 1 FROM a) SIGNUP { CREATE a } WITH REFRESH AUTHENTICATE { $auth } DURATION FOR SESSION 3h;
	DEFINE ACCESS bearer ON DATABASE TYPE BEARER FOR RECORD DURATION FOR GRANT NONE;
	DEFINE USER u ON DATABASE PASSWORD 'x' ROLES EDITOR, VIEWER DURATION FOR TOKEN 2h, FOR SESSION 5h COMMENT 'u';
	DEFINE SEQUENCE q BATCH 5 TIMEOUT 2s;
	DEFINE SEQUENCE q2;
	DEFINE PARAM $p VALUE { a: 1 } PERMISSIONS WHERE true;
	DEFINE TABLE v AS SELECT count() AS n, x FROM a GROUP BY x;
	ALTER TABLE c COMMENT 'altered';
`
