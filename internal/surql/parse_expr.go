package surql

import (
	"math"

	"github.com/devq-ai/tandem/internal/diag"
)

// A power is the binding power of an operator: the higher, the tighter.
type power uint8

const (
	powerBase power = iota
	powerOr
	powerAnd
	powerEquality
	powerRelation
	powerAddSub
	powerMulDiv
	powerPow
	powerNullish
	powerPrefix
	powerRange
	powerCall
	powerPrime
)

// An infix describes an infix operator that is a token of its own.
type infix struct {
	power power
	op    BinaryOp
}

var infixes = [tokensEnd]infix{
	tOrOr: {powerOr, OpOr}, kwOr: {powerOr, OpOr},
	tAndAnd: {powerAnd, OpAnd}, kwAnd: {powerAnd, OpAnd},
	tEqual: {powerEquality, OpEqual}, kwIs: {powerEquality, OpEqual},
	tEqualEqual: {powerEquality, OpExact}, tNotEqual: {powerEquality, OpNotEqual},
	tAllEqual: {powerEquality, OpAllEqual}, tAnyEqual: {powerEquality, OpAnyEqual},
	tAt:   {powerEquality, 0},
	tLess: {powerRelation, OpLess}, tMore: {powerRelation, OpMore},
	tLessEqual: {powerRelation, OpLessEqual}, tMoreEqual: {powerRelation, OpMoreEqual},
	tContains: {powerRelation, OpContains}, kwContains: {powerRelation, OpContains},
	tContainsNot: {powerRelation, OpContainsNot}, kwContainsnot: {powerRelation, OpContainsNot},
	tContainsAll: {powerRelation, OpContainsAll}, kwContainsall: {powerRelation, OpContainsAll},
	tContainsAny: {powerRelation, OpContainsAny}, kwContainsany: {powerRelation, OpContainsAny},
	tContainsNone: {powerRelation, OpContainsNone}, kwContainsnone: {powerRelation, OpContainsNone},
	tInside: {powerRelation, OpIn}, kwInside: {powerRelation, OpIn}, kwIn: {powerRelation, OpIn},
	tNotInside: {powerRelation, OpNotIn}, kwNotinside: {powerRelation, OpNotIn}, kwNot: {powerRelation, OpNotIn},
	tAllInside: {powerRelation, OpAllInside}, kwAllinside: {powerRelation, OpAllInside},
	tAnyInside: {powerRelation, OpAnyInside}, kwAnyinside: {powerRelation, OpAnyInside},
	tNoneInside: {powerRelation, OpNoneInside}, kwNoneinside: {powerRelation, OpNoneInside},
	kwOutside: {powerRelation, OpOutside}, kwIntersects: {powerRelation, OpIntersects},
	tKNN:  {powerRelation, 0},
	tPlus: {powerAddSub, OpAdd}, tMinus: {powerAddSub, OpSub},
	tStar: {powerMulDiv, OpMul}, tTimes: {powerMulDiv, OpMul},
	tSlash: {powerMulDiv, OpDiv}, tDivide: {powerMulDiv, OpDiv}, tPercent: {powerMulDiv, OpRem},
	tStarStar: {powerPow, OpPow},
	tElvis:    {powerNullish, OpTruthy}, tQuestion: {powerNullish, OpNullish},
	tDotDot: {powerRange, 0},
}

// infixPower returns the power of the infix operator that the current token
// begins, or 0.
func (p *parser) infixPower() power {
	switch p.tok.kind {
	case tLess:
		switch p.adjacent1() {
		case tMinus, tTilde, tArrow, tDotDot:
			return 0
		}
	case tMore:
		if p.adjacent1() == tDotDot {
			return powerRange
		}
	}
	return infixes[p.tok.kind].power
}

// powerOf returns the power of an expression's outermost operator.
func powerOf(x Expr) power {
	switch x := x.(type) {
	case *UnaryExpr, *CastExpr:
		return powerPrefix
	case *RangeExpr:
		if x.From != nil || x.To != nil {
			return powerRange
		}
	case *CallExpr:
		// As the engine has it; a call binds as tightly as can be.
		return powerPrefix
	case *BinaryExpr:
		return opPower(x.Op)
	case *MatchExpr, *NearestExpr:
		return powerRelation
	}
	return powerPrime
}

