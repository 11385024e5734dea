package pgcheck

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"go.yaml.in/yaml/v3"
)

// Folders and files of the copy that sqlc works on.
const (
	schemaDir   = "schema"
	queriesDir  = "queries"
	goDir       = "go"
	requestDir  = "request"
	requestName = "request.json"
	configName  = "sqlc.yaml"
)

// A config is the part of sqlc.yaml that is about PostgreSQL.
type config struct {
	file            *source.File
	root            *yaml.Node
	block           *yaml.Node // the sql block
	schema, queries []string
	out             string // where the project wants sqlc's Go code
}

// readConfig finds the sql block for PostgreSQL. It returns nil if there is
// none that can be used.
func readConfig(file *source.File, diags *diag.List) *config {
	var doc struct {
		SQL []yaml.Node `yaml:"sql"`
	}
	c := &config{file: file, root: &yaml.Node{}}
	err := yaml.Unmarshal([]byte(file.Text), c.root)
	if err == nil {
		err = c.root.Decode(&doc)
	}
	if err != nil {
		diags.Errorf(file.Span(0, 0), diag.ConfigSyntax, "%s", strings.TrimPrefix(err.Error(), "yaml: "))
		return nil
	}
	for i := range doc.SQL {
		engine := lookup(&doc.SQL[i], "engine")
		switch {
		case engine == nil:
			diags.Errorf(c.span(&doc.SQL[i]), diag.ConfigInvalid, "the sql block has no engine").WithHelp("write engine: postgresql")
		case engine.Value != "postgresql":
			diags.Errorf(c.span(engine), diag.ConfigUnknownEngine, "unknown engine %q", engine.Value).
				WithHelp("Tandem generates for postgresql here, and for SurrealDB under options.tandem.surreal")
		case c.block == nil:
			c.block = &doc.SQL[i]
		}
	}
	if diags.HasErrors() {
		return nil
	}
	if c.block == nil {
		diags.Errorf(file.Span(0, 0), diag.ConfigInvalid, "there is no sql block for postgresql")
		return nil
	}
	c.schema, c.queries = paths(lookup(c.block, "schema")), paths(lookup(c.block, "queries"))
	c.options(diags)
	if diags.HasErrors() {
		return nil
	}
	return c
}

// options checks the options of gen.go that decide what the methods of sqlc's
// package look like.
func (c *config) options(diags *diag.List) {
	out := lookup(c.block, "gen", "go", "out")
	if out == nil || out.Value == "" {
		diags.Errorf(c.span(c.block), diag.ConfigInvalid, "gen.go.out is missing").
			WithHelp("it names the folder of sqlc's Go code, as in gen: { go: { package: pgdb, out: gen/db/pgdb, sql_package: pgx/v5 } }")
		return
	}
	c.out = path.Clean(filepath.ToSlash(out.Value))
	if pkg := lookup(c.block, "gen", "go", "sql_package"); pkg == nil || pkg.Value != "pgx/v5" {
		diags.Errorf(c.span(cmp.Or(pkg, lookup(c.block, "gen", "go"))), diag.ConfigInvalid, "gen.go.sql_package is not pgx/v5").
			WithHelp("Tandem's pool is pgx's: write sql_package: pgx/v5")
	}
	if arg := lookup(c.block, "gen", "go", "emit_methods_with_db_argument"); arg != nil && arg.Value == "true" {
		diags.Errorf(c.span(arg), diag.ConfigInvalid, "emit_methods_with_db_argument cannot be used").
			WithHelp("Tandem's repositories hold their connection: leave the option out")
	}
}

// derived returns the configuration for sqlc to run with in the copy: the
// project's own sql block with other folders, of which there are as many as
// there are files.
func (c *config) derived(schemas, queries int) ([]byte, error) {
	var block map[string]any
	if err := c.block.Decode(&block); err != nil {
		return nil, fmt.Errorf("read the sql block: %w", err)
	}
	golang, _ := block["gen"].(map[string]any)["go"].(map[string]any)
	if golang["package"] == nil {
		golang["package"] = path.Base(c.out) // sqlc's default, which must not follow the copy's folder
	}
	golang["out"] = goDir
	block["schema"], block["queries"] = numbered(schemaDir, schemas), numbered(queriesDir, queries)
	block["gen"] = map[string]any{
		"go":   golang,
		"json": map[string]any{"out": requestDir, "filename": requestName},
	}
	// Other generators, and the rules of sqlc vet, are not this run's business.
	delete(block, "codegen")
	delete(block, "rules")

	doc := map[string]any{"version": "2"}
	if overrides := lookup(c.root, "overrides"); overrides != nil {
		doc["overrides"] = overrides
	}
	doc["sql"] = []any{block}
	return yaml.Marshal(doc)
}

