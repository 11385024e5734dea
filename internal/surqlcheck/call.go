package surqlcheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// call returns the kind of a function call.
func (c *checker) call(x *surql.FunctionCall, s *scope) kind.Kind {
	switch x.Name.Kind {
	case surql.FunctionBuiltin:
		b := builtins()[x.Name.Path]
		if b == nil {
			// The parser knows the names; one that is not in the table is newer.
			c.exprs(x.Args, s, nil)
			return kind.Any
		}
		return c.builtin(b, x, s)
	case surql.FunctionCustom:
		return c.custom(x, s)
	}
	c.exprs(x.Args, s, nil)
	return kind.Any
}

func (c *checker) builtin(b *builtin, x *surql.FunctionCall, s *scope) kind.Kind {
	if k, ok := c.special(b, x, s); ok {
		return k
	}
	if at := s.at(); at != nil && at.each != nil && b.grouped != nil {
		return c.aggregate(b, x, s)
	}
	return c.invoke(b, nil, x.Args, x.Span(), s)
}

// aggregate returns the kind of an aggregate in a SELECT with GROUP. Its first
// argument stands for the values of all records of the group.
func (c *checker) aggregate(b *builtin, x *surql.FunctionCall, s *scope) kind.Kind {
	c.sawAggregate = false
	mayFail, before := c.mayFail, c.diags
	c.diags = &diag.List{}
	c.exprs(x.Args, s, nil)
	c.diags = before
	if c.sawAggregate {
		return c.invoke(b, nil, x.Args, x.Span(), s) // it works on another aggregate's value
	}
	c.sawAggregate = true
	at := s.at()
	c.mayFail = false
	args := c.exprs(x.Args, &scope{up: at.up, doc: at.each, matches: at.matches, nearest: at.nearest}, nil)
	if c.mayFail && len(args) > 0 {
		args[0] = kind.Option(args[0])
	}
	c.mayFail = mayFail
	c.arity(b.path, b, len(args), 0, x.Span())
	cl := &call{args: args, returned: kind.Any, key: c.keyKind}
	k := cl.result(b.grouped)
	if !c.newer && slices.ContainsFunc(x.Args, leavesRecord) {
		k = kind.Join(k, cl.result(b.result)) // the older executor takes one record's rows for the group's
	}
	if !c.newer && len(x.Args) > 0 && (!looksAtRecord(x.Args[0]) || slices.ContainsFunc(at.keys, func(key surql.Expr) bool { return surql.Equal(key, x.Args[0]) })) {
		// The older executor gives it a constant and a key of the group as they are.
		key := *cl
		key.args = slices.Clone(args)
		key.args[0] = kind.Meet(args[0], kind.AnyArray)
		if key.args[0] != kind.Never {
			k = kind.Join(k, key.result(b.result))
		}
	}
	if at.view && b.path == "math::sum" {
		return kind.Number // a view keeps its sums as floats or decimals
	}
	if (at.compound || !c.newer) && strings.HasPrefix(b.path, "math::") {
		return kind.Join(k, kind.Float) // the older executor computes it as a float
	}
	if at.filled && len(args) == 1 && kind.Numeric(args[0]) {
		// Without an empty group there is a number for each record.
		switch b.path {
		case "math::min", "math::max":
			return numberKind(args[0])
		case "math::sum":
			if kind.Contains(kind.Float, args[0]) {
				return kind.Float
			}
		}
	}
	return k
}

// special returns the kind of the functions whose result depends on more than
// their arguments' kinds.
func (c *checker) special(b *builtin, x *surql.FunctionCall, s *scope) (kind.Kind, bool) {
	switch b.path {
	case "search::score", "search::highlight", "search::offsets":
		return c.searchFunction(b, x, s), true
	case "vector::distance::knn":
		if at := s.at(); at != nil && at.nearest != nil {
			c.exprs(x.Args, s, nil)
			return at.nearest, true
		}
	case "type::field":
		if len(x.Args) == 1 {
			if path, ok := literalPath(x.Args[0]); ok {
				return c.plain(path, x.Span(), s), true
			}
		}
	case "type::fields":
		if list, ok := listed(x.Args); ok {
			fields := make([]kind.Kind, len(list))
			for i, path := range list {
				fields[i] = c.plain(path, x.Span(), s)
			}
			return kind.Join(append(alone(fields), &kind.Tuple{Elems: fields})...), true
		}
	case "type::table":
		if len(x.Args) == 1 {
			k := c.expr(x.Args[0], s, mayWant(kind.String, "the name of a table"))
			if l, ok := k.(kind.Literal); ok {
				if name, ok := l.Value.(string); ok {
					c.knownTable(name, x.Args[0])
					return &kind.Table{Tables: []string{name}}, true
				}
			}
			return &kind.Table{}, true
		}
	case "type::record":
		return c.typeRecord(b, x, s), true
	}
	return nil, false
}

