package surql

import (
	"strings"
	"unicode/utf8"

	"github.com/devq-ai/tandem/internal/source"
)

// A lexeme is a token and where it stands.
type lexeme struct {
	kind       token
	start, end int32
}

// adjacent reports whether next follows t without whitespace or a comment.
func (t lexeme) adjacent(next lexeme) bool { return t.end == next.start }

// A lexer cuts a text into tokens. Numbers, durations, regexes and JavaScript
// are read by the parser, which knows where they may stand: the lexer sees the
// digits, the slash and the brace that they begin with. The lexer has no state
// but its offset, so the parser may go back.
type lexer struct {
	src string
	off int
	// comments receives the comments, each once however often the lexer goes
	// back, where keepComments is set.
	file         *source.File
	keepComments bool
	comments     []Comment
}

// A lexError says why a token is tInvalid.
type lexError struct {
	unterminated bool
	message      string
}

const (
	charNoBreakSpace = '\u00A0'
	charNextLine     = '\u0085'
	charLineSep      = '\u2028'
	charParaSep      = '\u2029'
)

// isSpace reports whether a code point outside ASCII is whitespace.
func isSpace(r rune) bool {
	switch r {
	case charNoBreakSpace, '\u1680', '\u202F', '\u205F', '\u3000':
		return true
	}
	return r >= '\u2000' && r <= '\u200A'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// wordByte tells the bytes of an unquoted name.
var wordByte = func() (is [256]bool) {
	for c := range is {
		is[c] = isLetter(byte(c)) || isDigit(byte(c)) || c == '_'
	}
	return is
}()

// next returns the next token. At the end of the text it returns tEOF, again
// and again.
func (l *lexer) next() lexeme {
	l.skipSpace()
	start := l.off
	kind := l.scan()
	return lexeme{kind, int32(start), int32(l.off)}
}

// skipSpace skips whitespace and comments. It stops at a comment that does not
// end.
func (l *lexer) skipSpace() {
	for l.off < len(l.src) {
		c := l.src[l.off]
		switch {
		case c == ' ' || '\t' <= c && c <= '\r':
			l.off++
		case c == '#':
			l.lineComment(1)
		case c == '-' && l.peek(1) == '-', c == '/' && l.peek(1) == '/':
			l.lineComment(2)
		case c == '/' && l.peek(1) == '*':
			i := strings.Index(l.src[l.off+2:], "*/")
			if i < 0 {
				return
			}
			l.comment(l.off + i + 4)
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(l.src[l.off:])
			if !isSpace(r) {
				return
			}
			l.off += size
		default:
			return
		}
	}
}

func (l *lexer) lineComment(skip int) {
	end := l.off + skip
	for ; end < len(l.src); end++ {
		c := l.src[end]
		if c == '\n' || c == '\r' {
			break
		}
		if c < utf8.RuneSelf {
			continue
		}
		r, size := utf8.DecodeRuneInString(l.src[end:])
		if r == charNextLine || r == charLineSep || r == charParaSep {
			break
		}
		end += size - 1
	}
	l.comment(end)
}

// comment notes the comment from the current offset to end and skips it.
func (l *lexer) comment(end int) {
	if l.keepComments {
		if n := len(l.comments); n == 0 || int(l.comments[n-1].start) < l.off {
			l.comments = append(l.comments, Comment{pos{l.file, int32(l.off), int32(end)}})
		}
	}
	l.off = end
}

// peek returns the byte n bytes ahead, or 0 past the end.
func (l *lexer) peek(n int) byte {
	if l.off+n < len(l.src) {
		return l.src[l.off+n]
	}
	return 0
}

// take moves over n bytes and returns kind.
func (l *lexer) take(n int, kind token) token {
	l.off += n
	return kind
}

func (l *lexer) scan() token {
	if l.off == len(l.src) {
		return tEOF
	}
	c := l.src[l.off]
	if isLetter(c) || c == '_' {
		return l.word()
	}
	next := l.peek(1)
	switch c {
	case '{':
		return l.take(1, tLBrace)
	case '}':
		return l.take(1, tRBrace)
	case '[':
		return l.take(1, tLBracket)
	case ']':
		return l.take(1, tRBracket)
	case '(':
		return l.take(1, tLParen)
	case ')':
		return l.take(1, tRParen)
	case ';':
		return l.take(1, tSemicolon)
	case ',':
		return l.take(1, tComma)
	case '~':
		return l.take(1, tTilde)
	case '@':
		return l.take(1, tAt)
	case '%':
		return l.take(1, tPercent)
	case '|':
		if next == '|' {
			return l.take(2, tOrOr)
		}
		return l.take(1, tPipe)
	case '&':
		if next == '&' {
			return l.take(2, tAndAnd)
		}
		return l.take(1, tInvalid)
	case '.':
		if next != '.' {
			return l.take(1, tDot)
		}
		if l.peek(2) == '.' {
			return l.take(3, tDotDotDot)
		}
		return l.take(2, tDotDot)
	case '!':
		switch next {
		case '=':
			return l.take(2, tNotEqual)
		case '~':
			return l.take(2, tNotTilde)
		}
		return l.take(1, tBang)
	case '?':
		switch next {
		case ':':
			return l.take(2, tElvis)
		case '~':
			return l.take(2, tAnyTilde)
		case '=':
			return l.take(2, tAnyEqual)
		}
		return l.take(1, tQuestion)
	case '<':
		switch next {
		case '=':
			return l.take(2, tLessEqual)
		case '|':
			return l.take(2, tKNN)
		}
		return l.take(1, tLess)
	case '>':
		if next == '=' {
			return l.take(2, tMoreEqual)
		}
		return l.take(1, tMore)
	case '-':
		switch next {
		case '>':
			return l.take(2, tArrow)
		case '=':
			return l.take(2, tMinusEqual)
		}
		return l.take(1, tMinus)
	case '+':
		switch next {
		case '=':
			return l.take(2, tPlusEqual)
		case '?':
			if l.peek(2) == '=' {
				return l.take(3, tExtend)
			}
			return l.take(2, tInvalid)
		}
		return l.take(1, tPlus)
	case '/':
		if next == '*' { // does not end, or skipSpace had taken it
			return l.take(len(l.src)-l.off, tInvalid)
		}
		return l.take(1, tSlash)
	case '*':
		switch next {
		case '*':
			return l.take(2, tStarStar)
		case '=':
			return l.take(2, tAllEqual)
		case '~':
			return l.take(2, tAllTilde)
		}
		return l.take(1, tStar)
	case '=':
		if next == '=' {
			return l.take(2, tEqualEqual)
		}
		return l.take(1, tEqual)
	case ':':
		if next == ':' {
			return l.take(2, tPath)
		}
		return l.take(1, tColon)
	case '$':
		return l.param()
	case '`':
		return l.quoted(1, '`', tIdent)
	case '"', '\'':
		return l.quoted(1, rune(c), tString)
	}
	if isDigit(c) {
		for isDigit(l.peek(0)) || l.peek(0) == '_' {
			l.off++
		}
		return tDigits
	}
	return l.symbol()
}

// symbol scans what does not begin with an ASCII character.
func (l *lexer) symbol() token {
	r, size := utf8.DecodeRuneInString(l.src[l.off:])
	kind := tInvalid
	switch r {
	case '⟨':
		return l.quoted(size, '⟩', tIdent)
	case '…':
		kind = tDotDotDot
	case '∋':
		kind = tContains
	case '∌':
		kind = tContainsNot
	case '∈':
		kind = tInside
	case '∉':
		kind = tNotInside
	case '⊇':
		kind = tContainsAll
	case '⊃':
		kind = tContainsAny
	case '⊅':
		kind = tContainsNone
	case '⊆':
		kind = tAllInside
	case '⊂':
		kind = tAnyInside
	case '⊄':
		kind = tNoneInside
	case '×':
		kind = tTimes
	case '÷':
		kind = tDivide
	}
	return l.take(size, kind)
}

// stringPrefixes are the letters that give a string a meaning.
var stringPrefixes = [256]token{
	's': tString, 'r': tRecordString, 'u': tUUIDString,
	'd': tDatetimeString, 'b': tBytesString, 'f': tFileString,
}

func (l *lexer) word() token {
	start := l.off
	if kind := stringPrefixes[l.src[start]]; kind != tEOF {
		if next := l.peek(1); next == '\'' || next == '"' {
			return l.quoted(2, rune(next), kind)
		}
	}
	for l.off < len(l.src) && wordByte[l.src[l.off]] {
		l.off++
	}
	word := l.src[start:l.off]
	if kw := lookupKeyword(word); kw != tEOF {
		return kw
	}
	switch word {
	case "NaN":
		return tNaN
	case "Infinity":
		return tInfinity
	}
	return tIdent
}

func (l *lexer) param() token {
	switch next := l.peek(1); {
	case next == '`':
		return l.quoted(2, '`', tParam)
	case next == '_' || isLetter(next):
		l.off++
		for l.off < len(l.src) && wordByte[l.src[l.off]] {
			l.off++
		}
		return tParam
	case strings.HasPrefix(l.src[l.off+1:], "⟨"):
		return l.quoted(1+len("⟨"), '⟩', tParam)
	}
	return l.take(1, tDollar)
}

// quoted scans a string or a quoted name that begins with the next skip bytes.
// Escapes are checked when the parser decodes it.
func (l *lexer) quoted(skip int, quote rune, kind token) token {
	i := l.off + skip
	for i < len(l.src) {
		switch c := l.src[i]; {
		case c == '\\':
			i++
			if i < len(l.src) {
				_, size := utf8.DecodeRuneInString(l.src[i:])
				i += size
			}
		case c < utf8.RuneSelf:
			i++
			if rune(c) == quote {
				l.off = i
				return kind
			}
		default:
			r, size := utf8.DecodeRuneInString(l.src[i:])
			i += size
			if r == quote {
				l.off = i
				return kind
			}
		}
	}
	l.off = len(l.src)
	return tInvalid
}

// reason says what is wrong with a token that is tInvalid.
func (l *lexer) reason(t lexeme) lexError {
	text := l.src[t.start:t.end]
	switch {
	case strings.HasPrefix(text, "/*"):
		return lexError{true, "the comment that starts here does not end: `*/` is missing"}
	case text == "&":
		return lexError{false, "`&` is not an operator: use `&&` or `AND`"}
	case text == "+?":
		return lexError{false, "`+?` is not an operator: use `+?=`"}
	}
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case r == utf8.RuneError && size == 1:
		return lexError{false, "the text is not valid UTF-8"}
	case r == '`' || r == '⟨' || r == '$':
		return lexError{true, "the quoted name that starts here does not end"}
	case len(text) > size:
		return lexError{true, "the string that starts here does not end"}
	case r == '"' || r == '\'':
		return lexError{true, "the string that starts here does not end"}
	}
	return lexError{false, "unexpected character `" + string(r) + "`"}
}

