package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/config"
	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const both = `version: "2"
sql:
  - engine: postgresql
    schema: schema
    queries: [queries, more/q.sql]
    gen: { go: { package: pgdb, out: ./gen/db/pgdb, sql_package: pgx/v5 } }
options:
  tandem:
    package: db
    out: gen/db
    migrations: schema/migrations
    surreal: { schema: surql/schema, queries: surql/queries, package: graphdb, out: gen/db/graphdb }
`

// project writes files into a new folder, with a go.mod unless one is given.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if _, ok := files["go.mod"]; !ok {
		files["go.mod"] = "module example.com/shop\n"
	}
	for name, text := range files {
		p := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(p), 0o755))
		require.NoError(t, os.WriteFile(p, []byte(text), 0o644))
	}
	return dir
}

func load(t *testing.T, text string) (*config.Config, *diag.List) {
	t.Helper()
	return config.Load(filepath.Join(project(t, map[string]string{"sqlc.yaml": text}), "sqlc.yaml"))
}

// messages returns the diagnostics without their folder.
func messages(l *diag.List) string {
	var b strings.Builder
	for _, d := range l.Sorted() {
		if d.Span.IsValid() {
			p := d.Span.Position()
			p.Path = filepath.Base(p.Path)
			b.WriteString(p.String() + ": ")
		}
		b.WriteString(d.Message + " [" + string(d.Code) + "]\n")
	}
	return b.String()
}

func TestLoadReadsBothEngines(t *testing.T) {
	cfg, diags := load(t, both)
	require.Empty(t, messages(diags))
	assert.Equal(t, "db", cfg.Package)
	assert.Equal(t, "example.com/shop/gen/db", cfg.ImportPath)
	assert.Equal(t, &config.Postgres{
		Schema: []string{"schema"}, Queries: []string{"queries", "more/q.sql"},
		Package: "pgdb", Out: "gen/db/pgdb", ImportPath: "example.com/shop/gen/db/pgdb",
		Migrations: "schema/migrations",
	}, cfg.Postgres)
	assert.Equal(t, []string{"id"}, cfg.Initialisms)
	assert.Equal(t, &config.Surreal{
		Schema: []string{"surql/schema"}, Queries: []string{"surql/queries"},
		Package: "graphdb", Out: "gen/db/graphdb", ImportPath: "example.com/shop/gen/db/graphdb",
		Go: config.Go{ParameterLimit: 1, JSONTags: true, JSONTagStyle: "none", PointersForNull: true},
	}, cfg.Surreal)
}

const tuned = `version: "2"
sql:
  - engine: postgresql
    schema: schema
    queries: queries
    gen: { go: { package: pgdb, out: gen/db/pgdb, rename: { a: Alpha, b: Beta }, initialisms: [id, url] } }
options:
  tandem:
    package: db
    out: gen/db
    rename: { b: Bravo, note: GraphNote }
    initialisms: [id, api]
    emit_fakes: true
    surreal:
      schema: surql/schema
      queries: surql/queries
      package: graphdb
      out: gen/db/graphdb
      query_parameter_limit: 3
      emit_interface: true
      emit_json_tags: true
      json_tags_case_style: camel
      emit_pointers_for_null_types: false
      overrides:
        - kind: uuid
          go_type: string
          codec: text
        - { column: note.email, go_type: net/mail.Address, codec: cbor }
        - column: note.price
          go_type: { import: example.com/go-money, package: money, type: Amount }
        - { column: note.at, go_type: example.com/clock/v2.Time }
      emit_cbor_methods: true
`

func TestLoadReadsHowGoIsWritten(t *testing.T) {
	cfg, diags := load(t, tuned)
	require.Empty(t, messages(diags))
	assert.Equal(t, map[string]string{"a": "Alpha", "b": "Bravo", "note": "GraphNote"}, cfg.Rename, "options.tandem goes before gen.go")
	assert.Equal(t, []string{"id", "api"}, cfg.Initialisms)
	assert.True(t, cfg.Fakes)
	got := cfg.Surreal.Go
	for i := range got.Overrides {
		assert.True(t, got.Overrides[i].Span.IsValid())
		got.Overrides[i].Span = source.Span{}
	}
	assert.Equal(t, config.Go{
		ParameterLimit: 3, Interface: true, CBORMethods: true, JSONTags: true, JSONTagStyle: "camel",
		Overrides: []config.Override{
			{Kind: "uuid", Type: "string", Codec: "text"},
			{Column: "note.email", Import: "net/mail", Package: "mail", Type: "Address", Codec: "cbor"},
			{Column: "note.price", Import: "example.com/go-money", Package: "money", Type: "Amount", Codec: "convert"},
			{Column: "note.at", Import: "example.com/clock/v2", Package: "clock", Type: "Time", Codec: "convert"},
		},
	}, got)
}

