package surql_test

import (
	"reflect"
	"testing"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/assert"
)

// reachable returns all nodes below n, found by reflection.
func reachable(n surql.Node) map[surql.Node]bool {
	nodeType := reflect.TypeFor[surql.Node]()
	found := map[surql.Node]bool{}
	var visit func(reflect.Value)
	visit = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Interface:
			visit(v.Elem())
		case reflect.Pointer:
			if v.IsNil() || !v.Type().Implements(nodeType) {
				return
			}
			visit(v.Elem())
		case reflect.Slice:
			for i := range v.Len() {
				visit(v.Index(i))
			}
		case reflect.Struct:
			if id, ok := v.Interface().(surql.Ident); ok && id.Name == "" {
				return
			}
			if v.Addr().Type().Implements(nodeType) {
				found[v.Addr().Interface().(surql.Node)] = true
			}
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					visit(v.Field(i))
				}
			}
		}
	}
	visit(reflect.ValueOf(n))
	return found
}

func TestWalkMissesNoNode(t *testing.T) {
	check := func(path string, script *surql.Script) {
		for _, stmt := range script.Stmts {
			want, got := reachable(stmt), map[surql.Node]bool{}
			surql.Walk(stmt, func(n surql.Node) bool {
				assert.False(t, got[n], "%s: %T visited twice in %s", path, n, stmt.Span().Text())
				got[n] = true
				return true
			})
			for n := range want {
				assert.True(t, got[n], "%s: %T not visited in %s", path, n, stmt.Span().Text())
			}
			assert.Len(t, got, len(want), "%s: %s", path, stmt.Span().Text())
		}
	}
	for path, text := range syntaxFiles(t) {
		script, _ := surql.Parse(source.NewFile(path, text), surql.Options{Engine: surql.V3_1})
		check(path, script)
	}
}

func TestWalkStopsWhereItIsTold(t *testing.T) {
	script, _ := surql.Parse(source.NewFile("a", "SELECT a, b FROM c WHERE d"), surql.Options{})
	n := 0
	script.Inspect(func(surql.Node) bool { n++; return false })
	assert.Equal(t, 1, n)
}