var opPowers = func() (powers [len(binaryOps)]power) {
	for _, in := range infixes {
		if in.power != 0 && in.power != powerRange {
			powers[in.op] = in.power
		}
	}
	powers[OpOr] = powerOr // op 0 stands for the operators that have none
	return powers
}()

func opPower(op BinaryOp) power { return opPowers[op] }

// associative reports whether an operator may be chained without parentheses.
// That == may is an oversight of the engine.
func associative(op BinaryOp) bool {
	return op == OpExact || op < OpEqual || op > OpIntersects
}

// exprStart parses an expression that is not inside of another.
func (p *parser) exprStart() Expr {
	p.tableNames = false
	return p.expr(powerBase)
}

// exprField parses an expression in which a bare name is a field.
func (p *parser) exprField() Expr { return p.exprNamed(false) }

// exprTable parses an expression in which a bare name is a table.
func (p *parser) exprTable() Expr { return p.exprNamed(true) }

func (p *parser) exprNamed(tableNames bool) Expr {
	old := p.tableNames
	p.tableNames = tableNames
	x := p.exprInherit()
	p.tableNames = old
	return x
}

// exprInherit parses an expression in which a bare name is what it is around
// the expression.
func (p *parser) exprInherit() Expr {
	p.enterQuery()
	x := p.expr(powerBase)
	p.queryDepth--
	return x
}

// expr parses an expression of operators that bind more tightly than least.
func (p *parser) expr(least power) Expr {
	start := p.tok
	var x Expr
	prime := true // x is not made of operators
	if bp := p.prefixPower(); bp != 0 {
		x, prime = p.prefix(bp), false
	} else {
		x = p.prime()
	}
	for n := 0; ; n++ {
		if n == maxDepth {
			p.fail(p.tok, diag.SurqlDepth, "the expression has more than %d operators", maxDepth)
		}
		if bp := p.postfixPower(); bp != 0 {
			if bp <= least {
				return x
			}
			x, prime = p.postfix(start, x, prime), false
			continue
		}
		switch p.tok.kind {
		case tPlusEqual, tMinusEqual, tExtend:
			d := p.diagnose(p.tok, "an operator")
			d.Help = "assignment operators stand in SET and ON DUPLICATE KEY UPDATE only"
			panic(syntaxError{d})
		}
		bp := p.infixPower()
		if bp <= least {
			return x
		}
		x, prime = p.infix(start, bp, x, prime), false
	}
}

// prefixPower returns the power of the prefix operator that the current token
// begins, or 0.
func (p *parser) prefixPower() power {
	switch p.tok.kind {
	case tBang, tPlus, tMinus:
		return powerPrefix
	case tDotDot:
		return powerRange
	case tLess:
		switch p.adjacent1() {
		case tMinus:
			if p.peek2().kind != tDigits {
				return 0
			}
		case tTilde, tArrow:
			return 0
		}
		return powerPrefix
	}
	return 0
}

func (p *parser) prefix(bp power) Expr {
	p.enter()
	x := p.prefixExpr(bp)
	p.depth--
	return x
}

func (p *parser) prefixExpr(bp power) Expr {
	start := p.tok
	p.role(start, rolePrefix)
	switch start.kind {
	case tPlus, tMinus:
		op := OpPos
		if start.kind == tMinus {
			op = OpNeg
		}
		if p.adjacent1() == tDigits {
			return p.signedNumber(op)
		}
		p.advance()
		x := p.expr(bp)
		return &UnaryExpr{p.pos(start), op, x}
	case tBang:
		p.advance()
		x := p.expr(bp)
		return &UnaryExpr{p.pos(start), OpNot, x}
	case tLess:
		p.advance()
		kind := p.parseKind()
		p.role(p.tok, roleClose)
		p.expectClose(tMore, start)
		x := p.expr(bp)
		return &CastExpr{p.pos(start), kind, x}
	}
	p.advance() // ..
	inclusive := p.eatAdjacent(tEqual)
	if !inclusive && !p.startsPrime(p.adjacent()) {
		return &RangeExpr{pos: p.pos(start)}
	}
	to := p.expr(bp)
	return &RangeExpr{pos: p.pos(start), To: to, ToIncluded: inclusive}
}

