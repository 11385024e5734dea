package surql

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
)

// builtinPaths lists the builtin functions and constants, and the functions
// that had another name until 2.x: a line each, with the kind, the path, and
// the engine version that introduced it or the former path's successor.
//
//go:embed builtin.txt
var builtinPaths string

// A builtinPath is what a path stands for.
type builtinPath struct {
	constant bool
	since    Version
}

// builtins holds the paths in lower case, renamed the paths until 2.x with
// their successors, and builtinNames the paths as they are written.
var builtins, renamed, builtinNames = func() (map[string]builtinPath, map[string]string, []string) {
	paths, former := map[string]builtinPath{}, map[string]string{}
	var names []string
	for line := range strings.Lines(builtinPaths) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || fields[0] == "#":
		case fields[0] == "renamed":
			former[fields[1]] = fields[2]
		default:
			b := builtinPath{constant: fields[0] == "constant", since: V3_0}
			if len(fields) == 3 {
				b.since = mustVersion(fields[2])
			}
			paths[strings.ToLower(fields[1])] = b
			names = append(names, fields[1])
		}
	}
	return paths, former, names
}()

func mustVersion(s string) Version {
	v, err := ParseVersion(s)
	if err != nil {
		panic(err)
	}
	return v
}

func lower(s string) string { return strings.ToLower(s) }

// builtin parses a builtin function with its arguments, or a constant.
func (p *parser) builtin() Expr {
	start := p.tok
	name := p.builtinPath()
	path := covering(start, p.last)
	b, ok := builtins[name]
	if !ok {
		p.unknownBuiltin(path, name)
	}
	p.requireVersion(b.since, path, name)
	where := p.pos(start)
	if b.constant {
		return &Constant{where, name}
	}
	open := p.expect(tLParen)
	args := p.args(open)
	return &FunctionCall{p.pos(start), FunctionName{where, FunctionBuiltin, name, ""}, args}
}

// builtinPath moves over a path and returns it in lower case. A path that is
// written in lower case and without quotes is a part of the source.
func (p *parser) builtinPath() string {
	p.role(p.tok, roleName)
	start := p.take()
	var rest []string
	for p.eat(tPath) {
		if !p.tok.kind.isName() {
			p.unexpected(p.tok, "a name")
		}
		p.role(p.tok, roleName)
		rest = append(rest, "::", p.nameText(p.take()))
	}
	if plain := p.src[start.start:p.last.end]; strings.IndexByte(plain, '`') < 0 && isPath(plain) {
		return lower(plain)
	}
	return lower(p.nameText(start) + strings.Join(rest, ""))
}

// isPath reports whether a text consists of names and colons only.
func isPath(s string) bool {
	for i := range len(s) {
		if !wordByte[s[i]] && s[i] != ':' {
			return false
		}
	}
	return true
}

func (p *parser) unknownBuiltin(at lexeme, name string) {
	if successor, ok := renamed[name]; ok {
		p.failHelp(at, diag.SurqlRemoved, "use "+successor, "%s was renamed in SurrealDB 3", name)
	}
	d := p.errorf(at, diag.SurqlUnknownFunction, "there is no builtin function or constant `%s`", shorten(name))
	if near := diag.Nearest(name, builtinNames); near != "" {
		d.Help = "did you mean " + near + "?"
	}
	panic(syntaxError{d})
}

// functionPath parses the path of a function of one's own: fn::, mod::, silo::
// or ml::.
func (p *parser) functionPath() FunctionName {
	p.role(p.tok, roleName)
	start := p.take()
	f := FunctionName{Path: lower(p.text(start))}
	segment := func() {
		p.expect(tPath)
		f.Path += "::" + p.name()
	}
	segments := func() {
		segment()
		for p.tok.kind == tPath {
			segment()
		}
	}
	switch start.kind {
	case kwFn:
		f.Kind = FunctionCustom
		segments()
	case kwMl:
		f.Kind = FunctionModel
		segments()
		f.Version = p.version(true)
	case kwMod:
		f.Kind = FunctionModule
		p.requireExperimental(start, "surrealism")
		segment()
		p.subFunction(segment)
	case kwSilo:
		f.Kind = FunctionSilo
		p.requireExperimental(start, "surrealism")
		segment()
		segment()
		f.Version = p.version(false)
		p.subFunction(segment)
	}
	f.pos = p.pos(start)
	return f
}

// subFunction parses the function of a module or a silo, if it is there.
func (p *parser) subFunction(segment func()) {
	if p.tok.kind != tPath {
		return
	}
	segment()
	for p.opts.Engine.atLeast(V3_1) && p.tok.kind == tPath {
		segment()
	}
}

// version parses <1.2.3>. The parts of a model's version must be adjacent.
func (p *parser) version(adjacent bool) string {
	open := p.expect(tLess)
	p.role(open, roleCallOpen)
	var parts [3]string
	for i := range parts {
		if i > 0 {
			if adjacent {
				p.expectAdjacent(tDot)
			} else {
				p.expect(tDot)
			}
		}
		if p.tok.kind != tDigits {
			p.unexpected(p.tok, "an integer")
		}
		digits := p.take()
		n, err := strconv.ParseUint(p.text(digits), 10, 32)
		if err != nil {
			p.fail(digits, diag.SurqlLiteral, "the number in the version is malformed or too large")
		}
		parts[i] = strconv.FormatUint(n, 10)
	}
	p.role(p.tok, roleClose)
	p.expectClose(tMore, open)
	return strings.Join(parts[:], ".")
}

// customFunctionName parses fn::name.
func (p *parser) customFunctionName() FunctionName {
	if p.tok.kind != kwFn {
		p.unexpected(p.tok, "the name of a function, as in `fn`::name")
	}
	return p.functionPath()
}

// middlewareName parses the name of an API's middleware, which need not exist.
func (p *parser) middlewareName() FunctionName {
	start := p.tok
	switch start.kind {
	case kwFn, kwMod, kwSilo, kwMl:
		return p.functionPath()
	}
	if !start.kind.isName() {
		p.unexpected(start, "the name of a function")
	}
	p.role(start, roleName)
	path := p.nameText(p.take())
	for p.eat(tPath) {
		path += "::" + p.name()
	}
	return FunctionName{p.pos(start), FunctionBuiltin, path, ""}
}
