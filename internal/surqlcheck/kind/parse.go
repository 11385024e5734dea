package kind

import (
	"fmt"
	"strconv"
	"strings"
)

// A Variable stands for a kind in the signature of a builtin function. It is a
// single upper-case letter with an optional digit and never occurs in the kind
// of a value.
type Variable string

func (Variable) isKind()          {}
func (v Variable) String() string { return string(v) }

// Parse returns the kind that text states in SurrealQL's kind syntax, with
// never and variables allowed everywhere.
func Parse(text string) (Kind, error) {
	p := &parser{rest: text}
	k, err := p.union()
	if err == nil && p.peek() != 0 {
		err = fmt.Errorf("unexpected %q", p.rest)
	}
	if err != nil {
		return nil, fmt.Errorf("kind %q: %w", text, err)
	}
	return k, nil
}

// MustParse is Parse for texts that are known to be right.
func MustParse(text string) Kind {
	k, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return k
}

// Substitute returns k with each variable replaced by what value returns.
func Substitute(k Kind, value func(Variable) Kind) Kind {
	switch k := k.(type) {
	case Variable:
		return value(k)
	case *Array:
		return &Array{Substitute(k.Elem, value), k.Len}
	case *Set:
		return &Set{Substitute(k.Elem, value), k.Len}
	case *Range:
		return &Range{Substitute(k.Elem, value)}
	case *Tuple:
		elems := make([]Kind, len(k.Elems))
		for i, e := range k.Elems {
			elems[i] = Substitute(e, value)
		}
		return k.of(elems)
	case *Union:
		out := make([]Kind, len(k.Members))
		for i, m := range k.Members {
			out[i] = Substitute(m, value)
		}
		return Join(out...)
	}
	return k
}

type parser struct{ rest string }

// peek returns the next byte that is no space, 0 at the end.
func (p *parser) peek() byte {
	p.rest = strings.TrimLeft(p.rest, " \t\n")
	if p.rest == "" {
		return 0
	}
	return p.rest[0]
}

func (p *parser) accept(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *parser) expect(c byte) error {
	if !p.accept(c) {
		return fmt.Errorf("expected %q before %q", c, p.rest)
	}
	return nil
}

func (p *parser) union() (Kind, error) {
	var members []Kind
	for {
		k, err := p.concrete()
		if err != nil {
			return nil, err
		}
		members = append(members, k)
		if !p.accept('|') {
			return OneOf(nil, members...), nil
		}
	}
}

// word returns the identifier, or the quoted name, at the front.
func (p *parser) word() string {
	if p.peek() == '`' {
		if i := strings.IndexByte(p.rest[1:], '`'); i >= 0 {
			w := p.rest[1 : 1+i]
			p.rest = p.rest[i+2:]
			return w
		}
	}
	i := 0
	for i < len(p.rest) && (p.rest[i] == '_' || p.rest[i]|0x20 >= 'a' && p.rest[i]|0x20 <= 'z' || p.rest[i] >= '0' && p.rest[i] <= '9') {
		i++
	}
	w := p.rest[:i]
	p.rest = p.rest[i:]
	return w
}

func (p *parser) concrete() (Kind, error) {
	switch c := p.peek(); {
	case c == '\'' || c == '"':
		i := strings.IndexByte(p.rest[1:], c)
		if i < 0 {
			return nil, fmt.Errorf("unterminated string %q", p.rest)
		}
		s := p.rest[1 : 1+i]
		p.rest = p.rest[i+2:]
		return Literal{Value: s}, nil
	case c == '{':
		return p.object()
	case c == '[':
		return p.tuple()
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	return p.named(p.word())
}

func (p *parser) number() (Kind, error) {
	i := 1
	for i < len(p.rest) && (p.rest[i] == '.' || p.rest[i] >= '0' && p.rest[i] <= '9') {
		i++
	}
	text := p.rest[:i]
	p.rest = p.rest[i:]
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Literal{Value: n}, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	return Literal{Value: f}, err
}

func (p *parser) object() (Kind, error) {
	p.accept('{')
	o := &Object{}
	for !p.accept('}') {
		name := p.word()
		if name == "" {
			return nil, fmt.Errorf("expected a field name before %q", p.rest)
		}
		if err := p.expect(':'); err != nil {
			return nil, err
		}
		k, err := p.union()
		if err != nil {
			return nil, err
		}
		o = o.With(Field{Name: name, Kind: k})
		p.accept(',')
	}
	return o, nil
}

func (p *parser) tuple() (Kind, error) {
	p.accept('[')
	t := &Tuple{}
	for !p.accept(']') {
		k, err := p.union()
		if err != nil {
			return nil, err
		}
		t.Elems = append(t.Elems, k)
		p.accept(',')
	}
	return t, nil
}

var basicByName = func() map[string]Basic {
	m := map[string]Basic{}
	for b, name := range basicNames {
		m[name] = Basic(b)
	}
	return m
}()

func (p *parser) named(word string) (Kind, error) {
	if b, ok := basicByName[strings.ToLower(word)]; ok {
		return b, nil
	}
	switch strings.ToLower(word) {
	case "true", "false":
		return Literal{Value: strings.EqualFold(word, "true")}, nil
	case "object":
		return AnyObject, nil
	case "range":
		return &Range{Any}, nil
	case "function":
		return &Function{}, nil
	case "point":
		return &Geometry{[]string{"point"}}, nil
	case "option":
		k, _, err := p.collection()
		return Option(k), err
	case "array":
		k, n, err := p.collection()
		return &Array{k, n}, err
	case "set":
		k, n, err := p.collection()
		return &Set{k, n}, err
	case "record":
		names, err := p.names()
		return &Record{Tables: names}, err
	case "table":
		names, err := p.names()
		return &Table{names}, err
	case "geometry":
		names, err := p.names()
		return &Geometry{names}, err
	case "file":
		names, err := p.names()
		return &File{names}, err
	}
	if word != "" && word[0] >= 'A' && word[0] <= 'Z' && (len(word) == 1 || len(word) == 2 && word[1] >= '0' && word[1] <= '9') {
		return Variable(word), nil
	}
	return nil, fmt.Errorf("unknown kind %q", word)
}

// collection parses the optional "<kind, length>" of an array or a set.
func (p *parser) collection() (Kind, int, error) {
	if !p.accept('<') {
		return Any, -1, nil
	}
	k, err := p.union()
	if err != nil {
		return Any, -1, err
	}
	n := -1
	if p.accept(',') {
		p.peek()
		if n, err = strconv.Atoi(p.word()); err != nil {
			return Any, -1, fmt.Errorf("the length of a collection: %w", err)
		}
	}
	return k, n, p.expect('>')
}

// names parses the optional "<a | b>" of a record, table, geometry or file.
func (p *parser) names() ([]string, error) {
	if !p.accept('<') {
		return nil, nil
	}
	var names []string
	for {
		p.peek()
		name := p.word()
		if name == "" {
			return nil, fmt.Errorf("expected a name before %q", p.rest)
		}
		names = append(names, name)
		if !p.accept('|') {
			return names, p.expect('>')
		}
	}
}
