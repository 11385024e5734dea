package surql

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/devq-ai/tandem/internal/diag"
)

// unquote returns the text of a string or a quoted name from its first
// character after the opening quote. Without escapes it is a part of the
// source. at is the token, skip the length of its prefix and opening quote.
func (p *parser) unquote(at lexeme, skip, closing int) string {
	text := p.src[int(at.start)+skip : int(at.end)-closing]
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		if text[i] != '\\' {
			next := strings.IndexByte(text[i:], '\\')
			if next < 0 {
				next = len(text) - i
			}
			b.WriteString(text[i : i+next])
			i += next
			continue
		}
		i += p.escape(&b, text[i:], int(at.start)+skip+i)
	}
	return b.String()
}

var escapes = [256]byte{
	'n': '\n', 'r': '\r', 't': '\t', '\\': '\\', 'b': '\b', 'f': '\f', '\'': '\'', '"': '"', '`': '`',
}

// escape resolves the escape sequence that text begins with, at an offset of
// the source, and returns its length.
func (p *parser) escape(b *strings.Builder, text string, off int) int {
	c := text[1]
	switch {
	case c == '0':
		b.WriteByte(0)
		return 2
	case escapes[c] != 0:
		b.WriteByte(escapes[c])
		return 2
	case c != 'u':
		_, size := utf8.DecodeRuneInString(text[1:])
		p.failHelp(p.at(off, 1+size), diag.SurqlEscape, `write \\ for a backslash`, "there is no escape sequence `%s`", text[:1+size])
	}
	var code uint32
	i := 2
	if strings.HasPrefix(text[2:], "{") {
		for i = 3; i < 9 && i < len(text); i++ {
			digit, ok := hexDigit(text[i])
			if !ok {
				break
			}
			code = code<<4 | uint32(digit)
		}
		if i == len(text) || text[i] != '}' {
			p.fail(p.at(off+i, 1), diag.SurqlEscape, "expected up to six hexadecimal digits and `}`")
		}
		i++
	} else {
		for ; i < 6; i++ {
			if i == len(text) {
				p.fail(p.at(off+i, 1), diag.SurqlEscape, "expected four hexadecimal digits")
			}
			digit, ok := hexDigit(text[i])
			if !ok {
				p.fail(p.at(off+i, 1), diag.SurqlEscape, "expected four hexadecimal digits")
			}
			code = code<<4 | uint32(digit)
		}
	}
	if !utf8.ValidRune(rune(code)) {
		p.failHelp(p.at(off, i), diag.SurqlEscape, `write characters beyond \uFFFF as \u{1F600}`,
			"`%s` is not a Unicode character", text[:i])
	}
	b.WriteRune(rune(code))
	return i
}