func numbered(folder string, n int) []string {
	dirs := make([]string, n)
	for i := range dirs {
		dirs[i] = path.Join(folder, strconv.Itoa(i))
	}
	return dirs
}

var (
	yamlLine    = regexp.MustCompile(`^line \d+: `)
	yamlUnknown = regexp.MustCompile(`field (\S+) not found`)
)

// report adds what sqlc has against its configuration.
func (c *config) report(message string, diags *diag.List) {
	message = strings.TrimPrefix(strings.TrimSpace(message), "yaml: unmarshal errors:\n")
	for line := range strings.Lines(message) {
		line = yamlLine.ReplaceAllString(strings.TrimSpace(line), "")
		span := c.span(c.block)
		if m := yamlUnknown.FindStringSubmatch(line); m != nil {
			line = fmt.Sprintf("sqlc has no option %s here", m[1])
			if key := findKey(c.root, m[1]); key != nil {
				span = c.span(key)
			}
		}
		diags.Errorf(span, diag.ConfigInvalid, "%s", line)
	}
}

func (c *config) span(n *yaml.Node) source.Span {
	start := c.file.Offset(n.Line, n.Column)
	end := start
	if n.Kind == yaml.ScalarNode && n.Style == 0 {
		end = min(start+len(n.Value), len(c.file.Text))
	}
	return c.file.Span(start, end)
}

// lookup returns the value that the keys lead to, or nil.
func lookup(n *yaml.Node, keys ...string) *yaml.Node {
	if n.Kind == yaml.DocumentNode {
		n = n.Content[0]
	}
next:
	for _, key := range keys {
		if n.Kind == yaml.MappingNode {
			for i := 0; i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == key {
					n = n.Content[i+1]
					continue next
				}
			}
		}
		return nil
	}
	return n
}

// findKey returns the first key of that name anywhere below n.
func findKey(n *yaml.Node, name string) *yaml.Node {
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && child.Value == name {
			return child
		}
		if found := findKey(child, name); found != nil {
			return found
		}
	}
	return nil
}

// paths reads a path or a list of paths.
func paths(n *yaml.Node) []string {
	var one string
	var many []string
	switch {
	case n == nil:
		return nil
	case n.Decode(&one) == nil:
		return []string{one}
	}
	_ = n.Decode(&many) // a list of something else is no list of paths: it is reported as empty
	return many
}

// readFiles reads the SQL files that the patterns name, by sqlc's rules: a file,
// the files in a folder, or a glob pattern; hidden files and down migrations do
// not count.
func readFiles(opts Options, patterns []string, diags *diag.List) []*source.File {
	fail := func(format string, args ...any) {
		diags.Errorf(opts.Config.Span(0, 0), diag.ConfigNoFiles, format, args...)
	}
	var files []*source.File
	for _, pattern := range patterns {
		names, err := expand(opts.Dir, pattern)
		if err != nil {
			fail("cannot read %s: %v", pattern, err)
			continue
		}
		if len(names) == 0 {
			fail("%s holds no .sql files", pattern)
		}
		for _, name := range names {
			text, err := os.ReadFile(filepath.Join(opts.Dir, filepath.FromSlash(name)))
			if err != nil {
				fail("cannot read %s: %v", name, err)
				continue
			}
			files = append(files, source.NewFile(path.Join(filepath.ToSlash(opts.Dir), name), string(text)))
		}
	}
	if len(patterns) == 0 {
		fail("the sql block for postgresql names no schema or no queries")
	}
	return files
}

// expand returns the SQL files that a pattern names, relative to dir.
func expand(dir, pattern string) ([]string, error) {
	pattern = path.Clean(filepath.ToSlash(pattern))
	matches := []string{filepath.Join(dir, filepath.FromSlash(pattern))}
	if strings.ContainsAny(pattern, "*?[]") {
		var err error
		if matches, err = filepath.Glob(matches[0]); err != nil {
			return nil, err
		}
	}
	var names []string
	for _, match := range matches {
		info, err := os.Stat(match)
		if err != nil {
			return nil, err
		}
		found := []string{match}
		if info.IsDir() {
			entries, err := os.ReadDir(match)
			if err != nil {
				return nil, err
			}
			found = nil
			for _, e := range entries {
				if e.Type()&fs.ModeDir == 0 {
					found = append(found, filepath.Join(match, e.Name()))
				}
			}
		}
		for _, f := range found {
			base := filepath.Base(f)
			if strings.HasSuffix(base, ".sql") && !strings.HasSuffix(base, ".down.sql") && !strings.HasPrefix(base, ".") {
				rel, err := filepath.Rel(dir, f)
				if err != nil {
					return nil, err
				}
				names = append(names, filepath.ToSlash(rel))
			}
		}
	}
	return slices.Compact(names), nil
}
