package pgcheck

import (
	"context"
	"fmt"
	gotoken "go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
)

// A checker finds everything that is wrong with a project's SQL.
type checker struct {
	sqlc            *sqlc
	config          *config
	schemaFiles     []*source.File
	queryFiles      []*source.File
	schema, queries []*block        // the statements of the schema, and the queries of queryFiles
	ownTypes        map[string]bool // see readTypes
	diags           *diag.List
}

// run runs sqlc until it has nothing to say about what is left of the project,
// and returns what it makes of that, which is nil if it makes nothing of it.
func (c *checker) run(ctx context.Context) (*output, error) {
	derived, err := c.config.derived(len(c.schemaFiles), len(c.queryFiles)+1)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(c.sqlc.dir, configName), derived, 0o600); err != nil {
		return nil, fmt.Errorf("write sqlc's configuration: %w", err)
	}
	c.checkAnnotations()
	if !slices.ContainsFunc(c.queries, func(b *block) bool { return b.annotation.IsValid() }) {
		c.diags.Errorf(c.config.span(lookup(c.config.block, "queries")), diag.ConfigNoFiles, "there is no annotated query").
			WithHelp("write a line above each query, as in -- name: ListPets :many")
		return nil, nil
	}

	var mistakes []*mistake
	for {
		if err := c.lay(); err != nil {
			return nil, fmt.Errorf("copy the project for sqlc: %w", err)
		}
		out, fail, err := c.sqlc.run(ctx)
		switch {
		case err != nil:
			return nil, err
		case out != nil:
			c.report(mistakes, out.request)
			return out, c.checkColumns(ctx, out.request)
		case fail.config != "":
			c.config.report(fail.config, c.diags)
			return nil, nil
		case len(fail.findings) == 0:
			c.report(mistakes, &request{})
			c.diags.Errorf(c.config.span(lookup(c.config.block, "gen", "go")), diag.SQLGenerationFailed, "sqlc cannot generate code: %s", fail.codegen)
			return nil, nil
		}
		found := c.takeOut(fail.findings)
		if len(found) == 0 {
			return nil, fmt.Errorf("run sqlc: it rejects an empty file: %s", fail.findings[0].message)
		}
		mistakes = append(mistakes, found...)
	}
}

// A mistake is a finding with the block it is about.
type mistake struct {
	block *block
	finding
}

// takeOut takes the blocks with mistakes out of the copy and returns the
// mistakes. While there are syntax errors in the schema, others are left for the
// next run: sqlc ignores the whole file of a syntax error, and misses what the
// file defines.
func (c *checker) takeOut(findings []finding) []*mistake {
	syntaxFirst := slices.ContainsFunc(findings, func(f finding) bool { return f.schema && isSyntaxError(f.message) })
	var found []*mistake
	var stuck []finding
	for _, f := range findings {
		if syntaxFirst && f.schema && !isSyntaxError(f.message) {
			continue
		}
		b := blockAt(c.queries, f)
		if f.schema {
			b = c.schemaBlock(f)
		}
		if b == nil || b.out && !slices.ContainsFunc(found, func(m *mistake) bool { return m.block == b }) {
			stuck = append(stuck, f)
			continue
		}
		b.out = true
		found = append(found, &mistake{b, f})
	}
	if len(found) > 0 {
		return found
	}
	// The places do not fit, so the files go as a whole.
	for _, f := range stuck {
		blocks := c.queries
		if f.schema {
			blocks = c.schema
		}
		for _, b := range blocks {
			if b.index == f.index && !b.out {
				b.out = true
				found = append(found, &mistake{b, f})
			}
		}
	}
	return found
}

// blockAt returns the block that a finding is about.
func blockAt(blocks []*block, f finding) *block {
	var last *block
	for _, b := range blocks {
		if b.index != f.index {
			continue
		}
		if last != nil && f.offset < b.start {
			break
		}
		last = b
	}
	return last
}

var quotedName = regexp.MustCompile(`"([^"]+)"`)

