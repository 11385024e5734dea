package surqlcheck

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An oracle runs statements on a real engine and checks their results against
// the inferred kinds.
type oracle struct {
	db  *database
	cat *Catalog
	tally
}

// run runs a script line by line. Each line is looked at twice: as it is, and
// within a LET, which the engine's other executor runs.
func (o *oracle) run(name, text string) {
	o.db.t.Helper()
	for n, line := range strings.Split(text, "\n") {
		script, found := surql.Parse(source.NewFile(fmt.Sprintf("%s:%d", name, n+1), line), surql.Options{})
		if found.HasErrors() || len(script.Stmts) == 0 {
			continue // the file of measurements holds what the engine refuses, too
		}
		o.script(script)
	}
}

func (o *oracle) script(script *surql.Script) {
	o.db.t.Helper()
	stmts, diags := o.cat.Infer(script)
	answers, err := o.db.query(script.File.Text)
	if err != nil || len(answers) != len(stmts) {
		return
	}
	failed := false
	for i, s := range stmts {
		if answers[i].err != "" {
			failed = true
			continue
		}
		if _, isLet := s.Stmt.(*surql.LetStmt); failed && !isLet && usesVariable(s.Stmt) {
			continue // its LET may be what failed
		}
		o.result(script, s, answers[i].value, diags)
	}
}

// result checks the result of a statement. One that reads is looked at a second
// time within a LET.
func (o *oracle) result(script *surql.Script, s Statement, value any, diags *diag.List) {
	o.db.t.Helper()
	o.statements++
	if d := errorIn(diags, s.Stmt); d != nil {
		o.rejected = append(o.rejected, fmt.Sprintf("%s: %s", firstLine(s.Stmt.Span().Text()), d.Error()))
		return
	}
	o.accepted++
	o.check(s, value, "")
	if !reads(s.Stmt) || usesVariable(s.Stmt) || returns(s.Stmt) {
		return
	}
	text := "LET $oracle = (" + s.Stmt.Span().Text() + "); RETURN $oracle"
	within, found := surql.Parse(source.NewFile(script.File.Path, text), surql.Options{})
	if again, err := o.db.query(text); err == nil && !found.HasErrors() && again[1].err == "" && again[0].err == "" {
		inferred, _ := o.cat.Infer(within)
		o.check(inferred[1], again[1].value, " of "+text)
	}
}

func (o *oracle) check(s Statement, value any, how string) {
	if err := holds(s.Kind, value); err != nil {
		o.unsound = append(o.unsound, fmt.Sprintf("%s%s: %s\n\tinferred %s\n\tgot %s\n\t%v", s.Stmt.Span(), how, firstLine(s.Stmt.Span().Text()), short(s.Kind.String()), short(fmt.Sprintf("%v", value)), err))
		return
	}
	o.sound++
	o.measure(s.Kind)
}

func (o *oracle) report() {
	o.db.t.Helper()
	o.db.t.Log(&o.tally)
	for _, r := range o.rejected {
		o.db.t.Log("rejected ", r)
	}
	for _, u := range o.unsound {
		o.db.t.Error("unsound ", u)
	}
}

func reads(stmt surql.Stmt) bool {
	switch stmt.(type) {
	case *surql.SelectStmt, *surql.ExprStmt:
		return !effectOf(stmt).changes
	}
	return false
}

func returns(stmt surql.Stmt) bool {
	x, ok := stmt.(*surql.ExprStmt)
	return ok && returnsWithin(x.X)
}

func usesVariable(stmt surql.Stmt) bool {
	uses := false
	surql.Walk(stmt, func(n surql.Node) bool {
		if _, ok := n.(*surql.Param); ok {
			uses = true
		}
		return !uses
	})
	return uses
}

// TestResultsOnTheEngineAreOfTheInferredKinds runs what the rules of inference
// were measured with.
func TestResultsOnTheEngineAreOfTheInferredKinds(t *testing.T) {
	files, err := filepath.Glob("testdata/oracle/*.surql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { oracleFile(t, file, "\n") })
	}
}

