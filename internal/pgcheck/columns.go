package pgcheck

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
)

// checkColumns finds columns that do not exist in those parts of a query that
// sqlc does not look into: it resolves the columns of select lists, and those
// that are compared with a parameter.
//
// A name counts as known if anything in the query, on whatever level, could
// have given it; so what is reported is never right.
func (c *checker) checkColumns(ctx context.Context, req *request) error {
	texts := make([]string, len(req.Queries))
	for i, q := range req.Queries {
		texts[i] = q.Text
	}
	trees, err := c.sqlc.syntaxTrees(ctx, texts)
	if err != nil {
		return err
	}
	relations := map[string][]string{}
	for _, s := range req.Catalog.Schemas {
		for _, t := range s.Tables {
			for _, col := range t.Columns {
				relations[t.Rel.Name] = append(relations[t.Rel.Name], col.Name)
			}
		}
	}
	for i, tree := range trees {
		b := c.firstNamed(req.Queries[i].Name)
		if b == nil {
			continue // the query that stands for none
		}
		names := &nameCollector{
			catalog: relations,
			known:   maps.Clone(unnamedColumns),
			aliases: map[string][]string{},
		}
		names.walk(tree)
		c.reportColumns(b, names)
	}
	return nil
}

func (c *checker) reportColumns(b *block, names *nameCollector) {
	reported := map[string]bool{}
	for _, ref := range names.refs {
		written := strings.Join(ref, ".")
		if reported[written] {
			continue
		}
		var d *diag.Diagnostic
		var near string
		if candidates, yes := names.unknownColumn(ref); yes {
			d = c.diags.Errorf(b.reference(ref), diag.SQLUnknownColumn, "column %q does not exist", written)
			near = diag.Nearest(ref[len(ref)-1], candidates)
		} else if candidates, yes := names.unknownRelation(ref); yes {
			d = c.diags.Errorf(b.reference(ref), diag.SQLUnknownRelation, "the query has no table or alias %q", ref[len(ref)-2])
			near = diag.Nearest(ref[len(ref)-2], candidates)
		} else {
			continue
		}
		reported[written] = true
		if near != "" {
			d.WithHelp("did you mean %s?", near)
		}
	}
}

// reference returns the place of a column reference in the query file.
func (b *block) reference(ref []string) source.Span {
	last := len(ref) - 1
	for i, t := range b.tokens {
		if !t.isName() || t.text != ref[last] {
			continue
		}
		qualified := i > 1 && b.tokens[i-1].is(".")
		switch {
		case last == 0 && !qualified:
			return b.span(t)
		case last > 0 && qualified && b.tokens[i-2].text == ref[last-1]:
			return b.span(b.tokens[i-2]).To(b.span(t))
		}
	}
	return b.place()
}

// unnamedColumns are the names that PostgreSQL gives to expressions, and the
// columns that every table has.
var unnamedColumns = wordSet(`
	array bool case coalesce column exists ?column? greatest grouping least nullif row
	current_catalog current_date current_role current_schema current_time current_timestamp current_user
	localtime localtimestamp session_user user
	ctid cmax cmin tableoid xmax xmin`)

// A nameCollector gathers the names in a syntax tree.
type nameCollector struct {
	catalog map[string][]string // columns by relation
	// refs are the column references, each as the names it consists of.
	refs [][]string
	// known are the names that something in the query can have given to a
	// column.
	known map[string]bool
	// columns are those of the relations in the query.
	columns []string
	// aliases are the columns of a relation by the name that the query knows it
	// by, where that name means the same relation everywhere in the query; else
	// nil.
	aliases map[string][]string
	// opaque says that a relation's columns cannot be told.
	opaque bool
}

// unknownRelation reports whether a reference names a table or an alias that the
// query does not have, and those that it has.
func (n *nameCollector) unknownRelation(ref []string) (candidates []string, yes bool) {
	if len(ref) < 2 || n.opaque {
		return nil, false
	}
	relation := ref[len(ref)-2]
	switch relation {
	case "excluded", "old", "new":
		return nil, false
	}
	return slices.Sorted(maps.Keys(n.aliases)), !n.known[relation]
}

// unknownColumn reports whether a reference names a column that nothing in the
// query can have, and those that may have been meant.
func (n *nameCollector) unknownColumn(ref []string) (candidates []string, yes bool) {
	name := ref[len(ref)-1]
	if len(ref) > 1 {
		if columns := n.aliases[ref[len(ref)-2]]; columns != nil {
			return columns, !slices.Contains(columns, name) && !unnamedColumns[name]
		}
	}
	return n.columns, !n.opaque && !n.known[name] && !slices.Contains(n.columns, name)
}

