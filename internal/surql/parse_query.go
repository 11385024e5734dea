package surql

import (
	"github.com/devq-ai/tandem/internal/diag"
)

// parallelRemoved is what became of PARALLEL.
const parallelRemoved = "PARALLEL was removed in SurrealDB 3: the engine runs in parallel by itself"

var (
	selectClauses = &clauses{
		words: []string{
			"AS", "OMIT", "FROM", "WITH", "WHERE", "SPLIT", "GROUP", "ORDER", "LIMIT", "START",
			"FETCH", "VERSION", "TIMEOUT", "TEMPFILES", "EXPLAIN", "AND", "OR", "IS", "IN", "CONTAINS",
		},
		removed: map[string]string{"PARALLEL": parallelRemoved},
	}
	writeClauses = &clauses{
		words: []string{
			"SET", "UNSET", "CONTENT", "MERGE", "PATCH", "REPLACE", "WITH", "WHERE", "RETURN",
			"TIMEOUT", "EXPLAIN", "AND", "OR",
		},
		removed: map[string]string{"PARALLEL": parallelRemoved},
	}
	insertClauses = &clauses{
		words:   []string{"INTO", "VALUES", "ON", "RETURN", "TIMEOUT", "IGNORE", "RELATION"},
		removed: map[string]string{"PARALLEL": parallelRemoved},
	}
)

func (p *parser) selectStmt() Expr {
	start := p.take()
	s := &SelectStmt{}
	first := p.tok
	s.Fields = p.fields()
	sel := selection{s.Fields, covering(first, p.last)}
	if p.eat(kwOmit) {
		s.Omit = p.exprs(p.exprField)
	}
	p.hint(selectClauses)
	p.expect(kwFrom)
	s.Only = p.eat(kwOnly)
	s.What = p.exprs(p.exprTable)
	s.With = p.with()
	s.Where = p.where()
	s.Split, s.Group, s.Order = p.splitGroupOrder(sel)
	s.Limit, s.Start = p.limitStart()
	s.Fetch = p.fetch()
	if p.eat(kwVersion) {
		s.Version = p.exprField()
	}
	s.Timeout = p.timeout()
	s.TempFiles = p.eat(kwTempfiles)
	s.Explain = p.explain()
	p.hint(selectClauses)
	s.pos = p.pos(start)
	return s
}

// exprs parses one or more expressions separated by commas.
func (p *parser) exprs(parse func() Expr) []Expr {
	list := []Expr{parse()}
	for p.eat(tComma) {
		list = append(list, parse())
	}
	return list
}

func (p *parser) fields() *Fields {
	start := p.tok
	f := &Fields{}
	if p.eat(kwValue) {
		f.Value = true
		first := p.tok
		item := &Field{X: p.exprField()}
		if p.eat(kwAs) {
			item.Alias = p.valueAlias()
		}
		item.pos = p.pos(first)
		f.Items = []*Field{item}
		f.pos = p.pos(start)
		return f
	}
	for {
		first := p.tok
		item := &Field{}
		if !p.eat(tStar) {
			item.X = p.exprField()
			if p.eat(kwAs) {
				item.Alias = p.plainIdiom()
			}
		}
		item.pos = p.pos(first)
		f.Items = append(f.Items, item)
		if !p.eat(tComma) {
			f.pos = p.pos(start)
			return f
		}
	}
}

// valueAlias parses the alias of SELECT VALUE, which since 3.1 is a name.
func (p *parser) valueAlias() *Idiom {
	if !p.opts.Engine.atLeast(V3_1) {
		return p.basicIdiom()
	}
	id := p.ident()
	return newFieldIdiom(id.pos, id.Name)
}

func (p *parser) where() Expr {
	if !p.eat(kwWhere) {
		return nil
	}
	return p.exprField()
}

func (p *parser) timeout() Expr {
	if !p.eat(kwTimeout) {
		return nil
	}
	return p.exprField()
}

func (p *parser) explain() *Explain {
	start := p.tok
	if !p.eat(kwExplain) {
		return nil
	}
	full := p.eat(kwFull)
	return &Explain{p.pos(start), full}
}

func (p *parser) with() *With {
	start := p.tok
	if !p.eat(kwWith) {
		return nil
	}
	w := &With{}
	switch p.take().kind {
	case kwNoindex:
	case kwNo:
		p.expect(kwIndex)
	case kwIndex:
		w.Indexes = p.idents(tComma)
	default:
		p.unexpected(p.last, "`NOINDEX`, `NO INDEX` or `INDEX`")
	}
	w.pos = p.pos(start)
	return w
}