// The keywords in a hash table, as a name is looked up for every word.
const keywordSlots = 1024

var keywordTable = func() (table [keywordSlots]struct {
	word string
	kind token
}) {
	insert := func(word string, kind token) {
		slot := keywordHash(word) % keywordSlots
		for table[slot].word != "" {
			slot = (slot + 1) % keywordSlots
		}
		table[slot].word, table[slot].kind = word, kind
	}
	for kind := keywordsBegin + 1; kind < tokensEnd; kind++ {
		if word := tokenText[kind]; word != "" {
			insert(word, kind)
		}
	}
	for word, kind := range keywordAliases {
		insert(word, kind)
	}
	return table
}()

// keywordHash is case-insensitive for ASCII letters.
func keywordHash(word string) uint32 {
	h := uint32(len(word))
	for i := range len(word) {
		h = h*31 + uint32(word[i]|0x20)
	}
	return h
}

const longestKeyword = len("KEEP_PRUNED_CONNECTIONS")

// lookupKeyword returns the keyword that a word is, in any case, or tEOF.
func lookupKeyword(word string) token {
	if len(word) > longestKeyword {
		return tEOF
	}
	for slot := keywordHash(word) % keywordSlots; keywordTable[slot].word != ""; slot = (slot + 1) % keywordSlots {
		if equalUpper(word, keywordTable[slot].word) {
			return keywordTable[slot].kind
		}
	}
	return tEOF
}

// equalUpper reports whether word in upper case is upper. Both consist of
// letters, digits and underscores.
func equalUpper(word, upper string) bool {
	if len(word) != len(upper) {
		return false
	}
	for i := range len(word) {
		c := word[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != upper[i] {
			return false
		}
	}
	return true
}