func TestOptionsAreCheckedWhereTheyStand(t *testing.T) {
	for name, tt := range map[string]struct{ old, new, want, help string }{
		"misspelt option": {"emit_interface: true", "emit_interfaces: true",
			"sqlc.yaml:20:7: options.tandem.surreal has no key \"emit_interfaces\" [config/unknown-key]\n", "emit_interface"},
		"limit":  {"limit: 3", "limit: -3", "sqlc.yaml:19:30: query_parameter_limit is \"-3\", which is not a number of parameters [config/invalid]\n", ""},
		"style":  {"style: camel", "style: camle", "sqlc.yaml:22:29: json_tags_case_style is \"camle\" [config/invalid]\n", "did you mean camel?"},
		"rename": {"note: GraphNote", "note: graph-note", "sqlc.yaml:11:31: note is renamed to \"graph-note\", which is not an exported Go identifier [config/invalid]\n", "GraphNote"},
		"kind":   {"kind: uuid", "kind: uiud", "sqlc.yaml:25:17: the kind of an override is \"uiud\" [config/invalid]\n", "did you mean uuid?"},
		"codec":  {"codec: text", "codec: txet", "sqlc.yaml:27:18: the codec of an override is \"txet\" [config/invalid]\n", "did you mean text?"},
		"column": {"column: note.price", "column: price", "sqlc.yaml:29:19: the column of an override is \"price\" [config/invalid]\n", "note.origin.kind"},
		"kind or column": {"column: note.price", "nothing: x",
			"sqlc.yaml:29:11: an override needs either a kind or a column [config/invalid]\nsqlc.yaml:29:11: an override has no key \"nothing\" [config/unknown-key]\n", ""},
		"type":    {"type: Amount", "type: amount", "sqlc.yaml:30:20: the override has no go_type that is the name of a type [config/invalid]\n", "money.Amount"},
		"package": {"package: money, ", "", "sqlc.yaml:30:20: the name of the package example.com/go-money is not that of its folder [config/invalid]\n", "package:"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, diags := load(t, strings.Replace(tuned, tt.old, tt.new, 1))
			assert.Nil(t, cfg)
			assert.Equal(t, tt.want, messages(diags))
			assert.Contains(t, diags.Sorted()[0].Help, tt.help)
		})
	}
}

func TestOneEngineIsEnough(t *testing.T) {
	cfg, diags := load(t, `version: "2"
options: { tandem: { package: db, out: db, surreal: { schema: s, queries: q, package: g, out: db/g } } }
`)
	require.Empty(t, messages(diags))
	assert.Nil(t, cfg.Postgres)
	assert.NotNil(t, cfg.Surreal)
}

func TestLoadPointsAtWhatIsWrong(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"not YAML": {"version: \"2\n", "sqlc.yaml:2:1: found unexpected end of stream [config/syntax]\n"},
		"wrong kind of value": {"version: \"2\"\nsql: 3\n",
			"sqlc.yaml:2:1: cannot unmarshal !!int `3` into []yaml.Node [config/syntax]\n"},
		"old version": {strings.Replace(both, `"2"`, `"1"`, 1), "sqlc.yaml:1:1: version is \"1\" [config/invalid]\n"},
		"unknown engine": {strings.Replace(both, "postgresql", "mysql", 1),
			"sqlc.yaml:3:13: unknown engine \"mysql\" [config/unknown-engine]\n"},
		"misspelt key": {strings.Replace(both, "    out: gen/db\n", "    oot: gen/db\n", 1),
			"sqlc.yaml:9:5: out is missing [config/invalid]\nsqlc.yaml:10:5: options.tandem has no key \"oot\" [config/unknown-key]\n"},
		"not a package name": {strings.Replace(both, "package: db", "package: my-db", 1),
			"sqlc.yaml:9:14: options.tandem.package is \"my-db\", which is not a Go package name [config/invalid]\n"},
		"a program": {strings.Replace(both, "package: db", "package: main", 1),
			"sqlc.yaml:9:14: options.tandem.package is \"main\", which is a program that no package can import [config/invalid]\n"},
		"no options": {"version: \"2\"\n", "sqlc.yaml:1:1: options.tandem is missing [config/invalid]\n"},
		"nothing to do": {"version: \"2\"\noptions:\n  tandem: { package: db, out: db }\n",
			"sqlc.yaml:3:11: there is nothing to generate from [config/invalid]\n"},
		"same folder twice": {strings.Replace(both, "out: gen/db/graphdb", "out: gen/db", 1),
			"sqlc.yaml:9:5: the root and the SurrealDB package would both be written to \"gen/db\" [config/invalid]\n"},
		"outside the project": {strings.Replace(both, "out: gen/db/graphdb", "out: ../graphdb", 1),
			"sqlc.yaml:9:5: the SurrealDB package would be written to \"../graphdb\", outside the project [config/invalid]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, diags := load(t, tt.text)
			assert.Nil(t, cfg)
			assert.Equal(t, tt.want, messages(diags))
		})
	}
}

func TestAMissingConfigurationSaysWhatToDo(t *testing.T) {
	_, diags := config.Load(filepath.Join(t.TempDir(), "sqlc.yaml"))
	require.Equal(t, 1, diags.Len())
	d := diags.Sorted()[0]
	assert.Equal(t, diag.ConfigMissing, d.Code)
	assert.Contains(t, d.Help, "--config")
}

