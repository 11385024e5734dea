package surql_test

import (
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/assert"
)

// hostile are texts that a parser with a weakness takes forever for, or
// overflows its stack on. Each is repeated to a megabyte.
var hostile = []struct{ before, unit, after string }{
	{"RETURN ", "(", ""}, {"RETURN ", "[", ""}, {"RETURN ", "{", ""}, {"RETURN ", "{a:", ""},
	{"RETURN ", "!", "1"}, {"RETURN ", "- ", "1"}, {"RETURN ", "<int>", "1"}, {"RETURN ", "1+", "1"}, {"RETURN ", "..", ""},
	{"RETURN a", "()", ""}, {"RETURN a", "[0]", ""}, {"RETURN a", "->b", ""}, {"RETURN a", "->(b WHERE c", ""}, {"RETURN a", ".{b", ""}, {"RETURN a", ".{..}(", ""}, {"RETURN a", ".b", ""},
	{"LET $a: ", "array<", ""}, {"LET $a: ", "int|", "int"}, {"LET $a: ", "{a:", ""}, {"LET $a: ", "[", ""},
	{"", "EXPLAIN ", "1"}, {"", "RETURN ", "1"}, {"", "IF a { ", ""}, {"", "IF a THEN ", ""}, {"IF a {}", " ELSE IF b {}", ""}, {"", "FOR $a IN b {", ""},
	{"RETURN ", "|$a|", "1"}, {"RETURN ", "||", "1"}, {"", "RELATE ", ""}, {"", "INSERT INTO a (", ""}, {"", "INSERT INTO a (b[", ""}, {"", "CREATE a SET b = ", ""},
	{"", "SELECT {\n", ""}, {"", "SELECT (\n", ""}, {"", "DEFINE FUNCTION fn::a() {\n", ""}, {"", "x;\n", ""}, {"", "'\n", ""}, {"", "\\'\n", ""}, {"", "\\\"\n", ""}, {"", "/*\n", ""}, {"", "`\n", ""}, {"", "⟨\n", ""}, {"", "$\n", ""},
	{"", ";", ""}, {"", ")", ""}, {"", "}", ""}, {"", "{}", ""}, {"", "{1}", ""}, {"", "\\", ""}, {"", "\x80", ""}, {"", "é", ""}, {"", "a", ""}, {"", "1", ""}, {"RETURN 1.", "1", ""}, {"RETURN ", "1h", ""}, {"RETURN ", "1", "dec"}, {"RETURN 1e", "1", "dec"},
	{"RETURN '", "\\u{1F600}", "'"}, {"RETURN '", "\\q", "'"}, {"RETURN /", "(", "/"}, {"RETURN /", "[", "/"}, {"RETURN function() {", "{'", ""}, {"RETURN r'a:[", "r\\'a:[", "'"},
	{"RETURN [", "a,", "a]"}, {"RETURN {", "a:1,", "}"}, {"", "-- a\r", ""}, {"", "a;", ""}, {"DEFINE TABLE a ", "COMMENT 'a' ", ""},
	{"SELECT ", "a,", "a FROM b GROUP BY a"}, {"SELECT * FROM a ORDER BY ", "a,", "a"}, {"DEFINE TABLE a ", "PERMISSIONS FOR select NONE ", ""},
}

func TestHostileInputIsParsedInOneGo(t *testing.T) {
	const size = 1 << 20
	for _, h := range hostile {
		text := h.before + strings.Repeat(h.unit, size/len(h.unit)) + h.after
		script, list := surql.Parse(source.NewFile("hostile", text), surql.Options{KeepComments: true})
		for _, stmt := range script.Stmts {
			surql.Walk(stmt, func(surql.Node) bool { return true })
			surql.Print(stmt)
		}
		for _, d := range list.Sorted() {
			assert.LessOrEqual(t, d.Span.End, len(text))
		}
	}
}

func TestHostileInputIsFormattedInOneGo(t *testing.T) {
	const size = 1 << 18
	for _, h := range hostile {
		text := h.before + strings.Repeat(h.unit, size/len(h.unit)) + h.after
		once, list := surql.Format(source.NewFile("hostile", text), surql.Options{})
		if list.HasErrors() {
			continue
		}
		twice, _ := surql.Format(source.NewFile("hostile", string(once)), surql.Options{})
		assert.True(t, string(once) == string(twice), "formatting %q… again changes it", text[:30])
	}
}

func TestNestingIsLimitedAsInTheEngine(t *testing.T) {
	for _, tt := range []struct {
		name, open, inner, closing string
		limit                      int
	}{
		{"parentheses", "(", "1", ")", 19},
		{"blocks", "{ RETURN ", "1", " }", 9},
		{"prefix operators", "!", "a", "", 9_000},
		{"kinds", "array<", "int", ">", 9_000},
	} {
		nested := func(n int) string {
			text := strings.Repeat(tt.open, n) + tt.inner + strings.Repeat(tt.closing, n)
			if tt.name == "kinds" {
				return "LET $a: " + text + " = 1"
			}
			return "RETURN " + text
		}
		_, list := surql.Parse(source.NewFile("a", nested(tt.limit)), surql.Options{})
		assert.False(t, list.HasErrors(), "%s: %v", tt.name, list.Sorted())
		_, list = surql.Parse(source.NewFile("a", nested(tt.limit+2_000)), surql.Options{})
		if assert.Equal(t, 1, list.Len(), tt.name) {
			assert.Equal(t, diag.SurqlDepth, list.Sorted()[0].Code, tt.name)
		}
	}
}
