package surqlcheck

import (
	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// The engine runs a statement at the top of a query as a plan of operators, and
// so the IF and FOR statements that it consists of. A plan yields a stream of
// values, and what IF and FOR take of the plan of a part of theirs is one value:
// that of a stream of one, NONE for none, and a list for several. A SELECT is
// such a stream, of its rows.

// plansOf returns the IF and FOR statements in a statement that run as plans.
// What is part of another expression, of a LET or of a function does not.
func plansOf(stmt surql.Stmt) map[surql.Node]bool {
	var plans map[surql.Node]bool
	var find func(n surql.Node)
	add := func(n surql.Node) {
		if plans == nil {
			plans = map[surql.Node]bool{}
		}
		plans[n] = true
	}
	find = func(n surql.Node) {
		switch n := n.(type) {
		case *surql.ExprStmt:
			find(n.X)
		case *surql.ParenExpr:
			find(n.X)
		case *surql.ReturnStmt:
			find(n.X)
		case *surql.Block:
			for _, inner := range n.Stmts {
				find(inner)
			}
		case *surql.IfStmt:
			add(n)
			for _, branch := range n.Branches {
				find(branch.Body)
			}
			if n.Else != nil {
				find(n.Else)
			}
		case *surql.ForStmt:
			add(n)
			find(n.Body)
		}
	}
	find(stmt)
	return plans
}

// streams reports whether an expression is, by itself, a SELECT of any number of
// rows.
func streams(n surql.Node) bool {
	switch n := n.(type) {
	case *surql.ExprStmt:
		return streams(n.X)
	case *surql.ParenExpr:
		return streams(n.X)
	case *surql.Block:
		return len(n.Stmts) == 1 && streams(n.Stmts[0])
	case *surql.SelectStmt:
		return !n.Only && n.Explain == nil
	}
	return false
}

// planned returns what an IF gives of a body of the kind.
func (c *checker) planned(x *surql.IfStmt, body surql.Expr, k kind.Kind) kind.Kind {
	if !c.plans[x] || !streams(body) {
		return k
	}
	c.diags.Lintf(body.Span(), diag.QueryExecutors, "IF gives a single row as it is, and NONE where there is none").
		WithHelp("write RETURN SELECT …")
	row, _ := rowsOf(k)
	return kind.Join(k, row, kind.None)
}
