package diag

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/source"
)

// A Format is a way to render diagnostics.
type Format string

const (
	Text   Format = "text"   // for people: position, message, source line with a caret, help
	JSON   Format = "json"   // one JSON object a line
	GitHub Format = "github" // workflow commands that GitHub Actions shows in a pull request
	SARIF  Format = "sarif"  // one SARIF 2.1.0 log
)

// Formats lists the formats that Render knows.
var Formats = []Format{Text, JSON, GitHub, SARIF}

// ParseFormat returns the format of that name.
func ParseFormat(name string) (Format, error) {
	if f := Format(name); slices.Contains(Formats, f) {
		return f, nil
	}
	return "", fmt.Errorf("unknown format %q: use text, json, github or sarif", name)
}

// Render writes the list's diagnostics, sorted, in the given format.
func (l *List) Render(w io.Writer, format Format) error {
	sorted := l.Sorted()
	switch format {
	case Text:
		return renderText(w, sorted)
	case JSON:
		return renderJSON(w, sorted)
	case GitHub:
		return renderGitHub(w, sorted)
	case SARIF:
		return renderSARIF(w, sorted)
	}
	return fmt.Errorf("unknown diagnostic format %q", format)
}

func renderText(w io.Writer, diags []*Diagnostic) error {
	var b strings.Builder
	for _, d := range diags {
		where := ""
		if d.Span.IsValid() {
			where = d.Span.Position().String() + ": "
		}
		fmt.Fprintf(&b, "%s%s: %s [%s]\n", where, d.Severity, d.Message, d.Code)
		excerpt(&b, d.Span)
		for _, r := range d.Related {
			fmt.Fprintf(&b, "%s: note: %s\n", r.Span.Position(), r.Message)
			excerpt(&b, r.Span)
		}
		if d.Help != "" {
			fmt.Fprintf(&b, "  help: %s\n", strings.ReplaceAll(d.Help, "\n", "\n        "))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const maxExcerpt = 160 // code points of a source line that are shown

// excerpt writes the span's first line with carets below what the span covers
// of it.
func excerpt(b *strings.Builder, span source.Span) {
	if !span.IsValid() || span.File.Text == "" {
		return
	}
	pos := span.Position()
	line := []rune(span.File.LineText(pos.Line))
	from := min(pos.Column-1, len(line))
	to := len(line)
	if end := span.File.Position(span.End); end.Line == pos.Line {
		to = min(end.Column-1, len(line))
	}
	if from > maxExcerpt/2 && len(line) > maxExcerpt {
		cut := from - maxExcerpt/2
		line, from, to = line[cut:], from-cut, to-cut
	}
	if len(line) > maxExcerpt {
		line, to = line[:maxExcerpt], min(to, maxExcerpt)
	}
	number := fmt.Sprint(pos.Line)
	fmt.Fprintf(b, "  %s | %s\n", number, string(line))
	fmt.Fprintf(b, "  %*s | ", len(number), "")
	for _, r := range line[:from] {
		if r == '\t' {
			b.WriteByte('\t')
		} else {
			b.WriteByte(' ')
		}
	}
	b.WriteString(strings.Repeat("^", max(1, to-from)))
	b.WriteByte('\n')
}

// Record is a diagnostic as the JSON format writes it. Lines and columns count
// from 1; they are 0 for a diagnostic about no file.
type Record struct {
	File     string          `json:"file,omitempty"`
	Line     int             `json:"line,omitempty"`
	Column   int             `json:"col,omitempty"`
	Severity string          `json:"severity"`
	Code     Code            `json:"code"`
	Message  string          `json:"message"`
	Help     string          `json:"help,omitempty"`
	Related  []RelatedRecord `json:"related,omitempty"`
}

// RelatedRecord is a related place as the JSON format writes it.
type RelatedRecord struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"col"`
	Message string `json:"message"`
}

// Record returns d as the JSON format writes it.
func (d *Diagnostic) Record() Record {
	pos := d.Span.Position()
	rec := Record{
		File: pos.Path, Line: pos.Line, Column: pos.Column,
		Severity: d.Severity.String(), Code: d.Code, Message: d.Message, Help: d.Help,
	}
	for _, r := range d.Related {
		p := r.Span.Position()
		rec.Related = append(rec.Related, RelatedRecord{p.Path, p.Line, p.Column, r.Message})
	}
	return rec
}

func renderJSON(w io.Writer, diags []*Diagnostic) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, d := range diags {
		if err := enc.Encode(d.Record()); err != nil {
			return err
		}
	}
	return nil
}

var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func renderGitHub(w io.Writer, diags []*Diagnostic) error {
	for _, d := range diags {
		command := map[Severity]string{Error: "error", Warning: "warning", Lint: "notice"}[d.Severity]
		props := []string{"title=" + githubProperty.Replace(string(d.Code))}
		if pos := d.Span.Position(); pos.IsValid() {
			props = append([]string{
				"file=" + githubProperty.Replace(pos.Path),
				fmt.Sprintf("line=%d", pos.Line),
				fmt.Sprintf("col=%d", pos.Column),
			}, props...)
		}
		message := d.Message
		if d.Help != "" {
			message += "\n" + d.Help
		}
		if _, err := fmt.Fprintf(w, "::%s %s::%s\n", command, strings.Join(props, ","), githubData.Replace(message)); err != nil {
			return err
		}
	}
	return nil
}

// The parts of a SARIF 2.1.0 log that code scanners read
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver struct {
				Name           string      `json:"name"`
				InformationURI string      `json:"informationUri"`
				Rules          []sarifRule `json:"rules"`
			} `json:"driver"`
		} `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifRule struct {
		ID               Code         `json:"id"`
		ShortDescription sarifMessage `json:"shortDescription"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID           Code            `json:"ruleId"`
		Level            string          `json:"level"`
		Message          sarifMessage    `json:"message"`
		Locations        []sarifLocation `json:"locations,omitempty"`
		RelatedLocations []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysical `json:"physicalLocation"`
		Message          *sarifMessage `json:"message,omitempty"`
	}
	sarifPhysical struct {
		ArtifactLocation struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region struct {
			StartLine   int `json:"startLine"`
			StartColumn int `json:"startColumn"`
			EndLine     int `json:"endLine"`
			EndColumn   int `json:"endColumn"`
		} `json:"region"`
	}
)

func renderSARIF(w io.Writer, diags []*Diagnostic) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver.Name = "tandem"
	run.Tool.Driver.InformationURI = "https://github.com/devq-ai/tandem"
	run.Tool.Driver.Rules = []sarifRule{}
	seen := map[Code]bool{}
	for _, d := range diags {
		if !seen[d.Code] {
			seen[d.Code] = true
			info, _ := Lookup(d.Code)
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{d.Code, sarifMessage{info.Meaning}})
		}
		message := d.Message
		if d.Help != "" {
			message += ". " + d.Help
		}
		res := sarifResult{
			RuleID:  d.Code,
			Level:   map[Severity]string{Error: "error", Warning: "warning", Lint: "note"}[d.Severity],
			Message: sarifMessage{message},
		}
		if d.Span.IsValid() {
			res.Locations = []sarifLocation{{PhysicalLocation: physical(d.Span)}}
		}
		for _, r := range d.Related {
			res.RelatedLocations = append(res.RelatedLocations, sarifLocation{physical(r.Span), &sarifMessage{r.Message}})
		}
		run.Results = append(run.Results, res)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

func physical(span source.Span) (p sarifPhysical) {
	start, end := span.Position(), span.File.Position(span.End)
	p.ArtifactLocation.URI = start.Path
	p.Region.StartLine, p.Region.StartColumn = start.Line, start.Column
	p.Region.EndLine, p.Region.EndColumn = end.Line, end.Column
	return p
}
