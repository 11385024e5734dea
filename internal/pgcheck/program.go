package pgcheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
)

// A query is all that is known about one annotated query.
type query struct {
	*ir.Query
	block   *block
	request *requestQuery
	method  *method
	// row are the Go types of the columns of a row.
	row []*ir.Foreign
}

// program fills the IR from what sqlc has made of the project.
func (c *checker) program(req *request, pkg *golang) (*ir.Program, error) {
	requests := map[string]*requestQuery{}
	for _, q := range req.Queries {
		requests[q.Name] = q
	}
	effects := readEffects(c.schema)
	program := &ir.Program{Foreign: pkg.decls}
	for i, f := range c.queryFiles {
		file := &ir.QueryFile{Engine: ir.PostgreSQL, Name: baseName(f.Path), Doc: fileDoc(f), Span: f.Span(0, 0)}
		for _, b := range c.queries {
			if b.index != i || b.name == "" {
				continue
			}
			q, err := buildQuery(b, requests[b.name], pkg)
			if err != nil {
				return nil, fmt.Errorf("query %s: %w", b.name, err)
			}
			q.ReadOnly = q.Cardinality != ir.CopyFrom && effects.readOnly(scan(q.Text, 0, len(q.Text)))
			c.checkTraps(q)
			file.Queries = append(file.Queries, q.Query)
		}
		if len(file.Queries) > 0 {
			program.Files = append(program.Files, file)
		}
	}
	return program, nil
}

func buildQuery(b *block, req *requestQuery, pkg *golang) (*query, error) {
	if req == nil {
		return nil, fmt.Errorf("sqlc has generated nothing for it")
	}
	m := pkg.methods[req.Name]
	if m == nil {
		return nil, fmt.Errorf("sqlc has generated no method for it")
	}
	q := &query{block: b, request: req, method: m, Query: &ir.Query{
		Engine:      ir.PostgreSQL,
		Name:        req.Name,
		Doc:         b.doc,
		Text:        strings.TrimSpace(req.Text),
		Cardinality: ir.Cardinality(strings.TrimPrefix(req.Cmd, ":")),
		Span:        b.annotation,
	}}
	for i, p := range m.params {
		param := &ir.Param{Name: p.name, Type: p.typ, Span: b.annotation}
		if len(m.params) == len(req.Params) && !isStructOf(p.typ, pkg) {
			if name := req.Params[i].Column.Name; name != "" {
				param.Name = name
			}
			if span := b.paramSpan(param.Name); span.IsValid() {
				param.Span = span
			}
		}
		q.Params = append(q.Params, param)
	}
	row, err := rowType(q.Cardinality, m, pkg)
	if err != nil {
		return nil, err
	}
	if row == nil {
		return q, nil
	}
	q.Result = row
	q.row = []*ir.Foreign{row}
	if t := pkg.types[strings.TrimPrefix(row.Expr, "*")]; t != nil && len(t.fields) == len(req.Columns) {
		q.row = t.fields
	}
	return q, nil
}

// isStructOf reports whether a parameter is a struct of the generated package,
// or a list of them: it then has no name in the query.
func isStructOf(t *ir.Foreign, pkg *golang) bool {
	return pkg.types[strings.TrimLeft(t.Expr, "[]*")] != nil
}

// rowType returns the type of one row, or nil where the query returns none.
func rowType(cardinality ir.Cardinality, m *method, pkg *golang) (*ir.Foreign, error) {
	results := m.results
	switch cardinality {
	case ir.Exec, ir.ExecRows, ir.CopyFrom, ir.BatchExec:
		return nil, nil
	case ir.One, ir.ExecResult:
		if len(results) == 2 {
			return results[0], nil
		}
	case ir.Many:
		if len(results) == 2 {
			return elem(results[0])
		}
	case ir.BatchOne, ir.BatchMany:
		if len(results) != 1 {
			break
		}
		batch := pkg.batches[strings.TrimPrefix(results[0].Expr, "*")]
		if batch == nil || len(batch.results) != 3 {
			break
		}
		if cardinality == ir.BatchMany {
			return elem(batch.results[1])
		}
		return batch.results[1], nil
	}
	return nil, fmt.Errorf("the method that sqlc has generated for :%s has an unexpected form", cardinality)
}