// alone returns the only one of a list's elements: type::fields gives it without
// the list.
func alone(elems []kind.Kind) []kind.Kind {
	if len(elems) == 1 {
		return elems
	}
	return nil
}

// searchFunction returns the kind of the functions that refer to a full-text
// operator by its number.
func (c *checker) searchFunction(b *builtin, x *surql.FunctionCall, s *scope) kind.Kind {
	c.exprs(x.Args, s, nil)
	c.arity(b.path, b, len(x.Args), 0, x.Span())
	number := 0
	if b.path == "search::highlight" {
		number = 2
	}
	if number >= len(x.Args) {
		return kind.Option(b.result)
	}
	var field kind.Kind
	if n, ok := x.Args[number].(*surql.IntLit); ok && s.at() != nil {
		field = s.at().matches[n.Value]
	}
	if field == nil {
		c.diags.Errorf(x.Span(), diag.QueryFulltext, "no full-text operator in WHERE has this number").
			WithHelp("number the operator as well, as in title @1@ $words")
		return kind.Option(b.result)
	}
	switch b.path {
	case "search::score":
		return kind.Float
	case "search::highlight":
		return highlighted(field)
	}
	return kind.Option(kind.AnyObject)
}

// highlighted returns what search::highlight gives for a field.
func highlighted(field kind.Kind) kind.Kind {
	return kind.Map(field, func(m kind.Kind) kind.Kind {
		switch m := m.(type) {
		case kind.Basic:
			switch m {
			case kind.None, kind.String:
				return m
			case kind.Null:
				return kind.Join(kind.Null, kind.None)
			}
		case kind.Literal:
			return kind.String
		case *kind.Array:
			return kind.Join(kind.ArrayOf(kind.String), kind.String)
		}
		return kind.Any
	})
}

// typeRecord returns the kind of type::record(table, key): a record of that
// table. The key says what a parameter there is.
func (c *checker) typeRecord(b *builtin, x *surql.FunctionCall, s *scope) kind.Kind {
	c.arity(b.path, b, len(x.Args), 0, x.Span())
	if len(x.Args) == 0 {
		return &kind.Record{}
	}
	first := c.expr(x.Args[0], s, mayWant(kind.String, "the name of a table or record"))
	k := recordNamed(first)
	if len(x.Args) > 1 {
		k = recordOfTable(first)
	}
	r, ok := k.(*kind.Record)
	if ok && len(r.Tables) == 1 && c.strict {
		c.knownTable(r.Tables[0], x.Args[0])
	}
	for _, arg := range x.Args[1:] {
		var w *want
		if ok && len(r.Tables) == 1 {
			if key := c.keyKind(r); key != kind.Any {
				w = wants(key, "the key of a record of "+r.Tables[0])
			} else {
				w = mayWant(kind.String, "the key of a record of "+r.Tables[0])
			}
		}
		c.expr(arg, s, w)
	}
	return k
}

// keyKind returns the kind of the keys of a kind of records.
func (c *checker) keyKind(k kind.Kind) kind.Kind {
	r, ok := k.(*kind.Record)
	if !ok || len(r.Tables) == 0 {
		return kind.Any
	}
	var out []kind.Kind
	for _, name := range r.Tables {
		t := c.cat.Table(name)
		if t == nil {
			return kind.Any
		}
		out = append(out, t.Key)
	}
	return kind.Join(out...)
}

