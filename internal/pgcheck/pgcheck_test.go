package pgcheck

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sqlcPath is sqlc's own program, built once for all tests.
var sqlcPath string

func TestMain(m *testing.M) {
	flag.Parse()
	dir, err := os.MkdirTemp("", "sqlc-")
	if err != nil {
		panic(err)
	}
	sqlcPath = filepath.Join(dir, "sqlc")
	if out, err := exec.Command("go", "build", "-o", sqlcPath, "github.com/sqlc-dev/sqlc/cmd/sqlc").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build sqlc: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

const (
	petConfig = "version: \"2\"\nsql:\n  - engine: postgresql\n    schema: schema\n    queries: queries\n    gen: { go: { package: petdb, out: gen/petdb, sql_package: pgx/v5 } }\n"
	petSchema = `CREATE TYPE pet_kind AS ENUM ('cat', 'dog');
CREATE TABLE owners (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE pets (
  id bigint PRIMARY KEY,
  owner_id bigint REFERENCES owners,
  kind pet_kind NOT NULL,
  name text NOT NULL,
  born timestamptz
);
`
)

// compile compiles a project of the given files, which fill up the pets' own.
func compile(t *testing.T, files map[string]string) (*Result, *diag.List) {
	t.Helper()
	t.Chdir(t.TempDir())
	all := map[string]string{"sqlc.yaml": petConfig, "schema/pets.sql": petSchema}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
	before := tree(t)
	res, diags, err := Compile(t.Context(), Options{Dir: ".", Config: source.NewFile("sqlc.yaml", all["sqlc.yaml"]), Sqlc: []string{sqlcPath}})
	require.NoError(t, err)
	assert.Equal(t, before, tree(t), "nothing is written to the project")
	return res, diags
}

func tree(t *testing.T) (names []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(".", func(name string, _ fs.DirEntry, err error) error {
		names = append(names, name)
		return err
	}))
	return names
}

func messagesOf(diags *diag.List) (all []string) {
	for _, d := range diags.Sorted() {
		all = append(all, d.Severity.String()+": "+d.Error())
	}
	return all
}

func queryNamed(t *testing.T, res *Result, name string) *ir.Query {
	t.Helper()
	require.NotNil(t, res)
	for _, f := range res.Program.Files {
		for _, q := range f.Queries {
			if q.Name == name {
				return q
			}
		}
	}
	t.Fatalf("there is no query %s", name)
	return nil
}

// packageDir is this package's folder, whatever the working directory is.
var packageDir, _ = os.Getwd()

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join(packageDir, "testdata", "golden", name)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// dump prints what a program says about PostgreSQL.
func dump(p *ir.Program) string {
	var b strings.Builder
	for _, f := range p.Files {
		fmt.Fprintf(&b, "file %s\n", f.Name)
		for _, line := range f.Doc {
			fmt.Fprintf(&b, "  # %s\n", line)
		}
		for _, q := range f.Queries {
			fmt.Fprintf(&b, "  %s :%s", q.Name, q.Cardinality)
			if q.ReadOnly {
				b.WriteString(" read-only")
			}
			fmt.Fprintf(&b, " line %d\n", q.Span.Position().Line)
			for _, p := range q.Params {
				fmt.Fprintf(&b, "    in  %s %s (%s)\n", p.Name, foreignText(p.Type), p.Span.Text())
			}
			if q.Result != nil {
				fmt.Fprintf(&b, "    out %s\n", foreignText(q.Result))
			}
		}
	}
	for _, d := range p.Foreign {
		fmt.Fprintf(&b, "type %s %v %v\n", d.Name, d.Values, d.Funcs)
	}
	return b.String()
}

func foreignText(t ir.Type) string {
	f := t.(*ir.Foreign)
	if len(f.Imports) == 0 {
		return f.Expr
	}
	return fmt.Sprintf("%s %v", f.Expr, f.Imports)
}

