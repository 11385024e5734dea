package names

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// irregular are plurals that no rule of Singular covers.
var irregular = map[string]string{
	"people": "person", "children": "child", "men": "man", "women": "woman", "mice": "mouse", "feet": "foot",
	"teeth": "tooth", "indices": "index", "vertices": "vertex", "matrices": "matrix", "criteria": "criterion",
	"movies": "movie", "cookies": "cookie", "ties": "tie", "pies": "pie", "lies": "lie",
	"caches": "cache", "series": "series", "species": "species", "news": "news", "lens": "lens", "always": "always",
	"aliases": "alias", "statuses": "status", "viruses": "virus", "buses": "bus", "bonuses": "bonus", "campuses": "campus",
	"leaves": "leaf", "halves": "half", "shelves": "shelf", "knives": "knife", "lives": "life", "wolves": "wolf",
	"has": "has", "does": "does", "is": "is", "was": "was", "its": "its", "this": "this", "gas": "gas", "canvas": "canvas",
	"axes": "axis", "analyses": "analysis", "bases": "base", "theses": "thesis", "crises": "crisis",
	"potatoes": "potato", "heroes": "hero", "echoes": "echo", "quizzes": "quiz",
}

// plurals are the ends of plurals with what they become, the first that fits.
var plurals = []struct{ plural, singular string }{
	{"ies", "y"},
	{"sses", "ss"}, {"shes", "sh"}, {"xes", "x"},
	{"tches", "tch"}, {"rches", "rch"}, {"nches", "nch"},
	{"ss", "ss"}, {"us", "us"}, {"is", "is"},
	{"s", ""},
}

// Singular returns an identifier with its last word in the singular, for naming
// an element of the list that the identifier names. It follows English, and
// leaves alone what it does not take for a plural.
func Singular(id string) string {
	start := lastWord(id)
	head, word := id[:start], id[start:]
	lower := strings.ToLower(word)
	if one, ok := irregular[lower]; ok {
		if word != lower {
			first, size := utf8.DecodeRuneInString(one)
			one = string(unicode.ToUpper(first)) + one[size:]
		}
		return head + one
	}
	for _, p := range plurals {
		if stem, ok := strings.CutSuffix(word, p.plural); ok && len(stem) > 1 {
			return head + stem + p.singular
		}
	}
	return id
}

// lastWord returns where the last word of an identifier in mixed caps begins.
// The plural of an initialism, as IDs, is one word.
func lastWord(id string) int {
	runes := []rune(id)
	i := len(runes) - 1
	for i > 0 && !unicode.IsUpper(runes[i]) {
		i--
	}
	for i > 0 && unicode.IsUpper(runes[i-1]) {
		i--
	}
	return len(string(runes[:max(i, 0)]))
}