// invoke checks the arguments of a builtin and returns its result. A method's
// receiver is the first argument.
func (c *checker) invoke(b *builtin, receiver kind.Kind, exprs []surql.Expr, span source.Span, s *scope) kind.Kind {
	c.mayFail = true
	name, skip := b.path+"()", 0
	var args []kind.Kind
	if receiver != nil {
		args, skip = append(args, receiver), 1
	}
	c.arity(name, b, len(exprs)+skip, skip, span)
	cl := &call{returned: kind.Any, key: c.keyKind}
	var closures []func()
	for i, x := range exprs {
		p, ok := b.param(i + skip)
		if !ok {
			c.expr(x, s, nil)
			continue
		}
		if closure, ok := surql.Unparen(x).(*surql.Closure); ok && p.closure != nil {
			// The closure's parameters depend on the other arguments.
			args = append(args, &kind.Function{})
			closures = append(closures, func() { cl.returned = c.appliedInside(closure, p.closure, cl, s) })
			continue
		}
		var w *want
		if p.kind != kind.Any {
			w = wants(p.kind, "an argument of "+name)
		}
		k := c.expr(x, s, w)
		if f, ok := k.(*kind.Function); ok && f.Result != nil {
			cl.returned = f.Result
		}
		if _, verdict := kind.Coerce(k, p.kind); verdict == kind.Nothing && !(p.optional && k == kind.None) {
			c.diags.Errorf(x.Span(), diag.QueryArgument, "%s takes %s here, not %s", name, p.kind, kind.Widen(k))
		}
		args = append(args, k)
	}
	cl.args = args
	for _, run := range closures {
		run()
	}
	return cl.result(b.result)
}

func (c *checker) arity(name string, b *builtin, n, receiver int, span source.Span) {
	lo, hi := b.arity()
	lo, hi = lo-receiver, hi-receiver
	if n -= receiver; n >= lo && (hi < 0 || n <= hi) {
		return
	}
	c.diags.Errorf(span, diag.QueryArity, "%s takes %s, not %d", name, arguments(lo, hi), n)
}

