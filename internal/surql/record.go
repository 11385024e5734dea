package surql

import "github.com/devq-ai/tandem/internal/diag"

// A Record is the result of parsing a file, for programs. It marshals to the
// line of JSON that `tandem parse --json` writes for a file.
type Record struct {
	File        string             `json:"file"`
	OK          bool               `json:"ok"` // there is no error
	Statements  int                `json:"statements"`
	Diagnostics []RecordDiagnostic `json:"diagnostics"`
}

// A RecordDiagnostic is a diagnostic of a Record. Line and Column count from 1.
type RecordDiagnostic struct {
	Severity string    `json:"severity"` // error, warning or lint
	Line     int       `json:"line"`
	Column   int       `json:"col"`
	Code     diag.Code `json:"code"`
	Message  string    `json:"message"`
}

// NewRecord makes the record of what Parse returned.
func NewRecord(script *Script, list *diag.List) Record {
	r := Record{
		File:        script.File.Path,
		OK:          !list.HasErrors(),
		Statements:  len(script.Stmts),
		Diagnostics: []RecordDiagnostic{},
	}
	for _, d := range list.Sorted() {
		pos := d.Span.Position()
		r.Diagnostics = append(r.Diagnostics, RecordDiagnostic{d.Severity.String(), pos.Line, pos.Column, d.Code, d.Message})
	}
	return r
}
