package surql

import (
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
)

// topLevel are the words that begin a statement.
var topLevel = []string{
	"ACCESS", "ALTER", "BEGIN", "BREAK", "CANCEL", "COMMIT", "CONTINUE", "CREATE", "DEFINE",
	"DELETE", "EXPLAIN", "FOR", "IF", "INFO", "INSERT", "KILL", "LET", "LIVE", "OPTION",
	"REBUILD", "RELATE", "REMOVE", "RETURN", "SELECT", "SHOW", "SLEEP", "THROW", "UPDATE",
	"UPSERT", "USE",
}

// topStatement parses a statement of a script.
func (p *parser) topStatement() Stmt {
	start := p.tok
	switch start.kind {
	case kwBegin:
		p.advance()
		p.eat(kwTransaction)
		return &BeginStmt{p.pos(start)}
	case kwCancel:
		p.advance()
		p.eat(kwTransaction)
		return &CancelStmt{p.pos(start)}
	case kwCommit:
		p.advance()
		p.eat(kwTransaction)
		return &CommitStmt{p.pos(start)}
	case kwKill:
		return p.kill()
	case kwLive:
		return p.live()
	case kwOption:
		return p.option()
	case kwUse:
		return p.use()
	case kwAccess:
		return p.access()
	case kwShow:
		return p.show()
	}
	return p.asStmt(start, p.exprStart())
}

// subStatement parses a statement that is an expression, or returns nil if the
// current token begins none.
func (p *parser) subStatement() Expr {
	start := p.tok
	switch start.kind {
	case kwIf:
		return p.ifStmt()
	case kwSelect:
		return p.selectStmt()
	case kwCreate:
		return p.create()
	case kwExplain:
		return p.explainStmt()
	case kwUpdate, kwUpsert:
		return p.update()
	case kwDelete:
		return p.deleteStmt()
	case kwRelate:
		return p.relate()
	case kwInsert:
		return p.insert()
	case kwDefine:
		return p.define()
	case kwRemove:
		return p.remove()
	case kwRebuild:
		return p.rebuild()
	case kwAlter:
		return p.alter()
	case kwInfo:
		return p.info()
	case kwFor:
		return p.forStmt()
	case kwLet:
		return p.let()
	case kwSleep:
		if p.peek1().kind == tLParen {
			return nil // the function
		}
		p.advance()
		duration := p.durationValue()
		return &SleepStmt{p.pos(start), duration}
	case kwReturn:
		p.advance()
		x := p.exprInherit()
		fetch := p.fetch()
		return &ReturnStmt{p.pos(start), x, fetch}
	case kwThrow:
		p.advance()
		x := p.exprInherit()
		return &ThrowStmt{p.pos(start), x}
	case kwContinue:
		p.advance()
		return &ContinueStmt{p.pos(start)}
	case kwBreak:
		p.advance()
		return &BreakStmt{p.pos(start)}
	}
	return nil
}

func (p *parser) use() Stmt {
	start := p.take()
	s := &UseStmt{}
	switch {
	case p.eat(kwNamespace):
		s.Namespace = p.exprField()
		if p.eat(kwDatabase) {
			s.Database = p.exprField()
		}
	case p.eat(kwDatabase):
		s.Database = p.exprField()
	case p.eat(kwDefault):
		s.Default = true
	default:
		p.unexpected(p.tok, "`NAMESPACE`, `DATABASE` or `DEFAULT`")
	}
	s.pos = p.pos(start)
	return s
}

func (p *parser) kill() Stmt {
	start := p.take()
	s := &KillStmt{}
	switch p.tok.kind {
	case tUUIDString:
		s.ID = p.uuid()
	case tParam:
		s.ID = p.param()
	default:
		p.unexpected(p.tok, "a uuid or a parameter")
	}
	s.pos = p.pos(start)
	return s
}

var liveClauses = &clauses{words: []string{"FROM", "WHERE", "FETCH", "AS"}}

