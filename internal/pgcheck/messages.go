package pgcheck

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
)

// A message is a form of sqlc's messages. The first group of its pattern is the
// name that the message is about.
type message struct {
	pattern func() *regexp.Regexp
	code    diag.Code
	// text replaces what sqlc says, with $1 for the first group, where sqlc's
	// words are about its own inside.
	text string
	help string
	// near lists the names that the one of the message may have been meant to
	// be.
	near func(r *request, b *block) []string
}

// messages are the forms of sqlc's messages, the first that fits counts.
var messages = []message{
	{pattern: re(`^missing semicolon at end of file`), code: diag.SQLSyntax, text: "the statement is not ended by a semicolon"},
	{pattern: re(`(?s)at or near "(.*)"$`), code: diag.SQLSyntax},
	{pattern: re(`at end of input$`), code: diag.SQLSyntax},

	{pattern: re(`^invalid query type: (\S*)`), code: diag.SQLAnnotation, text: "there is no command $1",
		help: "the commands are :one, :many, :exec, :execrows, :execresult, :copyfrom, :batchexec, :batchmany and :batchone"},
	{pattern: re(`^missing query type .*: (.*)$`), code: diag.SQLAnnotation, text: "the annotation has no command",
		help: "write it behind the name, as in -- name: ListPets :many"},
	{pattern: re(`^invalid metadata: (.*)$`), code: diag.SQLAnnotation, text: "the annotation is not written as sqlc reads it",
		help: "write it with single spaces, as in -- name: ListPets :many"},
	{pattern: re(`^invalid query comment: (.*)$`), code: diag.SQLAnnotation, text: "the annotation has more than a name and a command",
		help: "write what else there is to say on a comment line of its own"},
	{pattern: re(`^invalid query name:? "(.*)"`), code: diag.SQLAnnotation, text: `"$1" cannot be the name of a query`,
		help: "it becomes the name of a Go method: use letters and digits, and begin with an upper-case letter"},
	{pattern: re(`^duplicate query name: (\S+)`), code: diag.SQLDuplicateQuery, text: "there is already a query $1"},

	{pattern: re(`^query "\w+" specifies parameter "(.+)" without containing a RETURNING clause`), code: diag.SQLCommand,
		text: "a $1 query returns rows, and the statement has no RETURNING", help: "add RETURNING, or use :exec or :execrows"},
	{pattern: re(`^:(?:copyfrom|batch\*) `), code: diag.SQLCommand},

	{pattern: re(`^(?:relation|table alias) "(.+)" does not exist`), code: diag.SQLUnknownRelation, near: relationsNear},
	{pattern: re(`^unable to resolve table with "sqlc\.embed\((.+?)\)"`), code: diag.SQLUnknownRelation,
		text: `sqlc.embed: the query has no table or alias "$1"`, near: relationsNear},
	{pattern: re(`column "(.+?)" of relation ".+" does not exist`), code: diag.SQLUnknownColumn, near: columnsNear},
	{pattern: re(`column "(.+?)" does not exist`), code: diag.SQLUnknownColumn, text: `column "$1" does not exist`, near: columnsNear},
	{pattern: re(`column reference "(.+?)" not found`), code: diag.SQLUnknownColumn, text: `column "$1" does not exist`,
		help: "ORDER BY and GROUP BY take columns of the tables and of the select list", near: columnsNear},
	{pattern: re(`column reference "(.+?)" is ambiguous`), code: diag.SQLAmbiguous, text: `column reference "$1" is ambiguous`,
		help: "put the table's name or alias before it"},
	{pattern: re(`^schema "(.+)" does not exist`), code: diag.SQLUnknownSchema,
		near: func(r *request, _ *block) []string { return r.schemas() }},
	{pattern: re(`^type "(.+)" does not exist`), code: diag.SQLUnknownType,
		near: func(r *request, _ *block) []string { return r.types() }},
	{pattern: re(`^function "?sqlc\.(\w+)`), code: diag.SQLUnknownFunction, text: "there is no sqlc.$1",
		near: func(*request, *block) []string { return []string{"arg", "narg", "embed", "slice"} }},
	{pattern: re(`^function "?([\w.]+)`), code: diag.SQLUnknownFunction,
		near: func(*request, *block) []string { return stableFunctions() }},
	{pattern: re(`"(.+)" already exists$`), code: diag.SQLDuplicateObject},

	{pattern: re(`^INSERT has more `), code: diag.SQLInsertColumns},
	{pattern: re(`parameter`), code: diag.SQLParameter},
	{pattern: re(`^can not mix `), code: diag.SQLParameter},
}

