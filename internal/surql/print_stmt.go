package surql

import (
	"fmt"
	"strconv"
)

func (w *printer) stmt(s Stmt) {
	switch s := s.(type) {
	case *ExprStmt:
		w.exprStmt(s.X)
	case *BeginStmt:
		w.put("BEGIN")
	case *CancelStmt:
		w.put("CANCEL")
	case *CommitStmt:
		w.put("COMMIT")
	case *UseStmt:
		w.put("USE")
		w.clauseExpr(" NS ", s.Namespace)
		w.clauseExpr(" DB ", s.Database)
		w.putIf(s.Default, " DEFAULT")
	case *LiveStmt:
		w.live(s)
	case *KillStmt:
		w.put("KILL ")
		w.expr(s.ID)
	case *OptionStmt:
		w.put("OPTION ")
		w.name(s.Name.Name)
		w.putIf(!s.Value, " = false")
	case *ShowStmt:
		w.show(s)
	case *AccessStmt:
		w.access(s)
	case *SelectStmt:
		w.selectStmt(s)
	case *CreateStmt:
		w.create(s)
	case *UpdateStmt:
		w.update(s)
	case *DeleteStmt:
		w.deleteStmt(s)
	case *InsertStmt:
		w.insert(s)
	case *RelateStmt:
		w.relate(s)
	case *LetStmt:
		w.put("LET ")
		w.param(s.Name.Name)
		if s.Kind != nil {
			w.put(": ")
			w.kind(s.Kind)
		}
		w.put(" = ")
		w.expr(s.Value)
	case *ReturnStmt:
		w.put("RETURN ")
		if s.Fetch == nil {
			w.expr(s.X)
		} else {
			w.element(s.X)
		}
		w.fetch(s.Fetch)
	case *ThrowStmt:
		w.put("THROW ")
		w.expr(s.X)
	case *BreakStmt:
		w.put("BREAK")
	case *ContinueStmt:
		w.put("CONTINUE")
	case *ForStmt:
		w.put("FOR ")
		w.param(s.Name.Name)
		w.put(" IN ")
		w.element(s.In)
		w.put(" ")
		w.braces(s.Body)
	case *IfStmt:
		w.ifStmt(s)
	case *SleepStmt:
		w.put("SLEEP ", s.Duration.Value.String())
	case *ExplainStmt:
		w.put("EXPLAIN ")
		w.putIf(s.Analyze, "ANALYZE ")
		w.putIf(s.JSON, "FORMAT JSON ")
		w.expr(s.X)
	case *InfoStmt:
		w.info(s)
	case *RebuildStmt:
		w.put("REBUILD INDEX ")
		w.putIf(s.IfExists, "IF EXISTS ")
		w.name(s.Name.Name)
		w.put(" ON ")
		w.name(s.Table.Name)
		w.putIf(s.Concurrently, " CONCURRENTLY")
	default:
		w.ddl(s)
	}
}

// exprStmt writes an expression as a statement. A comparison of a parameter
// with = would read as a LET that is missing.
func (w *printer) exprStmt(x Expr) {
	if b, ok := x.(*BinaryExpr); ok && b.Op == OpEqual {
		if _, isParam := b.X.(*Param); isParam {
			w.paren(x)
			return
		}
	}
	w.expr(x)
}

func (w *printer) ddl(s Stmt) {
	switch s := s.(type) {
	case Definition:
		w.define(s)
	case Alteration:
		w.alter(s)
	case *RemoveStmt:
		w.remove(s)
	default:
		panic(fmt.Sprintf("surql: Print of a %T", s))
	}
}

func (w *printer) live(s *LiveStmt) {
	w.put("LIVE SELECT ")
	if s.Diff {
		w.put("DIFF")
	} else {
		w.fields(s.Fields)
	}
	w.put(" FROM ")
	w.element(s.What)
	w.clauseExpr(" WHERE ", s.Where)
	w.fetch(s.Fetch)
}

func (w *printer) show(s *ShowStmt) {
	w.put("SHOW CHANGES FOR ")
	if s.Table.Name == "" {
		w.put("DATABASE")
	} else {
		w.put("TABLE ")
		w.name(s.Table.Name)
	}
	w.put(" SINCE ")
	w.expr(s.Since)
	if s.Limit != nil {
		w.put(" LIMIT ", strconv.FormatInt(*s.Limit, 10))
	}
}

