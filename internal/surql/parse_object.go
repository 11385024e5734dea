package surql

import (
	"strconv"

	"github.com/devq-ai/tandem/internal/diag"
)

// objectLike parses what begins with a brace: an object, a set or a block.
func (p *parser) objectLike(open lexeme) Expr {
	switch {
	case p.eat(tRBrace):
		return &ObjectLit{pos: p.pos(open)}
	case p.eat(tComma):
		p.expectClose(tRBrace, open)
		return &SetLit{pos: p.pos(open)}
	case p.eat(tSemicolon):
		return p.blockRest(open, nil)
	}
	if p.startsObject() {
		return p.object(open)
	}
	first := p.tok
	x := p.exprInherit()
	if p.eat(tComma) {
		return p.setRest(open, x)
	}
	stmt := p.asStmt(first, x)
	if p.eat(tRBrace) {
		p.role(open, roleBlock)
		return &Block{p.pos(open), []Stmt{stmt}}
	}
	return p.blockRest(open, []Stmt{stmt})
}

// startsObject reports whether a key and a colon come next.
func (p *parser) startsObject() bool {
	switch {
	case p.tok.kind.isName(), p.tok.kind == tString:
		return p.peek1().kind == tColon
	case p.tok.kind == tDigits:
		m := p.mark()
		failed := p.try(func() { p.objectKey() })
		isKey := failed == nil && p.tok.kind == tColon
		p.reset(m)
		return isKey
	}
	return false
}

// object parses an object after its brace.
func (p *parser) object(open lexeme) *ObjectLit {
	p.enterObject()
	var entries []*ObjectEntry
	for !p.eat(tRBrace) {
		start := p.tok
		entry := &ObjectEntry{Key: p.objectKey()}
		p.expect(tColon)
		entry.Value = p.exprInherit()
		entry.pos = p.pos(start)
		entries = append(entries, entry)
		if !p.eat(tComma) {
			p.expectClose(tRBrace, open)
			break
		}
	}
	p.objectDepth--
	return &ObjectLit{p.pos(open), entries}
}

// objectKey parses the key of an object. A number is a key as it is written.
func (p *parser) objectKey() Ident {
	start := p.tok
	switch {
	case start.kind.isKeyword():
		p.role(start, roleName)
		p.advance()
		return Ident{p.pos(start), p.text(start)}
	case start.kind == tIdent:
		return p.ident()
	case start.kind == tString:
		key := p.stringValue()
		return Ident{p.pos(start), key}
	case start.kind == tDigits:
		r := numberReader{p: p, start: int(start.start), off: int(start.start)}
		kind := r.number(false)
		text := p.src[r.start:r.off]
		p.seek(r.start, r.off)
		p.checkNumber(kind, digitsOnly(text))
		return Ident{p.pos(start), text}
	}
	p.unexpected(start, "a key")
	return Ident{}
}

// checkNumber fails if the number that was read last is out of range.
func (p *parser) checkNumber(kind numberKind, text string) {
	switch kind {
	case numberInt:
		if n, err := strconv.ParseUint(text, 10, 64); err != nil || n > 1<<63 {
			p.fail(p.last, diag.SurqlLiteral, "the number does not fit into a signed 64-bit integer")
		}
	case numberDecimal:
		p.parseDecimal(p.last, text[:len(text)-len("dec")])
	}
}

// setRest parses a set after its first element and the comma.
func (p *parser) setRest(open lexeme, first Expr) Expr {
	p.enterObject()
	elems := append([]Expr{first}, p.exprList(tRBrace, open)...)
	p.objectDepth--
	return &SetLit{p.pos(open), elems}
}

// braced parses a block with its braces.
func (p *parser) braced() *Block {
	open := p.expect(tLBrace)
	return p.blockRest(open, nil)
}

// blockRest parses the statements of a block after those given.
func (p *parser) blockRest(open lexeme, stmts []Stmt) *Block {
	p.role(open, roleBlock)
	for {
		for p.eat(tSemicolon) {
		}
		if p.eat(tRBrace) {
			break
		}
		if p.tok.kind == tEOF {
			p.expectClose(tRBrace, open)
		}
		first := p.tok
		stmts = append(stmts, p.asStmt(first, p.exprInherit()))
		if !p.eat(tSemicolon) {
			p.expectClose(tRBrace, open)
			break
		}
	}
	return &Block{p.pos(open), stmts}
}

// asStmt makes a statement of an expression that begins with the given token.
func (p *parser) asStmt(first lexeme, x Expr) Stmt {
	if first.kind == tParam {
		p.rejectMissingLet(first, x)
	}
	if stmt, ok := x.(Stmt); ok {
		return stmt
	}
	return &ExprStmt{p.pos(first), x}
}

// rejectMissingLet fails for $name = value, which until 2.x was a LET.
func (p *parser) rejectMissingLet(first lexeme, x Expr) {
	b, ok := x.(*BinaryExpr)
	if !ok || b.Op != OpEqual {
		return
	}
	if param, ok := b.X.(*Param); ok {
		p.failHelp(covering(first, p.last), diag.SurqlLetMissing,
			"write LET $"+param.Name+" = …; to compare, put the expression in parentheses",
			"a parameter is set with LET")
	}
}
