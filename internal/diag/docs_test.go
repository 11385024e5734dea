package diag_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the list of codes in docs/diagnostics.md anew")

const (
	docsFile = "../../docs/diagnostics.md"
	// listMark stands before the part of the page that is made of the codes.
	listMark = "<!-- What follows is written by go test ./internal/diag -update -->\n"
)

// areas are the sections of the page.
var areas = []struct{ name, about string }{
	{"config", "The configuration, `sqlc.yaml` and `atlas.hcl`."},
	{"output", "Writing the generated code."},
	{"sql", "Schema and queries in SQL. The examples are about a table `pets`."},
	{"surql", "The syntax of SurrealQL."},
	{"schema", "SurrealDB's schema."},
	{"query", "SurrealQL queries. The examples are about a table `note`."},
	{"migrate", "Migrations."},
}

func TestThePageOfDiagnosticsListsAllCodes(t *testing.T) {
	page, err := os.ReadFile(docsFile)
	require.NoError(t, err)
	intro, list, found := bytes.Cut(page, []byte(listMark))
	require.True(t, found, "%s lacks the line %q", docsFile, listMark)
	want := codeList(t)
	if *update {
		require.NoError(t, os.WriteFile(docsFile, append(append(intro, listMark...), want...), 0o644))
		return
	}
	assert.Equal(t, want, string(list), "the page is not current: run go test ./internal/diag -update")
}

// codeList renders all codes, an area after the other.
func codeList(t *testing.T) string {
	var b strings.Builder
	listed := 0
	for _, area := range areas {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| code | meaning | example |\n|---|---|---|\n", area.name, area.about)
		for _, info := range diag.Codes() {
			if strings.HasPrefix(string(info.Code), area.name+"/") {
				fmt.Fprintf(&b, "| `%s` | %s | %s |\n", info.Code, cell(info.Meaning), example(info.Example))
				listed++
			}
		}
	}
	require.Len(t, diag.Codes(), listed, "a code belongs to an area that the page has no section for")
	return b.String()
}

// example renders an example as one cell: each line as code, or a description
// as it is.
func example(text string) string {
	text = strings.TrimRight(text, "\n")
	if strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") {
		return cell(text[1 : len(text)-1])
	}
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" {
			lines = append(lines, "`"+cell(line)+"`")
		}
	}
	return strings.Join(lines, "<br>")
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
