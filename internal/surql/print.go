package surql

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Print returns a node as canonical SurrealQL on one line, but for JavaScript,
// which it keeps as it is: keywords in upper case, kinds in lower case, clauses in the order of the grammar, names quoted
// only where they must be. Parsing the result gives an equal node. Where a tree
// that was built by hand lacks parentheses that it needs, Print adds them.
func Print(n Node) string {
	var w printer
	w.node(n)
	return string(w.buf)
}

// A printer appends canonical SurrealQL to a buffer.
type printer struct {
	buf []byte
}

func (w *printer) put(parts ...string) {
	for _, s := range parts {
		w.buf = append(w.buf, s...)
	}
}

func (w *printer) putIf(cond bool, s string) {
	if cond {
		w.put(s)
	}
}

// node writes a node of any type.
func (w *printer) node(n Node) {
	switch n := n.(type) {
	case Expr: // statements but for those of stmt are expressions
		w.expr(n)
	case Stmt:
		w.stmt(n)
	case Kind:
		w.kind(n)
	case Part:
		w.part(n, true)
	case RecordKey:
		w.recordKey(n)
	case Data:
		w.data(n)
	case AccessType:
		w.accessType(n)
	case IndexSpec:
		w.indexSpec(n)
	case Config:
		w.config(n)
	default:
		w.clause(n)
	}
}

// clause writes the nodes that are parts of others and have no interface.
func (w *printer) clause(n Node) {
	switch n := n.(type) {
	case *Ident:
		w.name(n.Name)
	case *FunctionName:
		w.functionName(n)
	case *ClosureParam:
		w.closureParam(n)
	case *FunctionParam:
		w.functionParam(n)
	case *ObjectEntry:
		w.objectKey(n.Key.Name)
		w.put(": ")
		w.element(n.Value)
	case *ObjectKindField:
		w.objectKey(n.Key.Name)
		w.put(": ")
		w.kind(n.Kind)
	case *DestructureField:
		w.destructureField(n)
	case *LookupSubject:
		w.lookupSubject(n)
	case *Distance:
		w.distance(n)
	case *Fields:
		w.fields(n)
	case *Field:
		w.field(n)
	case *With:
		w.with(n)
	case *Group:
		w.group(n)
	case *Order:
		w.order(n)
	case *OrderBy:
		w.orderBy(n)
	case *Explain:
		w.explain(n)
	case *Assignment:
		w.assignment(n)
	case *Output:
		w.output(n)
	case *IfBranch:
		w.element(n.Cond)
		w.put(" ")
		w.expr(n.Body)
	case *Changefeed:
		w.changefeed(n)
	case *TableType:
		w.tableType(n)
	case *View:
		w.view(n)
	case *Permission:
		w.permission(n)
	case *Permissions:
		w.permissions(n)
	case *PermissionFor:
		w.permissionFor(n)
	case *Default:
		w.defaultClause(n)
	case *Reference:
		w.reference(n)
	case *EventAsync:
		w.eventAsync(n)
	case *Filter:
		w.filter(n)
	case *JWTIssuer:
		w.jwtIssuer(n)
	case *APIRoute:
		w.apiRoute(n)
	default:
		panic(fmt.Sprintf("surql: Print of a %T", n))
	}
}

// reserved are the words that have a meaning somewhere a name may stand, and
// which are quoted as names.
var reserved = func() map[token]bool {
	words := map[token]bool{}
	for _, t := range []token{
		kwAlter, kwBegin, kwBreak, kwCancel, kwCommit, kwContinue, kwCreate, kwDefine, kwDelete,
		kwFor, kwIf, kwInfo, kwInsert, kwKill, kwLive, kwOption, kwRebuild, kwReturn, kwRelate,
		kwRemove, kwSelect, kwLet, kwShow, kwSleep, kwThrow, kwUpdate, kwUpsert, kwUse, kwDiff,
		kwRand, kwNone, kwNull, kwAfter, kwBefore, kwValue, kwBy, kwAll, kwTrue, kwFalse, kwWhere,
		kwTable, kwSequence, kwFunction, kwAccess, kwExplain, kwOnly, kwOverwrite, kwIgnore,
		kwRelation, kwFrom, kwInto, kwAt, kwOn, kwAnd,
	} {
		words[t] = true
	}
	return words
}()

// isPlainName reports whether a name is a name without quotes.
func isPlainName(name string) bool {
	return isWord(name) && !isDigit(name[0]) && name != "NaN" && name != "Infinity"
}

