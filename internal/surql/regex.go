package surql

import (
	"errors"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// checkRegex checks the pattern of a regular expression, which the engine hands
// to Rust's regex crate. Escapes, repetitions and character classes, where that
// dialect differs from Go's, are checked here; the rest is left to Go's parser,
// from which only errors of structure count.
func checkRegex(pattern string) error {
	c := regexChecker{pattern: pattern}
	simple, err := c.check()
	if err != nil {
		return err
	}
	_, err = syntax.Parse(simple, syntax.Perl)
	var e *syntax.Error
	if !errors.As(err, &e) {
		return nil
	}
	switch e.Code {
	case syntax.ErrMissingParen, syntax.ErrUnexpectedParen, syntax.ErrMissingRepeatArgument:
		return err
	case syntax.ErrInvalidPerlOp:
		// Rust has flags that Go has not; neither has look-around.
		if flags := strings.Trim(e.Expr, "(?:)"); flags == "" || strings.Trim(flags, "imsUuxR-") != "" {
			return err
		}
	}
	return nil
}

// Letters that mean something after a backslash, outside of a class and in one.
const (
	regexEscapes      = "aftnrvxuUpPdDsSwWbBAz"
	regexClassEscapes = "aftnrvxuUpPdDsSwW"
)

var (
	errRegexEscape    = errors.New("it has an escape sequence that does not exist")
	errRegexBackslash = errors.New("it ends with a backslash")
	errRegexCount     = errors.New("it has a brace that is not a repetition such as {2,5}: write \\{")
	errRegexClass     = errors.New("a character class is not closed")
	errRegexRange     = errors.New("a character class has a range that ends before it starts")
)

// A regexChecker goes through a pattern.
type regexChecker struct {
	pattern string
	off     int
}

// check checks what Go's parser cannot and returns the pattern without it:
// escapes and classes are single letters.
func (c *regexChecker) check() (simple string, err error) {
	var b strings.Builder
	for c.off < len(c.pattern) {
		switch char := c.pattern[c.off]; char {
		case '\\':
			if _, err := c.escape(regexEscapes); err != nil {
				return "", err
			}
			b.WriteByte('x')
		case '[':
			if err := c.class(); err != nil {
				return "", err
			}
			b.WriteByte('x')
		case '{':
			end := strings.IndexByte(c.pattern[c.off:], '}')
			if end < 0 || !isRepetition(c.pattern[c.off+1:c.off+end]) {
				return "", errRegexCount
			}
			b.WriteByte('*')
			c.off += end + 1
		default:
			b.WriteByte(char)
			c.off++
		}
	}
	return b.String(), nil
}

// escape moves over an escape sequence and returns the character it stands for,
// or -1 for a class of them.
func (c *regexChecker) escape(letters string) (rune, error) {
	rest := c.pattern[c.off+1:]
	if rest == "" {
		return 0, errRegexBackslash
	}
	e, size := utf8.DecodeRuneInString(rest)
	c.off += 1 + size
	switch {
	case e < utf8.RuneSelf && isDigit(byte(e)):
		return 0, errRegexEscape
	case e >= utf8.RuneSelf:
		return 0, errRegexEscape
	case !isLetter(byte(e)):
		return e, nil
	case strings.IndexByte(letters, byte(e)) < 0:
		return 0, errRegexEscape
	}
	if c.off < len(c.pattern) && c.pattern[c.off] == '{' && strings.ContainsRune("xuUpPb", e) {
		end := strings.IndexByte(c.pattern[c.off:], '}')
		if end < 0 {
			return 0, errRegexEscape
		}
		c.off += end + 1
		return -1, nil
	}
	switch e {
	case 'x', 'u', 'U':
		return -1, c.hex(map[rune]int{'x': 2, 'u': 4, 'U': 8}[e])
	case 'p', 'P':
		if c.off == len(c.pattern) {
			return 0, errRegexEscape
		}
		_, size := utf8.DecodeRuneInString(c.pattern[c.off:])
		c.off += size
	}
	return -1, nil
}

// hex moves over the digits of a hexadecimal escape.
func (c *regexChecker) hex(n int) error {
	for range n {
		if c.off == len(c.pattern) {
			return errRegexEscape
		}
		if _, ok := hexDigit(c.pattern[c.off]); !ok {
			return errRegexEscape
		}
		c.off++
	}
	return nil
}

// class moves over a character class, which may hold others.
func (c *regexChecker) class() error {
	depth := 0
	last, ranged := rune(-1), false // what a range could begin with
	for c.off < len(c.pattern) {
		rest := c.pattern[c.off:]
		char, size := utf8.DecodeRuneInString(rest)
		switch {
		case char == '[':
			depth++
			c.openClass()
			last, ranged = -1, false
			continue
		case char == ']':
			c.off++
			if depth--; depth == 0 {
				return nil
			}
			last, ranged = -1, false
			continue
		case char == '\\':
			e, err := c.escape(regexClassEscapes)
			if err != nil {
				return err
			}
			char = e
		case strings.HasPrefix(rest, "&&"), strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "~~"):
			c.off += 2
			last, ranged = -1, false
			continue
		case char == '-' && last >= 0 && !ranged && !strings.HasPrefix(rest, "-]"):
			c.off++
			ranged = true
			continue
		default:
			c.off += size
		}
		if ranged && char >= 0 && char < last {
			return errRegexRange
		}
		last = char
		if ranged {
			last, ranged = -1, false
		}
	}
	return errRegexClass
}

// openClass moves over the bracket of a class, its ^, and the hyphens and the
// bracket that are literal at its start.
func (c *regexChecker) openClass() {
	c.off++
	if strings.HasPrefix(c.pattern[c.off:], ":") {
		if end := strings.Index(c.pattern[c.off:], ":]"); end >= 0 { // [:alpha:], closed like a class
			c.off += end + 1
			return
		}
	}
	if strings.HasPrefix(c.pattern[c.off:], "^") {
		c.off++
	}
	for strings.HasPrefix(c.pattern[c.off:], "-") {
		c.off++
	}
	if strings.HasPrefix(c.pattern[c.off:], "]") {
		c.off++
	}
}

// isRepetition reports whether a text is n, n, or n,m, with spaces around the
// numbers.
func isRepetition(s string) bool {
	least, most, ranged := strings.Cut(s, ",")
	least, most = strings.TrimSpace(least), strings.TrimSpace(most)
	return least != "" && allDigits(least) && (!ranged || allDigits(most))
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}