// TestMeasuredSemanticsAreOfTheInferredKinds does the same with the reference's
// experiments.
func TestMeasuredSemanticsAreOfTheInferredKinds(t *testing.T) {
	corpus(t)
	root := os.Getenv("TANDEM_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	files, err := filepath.Glob(filepath.Join(root, "reference/surrealql/semantics/*.surql"))
	require.NoError(t, err)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { oracleFile(t, file, "\n---\n") })
	}
}

func oracleFile(t *testing.T, file, sep string) {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	o := &oracle{db: openDatabase(t), cat: NewCatalog()}
	for _, chunk := range strings.Split(string(text), sep) {
		if strings.Contains(chunk, "USE ") {
			continue
		}
		o.run(filepath.Base(file), strings.ReplaceAll(chunk, "\n", " "))
	}
	o.report()
}

// referenceQueries are the repository's own queries with values for their
// parameters, in an order in which each finds something. Queries and parameters
// that are not here get values that are made up.
var referenceQueries = []struct{ name, vars string }{
	{"PutPackages", `LET $packages = [
		{id: 'net/http', name: 'http', kind: 'library', synopsis: 'HTTP.', files: {go: 3, cgo: 0, assembly: 1}, tags: {'linux', 'go1.21'}},
		{id: 'net', name: 'net', kind: 'library', synopsis: NONE, files: {go: 5, cgo: 1, assembly: 0}, tags: {,}},
		{id: 'io', name: 'io', kind: 'library', synopsis: 'I/O.', files: {go: 2, cgo: 0, assembly: 0}, tags: {,}}]`},
	{"PutImports", "LET $edges = [{in: package:`net/http`, out: package:net}, {in: package:net, out: package:io, alias: 'xio'}]"},
	{"PutSymbols", "LET $symbols = [{id: symbol:`io.Reader`, name: 'Reader', kind: 'type', package: package:io, position: {file: 'io.go', line: 83}, doc: 'Reads.'}, {id: symbol:`io.EOF`, name: 'EOF', kind: 'var', package: package:io, position: {file: 'io.go', line: 44}}]"},
	{"PutDefinitions", "LET $edges = [{in: package:io, out: symbol:`io.Reader`}]"},
	{"GetPackage", "LET $id = package:net"},
	{"GetPackage", "LET $id = package:nowhere"},
	{"ListPackages", "LET $after = package:a; LET $limit = 10"},
	{"CountPackagesByKind", ""},
	{"ListImports", ""},
	{"ImportsOf", "LET $id = package:net"},
	{"TransitiveImports", "LET $id = package:`net/http`; LET $package = $id"},
	{"TransitiveImporters", "LET $id = package:io; LET $package = $id"},
	{"ShortestImportPath", "LET $from = package:`net/http`; LET $to = package:io"},
	{"ShortestImportPath", "LET $from = package:io; LET $to = package:net"},
	{"ImportTree", "LET $id = package:`net/http`"},
	{"MostImported", "LET $limit = 5"},
	{"FindSymbols", "LET $name = 'EOF'"},
	{"SymbolsOf", "LET $package = package:io; LET $kind = NONE"},
	{"SymbolsOf", "LET $package = package:io; LET $kind = 'type'"},
	{"DefinedIn", "LET $symbol = symbol:`io.Reader`"},
	{"CreateNote", "LET $note = {id: note:a, title: 'On readers', body: 'read all of it', about: package:io, origin: {kind: 'person', author: 'x'}, tags: {'io',}}"},
	{"CreateNote", "LET $note = {title: 'Plain', body: 'read', origin: {kind: 'agent', run: rand::uuid()}, rating: 4, status: 'draft'}"},
	{"PutNote", "LET $id = note:b; LET $title = 'B'; LET $body = 'read b'; LET $status = 'published'; LET $about = symbol:`io.Reader`; LET $origin = {kind: 'documentation'}; LET $embedding = array::repeat(0.5, {dim})"},
	{"GetNote", "LET $id = note:a"},
	{"GetNote", "LET $id = note:b"},
	{"EditNote", "LET $id = note:a; LET $body = 'read more'; LET $tag = 'new'"},
	{"PublishNotes", "LET $tag = 'io'"},
	{"RateNote", "LET $id = note:a; LET $rating = 3"},
	{"Mention", "LET $note = note:a; LET $subject = package:io; LET $weight = 0.5"},
	{"PutMentions", "LET $mentions = [{in: note:b, out: symbol:`io.Reader`}]"},
	{"RecallNotes", "LET $query = 'read'; LET $limit = 10"},
	{"SimilarNotes", "LET $embedding = array::repeat(0.5, {dim})"},
	{"NotesAbout", "LET $subject = package:io"},
	{"CountNotes", ""},
	{"MoveMentions", "LET $from = package:io; LET $to = package:net"},
	{"RevisionsOf", "LET $note = note:a"},
	{"RemoveNote", "LET $id = note:a"},
	{"RemovePackage", "LET $id = package:io"},
}

func repositoryFiles(t testing.TB, pattern string) []*source.File {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, paths, pattern)
	var files []*source.File
	for _, p := range paths {
		text, err := os.ReadFile(p)
		require.NoError(t, err)
		files = append(files, source.NewFile(p, string(text)))
	}
	return files
}

// TestReferenceQueriesReturnWhatTheyAreSaidTo runs every query of the
// repository on a real engine: a kind that does not hold would make generated
// code fail on real data.
func TestReferenceQueriesReturnWhatTheyAreSaidTo(t *testing.T) {
	schema := repositoryFiles(t, "../../surql/schema/*.surql")
	queries := repositoryFiles(t, "../../surql/queries/*.surql")
	program, cat, diags := Compile(schema, queries)
	for _, d := range diags.Sorted() {
		require.NotEqual(t, diag.Error, d.Severity, d.Error())
	}
	db := openDatabase(t)
	for _, file := range schema {
		answers, err := db.query(file.Text)
		require.NoError(t, err)
		for _, a := range answers {
			require.Empty(t, a.err)
		}
	}
	texts := map[string]string{}
	for _, file := range program.Files {
		for _, q := range file.Queries {
			texts[q.Name] = q.Text
		}
	}
	inferred := map[string]result{}
	cc := &compiler{cat: cat, diags: &diag.List{}, names: map[string]source.Span{}}
	for _, file := range queries {
		script, _ := surql.Parse(file, surql.Options{KeepComments: true})
		drafts, _ := cc.drafts(script, false)
		for _, d := range drafts {
			inferred[d.name] = cat.query(d.stmts, cc.declared(d), &diag.List{})
		}
	}
	var run []struct{ name, vars string }
	listed := map[string]bool{"WatchNotes": true}
	for _, q := range referenceQueries {
		if _, ok := texts[q.name]; ok {
			run = append(run, q)
		}
		listed[q.name] = true
	}
	for _, file := range program.Files {
		for _, q := range file.Queries {
			if !listed[q.Name] {
				run = append(run, struct{ name, vars string }{q.Name, ""})
			}
		}
	}
	g := &generator{Rand: rand.New(rand.NewPCG(1, 1)), cat: cat}
	embedding := kind.Strip(cat.Table("note").field([]string{"embedding"}).stored, kind.None).(*kind.Array)
	for _, q := range run {
		q.vars = strings.ReplaceAll(q.vars, "{dim}", strconv.Itoa(embedding.Len))
		r := inferred[q.name]
		made := false
		for _, p := range r.params.order() {
			if !strings.Contains(q.vars, "$"+p.name+" =") {
				q.vars += "; LET $" + p.name + " = " + g.value(p.kind())
				made = true
			}
		}
		answers, err := db.query(q.vars + ";" + texts[q.name])
		require.NoError(t, err, q.name)
		require.GreaterOrEqual(t, len(answers), len(r.kinds), q.name)
		for i, a := range answers[len(answers)-len(r.kinds):] {
			if a.err != "" {
				assert.True(t, made, "%s: %s", q.name, a.err) // made-up values may break a rule
				continue
			}
			k := kind.Widen(r.kinds[i])
			assert.NoError(t, holds(k, a.value), "%s, statement %d: %v is not %s", q.name, i, a.value, k)
		}
		// What is passed must be what the parameters take.
		for _, p := range r.params.order() {
			given, err := db.query(q.vars + "; RETURN $" + p.name)
			require.NoError(t, err)
			assert.NoError(t, holds(p.kind(), given[len(given)-1].value), "%s: $%s", q.name, p.name)
		}
	}
}

// TestNotificationsAreOfTheInferredKind watches a table while records come,
// change and go.
func TestNotificationsAreOfTheInferredKind(t *testing.T) {
	cat := catalogOf(t, `
		DEFINE TABLE p SCHEMAFULL;
		DEFINE FIELD n ON p TYPE int;
		DEFINE FIELD o ON p TYPE option<string>;
		DEFINE FIELD d ON p TYPE datetime DEFAULT time::now();
		DEFINE FIELD c ON p COMPUTED n * 2;
		DEFINE FIELD l ON p TYPE option<record<p>>;
	`)
	db := openDatabase(t)
	for _, o := range cat.Objects() {
		_, err := db.query(o.Span.Text())
		require.NoError(t, err)
	}
	for _, text := range []string{
		"LIVE SELECT * FROM p", "LIVE SELECT n, c, o, l.n AS ln FROM p WHERE n > 0", "LIVE SELECT DIFF FROM p",
		"LIVE SELECT VALUE n FROM p", "LIVE SELECT * FROM p FETCH l",
	} {
		r := cat.query(parse(t, text).Stmts, nil, &diag.List{})
		_, err := db.query(text)
		require.NoError(t, err)
		seen := 0
		for _, write := range []string{"CREATE p:1 SET n = 1, l = p:1", "UPDATE p:1 SET o = 'x'", "DELETE p:1"} {
			for _, n := range db.notifications(write) {
				assert.NoError(t, holds(kind.Widen(r.live), n), "%s, after %s: %v", text, write, n)
				seen++
			}
		}
		assert.GreaterOrEqual(t, seen, 2, text)
		db.query("REMOVE TABLE p")
		for _, o := range cat.Objects() {
			_, err := db.query(o.Span.Text())
			require.NoError(t, err)
		}
	}
}