// name writes a name, quoted if it must be.
func (w *printer) name(name string) {
	if isPlainName(name) && !reserved[lookupKeyword(name)] {
		w.put(name)
		return
	}
	w.quotedName(name)
}

func (w *printer) quotedName(name string) {
	w.put("`")
	w.escaped(name, '`')
	w.put("`")
}

// segment writes a name where no word is reserved.
func (w *printer) segment(name string) {
	if isPlainName(name) {
		w.put(name)
		return
	}
	w.quotedName(name)
}

// escaped writes text for quotes of the given kind.
func (w *printer) escaped(text string, quote byte) {
	for i := range len(text) {
		switch c := text[i]; c {
		case quote, '\\':
			w.buf = append(w.buf, '\\', c)
		case '\n':
			w.put(`\n`)
		case '\r':
			w.put(`\r`)
		case '\t':
			w.put(`\t`)
		case 0:
			w.put(`\0`)
		default:
			w.buf = append(w.buf, c)
		}
	}
}

func (w *printer) quoted(text string) {
	w.put("'")
	w.escaped(text, '\'')
	w.put("'")
}

func (w *printer) objectKey(key string) {
	if isPlainName(key) {
		w.put(key)
		return
	}
	w.quoted(key)
}

func (w *printer) names(list []Ident, separator string) {
	for i := range list {
		w.putIf(i > 0, separator)
		w.name(list[i].Name)
	}
}

func (w *printer) param(name string) {
	w.put("$")
	w.segment(name)
}

// list writes nodes with separators.
func list[T any](w *printer, items []T, write func(T)) {
	for i, item := range items {
		w.putIf(i > 0, ", ")
		write(item)
	}
}

// element writes an expression where others follow it: as an element of a list
// or in a clause. Statements are put in parentheses, as their own clauses could
// take what follows.
func (w *printer) element(x Expr) {
	if _, isStmt := x.(Stmt); isStmt {
		w.paren(x)
		return
	}
	w.expr(x)
}

func (w *printer) paren(x Expr) {
	w.put("(")
	w.expr(x)
	w.put(")")
}

// operand writes an operand of an operator that binds with the given power.
func (w *printer) operand(x Expr, least power) {
	_, isStmt := x.(Stmt)
	_, isClosure := x.(*Closure)
	_, isRange := x.(*RangeExpr) // an open one has the power of a literal
	if isStmt || isClosure || isRange && least > powerPrefix || powerOf(x) < least {
		w.paren(x)
		return
	}
	w.expr(x)
}

func (w *printer) expr(x Expr) {
	switch x := x.(type) {
	case *ParenExpr:
		w.paren(x.X)
	case *UnaryExpr:
		w.put(x.Op.String())
		at := len(w.buf)
		w.operand(x.X, powerPrefix)
		if c := w.buf[at]; x.Op != OpNot && (c == '-' || c == '+' || isDigit(c)) {
			w.buf = append(w.buf[:at], append([]byte{' '}, w.buf[at:]...)...)
		}
	case *CastExpr:
		w.put("<")
		w.kind(x.Kind)
		w.put("> ")
		w.operand(x.X, powerPrefix)
	case *BinaryExpr:
		w.binary(x)
	case *MatchExpr:
		w.operand(x.X, powerRelation+1)
		w.match(x)
		w.operand(x.Y, powerRelation+1)
	case *NearestExpr:
		w.operand(x.X, powerRelation+1)
		w.nearest(x)
		w.operand(x.Y, powerRelation+1)
	case *RangeExpr:
		w.rangeExpr(x)
	case *CallExpr:
		w.callee(x.Fun)
		w.args(x.Args)
	case *FunctionCall:
		w.functionName(&x.Name)
		w.args(x.Args)
	case *ScriptCall:
		w.put("function")
		w.args(x.Args)
		w.put(" {", x.Body, "}")
	case *Constant:
		w.put(x.Path)
	case *Param:
		w.param(x.Name)
	case *TableName:
		w.name(x.Name)
	case *Idiom:
		w.idiom(x, false)
	case *RecordID:
		w.name(x.Table.Name)
		w.put(":")
		w.recordKey(x.Key)
	case *Mock:
		w.mock(x)
	case *Closure:
		w.closure(x)
	case *Block:
		w.block(x)
	default:
		if !w.literal(x) {
			w.stmt(x.(Stmt))
		}
	}
}

func (w *printer) binary(x *BinaryExpr) {
	bp := opPower(x.Op)
	left := bp
	if !associative(x.Op) {
		left++
	}
	w.operand(x.X, left)
	w.put(" ", x.Op.String(), " ")
	w.operand(x.Y, bp+1)
}