// elem returns the element type of a slice.
func elem(t *ir.Foreign) (*ir.Foreign, error) {
	expr, ok := strings.CutPrefix(t.Expr, "[]")
	if !ok {
		return nil, fmt.Errorf("the method that sqlc has generated returns %s instead of a slice", t.Expr)
	}
	return &ir.Foreign{Expr: expr, Imports: t.Imports}, nil
}

// paramSpan returns the first place in the query that names a parameter, as
// @name, or in sqlc.arg(name) or sqlc.narg('name').
func (b *block) paramSpan(name string) source.Span {
	for i, t := range b.tokens {
		if i > 0 && t.isName() && strings.EqualFold(t.text, name) && b.tokens[i-1].is("@") {
			return b.span(t)
		}
		if macro, arg, ok := b.macro(i); ok && macro != "embed" && strings.EqualFold(argName(arg), name) {
			return b.span(arg)
		}
	}
	return source.Span{}
}

// macro reports whether a call such as sqlc.arg(name) starts at token i, and
// returns its name and its argument.
func (b *block) macro(i int) (name string, arg token, ok bool) {
	if i+4 >= len(b.tokens) {
		return "", token{}, false
	}
	t := b.tokens[i : i+5]
	ok = t[0].is("sqlc") && t[1].is(".") && t[2].kind == word && t[3].is("(") && (t[4].isName() || t[4].kind == literal)
	return t[2].text, t[4], ok
}

func argName(arg token) string { return strings.Trim(arg.text, "'") }

func baseName(p string) string {
	base := p[strings.LastIndexByte(p, '/')+1:]
	return strings.TrimSuffix(base, ".sql")
}

// checkTraps reports where sqlc's types are known not to be what PostgreSQL
// returns, as far as the query shows it.
func (c *checker) checkTraps(q *query) {
	c.checkParams(q)
	c.checkEmbeds(q)
	c.checkResults(q)
}

func (c *checker) checkParams(q *query) {
	for _, p := range q.request.Params {
		if p.Column.IsSqlcSlice {
			span := q.Span
			if s := q.block.paramSpan(p.Column.Name); s.IsValid() {
				span = s
			}
			c.diags.Errorf(span, diag.SQLSlice, "sqlc.slice does not work on PostgreSQL").
				WithHelp("write = ANY(@%s::bigint[]), with the column's type", p.Column.Name)
		}
	}
	numbers := map[string]bool{}
	for _, t := range scan(q.Text, 0, len(q.Text)) {
		if t.kind == param {
			numbers[t.text] = true
		}
	}
	// In a statement that sqlc does not look into, @name stays as it is.
	if left := q.unreplaced(); left.IsValid() {
		c.diags.Errorf(left, diag.SQLLostParameter, "sqlc does not see this parameter").
			WithHelp("sqlc does not look for parameters in %s: use a statement of another kind", strings.ToUpper(q.block.tokens[0].text))
	} else if len(numbers) != len(q.request.Params) {
		c.diags.Errorf(q.Span, diag.SQLLostParameter, "the query has %d parameters and sqlc sees %d of them", len(numbers), len(q.request.Params)).
			WithHelp("write the statement so that each parameter is compared with, or assigned to, a column")
	}
	for _, p := range q.method.params {
		if p.typ.Expr == "interface{}" {
			c.untyped(q.Span, "a parameter")
		}
	}
}

// unreplaced returns the first parameter that is still in the text that sqlc
// has made of the query as it stands in the file.
func (q *query) unreplaced() source.Span {
	text := &block{file: source.NewFile("", q.Text), tokens: scan(q.Text, 0, len(q.Text))}
	for i, t := range text.tokens {
		name := ""
		if macro, arg, ok := text.macro(i); ok && (macro == "arg" || macro == "narg") {
			name = argName(arg)
		} else if t.is("@") && i+1 < len(text.tokens) && text.tokens[i+1].isName() && text.tokens[0].is("merge") {
			name = text.tokens[i+1].text
		}
		if name != "" {
			return q.block.paramSpan(name)
		}
	}
	return source.Span{}
}

