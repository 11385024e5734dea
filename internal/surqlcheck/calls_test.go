package surqlcheck

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// callFields are the fields of the table v that calls are made with: their
// kinds, and their values in v:1, v:2 and so on.
var callFields = []struct {
	name, kind string
	values     []string
}{
	{"i", "int", []string{"3", "0", "-2"}},
	{"f", "float", []string{"2.5f", "0f", "-1f"}},
	{"d", "decimal", []string{"1.5dec", "0dec", "2dec"}},
	{"n", "number", []string{"1", "2.5f", "3dec"}},
	{"s", "string", []string{"'some words'", "''", "'12'"}},
	{"b", "bool", []string{"true", "false", "true"}},
	{"t", "datetime", []string{"d'2024-01-02T03:04:05Z'", "d'1970-01-01T00:00:00Z'", "d'2023-12-31T23:59:59.5Z'"}},
	{"u", "duration", []string{"90m", "1ns", "2w"}},
	{"id4", "uuid", []string{"u'018f1c3a-0000-7000-8000-000000000000'", "u'018f1c3a-0000-7000-8000-000000000000'", "u'018f1c3a-0000-7000-8000-000000000001'"}},
	{"y", "bytes", []string{`b"00ff"`, `b""`, `b"83010203"`}},
	{"p", "geometry<point>", []string{"(1.0, 2.0)", "(0.0, 0.0)", "(-3.5, 9.0)"}},
	{"g", "geometry", []string{"(1.0, 2.0)", "{ type: 'LineString', coordinates: [[1.0, 2.0], [3.0, 4.0]] }", "{ type: 'Polygon', coordinates: [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]] }"}},
	{"oi", "option<int>", []string{"4", "NONE", "1"}},
	{"os", "option<string>", []string{"'x'", "NONE", "'a b'"}},
	{"ni", "int | null", []string{"4", "NULL", "0"}},
	{"is", "int | string", []string{"1", "'one'", "2"}},
	{"ai", "array<int>", []string{"[3, 1, 2]", "[]", "[7]"}},
	{"af", "array<float>", []string{"[1.5f, 0f]", "[]", "[2f, 4f, 9f]"}},
	{"ad", "array<decimal>", []string{"[1.5dec, 2dec]", "[]", "[1dec]"}},
	{"an", "array<number>", []string{"[1, 2.5f, 3dec]", "[]", "[4, 5]"}},
	{"as", "array<string>", []string{"['b', 'a']", "[]", "['x', 'x', 'y']"}},
	{"at", "array<datetime>", []string{"[d'2024-01-02T03:04:05Z']", "[]", "[d'2024-01-02T03:04:05Z', d'2023-01-02T03:04:05Z']"}},
	{"ais", "array<int | string>", []string{"[1, 'a']", "[]", "['b', 2, 2]"}},
	{"aoi", "array<none | int>", []string{"[1, NONE]", "[]", "[NONE, NONE]"}},
	{"aai", "array<array<int>>", []string{"[[1, 2], [3]]", "[]", "[[], [4]]"}},
	{"ao", "array<{ k: int, v: string }>", []string{"[{ k: 1, v: 'x' }]", "[]", "[{ k: 2, v: 'y' }, { k: 1, v: 'z' }]"}},
	{"a2", "array<float, 2>", []string{"[1f, 2f]", "[0f, 0f]", "[3f, 4f]"}},
	{"ar", "array<record<v>>", []string{"[v:1, v:9]", "[]", "[v:2]"}},
	{"oai", "option<array<int>>", []string{"[1, 2]", "NONE", "[]"}},
	{"si", "set<int>", []string{"{1, 2}", "{,}", "{5,}"}},
	{"ss", "set<string>", []string{"{'a', 'b'}", "{,}", "{'x',}"}},
	{"sai", "set<array<int>>", []string{"{[1], [2, 3]}", "{,}", "{[],}"}},
	{"o", "{ a: int, b: option<string> }", []string{"{ a: 1, b: 'x' }", "{ a: 2 }", "{ a: 0, b: '' }"}},
	{"r", "record<v>", []string{"v:1", "v:2", "v:9"}},
	{"en", "'p' | 'q'", []string{"'p'", "'q'", "'p'"}},
	{"x", "any", []string{"1", "'any'", "[1, 'x']"}},
}

