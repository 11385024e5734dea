package surqlcheck

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mutations are rules of inference, each broken by one change of the text.
var mutations = []struct{ rule, file, old, broken string }{
	{"SELECT … FROM ONLY may find nothing", "select.go",
		"	return kind.Option(row)\n}", "	return row\n}"},
	{"option<T> admits NONE", "kinds.go",
		"return kind.OneOf(path, kind.None, kindOf(k.Elem, path))", "return kindOf(k.Elem, path)"},
	{"a step of the graph finds one flat array", "graph.go",
		"	if part.Fields == nil {\n		return kind.ArrayOf(found)", "	if part.Fields == nil {\n		return kind.ArrayOf(kind.ArrayOf(found))"},
	{"a field that is no key of its GROUP is an array", "project.go",
		"	if idiom, ok := item.X.(*surql.Idiom); ok && plainPath(idiom) != nil {\n		return kind.ArrayOf(k)", "	if idiom, ok := item.X.(*surql.Idiom); ok && plainPath(idiom) != nil {\n		return k"},
	{"FETCH puts records in the place of links", "rows.go",
		"			if len(parts) == 0 {\n				return row\n", "			if len(parts) == 0 {\n				return r\n"},
	{"int / int is int or, divided by zero, float", "expr.go",
		"	case op == surql.OpDiv:\n		return kind.Join(kind.Int, kind.Float)", "	case op == surql.OpDiv:\n		return kind.Int"},
	{"RETURN BEFORE of a new record is NONE", "write.go",
		"		return r.before\n", "		return r.after\n"},
	{"?? gives its right side, too", "expr.go",
		"return kind.Join(kind.Strip(a, kind.None, kind.Null), c.expr(x.Y, s, w))", "return kind.Strip(a, kind.None, kind.Null)"},
	{"SELECT VALUE gives values, not rows", "project.go",
		"		k := c.item(f.Items[0], s, group, groupKeys(f, group))\n", "		k := kind.Kind(kind.NewObject(kind.Field{Name: \"value\", Kind: c.item(f.Items[0], s, group, groupKeys(f, group))}))\n"},
	{"a recursion with +collect gives all in one array", "graph.go",
		"	case part.Instruction == surql.RecurseCollect:\n		result = kind.ArrayOf(", "	case part.Instruction == surql.RecurseCollect:\n		result = kind.Option("},
	{"x != NONE takes NONE away, and x = NONE leaves it", "narrow.go",
		"return c.narrowEqual(x, s, !holds)", "return c.narrowEqual(x, s, holds)"},
	{"SPLIT gives one element per row", "rows.go",
		"		f.Kind = splitAt(f.Kind, path[1:])\n", ""},
	{"a record that its transaction has written may lack its id", "written.go",
		"return w.all || len(w.names) > 0 }", "return false }"},
	{"a method's arguments see what the method is called on", "call.go",
		"(&scope{up: s, apart: true}).record(k)", "s"},
	{"array::at may be out of range", "functions.tsv",
		"array::at\tarray, int\tnone|T", "array::at\tarray, int\tT"},
}

var failedTest = regexp.MustCompile(`(?m)^--- FAIL: (\w+)`)

// TestBrokenRulesAreFound breaks each rule in a copy of its file and runs the
// oracle over the package built with it: what the oracle does not find, nobody
// would. It takes minutes and is run by make mutate.
func TestBrokenRulesAreFound(t *testing.T) {
	if os.Getenv("TANDEM_MUTATE") == "" {
		t.Skip("TANDEM_MUTATE is not set")
	}
	out, failed := runOracle(t, map[string]string{})
	require.False(t, failed, "the oracle fails before anything is broken:\n%s", out)
	for _, m := range mutations {
		t.Run(m.rule, func(t *testing.T) {
			path, err := filepath.Abs(m.file)
			require.NoError(t, err)
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, 1, strings.Count(string(text), m.old), "the rule is not where it was in %s:\n%s", m.file, m.old)
			mutated := filepath.Join(t.TempDir(), m.file)
			require.NoError(t, os.WriteFile(mutated, []byte(strings.Replace(string(text), m.old, m.broken, 1)), 0o600))
			out, failed := runOracle(t, map[string]string{path: mutated})
			require.True(t, failed, "nothing finds that this is broken")
			unsound := strings.Count(out, ": unsound ")
			var by []string
			for _, found := range failedTest.FindAllStringSubmatch(out, -1) {
				by = append(by, found[1])
			}
			assert.Positive(t, unsound, "the oracle fails for another reason:\n%s", out)
			t.Logf("%d unsound, in %s", unsound, strings.Join(by, ", "))
		})
	}
}

// runOracle runs the oracle over the package with some files replaced, and
// returns what it prints and whether it fails.
func runOracle(t *testing.T, replaced map[string]string) (string, bool) {
	t.Helper()
	overlay, err := json.Marshal(map[string]any{"Replace": replaced})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "overlay.json")
	require.NoError(t, os.WriteFile(file, overlay, 0o600))
	cmd := exec.CommandContext(context.Background(), "go", "test", "-overlay", file, "-run", "OfTheInferredKind", "-count", "1", ".")
	cmd.Env = append(os.Environ(), "TANDEM_MUTATE=", "TANDEM_ORACLE=1000")
	out, err := cmd.CombinedOutput()
	return string(out), err != nil
}