func (p *parser) live() Stmt {
	start := p.take()
	p.expect(kwSelect)
	s := &LiveStmt{}
	if p.eat(kwDiff) {
		s.Diff = true
	} else {
		s.Fields = p.fields()
	}
	p.hint(liveClauses)
	p.expect(kwFrom)
	s.What = p.exprTable()
	s.Where = p.where()
	s.Fetch = p.fetch()
	p.hint(liveClauses)
	s.pos = p.pos(start)
	return s
}

func (p *parser) option() Stmt {
	start := p.take()
	s := &OptionStmt{Name: p.ident(), Value: true}
	if p.eat(tEqual) {
		switch p.take().kind {
		case kwTrue:
		case kwFalse:
			s.Value = false
		default:
			p.unexpected(p.last, "`true` or `false`")
		}
	}
	s.pos = p.pos(start)
	return s
}

func (p *parser) show() Stmt {
	start := p.take()
	p.expect(kwChanges)
	p.expect(kwFor)
	s := &ShowStmt{}
	switch {
	case p.eat(kwTable):
		s.Table = p.ident()
	case !p.eat(kwDatabase):
		p.unexpected(p.tok, "`TABLE` or `DATABASE`")
	}
	p.expect(kwSince)
	switch since := p.tok; since.kind {
	case tDigits:
		n := p.uint(63)
		s.Since = &IntLit{p.pos(since), int64(n)}
	case tDatetimeString:
		s.Since = p.datetime()
	default:
		p.unexpected(since, "a versionstamp or a datetime")
	}
	if p.eat(kwLimit) {
		n := int64(p.uint(32))
		s.Limit = &n
	}
	s.pos = p.pos(start)
	return s
}

func (p *parser) access() Stmt {
	start := p.take()
	s := &AccessStmt{Name: p.ident()}
	if p.eat(kwOn) {
		s.Base = p.base()
	}
	op := p.tok
	switch op.kind {
	case kwGrant:
		p.advance()
		p.expect(kwFor)
		switch {
		case p.eat(kwUser):
			s.User = p.ident()
		case p.eat(kwRecord):
			s.Record = p.recordID()
		default:
			p.unexpected(op, "`FOR USER` or `FOR RECORD` after it")
		}
	case kwShow, kwRevoke:
		p.advance()
		s.Op = AccessShow
		if op.kind == kwRevoke {
			s.Op = AccessRevoke
		}
		switch p.tok.kind {
		case kwAll:
			p.advance()
			s.All = true
		case kwGrant:
			p.advance()
			s.GrantID = p.ident()
		case kwWhere:
			s.Where = p.where()
		default:
			p.unexpected(op, "`ALL`, `GRANT` or `WHERE` after it")
		}
	case kwPurge:
		p.advance()
		p.purge(op, s)
	default:
		p.unexpected(op, "`GRANT`, `SHOW`, `REVOKE` or `PURGE`")
	}
	s.pos = p.pos(start)
	return s
}

func (p *parser) purge(op lexeme, s *AccessStmt) {
	s.Op = AccessPurge
	for {
		switch {
		case p.tok.kind == kwExpired && !s.Expired:
			s.Expired = true
		case p.tok.kind == kwRevoked && !s.Revoked:
			s.Revoked = true
		case p.tok.kind == kwExpired || p.tok.kind == kwRevoked:
			p.unexpected(op, "the same word once only after it")
		case !s.Expired && !s.Revoked:
			p.unexpected(op, "`EXPIRED` or `REVOKED` after it")
		default:
			if p.eat(kwFor) {
				s.Grace = p.durationValue()
			}
			return
		}
		p.advance()
		p.eat(tComma)
	}
}

func (p *parser) base() Base {
	switch p.take().kind {
	case kwNamespace:
		return BaseNamespace
	case kwDatabase:
		return BaseDatabase
	case kwRoot:
		return BaseRoot
	}
	p.unexpected(p.last, "`NAMESPACE`, `DATABASE` or `ROOT`")
	return BaseNone
}

func (p *parser) let() Expr {
	start := p.take()
	s := &LetStmt{Name: p.paramName()}
	if p.eat(tColon) {
		s.Kind = p.parseKind()
	}
	p.expect(tEqual)
	s.Value = p.exprInherit()
	s.pos = p.pos(start)
	return s
}