// checkEmbeds reports sqlc.embed of what an outer join may leave out.
func (c *checker) checkEmbeds(q *query) {
	for _, stmt := range q.block.statements() {
		optional := outerJoined(stmt)
		for i := range q.block.tokens {
			macro, arg, ok := q.block.macro(i)
			if !ok || macro != "embed" || !optional[arg.text] {
				continue
			}
			c.diags.Warnf(q.block.span(arg), diag.SQLEmbedOuterJoin, "%s may be without a row here, which sqlc.embed cannot hold", arg.text).
				WithHelp("list the columns of %s instead of embedding it, or use an inner join", arg.text)
		}
	}
}

// outerJoined returns the names of the relations that an outer join may leave
// without a row.
func outerJoined(stmt []token) map[string]bool {
	optional := map[string]bool{}
	var before []string // the relations of this FROM clause so far
	for i, t := range stmt {
		switch {
		case t.is("from"):
			before = nil
			if name := relationAt(stmt, i+1); name != "" {
				before = append(before, name)
			}
		case t.is("join"):
			kind := ""
			for j := i - 1; j >= 0 && kind == ""; j-- {
				if !stmt[j].is("outer") {
					kind = stmt[j].text
				}
			}
			name := relationAt(stmt, i+1)
			if kind == "left" || kind == "full" {
				optional[name] = true
			}
			if kind == "right" || kind == "full" {
				for _, earlier := range before {
					optional[earlier] = true
				}
			}
			before = append(before, name)
		case t.is(",") && len(before) > 0:
			if name := relationAt(stmt, i+1); name != "" {
				before = append(before, name)
			}
		}
	}
	return optional
}

// relationAt returns the name by which the query knows the relation that is
// written at token i: its alias, or its own name.
func relationAt(stmt []token, i int) string {
	if i < len(stmt) && (stmt[i].is("lateral") || stmt[i].is("only")) {
		i++
	}
	if i >= len(stmt) {
		return ""
	}
	name := ""
	if stmt[i].is("(") {
		i = closing(stmt, i) + 1
	} else {
		for ; i < len(stmt) && stmt[i].isName(); i += 2 {
			name = stmt[i].text
			if i+1 >= len(stmt) || !stmt[i+1].is(".") {
				i++
				break
			}
		}
	}
	if i < len(stmt) && stmt[i].is("as") {
		i++
	}
	if i < len(stmt) && (stmt[i].kind == quoted || stmt[i].kind == word && !reserved[stmt[i].text]) {
		name = stmt[i].text
	}
	return name
}

