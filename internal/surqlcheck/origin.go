package surqlcheck

import (
	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// origin returns where the schema defines the field whose values the expression
// has, by themselves or in lists. It is invalid for other expressions.
func (c *checker) origin(x surql.Expr, s *scope) source.Span {
	idiom, ok := surql.Unparen(x).(*surql.Idiom)
	if !ok {
		return source.Span{}
	}
	switch idiom.Start.(type) {
	case nil, *surql.Param, *surql.RecordID:
	default: // it must not be inferred twice
		return source.Span{}
	}
	last := -1
	for i, part := range idiom.Parts {
		switch part.(type) {
		case *surql.FieldPart:
			last = i
		case *surql.AllPart, *surql.IndexPart, *surql.LastPart, *surql.WherePart, *surql.FlattenPart, *surql.OptionalPart:
		default:
			last = -1
		}
	}
	if last < 0 {
		return source.Span{}
	}
	holder, there := s.current()
	switch {
	case idiom.Start == nil && !there:
		return source.Span{}
	case idiom.Start != nil || last > 0:
		found := c.diags
		c.diags = &diag.List{}
		holder = c.idiom(&surql.Idiom{Start: idiom.Start, Parts: idiom.Parts[:last]}, s, nil)
		c.diags = found
	}
	return c.fieldOrigin(holder, idiom.Parts[last].(*surql.FieldPart).Name)
}

// fieldOrigin returns the origin that the field has in all that k may be.
func (c *checker) fieldOrigin(k kind.Kind, name string) source.Span {
	var all source.Span
	for i, m := range kind.Members(kind.Strip(k, kind.None, kind.Null)) {
		var at source.Span
		switch m := m.(type) {
		case *kind.Record:
			at = c.fieldOrigin(c.linked(m), name)
		case *kind.Object:
			f, _ := m.Field(name)
			at = f.Origin
		default:
			if elem, ok := kind.Elem(m); ok {
				at = c.fieldOrigin(elem, name)
			}
		}
		if i > 0 && at != all {
			return source.Span{}
		}
		all = at
	}
	return all
}

// valueOrigin is origin for the values that are a statement's result.
func (c *checker) valueOrigin(stmt surql.Stmt, s *scope) source.Span {
	var out *surql.Output
	switch stmt := stmt.(type) {
	case *surql.ReturnStmt:
		return c.origin(stmt.X, s)
	case *surql.ExprStmt:
		return c.origin(stmt.X, s)
	case *surql.SelectStmt:
		return c.values[stmt.Fields]
	case *surql.LiveStmt:
		return c.values[stmt.Fields]
	case *surql.CreateStmt:
		out = stmt.Output
	case *surql.UpdateStmt:
		out = stmt.Output
	case *surql.DeleteStmt:
		out = stmt.Output
	case *surql.InsertStmt:
		out = stmt.Output
	case *surql.RelateStmt:
		out = stmt.Output
	}
	if out == nil {
		return source.Span{}
	}
	return c.values[out.Fields]
}