func (p *parser) forStmt() Expr {
	start := p.take()
	s := &ForStmt{Name: p.paramName()}
	p.expect(kwIn)
	s.In = p.exprInherit()
	s.Body = p.braced()
	s.pos = p.pos(start)
	return s
}

func (p *parser) ifStmt() Expr {
	start := p.take()
	s := &IfStmt{}
	first := p.tok
	cond := p.exprInherit()
	switch p.tok.kind {
	case kwThen:
		s.Worded = true
		p.ifWorded(s, first, cond)
	case tLBrace:
		p.ifBraced(s, first, cond)
	default:
		p.unexpected(p.tok, "`THEN` or `{`")
	}
	s.pos = p.pos(start)
	return s
}

func (p *parser) ifBraced(s *IfStmt, first lexeme, cond Expr) {
	for {
		body := p.braced()
		s.Branches = append(s.Branches, &IfBranch{p.pos(first), cond, body})
		if !p.eat(kwElse) {
			return
		}
		if !p.eat(kwIf) {
			s.Else = p.braced()
			return
		}
		first = p.tok
		cond = p.exprInherit()
		if p.tok.kind != tLBrace {
			p.unexpected(p.tok, "`{`")
		}
	}
}

func (p *parser) ifWorded(s *IfStmt, first lexeme, cond Expr) {
	for {
		p.expect(kwThen)
		body := p.exprInherit()
		s.Branches = append(s.Branches, &IfBranch{p.pos(first), cond, body})
		p.eat(tSemicolon)
		if p.eat(kwEnd) {
			return
		}
		if !p.eat(kwElse) {
			p.unexpected(p.tok, "`ELSE` or `END`")
		}
		if !p.eat(kwIf) {
			s.Else = p.exprInherit()
			p.eat(tSemicolon)
			p.expect(kwEnd)
			return
		}
		first = p.tok
		cond = p.exprInherit()
	}
}

func (p *parser) explainStmt() Expr {
	start := p.take()
	s := &ExplainStmt{}
	s.Analyze = p.eatWord("ANALYZE")
	if p.eatWord("FORMAT") {
		switch {
		case p.eatWord("JSON"):
			s.JSON = true
		case !p.eatWord("TEXT"):
			p.unexpected(p.tok, "`TEXT` or `JSON`")
		}
	}
	p.enter()
	s.X = p.exprStart()
	p.depth--
	s.pos = p.pos(start)
	return s
}

// eatWord moves over a word that is not a keyword.
func (p *parser) eatWord(word string) bool {
	if p.tok.kind != tIdent || !strings.EqualFold(p.text(p.tok), word) {
		return false
	}
	p.role(p.tok, roleWord)
	p.advance()
	return true
}

func (p *parser) info() Expr {
	start := p.take()
	p.expect(kwFor)
	s := &InfoStmt{}
	switch target := p.take(); target.kind {
	case kwRoot:
		s.Target = InfoRoot
		p.infoVersion(s, V3_1)
	case kwNamespace:
		s.Target = InfoNamespace
		p.infoVersion(s, V3_1)
	case kwDatabase:
		s.Target = InfoDatabase
		p.infoVersion(s, V3_0)
	case kwTable:
		s.Target = InfoTable
		s.Name = p.exprTable()
		p.infoVersion(s, V3_0)
	case kwUser:
		s.Target = InfoUser
		s.Name = p.exprInherit()
		if p.eat(kwOn) {
			s.Base = p.base()
		}
	case kwIndex:
		s.Target = InfoIndex
		s.Name = p.exprField()
		s.Table = p.onTable()
	default:
		p.unexpected(target, "`ROOT`, `NAMESPACE`, `DATABASE`, `TABLE`, `USER` or `INDEX`")
	}
	s.Structure = p.eat(kwStructure)
	s.pos = p.pos(start)
	return s
}

func (p *parser) infoVersion(s *InfoStmt, since Version) {
	if p.tok.kind != kwVersion || !p.opts.Engine.atLeast(since) {
		return
	}
	p.advance()
	s.Version = p.exprInherit()
}