func hexDigit(c byte) (digit byte, ok bool) {
	switch {
	case isDigit(c):
		return c - '0', true
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// at returns a lexeme for n bytes at an offset.
func (p *parser) at(off, n int) lexeme { return lexeme{tInvalid, int32(off), int32(off + n)} }

// rawOffset returns the offset in a string token, as it is written, of the
// byte at the offset off of its decoded text.
func rawOffset(raw string, off int) int {
	i := 1
	if raw[0] != '\'' && raw[0] != '"' {
		i = 2
	}
	for decoded := 0; decoded < off && i < len(raw); {
		switch {
		case raw[i] != '\\':
			decoded++
			i++
		case raw[i+1] != 'u':
			decoded++
			i += 2
		default:
			digits := raw[i+2 : i+6]
			next := i + 6
			if raw[i+2] == '{' {
				end := strings.IndexByte(raw[i:], '}')
				digits = raw[i+3 : i+end]
				next = i + end + 1
			}
			code, _ := strconv.ParseUint(digits, 16, 32)
			decoded += max(1, utf8.RuneLen(rune(code)))
			i = next
		}
	}
	return i
}

// stringValue moves over a plain string and returns its text.
func (p *parser) stringValue() string {
	if p.tok.kind != tString {
		p.unexpected(p.tok, "a string")
	}
	return p.quotedText(p.take())
}

// quotedText returns the text of a string token with or without a prefix.
func (p *parser) quotedText(t lexeme) string {
	if c := p.src[t.start]; c == '\'' || c == '"' {
		return p.unquote(t, 1, 1)
	}
	return p.unquote(t, 2, 1)
}

func (p *parser) stringLit() *StringLit {
	start := p.tok
	value := p.stringValue()
	return &StringLit{p.pos(start), value}
}

// nameText returns the name that a token stands for.
func (p *parser) nameText(t lexeme) string {
	switch p.src[t.start] {
	case '`':
		return p.unquote(t, 1, 1)
	case "⟨"[0]:
		return p.unquote(t, len("⟨"), len("⟩"))
	}
	return p.text(t)
}

// name moves over a name.
func (p *parser) name() string {
	if !p.tok.kind.isName() {
		p.unexpected(p.tok, "a name")
	}
	p.role(p.tok, roleName)
	return p.nameText(p.take())
}

func (p *parser) ident() Ident {
	start := p.tok
	name := p.name()
	return Ident{p.pos(start), name}
}

func (p *parser) idents(separator token) []Ident {
	list := []Ident{p.ident()}
	for p.eat(separator) {
		list = append(list, p.ident())
	}
	return list
}

// paramName moves over a parameter and returns its name.
func (p *parser) paramName() Ident {
	start := p.tok
	if start.kind != tParam {
		p.unexpected(start, "a parameter")
	}
	p.advance()
	name := start
	name.start++
	return Ident{p.pos(start), p.nameText(name)}
}

func (p *parser) param() *Param {
	id := p.paramName()
	return &Param{id.pos, id.Name}
}

// A numberKind is what a number is by its spelling.
type numberKind uint8

const (
	numberInt numberKind = iota
	numberFloat
	numberDecimal
)

// A numberReader reads a number, or a duration, from an offset of the source.
type numberReader struct {
	p     *parser
	start int
	off   int
}

func (r *numberReader) peek(n int) byte {
	if r.off+n < len(r.p.src) {
		return r.p.src[r.off+n]
	}
	return 0
}

func (r *numberReader) eat(c byte) bool {
	if r.peek(0) != c {
		return false
	}
	r.off++
	return true
}

// fail reports an error from an offset to the character that was not expected.
func (r *numberReader) fail(from int, format string, args ...any) {
	if r.off >= len(r.p.src) {
		r.p.fail(r.p.at(from, r.off-from), diag.SurqlLiteral, "the number ends too early: "+format, args...)
	}
	r.p.fail(r.p.at(from, r.off-from), diag.SurqlLiteral, format, args...)
}

func (r *numberReader) sign() {
	if !r.eat('-') {
		r.eat('+')
	}
}

// digits reads digits and underscores, of which the first must be a digit.
func (r *numberReader) digits(from int) {
	if !isDigit(r.peek(0)) {
		r.fail(from, "expected a digit")
	}
	for isDigit(r.peek(0)) || r.peek(0) == '_' {
		r.off++
	}
}

// end fails if a letter follows the number.
func (r *numberReader) end(what string) {
	if isLetter(r.peek(0)) {
		c := r.peek(0)
		r.off++
		r.fail(r.start, "unexpected character `%c` after a %s", c, what)
	}
}

// infinity reads Infinity if it begins here.
func (r *numberReader) infinity() bool {
	if r.peek(0) != 'I' {
		return false
	}
	if !strings.HasPrefix(r.p.src[r.off:], "Infinity") {
		r.fail(r.start, "expected `Infinity`")
	}
	r.off += len("Infinity")
	return true
}

// number reads a number: sign, digits, fraction, exponent, suffix. The sign, if
// any, has been read.
func (r *numberReader) number(signed bool) numberKind {
	if signed && r.infinity() {
		return numberFloat
	}
	r.digits(r.start)
	kind := numberInt
	if r.peek(0) == '.' && isDigit(r.peek(1)) {
		from := r.off
		r.off++
		r.digits(from)
		kind = numberFloat
	}
	if c := r.peek(0); c == 'e' || c == 'E' {
		from := r.off
		r.off++
		r.sign()
		r.digits(from)
		kind = numberFloat
	}
	switch {
	case r.eat('f'):
		kind = numberFloat
	case r.eat('d'):
		for _, c := range []byte("ec") {
			if r.peek(0) != c {
				at := r.off
				r.off++
				r.fail(at, "expected the suffix `dec`")
			}
			r.off++
		}
		kind = numberDecimal
	}
	r.end("number")
	return kind
}

func digitsOnly(s string) string {
	if strings.IndexByte(s, '_') < 0 {
		return s
	}
	return strings.ReplaceAll(s, "_", "")
}

// numeric reads a number or, without a sign, a duration at the current token,
// which is tDigits, tPlus or tMinus, and moves over it.
func (p *parser) numeric() Expr { return p.numericAs(false) }

// numericAs is numeric where the minus before the number, which has been read,
// belongs to it.
func (p *parser) numericAs(negative bool) Expr {
	start := p.tok
	r := numberReader{p: p, start: int(start.start), off: int(start.start)}
	if start.kind == tDigits && p.startsDuration() {
		value := r.duration()
		p.seek(r.start, r.off)
		return &DurationLit{p.pos(start), value}
	}
	r.sign()
	kind := r.number(start.kind != tDigits)
	text := digitsOnly(p.src[r.start:r.off])
	if negative {
		text = "-" + text
	}
	p.seek(r.start, r.off)
	where := p.pos(start)
	token := covering(start, p.last)
	switch kind {
	case numberFloat:
		return &FloatLit{where, p.parseFloat(strings.TrimRight(text, "f"))}
	case numberDecimal:
		return &DecimalLit{where, p.parseDecimal(token, strings.TrimSuffix(text, "dec"))}
	}
	return &IntLit{where, p.parseInt(token, text)}
}

// startsDuration reports whether the digits of the current token begin a
// duration.
func (p *parser) startsDuration() bool {
	rest := p.src[p.tok.end:]
	if rest == "" {
		return false
	}
	switch rest[0] {
	case 'n', 's', 'm', 'h', 'y', 'w', 'u', 0xC2:
		return true
	case 'd':
		return len(rest) < 2 || rest[1] != 'e'
	}
	return false
}

func (p *parser) parseInt(at lexeme, text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		p.failHelp(at, diag.SurqlLiteral, "write it as a float, with the suffix f, or as a decimal, with the suffix dec",
			"the number does not fit into a signed 64-bit integer")
	}
	return n
}

// parseFloat reads a float. What is too large is infinite, as in the engine.
func (p *parser) parseFloat(text string) float64 {
	f, _ := strconv.ParseFloat(text, 64)
	return f
}

// maxDecimal is the largest coefficient of a decimal, 2^96-1.
var maxDecimal = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 96), big.NewInt(1))

