package surql

import (
	"strconv"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
)

// recordIDOrRange parses the rest of a record id, or of a range of them, after
// its table.
func (p *parser) recordIDOrRange(start lexeme, table Ident) Expr {
	p.role(p.expectAdjacent(tColon), roleTight)
	first := p.tok
	var from RecordKey
	excluded := false
	if p.adjacent().startsRecordKey() {
		from = p.recordKey()
		if excluded = p.eatAdjacent(tMore); excluded {
			p.role(p.last, roleTight)
		}
	}
	if p.adjacent() == tDotDot {
		key := p.keyRangeRest(first, from, excluded)
		return &RecordID{p.pos(start), table, key}
	}
	switch {
	case excluded:
		p.unexpected(p.tok, "`..`")
	case from == nil && p.adjacent() == tParam:
		p.failHelp(p.tok, diag.SurqlSyntax,
			"write type::record(\""+table.Name+"\", "+p.text(p.tok)+")",
			"a parameter cannot be the key of a record id")
	case from == nil:
		p.unexpected(p.tok, "the key of a record id")
	}
	return &RecordID{p.pos(start), table, from}
}

// keyRange parses a range of keys.
func (p *parser) keyRange() *KeyRange {
	first := p.tok
	var from RecordKey
	excluded := false
	if p.adjacent().startsRecordKey() {
		from = p.recordKey()
		if excluded = p.eatAdjacent(tMore); excluded {
			p.role(p.last, roleTight)
		}
	}
	return p.keyRangeRest(first, from, excluded)
}

// keyRangeRest parses a range from its dots on.
func (p *parser) keyRangeRest(first lexeme, from RecordKey, excluded bool) *KeyRange {
	p.expect(tDotDot)
	r := &KeyRange{From: from, FromExcluded: excluded}
	switch {
	case p.eatAdjacent(tEqual):
		p.role(p.last, roleTight)
		r.ToIncluded = true
		r.To = p.recordKey()
	case p.adjacent().startsRecordKey():
		r.To = p.recordKey()
	}
	r.pos = p.pos(first)
	return r
}

// recordID parses a record id that is not a range.
func (p *parser) recordID() *RecordID {
	start := p.tok
	table := p.ident()
	p.role(p.expect(tColon), roleTight)
	key := p.recordKey()
	return &RecordID{p.pos(start), table, key}
}

// recordString parses r'table:key'. What follows the record id in the string is
// ignored, as the engine does.
func (p *parser) recordString() Expr {
	t := p.tok
	raw := p.text(t)
	text := p.quotedText(t)
	p.advance()
	inner := &parser{lexer: lexer{src: p.src[:t.end-1], off: int(t.start) + 2, file: p.file}, opts: p.opts, embedded: p.embedded}
	if strings.IndexByte(raw, '\\') >= 0 {
		inner.lexer = lexer{src: text, file: p.file}
		inner.embedded = &embedding{pos{p.file, t.start, t.end}, raw}
	}
	inner.tok = inner.lexer.next()
	id := inner.recordID()
	id.pos = p.pos(t)
	return id
}

// recordKey parses the key of a record id, directly after the colon or the
// dots.
func (p *parser) recordKey() RecordKey {
	start := p.tok
	if !p.last.adjacent(start) {
		p.fail(start, diag.SurqlSyntax, "no whitespace is allowed before the key of a record id")
	}
	switch start.kind {
	case tUUIDString:
		return p.uuid()
	case tLBrace:
		p.advance()
		return p.object(start)
	case tLBracket:
		p.advance()
		return p.array(start)
	case tPlus:
		return p.positiveKey()
	case tMinus:
		return p.negativeKey()
	case tDigits:
		return p.digitsKey()
	case kwUlid, kwUUID, kwRand:
		p.role(start, roleName)
		p.advance()
		if p.eat(tLParen) {
			p.role(p.last, roleCall)
			p.expect(tRParen)
			return &GeneratedKey{p.pos(start), strings.ToLower(p.text(start))}
		}
		return &StringLit{p.pos(start), p.text(start)}
	case tIdent, tNaN, tInfinity:
		p.advance()
		return &StringLit{p.pos(start), p.nameText(start)}
	}
	if !start.kind.isName() {
		p.unexpected(start, "a name, a number, an array, an object or a uuid as the key of a record id")
	}
	p.role(start, roleName)
	p.advance()
	return &StringLit{p.pos(start), p.text(start)}
}

// digitsKey parses a key that begins with digits. Followed by letters it is a
// string; so is a number that is too large.
func (p *parser) digitsKey() RecordKey {
	start := p.take()
	next := p.adjacent()
	if next.isName() || next == tNaN || next == tInfinity {
		p.role(p.tok, roleClose)
		p.advance()
		return &StringLit{p.pos(start), p.src[start.start:p.last.end]}
	}
	return p.numberKey(start, p.text(start))
}

func (p *parser) numberKey(start lexeme, text string) RecordKey {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return &IntLit{p.pos(start), n}
	}
	return &StringLit{p.pos(start), text}
}

// positiveKey fails: the engine sees the sign as a part of the number, but
// stumbles over the digits after it.
func (p *parser) positiveKey() RecordKey {
	at := p.take()
	if p.last.adjacent(p.tok) && p.tok.kind != tEOF {
		at = p.tok
	}
	p.failHelp(at, diag.SurqlSyntax, "leave out the plus", "a plus cannot stand before the key of a record id")
	return nil
}

func (p *parser) negativeKey() RecordKey {
	p.role(p.tok, roleTight)
	start := p.take()
	digits := p.expect(tDigits)
	if next := p.adjacent(); next.isName() {
		p.unexpected(covering(digits, p.tok), "the end of the record id")
	}
	return p.numberKey(start, "-"+digitsOnly(p.text(digits)))
}
