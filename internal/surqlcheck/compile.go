package surqlcheck

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// Compile compiles query files against schema files. The schema files are
// applied in the given order, whatever they define first.
//
// A query begins with a comment line
//
//	-- name: RecallNotes :many
//
// and has the statements up to the next such line. The comment lines beside it
// are its documentation, but for those that declare a parameter:
//
//	-- @param id record<note>
//
// The command says what the query gives its caller. The result is that of the
// last statement that has one, or of the statement below a comment line
//
//	-- @result name
//
// Several such lines make the query, which then is :one, return the whole
// results of all these statements, under these names.
//
//	:one    one value. Of a statement with ONLY and of RETURN it is the result
//	        itself; NONE is "not found". Of other statements it is the only
//	        row; no row is "not found", and several are an error.
//	:many   a list: the rows, or the elements that RETURN returns.
//	:iter   as :many, but each element is decoded when the caller comes to it.
//	:exec   nothing.
//	:live   a subscription to what LIVE SELECT selects.
//
// The program and the catalog hold whatever could be compiled, also where the
// list holds errors.
func Compile(schema, queries []*source.File) (*ir.Program, *Catalog, *diag.List) {
	diags := &diag.List{}
	cat := NewCatalog()
	for _, file := range schema {
		script, found := surql.Parse(file, surql.Options{})
		diags.Merge(found)
		diags.Merge(cat.Apply(script))
	}
	diags.Merge(cat.Check())
	l, models := cat.lower()
	cc := &compiler{cat: cat, lowering: l, diags: diags, names: map[string]source.Span{}}
	program := &ir.Program{Models: models}
	for _, file := range queries {
		program.Files = append(program.Files, cc.file(file))
	}
	slices.SortStableFunc(program.Files, func(a, b *ir.QueryFile) int { return strings.Compare(a.Name, b.Name) })
	return program, cat, diags
}

type compiler struct {
	cat      *Catalog
	lowering *lowering
	diags    *diag.List
	names    map[string]source.Span // of the queries so far
}

// A draft is a query as it stands in a file.
type draft struct {
	name, command string
	span          source.Span // of the annotation
	doc           []string
	params        []draftParam
	stmts         []surql.Stmt
	results       []draftResult
}

// A draftResult is a line "@result name".
type draftResult struct {
	name string
	span source.Span
	stmt int // the statement below the line
}

type draftParam struct {
	name, kind string
	span, at   source.Span // of the whole line, and of the kind
}

func (cc *compiler) file(file *source.File) *ir.QueryFile {
	script, found := surql.Parse(file, surql.Options{KeepComments: true})
	cc.diags.Merge(found)
	out := &ir.QueryFile{
		Engine: ir.SurrealDB,
		Name:   strings.TrimSuffix(path.Base(file.Path), path.Ext(file.Path)),
		Span:   file.Span(0, 0),
	}
	drafts, doc := cc.drafts(script, found.HasErrors())
	out.Doc = doc
	for _, d := range drafts {
		if q := cc.query(d); q != nil {
			out.Queries = append(out.Queries, q)
		}
	}
	return out
}

// drafts cuts a file into its queries. doc is what the file says of itself:
// the comments at its top that belong to no query.
func (cc *compiler) drafts(script *surql.Script, broken bool) (drafts []*draft, doc []string) {
	blocks := commentBlocks(script)
	next := 0
	for i := range script.Stmts {
		stmt := script.Stmts[i]
		for next < len(blocks) && blocks[next].span.Start < stmt.Span().Start {
			drafts, doc = cc.block(blocks[next], drafts, doc)
			next++
		}
		if len(drafts) == 0 {
			cc.diags.Errorf(stmt.Span(), diag.QueryAnnotation, "this statement belongs to no query").
				WithHelp("write a line above it: -- name: GetNote :one")
			continue
		}
		last := drafts[len(drafts)-1]
		last.stmts = append(last.stmts, stmt)
	}
	for ; next < len(blocks); next++ {
		drafts, doc = cc.block(blocks[next], drafts, doc)
	}
	if broken {
		// A query without statements may be one whose statements did not parse.
		drafts = slices.DeleteFunc(drafts, func(d *draft) bool { return len(d.stmts) == 0 })
	}
	return drafts, doc
}

// A commentBlock is a run of line comments without an empty line between them.
type commentBlock struct {
	lines []surql.Comment
	span  source.Span
}