// maxDecimalScale is the largest number of decimal places.
const maxDecimalScale = 28

func (p *parser) parseDecimal(at lexeme, text string) string {
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(text), "e")
	whole, fraction, _ := strings.Cut(strings.TrimLeft(mantissa, "+-"), ".")
	if scientific {
		exp, err := strconv.Atoi(exponent)
		scale := len(fraction) - exp
		if err != nil || scale > maxDecimalScale {
			p.fail(at, diag.SurqlLiteral, "the decimal has more than %d decimal places", maxDecimalScale)
		}
		if exp > maxDecimalScale+1 {
			p.fail(at, diag.SurqlLiteral, "the decimal is too large")
		}
		whole += fraction + strings.Repeat("0", max(0, -scale))
	}
	whole = strings.TrimLeft(whole, "0")
	if n, ok := new(big.Int).SetString("0"+whole[:min(len(whole), maxDecimalScale+2)], 10); !ok || n.Cmp(maxDecimal) > 0 {
		p.fail(at, diag.SurqlLiteral, "the decimal is too large")
	}
	return text
}

// Nanoseconds and seconds of the duration units.
var durationUnits = []struct {
	unit    string
	seconds uint64
	nanos   uint64
}{
	{"ns", 0, 1}, {"us", 0, 1e3}, {"µs", 0, 1e3}, {"ms", 0, 1e6},
	{"m", 60, 0}, {"s", 1, 0}, {"h", 3600, 0}, {"d", 86400, 0}, {"w", 604800, 0}, {"y", 31536000, 0},
}

// duration reads a duration: one or more pairs of digits and a unit.
func (r *numberReader) duration() (total Duration) {
	for {
		from := r.off
		r.digits(from)
		text := digitsOnly(r.p.src[from:r.off])
		seconds, nanos := r.unit()
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			r.fail(r.start, "the number in the duration is too large")
		}
		if !total.add(n, seconds, nanos) {
			r.fail(r.start, "the duration is too large")
		}
		if !isDigit(r.peek(0)) {
			return total
		}
	}
}