func (p *parser) fetch() []Expr {
	if !p.eat(kwFetch) {
		return nil
	}
	var list []Expr
	for {
		switch p.tok.kind {
		case tParam:
			list = append(list, p.param())
		case kwType:
			// type::field(…) and type::fields(…); the engine takes a whole
			// projection here and drops its aliases and stars.
			for _, f := range p.fields().Items {
				if !f.Star() {
					list = append(list, f.X)
				}
			}
		default:
			list = append(list, p.plainIdiom())
		}
		if !p.eat(tComma) {
			return list
		}
	}
}

func (p *parser) limitStart() (limit, start Expr) {
	if p.tok.kind == kwStart {
		start = p.startClause()
		return p.limit(), start
	}
	limit = p.limit()
	return limit, p.startClause()
}

func (p *parser) limit() Expr {
	if !p.eat(kwLimit) {
		return nil
	}
	p.eat(kwBy)
	return p.exprField()
}

func (p *parser) startClause() Expr {
	if !p.eat(kwStart) {
		return nil
	}
	p.eat(kwAt)
	return p.exprField()
}

// A selection is what the idioms of SPLIT, GROUP and ORDER are checked against.
type selection struct {
	fields *Fields
	span   lexeme
}

func (p *parser) splitGroupOrder(sel selection) (split []*Idiom, group *Group, order *Order) {
	start := p.tok
	split = p.split(sel)
	splitSpan := covering(start, p.last)
	start = p.tok
	group = p.group(sel)
	if split != nil && group != nil {
		d := p.errorf(splitSpan, diag.SurqlClause, "SPLIT and GROUP exclude each other")
		panic(syntaxError{d.WithRelated(p.span(covering(start, p.last)), "GROUP is here")})
	}
	return split, group, p.order(sel)
}

func (p *parser) split(sel selection) []*Idiom {
	if !p.eat(kwSplit) {
		return nil
	}
	p.eat(kwOn)
	return p.selectedIdioms(sel, "SPLIT")
}

func (p *parser) group(sel selection) *Group {
	start := p.tok
	if !p.eat(kwGroup) {
		return nil
	}
	g := &Group{}
	if !p.eat(kwAll) {
		p.eat(kwBy)
		g.By = p.selectedIdioms(sel, "GROUP")
	}
	g.pos = p.pos(start)
	return g
}

func (p *parser) selectedIdioms(sel selection, clause string) []*Idiom {
	var list []*Idiom
	for {
		start := p.tok
		id := p.basicIdiom()
		p.checkSelected(sel, clause, id, covering(start, p.last))
		list = append(list, id)
		if !p.eat(tComma) {
			return list
		}
	}
}

func (p *parser) order(sel selection) *Order {
	start := p.tok
	if !p.eat(kwOrder) {
		return nil
	}
	p.eat(kwBy)
	o := &Order{}
	if p.eat(kwRand) {
		p.role(p.last, roleName)
		open := p.expect(tLParen)
		p.role(open, roleCall)
		p.expectClose(tRParen, open)
		o.pos = p.pos(start)
		return o
	}
	reported := p.tok // where the engine sees what is not selected: at the comma, if there is one
	for {
		first := p.tok
		by := &OrderBy{Idiom: p.basicIdiom()}
		by.Collate = p.eat(kwCollate)
		by.Numeric = p.eat(kwNumeric)
		if !p.eat(kwAsc) {
			by.Desc = p.eat(kwDesc)
		}
		by.pos = p.pos(first)
		p.checkSelected(sel, "ORDER", by.Idiom, covering(reported, p.last))
		o.By = append(o.By, by)
		if !p.eat(tComma) {
			o.pos = p.pos(start)
			return o
		}
		reported = p.last
	}
}

// checkSelected fails if an idiom of SPLIT, GROUP or ORDER is not selected.
func (p *parser) checkSelected(sel selection, clause string, id *Idiom, at lexeme) {
	if sel.fields.HasStar() || clause == "ORDER" && sel.fields.Value && p.opts.Engine.atLeast(V3_1) {
		return
	}
	for _, f := range sel.fields.Items {
		if f.Alias != nil && sameParts(id.Parts, f.Alias.Parts) {
			return
		}
		parts, ok := outputParts(f.X)
		if !ok {
			continue
		}
		if sameParts(id.Parts, parts) ||
			clause == "GROUP" && len(id.Parts) < len(parts) && sameParts(id.Parts, parts[:len(id.Parts)]) {
			return
		}
	}
	d := p.errorf(at, diag.SurqlNotSelected, "`%s` of %s is not selected", Print(id), clause)
	d.Help = "select it, give a selected expression this name with AS, or select *"
	panic(syntaxError{d.WithRelated(p.span(sel.span), "these are the selected fields")})
}