func (w *printer) access(s *AccessStmt) {
	w.put("ACCESS ")
	w.name(s.Name.Name)
	w.base(" ON ", s.Base)
	switch s.Op {
	case AccessGrant:
		w.put(" GRANT FOR ")
		if s.Record != nil {
			w.put("RECORD ")
			w.expr(s.Record)
		} else {
			w.put("USER ")
			w.name(s.User.Name)
		}
		return
	case AccessPurge:
		w.put(" PURGE ")
		w.putIf(s.Expired, "EXPIRED")
		w.putIf(s.Expired && s.Revoked, ", ")
		w.putIf(s.Revoked, "REVOKED")
		if s.Grace != nil {
			w.put(" FOR ", s.Grace.Value.String())
		}
		return
	case AccessShow:
		w.put(" SHOW")
	case AccessRevoke:
		w.put(" REVOKE")
	}
	switch {
	case s.All:
		w.put(" ALL")
	case s.Where != nil:
		w.clauseExpr(" WHERE ", s.Where)
	default:
		w.put(" GRANT ")
		w.name(s.GrantID.Name)
	}
}

var baseText = [...]string{BaseRoot: "ROOT", BaseNamespace: "NAMESPACE", BaseDatabase: "DATABASE"}

// String returns the base's keyword.
func (b Base) String() string { return baseText[b] }

func (w *printer) base(keyword string, b Base) {
	if b != BaseNone {
		w.put(keyword, b.String())
	}
}

func (w *printer) selectStmt(s *SelectStmt) {
	w.put("SELECT ")
	w.fields(s.Fields)
	if len(s.Omit) > 0 {
		w.put(" OMIT ")
		list(w, s.Omit, w.element)
	}
	w.put(" FROM ")
	w.what(s.Only, s.What)
	w.with(s.With)
	w.clauseExpr(" WHERE ", s.Where)
	w.splitGroupOrder(s.Split, s.Group, s.Order)
	w.clauseExpr(" LIMIT ", s.Limit)
	w.clauseExpr(" START ", s.Start)
	w.fetch(s.Fetch)
	w.clauseExpr(" VERSION ", s.Version)
	w.clauseExpr(" TIMEOUT ", s.Timeout)
	w.putIf(s.TempFiles, " TEMPFILES")
	w.explain(s.Explain)
}

func (w *printer) what(only bool, what []Expr) {
	w.putIf(only, "ONLY ")
	list(w, what, w.element)
}

func (w *printer) fields(f *Fields) {
	w.putIf(f.Value, "VALUE ")
	list(w, f.Items, w.field)
}

func (w *printer) field(f *Field) {
	if f.Star() {
		w.put("*")
		return
	}
	w.element(f.X)
	if f.Alias != nil {
		w.put(" AS ")
		w.idiom(f.Alias, false)
	}
}

func (w *printer) with(with *With) {
	if with == nil {
		return
	}
	if len(with.Indexes) == 0 {
		w.put(" WITH NOINDEX")
		return
	}
	w.put(" WITH INDEX ")
	w.names(with.Indexes, ", ")
}

func (w *printer) splitGroupOrder(split []*Idiom, group *Group, order *Order) {
	if len(split) > 0 {
		w.put(" SPLIT ON ")
		w.idioms(split)
	}
	if group != nil {
		w.put(" ")
		w.group(group)
	}
	if order != nil {
		w.put(" ")
		w.order(order)
	}
}

func (w *printer) group(g *Group) {
	if len(g.By) == 0 {
		w.put("GROUP ALL")
		return
	}
	w.put("GROUP BY ")
	w.idioms(g.By)
}

func (w *printer) idioms(ids []*Idiom) {
	list(w, ids, func(id *Idiom) { w.idiom(id, false) })
}

func (w *printer) order(o *Order) {
	w.put("ORDER BY ")
	if len(o.By) == 0 {
		w.put("rand()")
		return
	}
	list(w, o.By, w.orderBy)
}

func (w *printer) orderBy(by *OrderBy) {
	w.idiom(by.Idiom, false)
	w.putIf(by.Collate, " COLLATE")
	w.putIf(by.Numeric, " NUMERIC")
	w.putIf(by.Desc, " DESC")
}

func (w *printer) fetch(fetch []Expr) {
	if len(fetch) == 0 {
		return
	}
	w.put(" FETCH ")
	list(w, fetch, w.element)
}

func (w *printer) explain(e *Explain) {
	if e == nil {
		return
	}
	w.put(" EXPLAIN")
	w.putIf(e.Full, " FULL")
}

func (w *printer) create(s *CreateStmt) {
	w.put("CREATE ")
	w.what(s.Only, s.What)
	w.dataClause(s.Data)
	w.outputClause(s.Output)
	w.clauseExpr(" VERSION ", s.Version)
	w.clauseExpr(" TIMEOUT ", s.Timeout)
}

func (w *printer) update(s *UpdateStmt) {
	if s.Upsert {
		w.put("UPSERT ")
	} else {
		w.put("UPDATE ")
	}
	w.what(s.Only, s.What)
	w.with(s.With)
	w.dataClause(s.Data)
	w.clauseExpr(" WHERE ", s.Where)
	w.outputClause(s.Output)
	w.clauseExpr(" TIMEOUT ", s.Timeout)
	w.explain(s.Explain)
}

