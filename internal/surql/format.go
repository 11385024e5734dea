package surql

import (
	"math"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
)

// Layout of formatted SurrealQL.
const (
	formatWidth  = 100 // code points a line should not exceed
	formatIndent = 4   // spaces of a level
)

// Format lays out a file for people: keywords in upper case, kinds in lower
// case, one statement after the other, the clauses of a long one on lines of
// their own. Names, strings and numbers stay as they are written, and so do
// comments and single empty lines. Where the author broke a line between
// clauses, after a bracket or in a block, Format does too.
//
// A query has its clauses one below the other. A definition keeps on its first
// line what says what is defined, such as the type of a field, and has the
// other clauses below.
//
// Formatting the result changes nothing. A file that does not parse is not
// formatted; the list then holds its errors.
func Format(file *source.File, opts Options) ([]byte, *diag.List) {
	list := &diag.List{}
	if len(file.Text) > math.MaxInt32 {
		list.Errorf(file.Span(0, 0), diag.SurqlTooLarge, "the file is larger than 2 GiB")
		return nil, list
	}
	opts.KeepComments = true
	p := newParser(file, opts)
	p.trace = &trace{}
	p.script(&Script{File: file}, list)
	if list.HasErrors() {
		return nil, list
	}
	f := newFormatter(file.Text, p.trace.entries, p.comments)
	var w layout
	w.write(f.script())
	return w.finish(), list
}

// A formatter makes a document of the tokens of a script.
type formatter struct {
	src      string
	tokens   []traced
	comments []Comment
	// closing holds, for each opening bracket, the index of what closes it.
	closing []int
}

