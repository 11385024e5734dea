package emit_test

import (
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/emit"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/names"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files")

const goldenPath = "github.com/devq-ai/tandem/internal/emit/testdata/golden/"

var style = names.Style{Initialisms: names.DefaultInitialisms}

// TestGolden renders each feature's program and compares it with the files in
// testdata/golden. The files are Go packages of this module: TestGoldenBuilds
// vets them, and the tests beside them run them on the engines.
func TestGolden(t *testing.T) {
	for name, golden := range goldens(t) {
		t.Run(name, func(t *testing.T) {
			files, diags, err := emit.Program(golden.program, golden.options)
			require.NoError(t, err)
			require.Empty(t, diags.Sorted())
			compareGolden(t, filepath.Join("testdata", "golden", name), files)
		})
	}
}

// compareGolden compares files with those in dir that have Tandem's header.
func compareGolden(t *testing.T, dir string, files []emit.File) {
	t.Helper()
	want := map[string]bool{}
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		want[path] = true
		if *update {
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			require.NoError(t, os.WriteFile(path, f.Content, 0o644))
		}
		golden, err := os.ReadFile(path)
		require.NoError(t, err, "run the test with -update to write it")
		assert.Equal(t, string(golden), string(f.Content), path)
	}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || want[path] {
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil && strings.HasPrefix(string(content), emit.Header) {
			if *update {
				return os.Remove(path)
			}
			t.Errorf("%s is no longer generated", path)
		}
		return err
	}))
}

