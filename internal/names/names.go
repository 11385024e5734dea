// Package names turns the names of schemas and queries into Go identifiers.
//
// The rules are sqlc's, so that both halves of a data layer look alike: words
// are separated by anything that is neither letter nor digit, each word starts
// with a capital, and a word that is a known initialism is all capitals.
package names

import (
	"go/token"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// DefaultInitialisms are the words that are written in capitals where the
// configuration says nothing else. It is sqlc's default.
var DefaultInitialisms = []string{"id"}

// A Style says how names are written. The zero Style has no initialisms and no
// renames. A Style is safe for concurrent use.
type Style struct {
	// Initialisms are lower-case words that are written in capitals.
	Initialisms []string
	// Renames maps source names to the Go identifiers that replace them.
	Renames map[string]string
}

// Exported returns the exported Go identifier for a source name, or for the
// path of source names to a thing, such as a table and a field. Steps without a
// letter or digit, such as the * of an array's elements, do not count. The
// identifier is never empty: where it could not be exported otherwise it gets
// the prefix X.
func (s Style) Exported(path ...string) string {
	var b strings.Builder
	for _, name := range path {
		if renamed, ok := s.Renames[name]; ok {
			b.WriteString(renamed)
			continue
		}
		for _, word := range words(name) {
			b.WriteString(s.capital(word))
		}
	}
	id := b.String()
	if first, _ := utf8.DecodeRuneInString(id); !unicode.IsUpper(first) {
		return "X" + id
	}
	return id
}

// Local returns the Go identifier for a source name that is used as a variable
// or parameter. It is never a keyword, and never shadows a predeclared name.
func (s Style) Local(name string) string {
	id := ""
	if renamed, ok := s.Renames[name]; ok {
		id = lowerFirst(renamed)
	} else {
		for i, word := range words(name) {
			if i == 0 {
				id = lowerFirst(word)
			} else {
				id += s.capital(word)
			}
		}
	}
	switch first, _ := utf8.DecodeRuneInString(id); {
	case !unicode.IsLetter(first): // empty, or starts with a digit
		return "x" + id
	case customary[id] != "":
		return customary[id]
	case token.IsKeyword(id), slices.Contains(predeclared, id):
		return id + "_"
	}
	return id
}

// customary are the words by which Go programs go around a keyword.
var customary = map[string]string{"package": "pkg", "type": "typ", "func": "fn", "interface": "iface", "chan": "ch"}

// Camel returns a source name in camelCase, without initialisms.
func Camel(name string) string { return lowerFirst(Pascal(name)) }

// Pascal returns a source name in PascalCase, without initialisms. It is the
// name itself where that has no letter or digit.
func Pascal(name string) string {
	var b strings.Builder
	for _, word := range words(name) {
		b.WriteString(Style{}.capital(word))
	}
	if b.Len() == 0 {
		return name
	}
	return b.String()
}

// Snake returns a source name in snake_case. It is the name itself where that
// has no letter or digit.
func Snake(name string) string {
	var b strings.Builder
	for _, word := range words(name) {
		letters := []rune(word)
		for i, r := range letters {
			begins := i > 0 && unicode.IsUpper(r) && (!unicode.IsUpper(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1]))
			if begins || i == 0 && b.Len() > 0 {
				b.WriteByte('_')
			}
			b.WriteRune(unicode.ToLower(r))
		}
	}
	if b.Len() == 0 {
		return name
	}
	return b.String()
}

// predeclared are the names of Go's universe that generated code uses.
var predeclared = []string{
	"any", "append", "bool", "byte", "cap", "error", "false", "float32", "float64", "int", "int8", "int16", "int32", "int64",
	"len", "make", "max", "min", "new", "nil", "range", "string", "true", "uint", "uint8", "uint16", "uint32", "uint64",
}

func words(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func (s Style) capital(word string) string {
	if slices.Contains(s.Initialisms, word) {
		return strings.ToUpper(word)
	}
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + word[size:]
}

// lowerFirst lowers the capitals that an identifier starts with, but for one
// that starts its second word: "ID" gives "id", "IDToken" gives "idToken".
func lowerFirst(id string) string {
	letters := []rune(id)
	for i, r := range letters {
		if !unicode.IsUpper(r) || i > 0 && i+1 < len(letters) && unicode.IsLower(letters[i+1]) {
			break
		}
		letters[i] = unicode.ToLower(r)
	}
	return string(letters)
}
