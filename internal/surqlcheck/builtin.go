package surqlcheck

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// A builtin is a builtin function, as functions.tsv states it.
type builtin struct {
	path   string
	params []builtinParam
	result kind.Kind
	// grouped is the result where the function is an aggregate of a GROUP, else
	// nil.
	grouped kind.Kind
	// impure says that two calls with the same arguments can differ.
	impure bool
	// needs is "files", "3.1" or "unimplemented", or "".
	needs string
}

type builtinParam struct {
	kind           kind.Kind
	closure        []kind.Kind // the closure's parameters, nil where it takes none
	optional, many bool
}

// arity returns how many arguments the function takes, max -1 for any number.
func (b *builtin) arity() (min, max int) {
	for _, p := range b.params {
		switch {
		case p.many:
			return min, -1
		case !p.optional:
			min++
		}
		max++
	}
	return min, max
}

// param returns the parameter that takes the argument i.
func (b *builtin) param(i int) (builtinParam, bool) {
	if n := len(b.params); n > 0 && i >= n && b.params[n-1].many {
		return b.params[n-1], true
	}
	if i >= len(b.params) {
		return builtinParam{}, false
	}
	return b.params[i], true
}

var (
	//go:embed functions.tsv
	functionTable string
	//go:embed methods.tsv
	methodTable string

	// The tables are read when they are first needed: not every command
	// compiles SurrealQL.
	builtins = sync.OnceValue(func() map[string]*builtin { return parseFunctions(functionTable) })
	methods  = sync.OnceValue(func() map[string]map[string]string { return parseMethods(methodTable) })
)

// rows returns the cells of a table's lines, comments left out, each row with
// at least n cells.
func rows(table string, n int) [][]string {
	var out [][]string
	for line := range strings.Lines(table) {
		if line = strings.TrimRight(line, "\n"); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		for len(cells) < n {
			cells = append(cells, "")
		}
		out = append(out, cells)
	}
	return out
}

func parseFunctions(table string) map[string]*builtin {
	out := map[string]*builtin{}
	for _, row := range rows(table, 6) {
		b := &builtin{path: row[0], result: kind.MustParse(row[2]), impure: row[4] != "", needs: row[5]}
		if row[3] != "" {
			b.grouped = kind.MustParse(row[3])
		}
		for _, text := range splitParams(row[1]) {
			b.params = append(b.params, parseParam(text))
		}
		out[b.path] = b
	}
	return out
}

// splitParams splits at commas outside of brackets.
func splitParams(text string) []string {
	var out []string
	depth, start := 0, 0
	for i, r := range text {
		switch {
		case strings.ContainsRune("(<[{", r):
			depth++
		case strings.ContainsRune(")>]}", r):
			depth--
		case r == ',' && depth == 0:
			out = append(out, strings.TrimSpace(text[start:i]))
			start = i + 1
		}
	}
	if rest := strings.TrimSpace(text[start:]); rest != "" {
		out = append(out, rest)
	}
	return out
}

func parseParam(text string) builtinParam {
	var p builtinParam
	text, p.optional = strings.CutSuffix(text, "?")
	text, p.many = strings.CutPrefix(text, "...")
	if before, rest, ok := strings.Cut(text, "function("); ok {
		inner, after, _ := strings.Cut(rest, ")")
		for _, c := range splitParams(inner) {
			p.closure = append(p.closure, kind.MustParse(c))
		}
		text = before + "function" + after
	}
	if strings.Contains(text, "any") && !strings.Contains(text, "<") && !strings.Contains(text, "[") {
		p.kind = kind.Any
	} else {
		p.kind = kind.MustParse(text)
	}
	return p
}

func parseMethods(table string) map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, row := range rows(table, 3) {
		receiver := map[string]string{}
		for _, entry := range strings.Fields(row[2]) {
			name, function, aliased := strings.Cut(entry, "=")
			if !aliased {
				function = row[1] + "::" + name
			}
			if builtins()[function] == nil {
				panic(fmt.Sprintf("method %s of %s is the unknown function %q", name, row[0], function))
			}
			receiver[name] = function
		}
		out[row[0]] = receiver
	}
	return out
}

// receivers returns the rows of the method table that values of the kind use.
func receivers(k kind.Kind) []string {
	var own string
	switch k := k.(type) {
	case kind.Basic:
		switch k {
		case kind.Int, kind.Float, kind.Decimal, kind.Number:
			own = "number"
		default:
			own = k.String()
		}
	case kind.Literal:
		return receivers(k.Base())
	case *kind.Array, *kind.Tuple:
		own = "array"
	case *kind.Set:
		own = "set"
	case *kind.Object:
		own = "object"
	case *kind.Record:
		own = "record"
	case *kind.Geometry:
		own = "geometry"
	case *kind.File:
		own = "file"
	}
	return []string{own, "any"}
}

// method returns the function that a method of a value of the kind calls, or
// nil.
func method(k kind.Kind, name string) *builtin {
	for _, r := range receivers(k) {
		if path, ok := methods()[r][name]; ok {
			return builtins()[path]
		}
	}
	return nil
}

