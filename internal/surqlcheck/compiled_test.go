package surqlcheck

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// compiledPath is where the generated program is: in this module. Only what does
// not depend on the queries is on the disk, the rest pretends to be.
const compiledPath = "github.com/devq-ai/tandem/internal/surqlcheck/testdata/compiled"

// A compiledSchema is a generated schema with queries over it.
type compiledSchema struct {
	Package string
	Setup   []string // what defines and fills the tables
	Queries []compiledQuery
	Echoes  []compiledEcho
	Pairs   []compiledPair
	Types   []string // those that can be in a union
}

type compiledQuery struct{ Name, Text string }

// A compiledEcho is a pair of queries: each value that Read returns of a field is
// given to Compare, which says of each record whether its field is equal. (The
// engine takes a set for an array where it is compared in WHERE.)
type compiledEcho struct{ Read, Compare, Field string }

// TestGeneratedQueriesReadThroughCompiledGo makes schemas, data and queries,
// compiles all queries to one Go program, and runs each on a real engine: the
// strict decoder must read whatever the engine returns, what is read of a field
// must be equal to the field when it is sent, and a query with parameters must
// give what it gives with literals in their places. TANDEM_COMPILED sets how many
// queries must succeed, TANDEM_SEED where the generator begins.
func TestGeneratedQueriesReadThroughCompiledGo(t *testing.T) {
	count, seed := fromEnv(t, "TANDEM_COMPILED", 300), uint64(fromEnv(t, "TANDEM_SEED", 1))
	b := &compiledBuild{t: t, dir: t.TempDir(), overlay: map[string]string{}, refused: map[string]int{}}
	const perSchema = 150
	made := 0
	for n := 0; made < count+count/4; n++ { // some are refused for the data that they meet
		g := &generator{Rand: rand.New(rand.NewPCG(seed, uint64(1000+n))), cat: NewCatalog()}
		made += b.add(g, fmt.Sprintf("schema%d", n), perSchema)
	}
	outcome := b.run()
	for _, fault := range outcome.Faults {
		t.Error(fault)
	}
	for _, text := range outcome.Deaths {
		t.Log("the engine died of ", text)
	}
	for _, class := range slices.Sorted(maps.Keys(outcome.Classes)) {
		t.Logf("%5d %s", outcome.Classes[class], class)
	}
	for _, why := range slices.Sorted(maps.Keys(b.refused)) {
		t.Logf("%5d refused by the compiler: %s", b.refused[why], why)
	}
	t.Logf("%d queries over %d schemas", made, len(b.schemas))
	assert.GreaterOrEqual(t, outcome.Classes["read"], count, "the generator makes too much that does not run")
	assert.Greater(t, outcome.Classes["sent back"], count/20, "the generator makes too little that is sent")
	params, equal := outcome.Classes["with parameters"], outcome.Classes["equal to the literal's"]
	assert.Greater(t, params, count/3, "the generator makes too few parameters that it can send")
	assert.Greater(t, equal, params*9/10, "too much cannot be compared")
	assert.Greater(t, outcome.Classes["equal to the literal's in Go"], params/2, "too much has another type with parameters")
	assert.Greater(t, outcome.Classes["equal to the literal's, of a change"], params/5, "the generator changes too little")
	assert.Greater(t, outcome.Classes["equal to the literal's, and more than nothing"], params/3, "the generator finds too little")
}

// A compiledBuild collects the files of the program.
type compiledBuild struct {
	t       *testing.T
	dir     string
	overlay map[string]string // from where a file pretends to be to where it is
	schemas []compiledSchema
	refused map[string]int // what is made and does not compile with parameters
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
		if table, ok := strings.CutPrefix(q.Text, "CREATE ONLY "); ok && g.cat.Table(table[:1]).Relation {
			continue // the engine takes no relation without ends
		}
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
	s.Echoes = echoes(g, schema, &file)
	s.Pairs = b.pairs(g, schema, 2*count/3, &file)
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
			s.Types = append(s.Types, exportedTypes(b.t, f.Content)...)
		}
	}
	b.schemas = append(b.schemas, s)
	return len(s.Queries) + len(s.Echoes)
}

