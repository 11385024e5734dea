package surql

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
)

// Limits of nesting. The first two are the engine's. The third holds where the
// engine has none: for prefix operators, kinds, destructurings and the number
// of operators of one expression.
const (
	maxQueryDepth  = 20
	maxObjectDepth = 100
	maxDepth       = 10_000
)

// Parse parses a file. The script holds all statements without an error; the
// list holds the errors, at most one for each statement. Neither is nil.
func Parse(file *source.File, opts Options) (*Script, *diag.List) {
	script, list := &Script{File: file}, &diag.List{}
	if len(file.Text) > math.MaxInt32 {
		list.Errorf(file.Span(0, 0), diag.SurqlTooLarge, "the file is larger than 2 GiB")
		return script, list
	}
	p := newParser(file, opts)
	p.script(script, list)
	script.Comments = p.comments
	return script, list
}

// ParseExpr parses a file that holds one expression.
func ParseExpr(file *source.File, opts Options) (Expr, *diag.List) {
	return parseFragment(file, opts, (*parser).exprStart)
}

// ParseKind parses a file that holds one kind, as in option<string>.
func ParseKind(file *source.File, opts Options) (Kind, *diag.List) {
	return parseFragment(file, opts, (*parser).parseKind)
}

func parseFragment[T any](file *source.File, opts Options, parse func(*parser) T) (result T, list *diag.List) {
	list = &diag.List{}
	if len(file.Text) > math.MaxInt32 {
		list.Errorf(file.Span(0, 0), diag.SurqlTooLarge, "the text is larger than 2 GiB")
		return result, list
	}
	p := newParser(file, opts)
	if d := p.try(func() {
		result = parse(p)
		if p.tok.kind != tEOF {
			p.unexpected(p.tok, "nothing more")
		}
	}); d != nil {
		var none T
		list.Add(d)
		return none, list
	}
	return result, list
}

// A parser reads one text. It holds the current token and looks ahead only
// where the grammar needs it.
type parser struct {
	lexer
	opts Options
	// tok is the current token, last the one before it.
	tok, last lexeme
	// ahead holds the tokens after tok that were looked at.
	ahead  [2]lexeme
	nahead int

	// tableNames is set where a bare name is a table, not a field.
	tableNames                     bool
	queryDepth, objectDepth, depth int

	// hints are the words that could have stood at hintsAt, for suggestions.
	hints   *clauses
	hintsAt int32

	// notValues holds the offsets of parentheses after INSERT that turned out
	// not to be column lists, so that no text is tried twice.
	notValues map[int32]bool

	// embedded is set when the text is that of a string with escapes.
	embedded *embedding

	// trace receives what is taken, for Format; it is nil for everyone else.
	trace *trace
}

func newParser(file *source.File, opts Options) *parser {
	p := &parser{lexer: lexer{src: file.Text, file: file, keepComments: opts.KeepComments}, opts: opts}
	p.tok = p.lexer.next()
	return p
}

// advance moves to the next token.
func (p *parser) advance() {
	p.last = p.tok
	if p.trace != nil {
		p.trace.add(p.last)
	}
	if p.nahead > 0 {
		p.tok = p.ahead[0]
		p.ahead[0] = p.ahead[1]
		p.nahead--
		return
	}
	p.tok = p.lexer.next()
}

// take returns the current token and moves to the next.
func (p *parser) take() lexeme {
	p.advance()
	return p.last
}

// peek1 returns the token after the current one.
func (p *parser) peek1() lexeme {
	if p.nahead == 0 {
		p.ahead[0] = p.lexer.next()
		p.nahead = 1
	}
	return p.ahead[0]
}

// peek2 returns the second token after the current one.
func (p *parser) peek2() lexeme {
	p.peek1()
	if p.nahead == 1 {
		p.ahead[1] = p.lexer.next()
		p.nahead = 2
	}
	return p.ahead[1]
}

// adjacent1 returns the kind of the token after the current one if nothing
// stands between the two, and else tEOF.
func (p *parser) adjacent1() token {
	if next := p.peek1(); p.tok.adjacent(next) {
		return next.kind
	}
	return tEOF
}

// adjacent returns the kind of the current token if nothing stands between it
// and the last one, and else tEOF.
func (p *parser) adjacent() token {
	if p.last.adjacent(p.tok) {
		return p.tok.kind
	}
	return tEOF
}

// seek continues at an offset, after a token that ends there and that the
// parser has read itself.
func (p *parser) seek(start, end int) {
	p.last = lexeme{tInvalid, int32(start), int32(end)}
	if p.trace != nil {
		p.trace.add(p.last)
	}
	p.nahead = 0
	p.lexer.off = end
	p.tok = p.lexer.next()
}

// A mark is a place to go back to.
type mark struct{ tok, last lexeme }

func (p *parser) mark() mark { return mark{p.tok, p.last} }