// signedNumber parses a sign and the number after it, which are one literal.
func (p *parser) signedNumber(op UnaryOp) Expr {
	start := p.take()
	x := p.numericAs(op == OpNeg)
	switch lit := x.(type) {
	case *DurationLit:
		x = &UnaryExpr{p.pos(start), op, lit}
	case *IntLit:
		lit.pos = p.pos(start)
	case *FloatLit:
		lit.pos = p.pos(start)
	case *DecimalLit:
		lit.pos = p.pos(start)
	}
	if p.continuesIdiom() {
		return p.idiomFrom(start, x, nil)
	}
	return x
}

// postfixPower returns the power of the postfix operator that the current
// token begins, or 0.
func (p *parser) postfixPower() power {
	switch p.tok.kind {
	case tLParen:
		return powerCall
	case tDotDot:
		next := p.adjacent1()
		if next == tEqual || p.startsExpr(next) {
			return 0
		}
		return powerRange
	case tMore:
		if p.adjacent1() != tDotDot {
			return 0
		}
		if to := p.peek2(); p.ahead[0].adjacent(to) && (to.kind == tEqual || p.startsExpr(to.kind)) {
			return 0
		}
		return powerRange
	}
	return 0
}

func (p *parser) postfix(start lexeme, x Expr, prime bool) Expr {
	op := p.tok
	if op.kind == tLParen {
		p.advance()
		args := p.args(op)
		return &CallExpr{p.pos(start), x, args}
	}
	excluded := p.eat(tMore)
	p.advance()
	if !prime && powerOf(x) == powerRange {
		p.failHelp(op, diag.SurqlChained, "put one of the ranges in parentheses", "ranges cannot be chained")
	}
	return &RangeExpr{pos: p.pos(start), From: x, FromExcluded: excluded}
}

// args parses the arguments of a call up to and with its closing parenthesis.
func (p *parser) args(open lexeme) []Expr {
	p.role(open, roleCall)
	return p.exprList(tRParen, open)
}

// exprList parses expressions up to and with the closing delimiter.
func (p *parser) exprList(closing token, open lexeme) []Expr {
	if p.eat(closing) {
		return nil
	}
	list := make([]Expr, 0, 2)
	for {
		list = append(list, p.exprInherit())
		if !p.eat(tComma) {
			p.expectClose(closing, open)
			return list
		}
		if p.eat(closing) {
			return list
		}
	}
}

func (p *parser) infix(start lexeme, bp power, x Expr, prime bool) Expr {
	opToken := p.take()
	op := infixes[opToken.kind].op
	var match *MatchExpr
	var nearest *NearestExpr
	var ranged *RangeExpr
	switch opToken.kind {
	case tQuestion:
		if !p.eatAdjacent(tQuestion) {
			p.unexpected(opToken, "`??`")
		}
	case kwIs:
		if p.eat(kwNot) {
			op = OpNotEqual
		}
	case kwNot:
		p.expect(kwIn)
	case tAt:
		match = p.match()
	case tKNN:
		nearest = p.nearest(opToken)
	case tDotDot:
		ranged = &RangeExpr{ToIncluded: p.eatAdjacent(tEqual)}
	case tMore:
		if p.eatAdjacent(tDotDot) {
			ranged = &RangeExpr{FromExcluded: true, ToIncluded: p.eatAdjacent(tEqual)}
		}
	}
	covered := p.tok.kind == tLParen
	y := p.expr(bp)
	switch {
	case ranged != nil:
		ranged.pos, ranged.From, ranged.To = p.pos(start), x, y
		return ranged
	case match != nil:
		p.checkChain(opToken, powerRelation, x, prime, y, covered)
		match.pos, match.X, match.Y = p.pos(start), x, y
		return match
	case nearest != nil:
		p.checkChain(opToken, powerRelation, x, prime, y, covered)
		nearest.pos, nearest.X, nearest.Y = p.pos(start), x, y
		return nearest
	}
	if !associative(op) {
		p.checkChain(opToken, bp, x, prime, y, covered)
	}
	return &BinaryExpr{p.pos(start), op, x, y}
}

