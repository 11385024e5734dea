package surql

import (
	"errors"
	"regexp/syntax"
	"strings"
)

// checkRegex checks the pattern of a regular expression. The engine's dialect
// (Rust's regex crate) and Go's agree on most things; this checks where the
// engine is stricter, and lets pass what only Go does not know.
func checkRegex(pattern string) error {
	if err := checkRegexEscapes(pattern); err != nil {
		return err
	}
	_, err := syntax.Parse(pattern, syntax.Perl)
	var e *syntax.Error
	if !errors.As(err, &e) {
		return nil
	}
	switch e.Code {
	case syntax.ErrMissingBracket, syntax.ErrMissingParen, syntax.ErrUnexpectedParen,
		syntax.ErrMissingRepeatArgument, syntax.ErrTrailingBackslash:
		return err
	case syntax.ErrInvalidCharRange:
		if !strings.Contains(pattern, `\p`) && !strings.Contains(pattern, `\P`) {
			return err
		}
	case syntax.ErrInvalidPerlOp:
		if flags := strings.Trim(e.Expr, "(?:)"); strings.Trim(flags, "imsUuxR-") != "" {
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
	errRegexEscape = errors.New("it has an escape sequence that does not exist")
	errRegexCount  = errors.New("it has a brace that is not a repetition such as {2,5}: write \\{")
)

// checkRegexEscapes checks the escape sequences and the counted repetitions.
func checkRegexEscapes(pattern string) error {
	classes := 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\':
			i++
			if i == len(pattern) {
				return nil // Go's parser reports it
			}
			allowed := regexEscapes
			if classes > 0 {
				allowed = regexClassEscapes
			}
			if e := pattern[i]; isDigit(e) || isLetter(e) && strings.IndexByte(allowed, e) < 0 {
				return errRegexEscape
			}
			// The braces of \x{…}, \u{…}, \p{…} and \b{…} are no repetitions.
			if i+1 < len(pattern) && pattern[i+1] == '{' && strings.IndexByte("xuUpPb", pattern[i]) >= 0 {
				end := strings.IndexByte(pattern[i:], '}')
				if end < 0 {
					return errRegexEscape
				}
				i += end
			}
		case c == '[':
			classes++
		case c == ']' && classes > 0:
			classes--
		case c == '{' && classes == 0:
			end := strings.IndexByte(pattern[i:], '}')
			if end < 0 || !isRepetition(pattern[i+1:i+end]) {
				return errRegexCount
			}
		}
	}
	return nil
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
