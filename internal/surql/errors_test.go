package surql_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	errorHere   = regexp.MustCompile(`/\* ERROR "(.*?)" \*/\s*`)
	errorColumn = regexp.MustCompile(`-- ERROR (\d+) "(.*)"`)
)

// expectedErrors returns the errors that a file's comments ask for: offset to
// pattern.
func expectedErrors(file *source.File) map[int]string {
	expected := map[int]string{}
	for _, m := range errorHere.FindAllStringSubmatchIndex(file.Text, -1) {
		expected[m[1]] = file.Text[m[2]:m[3]]
	}
	for _, m := range errorColumn.FindAllStringSubmatchIndex(file.Text, -1) {
		column, _ := strconv.Atoi(file.Text[m[2]:m[3]])
		expected[file.Offset(file.Position(m[0]).Line, column)] = file.Text[m[4]:m[5]]
	}
	return expected
}

// describe returns all that a diagnostic says, on one line.
func describe(d *diag.Diagnostic) string {
	s := d.Message + " | " + d.Help
	for _, r := range d.Related {
		s += fmt.Sprintf(" | %s: %s", r.Span, r.Message)
	}
	return s
}

func TestErrorsStandWhereTheMistakeIs(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "errors", "*.surql"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		file := source.NewFile(filepath.Base(path), string(text))
		_, list := surql.Parse(file, surql.Options{})
		expected := expectedErrors(file)
		for _, d := range list.Sorted() {
			at := d.Span.Start
			if at == len(strings.TrimRight(file.Text, "\n"))-1 {
				at = len(text) // the end is shown at the last character
			}
			pattern, ok := expected[at]
			if !assert.True(t, ok, "unexpected error: %v", d) {
				continue
			}
			assert.Regexp(t, pattern, describe(d), "%v", d)
			delete(expected, at)
		}
		for at, pattern := range expected {
			t.Errorf("%s: no error %q", file.Position(at), pattern)
		}
	}
}

func TestEverySurqlCodeIsReportedForItsExample(t *testing.T) {
	for _, info := range diag.Codes() {
		if !strings.HasPrefix(string(info.Code), "surql/") || strings.HasPrefix(info.Example, "(") {
			continue
		}
		_, list := surql.Parse(source.NewFile("example", info.Example), surql.Options{})
		if assert.Equal(t, 1, list.Len(), info.Code) {
			assert.Equal(t, info.Code, list.Sorted()[0].Code, "%v", list.Sorted()[0])
		}
	}
}

func TestExperimentalSyntaxCanBeTurnedOff(t *testing.T) {
	for _, text := range []string{"DEFINE BUCKET b", "RETURN f'a:/b'", "RETURN mod::a::b()", "DEFINE MODULE mod::a AS f'a:/b'", "REMOVE MODULE mod::a"} {
		_, list := surql.Parse(source.NewFile("a", text), surql.Options{})
		assert.False(t, list.HasErrors(), text)
		_, list = surql.Parse(source.NewFile("a", text), surql.Options{NoExperimental: true})
		if assert.Equal(t, 1, list.Len(), text) {
			assert.Equal(t, diag.SurqlExperimental, list.Sorted()[0].Code)
		}
	}
}

func TestAnErrorDoesNotHideTheStatementsAroundIt(t *testing.T) {
	script, list := surql.Parse(source.NewFile("a", `
CREATE a;
CREATE ;
DEFINE FUNCTION fn::f() { LET $x = ; RETURN { a: ( }; };
CREATE b;
SELECT * FROM c WHERE [1, 2;
CREATE d;
DEFINE EVENT e ON f THEN {
  CREATE g;
DEFINE TABLE h;
`), surql.Options{})
	var printed []string
	for _, s := range script.Stmts {
		printed = append(printed, surql.Print(s))
	}
	assert.Equal(t, []string{"CREATE a", "CREATE b", "CREATE d", "DEFINE TABLE h"}, printed)
	assert.Equal(t, 4, list.Len(), "%v", list.Sorted())
}
