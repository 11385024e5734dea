package migrate

import (
	"regexp"
	"strings"

	"ariga.io/atlas/sql/postgres"

	"github.com/devq-ai/tandem/internal/source"
)

// A pgSource is the statements of the desired schema's files, in which findings
// have their places.
type pgSource []pgSourceStatement

type pgSourceStatement struct {
	file *source.File
	statement
}

// readPgSource leaves out the files that cannot be split: PostgreSQL itself
// says what is wrong with them.
func readPgSource(files []*source.File) pgSource {
	var s pgSource
	for _, f := range files {
		stmts, err := (&postgres.Driver{}).ScanStmts(f.Text)
		if err != nil {
			continue
		}
		for _, stmt := range statements(f.Text, stmts) {
			s = append(s, pgSourceStatement{f, stmt})
		}
	}
	return s
}

// object returns where an object of the catalog is named in the statement that
// creates it or the table that it is part of, and otherwise no span.
func (s pgSource) object(c *pgCatalog, o *pgObject) source.Span {
	if o == nil {
		return source.Span{}
	}
	if host := c.objects[o.table]; host != nil {
		return s.object(c, host)
	}
	kind, name := string(o.kind), o.address[min(len(o.kind)+1, len(o.address)):]
	if !strings.EqualFold(kind+" "+name, o.address) {
		kind, name, _ = strings.Cut(o.address, " ") // TYPE public.state of an enum
	}
	return s.find(`CREATE\s+(?:\w+\s+)*?`+kind[strings.LastIndex(kind, " ")+1:]+`\s+(?:IF\s+NOT\s+EXISTS\s+)?`, name)
}

// rows returns where rows are first inserted into a table.
func (s pgSource) rows(table string) source.Span { return s.find(`INSERT\s+INTO\s+`, table) }

// role returns where a role is created, altered or dropped.
func (s pgSource) role(name string) source.Span {
	return s.find(`(?:CREATE|ALTER|DROP)\s+(?:ROLE|USER|GROUP)\s+(?:IF\s+EXISTS\s+)?`, name)
}

// find returns the span of a name behind the beginning of a statement. The name
// may have a schema, which the file may leave out if it is public.
func (s pgSource) find(beginning, name string) source.Span {
	name, _, _ = strings.Cut(strings.ReplaceAll(name, `"`, ""), "(")
	if name == "" {
		return source.Span{}
	}
	schema, bare, qualified := strings.Cut(name, ".")
	pattern := `"?` + regexp.QuoteMeta(name) + `"?`
	if qualified {
		pattern = `(?:"?` + regexp.QuoteMeta(schema) + `"?\s*\.\s*)`
		if schema == "public" {
			pattern += "?"
		}
		pattern += `"?` + regexp.QuoteMeta(bare) + `"?`
	}
	re := regexp.MustCompile(`(?i)^` + beginning + `(` + pattern + `)(?:[^\w$".]|$)`)
	for _, stmt := range s {
		if at := re.FindStringSubmatchIndex(stmt.Text); at != nil {
			return stmt.file.Span(stmt.Offset+at[2], stmt.Offset+at[3])
		}
	}
	return source.Span{}
}