func TestReferenceLayerCompilesWithoutAWarning(t *testing.T) {
	text, err := os.ReadFile("../../sqlc.yaml")
	require.NoError(t, err)
	res, diags, err := Compile(t.Context(), Options{Dir: "../..", Config: source.NewFile("sqlc.yaml", string(text)), Sqlc: []string{sqlcPath}})
	require.NoError(t, err)
	require.Empty(t, messagesOf(diags))
	golden(t, "reference.txt", dump(res.Program))
	assert.Contains(t, res.Files, "gen/agentdb/pgdb/runs.sql.go")
	assert.Contains(t, res.Files, "gen/agentdb/pgdb/models.go")

	get := queryNamed(t, res, "GetAgent")
	assert.Equal(t, "-- name: GetAgent :one", get.Span.Text())
	assert.Equal(t, "../../queries/agents.sql", get.Span.Position().Path)
	assert.Equal(t, []string{"GetAgent returns the agent with the given id."}, get.Doc)
	assert.True(t, strings.HasPrefix(get.Text, "SELECT id, tenant, handle,"), "stars are expanded: %s", get.Text)
}

// TestMistakesAreReportedWhereTheyStand checks the files below testdata/errors:
// schema.sql is a schema, every other file a query file. A line such as
//
//	--   ^ error sql/unknown-column: column "nmae" does not exist (did you mean name?)
//
// expects a diagnostic with that help at the caret's column of the nearest line
// above that expects nothing; "--<" stands for the first column.
func TestMistakesAreReportedWhereTheyStand(t *testing.T) {
	projects, err := filepath.Glob("testdata/errors/*")
	require.NoError(t, err)
	require.NotEmpty(t, projects)
	for _, project := range projects {
		t.Run(filepath.Base(project), func(t *testing.T) {
			names, err := filepath.Glob(filepath.Join(project, "*.sql"))
			require.NoError(t, err)
			files := map[string]string{}
			var want []string
			for _, name := range names {
				text, err := os.ReadFile(name)
				require.NoError(t, err)
				folder := "queries/"
				if filepath.Base(name) == "schema.sql" {
					folder = "schema/"
				}
				files[folder+filepath.Base(name)] = string(text)
				want = append(want, expectations(folder+filepath.Base(name), string(text))...)
			}
			require.NotEmpty(t, want)
			res, diags := compile(t, files)
			var got []string
			for _, d := range diags.Sorted() {
				line := fmt.Sprintf("%s: %s %s: %s", d.Span.Position(), d.Severity, d.Code, d.Message)
				if d.Help != "" {
					line += " (" + d.Help + ")"
				}
				got = append(got, line)
			}
			assert.ElementsMatch(t, want, got)
			assert.Equal(t, diags.HasErrors(), res == nil)
		})
	}
}

func expectations(name, text string) (want []string) {
	line := 0
	for i, l := range strings.Split(text, "\n") {
		column, rest := 0, ""
		if after, ok := strings.CutPrefix(l, "--<"); ok {
			column, rest = 1, after
		} else if before, after, ok := strings.Cut(l, "^ "); ok && strings.Trim(before, "- ") == "" && strings.HasPrefix(before, "--") {
			column, rest = len(before)+1, after
		} else {
			line = i + 1
			continue
		}
		want = append(want, fmt.Sprintf("%s:%d:%d: %s", name, line, column, strings.TrimSpace(rest)))
	}
	return want
}

// TestEachCodeHasItsExample holds the documentation of the codes to what the
// compiler says.
func TestEachCodeHasItsExample(t *testing.T) {
	for _, info := range diag.Codes() {
		if !strings.HasPrefix(string(info.Code), "sql/") || strings.HasPrefix(info.Example, "(") {
			continue
		}
		t.Run(string(info.Code), func(t *testing.T) {
			query := info.Example
			if info.Code == diag.SQLNotAnnotated {
				query += "-- name: GetPet :one\nSELECT id FROM pets WHERE id = $1;\n"
			}
			_, diags := compile(t, map[string]string{"queries/pets.sql": query})
			var codes []diag.Code
			for _, d := range diags.Sorted() {
				codes = append(codes, d.Code)
			}
			assert.Equal(t, []diag.Code{info.Code}, codes, messagesOf(diags))
		})
	}
}

