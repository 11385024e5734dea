package cli_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/cli"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the actual output into the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"tandem": func() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the command as users do: one file per behaviour, its name
// beginning with the command.
//
// A script that says «engines» gets databases of its own, whose URLs are in the
// environment. The files that several scripts need are in testdata/project.
func TestScripts(t *testing.T) {
	project, err := filepath.Abs("testdata/project")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			// Engines are installed once for all tests, not into each script's home.
			cache, err := os.UserCacheDir()
			if err != nil {
				return err
			}
			env.Setenv("XDG_CACHE_HOME", cache)
			env.Setenv("PROJECT", project)
			env.Values[testKey{}] = env.T()
			for _, name := range []string{"TANDEM_ENGINES", "TANDEM_CACHE"} {
				env.Setenv(name, os.Getenv(name))
			}
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"devdown": devDown,
			"engines": engines,
			"project": copyProject,
			"replace": replace,
		},
	})
}

// testKey is under which a script finds its test.
type testKey struct{}

// engines gives the script a PostgreSQL and a SurrealDB database of its own.
func engines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: engines")
	}
	t := ts.Value(testKey{}).(testing.TB)
	ts.Setenv("TANDEM_POSTGRES_URL", enginetest.Postgres(t))
	ts.Setenv("TANDEM_SURREAL_URL", enginetest.Surreal(t))
	// Any database of a server will do for making throw-away ones.
	ts.Setenv("TANDEM_POSTGRES_DEV_URL", ts.Getenv("TANDEM_POSTGRES_URL"))
	ts.Setenv("TANDEM_SURREAL_DEV_URL", ts.Getenv("TANDEM_SURREAL_URL"))
}

// devDown stops the engines of tandem dev up when the script has ended, also if
// it failed before it stopped them itself.
func devDown(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: devdown")
	}
	ts.Defer(func() {
		if err := ts.Exec("tandem", "dev", "down"); err != nil {
			ts.Logf("tandem dev down: %v", err)
		}
	})
}

// project copies testdata/project into the script's folder.
func copyProject(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: project")
	}
	ts.Check(os.CopyFS(ts.MkAbs("."), os.DirFS(ts.Getenv("PROJECT"))))
}

// replace replaces a text that a file must hold: replace FILE OLD NEW.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o644))
}