// walk visits a tree as sqlc prints it. Its nodes do not say of what kind they
// are; their fields do.
func (n *nameCollector) walk(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			n.walk(e)
		}
	case map[string]any:
		n.node(v)
		for _, e := range v {
			n.walk(e)
		}
	}
}

func (n *nameCollector) node(v map[string]any) {
	has := func(key string) bool { _, ok := v[key]; return ok }
	switch {
	case has("Relname"): // RangeVar
		n.relation(v)
	case has("IsRowsfrom"): // RangeFunction
		n.opaque = n.opaque || len(names(field(v, "Alias", "Colnames", "Items"))) == 0
	case has("Ctename"): // CommonTableExpr
		name, _ := v["Ctename"].(string)
		n.alias(name, nil)
		n.know(names(field(v, "Aliascolnames", "Items"))...)
	case has("Subquery") && has("Lateral"): // RangeSubselect
		alias, _ := field(v, "Alias", "Aliasname").(string)
		n.alias(alias, nil)
	case has("Funcname"): // FuncCall
		n.know(lastOf(names(field(v, "Funcname", "Items"))))
	case has("TypeOid"): // TypeName
		n.know(lastOf(names(field(v, "Names", "Items"))))
	case has("Fields") && has("Location"): // ColumnRef
		if ref := names(field(v, "Fields", "Items")); len(ref) > 0 {
			n.refs = append(n.refs, ref)
		}
	case has("ValuesLists") && field(v, "ValuesLists", "Items") != nil:
		for i := range 64 {
			n.know(fmt.Sprintf("column%d", i+1))
		}
	case has("Val") && has("Indirection"): // ResTarget
		if name, ok := v["Name"].(string); ok {
			n.know(name)
		}
	}
	if has("Aliasname") {
		name, _ := v["Aliasname"].(string)
		n.know(name)
		n.know(names(field(v, "Colnames", "Items"))...)
	}
	// sqlc leaves an empty node where it does not know PostgreSQL's.
	items, _ := field(v, "FromClause", "Items").([]any)
	for _, side := range append(items, v["Larg"], v["Rarg"]) {
		if m, ok := side.(map[string]any); ok && len(m) == 0 {
			n.opaque = true
		}
	}
}

func (n *nameCollector) relation(v map[string]any) {
	name, _ := v["Relname"].(string)
	columns := n.catalog[name]
	n.columns = append(n.columns, columns...)
	alias, _ := field(v, "Alias", "Aliasname").(string)
	if alias == "" {
		alias = name
	}
	if len(names(field(v, "Alias", "Colnames", "Items"))) > 0 {
		columns = nil
	}
	n.know(name)
	n.alias(alias, columns)
}

// alias notes what a name for a relation stands for. What it means in one place
// and not in another is not known.
func (n *nameCollector) alias(name string, columns []string) {
	if before, seen := n.aliases[name]; seen && !slices.Equal(before, columns) {
		columns = nil
	}
	n.aliases[name] = columns
	n.know(name)
}

func (n *nameCollector) know(names ...string) {
	for _, name := range names {
		n.known[name] = true
	}
}

// field returns what the keys lead to, or nil.
func field(v any, keys ...string) any {
	for _, key := range keys {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[key]
	}
	return v
}

// names returns the strings of a list of nodes, up to the first that is none,
// as a star.
func names(items any) (all []string) {
	list, _ := items.([]any)
	for _, item := range list {
		name, ok := field(item, "Str").(string)
		if !ok {
			return nil
		}
		all = append(all, name)
	}
	return all
}

func lastOf(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[len(names)-1]
}

// syntaxTrees returns the syntax tree of each statement.
func (s *sqlc) syntaxTrees(ctx context.Context, statements []string) ([]any, error) {
	input := strings.Join(statements, ";\n") + ";\n"
	out, stderr, err := s.exec(ctx, strings.NewReader(input), "parse", "--dialect", "postgresql")
	if err != nil {
		return nil, fmt.Errorf("parse the queries with sqlc: %w: it says:\n%s", err, stderr)
	}
	var trees []any
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var tree any
		err := dec.Decode(&tree)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read sqlc's syntax trees: %w", err)
		}
		trees = append(trees, tree)
	}
	if len(trees) != len(statements) {
		return nil, fmt.Errorf("read sqlc's syntax trees: there are %d for %d queries", len(trees), len(statements))
	}
	return trees, nil
}