// outputParts returns the idiom under which an expression without an alias
// appears in the output.
func outputParts(x Expr) (parts []Part, ok bool) {
	name := ""
	switch x := Unparen(x).(type) {
	case *Idiom:
		return x.Parts, x.Start == nil
	case *Param:
		name = x.Name
	case *FunctionCall:
		name = x.Name.Path
	case *StringLit:
		name = x.Value
	default:
		name = Print(x)
	}
	return []Part{&FieldPart{Name: name}}, true
}

// sameParts reports whether the parts of a basic idiom equal others.
func sameParts(basic, parts []Part) bool {
	if len(basic) != len(parts) {
		return false
	}
	for i := range basic {
		if !samePart(basic[i], parts[i]) {
			return false
		}
	}
	return true
}

func samePart(a, b Part) bool {
	switch a := a.(type) {
	case *FieldPart:
		b, ok := b.(*FieldPart)
		return ok && a.Name == b.Name
	case *AllPart:
		_, ok := b.(*AllPart)
		return ok
	case *LastPart:
		_, ok := b.(*LastPart)
		return ok
	case *IndexPart:
		b, ok := b.(*IndexPart)
		return ok && Equal(a.X, b.X)
	}
	return false
}

func (p *parser) create() Expr {
	start := p.take()
	s := &CreateStmt{Only: p.eat(kwOnly)}
	s.What = p.exprs(p.exprTable)
	s.Data = p.data()
	s.Output = p.output()
	if p.eat(kwVersion) {
		s.Version = p.exprField()
	}
	s.Timeout = p.timeout()
	p.hint(writeClauses)
	s.pos = p.pos(start)
	return s
}

func (p *parser) update() Expr {
	start := p.take()
	s := &UpdateStmt{Upsert: start.kind == kwUpsert, Only: p.eat(kwOnly)}
	s.What = p.exprs(p.exprTable)
	s.With = p.with()
	s.Data = p.data()
	s.Where = p.where()
	s.Output = p.output()
	s.Timeout = p.timeout()
	s.Explain = p.explain()
	p.hint(writeClauses)
	s.pos = p.pos(start)
	return s
}

func (p *parser) deleteStmt() Expr {
	start := p.take()
	p.eat(kwFrom)
	s := &DeleteStmt{Only: p.eat(kwOnly)}
	s.What = p.exprs(p.exprTable)
	s.With = p.with()
	s.Where = p.where()
	s.Output = p.output()
	s.Timeout = p.timeout()
	s.Explain = p.explain()
	p.hint(writeClauses)
	s.pos = p.pos(start)
	return s
}

func (p *parser) data() Data {
	start := p.tok
	op := DataContent
	switch start.kind {
	case kwSet:
		p.advance()
		items := p.assignments()
		return &SetData{p.pos(start), items}
	case kwUnset:
		p.advance()
		fields := p.plainIdioms()
		return &UnsetData{p.pos(start), fields}
	case kwContent:
	case kwMerge:
		op = DataMerge
	case kwPatch:
		op = DataPatch
	case kwReplace:
		op = DataReplace
	default:
		return nil
	}
	p.advance()
	x := p.exprField()
	return &ValueData{p.pos(start), op, x}
}

func (p *parser) assignments() []*Assignment {
	var list []*Assignment
	for {
		start := p.tok
		a := &Assignment{Target: p.plainIdiom()}
		switch p.take().kind {
		case tEqual:
		case tPlusEqual:
			a.Op = AssignAdd
		case tMinusEqual:
			a.Op = AssignSub
		case tExtend:
			a.Op = AssignExtend
		default:
			p.unexpected(p.last, "`=`, `+=`, `-=` or `+?=`")
		}
		a.Value = p.exprField()
		a.pos = p.pos(start)
		list = append(list, a)
		if !p.eat(tComma) {
			return list
		}
	}
}

var outputKinds = map[token]OutputKind{
	kwNone: OutputNone, kwNull: OutputNull, kwDiff: OutputDiff, kwBefore: OutputBefore, kwAfter: OutputAfter,
}

func (p *parser) output() *Output {
	start := p.tok
	if !p.eat(kwReturn) {
		return nil
	}
	o := &Output{Kind: outputKinds[p.tok.kind]}
	if o.Kind == OutputFields {
		o.Fields = p.fields()
	} else {
		p.advance()
	}
	o.pos = p.pos(start)
	return o
}

func (p *parser) insert() Expr {
	start := p.take()
	s := &InsertStmt{Relation: p.eat(kwRelation), Ignore: p.eat(kwIgnore)}
	if p.eat(kwInto) {
		into := p.tok
		if into.kind == tParam {
			s.Into = p.param()
		} else {
			name := p.name()
			s.Into = &TableName{p.pos(into), name}
		}
	}
	if !p.insertColumns(s) {
		s.Value = p.exprField()
	}
	if p.eat(kwOn) {
		p.expect(kwDuplicate)
		p.expect(kwKey)
		p.expect(kwUpdate)
		s.OnDuplicate = p.assignments()
	}
	s.Output = p.output()
	if p.eat(kwVersion) {
		s.Version = p.exprField()
	}
	s.Timeout = p.timeout()
	p.hint(insertClauses)
	s.pos = p.pos(start)
	return s
}