// checkChain fails if an operand of a non-associative operator has an operator
// of the same power without parentheses.
func (p *parser) checkChain(op lexeme, bp power, x Expr, prime bool, y Expr, covered bool) {
	if !prime && powerOf(x) == bp || !covered && powerOf(y) == bp {
		p.failHelp(op, diag.SurqlChained, "put one of the comparisons in parentheses, or join them with AND",
			"`%s` cannot be chained with another comparison", p.text(op))
	}
}

// match parses the rest of a match operator: @@, @1@, @OR@, @1,OR@.
func (p *parser) match() *MatchExpr {
	m := &MatchExpr{}
	switch p.tok.kind {
	case tDigits:
		m.Ref = uintPointer[uint8](p, 8)
		if !p.eat(tComma) {
			break
		}
		switch p.take().kind {
		case kwAnd:
			m.Op = MatchAnd
		case kwOr:
			m.Op = MatchOr
		default:
			p.unexpected(p.last, "`AND` or `OR`")
		}
	case kwAnd:
		p.advance()
		m.Op = MatchAnd
	case kwOr:
		p.advance()
		m.Op = MatchOr
	case tAt:
	default:
		p.unexpected(p.tok, "a number, `AND`, `OR` or `@`")
	}
	p.expect(tAt)
	return m
}

// nearest parses the rest of a vector operator: <|10|>, <|10,40|>,
// <|10,COSINE|>.
func (p *parser) nearest(open lexeme) *NearestExpr {
	p.role(open, roleNearest)
	n := &NearestExpr{K: uint32(p.uint(32))}
	if p.eat(tComma) {
		switch {
		case p.tok.kind.isDistance():
			n.Distance = p.distance()
		case p.tok.kind == tDigits:
			n.EF = uintPointer[uint32](p, 32)
		default:
			p.unexpected(p.tok, "a distance or a number")
		}
	}
	if !p.eat(tPipe) || !p.eatAdjacent(tMore) {
		d := p.diagnose(p.tok, "`|>`")
		panic(syntaxError{d.WithRelated(p.span(open), "to close this `<|`")})
	}
	return n
}

func (p *parser) distance() *Distance {
	start := p.tok
	if !start.kind.isDistance() {
		p.unexpected(start, "a distance: `CHEBYSHEV`, `COSINE`, `EUCLIDEAN`, `HAMMING`, `JACCARD`, `MANHATTAN`, `MINKOWSKI` or `PEARSON`")
	}
	p.advance()
	d := &Distance{Name: tokenText[start.kind]}
	if start.kind == kwMinkowski {
		d.Order = p.numberLit()
	}
	d.pos = p.pos(start)
	return d
}

// startsPrime reports whether a token can begin an expression without a prefix
// operator, where a range may end. That it leaves out b'…' and f'…' with single
// quotes is an oversight of the engine.
func (p *parser) startsPrime(kind token) bool {
	switch kind {
	case tPlus, tMinus, tUUIDString, tDatetimeString, tRecordString, tString,
		tDigits, tNaN, tLParen, tLBrace, tLBracket, tSlash, tPipe, tOrOr, tLess, tArrow, tParam, tDotDot:
		return true
	case tBytesString, tFileString:
		at := p.tok
		for i := 0; at.kind != kind && i < p.nahead; i++ {
			at = p.ahead[i]
		}
		return p.src[at.start+1] == '"'
	}
	return kind.isName()
}

func (p *parser) startsExpr(kind token) bool { return p.startsPrime(kind) }

// prime parses an expression without operators, and the idiom that continues
// it.
func (p *parser) prime() Expr {
	start := p.tok
	x := p.primary()
	if !p.continuesIdiom() {
		return x
	}
	switch x := x.(type) {
	case *Idiom:
		return p.idiomFrom(start, x.Start, x.Parts)
	case *TableName:
		return p.idiomFrom(start, nil, []Part{&FieldPart{x.pos, x.Name}})
	}
	return p.idiomFrom(start, x, nil)
}

