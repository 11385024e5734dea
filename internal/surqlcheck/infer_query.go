package surqlcheck

import (
	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// maxRounds is how often a query is looked at until what it says of its
// parameters settles: what one round learns of a parameter can say more about
// another one.
const maxRounds = 4

// A Statement is what is known of one statement of a script.
type Statement struct {
	Stmt surql.Stmt
	// Kind is the kind of the statement's result.
	Kind kind.Kind
	// Params are the parameters that the statement uses and the caller gives,
	// with their kinds; Any where nothing says what one is.
	Params []StatementParam
}

// A StatementParam is a parameter of a statement.
type StatementParam struct {
	Name string
	Kind kind.Kind
	Span source.Span
}

// KindText returns a kind as SurrealQL writes kinds. What its syntax cannot say
// is said more widely: an object with further fields is any object.
func KindText(k kind.Kind) string { return kind.SurrealQL(k) }

// Infer returns what each statement of the script gives that has a result: those
// that a RETURN in a transaction passes over have none, nor has the COMMIT or
// CANCEL of a transaction that fails. The catalog is what
// the script finds, and changes with the script's own definitions. Every
// statement is looked at by itself but for the variables of LET and for BEGIN
// and COMMIT.
func (c *Catalog) Infer(script *surql.Script) ([]Statement, *diag.List) {
	diags := &diag.List{}
	top := &scope{}
	ck := &checker{cat: c}
	var out []Statement
	ended, failed := false, false // what a RETURN or a THROW has done to the transaction
	for i, stmt := range script.Stmts {
		switch stmt.(type) {
		case *surql.CommitStmt, *surql.CancelStmt:
			if failed {
				ck.settle(&surql.CancelStmt{}, top, diags)
				failed, ended = false, false
				continue
			}
			ended = false
		}
		if ended {
			continue
		}
		failed = failed || ck.inTx && fails(stmt)
		out = append(out, ck.settle(stmt, top, diags))
		ck.diags = diags
		ended = !failed && ck.endsEarly(stmt, after(script.Stmts, i))
	}
	return out, diags
}

// after returns the statement after the one at i, nil where there is none.
func after(stmts []surql.Stmt, i int) surql.Stmt {
	if i+1 < len(stmts) {
		return stmts[i+1]
	}
	return nil
}

// settle infers one statement until its parameters settle.
func (c *checker) settle(stmt surql.Stmt, s *scope, diags *diag.List) Statement {
	if !c.inTx {
		c.written = written{}
	}
	state := *c
	c.params = newParams()
	for range maxRounds {
		*c = checker{cat: state.cat, diags: &diag.List{}, params: c.params.next(), strict: state.strict, inTx: state.inTx, written: state.written, saved: state.saved}
		before := c.params.known
		c.newer = newer(stmt, effectOf(stmt))
		k := c.topStmt(stmt, s)
		if c.settled(before) || changesSchema(stmt) {
			diags.Merge(c.diags)
			return Statement{stmt, kind.Widen(k), c.params.list()}
		}
	}
	diags.Merge(c.diags)
	return Statement{stmt, kind.Any, c.params.list()}
}

// topStmt returns the kind of the result of a statement of a script in the
// script's scope. A RETURN anywhere in the statement ends it.
func (c *checker) topStmt(stmt surql.Stmt, s *scope) kind.Kind {
	s.returns = new([]kind.Kind)
	c.plans = plansOf(stmt)
	k := c.stmt(stmt, s, nil)
	return caught(k, *s.returns)
}

// newer reports whether the newer executor runs a statement with this effect.
// What the functions do that it calls does not decide that.
func newer(stmt surql.Stmt, e effect) bool {
	switch stmt.(type) {
	case *surql.SelectStmt, *surql.ReturnStmt, *surql.ExprStmt:
		return !e.changes
	}
	return false
}

func changesSchema(stmt surql.Stmt) bool {
	switch stmt.(type) {
	case surql.Definition, surql.Alteration, *surql.RemoveStmt:
		return true
	}
	return false
}

// settled reports whether a round has found what it began with, or what would
// not have changed what it has found.
func (c *checker) settled(before map[string]kind.Kind) bool {
	for _, p := range c.params.all {
		found := p.kind()
		began, ok := before[p.name]
		switch {
		case ok && c.params.trusted:
			if began != found {
				return false // it may have got names from the schema
			}
		case ok && kind.Equal(began, found):
		case !ok && found == kind.Any:
		case !ok && !c.params.guessed && found != kind.Never && p.override == nil:
		default:
			return false
		}
	}
	return true
}

func (p *params) list() []StatementParam {
	var out []StatementParam
	for _, q := range p.order() {
		out = append(out, StatementParam{q.name, q.kind(), q.span})
	}
	return out
}

// A result is what a query of several statements gives.
type result struct {
	kinds   []kind.Kind   // one for each statement
	origins []source.Span // of the values that they give, likewise
	effects []effect      // likewise
	live    kind.Kind     // what the notifications of a LIVE statement carry
	params  *params
}

// query infers the statements of one query together.
func (c *Catalog) query(stmts []surql.Stmt, declared map[string]declaredParam, diags *diag.List) result {
	return c.queryInserting(stmts, declared, nil, diags)
}

// queryInserting is query for statements of which one, if it is not nil, inserts
// a single row.
func (c *Catalog) queryInserting(stmts []surql.Stmt, declared map[string]declaredParam, one *surql.InsertStmt, diags *diag.List) result {
	effects := effectsOf(stmts)
	params := declaredParams(declared)
	var r result
	for round := range maxRounds {
		ck := &checker{cat: c, diags: &diag.List{}, params: params, strict: true, values: map[*surql.Fields]source.Span{}, insertsOne: one}
		before := params.known
		r = result{params: params, effects: effects, kinds: make([]kind.Kind, 0, len(stmts))}
		s := &scope{}
		for i, stmt := range stmts {
			if live, ok := stmt.(*surql.LiveStmt); ok {
				r.live = ck.live(live, s)
				r.kinds = append(r.kinds, kind.UUID)
				r.origins = append(r.origins, ck.valueOrigin(stmt, s))
				continue
			}
			ck.newer = newer(stmt, effects[i])
			if !ck.inTx {
				ck.written = written{}
			}
			r.kinds = append(r.kinds, ck.topStmt(stmt, s))
			r.origins = append(r.origins, ck.valueOrigin(stmt, s))
			ck.endsEarly(stmt, after(stmts, i))
		}
		ck.unusedLets(s)
		if ck.settled(before) || round == maxRounds-1 {
			diags.Merge(ck.diags)
			break
		}
		params = params.next()
	}
	return r
}