// commentBlocks returns the blocks of comments that stand outside of
// statements.
func commentBlocks(script *surql.Script) []commentBlock {
	blocks := make([]commentBlock, 0, len(script.Comments))
	stmt := 0
	for i := range script.Comments {
		comment := &script.Comments[i]
		span := comment.Span()
		for stmt < len(script.Stmts) && script.Stmts[stmt].Span().End <= span.Start {
			stmt++
		}
		inside := stmt < len(script.Stmts) && script.Stmts[stmt].Span().Start < span.Start
		if inside || !comment.Line() {
			continue
		}
		if n := len(blocks); n > 0 {
			between := script.File.Text[blocks[n-1].span.End:span.Start]
			if strings.TrimSpace(between) == "" && strings.Count(between, "\n") <= 1 {
				// Only white space is in between: no comment was passed over.
				blocks[n-1].lines = script.Comments[i-len(blocks[n-1].lines) : i+1]
				blocks[n-1].span.End = span.End
				continue
			}
		}
		blocks = append(blocks, commentBlock{script.Comments[i : i+1], span})
	}
	return blocks
}

// block reads the annotations of a block of comments.
func (cc *compiler) block(b commentBlock, drafts []*draft, fileDoc []string) ([]*draft, []string) {
	var doc []string
	var params []draftParam
	var results []draftResult
	var begun *draft
	for i := range b.lines {
		comment := &b.lines[i]
		text := comment.Text()
		word, _, _ := strings.Cut(text, " ")
		switch {
		case strings.HasPrefix(text, "name:"):
			if begun = cc.annotation(comment, strings.TrimPrefix(text, "name:")); begun == nil {
				begun = &draft{span: comment.Span()}
			}
			drafts = append(drafts, begun)
		case word == "@param":
			if p, ok := cc.paramLine(comment); ok {
				params = append(params, p)
			}
		case word == "@result":
			name := strings.TrimSpace(strings.TrimPrefix(text, "@result"))
			if !isIdent(name) {
				cc.diags.Errorf(comment.Span(), diag.QueryAnnotation, "a result's line is a name").
					WithHelp("write -- @result notes")
				continue
			}
			results = append(results, draftResult{name: name, span: comment.Span()})
		case strings.HasPrefix(word, "@") && len(word) > 1:
			d := cc.diags.Errorf(comment.Span(), diag.QueryAnnotation, "there is no annotation %s", word)
			if near := diag.Nearest(word, []string{"@param", "@result"}); near != "" {
				d.WithHelp("did you mean %s?", near)
			} else {
				d.WithHelp("the annotations are @param and @result; begin a comment with another character")
			}
		default:
			doc = append(doc, docLine(comment))
		}
	}
	switch {
	case begun != nil:
		begun.doc, begun.params, begun.results = doc, params, results
	case len(params)+len(results) > 0 && len(drafts) > 0:
		last := drafts[len(drafts)-1]
		last.params = append(last.params, params...)
		for _, r := range results {
			r.stmt = len(last.stmts)
			last.results = append(last.results, r)
		}
	case len(drafts) == 0:
		fileDoc = append(fileDoc, doc...)
	}
	return drafts, fileDoc
}

// docLine returns a comment's text with what it is indented by.
func docLine(comment *surql.Comment) string {
	text := strings.TrimLeft(comment.Span().Text(), "-#/")
	return strings.TrimPrefix(strings.TrimRightFunc(text, unicode.IsSpace), " ")
}

var commands = []string{":one", ":many", ":iter", ":exec", ":live"}

// annotation reads what follows "name:".
func (cc *compiler) annotation(comment *surql.Comment, text string) *draft {
	words := strings.Fields(text)
	fail := func(format string, args ...any) *draft {
		cc.diags.Errorf(comment.Span(), diag.QueryAnnotation, format, args...).
			WithHelp("write -- name: GetNote :one, with one of the commands %s", strings.Join(commands, " "))
		return nil
	}
	if len(words) != 2 {
		return fail("an annotation is a name and a command")
	}
	d := &draft{name: words[0], command: words[1], span: comment.Span()}
	if !isIdent(d.name) {
		return fail("%s is no name for a query: use letters, digits and underscores", d.name)
	}
	if d.name[0] == '_' { // no Go name that other packages see
		return fail("%s is no name for a query: begin with a letter", d.name)
	}
	if !slices.Contains(commands, d.command) {
		return fail("there is no command %s", d.command)
	}
	if first, ok := cc.names[d.name]; ok {
		cc.diags.Errorf(d.span, diag.QueryDuplicate, "there is already a query %s", d.name).
			WithRelated(first, "the first one")
		return nil
	}
	cc.names[d.name] = d.span
	return d
}

