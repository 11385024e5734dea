package pgcheck

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestScanSeesWhatIsTextAndWhatIsNot(t *testing.T) {
	for text, want := range map[string]string{
		`SELECT a.B, "C""d" FROM x`:            `select|a|.|b|,|C"d|from|x`,
		`'it''s; -- no' ; x`:                   `'it''s; -- no'|;|x`,
		`E'it\'s;' x`:                          `E'it\'s;'|x`,
		`'back\' x`:                            `'back\'|x`,
		`$$a; 'b$$ $f$ $$ ; $f$ $1 $x`:         `$$a; 'b$$|$f$ $$ ; $f$|$1|$|x`,
		"a -- ; b\nc /* ; /* nested */ ; */ d": `a|c|d`,
		`x::int[]`:                             `x|:|:|int|[|]`,
		`größe < 1.5e3`:                        `größe|<|1.5e3`,
		`'open ; x`:                            `'open ; x`,
		`$open$ ; x`:                           `$open$ ; x`,
		`/* open`:                              ``,
		`"open`:                                `open`,
		"":                                     ``,
	} {
		var got []string
		for _, tok := range scan(text, 0, len(text)) {
			got = append(got, tok.text)
		}
		assert.Equal(t, want, strings.Join(got, "|"), text)
	}
}

func TestStatementsEndAtTheirOwnSemicolon(t *testing.T) {
	text := "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 2; END; SELECT ';'; ; SELECT 3"
	var got []string
	for _, stmt := range statements(scan(text, 0, len(text))) {
		got = append(got, text[stmt[0].start:stmt[len(stmt)-1].end])
	}
	assert.Equal(t, []string{
		"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 2; END",
		"SELECT ';'",
		"SELECT 3",
	}, got)
}

// FuzzScan finds text that the scanner does not come through, or whose tokens
// do not lie in it one behind the other.
func FuzzScan(f *testing.F) {
	f.Add("SELECT 'a', E'\\'', $$x$$, $t$y$t$, \"q\"\"q\", $1, 1.5 /* c /* n */ */ -- e\n")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, tok := range scan(text, 0, len(text)) {
			if tok.start < end || tok.end <= tok.start || tok.end > len(text) {
				t.Fatalf("token %+v behind %d", tok, end)
			}
			end = tok.end
		}
	})
}
