package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// AtlasName is the name of the file that configures migrations.
const AtlasName = "atlas.hcl"

// An Env is an environment of atlas.hcl: where the desired schemas and the
// migration directories are, and which databases they belong to.
//
// The PostgreSQL half uses Atlas's own attributes, so that the Atlas CLI reads
// the same file. The SurrealDB half is a block named surreal with the same
// attributes, which the Atlas CLI leaves alone.
type Env struct {
	Name     string
	Postgres *Migrations
	Surreal  *Migrations
}

// Migrations says where one engine's migrations come from and go to. Paths are
// relative to the folder of atlas.hcl.
type Migrations struct {
	Src []string // the desired schema: folders or files
	Dir string   // the migration directory
	URL string   // the database; may be empty
	Dev string   // a server for throw-away databases; empty: start one
}

type atlasFile struct {
	Envs   []*envBlock      `hcl:"env,block"`
	Vars   []*variableBlock `hcl:"variable,block"`
	Locals []*localsBlock   `hcl:"locals,block"`
	Rest   hcl.Body         `hcl:",remain"`
}

type variableBlock struct {
	Name    string         `hcl:"name,label"`
	Default hcl.Expression `hcl:"default,optional"`
	Rest    hcl.Body       `hcl:",remain"`
}

type localsBlock struct {
	Body hcl.Body `hcl:",remain"`
}

type envBlock struct {
	Name string   `hcl:"name,label"`
	Body hcl.Body `hcl:",remain"`
}

type migrationsBlock struct {
	Src       hcl.Expression  `hcl:"src,optional"`
	URL       *string         `hcl:"url,optional"`
	Dev       *string         `hcl:"dev,optional"`
	Migration *migrationBlock `hcl:"migration,block"`
	Rest      hcl.Body        `hcl:",remain"`
}

type migrationBlock struct {
	Dir  string   `hcl:"dir"`
	Rest hcl.Body `hcl:",remain"`
}

type surrealBlocks struct {
	Surreal []*migrationsBlock `hcl:"surreal,block"`
	Rest    hcl.Body           `hcl:",remain"`
}

// DefaultEnv is the environment that is meant where none is named.
const DefaultEnv = "local"

// LoadEnv reads the named environment of the atlas.hcl in dir. With an empty
// name it takes the environment "local", or the only one there is. vars set
// input variables.
func LoadEnv(dir, name string, vars map[string]string) (*Env, *diag.List) {
	var diags diag.List
	file := filepath.Join(dir, AtlasName)
	text, err := os.ReadFile(file)
	if err != nil {
		d := diags.Errorf(source.Span{}, diag.ConfigMissing, "cannot read the migration configuration: %v", err)
		if errors.Is(err, fs.ErrNotExist) {
			d.Message = fmt.Sprintf("there is no %s", filepath.ToSlash(file))
			d.WithHelp("it says where migrations are kept:\nenv \"local\" {\n  src = \"file://schema\"\n  migration { dir = \"file://schema/migrations\" }\n}")
		}
		return nil, &diags
	}
	l := atlasLoader{file: source.NewFile(filepath.ToSlash(file), string(text)), diags: &diags}
	env := l.load(name, vars)
	if diags.HasErrors() {
		return nil, &diags
	}
	return env, &diags
}

type atlasLoader struct {
	file  *source.File
	diags *diag.List
}

func (l *atlasLoader) load(name string, vars map[string]string) *Env {
	parsed, hd := hclsyntax.ParseConfig([]byte(l.file.Text), l.file.Path, hcl.InitialPos)
	var doc atlasFile
	if !hd.HasErrors() {
		hd = append(hd, gohcl.DecodeBody(parsed.Body, nil, &doc)...)
	}
	if l.report(hd) {
		return nil
	}
	block := l.env(doc.Envs, name)
	if block == nil {
		return nil
	}
	ctx := l.evalContext(&doc, block.Name, vars)
	if ctx == nil {
		return nil
	}
	var pg migrationsBlock
	var sr surrealBlocks
	if l.report(gohcl.DecodeBody(block.Body, ctx, &pg)) || l.report(gohcl.DecodeBody(pg.Rest, ctx, &sr)) {
		return nil
	}
	env := &Env{Name: block.Name}
	if pg.Migration != nil {
		env.Postgres = l.migrations(&pg, ctx)
	}
	if len(sr.Surreal) > 1 {
		l.diags.Errorf(l.span(block.Body.MissingItemRange()), diag.ConfigInvalid, "env %q has more than one surreal block", name)
	}
	for _, s := range sr.Surreal {
		if s.Migration == nil {
			l.diags.Errorf(l.span(s.Rest.MissingItemRange()), diag.ConfigInvalid, "the surreal block has no migration block").
				WithHelp("write migration { dir = \"file://surql/migrations\" } in it")
			continue
		}
		env.Surreal = l.migrations(s, ctx)
	}
	if env.Postgres == nil && env.Surreal == nil && !l.diags.HasErrors() {
		l.diags.Errorf(l.span(block.Body.MissingItemRange()), diag.ConfigInvalid, "env %q has no migration directory", block.Name).
			WithHelp("write migration { dir = \"file://schema/migrations\" } in it for PostgreSQL, and the same in a surreal block for SurrealDB")
	}
	return env
}