// paramLine reads a line "@param name kind".
func (cc *compiler) paramLine(comment *surql.Comment) (draftParam, bool) {
	span := comment.Span()
	text := span.Text()
	rest := strings.TrimSpace(text[strings.Index(text, "@param")+len("@param"):])
	name, kindText, ok := strings.Cut(rest, " ")
	kindText = strings.TrimSpace(kindText)
	name = strings.TrimPrefix(name, "$")
	if !ok || kindText == "" || !isIdent(name) {
		cc.diags.Errorf(span, diag.QueryAnnotation, "a parameter's line is a name and a kind").
			WithHelp("write -- @param id record<note>")
		return draftParam{}, false
	}
	start := span.Start + strings.LastIndex(text, kindText)
	return draftParam{name, kindText, span, span.File.Span(start, start+len(kindText))}, true
}

// blank returns spaces and line ends in place of a text.
func blank(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return ' '
	}, text)
}

// declared parses the kinds of a query's parameter lines.
func (cc *compiler) declared(d *draft) map[string]declaredParam {
	if len(d.params) == 0 {
		return nil
	}
	out := map[string]declaredParam{}
	for _, p := range d.params {
		k, found := surql.ParseKind(source.NewFile(p.at.File.Path, p.kind), surql.Options{})
		if found.HasErrors() || strings.Contains(p.kind, "{") {
			// There are positions in it that count: it is parsed where it stands.
			k, found = surql.ParseKind(source.NewFile(p.at.File.Path, blank(p.at.File.Text[:p.at.Start])+p.kind), surql.Options{})
		}
		cc.diags.Merge(found)
		if found.HasErrors() {
			continue
		}
		cc.cat.checkTables(k, func(id surql.Ident) {
			report := cc.diags.Errorf(p.at, diag.QueryUnknownTable, "table %s is not defined", id.Name)
			if near := diag.Nearest(id.Name, cc.cat.tableNames()); near != "" {
				report.WithHelp("did you mean %s?", near)
			}
		})
		out[p.name] = declaredParam{kindOf(k, nil), p.span}
	}
	return out
}

var cardinalities = map[string]ir.Cardinality{":one": ir.One, ":many": ir.Many, ":iter": ir.Iter, ":exec": ir.Exec, ":live": ir.Live}

func (cc *compiler) query(d *draft) *ir.Query {
	if len(d.stmts) == 0 {
		cc.diags.Errorf(d.span, diag.QueryAnnotation, "this query has no statements")
		return nil
	}
	found := &diag.List{}
	declared := cc.declared(d)
	r := cc.cat.queryInserting(d.stmts, declared, d.insertsOne(), found)
	r.params.report(found)
	for name, p := range declared {
		if r.params.find(name) == nil {
			found.Errorf(p.span, diag.QueryAnnotation, "the query has no parameter $%s", name)
		}
	}
	text := d.stmts[0].Span().To(d.stmts[len(d.stmts)-1].Span())
	q := &ir.Query{
		Engine: ir.SurrealDB, Name: d.name, Doc: d.doc, Text: text.Text(),
		Cardinality: cardinalities[d.command], ReadOnly: cc.cat.readOnly(r.effects), Span: d.span.To(text),
	}
	cc.results(q, d, r, found)
	cc.lowering.next()
	cc.diags.Merge(found)
	if found.HasErrors() || d.name == "" {
		return nil
	}
	for _, p := range r.params.order() {
		q.Params = append(q.Params, &ir.Param{Name: p.name, Type: cc.lowering.typ(kind.Later(p.kind())), Span: p.span, Origin: p.origin()})
	}
	q.Rows = insertedRows(d.stmts, q.Params)
	return q
}

// insertedRows returns the parameter with the records of a query that is one
// INSERT, or nil: a list that the query has no other use for.
func insertedRows(stmts []surql.Stmt, params []*ir.Param) *ir.Param {
	insert, ok := stmts[0].(*surql.InsertStmt)
	if !ok || len(stmts) > 1 || insert.Value == nil {
		return nil
	}
	rows, ok := surql.Unparen(insert.Value).(*surql.Param)
	if !ok {
		return nil
	}
	uses := 0
	surql.Walk(insert, func(n surql.Node) bool {
		if use, ok := n.(*surql.Param); ok && use.Name == rows.Name {
			uses++
		}
		return true
	})
	i := slices.IndexFunc(params, func(p *ir.Param) bool { return p.Name == rows.Name })
	if i < 0 || uses > 1 {
		return nil
	}
	if list, ok := params[i].Type.(*ir.Array); !ok || list.Len > 0 {
		return nil
	}
	return params[i]
}

