package surqlcheck

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A generator makes schemas, data and queries at random. What it makes mostly
// runs, and visits the rules of inference in combinations nobody thinks of. It
// makes nothing that aborts engine 3.0.2, such as a decimal with a fraction that
// is cast to a union with int.
type generator struct {
	*rand.Rand
	cat    *Catalog
	tables []string
	edges  []string
	// literals is how often, of 100 times, a literal stands where a path would.
	literals int
}

func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

// schema returns the definitions of a few tables and relations.
func (g *generator) schema() string {
	var b strings.Builder
	g.tables = []string{"a", "b", "c"}[:2+g.IntN(2)]
	g.edges = []string{"e", "f"}[:1+g.IntN(2)]
	for _, t := range g.tables {
		mode := "SCHEMAFULL"
		if g.chance(20) {
			mode = "SCHEMALESS"
		}
		fmt.Fprintf(&b, "DEFINE TABLE %s TYPE NORMAL %s;\n", t, mode)
		for i := range 3 + g.IntN(5) {
			g.defineField(&b, t, fmt.Sprintf("f%d", i))
		}
		if g.chance(50) {
			fmt.Fprintf(&b, "DEFINE FIELD z ON %s COMPUTED %s;\n", t, pick(g, []string{"f0", "[f0, f1]", "f1 ?? 1", "->e", "id", "{ x: f0 }", "<-e<-a.f0"}))
		}
	}
	for _, e := range g.edges {
		enforced := ""
		if g.chance(50) {
			enforced = " ENFORCED"
		}
		fmt.Fprintf(&b, "DEFINE TABLE %s TYPE RELATION IN %s OUT %s%s SCHEMAFULL;\n", e, g.someTables(), g.someTables(), enforced)
		g.defineField(&b, e, "w")
	}
	return b.String()
}

func (g *generator) someTables() string {
	if g.chance(30) {
		return strings.Join(g.tables[:2], "|")
	}
	return pick(g, g.tables)
}

func (g *generator) defineField(b *strings.Builder, table, name string) {
	text := g.fieldKind(2)
	fmt.Fprintf(b, "DEFINE FIELD %s ON %s TYPE %s;\n", name, table, text)
	if text == "object" || text == "option<object>" {
		for _, sub := range []string{"x", "y"} {
			fmt.Fprintf(b, "DEFINE FIELD %s.%s ON %s TYPE %s;\n", name, sub, table, g.fieldKind(1))
		}
	}
}

func (g *generator) fieldKind(depth int) string {
	simple := []string{"int", "float", "string", "bool", "datetime", "decimal", "number", "duration", "uuid", "'p' | 'q'", "int | string", "int | null", "record<a>", "record<a | b>", "1 | 2"}
	if depth == 0 || g.chance(55) {
		return pick(g, simple)
	}
	inner := g.fieldKind(depth - 1)
	switch g.IntN(8) {
	case 0, 1:
		if strings.HasPrefix(inner, "option") {
			return inner
		}
		return "option<" + inner + ">"
	case 2:
		return "array<" + inner + ">"
	case 3:
		return "array<" + inner + ", 2>"
	case 4:
		return "set<" + pick(g, []string{"int", "string"}) + ">"
	case 5:
		if depth == 2 {
			return "object"
		}
		return "string"
	case 6:
		return "[" + inner + ", int]"
	}
	return "{ x: " + inner + ", y: option<int> }"
}