// unit reads the unit of a duration.
func (r *numberReader) unit() (seconds, nanos uint64) {
	rest := r.p.src[r.off:]
	for _, u := range durationUnits {
		if strings.HasPrefix(rest, u.unit) {
			r.off += len(u.unit)
			r.end("duration unit")
			return u.seconds, u.nanos
		}
	}
	// The engine points at the character after n, u and µ, where only an s may
	// stand, and at the whole duration for other characters.
	for _, prefix := range []string{"n", "u", "µ"} {
		if strings.HasPrefix(rest, prefix) {
			at := r.off + len(prefix)
			r.off = at
			if at < len(r.p.src) {
				r.off++
			}
			r.fail(at, "expected the unit `%ss`", prefix)
		}
	}
	if rest != "" {
		_, size := utf8.DecodeRuneInString(rest)
		r.off += size
	}
	r.fail(r.start, "expected a unit: ns, us, µs, ms, s, m, h, d, w or y")
	return 0, 0
}

// add adds n units to the duration and reports whether the result fits.
func (d *Duration) add(n, seconds, nanos uint64) bool {
	hi, secs := bits.Mul64(n, seconds)
	if hi != 0 {
		return false
	}
	if nanos != 0 {
		perSecond := 1e9 / nanos
		secs = n / perSecond
		nanos *= n % perSecond
	}
	sum := uint64(d.Nanoseconds) + nanos
	total, carry := bits.Add64(d.Seconds, secs, 0)
	total, carry2 := bits.Add64(total, sum/1e9, 0)
	d.Seconds, d.Nanoseconds = total, uint32(sum%1e9)
	return carry+carry2 == 0
}

// durationValue moves over a duration.
func (p *parser) durationValue() *DurationLit {
	start := p.tok
	if start.kind != tDigits {
		p.unexpected(start, "a duration")
	}
	r := numberReader{p: p, start: int(start.start), off: int(start.start)}
	value := r.duration()
	p.seek(r.start, r.off)
	return &DurationLit{p.pos(start), value}
}

// integer moves over an integer without a suffix, which must fit into the given
// number of bits. A minus is allowed for signed ones.
func (p *parser) integer(bitSize int, signed bool) (value uint64, negative bool) {
	start := p.tok
	switch {
	case start.kind == tDigits || start.kind == tPlus:
	case start.kind == tMinus && signed:
		negative = true
	case start.kind == tMinus:
		p.fail(start, diag.SurqlLiteral, "the number must not be negative")
	case signed:
		p.unexpected(start, "an integer")
	default:
		p.unexpected(start, "a positive integer")
	}
	r := numberReader{p: p, start: int(start.start), off: int(start.start)}
	r.sign()
	r.digits(r.start)
	r.end("integer")
	if r.peek(0) == '.' && isDigit(r.peek(1)) {
		p.fail(p.at(r.off, 1), diag.SurqlLiteral, "only integers are allowed here")
	}
	text := digitsOnly(p.src[r.start:r.off])
	p.seek(r.start, r.off)
	n, err := strconv.ParseUint(strings.TrimLeft(text, "+-"), 10, 64)
	limit := uint64(math.MaxUint64) >> (64 - bitSize)
	if signed {
		limit >>= 1
		if negative {
			limit++
		}
	}
	if err != nil || n > limit {
		p.fail(p.last, diag.SurqlLiteral, "the integer is too large")
	}
	return n, negative
}

func (p *parser) uint(bitSize int) uint64 {
	n, _ := p.integer(bitSize, false)
	return n
}

func (p *parser) int64() int64 {
	n, negative := p.integer(64, true)
	if negative {
		return -int64(n)
	}
	return int64(n)
}

// uintPointer returns a pointer to an unsigned integer that is read as T.
func uintPointer[T uint8 | uint16 | uint32 | uint64](p *parser, bitSize int) *T {
	n := T(p.uint(bitSize))
	return &n
}

// float moves over a number that is read as a float, whatever its spelling.
func (p *parser) float(bitSize int) float64 {
	start := p.tok
	switch start.kind {
	case tNaN:
		p.advance()
		return math.NaN()
	case tInfinity:
		p.advance()
		return math.Inf(1)
	case tDigits, tPlus, tMinus:
	default:
		p.unexpected(start, "a number")
	}
	r := numberReader{p: p, start: int(start.start), off: int(start.start)}
	r.sign()
	if start.kind == tDigits || !r.infinity() {
		r.digits(r.start)
		if r.peek(0) == '.' {
			from := r.off
			r.off++
			r.digits(from)
		}
		if c := r.peek(0); c == 'e' || c == 'E' {
			from := r.off
			r.off++
			r.sign()
			r.digits(from)
		}
	}
	text := digitsOnly(p.src[r.start:r.off])
	r.eat('f')
	r.end("number")
	p.seek(r.start, r.off)
	f, _ := strconv.ParseFloat(text, bitSize)
	return f
}