// returned returns the index of the statement whose result is the query's, -1
// where there is none.
func (d *draft) returned() int {
	if len(d.results) == 1 {
		return d.results[0].stmt
	}
	at := -1
	for i, stmt := range d.stmts {
		if gives(stmt) {
			at = i
		}
	}
	return at
}

// insertsOne returns the INSERT that a query of one row returns the row of, or
// nil.
func (d *draft) insertsOne() *surql.InsertStmt {
	at := d.returned()
	if d.command != ":one" || len(d.results) > 1 || at < 0 || at >= len(d.stmts) {
		return nil
	}
	insert, _ := d.stmts[at].(*surql.InsertStmt)
	return insert
}

// results sets the query's result and slots.
func (cc *compiler) results(q *ir.Query, d *draft, r result, found *diag.List) {
	q.Slots = make([]ir.Slot, len(d.stmts))
	for i, stmt := range d.stmts {
		q.Slots[i] = ir.Slot{Line: line(stmt), Origin: r.origins[i]}
	}
	if !cc.named(d, found) {
		return
	}
	if len(d.results) > 1 {
		cc.namedResults(q, d, r, found)
		return
	}
	for _, stmt := range d.stmts {
		if _, live := stmt.(*surql.LiveStmt); live && d.command != ":live" {
			found.Errorf(stmt.Span(), diag.QueryCardinality, "LIVE needs a query with the command :live")
			return
		}
	}
	at := d.returned()
	switch d.command {
	case ":exec":
		return
	case ":live":
		if r.live == nil || len(d.stmts) > 1 {
			found.Errorf(d.span, diag.QueryCardinality, ":live takes one LIVE SELECT statement and nothing else")
			return
		}
		q.Slots[0].Type = ir.UUID
		q.Result = cc.lowering.typ(kind.Widen(r.live))
		return
	case "":
		return
	}
	if at < 0 {
		found.Errorf(d.span, diag.QueryCardinality, "%s needs a statement that returns something", d.command).
			WithHelp("use :exec, or add RETURN")
		return
	}
	whole := kind.Widen(r.kinds[at])
	k := whole
	if k == kind.Never && found.HasErrors() {
		return // it follows from what has been reported
	}
	rows, isRows := rowsOf(k)
	switch {
	case d.command != ":one" && !isRows:
		found.Errorf(d.span, diag.QueryCardinality, "%s needs a list, but the result is %s", d.command, k).
			WithHelp("use :one")
		return
	case d.command != ":one", isRows && !isValue(d.stmts[at]):
		q.Result = cc.lowering.typ(rows)
	default:
		if k = kind.Strip(k, kind.None); k == kind.Never {
			found.Errorf(d.span, diag.QueryCardinality, ":one needs a result, but there is never one")
			return
		}
		q.Result = cc.lowering.typ(k)
	}
	q.Slots[at].Type = cc.lowering.typ(whole)
	if option, ok := q.Slots[at].Type.(*ir.Option); ok && d.command == ":one" && !isRows {
		option.Elem = q.Result
	} else if d.command == ":one" && (!isRows || isValue(d.stmts[at])) {
		q.Slots[at].Type = q.Result
	}
}

// named reports whether the lines that name results stand above statements that
// have one, and what is wrong where they do not.
func (cc *compiler) named(d *draft, found *diag.List) bool {
	if len(d.results) == 0 {
		return true
	}
	seen := map[string]source.Span{}
	above := map[int]bool{}
	ok := true
	fail := func(r draftResult, format string, args ...any) *diag.Diagnostic {
		ok = false
		return found.Errorf(r.span, diag.QueryAnnotation, format, args...)
	}
	for _, r := range d.results {
		switch first, taken := seen[r.name]; {
		case taken:
			fail(r, "there is already a result %s", r.name).WithRelated(first, "the first one")
		case r.stmt >= len(d.stmts) || !gives(d.stmts[r.stmt]):
			fail(r, "no statement with a result follows")
		case above[r.stmt]:
			fail(r, "the statement below has a name already")
		case d.command != ":one" && len(d.results) > 1:
			fail(r, "a query with several results is :one")
		case d.command == ":exec" || d.command == ":live":
			fail(r, "%s returns no result of a statement", d.command)
		}
		seen[r.name], above[r.stmt] = r.span, true
	}
	return ok
}