func TestWithoutAModuleTheImportPathIsAnError(t *testing.T) {
	dir := project(t, map[string]string{"sqlc.yaml": both, "go.mod": "go 1.26\n"})
	_, diags := config.Load(filepath.Join(dir, "sqlc.yaml"))
	assert.Contains(t, messages(diags), "names no module")
}

func TestSourcesTakesFoldersFilesAndPatternsOnce(t *testing.T) {
	dir := project(t, map[string]string{
		"q/b.surql": "b", "q/a.surql": "a", "q/note.txt": "", "q/sub/c.surql": "c", "z.surql": "z",
	})
	files, diags := config.Sources(dir, []string{"q", "z.surql", "q/*.surql", "q/sub"}, ".surql", "sqlc.yaml")
	require.Empty(t, messages(diags))
	text := ""
	for _, f := range files {
		text += f.Text
	}
	assert.Equal(t, "abzc", text)
}

func TestSourcesNamesWhatIsNotThere(t *testing.T) {
	_, diags := config.Sources(t.TempDir(), []string{"surql/schema", "*.surql"}, ".surql", "sqlc.yaml")
	assert.Equal(t, 2, diags.Len())
	assert.Contains(t, messages(diags), "cannot read surql/schema")
	assert.Contains(t, messages(diags), "*.surql holds no .surql files")
}

const atlas = `variable "root" { default = "schema" }
locals { dir = "file://${var.root}/migrations" }
env "local" {
  src = "file://${var.root}"
  url = getenv("TANDEM_TEST_URL")
  migration {
    dir = local.dir
    revisions_schema = "public"
  }
  surreal {
    src = ["file://surql/a", "surql/b"]
    migration { dir = "file://surql/migrations" }
  }
}
env "ci" {
  src = "file://schema"
  dev = "postgres://${atlas.env}"
  migration { dir = "file://schema/migrations" }
}
lint {
  destructive { error = true }
}
`

func env(t *testing.T, text, name string, vars map[string]string) (*config.Env, *diag.List) {
	t.Helper()
	return config.LoadEnv(project(t, map[string]string{"atlas.hcl": text}), name, vars)
}

func first(env *config.Env, _ *diag.List) *config.Env { return env }

func TestLoadEnvEvaluatesAsAtlasDoes(t *testing.T) {
	t.Setenv("TANDEM_TEST_URL", "postgres://there")
	got, diags := env(t, atlas, "local", map[string]string{"root": "db"})
	require.Empty(t, messages(diags))
	assert.Equal(t, &config.Env{
		Name:     "local",
		Postgres: &config.Migrations{Src: []string{"db"}, Dir: "db/migrations", URL: "postgres://there"},
		Surreal:  &config.Migrations{Src: []string{"surql/a", "surql/b"}, Dir: "surql/migrations"},
	}, got)
	assert.Equal(t, "local", first(env(t, atlas, "", nil)).Name, "local is what is meant where none is named")
	got, diags = env(t, atlas, "ci", nil)
	require.Empty(t, messages(diags))
	assert.Nil(t, got.Surreal)
	assert.Equal(t, "postgres://ci", got.Postgres.Dev)
}

func TestLoadEnvPointsAtWhatIsWrong(t *testing.T) {
	for name, tt := range map[string]struct {
		text, env, want string
		vars            map[string]string
	}{
		"no such environment": {text: atlas, env: "lokal", want: "atlas.hcl:1:1: atlas.hcl has no env \"lokal\" [config/unknown-env]\n"},
		"which environment": {text: strings.Replace(atlas, `env "local"`, `env "test"`, 1),
			want: "atlas.hcl:1:1: atlas.hcl has 2 environments [config/unknown-env]\n"},
		"no directory": {text: "env \"a\" {\n  src = \"x\"\n}", want: "atlas.hcl:1:9: env \"a\" has no migration directory [config/invalid]\n"},
		"no source": {text: "env \"a\" {\n  migration { dir = \"x\" }\n}",
			want: "atlas.hcl:1:9: src is missing [config/invalid]\n"},
		"a URL that is no file": {text: "env \"a\" {\n  src = \"s3://x\"\n  migration { dir = \"x\" }\n}",
			want: "atlas.hcl:2:9: \"s3://x\" is not a file:// URL [config/invalid]\n"},
		"not HCL":       {text: "env {", want: "atlas.hcl:1:5: unclosed configuration block [config/syntax]\n"},
		"unset":         {text: "variable \"v\" {}\nenv \"a\" {}", want: "atlas.hcl:1:14: variable \"v\" has no value [config/invalid]\n"},
		"unknown input": {text: "env \"a\" {}", vars: map[string]string{"x": "1"}, want: "which --var sets"},
	} {
		t.Run(name, func(t *testing.T) {
			got, diags := env(t, tt.text, tt.env, tt.vars)
			assert.Nil(t, got)
			assert.Contains(t, messages(diags), tt.want)
		})
	}
}