// numberLit moves over a number that is not a duration.
func (p *parser) numberLit() Expr {
	start := p.tok
	switch start.kind {
	case tNaN:
		p.advance()
		return &FloatLit{p.pos(start), math.NaN()}
	case tInfinity:
		p.advance()
		return &FloatLit{p.pos(start), math.Inf(1)}
	case tDigits, tPlus, tMinus:
	default:
		p.unexpected(start, "a number")
	}
	r := numberReader{p: p, start: int(start.start), off: int(start.start)}
	r.sign()
	r.number(start.kind != tDigits)
	return p.numeric()
}

// A stringReader reads the contents of a datetime, a uuid, a byte string or a
// file string.
type stringReader struct {
	p    *parser
	at   lexeme // the token
	text string // its decoded contents
	off  int
}

// prefixed moves over a string with a prefix and returns a reader of it.
func (p *parser) prefixed(kind token, what string) *stringReader {
	if p.tok.kind != kind {
		p.unexpected(p.tok, what)
	}
	t := p.take()
	return &stringReader{p: p, at: t, text: p.quotedText(t)}
}

func (r *stringReader) done() bool { return r.off == len(r.text) }

func (r *stringReader) peek() byte {
	if r.done() {
		return 0
	}
	return r.text[r.off]
}

func (r *stringReader) eat(c byte) bool {
	if r.done() || r.text[r.off] != c {
		return false
	}
	r.off++
	return true
}

// fail reports an error at an offset of the contents.
func (r *stringReader) fail(off int, format string, args ...any) {
	raw := r.p.text(r.at)
	start := int(r.at.start) + rawOffset(raw, off)
	size := 1
	if off < len(r.text) {
		_, size = utf8.DecodeRuneInString(r.text[off:])
	}
	end := int(r.at.start) + rawOffset(raw, min(off+size, len(r.text)))
	r.p.fail(r.p.at(start, max(end-start, 1)), diag.SurqlLiteral, format, args...)
}

// failHere reports what was expected at the current character.
func (r *stringReader) failHere(expected string) {
	if r.done() {
		r.fail(r.off, "the string ends too early: expected %s", expected)
	}
	c, _ := utf8.DecodeRuneInString(r.text[r.off:])
	r.fail(r.off, "unexpected character `%c`, expected %s", c, expected)
}

func (r *stringReader) expect(c byte, what string) {
	if !r.eat(c) {
		r.failHere(what)
	}
}

// number reads between least and most digits, whose value must lie in a range.
func (r *stringReader) number(least, most, low, high int) int {
	start, n := r.off, 0
	for r.off-start < most && isDigit(r.peek()) {
		n = n*10 + int(r.peek()-'0')
		r.off++
	}
	if r.off-start < least {
		r.failHere("a digit")
	}
	if n < low || n > high {
		r.fail(start, "%s is not between %d and %d", r.text[start:r.off], low, high)
	}
	return n
}

// datetime moves over a datetime: a date, or a date and a time with its zone.
func (p *parser) datetime() *DatetimeLit {
	start := p.tok
	r := p.prefixed(tDatetimeString, "a datetime")
	value := r.datetime()
	return &DatetimeLit{p.pos(start), value}
}

func (r *stringReader) datetime() time.Time {
	negative := r.eat('-')
	if !negative {
		r.eat('+')
	}
	// The engine reads four digits and then up to three more than it needs.
	year := r.number(4, 7, 0, math.MaxInt32)
	r.expect('-', "`-`")
	month := r.number(2, 3, 1, 12)
	r.expect('-', "`-`")
	day := r.number(2, 3, 1, 31)
	if negative {
		year = -year
	}
	const maxYear = 262_142 // the calendar of the engine ends there
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if date.Day() != day || year > maxYear || year < -maxYear-1 {
		r.fail(0, "there is no such date")
	}
	if r.done() {
		return date
	}
	separator := r.off
	if c := r.peek(); c != 'T' && c != 't' && c != ' ' {
		r.failHere("`T`")
	}
	r.off++
	clock := r.off
	hour := r.number(2, 3, 0, 24)
	r.expect(':', "`:`")
	minute := r.number(2, 3, 0, 59)
	r.expect(':', "`:`")
	second := r.number(2, 3, 0, 60)
	nanos := r.fraction()
	if hour == 24 || second == 60 || nanos >= 2e9 || nanos >= 1e9 && second != 59 {
		r.fail(clock, "there is no such time")
	}
	zone := 0
	switch c := r.peek(); {
	case r.done():
		r.failHere("`Z` or an offset such as `+02:00`")
	case c == 'Z' || c == 'z':
		r.off++
	case c == '+' || c == '-':
		r.off++
		zone = r.number(2, 3, 0, 23) * 3600
		r.expect(':', "`:`")
		zone += r.number(2, 3, 0, 59) * 60
		if c == '-' {
			zone = -zone
		}
	default:
		// The engine points at the T of such a datetime.
		r.off = separator
		r.fail(separator, "expected `Z` or an offset such as `+02:00` at the end")
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC).
		Add(-time.Duration(zone) * time.Second)
}

