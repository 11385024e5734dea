package surqlcheck

import (
	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/surql"
)

// A RETURN between BEGIN and COMMIT ends the transaction: the engine passes over
// what follows, which then has no results.

// endsEarly reports a RETURN that leaves some of a transaction's statements
// undone, and whether it always does.
func (c *checker) endsEarly(stmt, next surql.Stmt) bool {
	if !c.inTx || !mayReturn(stmt) {
		return false
	}
	switch next.(type) {
	case nil, *surql.CommitStmt, *surql.CancelStmt:
		return false
	}
	always := returnsAlways(stmt)
	d := c.ignored(stmt.Span(), diag.QueryEarlyReturn, "RETURN ends the transaction: what follows is not run")
	if !always {
		d.Message = "a RETURN in this statement may end the transaction: what follows is then not run, and has no results"
	}
	d.WithHelp("RETURN in the last statement before COMMIT")
	return always
}

// mayReturn reports whether a statement of a script can run a RETURN that is not
// in a closure or in another statement's expressions.
func mayReturn(stmt surql.Stmt) bool {
	found := false
	surql.Walk(stmt, func(n surql.Node) bool {
		switch n.(type) {
		case *surql.Closure, *surql.SelectStmt, *surql.CreateStmt, *surql.UpdateStmt, *surql.DeleteStmt, *surql.InsertStmt, *surql.RelateStmt,
			surql.Definition, surql.Alteration:
			return false
		case *surql.ReturnStmt:
			found = true
		}
		return !found
	})
	return found
}

// returnsAlways reports whether every way through a statement ends in a RETURN.
func returnsAlways(stmt surql.Stmt) bool {
	switch stmt := stmt.(type) {
	case *surql.ReturnStmt:
		return true
	case *surql.ExprStmt:
		return bodyReturns(stmt.X)
	case *surql.LetStmt:
		return bodyReturns(stmt.Value)
	case *surql.IfStmt:
		return bodyReturns(stmt)
	}
	return false
}

func bodyReturns(x surql.Expr) bool {
	switch x := surql.Unparen(x).(type) {
	case *surql.Block:
		for _, stmt := range x.Stmts {
			if returnsAlways(stmt) {
				return true
			}
		}
	case *surql.IfStmt:
		for _, branch := range x.Branches {
			if !bodyReturns(branch.Body) {
				return false
			}
		}
		return x.Else != nil && bodyReturns(x.Else)
	case surql.Stmt:
		return returnsAlways(x)
	}
	return false
}

// fails reports whether a statement of a transaction makes all of it fail.
func fails(stmt surql.Stmt) bool {
	switch stmt.(type) {
	case *surql.ThrowStmt, *surql.BeginStmt:
		return true
	}
	return false
}
