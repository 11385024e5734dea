package surqlcheck

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
	"github.com/stretchr/testify/require"
)

// A compiledPair is a query with parameters and the same query with a literal in
// the place of each. Both must give the same.
type compiledPair struct {
	Name, LiteralName string
	Text, LiteralText string
	Values            []string // the literals for $p1, $p2 and so on
	Changes           bool     // the data
	SameGo            bool     // both give one type, but for its name
	// Differs says that the engine may give something else: the compiler reports
	// that it depends on how the engine runs the query, or the parameter is a set
	// that a condition compares, where the engine takes sets for arrays.
	Differs bool
}

// pairs adds up to count pairs of queries that compile.
func (b *compiledBuild) pairs(g *generator, schema []*source.File, count int, file *strings.Builder) []compiledPair {
	g.literals = 40
	defer func() { g.literals = 0 }()
	var all []compiledPair
	for tries := 0; len(all) < count && tries < 20*count; tries++ {
		p := compiledPair{Name: fmt.Sprintf("P%d", len(all)), LiteralName: fmt.Sprintf("L%d", len(all))}
		if text, ok := p.generate(g, schema, b.refused); ok {
			file.WriteString(text)
			all = append(all, p)
		}
	}
	return all
}

// generate makes the pair of a generated statement, and returns the text of its
// queries. It counts what the compiler refuses. The values that are sent are
// mostly the statement's own literals, and else any of the parameter's kind.
func (p *compiledPair) generate(g *generator, schema []*source.File, refused map[string]int) (string, bool) {
	text := g.literate()
	script, found := surql.Parse(source.NewFile("q.surql", text), surql.Options{})
	if found.HasErrors() || undetermined(script) {
		return "", false
	}
	places := g.places(script)
	if len(places) == 0 {
		return "", false
	}
	names := g.parameterNames(places)
	uses, declared := make([]string, len(places)), map[string]declaredParam{}
	var lines strings.Builder
	declare := func(name string, k kind.Kind) {
		declared[name] = declaredParam{kind: k}
		fmt.Fprintf(&lines, "-- @param %s %s\n", name, kind.SurrealQL(k))
	}
	for i, name := range names {
		uses[i] = "$" + name
		// A record can stand where only records can, and an object where only
		// objects can.
		if k := g.kindOf(places[i].Text()).String(); g.chance(8) && slices.Index(names, name) == i && !strings.Contains(k, "record") && !strings.Contains(k, "{") {
			declare(name, kind.Any)
		}
	}
	p.Text = replaced(text, places, uses)
	params := g.params(p.Text, declared)
	for _, q := range params {
		// What nothing says is what the literal is.
		i := slices.Index(names, q.name)
		if q.kind() == kind.Any && q.override == nil {
			declare(q.name, g.kindOf(text[places[i].Start:places[i].End]))
		}
	}
	params = g.params(p.Text, declared)
	if len(params) == 0 {
		return "", false
	}
	values := map[string]string{}
	for _, q := range params {
		k := kind.Later(q.kind())
		p.Differs = p.Differs || inCondition(script, places[slices.Index(names, q.name)]) && slices.ContainsFunc(kind.Members(k), isSet)
		place := places[slices.Index(names, q.name)]
		value := text[place.Start:place.End]
		if !strings.Contains(value, ": NONE") && kind.Contains(k, g.kindOf(value)) && g.chance(70) {
			values[q.name] = value
		} else if value = g.argument(k); kind.Contains(k, g.kindOf(value)) {
			values[q.name] = value
		} else {
			refused["no value of the parameter's kind"]++
			return "", false
		}
	}
	for i := range len(values) {
		value, ok := values[fmt.Sprintf("p%d", i+1)]
		if !ok {
			return "", false
		}
		p.Values = append(p.Values, value)
	}
	for i, name := range names {
		uses[i] = values[name]
		if strings.HasPrefix(uses[i], "<") || strings.HasPrefix(uses[i], "-") {
			uses[i] = "(" + uses[i] + ")"
		}
	}
	p.LiteralText = replaced(text, places, uses)
	for _, command := range []string{":many", ":one"} {
		annotated := fmt.Sprintf("-- name: %s %s\n%s%s;\n-- name: %s %s\n%s;\n", p.Name, command, lines.String(), p.Text, p.LiteralName, command, p.LiteralText)
		program, _, found := Compile(schema, []*source.File{source.NewFile("q.surql", annotated)})
		if found.HasErrors() {
			if command == ":one" {
				refused[p.whose(schema, found)]++
			}
			continue
		}
		param, literal := program.Files[0].Queries[0], program.Files[0].Queries[1]
		p.Changes = !param.ReadOnly
		p.Differs = p.Differs || slices.ContainsFunc(found.Sorted(), func(d *diag.Diagnostic) bool { return d.Code == diag.QueryExecutors })
		p.SameGo = slices.EqualFunc(param.Slots, literal.Slots, func(a, b ir.Slot) bool { return ir.Equal(a.Type, b.Type) })
		return annotated, true
	}
	return "", false
}