// callLiterals are the arguments of calls that are no fields.
var callLiterals = []string{
	"NONE", "NULL", "true", "0", "1", "2", "-3", "1.5f", "2f", "NaN", "2.5dec", "1dec", "math::PI",
	"''", "'a'", "'hello world'", "'1'", "'2.5'", "'1.2.3'", "'2.0.0-rc.1'", "'v:1'", "'v'", "'hour'", "'%Y-%m'", "',', ", "'[a-z]+'", "'a@b.com'",
	"'https://u@x.org:8080/p?q=1#f'", "'01HZY5K3G0000000000000000A'", "'018f1c3a-0000-7000-8000-000000000000'", "'2024-01-01T00:00:00Z'", "'1h30m'",
	"d'2024-01-01T00:00:00Z'", "1h", "30d", "u'018f1c3a-0000-7000-8000-000000000000'", `b"83010203"`, `b"6869"`, "v:1", "v:nothing", "v:[1, 'a']", "w:{ a: 1 }",
	"(1.0, 2.0)", "{ type: 'Polygon', coordinates: [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]] }",
	"[]", "[1, 2, 3]", "[3, 1, 2, 1]", "[1.5f, 2f]", "[1dec, 2]", "[1, 'a', NONE]", "['a', 'b']", "['b', 'a', 'b']", "[true, false]", "[NONE]", "[NULL, 1]",
	"[[1, 2], [3]]", "[[1], [[2]]]", "[[1, 'a'], [2f]]", "[{ a: 1 }, { a: 2, b: 'x' }]", "[['k', 1], ['l', 'x']]", "[v:1, v:2]", "[0.5f, 1.5f, 2.5f]", "[1, 2f, 3dec]",
	"[d'2024-01-01T00:00:00Z', d'2023-01-01T00:00:00Z']", "[{ id: v:1, ft: 1f }, { id: v:2, ft: 2f }]", "[[{ id: v:1, d: 1f }], [{ id: v:2, d: 2f }]]", "[{1, 2}, {3,}]",
	"{,}", "{1, 2}", "{'a', 1}", "{[1], 2}", "{{1,}, {2, 3}}",
	"{}", "{ a: 1 }", "{ a: 'x', b: [1, 2] }", "{ a: NONE, c: { d: 1 } }", "1..3", "0..=2", "1..", "..2", "'a'..'c'", "/a.c/", "type::table('v')",
}

// callHints are arguments that functions with these prefixes need to say
// anything.
var callHints = map[string][]string{
	"string::semver":       {"'1.2.3'", "'2.0.0-rc.1'"},
	"time::from_ulid":      {"'01HZY5K3G0000000000000000A'"},
	"sequence::nextval":    {"'counter'"},
	"encoding::base64":     {"'aGk='", `b"6869"`},
	"crypto::argon2":       {"'$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$xC7FEqP0NDeHBZ9hcwVRFWPXgwlxvFKBCuHuLIyLbp0'"},
	"time::format":         {"'%Y'"},
	"time::group":          {"'day'"},
	"time::set":            {"1"},
	"object::from_entries": {"[['k', 1]]", "[]"},
	"object::remove":       {"'a'"},
	"record":               {"v:1"},
	"search::linear":       {"[[{ id: v:1, ft: 1f }], [{ id: v:1, ft: 2f }]]", "[1, 2]", "5", "'minmax'"},
	"search::rrf":          {"[[{ id: v:1, ft: 1f }], [{ id: v:1, ft: 2f }]]", "5"},
	"search::analyze":      {"'simple'", "'some words'"},
	"type::bytes":          {"'hi'"},
	"type::datetime":       {"'2024-01-01T00:00:00Z'"},
	"type::duration":       {"'1h30m'"},
	"type::uuid":           {"'018f1c3a-0000-7000-8000-000000000000'"},
	"type::field":          {"'i'"},
	"type::fields":         {"['i', 's']", "['o.a']"},
	"type::point":          {"[1.0, 2.0]"},
	"type::range":          {"[1, 2]"},
	"vector":               {"[1, 2, 3]", "[1.5f, 2f, 3f]", "[1dec, 2, 3]", "[0, 0, 0]"},
	"geo":                  {"(1.0, 2.0)", "'s00twy01m'"},
	"array::repeat":        {"2"},
	"array::range":         {"1", "3", "1..4"},
	"array::sort":          {"'asc'", "false"},
	"set::add":             {"3"},
	"array::combine":       {"[1, 2]"},
	"value::diff":          {"{ a: 2 }"},
	"value::patch":         {"[{ op: 'replace', path: '/a', value: 5 }]"},
}