func (w *printer) match(x *MatchExpr) {
	w.put(" @")
	if x.Ref != nil {
		w.put(strconv.Itoa(int(*x.Ref)))
		w.putIf(x.Op != MatchDefault, ",")
	}
	w.putIf(x.Op == MatchAnd, "AND")
	w.putIf(x.Op == MatchOr, "OR")
	w.put("@ ")
}

func (w *printer) nearest(x *NearestExpr) {
	w.put(" <|", strconv.FormatUint(uint64(x.K), 10))
	switch {
	case x.EF != nil:
		w.put(",", strconv.FormatUint(uint64(*x.EF), 10))
	case x.Distance != nil:
		w.put(",")
		w.distance(x.Distance)
	}
	w.put("|> ")
}

func (w *printer) distance(d *Distance) {
	w.put(d.Name)
	if d.Order != nil {
		w.put(" ")
		w.expr(d.Order)
	}
}

func (w *printer) rangeExpr(x *RangeExpr) {
	switch {
	case x.From != nil && endsInRecordID(x.From):
		w.paren(x.From) // or the dots would be those of a range of keys
	case x.From != nil:
		w.operand(x.From, powerRange+1)
	}
	w.putIf(x.FromExcluded, ">")
	w.put("..")
	w.putIf(x.ToIncluded, "=")
	if x.To == nil {
		return
	}
	at := len(w.buf)
	w.operand(x.To, powerRange+1)
	if !x.ToIncluded && !startsRangeEnd(string(w.buf[at:])) {
		w.buf = w.buf[:at]
		w.paren(x.To)
	}
}

// endsInRecordID reports whether a record id is the last thing in the text of
// an operand.
func endsInRecordID(x Expr) bool {
	switch x := x.(type) {
	case *RecordID:
		return true
	case *UnaryExpr:
		return endsInRecordID(x.X)
	case *CastExpr:
		return endsInRecordID(x.X)
	case *BinaryExpr:
		return endsInRecordID(x.Y)
	}
	return false
}

// startsRangeEnd reports whether a text after .. is read as the end of a range.
func startsRangeEnd(text string) bool {
	p := parser{lexer: lexer{src: text}}
	p.tok = p.lexer.next()
	return p.startsPrime(p.tok.kind)
}

// callee writes the value that is called. A name before a parenthesis would be
// a function or a method.
func (w *printer) callee(x Expr) {
	if id, ok := x.(*Idiom); ok && len(id.Parts) > 0 {
		if _, isField := id.Parts[len(id.Parts)-1].(*FieldPart); isField {
			w.paren(x)
			return
		}
	}
	switch x.(type) {
	case *CallExpr:
		w.expr(x)
	case *TableName:
		w.paren(x)
	default:
		w.operand(x, powerCall)
	}
}

func (w *printer) args(args []Expr) {
	w.put("(")
	list(w, args, w.element)
	w.put(")")
}

func (w *printer) functionName(f *FunctionName) {
	for i, segment := range strings.Split(f.Path, "::") {
		w.putIf(i > 0, "::")
		w.segment(segment)
		// The version of a silo stands before its function, that of a model at
		// the end.
		if f.Kind == FunctionSilo && i == 2 {
			w.put("<", f.Version, ">")
		}
	}
	if f.Kind == FunctionModel {
		w.put("<", f.Version, ">")
	}
}

func (w *printer) mock(m *Mock) {
	w.put("|")
	w.name(m.Table.Name)
	w.put(":")
	if !m.IsRange {
		w.put(strconv.FormatInt(m.Count, 10), "|")
		return
	}
	if m.From != nil {
		w.put(strconv.FormatInt(*m.From, 10))
		w.putIf(m.FromExcluded, ">")
	}
	w.put("..")
	if m.To != nil {
		w.putIf(m.ToIncluded, "=")
		w.put(strconv.FormatInt(*m.To, 10))
	}
	w.put("|")
}

func (w *printer) closure(c *Closure) {
	w.put("|")
	list(w, c.Params, w.closureParam)
	w.put("|")
	if c.Returns != nil {
		w.put(" -> ")
		w.kind(c.Returns)
		w.put(" ")
		w.braces(c.Body.(*Block))
		return
	}
	w.put(" ")
	w.expr(c.Body)
}

