package kind_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestKindsPrintAsTheEnginePrintsThem(t *testing.T) {
	for in, want := range map[string]string{
		"option<int>":                     "none | int",
		"option<int|string>":              "none | int | string",
		"array<int,3>":                    "array<int, 3>",
		"array":                           "array",
		"set<record<a|b>>":                "set<record<a | b>>",
		"point":                           "geometry<point>",
		"number|int":                      "number | int",
		"int|int":                         "int",
		"string|'a'":                      "string | 'a'",
		"{b:option<string>,a:int}":        "{ a: int, b: none | string }",
		"[string,int]":                    "[string, int]",
		"1|2.5|true|'x'":                  "1 | 2.5f | true | 'x'",
		"none|null|array<array<decimal>>": "none | null | array<array<decimal>>",
		"range|regex|function|table":      "range | regex | function | table",
	} {
		assert.Equal(t, want, kind.MustParse(in).String())
	}
}

func TestJoinHoldsBothAndSaysNoMoreThanNeeded(t *testing.T) {
	for _, tt := range []struct{ a, b, want string }{
		{"int", "string", "int | string"},
		{"int", "number", "number"},
		{"int|float", "decimal", "number"},
		{"int", "never", "int"},
		{"int", "any", "any"},
		{"string", "'a'", "string"},
		{"int", "none", "none | int"},
		{"record<a>", "record<b>", "record<a | b>"},
		{"record<a>", "record", "record"},
		{"{a:int}", "{a:int,b:string}", "{ a: int, b: none | string }"},
		{"{a:int}", "object", "object"},
		{"array<int>", "array<never>", "array<int>"},
		{"array<int>", "array<string>", "array<int> | array<string>"},
		{"array<{a:int}>", "array<{b:int}>", "array<{ a: none | int, b: none | int }>"},
		{"true", "false", "true | false"},
		{"1", "int", "number"}, // a declared 1 may be 1.0
		{"array<int,2>", "array<int>", "array<int>"},
	} {
		a, b := kind.MustParse(tt.a), kind.MustParse(tt.b)
		j := kind.Join(a, b)
		assert.Equal(t, tt.want, j.String(), "%s joined with %s", a, b)
		assert.True(t, kind.Contains(j, a), "%s in %s", a, j)
		assert.True(t, kind.Contains(j, b), "%s in %s", b, j)
		assert.True(t, kind.Equal(j, kind.Join(b, a)), "join of %s and %s depends on their order", a, b)
	}
}

func TestMeetIsWhatBothAllow(t *testing.T) {
	for _, tt := range []struct{ a, b, want string }{
		{"int", "number", "int"},
		{"int", "string", "never"},
		{"option<string>", "string", "string"},
		{"'a'|'b'", "'b'|'c'", "'b'"},
		{"'a'|'b'", "string", "'a' | 'b'"},
		{"record<a|b>", "record<b|c>", "record<b>"},
		{"array<number>", "array<int,3>", "array<int, 3>"},
		{"object", "{a:int}", "{ a: int }"},
		{"{a:int}", "{a:option<int>,b:option<int>}", "{ a: int }"},
		{"{a:int}", "{b:int}", "never"},
		{"any", "int", "int"},
		{"array<any>", "[int,string]", "[int, string]"},
	} {
		a, b := kind.MustParse(tt.a), kind.MustParse(tt.b)
		assert.Equal(t, tt.want, kind.Meet(a, b).String(), "%s met with %s", a, b)
		assert.Equal(t, tt.want, kind.Meet(b, a).String(), "%s met with %s", b, a)
	}
}

func TestFreshLiteralsWidenAndDeclaredOnesStay(t *testing.T) {
	fresh := kind.Literal{Value: "x", Fresh: true}
	declared := kind.MustParse("'a'|'b'")
	assert.Equal(t, "string", kind.Widen(fresh).String())
	assert.Equal(t, "array<string>", kind.Widen(kind.ArrayOf(fresh)).String())
	assert.Same(t, declared, kind.Widen(declared))
	assert.Equal(t, "string", kind.Widen(kind.Join(declared, fresh)).String())
}