func arguments(lo, hi int) string {
	switch {
	case hi < 0:
		return fmt.Sprintf("at least %s", plural(lo, "argument"))
	case lo == hi:
		return plural(lo, "argument")
	}
	return fmt.Sprintf("%d to %s", lo, plural(hi, "argument"))
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// appliedInside returns what a closure returns that a builtin calls. The newer
// executor runs it where there is no record.
func (c *checker) appliedInside(x *surql.Closure, params []kind.Kind, cl *call, s *scope) kind.Kind {
	if _, ok := s.current(); !ok || !looksAtRecord(x.Body) {
		return c.applied(x, params, cl, s)
	}
	c.diags.Lintf(x.Span(), diag.QueryExecutors, "in a closure that a function calls, the fields of the record are NONE, depending on how the engine runs the query").
		WithHelp("put what the closure needs into a variable: LET $x = …")
	newer := c.applied(x, params, cl, &scope{up: s, apart: true})
	if c.newer {
		return newer
	}
	return kind.Join(newer, c.applied(x, params, cl, s))
}

// applied returns what a closure returns that a builtin calls with arguments of
// the kinds. The kinds may depend on what the closure returned before.
func (c *checker) applied(x *surql.Closure, params []kind.Kind, cl *call, s *scope) kind.Kind {
	cl.returned = kind.Never
	for range 4 {
		args := make([]kind.Kind, len(params))
		for i, p := range params {
			args[i] = kind.Widen(cl.result(p))
		}
		diags := c.diags
		c.diags = &diag.List{}
		returned := c.closureResult(x, s, args)
		found := c.diags
		c.diags = diags
		if joined := kind.Join(cl.returned, returned); !kind.Equal(joined, cl.returned) {
			cl.returned = joined
			continue
		}
		c.diags.Merge(found)
		return cl.returned
	}
	return kind.Any
}

// closure returns the kind of a closure whose arguments are not known.
func (c *checker) closure(x *surql.Closure, s *scope, args []kind.Kind) kind.Kind {
	f := &kind.Function{Result: c.closureResult(x, s, args)}
	if looksAtRecord(x.Body) && x.Returns == nil {
		f.Result = kind.Any // the record is that of the place where it is called
	}
	for _, p := range x.Params {
		f.Params = append(f.Params, paramKind(p.Kind))
	}
	return f
}

func paramKind(k surql.Kind) kind.Kind {
	if k == nil {
		return kind.Any
	}
	return kindOf(k, nil)
}

func (c *checker) closureResult(x *surql.Closure, s *scope, args []kind.Kind) kind.Kind {
	inner := s.child()
	inner.returns = new([]kind.Kind)
	for i, p := range x.Params {
		k := paramKind(p.Kind)
		if i < len(args) {
			coerced, verdict := kind.Coerce(args[i], k)
			if verdict == kind.Nothing && args[i] != kind.Never {
				c.diags.Errorf(p.Span(), diag.QueryArgument, "$%s is called with %s, not %s", p.Name.Name, args[i], k)
			} else {
				k = coerced
			}
		}
		inner.set(p.Name.Name, k)
	}
	k := c.expr(x.Body, inner, nil)
	k = kind.Join(append(*inner.returns, k)...)
	if x.Returns == nil {
		return k
	}
	k, _ = kind.Coerce(k, kindOf(x.Returns, nil))
	return k
}

// callValue returns the kind of a call of a value.
func (c *checker) callValue(x *surql.CallExpr, s *scope) kind.Kind {
	fun := surql.Unparen(x.Fun)
	if closure, ok := fun.(*surql.Closure); ok {
		return c.closureResult(closure, s, c.exprs(x.Args, s, nil))
	}
	k := c.expr(fun, s, nil)
	c.exprs(x.Args, s, nil)
	if f, ok := k.(*kind.Function); ok && f.Result != nil {
		return f.Result
	}
	return kind.Any
}

// custom returns the kind of a call of a DEFINE FUNCTION.
func (c *checker) custom(x *surql.FunctionCall, s *scope) kind.Kind {
	o := c.cat.lookup(ObjectFunction, "", x.Name.Path)
	if o == nil {
		d := c.diags.Errorf(x.Name.Span(), diag.QueryUnknownFunction, "function %s is not defined", x.Name.Path)
		if near := diag.Nearest(x.Name.Path, c.cat.names(ObjectFunction, "")); near != "" {
			d.WithHelp("did you mean %s?", near)
		}
		c.exprs(x.Args, s, nil)
		return kind.Any
	}
	def := o.Def.(*surql.DefineFunction)
	required := len(def.Params)
	for required > 0 && kind.Admits(paramKind(def.Params[required-1].Kind), kind.None) {
		required--
	}
	if n := len(x.Args); n < required || n > len(def.Params) {
		c.diags.Errorf(x.Span(), diag.QueryArity, "%s takes %s, not %d", x.Name.Path, arguments(required, len(def.Params)), n).
			WithRelated(o.Span, "defined here")
	}
	for i, arg := range x.Args {
		if i >= len(def.Params) {
			c.expr(arg, s, nil)
			continue
		}
		p := def.Params[i]
		k := paramKind(p.Kind)
		got := c.expr(arg, s, wants(k, "an argument of "+x.Name.Path))
		if _, verdict := kind.Coerce(got, k); verdict == kind.Nothing {
			c.diags.Errorf(arg.Span(), diag.QueryArgument, "%s takes %s as $%s, not %s", x.Name.Path, k, p.Name.Name, kind.Widen(got)).
				WithRelated(p.Span(), "declared here")
		}
	}
	if !c.cat.readOnly(effectsOf(def.Body.Stmts)) {
		c.wroteAll()
	}
	return c.functionResult(o)
}

// functionResult returns what a custom function returns: the kind it declares,
// made more precise by what its body gives.
func (c *checker) functionResult(o *Object) kind.Kind {
	def := o.Def.(*surql.DefineFunction)
	if def.Returns != nil {
		return kindOf(def.Returns, nil)
	}
	if c.calls[o.Name] {
		return kind.Any
	}
	s := &scope{}
	for _, p := range def.Params {
		s.set(p.Name.Name, paramKind(p.Kind))
	}
	return kind.Widen(c.quiet(o.Name).block(def.Body, s))
}

// method returns the kind of a method call on a value of kind k.
func (c *checker) method(k kind.Kind, part *surql.MethodPart, w *walk) kind.Kind {
	if k == kind.Any {
		c.exprs(part.Args, w.s, nil)
		return kind.Any
	}
	b := method(k, part.Name.Name)
	if o, ok := k.(*kind.Object); ok && b == nil {
		f, _ := o.Field(part.Name.Name)
		fn, isFunction := f.Kind.(*kind.Function)
		if isFunction || o.Open {
			c.exprs(part.Args, w.s, nil)
			if isFunction && fn.Result != nil {
				return fn.Result
			}
			return kind.Any
		}
	}
	if b == nil {
		d := c.diags.Errorf(part.Name.Span(), diag.QueryUnknownMethod, "%s has no method %s", kind.Widen(k), part.Name.Name)
		if near := diag.Nearest(part.Name.Name, methodNames(k)); near != "" {
			d.WithHelp("did you mean %s?", near)
		}
		c.exprs(part.Args, w.s, nil)
		switch {
		case k == kind.None && !c.newer:
			return kind.None // the older executor stops at NONE
		case c.trying:
			return kind.Never
		}
		return kind.Any
	}
	result := c.applyMethod(b, k, part, w.s)
	if w.graph && !c.newer && slices.ContainsFunc(part.Args, argumentLooks) {
		result = kind.Join(result, c.applyMethod(b, k, part, w.s.record(kind.None)))
	}
	if k == kind.None && !c.newer {
		return kind.Option(result) // the older executor stops at NONE
	}
	return result
}

// applyMethod returns what a method gives. To the newer executor the value it is
// called on is the current record of its arguments.
func (c *checker) applyMethod(b *builtin, k kind.Kind, part *surql.MethodPart, s *scope) kind.Kind {
	if !slices.ContainsFunc(part.Args, argumentLooks) {
		return c.invoke(b, k, part.Args, part.Span(), s)
	}
	before := c.diags
	c.diags = &diag.List{}
	newer := c.invoke(b, k, part.Args, part.Span(), (&scope{up: s, apart: true}).record(k))
	found := c.diags
	c.diags = &diag.List{}
	older := c.invoke(b, k, part.Args, part.Span(), s)
	if !c.newer {
		found = c.diags
	}
	c.diags = before
	if c.strict || !c.newer {
		c.diags.Merge(found)
	}
	c.diags.Lintf(part.Name.Span(), diag.QueryExecutors, "a field in the arguments of a method is one of the value the method is called on, or one of the record, depending on how the engine runs the query").
		WithHelp("call the function: %s(…)", b.path)
	if c.newer {
		return newer
	}
	return kind.Join(older, newer)
}

// argumentLooks reports whether a method's argument depends on the current
// record. Closures run by rules of their own.
func argumentLooks(x surql.Expr) bool {
	_, closure := surql.Unparen(x).(*surql.Closure)
	return !closure && looksAtRecord(x)
}

// looksAtRecord reports whether an expression depends on the current record. The
// columns and conditions of a SELECT depend on its own, unless they name $parent.
func looksAtRecord(x surql.Expr) bool {
	found := false
	surql.Walk(x, func(n surql.Node) bool {
		switch n := n.(type) {
		case *surql.SelectStmt:
			around := append(slices.Clone(n.What), n.Limit, n.Start)
			found = found || namesParent(n) || slices.ContainsFunc(around, func(x surql.Expr) bool { return x != nil && looksAtRecord(x) })
			return false
		case *surql.Idiom:
			found = found || n.Start == nil
		case *surql.Param:
			found = found || n.Name == "this" || n.Name == "parent"
		}
		return !found
	})
	return found
}

func namesParent(n surql.Node) bool {
	found := false
	surql.Walk(n, func(n surql.Node) bool {
		p, ok := n.(*surql.Param)
		found = found || ok && p.Name == "parent"
		return !found
	})
	return found
}

// literalPath returns the parts of a plain dotted path in a string literal.
func literalPath(x surql.Expr) ([]string, bool) {
	lit, ok := x.(*surql.StringLit)
	if !ok {
		return nil, false
	}
	var path []string
	rest := lit.Value
	for {
		i := slices.IndexFunc([]byte(rest), func(b byte) bool { return b == '.' })
		name := rest
		if i >= 0 {
			name = rest[:i]
		}
		if !isIdent(name) {
			return nil, false
		}
		path = append(path, name)
		if i < 0 {
			return path, true
		}
		rest = rest[i+1:]
	}
}

// plain returns the kind at a dotted path of the current record.
func (c *checker) plain(path []string, span source.Span, s *scope) kind.Kind {
	doc, ok := s.current()
	if !ok {
		return kind.None
	}
	parts := make([]surql.Part, len(path))
	for i, name := range path {
		parts[i] = &surql.FieldPart{Name: name}
	}
	before := c.diags
	c.diags = &diag.List{}
	k := c.path(doc, parts, &walk{s: s})
	if c.diags.Len() > 0 {
		before.Errorf(span, diag.QueryUnknownField, "there is no field %s", pathText(path))
	}
	c.diags = before
	return k
}
