package surql

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	surrealdb "github.com/surrealdb/surrealdb.go"

	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	mutants    = flag.Int("mutants", 20_000, "how many mutants the differential test compares")
	mutantSeed = flag.Uint64("mutant-seed", 1, "the seed of the differential test")
)

func TestMain(m *testing.M) {
	flag.Parse()
	enginetest.Main(m)
}

// minAgreement is the share of mutants on which the engine and this parser must
// have the same verdict.
const minAgreement = 0.995

// An engineParser asks a real engine whether it accepts a text, without running
// it: behind the text it puts a statement that does not parse. An engine that
// stumbles over that one only has accepted the text.
type engineParser struct {
	db *surrealdb.DB
}

func newEngineParser(t *testing.T) *engineParser {
	t.Helper()
	db := newFreshSession(t).connect(t)
	t.Cleanup(func() { _ = db.Close(context.Background()) })
	return &engineParser{db}
}

// sentinel does not parse at the top of a script, where the engine expects its
// query to end, and gives another message inside of a block.
const sentinel = "\n;COMMIT COMMIT"

var enginePosition = regexp.MustCompile(`--> \[(\d+):(\d+)\]`)

// A verdict is what a parser makes of a text.
type verdict struct {
	accept       bool
	line, column int
	message      string
}

func (e *engineParser) parse(ctx context.Context, text string) (verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	_, err := surrealdb.Query[any](ctx, e.db, text+sentinel, nil)
	if err == nil {
		return verdict{}, fmt.Errorf("the engine ran a text that does not parse: %q", text)
	}
	message := err.Error()
	at := enginePosition.FindStringSubmatch(message)
	if at == nil {
		// The engine stumbles over what is not ASCII in some numbers.
		if strings.Contains(message, "non valid UTF-8 bytes") {
			return verdict{message: message}, nil
		}
		return verdict{}, fmt.Errorf("the engine gives no position for %q: %w", text, err)
	}
	v := verdict{message: message}
	v.line, _ = strconv.Atoi(at[1])
	v.column, _ = strconv.Atoi(at[2])
	last := 1 + strings.Count(text, "\n") + 1
	v.accept = v.line == last && v.column == len(";COMMIT C") && strings.Contains(message, "expected the query to end")
	return v, nil
}

// ownVerdict is this parser's verdict on a text. The place of the error is that
// in the text the engine is given.
func ownVerdict(text string) verdict {
	opts := Options{NoExperimental: true}
	if _, list := Parse(source.NewFile("mutant", text), opts); !list.HasErrors() {
		return verdict{accept: true}
	}
	_, list := Parse(source.NewFile("mutant", text+sentinel), opts)
	first := list.Sorted()[0]
	pos := first.Span.Position()
	return verdict{false, pos.Line, pos.Column, first.Message}
}

// printedScript returns the statements of a text as they are printed.
func printedScript(text string, opts Options) string {
	script, _ := Parse(source.NewFile("script", text), opts)
	var printed []string
	for _, stmt := range script.Stmts {
		printed = append(printed, Print(stmt))
	}
	return strings.Join(printed, "; ")
}

// seedStatements returns the statements to mutate: those of this project's
// syntax files, and those of SurrealDB's own tests where they are at hand.
func seedStatements(t *testing.T) []string {
	paths, err := filepath.Glob(filepath.Join("testdata", "syntax", "*.surql"))
	require.NoError(t, err)
	var texts []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		texts = append(texts, string(text))
	}
	cases, err := ReadCorpus()
	if !errors.Is(err, fs.ErrNotExist) {
		require.NoError(t, err)
	}
	for _, c := range cases {
		texts = append(texts, c.Text)
	}
	const longest = 600
	var seeds []string
	for _, text := range texts {
		script, _ := Parse(source.NewFile("seed", text), Options{})
		for _, stmt := range script.Stmts {
			if s := stmt.Span().Text(); len(s) <= longest {
				seeds = append(seeds, s)
			}
		}
	}
	slices.Sort(seeds)
	return slices.Compact(seeds)
}

