package pgcheck

import (
	"cmp"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
)

// checkTraps reports where sqlc's types are known not to be what PostgreSQL
// returns, as far as the query shows it.
func (c *checker) checkTraps(q *query) {
	c.checkParams(q)
	c.checkEmbeds(q)
	c.checkResults(q)
	c.checkArrays(q)
}

func (c *checker) checkParams(q *query) {
	for _, p := range q.request.Params {
		if p.Column.IsSqlcSlice {
			c.diags.Errorf(q.paramPlace(p.Column.Name), diag.SQLSlice, "sqlc.slice does not work on PostgreSQL").
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
			WithHelp("sqlc does not look for parameters in MERGE: use INSERT … ON CONFLICT, or several statements")
	} else if len(numbers) != len(q.request.Params) {
		c.diags.Errorf(q.Span, diag.SQLLostParameter, "the query has %d parameters and sqlc sees %d of them", len(numbers), len(q.request.Params)).
			WithHelp("write the statement so that each parameter is compared with, or assigned to, a column")
	}
	for i, typ := range q.args {
		if name := q.request.Params[i].Column.Name; strings.HasSuffix(typ.Expr, "interface{}") {
			c.untyped(q.paramPlace(name), "the parameter "+name, "@"+name+"::text")
		}
	}
}

// paramPlace returns the place of a parameter in the query file, or that of the
// query where the parameter has no name.
func (q *query) paramPlace(name string) source.Span {
	if span := q.block.paramSpan(name); span.IsValid() {
		return span
	}
	return q.Span
}

// unreplaced returns the first parameter that is still in the text that sqlc
// has made of the query as it stands in the file.
func (q *query) unreplaced() source.Span {
	text := &block{tokens: scan(q.Text, 0, len(q.Text))}
	merge := false // elsewhere, @ is an operator by now
	for i, t := range text.tokens {
		name := ""
		merge = merge || t.is("merge") && i+1 < len(text.tokens) && text.tokens[i+1].is("into")
		if macro, arg, ok := text.macro(i); ok && (macro == "arg" || macro == "narg") {
			name = argName(arg)
		} else if t.is("@") && i+1 < len(text.tokens) && text.tokens[i+1].isName() && merge {
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
	optional := outerJoined(q.block.tokens)
	for i := range q.block.tokens {
		macro, arg, ok := q.block.macro(i)
		if !ok || macro != "embed" || !optional[arg.text] {
			continue
		}
		c.diags.Warnf(q.block.span(arg), diag.SQLEmbedOuterJoin, "%s may be without a row here, which sqlc.embed cannot hold", arg.text).
			WithHelp("list the columns of %s instead of embedding it, or use an inner join", arg.text)
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
			c.untyped(span, "the column "+column.Name, "coalesce(max(id), 0)::bigint")
		case at >= 0 && items[at].nullable && !holdsNull(typ):
			name := cmp.Or(column.Name, "the result")
			c.diags.Warnf(span, diag.SQLNullableResult, "%s can be NULL and its Go type %s cannot hold that", name, typ.Expr).
				WithHelp("give it a value for that case, as in coalesce(max(id), 0)::bigint, or select it from a LEFT JOIN, whose columns sqlc knows to be optional")
		}
	}
}

func (c *checker) untyped(span source.Span, what, cast string) {
	c.diags.Warnf(span, diag.SQLUntyped, "sqlc finds no Go type for %s, which becomes an interface{}", what).
		WithHelp("cast it, as in %s, or give its database type a Go type under overrides", cast)
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

// checkArrays reports arrays that cannot be sent or read: pgx knows those of
// PostgreSQL's own types, and Tandem's pool those of enums, domains and citext.
func (c *checker) checkArrays(q *query) {
	for _, p := range q.request.Params {
		if p.Column.IsArray && c.ownTypes[p.Column.Type.Name] {
			c.diags.Warnf(q.paramPlace(p.Column.Name), diag.SQLArray, "pgx cannot send an array of %s", p.Column.Type.Name).
				WithHelp("compare as text, as in attrs::text = ANY(@attrs::text[])")
		}
	}
	for _, column := range q.request.Columns {
		if column.IsArray && c.ownTypes[column.Type.Name] {
			c.diags.Warnf(q.Span, diag.SQLArray, "pgx cannot read the column %s, an array of %s", column.Name, column.Type.Name).
				WithHelp("select it as text, as in %s::text[]", column.Name)
		}
	}
}

// readTypes returns the names of the types whose arrays the pool does not know:
// what the schema defines with CREATE TYPE and is no enum, and what extensions
// of PostgreSQL's define.
func readTypes(schema []*block) map[string]bool {
	types := wordSet("cube hstore isbn issn lquery ltree ltxtquery seg")
	for _, b := range schema {
		kind, at := created(b.tokens)
		isEnum := slices.ContainsFunc(b.tokens, func(t token) bool { return t.is("enum") })
		if kind == "type" && !isEnum {
			types[lastName(b.tokens[at:])] = true
		}
	}
	return types
}