// closing returns the index of the parenthesis that closes the one at i, or of
// the last token.
func closing(tokens []token, i int) int {
	depth := 0
	for ; i < len(tokens); i++ {
		switch {
		case tokens[i].is("("):
			depth++
		case tokens[i].is(")"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(tokens) - 1
}

// checkResults reports columns that PostgreSQL may return as NULL where sqlc has
// chosen a Go type that cannot be, and columns that sqlc has no type for.
func (c *checker) checkResults(q *query) {
	if q.Result == nil || q.Cardinality == ir.ExecResult {
		return
	}
	items := selectList(q.block.statements())
	for i, column := range q.request.Columns {
		if i >= len(q.row) {
			break
		}
		typ := q.row[i]
		span := q.Span
		at := slices.IndexFunc(items, func(it item) bool { return it.name == column.Name })
		if at < 0 && len(items) == len(q.row) {
			at = i // without stars and embeds, the two go in step
		}
		if at >= 0 {
			span = q.block.file.Span(items[at].tokens[0].start, items[at].tokens[len(items[at].tokens)-1].end)
		}
		switch {
		case typ.Expr == "interface{}":
			c.untyped(span, "the column "+column.Name)
		case at >= 0 && items[at].nullable && !holdsNull(typ):
			c.diags.Warnf(span, diag.SQLNullableResult, "%s can be NULL and its Go type %s cannot hold that", column.Name, typ.Expr).
				WithHelp("wrap it in coalesce(…, a value), or select it from a LEFT JOIN, whose columns sqlc knows to be optional")
		}
	}
}

func (c *checker) untyped(span source.Span, what string) {
	c.diags.Warnf(span, diag.SQLUntyped, "sqlc finds no Go type for %s, which becomes an interface{}", what).
		WithHelp("cast it, as in max(id)::bigint, or give its database type a Go type under overrides")
}

// holdsNull reports whether a Go type has a value for NULL.
func holdsNull(t *ir.Foreign) bool {
	return strings.HasPrefix(t.Expr, "*") || strings.HasPrefix(t.Expr, "[]") || strings.HasPrefix(t.Expr, "Null") ||
		strings.HasPrefix(t.Expr, "pgtype.") || strings.HasPrefix(t.Expr, "sql.Null") || t.Expr == "json.RawMessage"
}

// An item is an expression of a select list.
type item struct {
	tokens   []token
	name     string
	nullable bool // it is NULL where a subquery or the whole query finds no rows
}

// selectList returns the items of the outermost select list of a query.
func selectList(stmts [][]token) []item {
	if len(stmts) == 0 {
		return nil
	}
	stmt := stmts[0]
	list, grouped := outerSelect(stmt)
	var items []item
	for _, tokens := range list {
		it := item{tokens: tokens}
		expr := tokens
		if n := len(tokens); n > 2 && tokens[n-1].isName() && tokens[n-2].is("as") {
			it.name, expr = tokens[n-1].text, tokens[:n-2]
		} else if tokens[0].isName() && n > 1 {
			it.name = tokens[0].text
		}
		it.nullable = isScalarSubquery(expr) || isBareAggregate(expr, grouped)
		items = append(items, it)
	}
	return items
}

// outerSelect returns the select list of the outermost SELECT, cut at its
// commas, and whether it has a GROUP BY.
func outerSelect(stmt []token) (list [][]token, grouped bool) {
	start, from := -1, -1
	for i := 0; i < len(stmt); i++ {
		t := stmt[i]
		switch {
		case t.is("("):
			i = closing(stmt, i)
		case t.is("select") && start < 0:
			start, from = i+1, i+1
		case start >= 0 && (t.is(",") || t.is("from")):
			if list != nil && from < 0 {
				continue
			}
			if from >= 0 && i > from {
				list = append(list, stmt[from:i])
			}
			from = i + 1
			if t.is("from") {
				from = -1
			}
		case t.is("group"):
			grouped = true
		}
	}
	if from >= 0 && from < len(stmt) && start >= 0 {
		list = append(list, stmt[from:])
	}
	return list, grouped
}

// isScalarSubquery reports whether an expression is (SELECT …), perhaps with a
// cast, that may find no row. A count always finds one.
func isScalarSubquery(expr []token) bool {
	if len(expr) < 3 || !expr[0].is("(") {
		return false
	}
	end := closing(expr, 0)
	if !onlyCast(expr[end+1:]) {
		return false
	}
	if expr[1].is("(") && closing(expr, 1) == end-1 {
		return isScalarSubquery(expr[1:end])
	}
	if !expr[1].is("select") && !expr[1].is("with") {
		return isBareAggregate(expr[1:end], false)
	}
	list, grouped := outerSelect(expr[1:end])
	if grouped || len(list) != 1 {
		return true
	}
	// Without groups, an aggregate gives exactly one row.
	alwaysRow := len(list[0]) > 1 && list[0][0].is("count") ||
		slices.ContainsFunc(list[0], func(t token) bool { return t.kind == word && emptyIsNull[t.text] }) && list[0][0].is("coalesce")
	return !alwaysRow
}

// isBareAggregate reports whether an expression is an aggregate that is NULL
// over no rows, perhaps with a cast.
func isBareAggregate(expr []token, grouped bool) bool {
	if len(expr) < 3 || expr[0].kind != word || !emptyIsNull[expr[0].text] || !expr[1].is("(") {
		return false
	}
	rest := expr[closing(expr, 1)+1:]
	filtered := false
	for len(rest) > 1 && (rest[0].is("filter") || rest[0].is("within")) {
		filtered = filtered || rest[0].is("filter")
		open := slices.IndexFunc(rest, func(t token) bool { return t.is("(") })
		if open < 0 {
			return false
		}
		rest = rest[closing(rest, open)+1:]
	}
	return onlyCast(rest) && (!grouped || filtered)
}

// onlyCast reports whether nothing but a cast follows an expression.
func onlyCast(rest []token) bool {
	return len(rest) == 0 || len(rest) > 2 && rest[0].is(":") && rest[1].is(":") &&
		!slices.ContainsFunc(rest[2:], func(t token) bool {
			return !t.isName() && t.kind != literal && !strings.Contains(".()[],", t.text)
		})
}