func isSet(k kind.Kind) bool {
	_, ok := k.(*kind.Set)
	return ok || k == kind.Any
}

// inCondition reports whether the place is in a WHERE.
func inCondition(script *surql.Script, place source.Span) (found bool) {
	script.Inspect(func(n surql.Node) bool {
		var where surql.Node
		switch n := n.(type) {
		case *surql.SelectStmt:
			where = n.Where
		case *surql.UpdateStmt:
			where = n.Where
		case *surql.DeleteStmt:
			where = n.Where
		case *surql.WherePart:
			where = n.Cond
		case *surql.LookupPart:
			where = n.Where
		}
		if where != nil && where.Span().Start <= place.Start && place.End <= where.Span().End {
			found = true
		}
		return !found
	})
	return found
}

// whose returns what is refused, and of which of the two queries.
func (p *compiledPair) whose(schema []*source.File, found *diag.List) string {
	_, _, literal := Compile(schema, []*source.File{source.NewFile("q.surql", "-- name: Q :one\n"+p.LiteralText+";\n")})
	if literal.HasErrors() {
		return "with literals, too"
	}
	for _, d := range found.Sorted() {
		if d.Severity == diag.Error {
			return "with parameters only: " + string(d.Code)
		}
	}
	return ""
}

// params returns the parameters of a query.
func (g *generator) params(text string, declared map[string]declaredParam) []*param {
	script, found := surql.Parse(source.NewFile("q.surql", text), surql.Options{})
	if found.HasErrors() {
		return nil
	}
	return g.cat.query(script.Stmts, declared, found).params.order()
}

// kindOf returns the kind of an expression without parameters.
func (g *generator) kindOf(text string) kind.Kind {
	script, found := surql.Parse(source.NewFile("q.surql", "RETURN "+text), surql.Options{})
	if found.HasErrors() {
		return kind.Any
	}
	stmts, _ := g.cat.Infer(script)
	return stmts[0].Kind
}

// replaced returns the text with the places, which are in order, replaced.
func replaced(text string, places []source.Span, by []string) string {
	var b strings.Builder
	end := 0
	for i, place := range places {
		b.WriteString(text[end:place.Start] + by[i])
		end = place.End
	}
	return b.String() + text[end:]
}

// places returns up to four places, in order, where a literal stands that a
// parameter can stand for.
func (g *generator) places(script *surql.Script) []source.Span {
	var all []source.Span
	script.Inspect(func(n surql.Node) bool {
		switch n := n.(type) {
		case surql.Kind:
			return false
		case *surql.RecordID:
			_, isRange := n.Key.(*surql.KeyRange)
			if !isRange {
				all = append(all, n.Span())
			}
			return false
		case *surql.LookupSubject:
			return false
		case surql.Expr:
			if constant(n) {
				all = append(all, n.Span())
			}
		}
		return true
	})
	g.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var chosen []source.Span
	count := 1 + g.IntN(4)
	for _, span := range all {
		if !slices.ContainsFunc(chosen, func(c source.Span) bool { return span.Start < c.End && c.Start < span.End }) && len(chosen) < count {
			chosen = append(chosen, span)
		}
	}
	slices.SortFunc(chosen, func(a, b source.Span) int { return cmp.Compare(a.Start, b.Start) })
	return chosen
}

