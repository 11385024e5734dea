package pgcheck

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a lexical unit of SQL. Comments and white space are not tokens.
type token struct {
	kind       tokenKind
	start, end int // bytes of the file
	// text is the token as it is written, but for an identifier its name: in
	// lower case if it is not quoted, without the quotes if it is.
	text string
	// open says that the token's quote is not closed.
	open bool
}

type tokenKind uint8

const (
	word    tokenKind = iota // a keyword or an identifier that is not quoted
	quoted                   // a quoted identifier
	literal                  // a string or a number
	param                    // $1
	symbol                   // one character of an operator or of punctuation
)

// is reports whether the token is the given symbol or unquoted word.
func (t token) is(text string) bool {
	return (t.kind == symbol || t.kind == word) && t.text == text
}

// isName reports whether the token can name something.
func (t token) isName() bool { return t.kind == word || t.kind == quoted }

// scan returns the tokens of text[start:end]. It takes any text: what is not
// ended ends with the text.
func scan(text string, start, end int) []token {
	s := scanner{text: text[:end], pos: start}
	for s.skip(); s.pos < len(s.text); s.skip() {
		s.next()
	}
	return s.tokens
}

type scanner struct {
	text   string
	pos    int
	tokens []token
	open   bool // the token at hand runs into the end of the text
}

func (s *scanner) rest() string { return s.text[s.pos:] }

// skip passes white space and comments.
func (s *scanner) skip() {
	for s.pos < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.rest())
		switch {
		case unicode.IsSpace(r):
			s.pos += size
		case strings.HasPrefix(s.rest(), "--"):
			s.until("\n")
		case strings.HasPrefix(s.rest(), "/*"):
			s.blockComment()
		default:
			return
		}
	}
}

// blockComment passes a comment, which may hold others.
func (s *scanner) blockComment() {
	for depth := 0; s.pos < len(s.text); {
		switch {
		case strings.HasPrefix(s.rest(), "/*"):
			depth++
			s.pos += 2
		case strings.HasPrefix(s.rest(), "*/"):
			depth--
			s.pos += 2
		default:
			s.pos++
		}
		if depth == 0 {
			return
		}
	}
}

// until passes everything up to and with the given text.
func (s *scanner) until(end string) {
	if i := strings.Index(s.rest(), end); i >= 0 {
		s.pos += i + len(end)
	} else {
		s.pos, s.open = len(s.text), true
	}
}

func (s *scanner) next() {
	start := s.pos
	s.open = false
	r, size := utf8.DecodeRuneInString(s.rest())
	kind := symbol
	switch {
	case r == '\'':
		kind = literal
		s.pos++
		s.stringBody(false)
	case r == '"':
		kind = quoted
		s.pos++
		s.until(`"`)
		for strings.HasPrefix(s.rest(), `"`) {
			s.pos++
			s.until(`"`)
		}
	case r == '$' && s.dollarQuote():
		kind = literal
	case r == '$' && len(s.rest()) > 1 && isDigit(s.text[s.pos+1]):
		kind = param
		s.pos++
		s.while(func(r rune) bool { return r < utf8.RuneSelf && isDigit(byte(r)) })
	case isDigit(s.text[s.pos]):
		kind = literal
		s.while(func(r rune) bool { return isWordRune(r) || r == '.' })
	case isWordStart(r):
		kind = word
		s.while(func(r rune) bool { return isWordRune(r) || r == '$' })
		if strings.HasPrefix(s.rest(), "'") {
			switch strings.ToLower(s.text[start:s.pos]) {
			case "e":
				kind = literal
				s.pos++
				s.stringBody(true)
			case "b", "x", "n":
				kind = literal
				s.pos++
				s.stringBody(false)
			}
		}
	default:
		s.pos += size
	}
	t := token{kind: kind, start: start, end: s.pos, text: s.text[start:s.pos], open: s.open}
	switch kind {
	case word:
		t.text = strings.ToLower(t.text)
	case quoted:
		t.text = strings.ReplaceAll(strings.TrimSuffix(t.text[1:], `"`), `""`, `"`)
	}
	s.tokens = append(s.tokens, t)
}

// stringBody passes a string up to and with its closing quote. In an escape
// string a backslash takes the next character with it.
func (s *scanner) stringBody(escapes bool) {
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		s.pos++
		switch {
		case c == '\\' && escapes && s.pos < len(s.text):
			s.pos++
		case c == '\'' && strings.HasPrefix(s.rest(), "'"):
			s.pos++
		case c == '\'':
			return
		}
	}
	s.open = true
}

// dollarQuote passes a dollar-quoted string, if one starts here.
func (s *scanner) dollarQuote() bool {
	i := strings.IndexByte(s.rest()[1:], '$')
	if i < 0 {
		return false
	}
	delimiter := s.rest()[:i+2]
	for j, r := range delimiter[1 : i+1] {
		if !isWordRune(r) || j == 0 && !isWordStart(r) {
			return false
		}
	}
	s.pos += len(delimiter)
	s.until(delimiter)
	return true
}

func (s *scanner) while(ok func(rune) bool) {
	for s.pos < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.rest())
		if !ok(r) {
			return
		}
		s.pos += size
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isWordStart(r rune) bool { return r == '_' || unicode.IsLetter(r) || r >= utf8.RuneSelf }

func isWordRune(r rune) bool { return isWordStart(r) || unicode.IsDigit(r) }