func (w *printer) deleteStmt(s *DeleteStmt) {
	w.put("DELETE ")
	w.what(s.Only, s.What)
	w.with(s.With)
	w.clauseExpr(" WHERE ", s.Where)
	w.outputClause(s.Output)
	w.clauseExpr(" TIMEOUT ", s.Timeout)
	w.explain(s.Explain)
}

func (w *printer) dataClause(d Data) {
	if d == nil {
		return
	}
	w.put(" ")
	w.data(d)
}

func (w *printer) data(d Data) {
	switch d := d.(type) {
	case *SetData:
		w.put("SET ")
		list(w, d.Items, w.assignment)
	case *UnsetData:
		w.put("UNSET ")
		w.idioms(d.Fields)
	case *ValueData:
		w.put(d.Op.String(), " ")
		w.element(d.X)
	}
}

func (w *printer) assignment(a *Assignment) {
	w.idiom(a.Target, false)
	w.put(" ", a.Op.String(), " ")
	w.element(a.Value)
}

func (w *printer) outputClause(o *Output) {
	if o == nil {
		return
	}
	w.put(" ")
	w.output(o)
}

func (w *printer) output(o *Output) {
	w.put("RETURN ")
	if o.Kind == OutputFields {
		w.fields(o.Fields)
		return
	}
	w.put([...]string{
		OutputNone: "NONE", OutputNull: "NULL", OutputDiff: "DIFF", OutputBefore: "BEFORE", OutputAfter: "AFTER",
	}[o.Kind])
}

func (w *printer) insert(s *InsertStmt) {
	w.put("INSERT ")
	w.putIf(s.Relation, "RELATION ")
	w.putIf(s.Ignore, "IGNORE ")
	if s.Into != nil {
		w.put("INTO ")
		w.expr(s.Into)
		w.put(" ")
	}
	if s.Value != nil {
		w.element(s.Value)
	} else {
		w.put("(")
		w.idioms(s.Columns)
		w.put(") VALUES ")
		list(w, s.Rows, func(row []Expr) { w.args(row) })
	}
	if len(s.OnDuplicate) > 0 {
		w.put(" ON DUPLICATE KEY UPDATE ")
		list(w, s.OnDuplicate, w.assignment)
	}
	w.outputClause(s.Output)
	w.clauseExpr(" VERSION ", s.Version)
	w.clauseExpr(" TIMEOUT ", s.Timeout)
}

func (w *printer) relate(s *RelateStmt) {
	w.put("RELATE ")
	w.putIf(s.Only, "ONLY ")
	w.relateOperand(s.From)
	w.put("->")
	w.relateOperand(s.Edge)
	w.put("->")
	w.relateOperand(s.To)
	w.putIf(s.Unique, " UNIQUE")
	w.dataClause(s.Data)
	w.outputClause(s.Output)
	w.clauseExpr(" TIMEOUT ", s.Timeout)
}

// relateOperand writes a record, an edge, or what gives one.
func (w *printer) relateOperand(x Expr) {
	switch x.(type) {
	case *RecordID, *Param, *ArrayLit, *ParenExpr, *TableName:
		w.expr(x)
	default:
		w.paren(x)
	}
}

func (w *printer) ifStmt(s *IfStmt) {
	worded := s.Worded || !isBlock(s.Else) && s.Else != nil
	for _, b := range s.Branches {
		worded = worded || !isBlock(b.Body)
	}
	for i, b := range s.Branches {
		w.putIf(i > 0, " ELSE ")
		w.put("IF ")
		w.element(b.Cond)
		w.putIf(worded, " THEN")
		w.put(" ")
		w.ifBody(b.Body, worded)
	}
	if s.Else != nil {
		w.put(" ELSE ")
		w.ifBody(s.Else, worded)
	}
	w.putIf(worded, " END")
}

func isBlock(x Expr) bool {
	_, ok := x.(*Block)
	return ok
}

func (w *printer) ifBody(x Expr, worded bool) {
	if worded {
		w.element(x)
		return
	}
	w.braces(x.(*Block))
}

func (w *printer) info(s *InfoStmt) {
	w.put("INFO FOR ", [...]string{
		InfoRoot: "ROOT", InfoNamespace: "NAMESPACE", InfoDatabase: "DATABASE",
		InfoTable: "TABLE", InfoUser: "USER", InfoIndex: "INDEX",
	}[s.Target])
	w.clauseExpr(" ", s.Name)
	w.clauseExpr(" ON ", s.Table)
	w.base(" ON ", s.Base)
	w.clauseExpr(" VERSION ", s.Version)
	w.putIf(s.Structure, " STRUCTURE")
}