// constant reports whether the expression is a literal.
func constant(x surql.Expr) bool {
	switch x := x.(type) {
	case *surql.NoneLit, *surql.NullLit, *surql.BoolLit, *surql.IntLit, *surql.FloatLit, *surql.DecimalLit, *surql.DurationLit,
		*surql.StringLit, *surql.DatetimeLit, *surql.UUIDLit, *surql.BytesLit, *surql.RecordID:
		return true
	case *surql.CastExpr:
		list, ok := x.X.(*surql.ArrayLit)
		return ok && constant(list) && surql.Print(x.Kind) == "set"
	case *surql.ArrayLit:
		return !slices.ContainsFunc(x.Elems, func(e surql.Expr) bool { return !constant(e) })
	case *surql.SetLit:
		return !slices.ContainsFunc(x.Elems, func(e surql.Expr) bool { return !constant(e) })
	case *surql.ObjectLit:
		return !slices.ContainsFunc(x.Entries, func(e *surql.ObjectEntry) bool { return !constant(e.Value) })
	}
	return false
}

// parameterNames returns the name of the parameter for each place. Places with
// the same literal can have one parameter.
func (g *generator) parameterNames(places []source.Span) []string {
	names := make([]string, len(places))
	n := 0
	for i, place := range places {
		if same := slices.IndexFunc(places[:i], func(p source.Span) bool { return p.Text() == place.Text() }); same >= 0 && g.chance(50) {
			names[i] = names[same]
			continue
		}
		n++
		names[i] = fmt.Sprintf("p%d", n)
	}
	return names
}

// undetermined reports whether a statement gives something else each time, or
// makes a record under a key that the engine makes up.
func undetermined(script *surql.Script) (found bool) {
	script.Inspect(func(n surql.Node) bool {
		switch n := n.(type) {
		case *surql.FunctionCall:
			found = found || strings.HasPrefix(n.Name.Path, "rand") || n.Name.Path == "time::now"
		case *surql.GeneratedKey:
			found = true
		case *surql.CreateStmt:
			_, made := n.What[0].(*surql.TableName)
			found = found || made
		}
		return true
	})
	return found
}