func (p *parser) primary() Expr {
	start := p.tok
	switch start.kind {
	case tAt:
		p.advance()
		parts := []Part{&DocPart{p.pos(start)}}
		if !p.continuesIdiom() {
			parts = append(parts, p.dotPart(p.tok))
		}
		return &Idiom{p.pos(start), nil, parts}
	case kwNone:
		p.advance()
		return &NoneLit{p.pos(start)}
	case kwNull:
		p.advance()
		return &NullLit{p.pos(start)}
	case kwTrue, kwFalse:
		p.advance()
		return &BoolLit{p.pos(start), start.kind == kwTrue}
	case tLess, tArrow:
		dir, ok := p.lookupDir()
		if !ok {
			p.advance()
			p.unexpected(p.tok, "`<-`, `<->` or `<~`")
		}
		part := p.lookup(start, dir)
		return &Idiom{p.pos(start), nil, []Part{part}}
	case tRecordString:
		return p.recordString()
	case tDatetimeString:
		return p.datetime()
	case tUUIDString:
		return p.uuid()
	case tBytesString:
		return p.bytes()
	case tFileString:
		return p.fileLit()
	case tString:
		return p.stringLit()
	case tPlus, tMinus, tDigits:
		return p.numeric()
	case tInfinity:
		p.advance()
		return &FloatLit{p.pos(start), math.Inf(1)}
	case tNaN:
		p.advance()
		return &FloatLit{p.pos(start), math.NaN()}
	case tParam:
		return p.param()
	case tLBracket:
		p.advance()
		return p.array(start)
	case tLBrace:
		p.advance()
		return p.objectLike(start)
	case tPipe:
		p.advance()
		if p.tok.kind == tParam {
			return p.closure(start)
		}
		return p.mock(start)
	case tOrOr:
		p.role(start, roleClosure)
		p.advance()
		return p.closureBody(start, nil)
	case tLParen:
		p.advance()
		return p.paren(start)
	case tSlash:
		return p.regex()
	case kwFunction:
		p.role(start, roleKind)
		p.advance()
		return p.scriptCall(start)
	}
	if stmt := p.subStatement(); stmt != nil {
		return stmt
	}
	if start.kind.isName() {
		return p.nameExpr()
	}
	p.unexpected(start, "an expression")
	return nil
}

// nameExpr parses what begins with a name: a function, a constant, a record id,
// a field or a table.
func (p *parser) nameExpr() Expr {
	start := p.tok
	switch p.peek1().kind {
	case tPath:
		switch start.kind {
		case kwFn, kwMod, kwSilo, kwMl:
			name := p.functionPath()
			open := p.expect(tLParen)
			args := p.args(open)
			return &FunctionCall{p.pos(start), name, args}
		}
		return p.builtin()
	case tLParen:
		return p.builtin()
	case tColon:
		table := p.ident()
		return p.recordIDOrRange(start, table)
	}
	name := p.name()
	where := p.pos(start)
	if p.tableNames {
		return &TableName{where, name}
	}
	return newFieldIdiom(where, name)
}

// newFieldIdiom makes an idiom of one field in one allocation.
func newFieldIdiom(where pos, name string) *Idiom {
	node := &struct {
		idiom Idiom
		field FieldPart
		parts [1]Part
	}{field: FieldPart{where, name}}
	node.parts[0] = &node.field
	node.idiom = Idiom{where, nil, node.parts[:]}
	return &node.idiom
}

func (p *parser) array(open lexeme) *ArrayLit {
	p.enterObject()
	elems := p.exprList(tRBracket, open)
	p.objectDepth--
	return &ArrayLit{p.pos(open), elems}
}

// mock parses a mock after its first bar.
func (p *parser) mock(open lexeme) Expr {
	m := &Mock{Table: p.ident()}
	p.role(open, roleOpen)
	p.role(p.tok, roleTight)
	p.expect(tColon)
	if p.eat(tDotDot) {
		m.IsRange = true
	} else {
		from := p.int64()
		switch {
		case p.eat(tDotDot):
			m.IsRange, m.From = true, &from
		case p.eat(tMore):
			p.role(p.last, roleTight)
			p.expect(tDotDot)
			m.IsRange, m.From, m.FromExcluded = true, &from, true
		default:
			p.role(p.tok, roleClose)
			p.expectClose(tPipe, open)
			m.Count, m.pos = from, p.pos(open)
			return m
		}
	}
	if p.role(p.tok, roleClose); !p.eat(tPipe) {
		p.role(p.tok, roleTight)
		m.ToIncluded = p.eat(tEqual)
		to := p.int64()
		m.To = &to
		p.role(p.tok, roleClose)
		p.expectClose(tPipe, open)
	}
	m.pos = p.pos(open)
	return m
}