func (p *parser) reset(m mark) {
	if p.trace != nil {
		p.trace.cut(m.tok.start)
	}
	p.tok, p.last = m.tok, m.last
	p.nahead = 0
	p.lexer.off = int(m.tok.end)
}

// eat moves over the current token if it is of that kind.
func (p *parser) eat(kind token) bool {
	if p.tok.kind != kind {
		return false
	}
	p.advance()
	return true
}

// eatAdjacent is eat for a token that must follow the last one directly.
func (p *parser) eatAdjacent(kind token) bool {
	return p.last.adjacent(p.tok) && p.eat(kind)
}

// expect moves over a token that must be of that kind.
func (p *parser) expect(kind token) lexeme {
	if p.tok.kind != kind {
		p.unexpected(p.tok, kind.describe())
	}
	return p.take()
}

// expectAdjacent is expect for a token that must follow the last one directly.
func (p *parser) expectAdjacent(kind token) lexeme {
	if !p.last.adjacent(p.tok) {
		p.fail(p.last, diag.SurqlSyntax, "no whitespace is allowed after `%s`", p.text(p.last))
	}
	return p.expect(kind)
}

// expectClose moves over the delimiter that closes open.
func (p *parser) expectClose(kind token, open lexeme) {
	if p.tok.kind == kind {
		p.advance()
		return
	}
	if p.tok.kind == tEOF {
		d := p.errorf(p.tok, diag.SurqlUnclosed, "`%s` is not closed: expected %s", p.text(open), kind.describe())
		panic(syntaxError{d.WithRelated(p.span(open), "`%s` is opened here", p.text(open))})
	}
	d := p.diagnose(p.tok, kind.describe())
	if d.Code == diag.SurqlSyntax {
		d.Code = diag.SurqlUnclosed
	}
	panic(syntaxError{d.WithRelated(p.span(open), "to close this `%s`", p.text(open))})
}

func (p *parser) text(t lexeme) string { return p.src[t.start:t.end] }

// pos returns the position of a node that begins with the given token and ends
// with the last one.
func (p *parser) pos(start lexeme) pos {
	if p.embedded != nil {
		return p.embedded.pos
	}
	return pos{p.file, start.start, p.last.end}
}

// span returns the span of a token. The end of the text is shown at the last
// character of its last line, as the engine does.
func (p *parser) span(t lexeme) source.Span {
	if p.embedded != nil {
		return p.embedded.span(t)
	}
	if int(t.start) < len(p.file.Text) {
		return p.file.Span(int(t.start), min(int(t.end), len(p.file.Text)))
	}
	end := len(p.file.Text)
	if strings.HasSuffix(p.file.Text, "\n") {
		end--
		if strings.HasSuffix(p.file.Text[:end], "\r") {
			end--
		}
	}
	line := p.file.Text[strings.LastIndexByte(p.file.Text[:end], '\n')+1 : end]
	_, size := utf8.DecodeLastRuneInString(line)
	return p.file.Span(end-size, end)
}

// covering returns a lexeme from the start of one to the end of the other.
func covering(a, b lexeme) lexeme { return lexeme{tInvalid, min(a.start, b.start), max(a.end, b.end)} }

// A syntaxError is the panic that leaves a statement.
type syntaxError struct{ *diag.Diagnostic }

// try runs f and returns the error that ended it, or nil.
func (p *parser) try(f func()) (d *diag.Diagnostic) {
	defer func() {
		if r := recover(); r != nil {
			err, ok := r.(syntaxError)
			if !ok {
				panic(r)
			}
			d = err.Diagnostic
		}
	}()
	f()
	return nil
}

// errorf makes an error at a token.
func (p *parser) errorf(at lexeme, code diag.Code, format string, args ...any) *diag.Diagnostic {
	return &diag.Diagnostic{Code: code, Span: p.span(at), Message: fmt.Sprintf(format, args...)}
}

// fail ends the statement with an error at a token.
func (p *parser) fail(at lexeme, code diag.Code, format string, args ...any) {
	panic(syntaxError{p.errorf(at, code, format, args...)})
}

// failHelp is fail with a help text.
func (p *parser) failHelp(at lexeme, code diag.Code, help, format string, args ...any) {
	d := p.errorf(at, code, format, args...)
	d.Help = help
	panic(syntaxError{d})
}

// unexpected ends the statement: at t something else was expected, which the
// text says in words, with keywords in backquotes.
func (p *parser) unexpected(t lexeme, expected string) {
	panic(syntaxError{p.diagnose(t, expected)})
}