// re returns the pattern, which is compiled when it is first asked for: most
// runs meet no message.
func re(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

func isSyntaxError(text string) bool {
	m, _ := classify(text)
	return m.code == diag.SQLSyntax
}

// classify returns the form of a message of sqlc's, and the name it is about.
func classify(text string) (message, string) {
	for _, m := range messages {
		if groups := m.pattern().FindStringSubmatch(text); groups != nil {
			name := ""
			if len(groups) > 1 {
				name = groups[1]
			}
			return m, name
		}
	}
	return message{code: diag.SQLInvalid}, ""
}

// report adds a diagnostic for each mistake, but for those that follow from
// another: a name that is unknown only because the statement that would define
// it is itself mistaken.
func (c *checker) report(mistakes []*mistake, r *request) {
	for i, m := range mistakes {
		form, name := classify(m.message)
		if unknown(form.code) && definedBy(mistakes[:i], name) {
			continue
		}
		text := m.message
		if form.text != "" {
			text = strings.ReplaceAll(form.text, "$1", name)
		}
		d := c.diags.Errorf(m.place(form.code, name), form.code, "%s", strings.TrimSpace(text))
		if form.help != "" {
			d.WithHelp("%s", form.help)
		}
		if form.near != nil {
			if near := diag.Nearest(lastPart(name), form.near(r, m.block)); near != "" && near != name {
				d.WithHelp("did you mean %s?", near)
			}
		}
		if form.code == diag.SQLDuplicateQuery {
			if first := c.firstNamed(name); first != nil && first != m.block {
				d.WithRelated(first.annotation, "the first one is here")
			}
		}
	}
}

func unknown(code diag.Code) bool {
	return slices.Contains([]diag.Code{
		diag.SQLUnknownRelation, diag.SQLUnknownColumn, diag.SQLUnknownType, diag.SQLUnknownFunction, diag.SQLUnknownSchema,
	}, code)
}

// definedBy reports whether a mistaken statement of the schema mentions a name
// and is not itself mistaken about it.
func definedBy(mistakes []*mistake, name string) bool {
	name = lastPart(name)
	return slices.ContainsFunc(mistakes, func(m *mistake) bool {
		_, about := classify(m.message)
		return m.schema && lastPart(about) != name &&
			slices.ContainsFunc(m.block.tokens, func(t token) bool { return t.isName() && t.text == name })
	})
}

func (c *checker) firstNamed(name string) *block {
	for _, b := range c.queries {
		if b.name == name {
			return b
		}
	}
	return nil
}

// place returns the place of a mistake. sqlc gives the start of the statement
// where it knows no better; the name that the message is about is closer.
func (m *mistake) place(code diag.Code, name string) source.Span {
	b := m.block
	switch {
	case code == diag.SQLAnnotation:
		if at := strings.Index(b.file.Text[b.start:b.end], name); at >= 0 {
			return b.file.Span(b.start+at, b.start+at+len(name))
		}
		return b.place()
	case code == diag.SQLDuplicateQuery || code == diag.SQLCommand || len(b.tokens) == 0:
		return b.place()
	case code == diag.SQLSyntax && name == "":
		end := b.tokens[len(b.tokens)-1].end
		return b.file.Span(end, end)
	case code == diag.SQLSyntax:
		return m.syntaxPlace(name)
	}
	if name != "" {
		if span := m.nameAfter(lastPart(name), m.offset); span.IsValid() {
			return span
		}
		if span := m.nameAfter(lastPart(name), b.start); span.IsValid() {
			return span
		}
	}
	for _, t := range b.tokens {
		if t.end > m.offset {
			return b.span(t)
		}
	}
	return b.place()
}

// syntaxPlace returns the place of the token that the parser stopped at, which
// sqlc gives as the character after its first.
func (m *mistake) syntaxPlace(text string) source.Span {
	f := m.block.file
	upTo := min(max(m.offset, m.block.start)+len(text), m.block.end)
	if at := strings.LastIndex(f.Text[m.block.start:upTo], text); at >= 0 {
		return f.Span(m.block.start+at, m.block.start+at+len(text))
	}
	if at := strings.Index(f.Text[m.block.start:m.block.end], text); at >= 0 {
		return f.Span(m.block.start+at, m.block.start+at+len(text))
	}
	return m.block.place()
}

// nameAfter returns the place of the first token of that name from an offset on.
func (m *mistake) nameAfter(name string, from int) source.Span {
	for _, t := range m.block.tokens {
		if t.start >= from && t.isName() && t.text == name {
			return m.block.span(t)
		}
	}
	return source.Span{}
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// relationsNear lists the names that can stand for a relation in a query: the
// project's, and those that the query itself gives.
func relationsNear(r *request, b *block) []string {
	names := r.relations()
	for i, t := range b.tokens {
		if i+1 < len(b.tokens) && t.isName() && b.tokens[i+1].is("as") {
			names = append(names, t.text)
		}
	}
	return names
}

// columnsNear lists the columns of the relations that a query mentions, or of
// all if it mentions none.
func columnsNear(r *request, b *block) []string {
	mentioned := map[string]bool{}
	for _, t := range b.tokens {
		if t.isName() {
			mentioned[t.text] = true
		}
	}
	if names := r.columns(func(relation string) bool { return mentioned[relation] }); len(names) > 0 {
		return names
	}
	return r.columns(func(string) bool { return true })
}