// insertColumns parses (a, b) VALUES (1, 2), (3, 4), or returns false and does
// not move. Whether a parenthesis begins a list of columns shows at the comma
// after the first one, or at VALUES.
func (p *parser) insertColumns(s *InsertStmt) bool {
	open := p.tok
	if open.kind != tLParen || p.notValues[open.start] {
		return false
	}
	m, depth := p.mark(), [3]int{p.queryDepth, p.objectDepth, p.depth}
	no := func() bool {
		if p.notValues == nil {
			p.notValues = map[int32]bool{}
		}
		p.notValues[open.start] = true
		p.queryDepth, p.objectDepth, p.depth = depth[0], depth[1], depth[2]
		p.reset(m)
		return false
	}
	p.advance()
	if p.tok.kind.startsStatement() {
		return no()
	}
	tableNames := p.tableNames
	if p.try(func() { s.Columns = []*Idiom{p.plainIdiom()} }) != nil {
		s.Columns, p.tableNames = nil, tableNames
		return no()
	}
	if p.tok.kind != tComma && p.tok.kind != tRParen {
		s.Columns = nil
		return no()
	}
	comma := p.tok.kind == tComma
	for p.eat(tComma) && p.tok.kind != tRParen {
		s.Columns = append(s.Columns, p.plainIdiom())
	}
	p.expectClose(tRParen, open)
	columns := covering(open, p.last)
	if !comma && p.tok.kind != kwValues {
		s.Columns = nil
		return no()
	}
	p.hint(insertClauses)
	p.expect(kwValues)
	for {
		s.Rows = append(s.Rows, p.insertRow(len(s.Columns), columns))
		if !p.eat(tComma) {
			return true
		}
	}
}

func (p *parser) insertRow(n int, columns lexeme) []Expr {
	open := p.expect(tLParen)
	var row []Expr
	for {
		row = append(row, p.exprField())
		if !p.eat(tComma) {
			p.expectClose(tRParen, open)
			break
		}
		if p.eat(tRParen) {
			break
		}
	}
	if len(row) != n {
		d := p.errorf(covering(open, p.last), diag.SurqlClause, "there are %d values for %d columns", len(row), n)
		panic(syntaxError{d.WithRelated(p.span(columns), "the columns are here")})
	}
	return row
}

func (p *parser) relate() Expr {
	start := p.take()
	s := &RelateStmt{Only: p.eat(kwOnly)}
	first := p.relateRecord()
	out := p.tok.kind == tArrow
	p.relateArrow(out)
	s.Edge = p.relateEdge()
	p.relateArrow(out)
	s.From, s.To = first, p.relateRecord()
	if !out {
		s.From, s.To = s.To, s.From
	}
	s.Unique = p.eat(kwUnique)
	s.Data = p.data()
	s.Output = p.output()
	s.Timeout = p.timeout()
	p.hint(writeClauses)
	s.pos = p.pos(start)
	return s
}

func (p *parser) relateArrow(out bool) {
	p.role(p.tok, roleArrow)
	if out {
		p.expect(tArrow)
		return
	}
	if p.tok.kind != tLess {
		p.unexpected(p.tok, "`->` or `<-`")
	}
	p.advance()
	p.role(p.expectAdjacent(tMinus), roleTight)
}

func (p *parser) relateRecord() Expr {
	open := p.tok
	switch open.kind {
	case tLBracket:
		p.advance()
		return p.array(open)
	case tParam:
		return p.param()
	case kwReturn, kwSelect, kwCreate, kwUpsert, kwUpdate, kwDelete, kwRelate, kwDefine, kwAlter,
		kwRemove, kwRebuild, kwInfo, kwIf:
		return p.exprField()
	case tLParen:
		p.advance()
		x := p.exprField()
		p.expectClose(tRParen, open)
		return &ParenExpr{p.pos(open), x}
	}
	return p.recordID()
}

func (p *parser) relateEdge() Expr {
	open := p.tok
	switch open.kind {
	case tParam:
		return p.param()
	case tLParen:
		p.advance()
		x := p.exprInherit()
		p.expectClose(tRParen, open)
		return &ParenExpr{p.pos(open), x}
	}
	if p.adjacent1() == tColon {
		return p.recordID()
	}
	name := p.name()
	return &TableName{p.pos(open), name}
}