// diagnose makes the error of unexpected.
func (p *parser) diagnose(t lexeme, expected string) *diag.Diagnostic {
	if t.kind == tInvalid {
		why := p.reason(t)
		code := diag.SurqlSyntax
		if why.unterminated {
			code = diag.SurqlUnterminated
			t.end = t.start + int32(firstToken(p.text(t)))
		}
		return p.errorf(t, code, "%s", why.message)
	}
	found := t.kind.describe()
	switch {
	case t.kind.isName():
		found = "`" + shorten(p.text(t)) + "`"
	case t.kind == tParam || t.kind == tDigits:
		found += " `" + shorten(p.text(t)) + "`"
	}
	d := p.errorf(t, diag.SurqlSyntax, "unexpected %s, expected %s", found, expected)
	if t.kind == tEOF {
		what := "file"
		if p.embedded != nil || len(p.src) < len(p.file.Text) {
			what = "string" // of a record id
		}
		d.Message = "unexpected end of the " + what + ", expected " + expected
	}
	p.suggest(d, t, expected)
	return d
}

// firstToken returns the length of what an unterminated token begins with.
func firstToken(text string) int {
	if i := strings.IndexAny(text, "\r\n"); i >= 0 {
		return i
	}
	return len(text)
}

// shorten cuts a text for a message.
func shorten(text string) string {
	const limit = 40
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit]) + "…"
}

// Clauses are the words that may stand at a place, and those that could until
// 2.x, with their successors.
type clauses struct {
	words   []string
	removed map[string]string
}

// hint notes what could stand at the current token.
func (p *parser) hint(c *clauses) { p.hints, p.hintsAt = c, p.tok.start }

// suggest adds a did-you-mean to an error, from the keywords named in the
// expectation and from the hints.
func (p *parser) suggest(d *diag.Diagnostic, t lexeme, expected string) {
	if removed, ok := removedOperators[t.kind]; ok {
		d.Code, d.Help = diag.SurqlRemoved, removed
		return
	}
	if !t.kind.isName() {
		return
	}
	word := strings.ToUpper(p.text(t))
	var candidates []string
	for i, quoted := range strings.Split(expected, "`") {
		if i%2 == 1 && isWord(quoted) {
			candidates = append(candidates, quoted)
		}
	}
	if p.hints != nil && p.hintsAt == t.start {
		if successor, ok := p.hints.removed[word]; ok {
			d.Code, d.Help = diag.SurqlRemoved, successor
			return
		}
		candidates = append(candidates, p.hints.words...)
	}
	if slices.Contains(candidates, word) {
		return
	}
	if near := diag.Nearest(word, candidates); near != "" {
		d.Help = "did you mean " + near + "?"
	}
}

func isWord(s string) bool {
	for i := range len(s) {
		if !wordByte[s[i]] {
			return false
		}
	}
	return s != ""
}

var removedOperators = map[token]string{
	tTilde:    "`~` was removed in SurrealDB 3: use string::similarity::… or string::distance::…",
	tNotTilde: "`!~` was removed in SurrealDB 3: use string::similarity::… or string::distance::…",
	tAllTilde: "`*~` was removed in SurrealDB 3: use array::all with string::similarity::…",
	tAnyTilde: "`?~` was removed in SurrealDB 3: use array::any with string::similarity::…",
}

// enterQuery, enterObject and enter count a level of nesting. Who enters leaves
// by decrementing the count; an error leaves them all at once.
func (p *parser) enterQuery() {
	if p.queryDepth == maxQueryDepth {
		p.fail(p.last, diag.SurqlDepth, "expressions are nested deeper than %d levels", maxQueryDepth)
	}
	p.queryDepth++
}

func (p *parser) enterObject() {
	if p.objectDepth == maxObjectDepth {
		p.fail(p.last, diag.SurqlDepth, "objects and arrays are nested deeper than %d levels", maxObjectDepth)
	}
	p.objectDepth++
}

func (p *parser) enter() {
	if p.depth == maxDepth {
		p.fail(p.last, diag.SurqlDepth, "the syntax is nested deeper than %d levels", maxDepth)
	}
	p.depth++
}

// requireVersion fails at t unless the engine is of that version or later.
func (p *parser) requireVersion(v Version, t lexeme, what string) {
	if p.opts.Engine.atLeast(v) {
		return
	}
	engine := p.opts.Engine
	if engine == (Version{}) {
		engine = V3_0
	}
	p.fail(t, diag.SurqlVersion, "%s needs engine %s or later, and the engine is %s", what, v, engine)
}

// requireExperimental fails at t where experimental syntax is off.
func (p *parser) requireExperimental(t lexeme, capability string) {
	if p.opts.NoExperimental {
		p.failHelp(t, diag.SurqlExperimental,
			"start the engine with --allow-experimental="+capability,
			"this needs the experimental capability %s", capability)
	}
}

// An embedding maps places in a string whose escapes are resolved to the source.
type embedding struct {
	pos
	raw string // the string as it is written, with prefix and quotes
}

func (e *embedding) span(t lexeme) source.Span {
	start := int(e.start) + rawOffset(e.raw, int(t.start))
	end := int(e.start) + rawOffset(e.raw, int(t.end))
	return e.file.Span(start, max(start, end))
}
