// Package diag holds diagnostics: what Tandem has to say about a user's files.
//
// A diagnostic is a value. Phases add diagnostics to a List and go on, so that
// one run reports everything it found; nothing is printed before the end.
// A List renders as text for people, and as JSON, GitHub annotations and SARIF
// for programs.
package diag

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/devq-ai/tandem/internal/source"
)

// Severity says how much a diagnostic matters. Only an Error stops a run.
type Severity uint8

const (
	Error   Severity = iota // the input cannot be compiled
	Warning                 // the input compiles, and is probably not what was meant
	Lint                    // the input compiles, and can be written better
)

// String returns "error", "warning" or "lint".
func (s Severity) String() string {
	return [...]string{"error", "warning", "lint"}[s]
}

// A Diagnostic is one message about a place in a file.
type Diagnostic struct {
	Code     Code
	Severity Severity
	// Span is the place. A diagnostic about a file as a whole has an empty span
	// at its start; one about no file at all has the zero Span.
	Span source.Span
	// Message says what is wrong, in lower case and without a final stop.
	Message string
	// Help says what to do. It may be empty.
	Help string
	// Related points at other places that explain the message.
	Related []Related
}

// Related is a second place that a diagnostic refers to.
type Related struct {
	Span    source.Span
	Message string
}

// Error returns the position, the message and the code on one line, so that a
// Diagnostic can be returned as an error.
func (d *Diagnostic) Error() string {
	if !d.Span.IsValid() {
		return fmt.Sprintf("%s [%s]", d.Message, d.Code)
	}
	return fmt.Sprintf("%s: %s [%s]", d.Span.Position(), d.Message, d.Code)
}

// WithHelp sets the help text and returns d.
func (d *Diagnostic) WithHelp(format string, args ...any) *Diagnostic {
	d.Help = fmt.Sprintf(format, args...)
	return d
}

// WithRelated adds a related place and returns d.
func (d *Diagnostic) WithRelated(span source.Span, format string, args ...any) *Diagnostic {
	d.Related = append(d.Related, Related{Span: span, Message: fmt.Sprintf(format, args...)})
	return d
}

// A List accumulates diagnostics. The zero List is ready to use. A List is not
// safe for concurrent use; concurrent phases fill lists of their own and Merge.
type List struct {
	all    []*Diagnostic
	errors int
}

// Errorf adds an error at span and returns it, so that help can be attached.
func (l *List) Errorf(span source.Span, code Code, format string, args ...any) *Diagnostic {
	return l.add(Error, span, code, format, args)
}

// Warnf adds a warning at span and returns it.
func (l *List) Warnf(span source.Span, code Code, format string, args ...any) *Diagnostic {
	return l.add(Warning, span, code, format, args)
}

// Lintf adds a lint at span and returns it.
func (l *List) Lintf(span source.Span, code Code, format string, args ...any) *Diagnostic {
	return l.add(Lint, span, code, format, args)
}

func (l *List) add(sev Severity, span source.Span, code Code, format string, args []any) *Diagnostic {
	d := &Diagnostic{Code: code, Severity: sev, Span: span, Message: fmt.Sprintf(format, args...)}
	l.Add(d)
	return d
}

// Add adds d.
func (l *List) Add(d *Diagnostic) {
	l.all = append(l.all, d)
	if d.Severity == Error {
		l.errors++
	}
}

// Merge adds all diagnostics of other.
func (l *List) Merge(other *List) {
	l.all = append(l.all, other.all...)
	l.errors += other.errors
}

// HasErrors reports whether the list holds an Error.
func (l *List) HasErrors() bool { return l.errors > 0 }

// Len returns the number of diagnostics.
func (l *List) Len() int { return len(l.all) }

// Sorted returns the diagnostics by path, position, severity and code, each
// once. The list is not changed.
func (l *List) Sorted() []*Diagnostic {
	sorted := slices.Clone(l.all)
	slices.SortStableFunc(sorted, func(a, b *Diagnostic) int {
		return cmp.Or(
			cmp.Compare(path(a), path(b)),
			cmp.Compare(a.Span.Start, b.Span.Start),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(sorted, func(a, b *Diagnostic) bool {
		return a.Span == b.Span && a.Code == b.Code && a.Message == b.Message
	})
}

func path(d *Diagnostic) string {
	if d.Span.File == nil {
		return ""
	}
	return d.Span.File.Path
}