// onTable parses ON [TABLE] table.
func (p *parser) onTable() Expr {
	p.expect(kwOn)
	p.eat(kwTable)
	return p.exprTable()
}

func (p *parser) rebuild() Expr {
	start := p.take()
	if p.tok.kind != kwIndex {
		p.unexpected(p.tok, "`INDEX`")
	}
	p.advance()
	s := &RebuildStmt{IfExists: p.ifExists()}
	s.Name = p.ident()
	p.expect(kwOn)
	p.eat(kwTable)
	s.Table = p.ident()
	s.Concurrently = p.eat(kwConcurrently)
	s.pos = p.pos(start)
	return s
}

func (p *parser) ifExists() bool {
	if !p.eat(kwIf) {
		return false
	}
	p.expect(kwExists)
	return true
}

// script parses the statements of a script and, after an error, goes on at the
// next statement.
func (p *parser) script(script *Script, list *diag.List) {
	budget := recoveryBudget(len(p.src))
	for {
		for p.eat(tSemicolon) {
		}
		if p.tok.kind == tEOF {
			return
		}
		start := p.tok
		if d := p.try(func() { script.Stmts = append(script.Stmts, p.statement()) }); d != nil {
			list.Add(d)
			if !p.recover(start, d, &budget) {
				return
			}
		}
	}
}

// statement parses a statement and its semicolon.
func (p *parser) statement() Stmt {
	first := p.tok
	s := p.topStatement()
	if p.eat(tSemicolon) || p.tok.kind == tEOF {
		return s
	}
	d := p.diagnose(p.tok, "`;` or the end of the statement")
	if p.tok.kind.startsStatement() {
		d.Help = "a semicolon may be missing after the statement before"
	} else if _, bare := s.(*ExprStmt); bare && first.kind == tIdent {
		// A statement that begins with a misspelt word reads as a name.
		if near := diag.Nearest(p.text(first), topLevel); near != "" {
			d.Help = "did you mean " + near + " instead of " + p.text(first) + "?"
		}
	}
	panic(syntaxError{d})
}

// recoveryBudget returns how many bytes recovery may read again, which keeps
// the time linear whatever the input.
func recoveryBudget(size int) int { return 4*size + 1<<16 }

// recover moves from an error in the statement that begins at start to the
// next statement: behind the semicolon that ends this one, or to a line that
// begins with a word that begins a statement. It reports false where it has
// gone back too often.
func (p *parser) recover(start lexeme, d *diag.Diagnostic, budget *int) bool {
	p.queryDepth, p.objectDepth, p.depth = 0, 0, 0
	read, failed := p.tok.start, p.tok.start
	// An unclosed delimiter swallows what follows: go back to it.
	if d.Code == diag.SurqlUnclosed && p.tok.kind == tEOF {
		for _, r := range d.Related {
			failed = int32(r.Span.End)
		}
	}
	p.reset(mark{tok: start})
	if p.tok.kind != tInvalid {
		p.advance()
	}
	depth := 0
	for {
		if *budget -= int(p.tok.end - p.last.start); *budget < 0 {
			return false
		}
		if p.tok.kind == tEOF {
			return true
		}
		behind := p.tok.start >= failed
		if behind && p.tok.kind.startsStatement() && p.startsLine(p.tok) {
			*budget -= max(0, int(read-p.tok.start)) // what is parsed again
			return true
		}
		switch p.tok.kind {
		case tLBrace, tLParen, tLBracket:
			depth++
		case tRBrace, tRParen, tRBracket:
			depth = max(0, depth-1)
		case tSemicolon:
			if behind && depth == 0 {
				return true
			}
		case tInvalid:
			// What does not end is taken to end with its line.
			if i := strings.IndexByte(p.text(p.tok), '\n'); i >= 0 {
				p.seek(int(p.tok.start), int(p.tok.start)+i)
				continue
			}
		}
		p.advance()
	}
}

// startsLine reports whether a token is the first of its line, without
// indentation.
func (p *parser) startsLine(t lexeme) bool { return t.start == 0 || p.src[t.start-1] == '\n' }