// value returns a value of the kind, as text.
func (g *generator) value(k kind.Kind) string {
	switch k := k.(type) {
	case *kind.Union:
		return g.value(pick(g, k.Members))
	case kind.Literal:
		return k.String()
	case *kind.Array:
		n := g.IntN(3)
		if k.Len >= 0 {
			n = k.Len
		}
		return "[" + g.values(k.Elem, n) + "]"
	case *kind.Tuple:
		var parts []string
		for _, e := range k.Elems {
			parts = append(parts, g.value(e))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case *kind.Set:
		return "<set> [" + g.values(k.Elem, g.IntN(3)) + "]"
	case *kind.Object:
		var parts []string
		for _, f := range k.Fields {
			parts = append(parts, f.Name+": "+g.value(f.Kind))
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	case *kind.Record:
		return pick(g, k.Tables) + ":" + strconv.Itoa(1+g.IntN(5)) // some do not exist
	case kind.Basic:
		return map[kind.Basic]string{
			kind.None: "NONE", kind.Null: "NULL", kind.Bool: "true", kind.Int: strconv.Itoa(g.IntN(5)),
			kind.Float: pick(g, []string{"1.5f", "0f", "-2f"}), kind.Decimal: "1.5dec", kind.Number: pick(g, []string{"1", "2.5f", "3dec"}),
			kind.String: pick(g, []string{"'x'", "'hello world'", "''"}), kind.Datetime: "d'2024-01-02T03:04:05Z'",
			kind.Duration: "90m", kind.UUID: "u'018f1c3a-0000-7000-8000-000000000000'", kind.Any: "'any'", kind.Bytes: `b"00"`,
		}[k]
	}
	return "NONE"
}

func (g *generator) values(k kind.Kind, n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = g.value(k)
	}
	return strings.Join(parts, ", ")
}

// data returns the statements that fill the tables.
func (g *generator) data() []string {
	var out []string
	for _, t := range g.tables {
		for i := 1; i <= 3; i++ {
			out = append(out, fmt.Sprintf("CREATE %s:%d CONTENT %s", t, i, g.content(g.cat.Table(t))))
		}
	}
	for _, e := range g.edges {
		t := g.cat.Table(e)
		for range 5 {
			out = append(out, fmt.Sprintf("RELATE %s:%d->%s->%s:%d CONTENT %s", pick(g, t.In), 1+g.IntN(3), e, pick(g, t.Out), 1+g.IntN(3), g.content(t)))
		}
	}
	return out
}

func (g *generator) content(t *Table) string {
	var parts []string
	for _, f := range t.fields {
		if f.def != nil && f.def.Computed == nil && !(kind.Admits(f.stored, kind.None) && g.chance(50)) {
			parts = append(parts, f.name+": "+g.value(f.stored))
		}
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// path returns a path that begins at a value of the kind.
func (g *generator) path(k kind.Kind, depth int) string {
	var b strings.Builder
	for range depth {
		k = kind.Strip(k, kind.None, kind.Null)
		if u, ok := k.(*kind.Union); ok {
			k = pick(g, u.Members)
		}
		ck := &checker{cat: g.cat, params: newParams()}
		switch m := k.(type) {
		case *kind.Record:
			if g.chance(40) && len(m.Tables) > 0 {
				step := g.lookup()
				b.WriteString(step)
				k = kind.ArrayOf(kind.RecordOf(pick(g, g.tables)))
				continue
			}
			if g.chance(20) {
				b.WriteString(".*")
			}
			rows := ck.rows(m)
			if u, ok := rows.(*kind.Union); ok {
				rows = pick(g, u.Members)
			}
			k = g.field(&b, rows)
		case *kind.Object:
			if g.chance(20) && len(m.Fields) > 1 {
				b.WriteString(".{ " + m.Fields[0].Name + ", n: " + m.Fields[1].Name + " }")
				return b.String()
			}
			k = g.field(&b, m)
		case *kind.Array, *kind.Set, *kind.Tuple:
			elem, _ := kind.Elem(m)
			switch g.IntN(7) {
			case 0:
				b.WriteString("[0]")
				k = elem
			case 1:
				b.WriteString("[$]")
				k = elem
			case 2:
				b.WriteString(pick(g, []string{".len()", ".first()", ".is_empty()", ".distinct()", ".map(|$v| $v)", ".filter(|$v| $v)", ".max()", ".flatten()", ".map(|$v, $i| [$v, $i])", ".fold(0, |$a, $v| $a)", ".join(',')", ".reverse()", ".to_string()", ".any(|$v| $v)"}))
				return b.String()
			case 3:
				b.WriteString("[WHERE $this]")
			case 4:
				b.WriteString(pick(g, []string{".*", "[*]", "..."}))
			default:
				b.WriteString("")
				if _, ok := elem.(*kind.Object); ok {
					k = g.field(&b, elem)
				} else if r, ok := elem.(*kind.Record); ok && len(r.Tables) > 0 {
					k = g.field(&b, ck.rows(r))
				}
			}
		case kind.Basic:
			if m == kind.String && g.chance(50) {
				b.WriteString(pick(g, []string{".len()", ".uppercase()", ".split(' ')", ".slice(0, 1)", ".words()"}))
			} else if kind.Numeric(m) && g.chance(50) {
				b.WriteString(pick(g, []string{".abs()", ".sqrt()", ".to_string()", ".round()", ".to_float()"}))
			}
			return b.String()
		default:
			return b.String()
		}
	}
	return b.String()
}

func (g *generator) lookup() string {
	dir := pick(g, []string{"->", "<-", "<->"})
	edge := pick(g, g.edges)
	switch g.IntN(6) {
	case 0:
		return dir + edge
	case 1:
		return dir + "?"
	case 2:
		return dir + "(" + edge + " WHERE w != NONE)" + dir + pick(g, g.tables)
	case 3:
		return dir + "(SELECT w, in FROM " + edge + ")"
	}
	return dir + edge + dir + pick(g, g.tables)
}

func (g *generator) field(b *strings.Builder, k kind.Kind) kind.Kind {
	o, ok := k.(*kind.Object)
	if !ok || len(o.Fields) == 0 {
		return kind.Any
	}
	f := pick(g, o.Fields)
	b.WriteString("." + f.Name)
	return f.Kind
}

// expr returns an expression about a record of the table.
func (g *generator) expr(t *Table, depth int) string {
	if depth == 0 {
		return g.leaf(t)
	}
	sub := func() string { return g.expr(t, depth-1) }
	switch g.IntN(16) {
	case 0:
		return "(" + sub() + " " + pick(g, []string{"+", "-", "*", "/", "%", "**"}) + " " + sub() + ")"
	case 1:
		return "(" + sub() + " " + pick(g, []string{"=", "!=", "<", ">", "IN", "CONTAINS", "AND", "OR", "??", "?:", "=="}) + " " + sub() + ")"
	case 2:
		return "(IF " + sub() + " THEN " + sub() + " ELSE " + sub() + " END)"
	case 3:
		return "[" + sub() + ", " + sub() + "]"
	case 4:
		return "{ p: " + sub() + ", q: " + sub() + " }"
	case 5:
		return "<" + pick(g, []string{"string", "option<string>", "array", "string | bool", "any", "float", "number", "bool", "set"}) + "> " + sub()
	case 6:
		return pick(g, []string{"type::of", "count", "array::len", "array::distinct", "array::flatten", "math::sum", "math::max", "math::mean", "string::len", "object::keys", "object::values", "type::is_int", "not", "array::first", "array::max", "math::abs", "type::string", "array::group", "object::entries", "math::median", "array::sort", "rand::enum", "record::id", "record::tb", "math::min", "math::sqrt", "math::floor"}) + "(" + sub() + ")"
	case 7:
		return pick(g, []string{"array::append", "array::concat", "array::union", "array::add", "array::at", "string::concat", "array::difference", "array::push", "array::intersect", "object::extend", "array::combine", "math::pow", "array::remove", "array::transpose", "array::insert"}) + "(" + sub() + ", " + sub() + ")"
	case 8:
		return "(SELECT VALUE " + g.leaf(t) + " FROM " + t.Name + ")"
	case 9:
		return "{ LET $v = " + sub() + "; $v }"
	case 10:
		return "(!" + sub() + ")"
	case 11:
		return "(-" + sub() + ")"
	case 12:
		return "array::map([" + sub() + "], |$v| " + pick(g, []string{"$v", "[$v]", "$v ?? 1", "type::of($v)"}) + ")"
	}
	return g.leaf(t)
}

func (g *generator) leaf(t *Table) string {
	if g.literals > 0 && g.chance(g.literals) {
		return g.literal(t)
	}
	switch g.IntN(8) {
	case 0:
		return pick(g, []string{"1", "2.5f", "'x'", "true", "NONE", "NULL", "1dec", "5m", "[1, 2]", "{ k: 1 }", "a:1", "[]", "time::now()"})
	case 1:
		return "id" + g.path(kind.RecordOf(t.Name), 1+g.IntN(3))
	case 2:
		return g.lookup()
	}
	f := pick(g, t.Row.Fields)
	return f.Name + g.path(f.Kind, g.IntN(4))
}

// statement returns a random statement.
func (g *generator) statement() string {
	t := g.cat.Table(pick(g, append(slices.Clone(g.tables), g.edges...)))
	switch g.IntN(14) {
	case 0:
		return "RETURN " + g.expr(t, 2) // there is no record here
	case 1:
		return fmt.Sprintf("UPDATE %s:%d %s", t.Name, 1+g.IntN(4), g.returning(t))
	case 2:
		return fmt.Sprintf("UPDATE ONLY %s:%d SET %s", t.Name, 1+g.IntN(4), g.set(t)) + g.returning(t)
	case 3:
		return fmt.Sprintf("CREATE ONLY %s CONTENT %s", t.Name, g.content(t)) + g.returning(t)
	case 4:
		return fmt.Sprintf("RETURN %s:%d%s", t.Name, 1+g.IntN(4), g.path(kind.RecordOf(t.Name), 4))
	case 5:
		return fmt.Sprintf("RETURN %s:%d.{%s}%s%s", t.Name, 1+g.IntN(3), pick(g, []string{"1", "1..2", "2", "..+collect", "..3+path", "..3+collect+inclusive", "..3+shortest=a:2", "1..3"}), "->"+pick(g, g.edges), "->"+pick(g, g.tables))
	}
	return g.selects(t)
}

func (g *generator) set(t *Table) string {
	f := pick(g, t.fields)
	return f.name + pick(g, []string{" = ", " = ", " += "}) + g.value(f.stored)
}

func (g *generator) returning(t *Table) string {
	return pick(g, []string{"", " RETURN NONE", " RETURN BEFORE", " RETURN AFTER", " RETURN DIFF", " RETURN VALUE id", " RETURN $before.id AS b, $after AS a", " RETURN " + g.leaf(t) + " AS x", " RETURN *, 1 AS one"})
}

func (g *generator) selects(t *Table) string {
	var b strings.Builder
	var names []string
	group := g.chance(25)
	b.WriteString("SELECT ")
	switch {
	case !group && g.chance(25):
		b.WriteString("VALUE " + g.expr(t, 2))
	case !group && g.chance(20):
		b.WriteString("*")
		if g.chance(40) {
			b.WriteString(", " + g.expr(t, 1) + " AS extra")
		}
	default:
		for i := range 1 + g.IntN(3) {
			name := fmt.Sprintf("c%d", i)
			x := g.expr(t, 2)
			if group && g.chance(60) {
				x = pick(g, []string{"count()", "count(%s)", "math::sum(%s)", "math::max(%s)", "math::mean(%s)", "math::min(%s)", "array::group(%s)", "array::distinct(%s)", "math::sum(%s) + 1", "time::max(%s)", "math::median(%s)", "math::stddev(%s)"})
				x = strings.ReplaceAll(x, "%s", pick(g, t.Row.Fields).Name)
			}
			if i > 0 {
				b.WriteString(", ")
			}
			switch {
			case g.chance(15):
				f := pick(g, t.Row.Fields)
				b.WriteString(f.Name)
				name = f.Name
			case g.chance(10):
				name = "nest.n" + strconv.Itoa(i)
				b.WriteString(x + " AS " + name)
			default:
				b.WriteString(x + " AS " + name)
			}
			names = append(names, name)
		}
	}
	only := g.chance(15)
	b.WriteString(" FROM ")
	if only {
		fmt.Fprintf(&b, "ONLY %s:%d", t.Name, 1+g.IntN(4))
	} else {
		b.WriteString(t.Name)
	}
	if g.chance(35) {
		f := pick(g, t.Row.Fields)
		b.WriteString(" WHERE " + pick(g, []string{f.Name, f.Name + " != NONE", f.Name + " = " + g.value(f.Kind), "!" + f.Name, f.Name + " = NONE", "type::is_int(" + f.Name + ")", g.expr(t, 1)}))
	}
	switch {
	case group && len(names) > 0 && g.chance(60):
		b.WriteString(" GROUP BY " + names[0])
	case group:
		b.WriteString(" GROUP ALL")
	case len(names) > 0 && g.chance(10):
		b.WriteString(" SPLIT " + names[0])
	}
	if len(names) > 0 && g.chance(15) {
		b.WriteString(" ORDER BY " + names[0])
	}
	if g.chance(20) {
		b.WriteString(" LIMIT 2")
	}
	if !group && g.chance(20) {
		b.WriteString(" FETCH " + pick(g, t.Row.Fields).Name)
	}
	return b.String()
}

// fromEnv returns the number in the variable, or the fallback where it is not
// set.
func fromEnv(t *testing.T, variable string, fallback int) int {
	t.Helper()
	s := os.Getenv(variable)
	if s == "" {
		return fallback
	}
	n, err := strconv.Atoi(s)
	require.NoError(t, err, variable)
	return n
}

// TestGeneratedStatementsAreOfTheInferredKinds is the oracle over generated
// schemas, data and queries. TANDEM_ORACLE sets how many statements have to run
// and be accepted, TANDEM_SEED where the generator begins.
func TestGeneratedStatementsAreOfTheInferredKinds(t *testing.T) {
	count, seed := fromEnv(t, "TANDEM_ORACLE", 3000), uint64(fromEnv(t, "TANDEM_SEED", 1))
	const perSchema = 250
	o := &oracle{db: openDatabase(t)}
	made := 0
	for ; o.accepted < count && made < 5*count+perSchema; made += perSchema {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, uint64(made))), cat: NewCatalog()}
		o.cat = g.cat
		for _, table := range []string{"a", "b", "c", "e", "f"} {
			_, err := o.db.query("REMOVE TABLE IF EXISTS " + table)
			require.NoError(t, err)
		}
		schema := g.schema()
		require.Zero(t, g.cat.Apply(parse(t, schema)).Len(), schema)
		for _, stmt := range strings.Split(schema, ";\n") {
			answers, err := o.db.query(stmt)
			require.NoError(t, err, stmt)
			for _, a := range answers {
				require.Empty(t, a.err, stmt)
			}
		}
		for _, text := range g.data() {
			_, err := o.db.query(text)
			require.NoError(t, err, text)
		}
		for range perSchema {
			text := g.statement()
			script, found := surql.Parse(source.NewFile(fmt.Sprintf("seed %d, %d", seed, made), text), surql.Options{})
			if found.HasErrors() {
				continue
			}
			if o.script(script); o.db.died {
				t.Log("the engine died of ", text)
				o.db = openDatabase(t)
				break
			}
		}
		if len(o.unsound) > 25 {
			break
		}
	}
	o.rejected = nil // much of what is generated makes no sense
	o.report()
	assert.GreaterOrEqual(t, o.accepted, count, "of %d generated statements", made)
}