func (w *printer) closureParam(p *ClosureParam) {
	w.param(p.Name.Name)
	if p.Kind == nil {
		return
	}
	w.put(": ")
	if _, union := p.Kind.(*UnionKind); union {
		w.put("<")
		w.kind(p.Kind)
		w.put(">")
		return
	}
	w.kind(p.Kind)
}

// block writes a block where an object could stand. An empty statement at its
// beginning keeps it from being read as one.
func (w *printer) block(b *Block) {
	if len(b.Stmts) == 0 {
		w.put("{ ; }")
		return
	}
	at := len(w.buf)
	w.braces(b)
	if readsAsObject(string(w.buf[at:])) {
		w.buf = append(w.buf[:at+1], append([]byte(" ;"), w.buf[at+1:]...)...)
	}
}

// readsAsObject reports whether a text in braces begins as an object does.
func readsAsObject(text string) bool {
	l := lexer{src: text}
	l.next()
	key := l.next().kind
	return (key.isName() || key == tString || key == tDigits) && l.next().kind == tColon
}

// braces writes a block where only a block can stand.
func (w *printer) braces(b *Block) {
	if len(b.Stmts) == 0 {
		w.put("{}")
		return
	}
	w.put("{ ")
	for i, s := range b.Stmts {
		w.putIf(i > 0, "; ")
		w.stmt(s)
	}
	w.put(" }")
}

// literal writes a literal and reports whether x is one.
func (w *printer) literal(x Expr) bool {
	switch x := x.(type) {
	case *NoneLit:
		w.put("NONE")
	case *NullLit:
		w.put("NULL")
	case *BoolLit:
		w.put(strconv.FormatBool(x.Value))
	case *IntLit:
		w.put(strconv.FormatInt(x.Value, 10))
	case *FloatLit:
		switch {
		case math.IsInf(x.Value, -1):
			w.put("-1e999f") // -Infinity is an operator and its operand
		case math.IsInf(x.Value, 1) || math.IsNaN(x.Value):
			w.put(formatFloat(x.Value))
		default:
			w.put(formatFloat(x.Value), "f")
		}
	case *DecimalLit:
		w.put(x.Value, "dec")
	case *DurationLit:
		w.put(x.Value.String())
	case *StringLit:
		w.quoted(x.Value)
	case *DatetimeLit:
		w.datetime(x)
	case *UUIDLit:
		h := hex.EncodeToString(x.Value[:])
		w.put("u'", h[:8], "-", h[8:12], "-", h[12:16], "-", h[16:20], "-", h[20:], "'")
	case *BytesLit:
		w.put(`b"`, strings.ToUpper(hex.EncodeToString(x.Value)), `"`)
	case *FileLit:
		w.put(`f"`, x.Bucket, ":", x.Key, `"`)
	case *RegexLit:
		w.regex(x.Pattern)
	case *PointLit:
		w.put("(", formatFloat(x.X), ", ", formatFloat(x.Y), ")")
	case *ArrayLit:
		w.put("[")
		list(w, x.Elems, w.element)
		w.put("]")
	case *SetLit:
		w.set(x)
	case *ObjectLit:
		w.object(x)
	default:
		return false
	}
	return true
}

func formatFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case f != 0 && (math.Abs(f) < 1e-6 || math.Abs(f) >= 1e21):
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// String returns the duration in SurrealQL: 1h30m, or 0ns.
func (d Duration) String() string {
	if d == (Duration{}) {
		return "0ns"
	}
	var b strings.Builder
	write := func(n *uint64, per uint64, unit string) {
		if *n >= per {
			b.WriteString(strconv.FormatUint(*n/per, 10))
			b.WriteString(unit)
			*n %= per
		}
	}
	seconds, nanos := d.Seconds, uint64(d.Nanoseconds)
	write(&seconds, 31536000, "y")
	write(&seconds, 604800, "w")
	write(&seconds, 86400, "d")
	write(&seconds, 3600, "h")
	write(&seconds, 60, "m")
	write(&seconds, 1, "s")
	write(&nanos, 1e6, "ms")
	write(&nanos, 1e3, "us")
	write(&nanos, 1, "ns")
	return b.String()
}

func (w *printer) datetime(d *DatetimeLit) {
	t := d.Value.UTC()
	year := t.Year()
	w.put("d'")
	if year < 0 {
		w.put("-")
		year = -year
	}
	w.buf = fmt.Appendf(w.buf, "%04d-%02d-%02dT%02d:%02d:%02d", year, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second())
	if nanos := t.Nanosecond(); nanos != 0 {
		w.put(".", strings.TrimRight(fmt.Sprintf("%09d", nanos), "0"))
	}
	w.put("Z'")
}