// fixedCalls are the arguments of functions that abort the engine with others.
var fixedCalls = map[string][][]string{
	"rand::id":                   {{}, {"5"}, {"2", "i + 9"}},
	"array::fill":                {{"ai", "9"}, {"ai", "'x'", "1"}, {"as", "i", "0", "1"}, {"[1, 2, 3]", "NONE"}, {"aai", "[1]"}, {"[]", "1"}, {"[1, 'a']", "n", "1"}},
	"rand::string":               {{}, {"5"}, {"2", "i + 9"}},
	"rand::float":                {{}, {"1", "2"}, {"-9", "f + 0.5f"}},
	"type::bytes":                {{"'hi'"}, {"s"}, {"y"}},
	"math::clamp":                {{"1", "0", "5"}, {"i", "-9", "9"}, {"f", "0f", "5"}, {"d", "0", "5dec"}, {"2.5f", "1", "3"}, {"n", "2", "3"}, {"1", "2f", "3dec"}, {"i", "5", "6f"}},
	"vector::similarity::cosine": {{"[1, 2]", "[2, 1]"}, {"[1dec, 2]", "[2, 1]"}, {"a2", "[1, 2]"}, {"[0, 0]", "[0, 0]"}, {"[1.5f, 2f]", "a2"}},
}

// callClosures are closures of one and of two parameters.
var callClosures = [][]string{
	{"|$v| $v", "|$v| [$v]", "|$v| $v = 1", "|$v| NONE", "|$v| 'x'", "|$v| { IF $v { RETURN 1 }; 'no' }", "|$v: any| -> any { $v }", "|| 1"},
	{"|$a, $b| $a", "|$a, $b| $b", "|$a, $b| [$a, $b]", "|$a, $b| 1", "|$a, $b| <string> $b", "|$a| $a"},
}

// beyondCalls are the functions that no call of these tests can reach, with what
// keeps them from it.
var beyondCalls = map[string]string{
	"api::invoke": "an API", "api::req::body": "a request", "api::res::body": "a request", "api::res::header": "a request", "api::res::headers": "a request", "api::res::status": "a request", "api::timeout": "a request",
	"http::delete": "the network", "http::get": "the network", "http::head": "the network", "http::patch": "the network", "http::post": "the network", "http::put": "the network",
	"search::highlight": "a full-text index", "search::offsets": "a full-text index", "search::score": "a full-text index", "vector::distance::knn": "a nearest neighbour",
	"crypto::pbkdf2::compare": "a slow hash", "crypto::pbkdf2::generate": "a slow hash", "crypto::scrypt::compare": "a slow hash", "crypto::scrypt::generate": "a slow hash", "crypto::argon2::generate": "a slow hash", "crypto::bcrypt::generate": "a slow hash", "crypto::bcrypt::compare": "a slow hash", "crypto::argon2::compare": "a slow hash",
	"sleep":     "time",
	"set.every": "engine 3.0.5", "set.includes": "engine 3.0.5", "set.some": "engine 3.0.5",
}

// A caller makes calls.
type caller struct {
	*rand.Rand
	cat     *Catalog
	doc     kind.Kind
	choices []argument
}

// An argument is what a call may be given.
type argument struct {
	text  string
	kind  kind.Kind
	field bool
}

func (c *caller) argument(text string, field bool) argument {
	s := &scope{doc: c.doc}
	script, found := surql.Parse(source.NewFile("argument", "RETURN "+text), surql.Options{})
	if found.HasErrors() {
		panic(text)
	}
	ck := &checker{cat: c.cat, diags: &diag.List{}, params: newParams()}
	return argument{text, ck.expr(script.Stmts[0].(*surql.ReturnStmt).X, s, nil), field}
}

// fits reports whether a parameter may take the argument.
func fits(p builtinParam, a argument) bool {
	_, verdict := kind.Coerce(a.kind, p.kind)
	return verdict != kind.Nothing
}