// schemaBlock returns the statement that a finding about the schema is about.
// sqlc gives the start of the file for most of them, so that the names in its
// message have to tell: it is the first statement with all of them or, for what
// exists already, the second one that creates it.
func (c *checker) schemaBlock(f finding) *block {
	at := blockAt(c.schema, f)
	names := quotedName.FindAllStringSubmatch(f.message, -1)
	if f.offset > 0 || len(names) == 0 {
		return at
	}
	again := strings.HasSuffix(f.message, "already exists")
	created := 0
	for _, b := range c.schema {
		mentions := !b.out
		for _, name := range names {
			mentions = mentions && slices.ContainsFunc(b.tokens, func(t token) bool { return t.isName() && t.text == lastPart(name[1]) })
		}
		if !mentions || again && !b.tokens[0].is("create") {
			continue
		}
		created++
		if b.index == f.index && (!again || created > 1) {
			return b
		}
	}
	return at
}

// lay writes the copy: the project's files, with white space for the blocks that
// are out. sqlc wants at least one query before it says anything about the
// schema, so it gets one where none is left.
func (c *checker) lay() error {
	if err := c.layFiles(schemaDir, c.schemaFiles, c.schema); err != nil {
		return err
	}
	if err := c.layFiles(queriesDir, c.queryFiles, c.queries); err != nil {
		return err
	}
	text := ""
	if !slices.ContainsFunc(c.queries, func(b *block) bool { return !b.out && b.annotation.IsValid() }) {
		text = "-- name: None :exec\nSELECT;\n"
	}
	return c.sqlc.lay(queriesDir, len(c.queryFiles), source.NewFile("none.sql", ""), text)
}

func (c *checker) layFiles(folder string, files []*source.File, blocks []*block) error {
	for i, f := range files {
		text := []byte(f.Text)
		for _, b := range blocks {
			if b.index != i || !b.out {
				continue
			}
			for j := b.start; j < b.end; j++ {
				if text[j] != '\n' {
					text[j] = ' '
				}
			}
		}
		if err := c.sqlc.lay(folder, i, f, string(text)); err != nil {
			return err
		}
	}
	return nil
}

// checkAnnotations finds what sqlc would pass over in silence, or report in
// another place, and takes queries that it must not see out of the copy.
func (c *checker) checkAnnotations() {
	for _, b := range c.queries {
		stmts := b.statements()
		if !b.annotation.IsValid() {
			for _, stmt := range stmts {
				c.notAnnotated(b, stmt)
			}
			continue
		}
		switch {
		case len(stmts) == 0:
			c.diags.Errorf(b.annotation, diag.SQLAnnotation, "the query has no statement")
			b.out = true
			continue
		case b.tokens[len(b.tokens)-1].open:
			last := b.tokens[len(b.tokens)-1]
			c.diags.Errorf(b.file.Span(last.start, last.start+1), diag.SQLSyntax, "the quote is not closed")
			b.out = true
			continue
		case !b.tokens[len(b.tokens)-1].is(";") && len(stmts) == 1:
			end := b.tokens[len(b.tokens)-1].end
			c.diags.Errorf(b.file.Span(end, end), diag.SQLSyntax, "the statement is not ended by a semicolon")
			b.out = true
		}
		for _, stmt := range stmts[1:] {
			c.notAnnotated(b, stmt)
		}
		if gotoken.IsIdentifier(b.name) && !gotoken.IsExported(b.name) {
			c.diags.Errorf(b.annotation, diag.SQLAnnotation, "the query's name %s does not begin with an upper-case letter", b.name).
				WithHelp("it becomes the name of an exported Go method: write %s", strings.ToUpper(b.name[:1])+b.name[1:])
		}
		if b.command == ":execlastid" {
			c.diags.Errorf(b.annotation, diag.SQLAnnotation, "PostgreSQL has no :execlastid").
				WithHelp("write :one, and RETURNING id in the statement")
			b.out = true
		}
	}
}

func (c *checker) notAnnotated(b *block, stmt []token) {
	c.diags.Warnf(b.file.Span(stmt[0].start, stmt[len(stmt)-1].end), diag.SQLNotAnnotated, "the statement has no annotation and is left out").
		WithHelp("write a line above it, as in -- name: ListPets :many")
}
