package surql_test

import (
	"testing"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parse(t *testing.T, text string) *surql.Script {
	t.Helper()
	script, list := surql.Parse(source.NewFile("a.surql", text), surql.Options{KeepComments: true})
	require.False(t, list.HasErrors(), "%v", list.Sorted())
	return script
}

func texts(comments []surql.Comment) []string {
	var list []string
	for i := range comments {
		list = append(list, comments[i].Text())
	}
	return list
}

func TestDocCommentsBelongToTheStatementBelowThem(t *testing.T) {
	s := parse(t, `-- of the file

-- name: First :many
-- What it does.
SELECT * FROM a; -- trailing
# name: Second :one
/* a block */
SELECT /* inside */ * FROM b;

-- apart

SELECT * FROM c;
-- at the end`)
	require.Len(t, s.Stmts, 3)
	assert.Equal(t, []string{"of the file", "name: First :many", "What it does."}, texts(s.Doc(0)))
	assert.Equal(t, []string{"name: First :many", "What it does."}, texts(s.DocBlock(0)))
	assert.Equal(t, []string{"name: Second :one", "a block"}, texts(s.DocBlock(1)))
	assert.Equal(t, []string{"inside"}, texts(s.CommentsIn(s.Stmts[1])))
	assert.Equal(t, []string{"apart"}, texts(s.Doc(2)))
	assert.Empty(t, s.DocBlock(2))
	assert.Len(t, s.Comments, 9)
	assert.Equal(t, "a.surql:3:1", s.DocBlock(0)[0].Span().String())
}

func TestNameOfAComputedNameIsUnknown(t *testing.T) {
	for text, want := range map[string]string{
		"DEFINE TABLE person": "person", "DEFINE TABLE `odd name`": "odd name", "DEFINE NAMESPACE test": "test",
		"DEFINE DATABASE 'quoted'": "quoted", "DEFINE DATABASE (covered)": "covered", "DEFINE TABLE $name": "", "DEFINE NAMESPACE a.b": "",
	} {
		var name string
		var ok bool
		switch d := parse(t, text).Stmts[0].(type) {
		case *surql.DefineTable:
			name, ok = surql.NameOf(d.Name)
		case *surql.DefineNamespace:
			name, ok = surql.NameOf(d.Name)
		case *surql.DefineDatabase:
			name, ok = surql.NameOf(d.Name)
		}
		assert.Equal(t, want, name, text)
		assert.Equal(t, want != "", ok, text)
	}
}

func TestSpansAreThoseOfTheSource(t *testing.T) {
	s := parse(t, "SELECT a.b + 1, c[0] AS d FROM person:1 WHERE 'ä' = <int> x;")
	var got []string
	s.Inspect(func(n surql.Node) bool {
		switch n.(type) {
		case *surql.BinaryExpr, *surql.Idiom, *surql.RecordID, *surql.CastExpr, *surql.Field, *surql.IndexPart, *surql.IntLit:
			got = append(got, n.Span().Text())
		}
		return true
	})
	assert.Equal(t, []string{"a.b + 1", "a.b + 1", "a.b", "1", "c[0] AS d", "c[0]", "[0]", "0", "d", "person:1", "1", "'ä' = <int> x", "<int> x", "x"}, got)
}

func TestTreesBuiltByHandPrintWithTheParenthesesTheyNeed(t *testing.T) {
	one, two := &surql.IntLit{Value: 1}, &surql.IntLit{Value: -2}
	sum := &surql.BinaryExpr{Op: surql.OpAdd, X: one, Y: two}
	sel := &surql.SelectStmt{
		Fields: &surql.Fields{Items: []*surql.Field{{}}},
		What:   []surql.Expr{&surql.TableName{Name: "select"}},
	}
	for want, n := range map[string]surql.Node{
		"(1 + -2) * 1":                    &surql.BinaryExpr{Op: surql.OpMul, X: sum, Y: one},
		"1 * (1 + -2)":                    &surql.BinaryExpr{Op: surql.OpMul, X: one, Y: sum},
		"-(1 + -2)":                       &surql.UnaryExpr{Op: surql.OpNeg, X: sum},
		"- -2":                            &surql.UnaryExpr{Op: surql.OpNeg, X: two},
		"(1 + -2).abs()":                  &surql.Idiom{Start: sum, Parts: []surql.Part{&surql.MethodPart{Name: surql.Ident{Name: "abs"}}}},
		"[(SELECT * FROM `select`), 1]":   &surql.ArrayLit{Elems: []surql.Expr{sel, one}},
		"(SELECT * FROM `select`) ?? 1":   &surql.BinaryExpr{Op: surql.OpNullish, X: sel, Y: one},
		"{ ; }":                           &surql.Block{},
		"(a:1)..":                         &surql.RangeExpr{From: &surql.RecordID{Table: surql.Ident{Name: "a"}, Key: one}},
		"LET $a: option<int> = 1":         &surql.LetStmt{Name: surql.Ident{Name: "a"}, Kind: &surql.OptionKind{Elem: &surql.BasicKind{Name: "int"}}, Value: one},
		"DEFINE TABLE OVERWRITE `a-b`":    &surql.DefineTable{IfExisting: surql.ExistingOverwrite, Name: &surql.TableName{Name: "a-b"}},
		"REMOVE FIELD IF EXISTS a ON b":   &surql.RemoveStmt{Target: surql.RemoveField, IfExists: true, Name: &surql.TableName{Name: "a"}, Table: &surql.TableName{Name: "b"}},
		"($a = 1)":                        &surql.ExprStmt{X: &surql.BinaryExpr{Op: surql.OpEqual, X: &surql.Param{Name: "a"}, Y: one}},
		"ALTER FIELD a ON b DROP DEFAULT": &surql.AlterField{Name: &surql.Idiom{Parts: []surql.Part{&surql.FieldPart{Name: "a"}}}, Table: surql.Ident{Name: "b"}, Default: surql.Change[*surql.Default]{Op: surql.ChangeDrop}},
	} {
		assert.Equal(t, want, surql.Print(n))
		_, list := surql.Parse(source.NewFile("printed", want), surql.Options{})
		assert.False(t, list.HasErrors(), "%s: %v", want, list.Sorted())
	}
}

func TestEqualSeesWhatIsDifferent(t *testing.T) {
	texts := []string{
		"SELECT a FROM b", "SELECT a FROM c", "SELECT a FROM b WHERE c", "SELECT VALUE a FROM b", "RETURN 1", "RETURN 1f", "RETURN 1dec",
		"RETURN '1'", "RETURN a:1", "RETURN a:⟨1⟩", "RETURN d'2024-01-01'", "RETURN d'2024-01-02'", "RETURN [1, 2]", "RETURN {1, 2}", "RETURN NaN",
		"RETURN 1 + 2 * 3", "RETURN (1 + 2) * 3", "RETURN a.*", "RETURN a.b", "RETURN a[0]", "DEFINE TABLE a", "DEFINE TABLE IF NOT EXISTS a",
	}
	for i, a := range texts {
		for j, b := range texts {
			assert.Equal(t, i == j, surql.Equal(parse(t, a).Stmts[0], parse(t, b).Stmts[0]), "%s | %s", a, b)
		}
	}
	assert.True(t, surql.Equal(parse(t, "RETURN (1 * 2) + 3").Stmts[0], parse(t, "return 1*2 + /* c */ (3);").Stmts[0]))
}

func TestFragments(t *testing.T) {
	x, list := surql.ParseExpr(source.NewFile("a", "a + 1"), surql.Options{})
	require.False(t, list.HasErrors())
	assert.Equal(t, "a + 1", surql.Print(x))
	k, list := surql.ParseKind(source.NewFile("a", "array<record<person>, 3> | none"), surql.Options{})
	require.False(t, list.HasErrors())
	assert.Equal(t, "array<record<person>, 3> | none", surql.Print(k))
	_, list = surql.ParseKind(source.NewFile("a", "int int"), surql.Options{})
	assert.True(t, list.HasErrors())
	x, list = surql.ParseExpr(source.NewFile("a", "1 +"), surql.Options{})
	assert.True(t, list.HasErrors())
	assert.Nil(t, x)
}

func TestParseVersion(t *testing.T) {
	for text, want := range map[string]surql.Version{"3.0": surql.V3_0, "3": surql.V3_0, "v3.1.2": surql.V3_1, "3.7": {Major: 3, Minor: 7}} {
		v, err := surql.ParseVersion(text)
		require.NoError(t, err)
		assert.Equal(t, want, v)
	}
	for _, text := range []string{"", "2.1", "three", "3.x"} {
		_, err := surql.ParseVersion(text)
		assert.ErrorContains(t, err, "engine version", text)
	}
}
