package emit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
)

// A declaration is what has a name that users know, and that therefore cannot
// be another one where the name is taken.
type declaration struct {
	what string
	span source.Span
	// remedy is how it gets another name, or "" where it cannot.
	remedy string
}

// own is the declaration of what Tandem always declares.
func own(name string) declaration { return declaration{what: "Tandem's own " + name} }

// ofTable is the declaration of something that has its name from a table.
func (e *emitter) ofTable(what string, m *ir.Model) declaration {
	key := m.Name
	if strings.ContainsFunc(key, func(r rune) bool { return !isWord(r) }) {
		key = fmt.Sprintf("%q", key)
	}
	return declaration{
		"the " + what + " of table " + m.Name, m.Span,
		fmt.Sprintf("write rename: { %s: Graph%s } under options.tandem", key, e.opts.Names.Exported(m.Name)),
	}
}

func isWord(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// ofQuery is the declaration of something that has its name from a query.
func ofQuery(what string, q *ir.Query) declaration {
	return declaration{what + " " + q.Name, q.Span, "give the query " + q.Name + " another name"}
}

// clash reports that two declarations in package pkg would have one name.
func (e *emitter) clash(first, second declaration, name, pkg string) {
	d := e.diags.Errorf(second.span, diag.OutputNameClash, "%s and %s would both be %s in package %s", first.what, second.what, name, pkg)
	if first.span.IsValid() {
		d.WithRelated(first.span, "the other %s is here", strings.TrimPrefix(name, "the "))
	}
	remedies := slices.DeleteFunc([]string{second.remedy, first.remedy}, func(r string) bool { return r == "" })
	if remedies = slices.Compact(remedies); len(remedies) > 0 {
		d.WithHelp("%s", strings.Join(remedies, ", or "))
	}
}