func TestEveryCardinalityIsRead(t *testing.T) {
	res, diags := compile(t, map[string]string{
		"sqlc.yaml": strings.Replace(petConfig, "sql_package: pgx/v5", "sql_package: pgx/v5, query_parameter_limit: 2, emit_all_enum_values: true", 1),
		"queries/pets.sql": `-- Pets and whom
-- they belong to.

-- name: One :one
SELECT * FROM pets WHERE id = @id;
-- Above the annotation
-- name: Many :many
-- and below it.
SELECT name FROM pets WHERE kind = $1 AND name = sqlc.narg('called');
-- name: Exec :exec
DELETE FROM pets;
-- name: ExecRows :execrows
DELETE FROM pets WHERE id = $1;
-- name: ExecResult :execresult
DELETE FROM pets WHERE id = $1;
-- name: CopyFrom :copyfrom
INSERT INTO pets (id, kind, name) VALUES ($1, $2, $3);
-- name: BatchExec :batchexec
DELETE FROM pets WHERE id = $1;
-- name: BatchOne :batchone
SELECT id, name FROM pets WHERE id = $1;
-- name: BatchMany :batchmany
SELECT name FROM pets WHERE kind = $1 AND born < $2;
`})
	require.Empty(t, messagesOf(diags))
	golden(t, "cardinalities.txt", dump(res.Program))
}

func TestOptionsOfSqlcShowInTheTypes(t *testing.T) {
	res, diags := compile(t, map[string]string{
		"sqlc.yaml": `version: "2"
sql:
  - engine: postgresql
    schema: [schema/*.sql]
    queries: queries
    gen:
      go:
        out: gen/petdb
        sql_package: pgx/v5
        emit_interface: true
        emit_result_struct_pointers: true
        emit_params_struct_pointers: true
        emit_exported_queries: true
        output_files_suffix: _gen.go
        overrides:
          - { column: pets.name, go_type: { import: example.com/go-names, package: names, type: Name } }
          - { column: pets.owner_id, go_type: { import: gopkg.in/guregu/null.v4, package: "null", type: Int } }
overrides:
  go:
    rename: { pet: Animal }
`,
		"queries/pets.sql": `/* name: Get :one */
SELECT * FROM pets WHERE id = $1;
-- name: List :many
-- @sqlc-vet-disable
-- List lists.
SELECT name, owner_id FROM pets WHERE name = @name OR owner_id = @owner;
-- name: Names :many
SELECT name FROM pets;
`})
	require.Empty(t, messagesOf(diags))
	golden(t, "options.txt", dump(res.Program))
	assert.Equal(t, []string{"List lists."}, queryNamed(t, res, "List").Doc)
	for name := range res.Files {
		assert.Equal(t, "gen/petdb", filepath.ToSlash(filepath.Dir(name)))
	}
}

func TestSameMistakeInEveryFileIsReportedInOneRun(t *testing.T) {
	files := map[string]string{}
	for i := range 20 {
		files[fmt.Sprintf("queries/q%02d.sql", i)] = fmt.Sprintf("-- name: A%d :many\nSELECT FROM WHERE;\n-- name: B%d :many\nSELECT nope FROM pets;\n-- name: C%d :many\nSELECT (1 FROM pets;\n", i, i, i)
	}
	_, diags := compile(t, files)
	assert.Equal(t, 60, diags.Len(), messagesOf(diags))
}

func TestFilesWithNothingInThemDoNoHarm(t *testing.T) {
	res, diags := compile(t, map[string]string{
		"schema/empty.sql":    "",
		"schema/comment.sql":  "-- Nothing yet.\n",
		"queries/empty.sql":   "",
		"queries/pets.sql":    "-- name: A :many\nSELECT name FROM pets;\n",
		"queries/.hidden.sql": "not SQL",
		"queries/x.down.sql":  "not SQL",
		"queries/readme.md":   "not SQL",
	})
	require.Empty(t, messagesOf(diags))
	require.Len(t, res.Program.Files, 1)
}