// arg returns an argument for a parameter of the function: mostly one that it
// takes.
func (c *caller) arg(path string, p builtinParam) argument {
	if p.closure != nil && (p.kind == kind.Basic(0) || c.IntN(3) > 0) {
		shapes := callClosures[0]
		if strings.HasSuffix(path, "fold") || strings.HasSuffix(path, "reduce") {
			shapes = callClosures[1]
		}
		return argument{text: shapes[c.IntN(len(shapes))]}
	}
	if c.IntN(3) == 0 {
		for prefix, hints := range callHints {
			if strings.HasPrefix(path, prefix) {
				return argument{text: hints[c.IntN(len(hints))]}
			}
		}
	}
	any := c.IntN(8) == 0
	for range 200 {
		a := c.choices[c.IntN(len(c.choices))]
		if any || fits(p, a) {
			return a
		}
	}
	return c.choices[0]
}

// args returns arguments for the parameters.
func (c *caller) args(path string, params []builtinParam) (texts []string, fields bool) {
	for _, p := range params {
		if p.optional && c.IntN(2) == 0 {
			break
		}
		n := 1
		if p.many {
			n = c.IntN(4)
		}
		for range n {
			a := c.arg(path, p)
			texts = append(texts, strings.TrimSuffix(a.text, ", "))
			fields = fields || a.field
		}
	}
	return texts, fields
}

// statement returns a statement that makes the call.
func (c *caller) statement(call string, b *builtin, fields bool) string {
	switch {
	case b.grouped != nil && c.IntN(3) == 0:
		return "SELECT " + call + " AS x FROM v WHERE i < " + fmt.Sprint(c.IntN(5)-2) + " GROUP " + "ALL"
	case fields && c.IntN(4) == 0:
		return "SELECT VALUE " + call + " FROM v"
	case fields:
		return fmt.Sprintf("SELECT VALUE %s FROM ONLY v:%d", call, 1+c.IntN(len(callFields[0].values)))
	}
	return "RETURN " + call
}

func (c *caller) function(b *builtin) string {
	if fixed := fixedCalls[b.path]; fixed != nil {
		return c.statement(b.path+"("+strings.Join(fixed[c.IntN(len(fixed))], ", ")+")", b, true)
	}
	args, fields := c.args(b.path, b.params)
	return c.statement(b.path+"("+strings.Join(args, ", ")+")", b, fields)
}

// method returns a statement that calls a method of a value of a kind.
func (c *caller) method(receiver, name string, b *builtin) string {
	if fixed := fixedCalls[b.path]; fixed != nil {
		args := fixed[c.IntN(len(fixed))]
		return c.statement("("+args[0]+")."+name+"("+strings.Join(args[1:], ", ")+")", &builtin{}, true)
	}
	for {
		of := c.choices[c.IntN(len(c.choices))]
		if !slices.ContainsFunc(kind.Members(of.kind), func(k kind.Kind) bool { return slices.Contains(receivers(k), receiver) }) {
			continue
		}
		args, fields := c.args(b.path, b.params[1:])
		text := of.text
		if !of.field {
			text = "(" + text + ")"
		}
		return c.statement(text+"."+name+"("+strings.Join(args, ", ")+")", &builtin{}, fields || of.field)
	}
}

// batch runs statements at once, each as it is and within a LET, and returns
// which of them ran.
func (o *oracle) batch(stmts []string) (ran []bool) {
	o.db.t.Helper()
	ran = make([]bool, len(stmts))
	var text strings.Builder
	for i, s := range stmts {
		fmt.Fprintf(&text, "%s;\nLET $oracle%d = (%s);\nRETURN $oracle%d;\n", s, i, strings.TrimPrefix(s, "RETURN "), i)
	}
	script, found := surql.Parse(source.NewFile("calls", text.String()), surql.Options{})
	require.False(o.db.t, found.HasErrors(), "%v", found.Sorted())
	answers, err := o.db.query(script.File.Text)
	if o.db.died && len(stmts) > 1 {
		o.reopen()
		for i, s := range stmts {
			ran[i] = o.batch([]string{s})[0]
		}
		return ran
	}
	if o.db.died {
		o.db.t.Log("the engine died of ", stmts[0])
		o.reopen()
		return ran
	}
	if err != nil && len(stmts) > 1 {
		// A value that cannot be sent fails the whole script.
		for i, s := range stmts {
			ran[i] = o.batch([]string{s})[0]
		}
		return ran
	}
	if err != nil {
		return ran
	}
	inferred, diags := o.cat.Infer(script)
	require.Len(o.db.t, answers, len(inferred))
	for i, s := range inferred {
		if answers[i].err != "" || i%3 == 1 || i%3 == 2 && answers[i-1].err != "" {
			continue
		}
		ran[i/3] = true
		of := ""
		at := s.Stmt
		if i%3 == 2 {
			at, of = inferred[i-1].Stmt, " of "+firstLine(inferred[i-1].Stmt.Span().Text())
		}
		o.statements++
		if d := errorIn(diags, at); d != nil {
			o.rejected = append(o.rejected, fmt.Sprintf("%s: %s", firstLine(at.Span().Text()), d.Error()))
			continue
		}
		o.accepted++
		o.check(s, answers[i].value, of)
	}
	return ran
}

