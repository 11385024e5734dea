package names

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// A Scope is a set of identifiers that are in use. The zero Scope is empty and
// ready to use. A Scope is not safe for concurrent use.
type Scope struct{ used map[string]bool }

// NewScope returns a scope in which the given identifiers are in use.
func NewScope(used ...string) *Scope {
	s := &Scope{}
	for _, id := range used {
		s.Take(id)
	}
	return s
}

// Take puts id in use and reports whether it was free.
func (s *Scope) Take(id string) bool {
	if s.used[id] {
		return false
	}
	if s.used == nil {
		s.used = map[string]bool{}
	}
	s.used[id] = true
	return true
}

// Unique puts id in use, or where it is taken already the first free one of
// id2, id3 and so on, and returns what it took. The same calls in the same
// order always give the same identifiers.
func (s *Scope) Unique(id string) string {
	if s.Take(id) {
		return id
	}
	base := id
	if last, _ := utf8.DecodeLastRuneInString(id); unicode.IsDigit(last) {
		base += "_"
	}
	for n := 2; ; n++ {
		if candidate := base + strconv.Itoa(n); s.Take(candidate) {
			return candidate
		}
	}
}