func TestPositionsHoldInFilesWithMoreThanASCII(t *testing.T) {
	_, diags := compile(t, map[string]string{"queries/pets.sql": "-- Tiere: Kätzchen, Hündchen, 猫\n\n-- name: A :many\nSELECT name FROM pets WHERE name = 'Mäuschen' AND nmae = @ß;\n\n-- name: B :many\nSELECT 'ö' FORM pets;\n"})
	require.Equal(t, []string{
		`error: queries/pets.sql:4:51: column "nmae" does not exist [sql/unknown-column]`,
		`error: queries/pets.sql:7:17: syntax error at or near "pets" [sql/syntax]`,
	}, messagesOf(diags))
}

func TestConfigurationMistakesPointIntoTheConfiguration(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown engine":  {"engine: postgresql", "engine: mysql", `error: sqlc.yaml:3:13: unknown engine "mysql" [config/unknown-engine]`},
		"unknown option":  {"package: petdb", "package: petdb, emit_nothing: true", `error: sqlc.yaml:6:34: sqlc has no option emit_nothing here [config/invalid]`},
		"another driver":  {"pgx/v5", "database/sql", `error: sqlc.yaml:6:63: gen.go.sql_package is not pgx/v5 [config/invalid]`},
		"db argument":     {"package: petdb", "emit_methods_with_db_argument: true", `error: sqlc.yaml:6:49: emit_methods_with_db_argument cannot be used [config/invalid]`},
		"no such folder":  {"schema: schema", "schema: nowhere", `error: sqlc.yaml:1:1: cannot read nowhere: stat nowhere: no such file or directory [config/no-files]`},
		"bad override":    {"package: petdb", `package: petdb, overrides: [{ db_type: text, go_type: "a b c.D" }]`, `error: sqlc.yaml:6:16: sqlc cannot generate code: source error: `},
		"not YAML":        {"version", "\tversion", `error: sqlc.yaml:1:1: found character that cannot start any token [config/syntax]`},
		"no sql block":    {"engine: postgresql", "schema: x", `error: sqlc.yaml:3:5: the sql block has no engine [config/invalid]`},
		"no output":       {"out: gen/petdb, ", "", `error: sqlc.yaml:3:5: gen.go.out is missing [config/invalid]`},
		"nothing to read": {"queries: queries", "queries: []", `error: sqlc.yaml:1:1: the sql block for postgresql names no schema or no queries [config/no-files]`},
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := compile(t, map[string]string{
				"sqlc.yaml":        strings.Replace(petConfig, c.old, c.new, 1),
				"queries/pets.sql": "-- name: A :many\nSELECT name FROM pets;\n",
			})
			got := messagesOf(diags)
			require.Len(t, got, 1)
			assert.True(t, strings.HasPrefix(got[0], c.want), got[0])
		})
	}
}

func TestSqlcThatCannotRunIsNotTheUsersMistake(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"schema/pets.sql": petSchema, "queries/pets.sql": "-- name: A :many\nSELECT name FROM pets;\n"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
	config := source.NewFile("sqlc.yaml", petConfig)
	run := func(ctx context.Context, sqlc ...string) error {
		res, _, err := Compile(ctx, Options{Dir: ".", Config: config, Sqlc: sqlc})
		assert.Nil(t, res)
		return err
	}
	require.ErrorContains(t, run(t.Context()), "no command is given")
	require.ErrorContains(t, run(t.Context(), "/nowhere/sqlc"), "run sqlc: ")
	require.ErrorContains(t, run(t.Context(), "sh", "-c", "echo out of memory >&2; exit 3"), "exit status 3: it says:\nout of memory")
	require.ErrorContains(t, run(t.Context(), "true"), "read sqlc's request")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, run(cancelled, sqlcPath), context.Canceled)
}