// fraction reads the fraction of a second, in nanoseconds, rounded.
func (r *stringReader) fraction() int {
	if !r.eat('.') {
		return 0
	}
	n, count := 0, 0
	for ; isDigit(r.peek()); r.off++ {
		switch {
		case count < 9:
			n = n*10 + int(r.peek()-'0')
		case count == 9 && r.peek() >= '5':
			n++
		}
		count++
	}
	if count == 0 {
		r.failHere("a digit")
	}
	for ; count < 9; count++ {
		n *= 10
	}
	return n
}

// uuid moves over a uuid.
func (p *parser) uuid() *UUIDLit {
	start := p.tok
	r := p.prefixed(tUUIDString, "a uuid")
	lit := &UUIDLit{pos: p.pos(start)}
	for i := range lit.Value {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			r.expect('-', "`-`")
		}
		lit.Value[i] = r.hexByte()
	}
	return lit
}

func (r *stringReader) hexByte() byte {
	hi, ok := hexDigit(r.peek())
	if !ok || r.done() {
		r.failHere("a hexadecimal digit")
	}
	r.off++
	lo, ok := hexDigit(r.peek())
	if !ok || r.done() {
		r.failHere("a hexadecimal digit")
	}
	r.off++
	return hi<<4 | lo
}

// bytes moves over a byte string.
func (p *parser) bytes() *BytesLit {
	start := p.tok
	r := p.prefixed(tBytesString, "a byte string")
	value := make([]byte, 0, len(r.text)/2)
	for !r.done() {
		value = append(value, r.hexByte())
	}
	return &BytesLit{p.pos(start), value}
}

func isFileByte(c byte) bool { return wordByte[c] || c == '-' || c == '.' }

// fileLit moves over a file string.
func (p *parser) fileLit() *FileLit {
	p.requireExperimental(p.tok, "files")
	start := p.tok
	r := p.prefixed(tFileString, "a file")
	for isFileByte(r.peek()) {
		r.off++
	}
	bucket := r.text[:r.off]
	r.expect(':', "a letter, a digit, `_`, `-`, `.` or the separator `:/`")
	r.expect('/', "`/`")
	key := r.off - 1
	for isFileByte(r.peek()) || r.peek() == '/' {
		r.off++
	}
	end := r.off
	// The engine stops at a colon and ignores what follows.
	if !r.done() && r.peek() != ':' {
		r.failHere("a letter, a digit, `_`, `-`, `.` or `/`")
	}
	return &FileLit{p.pos(start), bucket, r.text[key:end]}
}

// regex moves over a regular expression, which the current slash begins.
func (p *parser) regex() *RegexLit {
	start := p.tok
	end := int(start.end)
	for ; ; end++ {
		if end >= len(p.src) {
			d := p.errorf(start, diag.SurqlUnterminated, "the regular expression that starts here does not end")
			panic(syntaxError{d})
		}
		if p.src[end] == '\\' {
			end++
		} else if p.src[end] == '/' {
			break
		}
	}
	p.seek(int(start.start), end+1)
	pattern := unescapeRegex(p.src[start.end:end])
	if err := checkRegex(pattern); err != nil {
		p.fail(p.last, diag.SurqlLiteral, "the regular expression is malformed: %v", err)
	}
	return &RegexLit{p.pos(start), pattern}
}

// unescapeRegex resolves \/ and \0 and leaves the other escapes to the pattern.
func unescapeRegex(text string) string {
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
			switch text[i] {
			case '/':
				b.WriteByte('/')
				continue
			case '0':
				b.WriteByte(0)
				continue
			}
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