func (l *atlasLoader) env(envs []*envBlock, name string) *envBlock {
	names := make([]string, len(envs))
	for i, e := range envs {
		if e.Name == name || name == "" && e.Name == DefaultEnv {
			return e
		}
		names[i] = e.Name
	}
	if name == "" && len(envs) == 1 {
		return envs[0]
	}
	at := l.file.Span(0, 0)
	if name == "" {
		l.diags.Errorf(at, diag.ConfigUnknownEnv, "%s has %d environments", AtlasName, len(envs)).
			WithHelp("choose one with --env: %s", strings.Join(names, ", "))
		return nil
	}
	d := l.diags.Errorf(at, diag.ConfigUnknownEnv, "%s has no env %q", AtlasName, name)
	if near := diag.Nearest(name, names); near != "" {
		d.WithHelp("did you mean %s?", near)
	} else if len(names) > 0 {
		d.WithHelp("it has %s", strings.Join(names, ", "))
	}
	return nil
}

// evalContext builds what expressions can refer to: var, local, atlas.env and
// the function getenv, as in the Atlas CLI.
func (l *atlasLoader) evalContext(doc *atlasFile, env string, vars map[string]string) *hcl.EvalContext {
	ctx := &hcl.EvalContext{
		Functions: map[string]function.Function{"getenv": getenv},
		Variables: map[string]cty.Value{
			"atlas": cty.ObjectVal(map[string]cty.Value{"env": cty.StringVal(env)}),
		},
	}
	values := map[string]cty.Value{}
	for _, v := range doc.Vars {
		if set, ok := vars[v.Name]; ok {
			values[v.Name] = cty.StringVal(set)
			continue
		}
		value, hd := v.Default.Value(ctx)
		if l.report(hd) {
			return nil
		}
		if value.IsNull() {
			l.diags.Errorf(l.span(v.Rest.MissingItemRange()), diag.ConfigInvalid, "variable %q has no value", v.Name).
				WithHelp("set it with --var %s=…, or give it a default", v.Name)
			continue
		}
		values[v.Name] = value
	}
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		if _, ok := values[name]; !ok {
			l.diags.Errorf(l.file.Span(0, 0), diag.ConfigInvalid, "%s has no variable %q, which --var sets", AtlasName, name)
		}
	}
	ctx.Variables["var"] = cty.ObjectVal(values)
	locals := map[string]cty.Value{}
	for _, block := range doc.Locals {
		attrs, hd := block.Body.JustAttributes()
		if l.report(hd) {
			return nil
		}
		for _, name := range slices.Sorted(maps.Keys(attrs)) {
			value, hd := attrs[name].Expr.Value(ctx)
			if l.report(hd) {
				return nil
			}
			locals[name] = value
		}
	}
	ctx.Variables["local"] = cty.ObjectVal(locals)
	return ctx
}

var getenv = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "name", Type: cty.String}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		return cty.StringVal(os.Getenv(args[0].AsString())), nil
	},
})

func (l *atlasLoader) migrations(b *migrationsBlock, ctx *hcl.EvalContext) *Migrations {
	m := &Migrations{Dir: l.path(b.Migration.Dir, b.Migration.Rest)}
	if b.URL != nil {
		m.URL = *b.URL
	}
	if b.Dev != nil {
		m.Dev = *b.Dev
	}
	src, hd := b.Src.Value(ctx)
	if l.report(hd) {
		return m
	}
	switch at := b.Src.Range(); {
	case src.IsNull():
		l.diags.Errorf(l.span(b.Rest.MissingItemRange()), diag.ConfigInvalid, "src is missing").
			WithHelp("it names the desired schema, as in src = \"file://schema\"")
	case src.Type() == cty.String:
		m.Src = []string{l.filePath(src.AsString(), at)}
	default:
		list, err := convert.Convert(src, cty.List(cty.String))
		if err != nil {
			l.diags.Errorf(l.span(at), diag.ConfigInvalid, "src is neither a path nor a list of paths")
			return m
		}
		for _, v := range list.AsValueSlice() {
			m.Src = append(m.Src, l.filePath(v.AsString(), at))
		}
	}
	return m
}

func (l *atlasLoader) path(url string, body hcl.Body) string {
	return l.filePath(url, body.MissingItemRange())
}

// filePath returns the path in a file:// URL; a bare path is taken as it is.
func (l *atlasLoader) filePath(url string, at hcl.Range) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return clean(url)
	}
	if scheme != "file" {
		l.diags.Errorf(l.span(at), diag.ConfigInvalid, "%q is not a file:// URL", url)
		return ""
	}
	rest, _, _ = strings.Cut(rest, "?")
	return clean(rest)
}

// report adds HCL's diagnostics to the list, and reports whether any of them is
// an error.
func (l *atlasLoader) report(hd hcl.Diagnostics) bool {
	for _, d := range hd {
		span := l.file.Span(0, 0)
		if d.Subject != nil {
			span = l.span(*d.Subject)
		}
		add := l.diags.Errorf
		if d.Severity == hcl.DiagWarning {
			add = l.diags.Warnf
		}
		message := strings.ToLower(d.Summary[:1]) + d.Summary[1:]
		added := add(span, diag.ConfigSyntax, "%s", message)
		if d.Detail != "" {
			added.WithHelp("%s", d.Detail)
		}
	}
	return hd.HasErrors()
}

func (l *atlasLoader) span(r hcl.Range) source.Span {
	size := len(l.file.Text)
	return l.file.Span(min(r.Start.Byte, size), min(r.End.Byte, size))
}