func TestADeclaredUnionKeepsItsPathBesideNone(t *testing.T) {
	status := kind.OneOf([]string{"note", "status"}, kind.Literal{Value: "a"}, kind.Literal{Value: "b"})
	optional := kind.Join(kind.None, status)
	assert.Equal(t, []string{"note", "status"}, optional.(*kind.Union).Path)
	assert.Equal(t, []string{"note", "status"}, kind.Strip(optional, kind.None).(*kind.Union).Path)
	assert.Nil(t, kind.Join(status, kind.Literal{Value: "c"}).(*kind.Union).Path, "with another member it is another union")
}

// sharedFile returns the path of a file of the measured reference, or skips.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("TANDEM_SHARED")
	if root == "" {
		root = "../../../../shared"
	}
	path := filepath.Join(root, name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("the measured reference is not here: ", err)
	}
	return path
}

// The kinds of the values that the measurement used.
var measured = map[string]kind.Kind{}

func init() {
	for name, text := range map[string]string{
		"none": "none", "null": "null", "bool": "bool", "int": "int",
		"float_whole": "float", "float_frac": "float", "decimal_whole": "decimal", "decimal_frac": "decimal",
		"string": "string", "string_int": "string", "string_float": "string", "string_dt": "string", "string_dur": "string",
		"string_uuid": "string", "string_rec": "string", "string_bool": "string",
		"datetime": "datetime", "duration": "duration", "uuid": "uuid", "bytes": "bytes",
		"array_int": "array<int>", "array_str": "array<string>", "array_empty": "array<never>", "set_int": "set<int>",
		"object": "{a:int}", "object_empty": "{}", "record_t": "record<t>", "record_u": "record<u>",
		"geometry_point": "geometry<point>", "range_int": "range", "table": "table", "file": "file",
		"regex": "regex", "closure": "function",
	} {
		measured[name] = kind.MustParse(text)
	}
}

// What the engine converts must be possible, with the kind it got; what it
// refuses must not be said to succeed always.
func TestConversionsAgreeWithTheEngine(t *testing.T) {
	raw, err := os.ReadFile(sharedFile(t, "reference/surrealql/coercion.tsv"))
	require.NoError(t, err)
	checked := 0
	for line := range strings.Lines(string(raw)) {
		row := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		from, ok := measured[row[1]]
		if !ok || row[0] == "mode" || strings.HasPrefix(row[3], "ENGINE") {
			continue
		}
		convert := kind.Coerce
		if row[0] == "cast" {
			convert = kind.Cast
		}
		to := kind.MustParse(row[2])
		got, verdict := convert(from, to)
		if row[3] == "-" {
			assert.NotEqual(t, kind.Everything, verdict, "%s of %s to %s fails on the engine", row[0], row[1], to)
		} else {
			assert.NotEqual(t, kind.Nothing, verdict, "%s of %s to %s succeeds on the engine", row[0], row[1], to)
			result := kind.MustParse(row[3])
			assert.NotEqual(t, kind.Never, kind.Meet(got, result), "%s of %s to %s is %s on the engine, not %s", row[0], row[1], to, result, got)
		}
		checked++
	}
	assert.Greater(t, checked, 2500)
}

// A conversion that fails for every value of a kind must be known to fail, or
// mistakes pass unseen.
func TestImpossibleConversionsAreKnown(t *testing.T) {
	for _, tt := range []struct{ from, to string }{
		{"string", "int"}, {"int", "string"}, {"null", "option<int>"}, {"none", "int"}, {"string", "datetime"},
		{"record<a>", "record<b>"}, {"array<string>", "array<int, 2>"}, {"{a:string}", "{a:int}"}, {"{a:int,b:int}", "{a:int}"},
		{"{}", "{a:int}"}, {"set<int>", "array<int>"}, {"object", "record"}, {"'c'", "'a'|'b'"}, {"[int]", "array<int,2>"},
	} {
		_, verdict := kind.Coerce(kind.MustParse(tt.from), kind.MustParse(tt.to))
		assert.Equal(t, kind.Nothing, verdict, "%s to %s", tt.from, tt.to)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"int", "option<array<int,2>>", "{a:int}", "'a'|1|-2.5", "record<`a b`>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		k, err := kind.Parse(text)
		if err != nil {
			return
		}
		assert.True(t, kind.Contains(k, k))
		assert.True(t, kind.Equal(k, kind.Join(k, kind.Never)))
	})
}

