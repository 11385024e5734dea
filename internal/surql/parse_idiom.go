package surql

import (
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
)

// continuesIdiom reports whether the current token continues an idiom.
func (p *parser) continuesIdiom() bool {
	switch p.tok.kind {
	case tArrow, tLBracket, tDot, tDotDotDot:
		return true
	case tLess:
		switch p.adjacent1() {
		case tMinus, tTilde, tArrow:
			return true
		}
	}
	return false
}

// idiomFrom parses the rest of an idiom that begins with a value or with parts.
func (p *parser) idiomFrom(start lexeme, value Expr, parts []Part) *Idiom {
	parts = p.parts(parts)
	return &Idiom{p.pos(start), value, parts}
}

// parts parses idiom parts, as many as there are, and appends them.
func (p *parser) parts(parts []Part) []Part {
	for {
		start := p.tok
		switch start.kind {
		case tDotDotDot:
			p.advance()
			parts = append(parts, &FlattenPart{p.pos(start)})
		case tDot:
			p.advance()
			parts = append(parts, p.dotPart(start))
		case tLBracket:
			p.role(start, roleCall)
			p.advance()
			parts = append(parts, p.bracketPart(start))
		case tArrow, tLess:
			dir, ok := p.lookupDir()
			if !ok {
				return parts
			}
			parts = append(parts, p.lookup(start, dir))
		default:
			return parts
		}
	}
}

// lookupDir moves over the arrow of a lookup, if there is one.
func (p *parser) lookupDir() (dir LookupDir, ok bool) {
	if p.tok.kind == tArrow {
		p.role(p.tok, roleArrow)
		p.advance()
		return LookupOut, true
	}
	switch p.adjacent1() {
	case tTilde:
		dir = LookupReference
	case tMinus:
		dir = LookupIn
	case tArrow:
		dir = LookupBoth
	default:
		return 0, false
	}
	p.role(p.tok, roleArrow)
	p.advance()
	p.role(p.tok, roleTight)
	p.advance()
	return dir, true
}

// plainIdiom parses an idiom that begins with a name or an arrow.
func (p *parser) plainIdiom() *Idiom {
	start := p.tok
	var first Part
	if start.kind == tArrow || start.kind == tLess {
		dir, ok := p.lookupDir()
		if !ok {
			p.unexpected(start, "`<-`, `<->` or `->`")
		}
		first = p.lookup(start, dir)
	} else {
		name := p.name()
		if !p.continuesIdiom() {
			return newFieldIdiom(p.pos(start), name)
		}
		first = &FieldPart{p.pos(start), name}
	}
	return p.idiomFrom(start, nil, []Part{first})
}

func (p *parser) plainIdioms() []*Idiom {
	list := []*Idiom{p.plainIdiom()}
	for p.eat(tComma) {
		list = append(list, p.plainIdiom())
	}
	return list
}

// dotPart parses what follows a dot. The part begins at start.
func (p *parser) dotPart(start lexeme) Part {
	switch p.tok.kind {
	case tQuestion:
		p.advance()
		return &OptionalPart{p.pos(start)}
	case tStar:
		p.advance()
		return &AllPart{p.pos(start)}
	case tAt:
		p.advance()
		return &RepeatPart{p.pos(start)}
	case tLBrace:
		open := p.take()
		switch p.tok.kind {
		case tStar, tDotDot, tDigits:
			return p.recurse(start, open)
		}
		return p.destructure(start, open)
	}
	name := p.ident()
	if open := p.tok; p.eat(tLParen) {
		args := p.args(open)
		return &MethodPart{p.pos(start), name, args}
	}
	return &FieldPart{p.pos(start), name.Name}
}

// destructure parses a destructuring after its brace.
func (p *parser) destructure(start, open lexeme) *DestructurePart {
	p.enter()
	var fields []*DestructureField
	for !p.eat(tRBrace) {
		fields = append(fields, p.destructureField())
		if !p.eat(tComma) {
			p.expectClose(tRBrace, open)
			break
		}
	}
	p.depth--
	return &DestructurePart{p.pos(start), fields}
}

