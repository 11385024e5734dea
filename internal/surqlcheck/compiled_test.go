package surqlcheck

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/emit"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/names"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// compiledPath is where the generated program pretends to be: in this module,
// but nowhere on the disk.
const compiledPath = "github.com/devq-ai/tandem/internal/surqlcheck/testdata/compiled"

// A compiledSchema is a generated schema with queries over it.
type compiledSchema struct {
	Package string
	Setup   []string // what defines and fills the tables
	Queries []compiledQuery
}

type compiledQuery struct{ Name, Text string }

// TestGeneratedQueriesReadThroughCompiledGo makes schemas, data and queries,
// compiles all queries to one Go program, and runs each on a real engine: the
// strict decoder must read whatever the engine returns. TANDEM_COMPILED sets how
// many queries are made, TANDEM_SEED where the generator begins.
func TestGeneratedQueriesReadThroughCompiledGo(t *testing.T) {
	count, seed := 300, uint64(1)
	if s := os.Getenv("TANDEM_COMPILED"); s != "" {
		n, err := strconv.Atoi(s)
		require.NoError(t, err)
		count = n
	}
	if s := os.Getenv("TANDEM_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		require.NoError(t, err)
		seed = n
	}
	b := &compiledBuild{t: t, dir: t.TempDir(), overlay: map[string]string{}}
	const perSchema = 150
	made := 0
	for n := 0; made < count; n++ {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, uint64(1000+n))), cat: NewCatalog()}
		made += b.add(g, fmt.Sprintf("schema%d", n), min(perSchema, count-made))
	}
	read, failures := b.run()
	for _, failure := range failures {
		t.Error(failure)
	}
	t.Logf("%d queries over %d schemas: %d results read", made, len(b.schemas), read)
	assert.Greater(t, read, made/3, "the generator makes too much that does not run")
}

// A compiledBuild collects the files of the program.
type compiledBuild struct {
	t       *testing.T
	dir     string
	overlay map[string]string // from where a file pretends to be to where it is
	schemas []compiledSchema
}

// add adds a schema with up to count queries that compile, and returns how many
// these are.
func (b *compiledBuild) add(g *generator, pkg string, count int) int {
	text := g.schema()
	require.Zero(b.t, g.cat.Apply(parse(b.t, text)).Len(), text)
	schema := []*source.File{source.NewFile("schema.surql", text)}
	s := compiledSchema{Package: pkg, Setup: append([]string{text}, g.data()...)}
	var file strings.Builder
	for tries := 0; len(s.Queries) < count && tries < 5*count; tries++ {
		q := compiledQuery{Name: fmt.Sprintf("Q%d", len(s.Queries)), Text: g.statement()}
		for _, command := range []string{":many", ":one"} {
			annotated := fmt.Sprintf("-- name: %s %s\n%s;\n", q.Name, command, q.Text)
			program, _, found := Compile(schema, []*source.File{source.NewFile("q.surql", annotated)})
			if !found.HasErrors() && len(program.Files[0].Queries[0].Params) == 0 {
				file.WriteString(annotated)
				s.Queries = append(s.Queries, q)
				break
			}
		}
	}
	program, _, found := Compile(schema, []*source.File{source.NewFile("q.surql", file.String())})
	require.False(b.t, found.HasErrors(), "%v", found.Sorted())
	require.NoError(b.t, ir.Validate(program))
	files, diags, err := emit.Program(program, emit.Options{
		ImportPath: compiledPath + "/" + pkg, Package: pkg,
		Surreal: &emit.SubPackage{ImportPath: compiledPath + "/" + pkg + "/graphdb", Package: "graphdb", Dir: "graphdb"},
		Names:   names.Style{Initialisms: names.DefaultInitialisms},
	})
	require.NoError(b.t, err)
	require.False(b.t, diags.HasErrors(), "%v", diags.Sorted())
	for _, f := range files {
		if strings.HasPrefix(f.Path, "graphdb/") {
			b.write(pkg+"/"+f.Path, f.Content)
		}
	}
	b.schemas = append(b.schemas, s)
	return len(s.Queries)
}

// write adds a file of the program.
func (b *compiledBuild) write(name string, content []byte) {
	at := filepath.Join(b.dir, filepath.FromSlash(name))
	require.NoError(b.t, os.MkdirAll(filepath.Dir(at), 0o755))
	require.NoError(b.t, os.WriteFile(at, content, 0o644))
	here, err := filepath.Abs(filepath.Join("testdata", "compiled", filepath.FromSlash(name)))
	require.NoError(b.t, err)
	b.overlay[here] = at
}

// program is the main package; its parts are the imports and the schemas.
const compiledProgram = `package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
%s)

type query struct {
	name, text string
	run        func(context.Context) error
}

func main() {
	read := 0
%s	fmt.Println(read)
}

func run(name, url string, setup []string, queries func(surreal.Querier) []query) (read int) {
	ctx := context.Background()
	pool, err := surreal.Open(ctx, store.ConfigFromURLs("", url))
	if err != nil {
		panic(err)
	}
	defer pool.Close()
	for _, text := range setup {
		_, _ = pool.Query(ctx, text, nil) // some data is refused
	}
	for _, q := range queries(pool) {
		err := q.run(ctx)
		switch {
		case err == nil:
			read++
		case errors.Is(err, store.ErrDecode):
			fmt.Fprintf(os.Stderr, "%%s: %%s\n\t%%v\n", name, q.text, err)
		}
	}
	return read
}
`

// run builds the program and runs it, and returns how many results were read
// and what could not be.
func (b *compiledBuild) run() (read int, failures []string) {
	var imports, body strings.Builder
	for _, s := range b.schemas {
		fmt.Fprintf(&imports, "\t%s %q\n", s.Package, compiledPath+"/"+s.Package+"/graphdb")
		fmt.Fprintf(&body, "\tread += run(%q, %q, %#v, func(db surreal.Querier) []query {\n\t\tq := %s.New(db)\n\t\treturn []query{\n",
			s.Package, enginetest.Surreal(b.t), s.Setup, s.Package)
		for _, q := range s.Queries {
			fmt.Fprintf(&body, "\t\t\t{%q, %q, func(ctx context.Context) error { _, err := q.%s(ctx); return err }},\n", q.Name, q.Text, q.Name)
		}
		body.WriteString("\t\t}\n\t})\n")
	}
	b.write("main.go", fmt.Appendf(nil, compiledProgram, imports.String(), body.String()))
	overlay, err := json.Marshal(map[string]any{"Replace": b.overlay})
	require.NoError(b.t, err)
	overlayFile, program := filepath.Join(b.dir, "overlay.json"), filepath.Join(b.dir, "program")
	require.NoError(b.t, os.WriteFile(overlayFile, overlay, 0o644))
	out, err := exec.CommandContext(b.t.Context(), "go", "build", "-overlay", overlayFile, "-o", program, compiledPath).CombinedOutput()
	require.NoError(b.t, err, "%s", out)
	var stdout, stderr strings.Builder
	cmd := exec.CommandContext(b.t.Context(), program)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(b.t, cmd.Run(), "%s", &stderr)
	read, err = strconv.Atoi(strings.TrimSpace(stdout.String()))
	require.NoError(b.t, err)
	if text := strings.TrimSpace(stderr.String()); text != "" {
		failures = strings.Split(text, "\nschema")
	}
	return read, failures
}