// closure parses a closure after its first bar.
func (p *parser) closure(open lexeme) Expr {
	var params []*ClosureParam
	p.role(open, roleOpen)
	for !p.eat(tPipe) {
		start := p.tok
		param := &ClosureParam{Name: p.paramName()}
		if p.eat(tColon) {
			if delim := p.tok; p.eat(tLess) {
				p.role(delim, roleOpen)
				param.Kind = p.parseKind()
				p.role(p.tok, roleClose)
				p.expectClose(tMore, delim)
			} else {
				param.Kind = p.singleKind()
			}
		}
		param.pos = p.pos(start)
		params = append(params, param)
		if !p.eat(tComma) {
			p.expectClose(tPipe, open)
			break
		}
	}
	p.role(p.last, roleClose)
	return p.closureBody(open, params)
}

func (p *parser) closureBody(start lexeme, params []*ClosureParam) Expr {
	c := &Closure{Params: params}
	if p.eat(tArrow) {
		c.Returns = p.parseKind()
		c.Body = p.braced()
	} else {
		c.Body = p.exprInherit()
	}
	c.pos = p.pos(start)
	return c
}

// paren parses what is in parentheses: an expression or a point.
func (p *parser) paren(open lexeme) Expr {
	first := p.tok
	switch first.kind {
	case tPlus, tMinus, tNaN, tInfinity, tDigits:
		if point := p.point(open); point != nil {
			return point
		}
	}
	x := p.exprInherit()
	if p.tok.kind != tRParen && first.kind.startsDisallowedSubquery() && isPlainField(x) {
		d := p.diagnose(p.tok, "`)`")
		panic(syntaxError{d.WithRelated(p.span(first), "this statement cannot stand in parentheses, so the word is a name here")})
	}
	p.expectClose(tRParen, open)
	return &ParenExpr{p.pos(open), x}
}

func isPlainField(x Expr) bool {
	id, ok := x.(*Idiom)
	return ok && id.Start == nil && len(id.Parts) == 1
}

// point parses a point after its parenthesis, or returns nil and does not move.
func (p *parser) point(open lexeme) Expr {
	m := p.mark()
	var x float64
	if p.try(func() { x = p.float(64) }) != nil || !p.eat(tComma) {
		p.reset(m)
		return nil
	}
	y := p.float(64)
	p.expectClose(tRParen, open)
	return &PointLit{p.pos(open), x, y}
}

// scriptCall parses an embedded JavaScript function after the word function.
func (p *parser) scriptCall(start lexeme) Expr {
	open := p.expect(tLParen)
	args := p.args(open)
	if p.tok.kind != tLBrace {
		p.unexpected(p.tok, "`{`")
	}
	brace := p.tok
	end := javaScriptEnd(p.src, int(brace.end))
	if end < 0 {
		p.fail(brace, diag.SurqlUnterminated, "the script that starts here does not end")
	}
	p.seek(int(brace.start), end)
	return &ScriptCall{p.pos(start), args, p.src[brace.end : end-1]}
}

// javaScriptEnd returns the offset after the brace that closes a function body
// which begins at an offset, or -1. It knows strings and comments and, as the
// engine, no regular expressions.
func javaScriptEnd(src string, off int) int {
	for depth := 1; off < len(src); off++ {
		switch c := src[off]; c {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return off + 1
			}
		case '\'', '"', '`':
			for off++; off < len(src) && src[off] != c; off++ {
				if src[off] == '\\' {
					off++
				}
			}
		case '/':
			if off+1 == len(src) {
				return -1
			}
			switch src[off+1] {
			case '/':
				for off += 2; off < len(src) && src[off] != '\n' && src[off] != '\r'; off++ {
					if s := src[off:]; len(s) >= 3 && (s[:3] == string(charLineSep) || s[:3] == string(charParaSep)) {
						break
					}
				}
			case '*':
				for off += 2; off < len(src) && !(src[off] == '*' && off+1 < len(src) && src[off+1] == '/'); off++ {
				}
				off++
			}
		}
	}
	return -1
}