func (p *parser) destructureField() *DestructureField {
	start := p.tok
	f := &DestructureField{Name: p.ident()}
	switch p.tok.kind {
	case tColon:
		p.advance()
		f.Value = p.exprField()
	case tDot:
		dot := p.take()
		found := p.tok
		switch part := p.dotPart(dot).(type) {
		case *AllPart:
			f.All = true
		case *DestructurePart:
			f.Nested = part
		default:
			p.fail(p.last, diag.SurqlSyntax, "unexpected `%s`, expected `*` or `{` after the dot", p.text(found))
		}
	}
	f.pos = p.pos(start)
	return f
}

// recurse parses a recursion after its brace.
func (p *parser) recurse(start, open lexeme) Part {
	r := &RecursePart{}
	if p.tok.kind == tDigits {
		r.Min = uintPointer[uint32](p, 32)
	}
	switch {
	case p.eatAdjacent(tDotDot):
		if p.adjacent() == tDigits {
			r.Max = uintPointer[uint32](p, 32)
		}
	case r.Min != nil:
		r.Max, r.Fixed = r.Min, true
	default:
		p.advance()
		p.fail(p.last, diag.SurqlSyntax, "unexpected `%s`, expected a number or `..`", p.text(p.last))
	}
	p.role(p.tok, roleTight)
	if p.eat(tPlus) {
		p.recurseInstruction(r)
	}
	p.expectClose(tRBrace, open)
	if open := p.tok; p.eat(tLParen) {
		p.role(open, roleCall)
		p.enter()
		r.Nested = p.idiomFrom(p.tok, nil, nil)
		p.depth--
		p.expectClose(tRParen, open)
	}
	r.pos = p.pos(start)
	return r
}

// recurseInstruction parses the instruction of a recursion after its plus.
func (p *parser) recurseInstruction(r *RecursePart) {
	switch name := p.name(); {
	case strings.EqualFold(name, "path"):
		r.Instruction = RecursePath
	case strings.EqualFold(name, "collect"):
		r.Instruction = RecurseCollect
	case strings.EqualFold(name, "shortest"):
		r.Instruction = RecurseShortest
		p.role(p.tok, roleTight)
		p.expect(tEqual)
		switch {
		case p.tok.kind == tParam:
			r.Target = p.param()
		case p.tok.kind.isName():
			r.Target = p.recordID()
		default:
			p.unexpected(p.tok, "a parameter or a record id")
		}
	default:
		p.fail(p.last, diag.SurqlSyntax, "unexpected instruction `%s`, expected `path`, `collect` or `shortest`", name)
	}
	for p.tok.kind == tPlus {
		p.role(p.tok, roleTight)
		p.advance()
		if name := p.name(); !strings.EqualFold(name, "inclusive") {
			p.fail(p.last, diag.SurqlSyntax, "unexpected option `%s`, expected `inclusive`", name)
		}
		r.Inclusive = true
	}
}

// bracketPart parses what follows a bracket.
func (p *parser) bracketPart(open lexeme) Part {
	switch p.tok.kind {
	case tStar:
		p.advance()
		p.expectClose(tRBracket, open)
		return &AllPart{p.pos(open)}
	case tDollar:
		p.advance()
		p.expectClose(tRBracket, open)
		return &LastPart{p.pos(open)}
	case tQuestion, kwWhere:
		p.advance()
		cond := p.exprField()
		p.expectClose(tRBracket, open)
		return &WherePart{p.pos(open), cond}
	}
	x := p.exprInherit()
	p.expectClose(tRBracket, open)
	return &IndexPart{p.pos(open), x}
}

// basicIdiom parses an idiom of fields, indexes, [*] and [$], as ORDER, GROUP
// and SPLIT take it.
func (p *parser) basicIdiom() *Idiom { return p.simpleIdiom(true) }

// localIdiom parses an idiom of fields, indexes and [*], with ... at its end,
// as ALTER FIELD takes it.
func (p *parser) localIdiom() *Idiom {
	start := p.tok
	id := p.simpleIdiom(false)
	if flatten := p.tok; p.eat(tDotDotDot) {
		if p.tok.kind == tDot || p.tok.kind == tLBracket {
			p.fail(p.tok, diag.SurqlSyntax, "unexpected `%s`: `...` ends the name of a field", p.text(p.tok))
		}
		id.Parts = append(id.Parts, &FlattenPart{p.pos(flatten)})
		id.pos = p.pos(start)
	}
	return id
}

