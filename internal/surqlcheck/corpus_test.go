package surqlcheck

import (
	"bufio"
	"bytes"
	"encoding/json"
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
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// corpus returns the folder of SurrealDB's own language tests with the results
// that the engine gave, or skips.
func corpus(t *testing.T) string {
	t.Helper()
	root := os.Getenv("TANDEM_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	dir := filepath.Join(root, "corpus", "surrealdb-language-tests")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the corpus is not here: ", err)
	}
	return dir
}

type recordedFile struct {
	Path string
	Res  []recordedResult
}

type recordedResult struct {
	S string          // OK or ERR
	V json.RawMessage // the value
}

// beyondInference are the statements whose results no inference can know, by
// their positions.
var beyondInference = map[string]bool{
	// Rows that are older than their field's type, which the migration that
	// changes a type has to convert.
	"language/statements/define/field/late_define_field_different_type.surql:32:1": true,
	"language/statements/define/field/late_define_field_different_type.surql:34:1": true,
	// A variable whose LET has failed.
	"language/statements/let/typed.surql:21:1": true,
}

var importsLine = regexp.MustCompile(`(?m)^imports\s*=\s*\[([^\]]*)\]`)

// TestCorpusResultsAreOfTheInferredKinds is the oracle over SurrealDB's own
// tests: what the engine returned must be of the kind that was inferred.
func TestCorpusResultsAreOfTheInferredKinds(t *testing.T) {
	dir := corpus(t)
	recorded, err := os.Open(filepath.Join(dir, "results.jsonl"))
	require.NoError(t, err)
	defer recorded.Close()
	var total tally
	lines := bufio.NewScanner(recorded)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var file recordedFile
		require.NoError(t, json.Unmarshal(lines.Bytes(), &file))
		if len(file.Res) > 0 {
			checkRecorded(t, dir, file, &total)
		}
	}
	require.NoError(t, lines.Err())
	t.Log(&total)
	for _, r := range total.rejected {
		t.Log("rejected ", r)
	}
	for _, u := range total.unsound {
		t.Error("unsound ", u)
	}
	assert.Greater(t, total.statements, 3000)
	assert.GreaterOrEqual(t, float64(total.accepted), 0.98*float64(total.statements), "statements that ran are refused")
}

func checkRecorded(t *testing.T, dir string, file recordedFile, total *tally) {
	text, err := os.ReadFile(filepath.Join(dir, "tests", file.Path))
	require.NoError(t, err)
	cat := NewCatalog()
	if m := importsLine.FindSubmatch(text); m != nil {
		for _, name := range strings.Split(string(m[1]), ",") {
			name = strings.Trim(strings.TrimSpace(name), `"'`)
			imported, err := os.ReadFile(filepath.Join(dir, "tests", name))
			if err != nil {
				continue
			}
			script, _ := surql.Parse(source.NewFile(name, string(imported)), surql.Options{})
			cat.Infer(script)
		}
	}
	script, found := surql.Parse(source.NewFile(file.Path, string(text)), surql.Options{})
	if found.HasErrors() || len(script.Stmts) != len(file.Res) {
		return
	}
	stmts, diags := cat.Infer(script)
	for i, s := range stmts {
		res := file.Res[i]
		if res.S != "OK" {
			continue
		}
		total.statements++
		if d := errorIn(diags, s.Stmt); d != nil {
			total.rejected = append(total.rejected, d.Error())
			continue
		}
		total.accepted++
		total.measure(s.Kind)
		where := s.Stmt.Span().Position()
		if err := holds(s.Kind, recordedValue(t, res.V)); err != nil && !beyondInference[where.String()] {
			total.unsound = append(total.unsound, fmt.Sprintf("%s: %s\n\tinferred %s\n\tgot %s\n\t%v", where, firstLine(s.Stmt.Span().Text()), short(s.Kind.String()), short(string(res.V)), err))
			continue
		}
		total.sound++
	}
}

func short(s string) string {
	if len(s) > 600 {
		return s[:600] + "…"
	}
	return s
}

func firstLine(s string) string {
	return short(strings.Join(strings.Fields(s), " "))
}

func errorIn(l *diag.List, stmt surql.Stmt) *diag.Diagnostic {
	for _, d := range l.Sorted() {
		if d.Severity == diag.Error && d.Span.Start >= stmt.Span().Start && d.Span.End <= stmt.Span().End {
			return d
		}
	}
	return nil
}

// recordedValue reads a value of the recorded results, in which what JSON does
// not have is an object with a key such as $record.
func recordedValue(t *testing.T, raw json.RawMessage) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	require.NoError(t, dec.Decode(&v))
	return recorded(v)
}

func recorded(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case string:
		// JSON has no large ints; they are recorded as strings.
		if n, err := strconv.ParseInt(v, 10, 64); err == nil && (n > 1<<53 || n < -1<<53) {
			return bigInt(n)
		}
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = recorded(e)
		}
		return out
	case map[string]any:
		if len(v) == 1 {
			for key, inner := range v {
				if value, ok := recordedTag(key, inner); ok {
					return value
				}
			}
		}
		out := map[string]any{}
		for key, e := range v {
			out[key] = recorded(e)
		}
		return out
	}
	return v
}

func recordedTag(key string, inner any) (any, bool) {
	switch key {
	case "$none":
		return noneValue{}, true
	case "$float":
		switch f := inner.(type) {
		case json.Number:
			n, _ := f.Float64()
			return n, true
		}
		return 0.5, true // NaN and infinities are floats all the same
	case "$decimal":
		return scalarValue{kind.Decimal}, true
	case "$bytes":
		return scalarValue{kind.Bytes}, true
	case "$datetime":
		return scalarValue{kind.Datetime}, true
	case "$duration":
		return scalarValue{kind.Duration}, true
	case "$uuid":
		return scalarValue{kind.UUID}, true
	case "$record":
		table, _, _ := strings.Cut(inner.(string), ":")
		return recordValue{strings.Trim(table, "`")}, true
	case "$table":
		return tableValue{strings.TrimPrefix(fmt.Sprint(inner), "table:")}, true
	case "$range":
		return rangeValue{}, true
	case "$file":
		return fileValue{}, true
	case "$set":
		return setValue(recorded(inner).([]any)), true
	}
	if form, ok := strings.CutPrefix(key, "$geometry<"); ok {
		return geometryValue{strings.TrimSuffix(form, ">")}, true
	}
	return nil, false
}
