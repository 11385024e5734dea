package diag_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func render(t *testing.T, l *diag.List, f diag.Format) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, l.Render(&b, f))
	return b.String()
}

func sample() *diag.List {
	a := source.NewFile("a.surql", "SELECT *\n\tFROM nöte WHERE x;\n")
	b := source.NewFile("b.surql", "DEFINE TABLE note;\n")
	var l diag.List
	l.Warnf(b.Span(13, 17), diag.ConfigInvalid, "second")
	l.Errorf(a.Span(15, 20), diag.ConfigUnknownKey, "table %q does not exist", "nöte").
		WithHelp("did you mean note?").
		WithRelated(b.Span(13, 17), "note is defined here")
	return &l
}

func TestTextPutsTheCaretUnderTheSpan(t *testing.T) {
	assert.Equal(t, strings.Join([]string{
		"a.surql:2:7: error: table \"nöte\" does not exist [config/unknown-key]",
		"  2 | \tFROM nöte WHERE x;",
		"    | \t     ^^^^",
		"b.surql:1:14: note: note is defined here",
		"  1 | DEFINE TABLE note;",
		"    |              ^^^^",
		"  help: did you mean note?",
		"b.surql:1:14: warning: second [config/invalid]",
		"  1 | DEFINE TABLE note;",
		"    |              ^^^^",
		"",
	}, "\n"), render(t, sample(), diag.Text))
}

func TestTextCutsVeryLongLines(t *testing.T) {
	f := source.NewFile("a", strings.Repeat("x", 5000)+"!"+strings.Repeat("y", 5000))
	var l diag.List
	l.Errorf(f.Span(5000, 5001), diag.ConfigSyntax, "here")
	lines := strings.Split(render(t, &l, diag.Text), "\n")
	assert.Less(t, len(lines[1]), 200)
	assert.Equal(t, strings.IndexByte(lines[1], '!'), strings.IndexByte(lines[2], '^'), "the caret still points at the place")
}

func TestJSONIsOneObjectALine(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(render(t, sample(), diag.JSON)), "\n")
	require.Len(t, lines, 2)
	var rec diag.Record
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &rec))
	assert.Equal(t, diag.Record{
		File: "a.surql", Line: 2, Column: 7, Severity: "error", Code: diag.ConfigUnknownKey,
		Message: "table \"nöte\" does not exist", Help: "did you mean note?",
		Related: []diag.RelatedRecord{{File: "b.surql", Line: 1, Column: 14, Message: "note is defined here"}},
	}, rec)
}

func TestGitHubEscapesWhatWouldEndTheCommand(t *testing.T) {
	f := source.NewFile("dir,a:b.sql", "x")
	var l diag.List
	l.Errorf(f.Span(0, 1), diag.ConfigSyntax, "100%%\nbad")
	assert.Equal(t, "::error file=dir%2Ca%3Ab.sql,line=1,col=1,title=config/syntax::100%25%0Abad\n", render(t, &l, diag.GitHub))
}

func TestSARIFNamesRuleAndRegion(t *testing.T) {
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID, Level string
				Locations     []struct {
					PhysicalLocation struct {
						Region struct{ StartLine, StartColumn, EndColumn int }
					}
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(render(t, sample(), diag.SARIF)), &log))
	require.Len(t, log.Runs, 1)
	assert.Equal(t, "2.1.0", log.Version)
	assert.Len(t, log.Runs[0].Tool.Driver.Rules, 2)
	first := log.Runs[0].Results[0]
	assert.Equal(t, "config/unknown-key", first.RuleID)
	assert.Equal(t, "error", first.Level)
	region := first.Locations[0].PhysicalLocation.Region
	assert.Equal(t, [3]int{2, 7, 11}, [3]int{region.StartLine, region.StartColumn, region.EndColumn})
}

func TestADiagnosticAboutNoFileStillRenders(t *testing.T) {
	var l diag.List
	l.Errorf(source.Span{}, diag.ConfigMissing, "no sqlc.yaml")
	assert.Equal(t, "error: no sqlc.yaml [config/missing]\n", render(t, &l, diag.Text))
	for _, f := range diag.Formats {
		assert.Contains(t, render(t, &l, f), "no sqlc.yaml")
	}
}

func TestSortedReportsTheSameFindingOnce(t *testing.T) {
	l := sample()
	l.Merge(sample())
	f := source.NewFile("a", "x")
	for range 2 {
		l.Errorf(f.Span(0, 1), diag.ConfigSyntax, "once")
	}
	n := 0
	for _, d := range l.Sorted() {
		if d.Message == "once" {
			n++
		}
	}
	assert.Equal(t, 1, n)
	assert.True(t, l.HasErrors())
}

func TestEveryCodeIsDocumented(t *testing.T) {
	for _, info := range diag.Codes() {
		assert.Regexp(t, `^[a-z]+/[a-z0-9-]+$`, info.Code)
		assert.NotEmpty(t, info.Meaning, info.Code)
		assert.NotEmpty(t, info.Example, info.Code)
	}
}

func TestNearest(t *testing.T) {
	fields := []string{"title", "body", "created_at"}
	assert.Equal(t, "title", diag.Nearest("titel", fields))
	assert.Equal(t, "created_at", diag.Nearest("CreatedAt", fields))
	assert.Equal(t, "", diag.Nearest("zzz", fields))
	assert.Equal(t, "", diag.Nearest("x", fields))
}

func TestParseFormat(t *testing.T) {
	f, err := diag.ParseFormat("sarif")
	require.NoError(t, err)
	assert.Equal(t, diag.SARIF, f)
	_, err = diag.ParseFormat("xml")
	assert.ErrorContains(t, err, "use text, json, github or sarif")
}