func (p *parser) simpleIdiom(last bool) *Idiom {
	start := p.tok
	name := p.name()
	if p.tok.kind != tDot && p.tok.kind != tLBracket {
		return newFieldIdiom(p.pos(start), name)
	}
	parts := []Part{&FieldPart{p.pos(start), name}}
	for {
		from := p.tok
		switch {
		case p.eat(tDot):
			if p.eat(tStar) {
				parts = append(parts, &AllPart{p.pos(from)})
			} else {
				name := p.name()
				parts = append(parts, &FieldPart{p.pos(from), name})
			}
		case p.eat(tLBracket):
			p.role(from, roleCall)
			parts = append(parts, p.simpleIndex(from, last))
		default:
			return &Idiom{p.pos(start), nil, parts}
		}
	}
}

// simpleIndex parses the index of a basic or local idiom after its bracket.
func (p *parser) simpleIndex(open lexeme, last bool) Part {
	switch {
	case p.eat(tStar):
		p.expectClose(tRBracket, open)
		return &AllPart{p.pos(open)}
	case last && p.eat(tDollar):
		p.expectClose(tRBracket, open)
		return &LastPart{p.pos(open)}
	case p.tok.kind == tDigits || p.tok.kind == tPlus:
		x := p.numberLit()
		p.expectClose(tRBracket, open)
		return &IndexPart{p.pos(open), x}
	case p.tok.kind == tMinus && p.adjacent1() == tDigits:
		p.fail(covering(p.tok, p.peek1()), diag.SurqlSyntax, "an index cannot be negative here")
	}
	p.unexpected(p.tok, "`$`, `*` or a number")
	return nil
}

// lookup parses a lookup after its arrow, which begins at start.
func (p *parser) lookup(start lexeme, dir LookupDir) Part {
	l := &LookupPart{Dir: dir}
	open := p.tok
	switch {
	case p.eat(tQuestion):
	case p.eat(tLParen):
		p.lookupBody(l)
		p.expectClose(tRParen, open)
	case open.kind.isName():
		l.Subjects = []*LookupSubject{p.lookupSubject(false)}
	default:
		p.unexpected(open, "`?`, `(` or a table")
	}
	l.pos = p.pos(start)
	return l
}

// lookupBody parses what is in the parentheses of a lookup.
func (p *parser) lookupBody(l *LookupPart) {
	var fieldsSpan lexeme
	if p.eat(kwSelect) {
		first := p.tok
		l.Fields = p.fields()
		fieldsSpan = covering(first, p.last)
		p.expect(kwFrom)
		if p.tok.kind == kwOnly && p.opts.Engine.atLeast(V3_1) {
			p.advance()
			l.Only = true
		}
	}
	switch {
	case p.eat(tQuestion):
	case p.tok.kind.isName():
		l.Subjects = []*LookupSubject{p.lookupSubject(true)}
		for p.eat(tComma) {
			l.Subjects = append(l.Subjects, p.lookupSubject(true))
		}
	default:
		p.unexpected(p.tok, "`?`, a table or a range")
	}
	l.Where = p.where()
	if l.Fields != nil {
		sel := selection{l.Fields, fieldsSpan}
		l.Split, l.Group, l.Order = p.splitGroupOrder(sel)
	}
	l.Limit, l.Start = p.limitStart()
	if p.eat(kwAs) {
		l.Alias = p.plainIdiom()
	}
}

func (p *parser) lookupSubject(allowField bool) *LookupSubject {
	start := p.tok
	s := &LookupSubject{Table: p.ident()}
	if p.eatAdjacent(tColon) {
		p.role(p.last, roleTight)
		s.Range = p.keyRange()
	}
	if allowField && p.eat(kwField) {
		s.Field = p.ident()
	}
	s.pos = p.pos(start)
	return s
}