func newFormatter(src string, tokens []traced, comments []Comment) *formatter {
	f := &formatter{src: src, tokens: tokens, comments: comments, closing: make([]int, len(tokens))}
	var open []int
	for i, t := range tokens {
		switch t.kind {
		case tLParen, tLBracket, tLBrace:
			open = append(open, i)
		case tRParen, tRBracket, tRBrace:
			f.closing[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
	}
	return f
}

// script lays out statements and the comments between them.
func (f *formatter) script() doc {
	var docs []doc
	end := f.statements(&docs, 0, len(f.tokens))
	docs = append(docs, f.commentsUntil(end, int32(len(f.src)), len(f.tokens) == 0)...)
	return concat(docs)
}

// statements lays out the statements of a script or a block, one to a line,
// and returns the end of the last token.
func (f *formatter) statements(docs *[]doc, from, to int) (end int32) {
	if from > 0 {
		end = f.tokens[from-1].end
	}
	for i := from; i < to; {
		if f.tokens[i].kind == tSemicolon { // an empty statement
			*docs = append(*docs, f.commentsUntil(end, f.tokens[i].start, from == 0 && len(*docs) == 0)...)
			end = f.tokens[i].end
			i++
			continue
		}
		stop := f.statementEnd(i, to)
		start := f.tokens[i].start
		*docs = append(*docs, f.commentsUntil(end, start, from == 0 && len(*docs) == 0)...)
		if first := len(*docs) == 0; from > 0 || !first {
			*docs = append(*docs, hardline(f.blankBefore(start) && !first))
		}
		d, _ := f.statement(i, stop)
		*docs = append(*docs, d, text(";"))
		end = f.tokens[stop-1].end
		i = stop
		if i < to && f.tokens[i].kind == tSemicolon {
			// Comments between a statement and its semicolon go behind it.
			*docs = append(*docs, f.commentsUntil(end, f.tokens[i].start, false)...)
			end = f.tokens[i].end
			i++
		}
	}
	return end
}

// statementEnd returns the index of the semicolon that ends a statement, or to.
// In the worded form of IF, semicolons belong to the statement.
func (f *formatter) statementEnd(i, to int) int {
	worded := 0
	for ; i < to; i++ {
		switch t := f.tokens[i]; {
		case t.kind == tLParen || t.kind == tLBracket || t.kind == tLBrace:
			i = f.closing[i]
		case t.kind == kwThen && t.role == roleNone && f.isWordedThen(i):
			worded++
		case t.kind == kwElse && t.role == roleNone && worded > 0 && i+1 < to && f.tokens[i+1].kind == kwIf:
			worded-- // the THEN of this IF counts again
		case t.kind == kwEnd && t.role == roleNone && worded > 0:
			worded--
		case t.kind == tSemicolon && worded == 0:
			return i
		}
	}
	return to
}

// isWordedThen reports whether a THEN is that of an IF, rather than that of an
// event, a reference or a route.
func (f *formatter) isWordedThen(i int) bool {
	for j := i - 1; j >= 0; j-- {
		switch t := f.tokens[j]; {
		case t.kind == tRParen || t.kind == tRBracket || t.kind == tRBrace:
			for depth := 1; depth > 0; {
				j--
				switch f.tokens[j].kind {
				case tRParen, tRBracket, tRBrace:
					depth++
				case tLParen, tLBracket, tLBrace:
					depth--
				}
			}
		case t.kind == tSemicolon, t.kind == tLParen, t.kind == tLBracket, t.kind == tLBrace:
			return false
		case t.role == roleNone && t.kind == kwIf:
			return j+1 < len(f.tokens) && f.tokens[j+1].kind != kwNot && f.tokens[j+1].kind != kwExists
		case t.role == roleNone && (t.kind == kwDefine || t.kind == kwAlter):
			return false
		}
	}
	return false
}

// blankBefore reports whether an empty line stands before an offset.
func (f *formatter) blankBefore(off int32) bool {
	before := f.src[:off]
	trimmed := strings.TrimRight(before, " \t\r\n;")
	return strings.Count(before[len(trimmed):], "\n") > 1
}

// onOwnLine reports whether nothing but space stands before an offset on its
// line.
func (f *formatter) onOwnLine(off int32) bool {
	before := strings.TrimRight(f.src[:off], " \t\r")
	return before == "" || before[len(before)-1] == '\n'
}

// commentsUntil lays out the comments between two offsets that stand between
// statements. start says that nothing is before them.
func (f *formatter) commentsUntil(from, to int32, start bool) []doc {
	var docs []doc
	for len(f.comments) > 0 && f.comments[0].start < to {
		c := f.comments[0]
		f.comments = f.comments[1:]
		switch {
		case start && len(docs) == 0:
		case f.onOwnLine(c.start):
			docs = append(docs, hardline(f.blankBefore(c.start)))
		default:
			docs = append(docs, text(" "))
		}
		docs = append(docs, f.comment(c))
		if c.Line() { // which a \r alone ends, too
			docs = append(docs, lineComment())
		}
	}
	return docs
}

func (f *formatter) comment(c Comment) doc {
	return text(strings.TrimRight(f.src[c.start:c.end], " \t\r"))
}

// clausesOf returns the keywords that begin a clause of a statement.
func (f *formatter) clausesOf(i int) map[token]bool {
	switch f.tokens[i].kind {
	case kwSelect, kwLive, kwCreate, kwUpdate, kwUpsert, kwDelete, kwInsert, kwRelate:
		return queryBreaks
	case kwDefine, kwAlter:
		if f.isDefinitionOf(i, kwTable) {
			return tableBreaks
		}
		return defineBreaks
	}
	return nil
}

func breaks(tokens ...token) map[token]bool {
	set := map[token]bool{}
	for _, t := range tokens {
		set[t] = true
	}
	return set
}

var (
	queryBreaks = breaks(kwFrom, kwOmit, kwWhere, kwSplit, kwGroup, kwOrder, kwLimit, kwStart, kwFetch, kwVersion,
		kwTimeout, kwTempfiles, kwExplain, kwSet, kwUnset, kwContent, kwMerge, kwPatch, kwReplace, kwReturn, kwValues, kwOn, kwWith)
	tableBreaks  = breaks(kwType, kwDrop, kwSchemafull, kwSchemaless, kwAs, kwChangefeed, kwPermissions, kwFor, kwComment, kwFrom, kwWhere, kwGroup)
	defineBreaks = breaks(kwType, kwReference, kwDefault, kwReadonly, kwValue, kwAssert, kwComputed, kwPermissions, kwComment,
		kwFields, kwUnique, kwCount, kwFulltext, kwHnsw, kwConcurrently, kwAsync, kwWhen, kwThen, kwTokenizers, kwFilters,
		kwPassword, kwPasshash, kwRoles, kwDuration, kwAuthenticate, kwSignup, kwSignin, kwWith, kwBackend, kwFor, kwMiddleware, kwDrop,
		kwBatch, kwStart, kwTimeout)
)

// statement lays out the tokens of a statement, or of what stands in brackets.
// forced says that the author broke a line in it, outside of brackets.
func (f *formatter) statement(from, to int) (d doc, forced bool) {
	breaks := f.clausesOf(from)
	indent := nestBroken
	if f.tokens[from].kind != kwDefine && f.tokens[from].kind != kwAlter {
		indent = func(d doc) doc { return d } // FROM stands below SELECT
	}
	var lead, rest []doc
	var separator doc            // before the clause that i is in
	start, leading := from, true // of that clause
	permissions := false         // whether it is PERMISSIONS, or one of its FOR
	segment := func(to int) {
		d, broken := f.segment(start, to, breaks != nil)
		forced = forced || broken
		switch {
		case start == from:
			lead = append(lead, d)
		case leading:
			lead = append(lead, group(nestBroken(concat([]doc{separator, d})), false))
		case permissions && f.tokens[start].kind == kwFor:
			rest = append(rest, nestBroken(concat([]doc{separator, d})))
		default:
			rest = append(rest, separator, d)
		}
	}
	for i := from; i < to; i++ {
		switch t := f.tokens[i]; {
		case t.kind == tLParen || t.kind == tLBracket || t.kind == tLBrace:
			i = f.closing[i]
		case i == from || t.role != roleNone:
		case t.kind.startsStatement() && !breaks[t.kind] && f.nestedStatement(i):
			// The rest is a statement of its own: LET $x = SELECT …
			segment(i)
			head := group(concat([]doc{concat(lead), indent(concat(rest))}), forced)
			between := f.separator(i, text(" "))
			nested, broken := f.statement(i, to)
			return concat([]doc{head, between, nest(nested)}), forced || broken
		case breaks[t.kind] && !f.clauseGoesOn(start, i):
			segment(i)
			leading = leading && f.leads(from, start, i)
			permissions = t.kind == kwPermissions || permissions && t.kind == kwFor
			start, separator = i, f.separator(i, line())
			forced = forced || !leading && f.onOwnLine(t.start)
		}
	}
	segment(to)
	// What stands behind the body of a function does not depend on its length.
	function := f.isDefinitionOf(from, kwFunction)
	return group(concat([]doc{concat(lead), indent(concat(rest))}), forced || function), forced
}

// isDefinitionOf reports whether the statement at from defines or alters that.
func (f *formatter) isDefinitionOf(from int, what token) bool {
	switch f.tokens[from].kind {
	case kwDefine, kwAlter:
		return from+1 < len(f.tokens) && f.tokens[from+1].kind == what
	}
	return false
}

// leads reports whether the clause at i stands on the first line of its
// definition if it fits there, since it says what is defined: the type of a
// field, the schema of a table. before is the start of what precedes it.
func (f *formatter) leads(from, before, i int) bool {
	if f.commentBefore(i) {
		return false
	}
	switch f.tokens[i].kind {
	case kwSchemafull, kwSchemaless, kwDrop, kwChangefeed:
		return f.isDefinitionOf(from, kwTable)
	case kwType:
		return before == from || f.isDefinitionOf(from, kwTable)
	case kwComputed, kwFields:
		return before == from
	case kwValue:
		return f.isDefinitionOf(from, kwParam)
	case kwPermissions, kwComment: // } COMMENT …
		return f.isDefinitionOf(from, kwFunction)
	}
	return false
}

// nestedStatement reports whether the keyword at i begins a statement inside of
// another.
func (f *formatter) nestedStatement(i int) bool {
	switch f.tokens[i].kind {
	case kwSelect, kwCreate, kwUpdate, kwUpsert, kwDelete, kwInsert, kwRelate:
	default:
		return false
	}
	prev := f.tokens[i-1]
	switch prev.kind {
	case tEqual, kwExplain, kwReturn, kwThrow:
		return prev.role == roleNone
	}
	return prev.role == roleWord
}

// clauseGoesOn reports whether the keyword at i, which can begin a clause,
// belongs to the clause before it.
func (f *formatter) clauseGoesOn(clause, i int) bool {
	prev := f.tokens[i-1]
	switch f.tokens[clause].kind {
	case kwPermissions, kwFor: // FOR select WHERE …
		if f.tokens[i].kind == kwWhere {
			return true
		}
	case kwDuration: // FOR TOKEN …, FOR SESSION …
		if f.tokens[i].kind == kwFor {
			return true
		}
	case kwHnsw: // DIMENSION … TYPE …
		if f.tokens[i].kind == kwType {
			return true
		}
	}
	if prev.role != roleNone {
		return false
	}
	switch f.tokens[i].kind {
	case kwFrom: // DELETE FROM, TYPE RELATION FROM
		return prev.kind == kwDelete || prev.kind == kwRelation
	case kwValue: // SELECT VALUE, RETURN VALUE
		return prev.kind == kwSelect || prev.kind == kwReturn
	case kwFor: // a single FOR of PERMISSIONS; BEARER FOR
		return prev.kind == kwPermissions && !f.hasFor(i) || prev.kind == kwBearer
	case kwThen, kwReturn, kwStart, kwOn:
		return prev.kind == kwDelete
	case kwDrop, kwType, kwDefault, kwReadonly, kwComment, kwAssert, kwReference, kwWhen, kwAsync, kwTokenizers, kwFilters,
		kwAuthenticate, kwBackend, kwChangefeed, kwSchemafull: // ALTER … DROP TYPE
		return prev.kind == kwDrop
	}
	return false
}

// hasFor reports whether another FOR follows the one at i in its statement.
func (f *formatter) hasFor(i int) bool {
	for i++; i < len(f.tokens); i++ {
		switch t := f.tokens[i]; t.kind {
		case tLParen, tLBracket, tLBrace:
			i = f.closing[i]
		case tRParen, tRBracket, tRBrace, tSemicolon:
			return false
		case kwFor:
			if t.role == roleNone {
				return true
			}
		}
	}
	return false
}

// segment lays out tokens without clauses: a clause, an element, an expression.
// A clause with a list that does not fit has its first element on a line of its
// own, as the others do. forced says that the author broke a line in it.
func (f *formatter) segment(from, to int, clause bool) (d doc, forced bool) {
	var docs []doc
	head := f.listHead(from, to, clause)
	for i := from; i < to; i++ {
		if i > from {
			space := f.space(i)
			if i == head {
				space = line()
			}
			if _, breakable := space.(lineDoc); breakable && i != head {
				forced = forced || f.onOwnLine(f.tokens[i].start)
			}
			separator := f.separator(i, space)
			if clause || f.tokens[i-1].kind != tComma { // the elements in a bracket are indented already
				separator = nest(separator)
			}
			docs = append(docs, separator)
		}
		switch f.tokens[i].kind {
		case tLParen, tLBracket, tLBrace:
			d := f.bracket(i)
			if head > 0 && i >= head {
				d = nestBroken(d)
			}
			docs = append(docs, d)
			i = f.closing[i]
		default:
			docs = append(docs, text(f.text(f.tokens[i])))
		}
	}
	return group(concat(docs), forced), forced
}

// listHead returns the index of the first element of the list that a clause
// has, or 0.
func (f *formatter) listHead(from, to int, clause bool) int {
	if !clause || !f.hasComma(from-1, to) {
		return 0
	}
	i := from + 1
	for i < to && f.tokens[i].kind.isKeyword() && f.tokens[i].role == roleNone {
		i++
	}
	switch f.tokens[from].kind {
	case kwSelect, kwSet, kwUnset, kwFetch, kwGroup, kwOrder, kwSplit, kwReturn, kwOmit, kwOn, kwFields, kwValues, kwThen:
		return i
	}
	return 0
}

// separator lays out the comments before the token at i, or else what is given.
func (f *formatter) separator(i int, otherwise doc) doc {
	if len(f.comments) == 0 || f.comments[0].start >= f.tokens[i].start {
		return otherwise
	}
	var docs []doc
	for len(f.comments) > 0 && f.comments[0].start < f.tokens[i].start {
		c := f.comments[0]
		f.comments = f.comments[1:]
		if f.onOwnLine(c.start) {
			docs = append(docs, hardline(false))
		} else {
			docs = append(docs, text(" "))
		}
		docs = append(docs, f.comment(c))
		if c.Line() {
			docs = append(docs, lineComment())
		}
	}
	return concat(append(docs, afterComment()))
}

// text returns a token as it is laid out.
func (f *formatter) text(t traced) string {
	s := f.src[t.start:t.end]
	switch {
	case t.role == roleWord:
		return strings.ToUpper(s)
	case !t.kind.isKeyword() || t.role == roleName || t.role == roleClose:
		return s
	case t.role == roleKind, t.kind == kwTrue, t.kind == kwFalse:
		return strings.ToLower(s)
	}
	return strings.ToUpper(s)
}

// bracket lays out what is in brackets.
func (f *formatter) bracket(i int) doc {
	open, end := f.tokens[i], f.closing[i]
	opening, closer := text(f.text(open)), text(f.text(f.tokens[end]))
	if open.role == roleBlock {
		return f.block(i, opening, closer)
	}
	if i+1 == end && !f.commentBefore(end) {
		return concat([]doc{opening, closer})
	}
	edge := softline()
	if open.kind == tLBrace {
		edge = line()
		if f.tokens[i+1].kind == tComma || f.isRecursion(i) { // {,} and .{1..3}
			edge = text("")
		}
	}
	forced := open.kind == tLBrace && f.breaksAfter(i) || f.breaksAfter(i) && f.tokens[i+1].kind != tRParen && f.hasComma(i, end)
	first := f.separator(i+1, edge)
	body, broken := f.statement(i+1, end)
	last := f.separatorClosing(end, edge)
	return group(concat([]doc{opening, nest(concat([]doc{first, body})), last, closer}), forced || broken)
}

// separatorClosing lays out the comments before a closing bracket, which are
// indented as the contents are.
func (f *formatter) separatorClosing(end int, otherwise doc) doc {
	if !f.commentBefore(end) {
		return otherwise
	}
	return concat([]doc{nest(f.separator(end, nil)), hardline(false)})
}

func (f *formatter) commentBefore(i int) bool {
	return len(f.comments) > 0 && f.comments[0].start < f.tokens[i].start
}

// isRecursion reports whether a brace opens a recursion, .{1..3} or @{1..3}.
func (f *formatter) isRecursion(i int) bool {
	if i == 0 || f.tokens[i-1].kind != tDot && f.tokens[i-1].kind != tAt {
		return false
	}
	next := f.tokens[i+1]
	return next.kind == tDotDot || next.kind == tStar || isDigit(f.src[next.start])
}

// breaksAfter reports whether the author broke the line after the token at i.
func (f *formatter) breaksAfter(i int) bool {
	return strings.Contains(f.src[f.tokens[i].end:f.tokens[i+1].start], "\n")
}

func (f *formatter) hasComma(i, end int) bool {
	for i++; i < end; i++ {
		switch f.tokens[i].kind {
		case tLParen, tLBracket, tLBrace:
			i = f.closing[i]
		case tComma:
			return true
		}
	}
	return false
}

// block lays out a block of statements: on one line if the author did and it
// has one statement at most.
func (f *formatter) block(i int, opening, closer doc) doc {
	end := f.closing[i]
	if f.isEmptyBlock(i) && !f.commentBefore(end) {
		if end == i+1 {
			return concat([]doc{opening, closer})
		}
		return concat([]doc{opening, text(" ; "), closer}) // an object without it
	}
	stop := f.statementEnd(i+1, end)
	single := stop == end || stop+1 == end
	if !f.breaksAfter(i) && single && !f.commentBefore(end) {
		first := f.separator(i+1, line())
		body, _ := f.statement(i+1, stop)
		inner := []doc{opening, nest(concat([]doc{first, body}))}
		if stop < end {
			inner = append(inner, text(";"))
		} else {
			inner = append(inner, brokenTextDoc(";")) // as statements on lines of their own have it
		}
		return group(concat(append(inner, line(), closer)), false)
	}
	var docs []doc
	if f.tokens[i+1].kind == tSemicolon && (f.isEmptyBlock(i) || f.isAmbiguous(i)) {
		docs = append(docs, text(" ;"))
	}
	last := f.statements(&docs, i+1, end)
	docs = append(docs, f.commentsUntil(last, f.tokens[end].start, false)...)
	return concat([]doc{opening, nest(concat(docs)), hardline(false), closer})
}

// isEmptyBlock reports whether a block has no statements.
func (f *formatter) isEmptyBlock(i int) bool {
	for i++; f.tokens[i].kind == tSemicolon; i++ {
	}
	return f.tokens[i].kind == tRBrace
}

// isAmbiguous reports whether a block would be an object without the empty
// statement that it begins with.
func (f *formatter) isAmbiguous(i int) bool {
	j := i + 1
	for f.tokens[j].kind == tSemicolon {
		j++
	}
	return j+1 < len(f.tokens) && f.tokens[j+1].kind == tColon
}

// space returns what stands between the token at i and the one before it.
func (f *formatter) space(i int) doc {
	prev, next := f.tokens[i-1], f.tokens[i]
	if next.kind == tComma || next.kind == tSemicolon {
		return text("")
	}
	if prev.kind == tComma {
		return line()
	}
	adjacent := prev.adjacent(next.lexeme)
	switch {
	case f.isLogical(next) && next.role == roleNone:
		return line()
	case prev.kind == tDotDot && next.role == roleCall && !adjacent:
		return text(" ") // or what is called would be a range that ends in the parentheses
	case next.role == roleTight, prev.role == roleTight, next.role == roleClose, prev.role == roleOpen, prev.role == roleCallOpen,
		next.role == roleCall, next.role == roleCallOpen, prev.role == roleArrow:
		return text("")
	case next.role == roleArrow && prev.kind != tDotDot:
		if f.endsOperand(prev) {
			return text("")
		}
		return text(" ")
	case prev.role == rolePrefix, f.keepsAdjacency(prev, next):
		if adjacent {
			return text("")
		}
		return text(" ")
	}
	switch next.kind {
	case tDot, tDotDotDot, tColon, tPath:
		return text("")
	}
	switch prev.kind {
	case tDot, tPath:
		return text("")
	}
	return text(" ")
}

func (f *formatter) isLogical(t traced) bool {
	return t.kind == kwAnd || t.kind == kwOr || t.kind == tAndAnd || t.kind == tOrOr
}

// keepsAdjacency reports whether the space between two tokens has a meaning, or
// where it does not the author's is kept.
func (f *formatter) keepsAdjacency(prev, next traced) bool {
	for _, t := range []traced{prev, next} {
		switch t.kind {
		case tDotDot, tAt, tQuestion, tDollar:
			return true
		}
	}
	if prev.role == roleNearest || next.kind == tPipe && next.role == roleNone || prev.kind == tPipe && prev.role == roleNone {
		return next.kind != tPipe && prev.kind != tPipe || !f.isUnionPipe(prev, next)
	}
	return next.kind == tMore && prev.kind == tPipe
}

// isUnionPipe reports whether one of two tokens is the | of a union of kinds.
func (f *formatter) isUnionPipe(prev, next traced) bool {
	if prev.kind == tPipe {
		return next.role == roleKind || next.role == roleName || next.kind == tString
	}
	return prev.role == roleKind || prev.role == roleClose || prev.role == roleName || prev.kind == tString ||
		prev.kind == tRBrace || prev.kind == tRBracket
}

// endsOperand reports whether a token can end an operand.
func (f *formatter) endsOperand(t traced) bool {
	switch t.kind {
	case tInvalid, tDigits, tIdent, tParam, tString, tRecordString, tDatetimeString, tUUIDString, tRParen, tRBracket, tRBrace, tQuestion, tStar, tDotDotDot, tAt:
		return true
	}
	return t.role == roleName || t.role == roleClose
}
