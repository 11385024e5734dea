package emit

import (
	"go/build/constraint"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
)

// doc writes a doc comment: the lines, or where there are none the fallback. A
// line that a schema gives may consist of several.
func doc(g *jen.Group, lines []string, fallback string) {
	if len(lines) == 0 {
		if fallback == "" {
			return
		}
		lines = []string{fallback}
	}
	for _, line := range strings.Split(strings.Join(lines, "\n"), "\n") {
		line = strings.Map(commentRune, strings.TrimPrefix(line, " "))
		if constraint.IsPlusBuild("//" + line) { // which would leave the file out
			line = strings.Replace(line, "+build", "+ build", 1)
		}
		g.Comment(strings.TrimRightFunc("// "+line, unicode.IsSpace))
	}
}

// commentRune returns what stands for a character in a comment: nothing where
// Go takes none such.
func commentRune(r rune) rune {
	if unicode.IsControl(r) && r != '\t' || r == '\ufeff' || r == utf8.RuneError {
		return -1
	}
	return r
}

// capitalized returns name with a capital first letter, which is all that sqlc
// does to the name of a query.
func capitalized(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

// unexported returns an exported identifier with a small first letter.
func unexported(id string) string {
	first, size := utf8.DecodeRuneInString(id)
	return string(unicode.ToLower(first)) + id[size:]
}
