package emit_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/devq-ai/tandem/internal/ir"
	"github.com/stretchr/testify/require"
)

// types reads types in the form that ir.TypeString writes, so that the programs
// of these tests can be read.
type types map[string]*ir.Model

func (ts types) parse(t *testing.T, text string) ir.Type {
	t.Helper()
	p := &typeParser{t: t, models: ts, rest: text}
	typ := p.union()
	p.space()
	require.Empty(t, p.rest, "of the type %s", text)
	require.Equal(t, text, ir.TypeString(typ), "the text is not in its stable form")
	return typ
}

type typeParser struct {
	t      *testing.T
	models types
	rest   string
}

func (p *typeParser) space() { p.rest = strings.TrimLeft(p.rest, " \n\t") }

func (p *typeParser) accept(token string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *typeParser) expect(token string) {
	p.t.Helper()
	require.True(p.t, p.accept(token), "expected %s at %q", token, p.rest)
}

func (p *typeParser) name() string {
	p.space()
	if p.accept("`") {
		end := strings.Index(p.rest, "`")
		name := p.rest[:end]
		p.rest = p.rest[end+1:]
		return name
	}
	end := strings.IndexFunc(p.rest, func(r rune) bool {
		return r != '_' && r != '*' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if end < 0 {
		end = len(p.rest)
	}
	name := p.rest[:end]
	p.rest = p.rest[end:]
	require.NotEmpty(p.t, name, "expected a name at %q", p.rest)
	return name
}

func (p *typeParser) union() ir.Type {
	members := []ir.Type{p.single()}
	for p.accept("|") {
		members = append(members, p.single())
	}
	if len(members) == 1 {
		return members[0]
	}
	return &ir.Union{Members: members, Name: p.as()}
}

func (p *typeParser) as() []string {
	if !p.accept("as ") {
		return nil
	}
	path := []string{p.name()}
	for p.accept(".") {
		path = append(path, p.name())
	}
	return path
}

func (p *typeParser) single() ir.Type {
	p.space()
	switch c := p.rest[0]; {
	case p.accept("'"):
		end := strings.Index(p.rest, "'")
		value := p.rest[:end]
		p.rest = p.rest[end+1:]
		return &ir.Literal{Value: value}
	case p.accept("{"):
		return p.object()
	case p.accept("["):
		return p.tuple()
	case c == '-' || '0' <= c && c <= '9':
		negative := p.accept("-")
		word := p.name()
		if p.accept(".") {
			f, err := strconv.ParseFloat(word+"."+strings.TrimSuffix(p.name(), "f"), 64)
			require.NoError(p.t, err)
			if negative {
				f = -f
			}
			return &ir.Literal{Value: f}
		}
		n, err := strconv.ParseInt(word, 10, 64)
		require.NoError(p.t, err)
		if negative {
			n = -n
		}
		return &ir.Literal{Value: n}
	}
	return p.kind(p.name())
}

func (p *typeParser) kind(name string) ir.Type {
	for s := ir.Any; s <= ir.Never; s++ {
		if s.String() == name {
			return s
		}
	}
	switch name {
	case "true", "false":
		return &ir.Literal{Value: name == "true"}
	case "record":
		return &ir.Record{Tables: p.args()}
	case "geometry":
		return &ir.Geometry{Forms: p.args()}
	case "row":
		return &ir.Row{Model: p.models[p.args()[0]]}
	}
	p.expect("<")
	elem := p.union()
	length := 0
	if p.accept(",") {
		length, _ = strconv.Atoi(p.name())
	}
	p.expect(">")
	switch name {
	case "array":
		return &ir.Array{Elem: elem, Len: length}
	case "set":
		return &ir.Set{Elem: elem, Len: length}
	case "option":
		return &ir.Option{Elem: elem}
	case "nullable":
		return &ir.Nullable{Elem: elem}
	case "range":
		return &ir.Range{Elem: elem}
	}
	require.Fail(p.t, "unknown kind "+name)
	return nil
}

func (p *typeParser) args() []string {
	if !p.accept("<") {
		return nil
	}
	args := []string{p.name()}
	for p.accept("|") {
		args = append(args, p.name())
	}
	p.expect(">")
	return args
}

func (p *typeParser) tuple() ir.Type {
	t := &ir.Tuple{}
	for !p.accept("]") {
		t.Elems = append(t.Elems, p.union())
		p.accept(",")
	}
	t.Name = p.as()
	return t
}

func (p *typeParser) object() ir.Type {
	o := &ir.Object{}
	for !p.accept("}") {
		if p.accept("...") {
			o.Open = true
			p.expect("}")
			break
		}
		name := p.name()
		p.expect(":")
		o.Fields = append(o.Fields, &ir.Field{Name: name, Type: p.union()})
		p.accept(",")
	}
	o.Name = p.as()
	return o
}