// echoes adds queries that read each field and that compare it with what was
// read, where both have the same Go type.
func echoes(g *generator, schema []*source.File, file *strings.Builder) []compiledEcho {
	var all []compiledEcho
	for _, table := range append(slices.Clone(g.tables), g.edges...) {
		for _, f := range g.cat.Table(table).Row.Fields {
			e := compiledEcho{fmt.Sprintf("Read%d", len(all)), fmt.Sprintf("Compare%d", len(all)), table + "." + f.Name}
			text := fmt.Sprintf("-- name: %s :many\nSELECT VALUE %s FROM %s;\n-- name: %s :many\nSELECT VALUE %s = $v FROM %s;\n",
				e.Read, f.Name, table, e.Compare, f.Name, table)
			program, _, found := Compile(schema, []*source.File{source.NewFile("q.surql", text)})
			if found.HasErrors() {
				continue
			}
			read, compare := program.Files[0].Queries[0], program.Files[0].Queries[1]
			if len(compare.Params) == 1 && ir.Equal(read.Result, compare.Params[0].Type) && sameInGo(read.Result) {
				file.WriteString(text)
				all = append(all, e)
			}
		}
	}
	return all
}

// sameInGo reports whether two queries have one Go type for the IR's type: a
// type that is made for a query is another one in each.
func sameInGo(t ir.Type) bool {
	switch t := t.(type) {
	case *ir.Option:
		return sameInGo(t.Elem)
	case *ir.Nullable:
		return sameInGo(t.Elem)
	case *ir.Array:
		return sameInGo(t.Elem)
	case *ir.Set:
		return sameInGo(t.Elem)
	case *ir.Object:
		return t.Name != nil || len(t.Fields) == 0 && t.Open
	case *ir.Union:
		return t.Name != nil
	case *ir.Tuple:
		return t.Name != nil
	}
	return true
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

// A compiledOutcome is what the program says of its calls.
type compiledOutcome struct {
	Classes map[string]int // how many calls ended so
	Faults  []string       // calls that ended as none may
	Deaths  []string       // what the engine died of
}

// compiledProgram is the main package; its parts are the imports and the schemas.
const compiledProgram = `package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"time"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
%s)

type query struct {
	name, text string
	run        func(context.Context) error
}

// What a call can end with besides what the engine refuses.
const (
	fault = "FAULT" // what no query may end with
	died  = "the engine died"
)

var outcome struct {
	Classes map[string]int
	Faults  []string
	Deaths  []string
}

func main() {
	outcome.Classes = map[string]int{}
%s	_ = json.NewEncoder(os.Stdout).Encode(outcome)
}

// fill returns a pool of a database that has been set up.
func fill(ctx context.Context, url string, setup []string) *surreal.Pool {
	pool, err := surreal.Open(ctx, store.ConfigFromURLs("", url))
	for tries := 0; err != nil; tries++ { // an engine that died tells so before it ends and is started again
		if tries == 20 {
			panic(err)
		}
		time.Sleep(500 * time.Millisecond)
		pool, err = surreal.Open(ctx, store.ConfigFromURLs("", url))
	}
	for _, text := range setup {
		_, _ = pool.Query(ctx, text, nil) // some data is refused
	}
	return pool
}

func run(name, url string, setup []string, pairs []pair, queries func(surreal.Querier) []query) {
	ctx := context.Background()
	pool := fill(ctx, url, setup)
	defer func() { pool.Close() }()
	deaths := 0
	for i := range pairs {
		if deaths == 3 {
			break // the engine dies of the schema
		}
		p := &pairs[i]
		err := p.run(ctx, pool)
		if err == nil {
			continue
		}
		if classify(pool.Runner().Error(ctx, &store.Query{Name: p.name}, err)) == died {
			deaths++
			outcome.Classes["with parameters: "+died]++
			outcome.Deaths = append(outcome.Deaths, p.text)
			pool.Close()
			pool = fill(ctx, url, setup)
			continue
		}
		outcome.Classes["with parameters: "+fault]++
		outcome.Faults = append(outcome.Faults, fmt.Sprintf("%%s: %%s\n\t%%v", name, p.text, err))
	}
	for _, q := range queries(pool) {
		err := q.run(ctx)
		if err == nil {
			outcome.Classes["read"]++
			continue
		}
		err = pool.Runner().Error(ctx, &store.Query{Name: q.name}, err)
		class := classify(err)
		outcome.Classes[class]++
		switch class {
		case fault:
			outcome.Faults = append(outcome.Faults, fmt.Sprintf("%%s: %%s\n\t%%v", name, q.text, err))
		case died:
			return // the next one has no data, and would kill it again
		}
	}
}

// refusals are what the engine says of values that no schema rules out.
var refusals = []struct {
	class   string
	message *regexp.Regexp
}{
	{"refused: a method that the value does not have", regexp.MustCompile("Method '.*' cannot be called on value of type")},
	{"refused: a cast of a value that does not fit", regexp.MustCompile("Could not cast into")},
	{"refused: arithmetic on values that have none", regexp.MustCompile("Cannot (negate|perform|raise) |Failed to compute")},
	{"refused: an argument that does not fit", regexp.MustCompile("Incorrect arguments for (function|method)|There was a problem running the .* function")},
	{"refused: COMPUTED fields that go round in a circle", regexp.MustCompile("Reached excessive computation depth")},
	{"refused: no name of a table", regexp.MustCompile("The table '[^a-z]")},
	{"refused: links without a database", regexp.MustCompile("Specify a database to use")},
	{"refused: no key of a record", regexp.MustCompile("for the Record ID but this is not a valid id")},
	{"refused: $this in a GROUP", regexp.MustCompile("parameter refering to the document of a group by")},
}

// classify returns the class of an error.
func classify(err error) string {
	var failure *store.Error
	if !errors.As(err, &failure) {
		return fault
	}
	switch failure.Kind {
	case store.KindNotFound:
		return "nothing found"
	case store.KindCheck:
		return "refused: the schema"
	case store.KindForeignKey:
		return "refused: an end that does not exist"
	case store.KindConflict:
		return "refused: a record that is there already"
	case store.KindUnavailable:
		return died
	case store.KindOther, store.KindSchema:
		for _, refusal := range refusals {
			if refusal.message.MatchString(err.Error()) {
				return refusal.class
			}
		}
		if regexp.MustCompile("The engine died").MatchString(err.Error()) {
			return died
		}
	}
	return fault
}

// echo sends what was read. Each value must be equal to that of some record.
func echo[T any](ctx context.Context, read func(context.Context) ([]T, error), compare func(context.Context, T) ([]bool, error)) error {
	values, err := read(ctx)
	if err != nil {
		return err
	}
	for _, v := range values {
		equal, err := compare(ctx, v)
		if err != nil {
			return err
		}
		if !slices.Contains(equal, true) {
			return fmt.Errorf("no record has the value %%#v that was read", v)
		}
		outcome.Classes["sent back"]++
	}
	return nil
}
`

// run builds the program and runs it.
func (b *compiledBuild) run() (outcome compiledOutcome) {
	var imports, body strings.Builder
	for _, s := range b.schemas {
		fmt.Fprintf(&imports, "\t%s %q\n", s.Package, compiledPath+"/"+s.Package+"/graphdb")
		fmt.Fprintf(&body, "\trun(%q, %q, %#v, ", s.Package, enginetest.Surreal(b.t), s.Setup)
		writePairs(&body, s)
		fmt.Fprintf(&body, ", func(db surreal.Querier) []query {\n\t\tq := %s.New(db)\n\t\treturn []query{\n", s.Package)
		for _, e := range s.Echoes {
			fmt.Fprintf(&body, "\t\t\t{%q, %q, func(ctx context.Context) error { return echo(ctx, q.%s, q.%s) }},\n", e.Compare, e.Field, e.Read, e.Compare)
		}
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
	require.NoError(b.t, json.Unmarshal([]byte(stdout.String()), &outcome))
	return outcome
}