// argument returns a value of the kind of a parameter, as text. A struct's field
// that is NONE is not sent.
func (g *generator) argument(k kind.Kind) string {
	switch k := k.(type) {
	case kind.Basic:
		if k == kind.Any {
			return pick(g, []string{"1", "2.5f", "'x'", "true", "NONE", "NULL", "1dec", "5m", "[1, 'x']", "{ k: 1 }", "a:1", "[]", "(<set> [1])", "d'2024-01-02T03:04:05Z'", "b\"00\"", "(1.5, 2.5)"})
		}
	case *kind.Union:
		return g.argument(pick(g, k.Members))
	case *kind.Record:
		if len(k.Tables) == 0 {
			return pick(g, g.tables) + ":1"
		}
	case *kind.Object:
		var parts []string
		for _, f := range k.Fields {
			if v := g.argument(f.Kind); v != "NONE" {
				parts = append(parts, f.Name+": "+v)
			}
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	case *kind.Array:
		n := k.Len
		if n < 0 && k.Elem != kind.Never {
			n = g.IntN(3)
		}
		parts := make([]string, max(n, 0))
		for i := range parts {
			parts[i] = g.argument(k.Elem)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return g.value(k)
}

// literate returns a statement that has literals.
func (g *generator) literate() string {
	t := g.cat.Table(pick(g, append(slices.Clone(g.tables), g.edges...)))
	id := func() string { return fmt.Sprintf("%s:%d", t.Name, 1+g.IntN(4)) }
	fresh := fmt.Sprintf("%s:%d", t.Name, 77+g.IntN(2))
	ends := func() string {
		if !t.Relation {
			return ""
		}
		return fmt.Sprintf("in: %s:%d, out: %s:%d, ", pick(g, t.In), 1+g.IntN(3), pick(g, t.Out), 1+g.IntN(3))
	}
	content := g.content(t)
	if g.chance(70) {
		content = strings.Replace(content, "{ ", "{ "+ends(), 1)
	}
	where := ""
	if g.chance(70) {
		where = " WHERE " + g.condition(t)
	}
	switch g.IntN(22) {
	case 0, 1, 2:
		return strings.Replace(g.statement(), "CREATE ONLY "+t.Name+" ", "CREATE ONLY "+fresh+" ", 1)
	case 3:
		return fmt.Sprintf("CREATE %s CONTENT %s", fresh, content) + g.returning(t)
	case 4:
		return fmt.Sprintf("CREATE ONLY %s SET %s", fresh, g.sets(t)) + g.returning(t)
	case 5:
		with := strings.Replace(content, "{ ", "{ id: "+fresh+", ", 1)
		relation := ""
		if t.Relation {
			relation = "RELATION "
		}
		if g.chance(50) {
			with = "[" + with + ", " + strings.Replace(g.content(t), "{ ", "{ id: "+t.Name+":99, "+ends(), 1) + "]"
		}
		return "INSERT " + relation + "INTO " + t.Name + " " + with + g.returning(t)
	case 6:
		if f := pick(g, t.fields); f.def != nil {
			return fmt.Sprintf("INSERT INTO %s (id, %s) VALUES (%s, %s), (%s:98, %s) ON DUPLICATE KEY UPDATE %s", t.Name, f.name, fresh, g.value(f.stored), t.Name, g.value(f.stored), g.sets(t))
		}
	case 7:
		if t.Relation {
			return fmt.Sprintf("RELATE %s:%d->%s->%s:%d %s", pick(g, t.In), 1+g.IntN(3), fresh, pick(g, t.Out), 1+g.IntN(3), pick(g, []string{"SET " + g.sets(t), "CONTENT " + g.content(t)})) + g.returning(t)
		}
	case 8:
		return fmt.Sprintf("UPDATE %s MERGE { %s }", pick(g, []string{t.Name, id()}), strings.ReplaceAll(g.sets(t), " = ", ": ")) + where + g.returning(t)
	case 9:
		return fmt.Sprintf("UPDATE %s SET %s", t.Name, g.sets(t)) + where + g.returning(t)
	case 10:
		return fmt.Sprintf("UPSERT ONLY %s %s", pick(g, []string{fresh, id()}), pick(g, []string{"SET " + g.sets(t), "CONTENT " + content, "REPLACE " + content, "MERGE " + content})) + g.returning(t)
	case 11:
		return fmt.Sprintf("DELETE %s", pick(g, []string{t.Name, id()})) + where + pick(g, []string{" RETURN BEFORE", " RETURN BEFORE", "", " RETURN VALUE " + g.expr(t, 1)})
	case 12:
		return "RETURN " + g.expr(t, 2)
	case 13:
		return fmt.Sprintf("LET $x = %s; SELECT * FROM %s WHERE %s", g.value(pick(g, t.Row.Fields).Kind), t.Name, strings.Join([]string{g.condition(t), pick(g, t.Row.Fields).Name + " = $x"}, pick(g, []string{" OR ", " AND "})))
	case 14:
		return "RETURN (" + g.selecting(t) + where + ")" + pick(g, []string{"", "[0]", "[0].c0", ".len()", "[WHERE c0 = " + g.literal(t) + "]"})
	case 15:
		return "IF " + g.expr(t, 1) + " { " + g.selecting(t) + where + " } ELSE { " + g.literal(t) + " }"
	}
	text := g.selecting(t) + where
	if g.chance(20) {
		text += " ORDER BY c0"
	}
	if g.chance(30) {
		text += fmt.Sprintf(" LIMIT %d", g.IntN(4))
	}
	if g.chance(30) {
		text += fmt.Sprintf(" START %d", g.IntN(3))
	}
	return text
}

// selecting returns a SELECT up to its FROM.
func (g *generator) selecting(t *Table) string {
	record := fmt.Sprintf("%s:%d", t.Name, 1+g.IntN(4))
	from := pick(g, []string{t.Name, t.Name, t.Name, record, record, record + ", " + t.Name + ":2", "[" + record + ", " + t.Name + ":1]", "ONLY " + record, "type::record('" + t.Name + "', 1)"})
	fields := fmt.Sprintf("%s AS c0, %s AS c1, %s AS c2", pick(g, t.Row.Fields).Name, g.expr(t, 1), g.expr(t, 2))
	switch g.IntN(8) {
	case 0:
		fields = "*, id AS c0"
	case 1:
		fields = "VALUE " + g.expr(t, 2)
	case 2:
		f := pick(g, t.Row.Fields)
		fields = fmt.Sprintf("IF %s = %s THEN %s ELSE %s END AS c0", f.Name, g.value(f.Kind), g.literal(t), f.Name)
	}
	return "SELECT " + fields + " FROM " + from
}

// condition returns a condition on a record of the table.
func (g *generator) condition(t *Table) string {
	f := pick(g, t.Row.Fields)
	v := func() string { return g.value(f.Kind) }
	elem := "1"
	if e, ok := kind.Elem(f.Kind); ok {
		elem = g.value(e)
	}
	switch g.IntN(14) {
	case 0, 1:
		return fmt.Sprintf("%s %s %s", f.Name, pick(g, []string{"=", "!=", "<", ">=", "=="}), v())
	case 2:
		return fmt.Sprintf("%s %s [%s, %s]", f.Name, pick(g, []string{"IN", "NOT IN", "ANYINSIDE", "CONTAINSANY"}), v(), v())
	case 3:
		return fmt.Sprintf("%s %s %s", f.Name, pick(g, []string{"CONTAINS", "CONTAINSNOT", "?=", "*="}), elem)
	case 4:
		return fmt.Sprintf("%s IN %s", elem, f.Name)
	case 5:
		return fmt.Sprintf("(%s ?? %s) = %s", f.Name, v(), v())
	case 6:
		return fmt.Sprintf("id %s %s:%d", pick(g, []string{"=", "!=", ">"}), t.Name, 1+g.IntN(4))
	case 7:
		return fmt.Sprintf("id IN [%s:%d, %s:%d]", t.Name, 1+g.IntN(4), t.Name, 1+g.IntN(4))
	case 8, 9:
		return g.condition(t) + pick(g, []string{" AND ", " OR "}) + g.condition(t)
	case 10:
		return fmt.Sprintf("count(%s) %s %d", g.lookup(), pick(g, []string{">", "=", "<="}), g.IntN(3))
	case 11:
		return fmt.Sprintf("id = type::record('%s', %d)", t.Name, 1+g.IntN(4))
	case 12:
		return g.lookup() + "[WHERE " + pick(g, []string{"w", "id"}) + " != " + g.literal(t) + "]"
	}
	return g.expr(t, 2)
}

// sets returns assignments to some fields.
func (g *generator) sets(t *Table) string {
	var parts []string
	for range 1 + g.IntN(2) {
		f := pick(g, t.fields)
		parts = append(parts, f.name+" = "+g.value(f.stored))
	}
	return strings.Join(parts, ", ")
}

// literal returns a literal, mostly one that a field of the table can have.
func (g *generator) literal(t *Table) string {
	if g.chance(60) {
		return g.value(pick(g, t.Row.Fields).Kind)
	}
	return pick(g, []string{"1", "0", "2.5f", "'x'", "'hello world'", "true", "NONE", "NULL", "1dec", "5m", "[1, 2]", "['x', 'y']", "{ k: 1 }", "a:1", "[]", "[[1], [2]]", "(<set> [1, 2])"})
}

// exportedTypes returns the names of the exported types of a generated file that
// are no interfaces.
func exportedTypes(t *testing.T, content []byte) []string {
	file, err := parser.ParseFile(token.NewFileSet(), "", content, parser.SkipObjectResolution)
	require.NoError(t, err)
	var out []string
	for _, d := range file.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok || d.Tok != token.TYPE {
			continue
		}
		for _, spec := range d.Specs {
			spec := spec.(*ast.TypeSpec)
			if _, isInterface := spec.Type.(*ast.InterfaceType); !isInterface && spec.Name.IsExported() {
				out = append(out, spec.Name.Name)
			}
		}
	}
	return out
}

// writePairs writes the schema's pairs as Go source.
func writePairs(b *strings.Builder, s compiledSchema) {
	fmt.Fprintf(b, "func() []pair {\n\t\ttypes := []reflect.Type{\n")
	for _, t := range s.Types {
		fmt.Fprintf(b, "\t\t\treflect.TypeFor[%s.%s](),\n", s.Package, t)
	}
	b.WriteString("\t\t}\n\t\treturn []pair{\n")
	for _, p := range s.Pairs {
		fmt.Fprintf(b, "\t\t\t{%q, %q, %q, %#v, %t, %t, %t, types,\n", p.Name, p.Text, p.LiteralText, p.Values, p.Changes, p.SameGo, p.Differs)
		fmt.Fprintf(b, "\t\t\t\tfunc(db surreal.Querier) any { return %s.New(db).%s },\n", s.Package, p.LiteralName)
		fmt.Fprintf(b, "\t\t\t\tfunc(db surreal.Querier) any { return %s.New(db).%s }},\n", s.Package, p.Name)
	}
	b.WriteString("\t\t}\n\t}()")
}
