package surqlcheck

import (
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// stmt returns the kind of what a statement gives as a value or in its result
// slot. want is what the place takes, or nil.
func (c *checker) stmt(x surql.Stmt, s *scope, w *want) kind.Kind {
	if c.defines(x) {
		return kind.None
	}
	switch x := x.(type) {
	case *surql.ExprStmt:
		return c.expr(x.X, s, w)
	case *surql.SelectStmt:
		return c.selects(x, s)
	case *surql.CreateStmt:
		return c.create(x, s)
	case *surql.UpdateStmt:
		return c.update(x, s)
	case *surql.DeleteStmt:
		return c.deletes(x, s)
	case *surql.InsertStmt:
		return c.insert(x, s)
	case *surql.RelateStmt:
		return c.relate(x, s)
	case *surql.LetStmt:
		c.let(x, s)
		return kind.None
	case *surql.ReturnStmt:
		k := c.fetched(c.expr(x.X, s, w), x.Fetch, s)
		if to := s.returning(); to != nil {
			*to = append(*to, k)
			return kind.Never
		}
		return k
	case *surql.ThrowStmt:
		c.expr(x.X, s, nil)
		return kind.Never
	case *surql.BreakStmt, *surql.ContinueStmt:
		return kind.Never
	case *surql.IfStmt:
		return c.ifElse(x, s, w)
	case *surql.ForStmt:
		return c.forEach(x, s)
	case *surql.LiveStmt:
		c.live(x, s)
		return kind.UUID
	case *surql.UseStmt:
		return kind.NewObject(
			kind.Field{Name: "namespace", Kind: kind.Option(kind.String)},
			kind.Field{Name: "database", Kind: kind.Option(kind.String)})
	case *surql.KillStmt:
		c.expr(x.ID, s, wants(kind.UUID, "the id of a live query"))
		return kind.None
	case *surql.InfoStmt:
		if x.Target == surql.InfoUser && !x.Structure {
			return kind.String
		}
		return kind.AnyObject
	case *surql.ShowStmt:
		return kind.ArrayOf(kind.AnyObject)
	case *surql.ExplainStmt:
		if c.strict {
			c.expr(x.X, s, nil) // an engine explains what it could not run
		}
		return kind.Any
	case *surql.AccessStmt:
		return kind.Any
	case *surql.OptionStmt:
		if !c.strict && strings.EqualFold(x.Name.Name, "import") {
			c.cat.history.imports = x.Value
		}
		return kind.None
	case *surql.BeginStmt:
		c.inTx, c.written = true, written{}
		c.saved = c.cat.save()
		return kind.None
	case *surql.CancelStmt:
		c.inTx, c.written = false, written{}
		if c.saved != nil {
			c.cat.restore(c.saved)
		}
		return kind.None
	case *surql.CommitStmt:
		c.inTx, c.written = false, written{}
		return kind.None
	}
	return kind.None // SLEEP, REBUILD, ALTER, REMOVE
}

// defines applies a statement that changes the schema, and reports whether it is
// one. A query that defines something cannot count on it: what others see is
// the schema files.
func (c *checker) defines(x surql.Stmt) bool {
	if c.strict {
		switch x.(type) {
		case surql.Definition, surql.Alteration, *surql.RemoveStmt:
			return true
		}
		return false
	}
	found := &diag.List{}
	if !c.cat.applyAmidRecords(x, found) {
		return false
	}
	for _, d := range found.Sorted() {
		if d.Code == diag.SchemaComputedName {
			d.Severity = diag.Lint // the script runs; what it defines is not seen
		}
		c.diags.Add(d)
	}
	// The tables that events and functions write to come to be with them.
	surql.Walk(x, func(n surql.Node) bool {
		switch n := n.(type) {
		case *surql.CreateStmt:
			c.implyTables(n.What)
		case *surql.UpdateStmt:
			if n.Upsert {
				c.implyTables(n.What)
			}
		case *surql.InsertStmt:
			c.implyTables([]surql.Expr{n.Into})
		case *surql.RelateStmt:
			c.implyTables([]surql.Expr{n.Edge})
		}
		return true
	})
	return true
}

func (c *checker) implyTables(targets []surql.Expr) {
	for _, x := range targets {
		switch x := surql.Unparen(x).(type) {
		case *surql.TableName:
			c.implyTable(x.Name)
		case *surql.RecordID:
			c.implyTable(x.Table.Name)
		case *surql.FunctionCall:
			if path := x.Name.Path; (path == "type::record" || path == "type::table") && len(x.Args) > 0 {
				if lit, ok := x.Args[0].(*surql.StringLit); ok {
					name, _, _ := strings.Cut(lit.Value, ":")
					c.implyTable(name)
				}
			}
		}
	}
}

func (c *checker) implyTable(name string) {
	if !c.strict && !c.cat.hasTable(name) {
		c.cat.implyTable(name)
	}
}

// returning returns where RETURN puts its value, nil at the top of a script.
func (s *scope) returning() *[]kind.Kind {
	for ; s != nil; s = s.up {
		if s.returns != nil {
			return s.returns
		}
	}
	return nil
}

// block returns the kind of a block: its last statement's. A RETURN in it also
// leaves what is around it, up to the statement, the column or the LET.
func (c *checker) block(x *surql.Block, s *scope) kind.Kind {
	if s.returning() == nil {
		return c.catching(s, func(s *scope) kind.Kind { return c.block(x, s) })
	}
	last := c.body(x.Stmts, s)
	if n := len(x.Stmts); n > 0 {
		if _, ok := x.Stmts[n-1].(*surql.LetStmt); ok {
			last = kind.Join(last, &kind.Tuple{Elems: []kind.Kind{kind.None}}) // the two executors differ
		}
	}
	return last
}

// catching returns the kind of something that a RETURN within leaves no further
// than that: what it gives, or what is returned.
func (c *checker) catching(s *scope, of func(*scope) kind.Kind) kind.Kind {
	inner := s.child()
	inner.returns = new([]kind.Kind)
	k := of(inner)
	return caught(k, *inner.returns)
}

// caught returns what something gives in which there are RETURNs: what these do,
// or what it gives where none is reached.
func caught(k kind.Kind, returned []kind.Kind) kind.Kind {
	if len(returned) > 0 {
		k = kind.Map(k, reachable)
	}
	return kind.Join(append(returned, k)...)
}

// reachable returns Never for a list or an object with a part that is Never.
func reachable(k kind.Kind) kind.Kind {
	switch k := k.(type) {
	case *kind.Tuple:
		if slices.Contains(k.Elems, kind.Kind(kind.Never)) {
			return kind.Never
		}
	case *kind.Object:
		if slices.ContainsFunc(k.Fields, func(f kind.Field) bool { return f.Kind == kind.Never }) {
			return kind.Never
		}
	}
	return k
}

// body returns the kind of the statements of a block, which both executors run.
func (c *checker) body(list []surql.Stmt, s *scope) kind.Kind {
	newer := c.newer
	c.newer = false
	defer func() { c.newer = newer }()
	return c.stmts(list, s)
}

// stmts returns the kind of the last statement, Never if it is not reached.
func (c *checker) stmts(list []surql.Stmt, s *scope) kind.Kind {
	last := kind.Kind(kind.None)
	reached := true
	for _, x := range list {
		last = c.stmt(x, s, nil)
		if last == kind.Never {
			reached = false
		}
	}
	c.unusedLets(s)
	if !reached {
		return kind.Never
	}
	return last
}

func (c *checker) let(x *surql.LetStmt, s *scope) {
	var w *want
	var declared kind.Kind
	if x.Kind != nil {
		c.kinds(x.Kind)
		declared = kindOf(x.Kind, nil)
		w = wants(declared, "declared as "+declared.String())
	}
	k := c.letValue(x.Value, s, w)
	if declared != nil {
		coerced, verdict := kind.Coerce(k, declared)
		if verdict == kind.Nothing {
			c.diags.Errorf(x.Value.Span(), diag.QueryAssignment, "$%s takes %s, not %s", x.Name.Name, declared, kind.Widen(k))
			coerced = declared
		}
		k = coerced
	}
	v := s.set(x.Name.Name, kind.Later(k))
	v.span = x.Name.Span()
	if p, ok := c.callerParam(x.Value, s); ok && p.Name != x.Name.Name {
		v.param = p
	}
}

// letValue returns the kind of the value of a LET. A RETURN in it gives the value
// or, where the older executor runs the LET, leaves that without one.
func (c *checker) letValue(x surql.Expr, s *scope, w *want) kind.Kind {
	if !returnsWithin(x) {
		return c.expr(x, s, w)
	}
	inner := s.child()
	inner.returns = new([]kind.Kind)
	k := c.expr(x, inner, w)
	if to := s.returning(); to != nil {
		*to = append(*to, *inner.returns...)
	}
	return kind.Option(kind.Join(append(*inner.returns, k)...))
}

// returnsWithin reports whether an expression has a RETURN outside of closures.
func returnsWithin(x surql.Expr) bool {
	found := false
	surql.Walk(x, func(n surql.Node) bool {
		switch n.(type) {
		case *surql.Closure:
			return false
		case *surql.ReturnStmt:
			found = true
		}
		return !found
	})
	return found
}

// unusedLets reports the variables of a scope that nothing has read.
func (c *checker) unusedLets(s *scope) {
	for name, v := range s.vars {
		if !v.used && v.span.IsValid() {
			c.diags.Lintf(v.span, diag.QueryUnusedLet, "$%s is never used", name)
		}
	}
}

func (c *checker) ifElse(x *surql.IfStmt, s *scope, w *want) kind.Kind {
	var out []kind.Kind
	for _, branch := range x.Branches {
		c.expr(branch.Cond, s, mayWant(kind.Bool, "a condition"))
		out = append(out, c.planned(x, branch.Body, c.branch(branch.Body, c.narrow(branch.Cond, s, true), w)))
		s = c.narrow(branch.Cond, s, false)
	}
	if x.Else == nil {
		return kind.Join(append(out, kind.None)...)
	}
	return kind.Join(append(out, c.planned(x, x.Else, c.branch(x.Else, s, w)))...)
}

// branch returns the kind of a body of IF. A RETURN in it leaves the block
// around the IF.
func (c *checker) branch(x surql.Expr, s *scope, w *want) kind.Kind {
	if b, ok := x.(*surql.Block); ok && s.returning() != nil {
		return c.body(b.Stmts, s.child())
	}
	return c.expr(x, s, w)
}

func (c *checker) forEach(x *surql.ForStmt, s *scope) kind.Kind {
	k := c.expr(x.In, s, nil)
	if streams(x.In) && c.plans[x] {
		c.diags.Warnf(x.In.Span(), diag.QueryExecutors, "the engine fails here where this finds fewer than two rows").
			WithHelp("write LET $rows = SELECT …; FOR $%s IN $rows { … }", x.Name.Name)
	}
	inner := s.child()
	inner.set(x.Name.Name, kind.Later(elements(kind.Strip(k, kind.None, kind.Null)))).used = true
	if s.returning() == nil {
		inner.returns = new([]kind.Kind)
	}
	if !c.cat.readOnly(effectsOf(x.Body.Stmts)) {
		c.wroteAll() // by the second time round
	}
	c.stmts(x.Body.Stmts, inner)
	if inner.returns != nil {
		return kind.Join(append(*inner.returns, kind.None)...)
	}
	return kind.None
}

// live checks a LIVE SELECT and returns the kind of the results that its
// notifications carry.
func (c *checker) live(x *surql.LiveStmt, s *scope) kind.Kind {
	src := c.targets([]surql.Expr{x.What}, s, false)
	at := s.record(src.rows)
	inner := c.where(x.Where, at)
	if x.Diff {
		return kind.ArrayOf(patch)
	}
	if len(x.Fetch) > 0 {
		// A deleted record's links are fetched when it is gone, and records are
		// fetched without their ids.
		c.fetched(c.project(x.Fields, inner, nil), x.Fetch, s)
		return kind.Any
	}
	return c.project(x.Fields, inner, nil)
}