func TestGoldenBuilds(t *testing.T) {
	out, err := exec.Command("go", "vet", "./testdata/golden/...").CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func TestTheSameProgramAlwaysGivesTheSameFiles(t *testing.T) {
	for name, golden := range goldens(t) {
		first, _, err := emit.Program(golden.program, golden.options)
		require.NoError(t, err)
		for range 5 {
			again, _, err := emit.Program(golden.program, golden.options)
			require.NoError(t, err)
			require.Equal(t, first, again, name)
		}
	}
}

type golden struct {
	program *ir.Program
	options emit.Options
}

func goldens(t *testing.T) map[string]golden {
	return map[string]golden{
		"postgres": postgresGolden(t),
		"kinds":    kindsGolden(t),
		"names":    namesGolden(t),
		"both":     bothGolden(t),
		"wide":     wideGolden(t),
		"bench":    benchGolden(t),
	}
}

// postgresGolden is the program of testdata/golden/postgres, whose package pgdb
// sqlc has written from the schema and the queries there.
func postgresGolden(t *testing.T) golden {
	const pgtypePath = "github.com/jackc/pgx/v5/pgtype"
	foreign := func(expr string) *ir.Foreign {
		return &ir.Foreign{Expr: expr, Imports: map[string]string{
			"pgtype": pgtypePath, "pgconn": "github.com/jackc/pgx/v5/pgconn",
		}}
	}
	param := func(name, expr string) []*ir.Param {
		return []*ir.Param{{Name: name, Type: foreign(expr)}}
	}
	dir := filepath.Join("testdata", "golden", "postgres")
	agents := readQueryFile(t, dir, "agents.sql")
	agents.add(ir.One, param("arg", "CreateAgentParams"), foreign("Agent"))
	agents.add(ir.One, param("id", "int64"), foreign("Agent")).ReadOnly = true
	agents.add(ir.Many, nil, foreign("Agent")).ReadOnly = true
	agents.add(ir.ExecRows, param("arg", "RenameAgentsParams"), nil)
	agents.add(ir.Exec, param("name", "string"), nil)
	agents.add(ir.ExecResult, nil, foreign("pgconn.CommandTag"))
	agents.add(ir.CopyFrom, param("arg", "[]ImportAgentsParams"), nil)
	runs := readQueryFile(t, dir, "runs.sql")
	runs.add(ir.BatchExec, param("arg", "[]AddRunsParams"), nil)
	runs.add(ir.BatchMany, param("agent_id", "[]int64"), foreign("RunsOfRow")).ReadOnly = true
	runs.add(ir.BatchOne, param("store", "[]pgtype.UUID"), foreign("RunWithAgentRow")).ReadOnly = true
	runs.add(ir.One, param("arg", "SetRunStatusParams"), foreign("RunStatus"))
	return golden{
		program: &ir.Program{
			Files: []*ir.QueryFile{agents.file, runs.file},
			Foreign: []*ir.ForeignDecl{
				{Name: "Agent"},
				{Name: "Run"},
				{
					Name:   "RunStatus",
					Values: []string{"RunStatusQueued", "RunStatusRunning", "RunStatusDone"},
					Funcs:  []string{"AllRunStatusValues"},
				},
				{Name: "NullRunStatus"},
				{Name: "CreateAgentParams"},
				{Name: "ImportAgentsParams"},
				{Name: "RenameAgentsParams"},
				{Name: "AddRunsParams"},
				{Name: "RunsOfRow"},
				{Name: "RunWithAgentRow"},
				{Name: "SetRunStatusParams"},
			},
		},
		options: emit.Options{
			ImportPath: goldenPath + "postgres",
			Package:    "agentdb",
			Postgres:   &emit.SubPackage{ImportPath: goldenPath + "postgres/pgdb", Package: "pgdb"},
			Names:      style,
		},
	}
}

// bothGolden is a program with both engines: that of postgres and that of
// bench, over which testdata/golden/both has one root package.
func bothGolden(t *testing.T) golden {
	pg, sr := postgresGolden(t), benchGolden(t)
	program := *pg.program
	program.Models = sr.program.Models
	program.Files = slices.Concat(program.Files, sr.program.Files)
	options := sr.options
	options.Postgres = pg.options.Postgres
	options.ImportPath, options.Package = goldenPath+"both", "platformdb"
	options.Surreal = &emit.SubPackage{ImportPath: goldenPath + "both/graphdb", Package: "graphdb", Dir: "graphdb"}
	options.PostgresMigration, options.SurrealMigration = "20240101000000", "20240102000000"
	return golden{&program, options}
}

// A queryFile is a query file whose annotations are read and whose types the
// test gives.
type queryFile struct {
	file  *ir.QueryFile
	texts []source.Span // of each query, from its annotation on
}

func readQueryFile(t *testing.T, dir, name string) *queryFile {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "queries", name))
	require.NoError(t, err)
	src := source.NewFile("queries/"+name, string(text))
	engine := ir.PostgreSQL
	if filepath.Ext(name) == ".surql" {
		engine = ir.SurrealDB
	}
	f := &queryFile{file: &ir.QueryFile{
		Engine: engine, Name: strings.TrimSuffix(name, filepath.Ext(name)), Span: src.Span(0, 0),
	}}
	const annotation = "-- name: "
	for start := strings.Index(src.Text, annotation); start >= 0; {
		end := len(src.Text)
		next := strings.Index(src.Text[start+1:], annotation)
		if next >= 0 {
			end = start + 1 + next
		}
		f.texts = append(f.texts, src.Span(start, end))
		if next < 0 {
			break
		}
		start = end
	}
	return f
}

// add adds the next query of the file.
func (f *queryFile) add(cardinality ir.Cardinality, params []*ir.Param, result ir.Type) *ir.Query {
	span := f.texts[len(f.file.Queries)]
	lines := strings.Split(strings.TrimSpace(span.Text()), "\n")
	q := &ir.Query{
		Engine: f.file.Engine, Name: strings.Fields(lines[0])[2],
		Cardinality: cardinality, Params: params, Result: result, Span: span,
	}
	n := 1
	for ; strings.HasPrefix(lines[n], "--"); n++ {
		q.Doc = append(q.Doc, strings.TrimPrefix(lines[n], "--"))
	}
	q.Text = strings.Join(lines[n:], "\n")
	f.file.Queries = append(f.file.Queries, q)
	return q
}
