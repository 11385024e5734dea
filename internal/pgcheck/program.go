package pgcheck

import (
	"fmt"
	"strings"

	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
)

// A query is all that is known about one annotated query.
type query struct {
	*ir.Query
	block   *block
	request *requestQuery
	// args and row are the Go types of the request's parameters and columns.
	args, row []*ir.Foreign
}

// program fills the IR from what sqlc has made of the project.
func (c *checker) program(req *request, pkg *golang) (*ir.Program, error) {
	requests := map[string]*requestQuery{}
	for _, q := range req.Queries {
		requests[q.Name] = q
	}
	effects := readEffects(c.schema)
	c.ownTypes = readTypes(c.schema)
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
	q := &query{block: b, request: req, Query: &ir.Query{
		Engine:      ir.PostgreSQL,
		Name:        req.Name,
		Doc:         b.doc,
		Text:        strings.TrimSpace(req.Text),
		Cardinality: ir.Cardinality(strings.TrimPrefix(req.Cmd, ":")),
		Span:        b.annotation,
	}}
	for i, p := range m.params {
		param := &ir.Param{Name: p.name, Type: p.typ, Span: b.annotation}
		if decl := pkg.types[strings.TrimLeft(p.typ.Expr, "[]*")]; decl != nil {
			q.args = decl.fields // a struct of sqlc's has no name in the query
		} else if len(m.params) == len(req.Params) {
			q.args = append(q.args, p.typ)
			if name := req.Params[i].Column.Name; name != "" {
				param.Name = name
			}
			param.Span = q.paramPlace(param.Name)
		}
		q.Params = append(q.Params, param)
	}
	if len(q.args) != len(req.Params) {
		q.args = nil // sqlc has lost a parameter, which is reported
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