func (w *printer) regex(pattern string) {
	w.put("/")
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			i++
			w.buf = append(w.buf, c, pattern[i])
		case c == '/':
			w.put(`\/`)
		case c == 0:
			w.put(`\0`)
		default:
			w.buf = append(w.buf, c)
		}
	}
	w.put("/")
}

func (w *printer) set(s *SetLit) {
	switch len(s.Elems) {
	case 0:
		w.put("{,}")
		return
	case 1:
		at := len(w.buf)
		w.put("{")
		w.element(s.Elems[0])
		w.put(",}")
		if readsAsObject(string(w.buf[at:])) {
			w.buf = w.buf[:at]
			w.put("{")
			w.paren(s.Elems[0])
			w.put(",}")
		}
		return
	}
	at := len(w.buf)
	w.put("{")
	list(w, s.Elems, w.element)
	w.put("}")
	if readsAsObject(string(w.buf[at:])) {
		w.buf = w.buf[:at]
		w.put("{")
		w.paren(s.Elems[0])
		w.put(", ")
		list(w, s.Elems[1:], w.element)
		w.put("}")
	}
}

func (w *printer) object(o *ObjectLit) {
	if len(o.Entries) == 0 {
		w.put("{}")
		return
	}
	w.put("{ ")
	list(w, o.Entries, func(e *ObjectEntry) { w.clause(e) })
	w.put(" }")
}

// recordKey writes the key of a record id.
func (w *printer) recordKey(k RecordKey) {
	switch k := k.(type) {
	case *StringLit:
		switch lookupKeyword(k.Value) {
		case kwRand, kwUlid, kwUUID:
			w.quotedName(k.Value)
		default:
			w.segment(k.Value)
		}
	case *GeneratedKey:
		w.put(k.Func, "()")
	case *KeyRange:
		w.keyRange(k)
	case Expr:
		w.literal(k)
	}
}

func (w *printer) keyRange(r *KeyRange) {
	if r.From != nil {
		w.recordKey(r.From)
		w.putIf(r.FromExcluded, ">")
	}
	w.put("..")
	if r.To != nil {
		w.putIf(r.ToIncluded, "=")
		w.recordKey(r.To)
	}
}

// idiom writes an idiom. dotted says that its first part is not at the start
// of the idiom.
func (w *printer) idiom(id *Idiom, dotted bool) {
	if id.Start != nil {
		w.start(id.Start)
		dotted = true
	}
	for i, part := range id.Parts {
		w.part(part, i == 0 && !dotted)
	}
}

// start writes the value that an idiom begins with.
func (w *printer) start(x Expr) {
	switch x := x.(type) {
	case *CallExpr, *Idiom, *TableName:
		w.paren(x)
		return
	case *RecordID:
		if r, ok := x.Key.(*KeyRange); ok && r.To == nil {
			w.paren(x)
			return
		}
	}
	w.operand(x, powerPrime)
}

// part writes a part of an idiom. first says that it begins the idiom.
func (w *printer) part(p Part, first bool) {
	switch p := p.(type) {
	case *FieldPart:
		if first {
			w.name(p.Name)
		} else {
			w.put(".")
			w.segment(p.Name)
		}
	case *AllPart:
		w.put(".*")
	case *LastPart:
		w.put("[$]")
	case *OptionalPart:
		w.put(".?")
	case *FlattenPart:
		w.put("...")
	case *DocPart:
		w.put("@")
	case *RepeatPart:
		w.put(".@")
	case *IndexPart:
		w.put("[")
		w.expr(p.X)
		w.put("]")
	case *WherePart:
		w.put("[WHERE ")
		w.expr(p.Cond)
		w.put("]")
	case *MethodPart:
		w.put(".")
		w.segment(p.Name.Name)
		w.args(p.Args)
	case *DestructurePart:
		w.put(".")
		w.destructure(p)
	case *RecursePart:
		w.recurse(p)
	case *LookupPart:
		w.lookup(p)
	}
}

func (w *printer) destructure(p *DestructurePart) {
	w.put("{ ")
	list(w, p.Fields, w.destructureField)
	w.put(" }")
}

func (w *printer) destructureField(f *DestructureField) {
	w.segment(f.Name.Name)
	switch {
	case f.All:
		w.put(".*")
	case f.Nested != nil:
		w.put(".")
		w.destructure(f.Nested)
	case f.Value != nil:
		w.put(": ")
		w.element(f.Value)
	}
}

