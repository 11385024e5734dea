package emit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
)

// doc writes a doc comment: the lines, or where there are none the fallback.
func doc(g *jen.Group, lines []string, fallback string) {
	if len(lines) == 0 && fallback != "" {
		lines = []string{fallback}
	}
	for _, line := range lines {
		g.Comment(strings.TrimRightFunc("// "+strings.TrimPrefix(line, " "), unicode.IsSpace))
	}
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