// replacements are what a mutation puts in a token's place.
var replacements = []string{
	"", ";", ",", "(", ")", "[", "]", "{", "}", ":", "::", ".", "..", "...", "->", "<-", "<->", "<~", "|", "||",
	"@", "@@", "$", "$x", "*", "+", "-", "/", "=", "==", "!=", "<", ">", "<=", ">=", "?", "??", "?:", "!", "~", "&&",
	"NONE", "NULL", "true", "1", "-1", "1.5", "1e3", "1dec", "1h", "99999999999999999999", "0x1", "1_000", "1..2", "NaN", "Infinity",
	"'s'", "\"s\"", "'a\\qb'", "'", "\"", "`", "`n`", "⟨n⟩", "d'2024-01-01'", "d'2024-13-01'", "u'018f4a3c-9c2e-7b6a-8d1e-0123456789ab'", "u'1'", "b'0F'", "b'0'", "r'a:1'", "r'a'", "f'b:/c'",
	"a", "a:1", "a:$x", "a.b", "a[0]", "fn::f()", "string::len('a')", "string::nope()", "math::pi", "count()", "type::thing('a', 1)",
	"SELECT", "FROM", "WHERE", "SET", "VALUE", "ONLY", "AS", "IF", "ELSE", "THEN", "END", "RETURN", "LET", "FOR", "IN", "IS", "NOT",
	"AND", "OR", "ON", "TYPE", "DEFAULT", "GROUP", "BY", "ALL", "ORDER", "LIMIT", "START", "FETCH", "EXPLAIN", "PERMISSIONS", "FULL",
	"DEFINE", "TABLE", "FIELD", "INDEX", "CREATE", "UPDATE", "DELETE", "INSERT", "RELATE", "BEGIN", "CONTAINS", "int", "string", "option<int>", "array<int>", "record<a>", "any",
	"-- c\n", "/* c */", "/*", "#", "\n", " ", "<int>", "|$a| $a", "{ a: 1 }", "{ 1, 2 }", "{,}", "(1, 2)", "/a/", "function() { 1 }",
}

// mutate changes a statement: it drops, doubles, swaps or replaces tokens,
// inserts one, or cuts the statement.
func mutate(r *rand.Rand, text string) string {
	l := lexer{src: text}
	var tokens []lexeme
	for t := l.next(); t.kind != tEOF; t = l.next() {
		tokens = append(tokens, t)
	}
	if len(tokens) == 0 {
		return text
	}
	i := r.IntN(len(tokens))
	t := tokens[i]
	replacement := replacements[r.IntN(len(replacements))]
	space := [...]string{"", " "}[r.IntN(2)]
	switch r.IntN(8) {
	case 0:
		return text[:t.start] + text[t.end:]
	case 1:
		return text[:t.end] + space + text[t.start:]
	case 2:
		if i+1 == len(tokens) {
			return text[:t.start]
		}
		next := tokens[i+1]
		return text[:t.start] + text[next.start:next.end] + text[t.end:next.start] + text[t.start:t.end] + text[next.end:]
	case 3, 4:
		return text[:t.start] + replacement + text[t.end:]
	case 5:
		return text[:t.start] + replacement + space + text[t.start:]
	case 6:
		return text[:t.end] + space + text[t.end:t.start+(t.end-t.start)] + text[t.end:]
	}
	return text[:t.start+int32(r.IntN(int(t.end-t.start)+1))]
}

func TestDifferentialVerdictsAreThoseOfTheEngine(t *testing.T) {
	if testing.Short() {
		t.Skip("compares with a real engine")
	}
	engine := newEngineParser(t)
	seeds := seedStatements(t)
	r := rand.New(rand.NewPCG(*mutantSeed, 0))
	var compared, agreed, rejected, samePlace int
	reported := map[string]int{}
	for n := range *mutants {
		text := strings.ToValidUTF8(mutate(r, seeds[r.IntN(len(seeds))]), "")
		if n < len(seeds) && n%4 == 0 {
			text = seeds[n] // the statements themselves, too
		}
		theirs, err := engine.parse(t.Context(), text)
		require.NoError(t, err)
		ours := ownVerdict(text)
		compared++
		if ours.accept != theirs.accept {
			key := ours.message + theirs.message[:min(60, len(theirs.message))]
			if reported[key]++; reported[key] <= 2 {
				t.Logf("%q\n  ours:   %+v\n  theirs: %+v", text, ours, theirs)
			}
			continue
		}
		agreed++
		if ours.accept {
			printed := printedScript(text, Options{NoExperimental: true})
			theirs, err := engine.parse(t.Context(), printed)
			require.NoError(t, err)
			assert.True(t, theirs.accept, "%s\nprints as\n%s\nwhich the engine rejects: %s", text, printed, theirs.message)
			continue
		}
		rejected++
		if ours.line == theirs.line && ours.column == theirs.column {
			samePlace++
		} else if testing.Verbose() {
			t.Logf("place %q\n  ours:   %+v\n  theirs: %+v", text, ours, theirs)
		}
	}
	t.Logf("%d mutants: the same verdict on %d (%.3f %%); of %d rejects, the same place for %d (%.2f %%)",
		compared, agreed, 100*float64(agreed)/float64(compared),
		rejected, samePlace, 100*float64(samePlace)/float64(rejected))
	assert.GreaterOrEqual(t, float64(agreed), minAgreement*float64(compared))
}