func TestAnIntAndAnEqualFloatAreTwoKinds(t *testing.T) {
	two, twoFloat := kind.Literal{Value: int64(2), Fresh: true}, kind.Literal{Value: float64(2), Fresh: true}
	assert.Equal(t, "int | float", kind.Widen(kind.Join(two, twoFloat)).String())
	declared := kind.Literal{Value: int64(2)}
	assert.True(t, kind.Contains(declared, twoFloat), "a field of kind 2 holds 2f")
	assert.False(t, kind.Contains(two, declared))
}

// TestAStatedTupleStaysStated is about the type that a kind such as [string, int]
// has in Go: an array literal of the same values must not take it away.
func TestAStatedTupleStaysStated(t *testing.T) {
	path := []string{"t", "f"}
	stated := &kind.Tuple{Elems: []kind.Kind{kind.String, kind.Int}, Stated: true, Path: path}
	literal := kind.MustParse("[string, int]")
	fresh := &kind.Tuple{Elems: []kind.Kind{kind.Literal{Value: "a", Fresh: true}, kind.Int}}
	option := func(k kind.Kind) kind.Kind { return kind.Option(k) }
	for name, k := range map[string]kind.Kind{
		"joined with a literal":      kind.Join(stated, literal),
		"a literal joined with it":   kind.Join(literal, stated),
		"joined with one that fits":  kind.Join(fresh, stated),
		"met by a literal":           kind.Meet(stated, literal),
		"a literal met by it":        kind.Meet(literal, stated),
		"met by a narrower one":      kind.Meet(stated, fresh),
		"met by a list":              kind.Meet(kind.AnyArray, stated),
		"adopted from a literal":     kind.Adopt(stated, literal),
		"widened":                    kind.Widen(stated),
		"what a literal coerces to":  first(kind.Coerce(fresh, stated)),
		"what an array is cast to":   first(kind.Cast(kind.AnyArray, stated)),
		"met behind an option":       kind.Strip(kind.Meet(option(literal), option(stated)), kind.None),
		"adopted behind an option":   kind.Strip(kind.Adopt(option(stated), option(literal)), kind.None),
		"adopted among the elements": elem(t, kind.Adopt(kind.ArrayOf(stated), kind.ArrayOf(literal))),
	} {
		tuple, ok := k.(*kind.Tuple)
		if assert.True(t, ok, "%s it is %s", name, k) {
			assert.True(t, tuple.Stated, name)
		}
	}
	for name, k := range map[string]kind.Kind{
		"two literals":            kind.Join(literal, fresh),
		"with one that is wider":  kind.Join(kind.MustParse("[string | bool, int]"), stated),
		"with one of other kinds": kind.Join(stated, kind.MustParse("[bool, int]")),
	} {
		tuple, ok := k.(*kind.Tuple)
		if assert.True(t, ok, "%s it is %s", name, k) {
			assert.False(t, tuple.Stated, name)
		}
	}
	other := &kind.Tuple{Elems: []kind.Kind{kind.Bool, kind.Int}, Stated: true}
	assert.Equal(t, "[string, int] | [bool, int]", kind.Join(stated, other).String(), "two stated tuples stay apart")
	adopted := kind.Adopt(&kind.Tuple{Elems: stated.Elems, Stated: true}, stated).(*kind.Tuple)
	assert.Equal(t, path, adopted.Path)
}

func first(k kind.Kind, _ kind.Verdict) kind.Kind { return k }

func elem(t *testing.T, k kind.Kind) kind.Kind {
	e, ok := kind.Elem(k)
	assert.True(t, ok)
	return e
}