func (w *printer) recurse(r *RecursePart) {
	w.put(".{")
	if r.Min != nil {
		w.put(strconv.FormatUint(uint64(*r.Min), 10))
	}
	if !r.Fixed {
		w.put("..")
		if r.Max != nil {
			w.put(strconv.FormatUint(uint64(*r.Max), 10))
		}
	}
	switch r.Instruction {
	case RecursePath:
		w.put("+path")
	case RecurseCollect:
		w.put("+collect")
	case RecurseShortest:
		w.put("+shortest=")
		w.expr(r.Target)
	}
	w.putIf(r.Inclusive, "+inclusive")
	w.put("}")
	if r.Nested != nil {
		w.put("(")
		w.idiom(r.Nested, true)
		w.put(")")
	}
}

func (w *printer) lookup(l *LookupPart) {
	w.put(l.Dir.String())
	if !lookupNeedsParens(l) {
		if len(l.Subjects) == 0 {
			w.put("?")
			return
		}
		w.lookupSubject(l.Subjects[0])
		return
	}
	w.put("(")
	if l.Fields != nil {
		w.put("SELECT ")
		w.fields(l.Fields)
		w.put(" FROM ")
		w.putIf(l.Only, "ONLY ")
	}
	if len(l.Subjects) == 0 {
		w.put("?")
	}
	list(w, l.Subjects, w.lookupSubject)
	w.clauseExpr(" WHERE ", l.Where)
	w.splitGroupOrder(l.Split, l.Group, l.Order)
	w.clauseExpr(" LIMIT ", l.Limit)
	w.clauseExpr(" START ", l.Start)
	if l.Alias != nil {
		w.put(" AS ")
		w.idiom(l.Alias, false)
	}
	w.put(")")
}

func lookupNeedsParens(l *LookupPart) bool {
	if len(l.Subjects) == 1 {
		s := l.Subjects[0]
		if s.Field.Name != "" || s.Range != nil && s.Range.To == nil {
			return true
		}
	}
	return len(l.Subjects) > 1 || l.Fields != nil || l.Where != nil || l.Limit != nil ||
		l.Start != nil || l.Alias != nil
}

func (w *printer) lookupSubject(s *LookupSubject) {
	w.name(s.Table.Name)
	if s.Range != nil {
		w.put(":")
		w.keyRange(s.Range)
	}
	if s.Field.Name != "" {
		w.put(" FIELD ")
		w.name(s.Field.Name)
	}
}

// clauseExpr writes a keyword and an expression, if there is one.
func (w *printer) clauseExpr(keyword string, x Expr) {
	if x == nil {
		return
	}
	w.put(keyword)
	w.element(x)
}

func (w *printer) kind(k Kind) {
	switch k := k.(type) {
	case *BasicKind:
		w.put(k.Name)
	case *OptionKind:
		w.put("option<")
		w.kind(k.Elem)
		w.put(">")
	case *UnionKind:
		for i, member := range k.Members {
			w.putIf(i > 0, " | ")
			w.kind(member)
		}
	case *RecordKind:
		w.kindNames("record", k.Tables)
	case *TableKind:
		w.kindNames("table", k.Tables)
	case *GeometryKind:
		w.kindNames("geometry", k.Shapes)
	case *FileKind:
		w.kindNames("file", k.Buckets)
	case *ArrayKind:
		w.elemKind("array", k.Elem, k.Len)
	case *SetKind:
		w.elemKind("set", k.Elem, k.Len)
	case *LiteralKind:
		if f, ok := k.Value.(*FloatLit); ok && math.IsInf(f.Value, -1) {
			w.put("-Infinity")
			return
		}
		w.literal(k.Value)
	case *ObjectKind:
		if len(k.Fields) == 0 {
			w.put("{}")
			return
		}
		w.put("{ ")
		list(w, k.Fields, func(f *ObjectKindField) { w.clause(f) })
		w.put(" }")
	case *TupleKind:
		w.put("[")
		list(w, k.Elems, w.kind)
		w.put("]")
	}
}

func (w *printer) kindNames(kind string, names []Ident) {
	w.put(kind)
	if len(names) > 0 {
		w.put("<")
		w.names(names, " | ")
		w.put(">")
	}
}

func (w *printer) elemKind(kind string, elem Kind, size *uint64) {
	w.put(kind)
	if elem == nil {
		return
	}
	w.put("<")
	w.kind(elem)
	if size != nil {
		w.put(", ", strconv.FormatUint(*size, 10))
	}
	w.put(">")
}
