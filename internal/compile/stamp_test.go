package compile_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/devq-ai/tandem/internal/compile"
	"github.com/devq-ai/tandem/internal/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var stamped = map[string]string{
	"go.mod": "module example.com/shop\n",
	"tandem": "the tool",
	"sqlc.yaml": `version: "2"
sql:
  - engine: postgresql
    schema: schema
    queries: "q*/*.sql"
    gen: { go: { package: pgdb, out: gen/pgdb, sql_package: pgx/v5 } }
options:
  tandem:
    package: db
    out: gen
    surreal: { schema: surql/schema, queries: surql/queries, package: graphdb, out: gen/graphdb, migrations: surql/migrations }
`,
	"schema/a.sql":              "a",
	"queries/a.sql":             "a",
	"surql/schema/a.surql":      "a",
	"surql/queries/a.surql":     "a",
	"surql/migrations/1.surql":  "a",
	"gen/db.go":                 "generated",
	"gen/pgdb/db.go":            "generated",
	"gen/graphdb/db.go":         "generated",
	"gen/dbfake/notes.go":       "generated",
	"unrelated.txt":             "a",
	"gen/README.md":             "a",
	"surql/queries/deep/a.surq": "a",
}

// stampedProject is a project with a stamp; current reports whether it holds.
func stampedProject(t *testing.T) (dir string, current func() bool) {
	t.Helper()
	dir = t.TempDir()
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache"))
	t.Setenv("HOME", dir)
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	for name, text := range stamped {
		write(name, text)
	}
	tool := filepath.Join(dir, "tandem")
	load := func() *compile.Stamp {
		cfg, diags := config.Load(filepath.Join(dir, "sqlc.yaml"))
		require.Empty(t, diags.Sorted())
		stamp, err := compile.NewStamp(cfg, tool)
		require.NoError(t, err)
		require.NotNil(t, stamp)
		return stamp
	}
	_, ok := load().Current()
	require.False(t, ok, "nothing was ever compiled")
	require.NoError(t, load().Save(tool, compile.Summary{Files: 3, Queries: 2}))
	return dir, func() bool {
		last, ok := load().Current()
		assert.True(t, !ok || last == compile.Summary{Files: 3, Queries: 2})
		return ok
	}
}

func TestNothingIsCompiledAgainUntilSomethingChanges(t *testing.T) {
	dir, current := stampedProject(t)
	assert.True(t, current())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "unrelated.txt"), []byte("b"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "gen/README.md"), []byte("b"), 0o644))
	assert.True(t, current())
}

func TestEveryChangeIsNoticed(t *testing.T) {
	change := func(name string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, name)
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			require.NoError(t, os.WriteFile(path, []byte("b"), 0o644))
		}
	}
	remove := func(name string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, name))) }
	}
	for name, do := range map[string]func(t *testing.T, dir string){
		"schema of PostgreSQL":   change("schema/a.sql"),
		"a new file of it":       change("schema/b.sql"),
		"query of PostgreSQL":    change("queries/a.sql"),
		"a file of the pattern":  change("quick/new.sql"),
		"schema of SurrealDB":    change("surql/schema/a.surql"),
		"query of SurrealDB":     change("surql/queries/a.surql"),
		"a query file that goes": remove("surql/queries/a.surql"),
		"a migration":            change("surql/migrations/2.surql"),
		"an edited output":       change("gen/graphdb/db.go"),
		"an edited double":       change("gen/dbfake/notes.go"),
		"an output that went":    remove("gen/pgdb/db.go"),
		"a file beside outputs":  change("gen/other.go"),
		"the options of sqlc":    func(t *testing.T, _ string) { t.Setenv("SQLCDEBUG", "1") },
		"the path of the module": func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/moved\n"), 0o644))
		},
		"a tool built once more": func(t *testing.T, dir string) {
			require.NoError(t, os.Chtimes(filepath.Join(dir, "tandem"), time.Time{}, time.Now().Add(time.Hour)))
		},
		"a comment in sqlc.yaml": func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "sqlc.yaml"), []byte(stamped["sqlc.yaml"]+"# b\n"), 0o644))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, current := stampedProject(t)
			do(t, dir)
			assert.False(t, current())
		})
	}
}

func TestWhatChangesWhileItIsCompiledIsCompiledAgain(t *testing.T) {
	dir, current := stampedProject(t)
	cfg, _ := config.Load(filepath.Join(dir, "sqlc.yaml"))
	query := filepath.Join(dir, "queries", "a.sql")
	require.NoError(t, os.WriteFile(query, []byte("b"), 0o644))
	stamp, err := compile.NewStamp(cfg, filepath.Join(dir, "tandem"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(query, []byte("c"), 0o644))
	require.NoError(t, stamp.Save(filepath.Join(dir, "tandem"), compile.Summary{}))
	assert.False(t, current())
}