// methodNames returns the names of all methods of values of the kind.
func methodNames(k kind.Kind) []string {
	var out []string
	for _, r := range receivers(k) {
		for name := range methods()[r] {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// A call is what a builtin's result depends on.
type call struct {
	args []kind.Kind
	// returned is what its closure returns; Any where it has none.
	returned kind.Kind
	// key returns the kind of the keys of a record kind.
	key func(kind.Kind) kind.Kind
}

// result returns the builtin's result for the call.
func (c *call) result(k kind.Kind) kind.Kind { return kind.Substitute(k, c.variable) }

func (c *call) arg(i int) kind.Kind {
	if i < len(c.args) {
		return c.args[i]
	}
	return kind.Never
}

func (c *call) variable(v kind.Variable) kind.Kind {
	switch v {
	case "X":
		return c.arg(0)
	case "T":
		return elements(c.arg(0))
	case "F":
		return kind.Map(elements(c.arg(0)), func(k kind.Kind) kind.Kind {
			switch k := k.(type) {
			case *kind.Set:
				return kind.Join(k, k.Elem) // a set inside of an array stays whole
			case *kind.Array, *kind.Tuple:
				return elements(k)
			}
			return k
		})
	case "L":
		return kind.Map(c.arg(0), func(k kind.Kind) kind.Kind {
			if isArray(k) {
				return elements(k)
			}
			return k
		})
	case "P":
		return kind.Map(c.arg(0), fieldKinds)
	case "U":
		return c.arg(1)
	case "V":
		return kind.Map(c.arg(1), func(k kind.Kind) kind.Kind {
			e, ok := kind.Elem(k)
			switch _, set := k.(*kind.Set); {
			case set:
				return kind.Join(k, e) // a set may be added as a whole
			case ok:
				return e
			}
			return k
		})
	case "E":
		out := make([]kind.Kind, len(c.args))
		for i, a := range c.args {
			out[i] = elements(a)
		}
		return kind.Join(out...)
	case "W":
		out := slices.Clone(c.args)
		for _, a := range c.args {
			out = append(out, kind.Map(a, func(k kind.Kind) kind.Kind {
				if e, ok := kind.Elem(k); ok {
					return e
				}
				return k
			}))
		}
		return kind.Join(out...)
	case "O":
		return c.merged()
	case "R", "A":
		return c.returned
	case "N":
		return numberKind(c.arg(0))
	case "M":
		return c.numbers()
	case "D":
		if m := c.numbers(); kind.Meet(m, kind.Decimal) != kind.Never {
			return kind.Join(kind.Float, kind.Decimal)
		}
		return kind.Float
	case "K":
		return kind.Map(c.arg(0), c.key)
	case "G":
		if len(c.args) > 1 {
			return recordOfTable(c.arg(0))
		}
		return recordNamed(c.arg(0))
	}
	return kind.Any
}

// elements returns the kind of a collection's elements, and Any for what may be
// something else.
func elements(k kind.Kind) kind.Kind {
	return kind.Map(k, func(k kind.Kind) kind.Kind {
		if e, ok := kind.Elem(k); ok {
			return e
		}
		switch k := k.(type) {
		case *kind.Range:
			return kind.Int
		case kind.Basic:
			if k == kind.Bytes {
				return kind.Int
			}
		}
		return kind.Any
	})
}

func fieldKinds(k kind.Kind) kind.Kind {
	o, ok := k.(*kind.Object)
	if !ok || o.Open {
		return kind.Any
	}
	out := make([]kind.Kind, len(o.Fields))
	for i, f := range o.Fields {
		out[i] = f.Kind
	}
	return kind.Join(out...)
}

// numberKind returns the numbers among the values of the kind.
func numberKind(k kind.Kind) kind.Kind { return kind.Widen(numbersOf(kind.Meet(k, kind.Number))) }

// numbersOf replaces declared literals, which stand for all equal numbers.
func numbersOf(k kind.Kind) kind.Kind {
	return kind.Map(k, func(k kind.Kind) kind.Kind {
		if l, ok := k.(kind.Literal); ok && !l.Fresh {
			return kind.Number
		}
		return k
	})
}

func (c *call) numbers() kind.Kind {
	var out []kind.Kind
	for _, a := range c.args {
		for _, m := range kind.Members(a) {
			if e, ok := kind.Elem(m); ok {
				m = e
			}
			out = append(out, numberKind(m))
		}
	}
	return kind.Join(out...)
}

// merged returns the object that has the fields of all arguments.
func (c *call) merged() kind.Kind {
	out := &kind.Object{}
	for _, a := range c.args {
		o, ok := a.(*kind.Object)
		if !ok || o.Open {
			return kind.AnyObject
		}
		for _, f := range o.Fields {
			if old, ok := out.Field(f.Name); ok && kind.Admits(f.Kind, kind.None) {
				f.Kind = kind.Join(old.Kind, f.Kind)
			}
			out = out.With(f)
		}
	}
	return out
}

// recordNamed returns the kind of a record of the table that a value of the
// kind names, as "table" or "table:key", or of any table.
func recordNamed(k kind.Kind) kind.Kind {
	switch k := k.(type) {
	case kind.Literal:
		if s, ok := k.Value.(string); ok {
			name, _, _ := strings.Cut(s, ":")
			if isIdent(name) {
				return kind.RecordOf(name)
			}
		}
	case *kind.Table:
		return &kind.Record{Tables: k.Tables}
	case *kind.Record:
		return k
	}
	return &kind.Record{}
}

// recordOfTable returns the kind of a record of the table that a value of the
// kind is the whole name of, or of any table.
func recordOfTable(k kind.Kind) kind.Kind {
	switch k := k.(type) {
	case kind.Literal:
		if s, ok := k.Value.(string); ok {
			return kind.RecordOf(s)
		}
	case *kind.Table:
		return &kind.Record{Tables: k.Tables}
	}
	return &kind.Record{}
}