// namedResults sets the slots of a query that returns several results.
func (cc *compiler) namedResults(q *ir.Query, d *draft, r result, found *diag.List) {
	for _, named := range d.results {
		k := kind.Widen(r.kinds[named.stmt])
		if k == kind.Never {
			if !found.HasErrors() {
				found.Errorf(named.span, diag.QueryCardinality, "this statement never has a result")
			}
			return
		}
		slot := &q.Slots[named.stmt]
		slot.Name, slot.Type = named.name, cc.lowering.typ(k)
	}
}

// gives reports whether a statement's result can be a query's.
func gives(stmt surql.Stmt) bool {
	returns := func(out *surql.Output, usual bool) bool {
		if out == nil {
			return usual
		}
		return out.Kind != surql.OutputNone
	}
	switch stmt := stmt.(type) {
	case *surql.SelectStmt, *surql.ReturnStmt, *surql.ExprStmt, *surql.IfStmt:
		return true
	case *surql.CreateStmt:
		return returns(stmt.Output, true)
	case *surql.UpdateStmt:
		return returns(stmt.Output, true)
	case *surql.InsertStmt:
		return returns(stmt.Output, true)
	case *surql.RelateStmt:
		return returns(stmt.Output, true)
	case *surql.DeleteStmt:
		return returns(stmt.Output, false)
	}
	return false
}

// isValue reports whether a statement gives a value rather than rows.
func isValue(stmt surql.Stmt) bool {
	switch stmt := stmt.(type) {
	case *surql.ReturnStmt, *surql.ExprStmt, *surql.IfStmt:
		return true
	case *surql.SelectStmt:
		return stmt.Only
	case *surql.CreateStmt:
		return stmt.Only
	case *surql.UpdateStmt:
		return stmt.Only
	case *surql.RelateStmt:
		return stmt.Only
	case *surql.DeleteStmt:
		return stmt.Only
	}
	return false
}

// rowsOf returns the elements of a list, false for what is no list.
func rowsOf(k kind.Kind) (kind.Kind, bool) {
	var elems []kind.Kind
	for _, m := range kind.Members(k) {
		e, ok := kind.Elem(m)
		if !ok {
			return nil, false
		}
		elems = append(elems, e)
	}
	return kind.Join(elems...), len(elems) > 0
}

// effects are the builtins that change something when they are called.
var effects = []string{"sequence::", "http::", "file::", "api::invoke"}

// An effect is what a statement does beside giving a result.
type effect struct {
	changes bool     // it changes something by itself
	calls   []string // the custom functions that it calls
}

func effectOf(x surql.Node) effect {
	var e effect
	surql.Walk(x, func(n surql.Node) bool {
		switch n := n.(type) {
		case *surql.CreateStmt, *surql.UpdateStmt, *surql.DeleteStmt, *surql.InsertStmt, *surql.RelateStmt,
			*surql.LiveStmt, *surql.KillStmt, *surql.RebuildStmt, *surql.AccessStmt, *surql.UseStmt, *surql.OptionStmt,
			surql.Definition, surql.Alteration, *surql.RemoveStmt, *surql.ScriptCall:
			e.changes = true
		case *surql.FunctionCall:
			switch n.Name.Kind {
			case surql.FunctionBuiltin:
				e.changes = slices.ContainsFunc(effects, func(prefix string) bool { return strings.HasPrefix(n.Name.Path, prefix) })
			case surql.FunctionCustom:
				e.calls = append(e.calls, n.Name.Path)
			default:
				e.changes = true
			}
		}
		return !e.changes
	})
	return e
}

func effectsOf(stmts []surql.Stmt) []effect {
	out := make([]effect, len(stmts))
	for i, stmt := range stmts {
		out[i] = effectOf(stmt)
	}
	return out
}

// readOnly reports whether statements with these effects change nothing,
// functions that they call included.
func (c *Catalog) readOnly(effects []effect) bool {
	seen := map[string]bool{}
	var changes func(e effect) bool
	changes = func(e effect) bool {
		return e.changes || slices.ContainsFunc(e.calls, func(path string) bool {
			if seen[path] {
				return false
			}
			seen[path] = true
			o := c.lookup(ObjectFunction, "", path)
			return o != nil && changes(effectOf(o.Def.(*surql.DefineFunction).Body))
		})
	}
	return !slices.ContainsFunc(effects, changes)
}