// reopen goes on in a new database after the engine has died.
func (o *oracle) reopen() {
	o.db = openDatabase(o.db.t)
	o.define(callSchema())
}

func (o *oracle) define(text string) {
	answers, err := o.db.query(text)
	require.NoError(o.db.t, err)
	for i, a := range answers {
		require.Empty(o.db.t, a.err, "statement %d", i)
	}
}

// callSchema defines and fills what calls are made with.
func callSchema() string {
	var b strings.Builder
	b.WriteString("DEFINE SEQUENCE counter; DEFINE ANALYZER simple TOKENIZERS BLANK; DEFINE TABLE w; DEFINE TABLE v SCHEMAFULL;\n")
	for _, f := range callFields {
		fmt.Fprintf(&b, "DEFINE FIELD %s ON v TYPE %s;\n", f.name, f.kind)
	}
	for i := range callFields[0].values {
		fmt.Fprintf(&b, "CREATE v:%d SET ", i+1)
		for j, f := range callFields {
			if j > 0 {
				b.WriteString(", ")
			}
			b.WriteString(f.name + " = " + f.values[i])
		}
		b.WriteString(";\n")
	}
	return b.String()
}

// TestCallResultsAreOfTheInferredKinds calls every builtin function and
// method with arguments of many kinds. TANDEM_CALLS sets how many calls of each
// are made, TANDEM_SEED which.
func TestCallResultsAreOfTheInferredKinds(t *testing.T) {
	each, seed := envInt(t, "TANDEM_CALLS", 6), uint64(envInt(t, "TANDEM_SEED", 1))
	o := &oracle{db: openDatabase(t), cat: NewCatalog()}
	schema := callSchema()
	require.Zero(t, o.cat.Apply(parse(t, schema)).Len())
	o.define(schema)
	c := &caller{Rand: rand.New(rand.NewPCG(seed, 0)), cat: o.cat, doc: o.cat.Table("v").Row}
	for _, text := range callLiterals {
		c.choices = append(c.choices, c.argument(strings.TrimSuffix(text, ", "), false))
	}
	for _, f := range callFields {
		c.choices = append(c.choices, c.argument(f.name, true))
	}
	calls := map[string]func() string{}
	for path, b := range builtins() {
		if b.needs == "" && beyondCalls[path] == "" && !strings.HasPrefix(path, "value::") { // these are methods only
			calls[path] = func() string { return c.function(b) }
		}
	}
	for receiver, names := range methods() {
		for name, path := range names {
			if b := builtins()[path]; b.needs == "" && beyondCalls[path] == "" && beyondCalls[receiver+"."+name] == "" {
				calls[receiver+"."+name] = func() string { return c.method(receiver, name, b) }
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		ran := 0
		for range 30 {
			stmts := make([]string, each)
			for i := range stmts {
				stmts[i] = calls[name]()
			}
			for _, ok := range o.batch(stmts) {
				if ok {
					ran++
				}
			}
			if ran >= (each+1)/2 {
				break
			}
		}
		assert.Positive(t, ran, "no call of %s runs", name)
	}
	o.report()
	assert.Empty(t, o.rejected, "calls that run are refused")
}

func envInt(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	var n int
	_, err := fmt.Sscan(text, &n)
	require.NoError(t, err, name)
	return n
}
