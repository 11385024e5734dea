package surqlcheck

import (
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// expr returns the kind of an expression. want is what the place takes, or nil;
// it says what a parameter there must be and reports nothing else.
func (c *checker) expr(x surql.Expr, s *scope, want *want) kind.Kind {
	if l, ok := literalKind(x); ok {
		if l.Base() == kind.Decimal || l.Base() == kind.Duration {
			return l.Base()
		}
		return l
	}
	switch x := x.(type) {
	case nil:
		return kind.None
	case *surql.NoneLit:
		return kind.None
	case *surql.NullLit:
		return kind.Null
	case *surql.DatetimeLit:
		return kind.Datetime
	case *surql.UUIDLit:
		return kind.UUID
	case *surql.BytesLit:
		return kind.Bytes
	case *surql.RegexLit:
		return kind.Regex
	case *surql.FileLit:
		return &kind.File{Buckets: []string{x.Bucket}}
	case *surql.PointLit:
		return &kind.Geometry{Forms: []string{"point"}}
	case *surql.ArrayLit:
		return &kind.Tuple{Elems: c.exprs(x.Elems, s, want.elem())}
	case *surql.SetLit:
		return kind.SetOf(kind.Join(c.exprs(x.Elems, s, want.elem())...))
	case *surql.ObjectLit:
		return c.object(x, s, want)
	case *surql.ParenExpr:
		return c.expr(x.X, s, want)
	case *surql.UnaryExpr:
		return c.unary(x, s, want)
	case *surql.CastExpr:
		return c.cast(x, s)
	case *surql.BinaryExpr:
		return c.binary(x, s, want)
	case *surql.MatchExpr:
		return c.match(x, s)
	case *surql.NearestExpr:
		return c.nearest(x, s)
	case *surql.RangeExpr:
		return c.rangeOf(x, s)
	case *surql.CallExpr:
		return c.callValue(x, s)
	case *surql.FunctionCall:
		return c.call(x, s)
	case *surql.ScriptCall:
		c.exprs(x.Args, s, nil)
		return kind.Any
	case *surql.Constant:
		return constantKind(x.Path)
	case *surql.Param:
		return c.param(x, s, want)
	case *surql.TableName:
		c.knownTable(x.Name, x)
		return &kind.Table{Tables: []string{x.Name}}
	case *surql.RecordID:
		return c.recordID(x, s)
	case *surql.Mock:
		return kind.ArrayOf(kind.RecordOf(x.Table.Name))
	case *surql.Closure:
		return c.closure(x, s, nil)
	case *surql.Block:
		return c.block(x, s.child())
	case *surql.Idiom:
		return c.idiom(x, s, want)
	case surql.Stmt:
		return c.stmt(x, s, want)
	}
	return kind.Any
}

// checked is expr for a place that only checks a value against what it wants,
// and so has no use for what the other uses of a parameter say.
func (c *checker) checked(x surql.Expr, s *scope, w *want) kind.Kind {
	if _, ok := surql.Unparen(x).(*surql.Param); ok && w != nil && !w.weak {
		w.checks = true
	}
	return c.expr(x, s, w)
}

func (c *checker) exprs(xs []surql.Expr, s *scope, want *want) []kind.Kind {
	out := make([]kind.Kind, len(xs))
	for i, x := range xs {
		out[i] = c.expr(x, s, want)
	}
	return out
}

func constantKind(path string) kind.Kind {
	switch prefix, _, _ := strings.Cut(path, "::"); prefix {
	case "math":
		return kind.Float
	case "time":
		return kind.Datetime
	case "duration":
		return kind.Duration
	}
	return kind.Any
}

// geoForms are the values of "type" that make an object a geometry.
var geoForms = map[string]string{
	"Point": "point", "LineString": "line", "Polygon": "polygon",
	"MultiPoint": "multipoint", "MultiLineString": "multiline", "MultiPolygon": "multipolygon",
	"GeometryCollection": "collection",
}

func (c *checker) object(x *surql.ObjectLit, s *scope, want *want) kind.Kind {
	o := &kind.Object{}
	geo := ""
	for _, e := range x.Entries {
		k := c.expr(e.Value, s, want.field(e.Key.Name))
		o = o.With(kind.Field{Name: e.Key.Name, Kind: k, Span: e.Span(), Origin: c.origin(e.Value, s)})
		if lit, ok := e.Value.(*surql.StringLit); ok && e.Key.Name == "type" {
			geo = geoForms[lit.Value]
		}
	}
	if geo != "" && len(o.Fields) == 2 {
		return kind.Join(&kind.Geometry{Forms: []string{geo}}, o)
	}
	return o
}

func (c *checker) unary(x *surql.UnaryExpr, s *scope, w *want) kind.Kind {
	switch x.Op {
	case surql.OpNot:
		c.expr(x.X, s, mayWant(kind.Bool, "a condition"))
		return kind.Bool
	case surql.OpPos:
		return c.expr(x.X, s, w)
	}
	k := c.expr(x.X, s, mayWant(kind.Number, "negated"))
	n := numberKind(k)
	c.mayFail = c.mayFail || !kind.Numeric(k)
	if n == kind.Never && k != kind.Never {
		c.diags.Errorf(x.Span(), diag.QueryOperand, "%s cannot be negated", kind.Widen(k))
	}
	return n
}

func (c *checker) cast(x *surql.CastExpr, s *scope) kind.Kind {
	c.kinds(x.Kind)
	to := kindOf(x.Kind, nil)
	if p, ok := surql.Unparen(x.X).(*surql.Param); ok {
		if s.lookup(p.Name) == nil {
			c.params.cast(p, to)
		}
	}
	from := c.expr(x.X, s, nil)
	k, verdict := kind.Cast(from, to)
	c.mayFail = c.mayFail || verdict != kind.Everything
	if verdict == kind.Nothing {
		c.diags.Errorf(x.Span(), diag.QueryCast, "%s can never be cast to %s", kind.Widen(from), to)
		return to
	}
	return k
}

// kinds reports the tables that a kind links to and that are not defined.
func (c *checker) kinds(k surql.Kind) {
	c.cat.checkTables(k, func(id surql.Ident) { c.unknownTable(id.Name, &id) })
}

func (c *checker) rangeOf(x *surql.RangeExpr, s *scope) kind.Kind {
	var ends []kind.Kind
	for _, end := range []surql.Expr{x.From, x.To} {
		if end != nil {
			ends = append(ends, c.expr(end, s, nil))
		}
	}
	return &kind.Range{Elem: kind.Widen(kind.Join(ends...))}
}

func (c *checker) recordID(x *surql.RecordID, s *scope) kind.Kind {
	var key func(k surql.RecordKey)
	key = func(k surql.RecordKey) {
		switch k := k.(type) {
		case *surql.ArrayLit:
			c.exprs(k.Elems, s, nil)
		case *surql.ObjectLit:
			c.object(k, s, nil)
		case *surql.KeyRange:
			key(k.From)
			key(k.To)
		}
	}
	key(x.Key)
	if c.strict {
		c.knownTable(x.Table.Name, &x.Table)
	}
	return kind.RecordOf(x.Table.Name)
}

// knownTable reports whether the table exists, and that it does not.
func (c *checker) knownTable(name string, at surql.Node) bool {
	if c.cat.hasTable(name) {
		return true
	}
	c.unknownTable(name, at)
	return false
}

func (c *checker) unknownTable(name string, at surql.Node) {
	report := c.diags.Warnf
	if c.strict {
		report = c.diags.Errorf
	}
	d := report(at.Span(), diag.QueryUnknownTable, "table %s is not defined", name)
	if near := diag.Nearest(name, c.cat.tableNames()); near != "" {
		d.WithHelp("did you mean %s?", near)
	}
}

func (c *checker) binary(x *surql.BinaryExpr, s *scope, w *want) kind.Kind {
	switch x.Op {
	case surql.OpAnd:
		a := c.expr(x.X, s, mayWant(kind.Bool, "a condition"))
		b := c.expr(x.Y, c.narrow(x.X, s, true), mayWant(kind.Bool, "a condition"))
		return kind.Join(a, b)
	case surql.OpOr:
		a := c.expr(x.X, s, mayWant(kind.Bool, "a condition"))
		b := c.expr(x.Y, c.narrow(x.X, s, false), mayWant(kind.Bool, "a condition"))
		return kind.Join(a, b)
	case surql.OpNullish, surql.OpTruthy:
		inner := w
		if w != nil {
			inner = &want{kind: kind.Option(w.kind), why: w.why, weak: w.weak}
		}
		a := c.expr(x.X, s, inner)
		return kind.Join(kind.Strip(a, kind.None, kind.Null), c.expr(x.Y, s, w))
	case surql.OpAdd, surql.OpSub, surql.OpMul, surql.OpDiv, surql.OpRem, surql.OpPow:
		return c.arithmetic(x, s, w)
	}
	return c.compare(x, s)
}

// compare checks a comparison, whose kind is always bool. Each side says what a
// parameter on the other side is.
func (c *checker) compare(x *surql.BinaryExpr, s *scope) kind.Kind {
	other := func(k kind.Kind) *want {
		k = kind.Strip(kind.Widen(k), kind.None, kind.Null)
		why := "compared with " + k.String()
		switch x.Op {
		case surql.OpEqual, surql.OpNotEqual, surql.OpExact, surql.OpLess, surql.OpLessEqual, surql.OpMore, surql.OpMoreEqual:
			return wants(k, why)
		}
		return nil
	}
	// The side of a parameter is looked at once the other side is known.
	first, second := x.X, x.Y
	if c.isParam(first, s) {
		first, second = second, first
	}
	a := c.expr(first, s, nil)
	w := other(a)
	if w == nil {
		w = membership(x.Op, a, first == x.X)
	}
	if w != nil && c.isParam(second, s) {
		w.of(c.origin(first, s))
	}
	b := c.checked(second, s, w)
	if (x.Op == surql.OpEqual || x.Op == surql.OpExact) && !comparable(a, b) {
		c.diags.Warnf(x.Span(), diag.QueryComparison, "%s never equals %s", kind.Widen(a), kind.Widen(b))
	}
	return kind.Bool
}

// comparable reports whether a value of one kind can equal a value of the
// other.
func comparable(a, b kind.Kind) bool {
	if a == kind.Never || b == kind.Never || kind.Meet(a, b) != kind.Never {
		return true
	}
	for _, m := range kind.Members(a) {
		for _, n := range kind.Members(b) {
			if kind.Numeric(m) && kind.Numeric(n) || m == kind.Regex || n == kind.Regex {
				_, x := m.(kind.Literal)
				_, y := n.(kind.Literal)
				if !x || !y {
					return true
				}
			}
			_, tuple := m.(*kind.Tuple)
			_, object := m.(*kind.Object)
			_, array := m.(*kind.Array)
			_, set := m.(*kind.Set)
			if tuple || object || array || set {
				return true // equal parts may make equal wholes, [1] = [1.0]
			}
		}
	}
	return false
}

// membership returns the want that one side of a containment operator says of
// the other. left is set where the known side is the left one.
func membership(op surql.BinaryOp, known kind.Kind, left bool) *want {
	collection := func(k kind.Kind) *want {
		return wants(kind.ArrayOf(kind.Strip(kind.Widen(k), kind.None, kind.Null)), "searched for "+kind.Widen(k).String())
	}
	element := func(k kind.Kind) *want {
		var elem kind.Kind = kind.Never
		for _, m := range kind.Members(k) {
			switch m := m.(type) {
			case *kind.Range:
				elem = kind.Join(elem, m.Elem)
			case kind.Basic:
				if m == kind.String {
					elem = kind.Join(elem, kind.String)
				}
			default:
				if e, ok := kind.Elem(m); ok {
					elem = kind.Join(elem, e)
				}
			}
		}
		return wants(kind.Strip(kind.Widen(elem), kind.None, kind.Null), "sought in "+kind.Widen(k).String())
	}
	many := func(k kind.Kind) *want { w := element(k); return wants(kind.ArrayOf(w.kind), w.why) }
	switch op {
	case surql.OpIn, surql.OpNotIn:
		if left {
			return collection(known)
		}
		return element(known)
	case surql.OpContains, surql.OpContainsNot:
		if left {
			return element(known)
		}
		return collection(known)
	case surql.OpContainsAll, surql.OpContainsAny, surql.OpContainsNone, surql.OpAllInside, surql.OpAnyInside, surql.OpNoneInside:
		if w := many(known); w.kind.(*kind.Array).Elem != kind.Never {
			return w
		}
	case surql.OpIntersects, surql.OpOutside:
		return wants(&kind.Geometry{}, "compared with a geometry")
	case surql.OpAllEqual, surql.OpAnyEqual:
		if left {
			return element(known)
		}
	}
	return nil
}

// isParam reports whether the expression is a parameter that the caller gives.
func (c *checker) isParam(x surql.Expr, s *scope) bool {
	_, ok := c.callerParam(x, s)
	return ok
}

// callerParam returns the parameter that the expression is, also where a
// variable stands for it.
func (c *checker) callerParam(x surql.Expr, s *scope) (*surql.Param, bool) {
	p, ok := surql.Unparen(x).(*surql.Param)
	if !ok {
		return nil, false
	}
	if v := s.lookup(p.Name); v != nil {
		return v.param, v.param != nil
	}
	if p.Name == "this" || p.Name == "parent" || engineParams[p.Name] != nil || c.cat.lookup(ObjectParam, "", p.Name) != nil {
		return nil, false
	}
	return p, true
}

// arithmetic returns the kind of + - * / % **.
func (c *checker) arithmetic(x *surql.BinaryExpr, s *scope, w *want) kind.Kind {
	operand := func(other kind.Kind) *want {
		known := kind.Strip(kind.Widen(other), kind.None, kind.Null)
		switch {
		case known == kind.Datetime:
			return wants(kind.Duration, "added to or taken from a datetime")
		case known == kind.Duration && (x.Op == surql.OpMul || x.Op == surql.OpDiv):
			return wants(kind.Number, "a factor of a duration")
		case known == kind.Any || known == kind.Never:
			return w
		}
		return wants(known, "an operand beside "+known.String())
	}
	first, second := x.X, x.Y
	if c.isParam(first, s) {
		first, second = second, first
	}
	a := c.expr(first, s, w)
	b := c.expr(second, s, operand(a))
	if first != x.X {
		a, b = b, a
	}
	k := arithmetic(x.Op, a, b)
	c.mayFail = c.mayFail || !kind.Numeric(a) || !kind.Numeric(b)
	if k == kind.Never && a != kind.Never && b != kind.Never {
		c.diags.Errorf(x.Span(), diag.QueryOperand, "%s %s %s always fails", kind.Widen(a), x.Op, kind.Widen(b)).
			WithHelp("cast an operand, or handle NONE with ??")
	}
	return k
}

// operands are the kinds that arithmetic works on, for an operand that may be
// anything.
var operands = []kind.Kind{kind.Int, kind.Float, kind.Decimal, kind.String, kind.Duration, kind.Datetime, kind.AnyArray, kind.AnyObject}

func operandKinds(k kind.Kind) []kind.Kind {
	var out []kind.Kind
	for _, m := range kind.Members(kind.Widen(k)) {
		switch m {
		case kind.Any:
			return operands
		case kind.Number:
			out = append(out, kind.Int, kind.Float, kind.Decimal)
			continue
		}
		if l, ok := m.(kind.Literal); ok {
			if out = append(out, l.Base()); l.Base() == kind.Int || l.Base() == kind.Float {
				out = append(out, kind.Int, kind.Float, kind.Decimal)
			}
			continue
		}
		out = append(out, m)
	}
	return out
}

// arithmetic returns the kind of an operation on values of two kinds: the join
// of those pairs that do not fail.
func arithmetic(op surql.BinaryOp, a, b kind.Kind) kind.Kind {
	var out []kind.Kind
	for _, x := range operandKinds(a) {
		for _, y := range operandKinds(b) {
			out = append(out, arithmeticPair(op, x, y))
		}
	}
	return kind.Join(out...)
}

func arithmeticPair(op surql.BinaryOp, x, y kind.Kind) kind.Kind {
	if kind.Numeric(x) && kind.Numeric(y) {
		return numericPair(op, x, y)
	}
	switch op {
	case surql.OpAdd:
		return addPair(x, y)
	case surql.OpSub:
		switch {
		case x == kind.Duration && y == kind.Duration, x == kind.Datetime && y == kind.Datetime:
			return kind.Duration
		case x == kind.Datetime && y == kind.Duration:
			return kind.Datetime
		}
	case surql.OpMul, surql.OpDiv:
		factor := x == kind.Duration && kind.Numeric(y)
		switch {
		case factor && op == surql.OpMul:
			return kind.Duration
		case factor:
			return kind.Join(kind.Duration, kind.Float) // NaN for a division by zero
		case op == surql.OpDiv:
			return kind.Float // NaN, where nothing else can be said
		}
	}
	return kind.Never
}

func addPair(x, y kind.Kind) kind.Kind {
	switch {
	case x == kind.String && y == kind.String:
		return kind.String
	case x == kind.Duration && y == kind.Duration:
		return kind.Duration
	case x == kind.Datetime && y == kind.Duration, x == kind.Duration && y == kind.Datetime:
		return kind.Datetime
	}
	if _, ok := x.(*kind.Object); ok {
		if _, ok := y.(*kind.Object); ok {
			return (&call{args: []kind.Kind{x, y}}).merged()
		}
		return kind.Never
	}
	if isArray(x) && isArray(y) {
		return kind.ArrayOf(kind.Join(elements(x), elements(y)))
	}
	return kind.Never
}

func isArray(k kind.Kind) bool {
	switch k.(type) {
	case *kind.Array, *kind.Tuple:
		return true
	}
	return false
}

// numericPair returns the kind of an operation on an int, a float or a decimal
// each. A division by zero gives a float, NaN.
func numericPair(op surql.BinaryOp, x, y kind.Kind) kind.Kind {
	switch {
	case op == surql.OpPow:
		switch {
		case x == kind.Decimal:
			return kind.Decimal
		case x == kind.Int && y == kind.Int:
			return kind.Int
		}
		return kind.Float
	case x == kind.Decimal || y == kind.Decimal:
		if op == surql.OpDiv {
			return kind.Join(kind.Decimal, kind.Float)
		}
		return kind.Decimal
	case x == kind.Float || y == kind.Float:
		return kind.Float
	case op == surql.OpDiv:
		return kind.Join(kind.Int, kind.Float)
	}
	return kind.Int
}
