package surql

// A ParenExpr is an expression in parentheses.
type ParenExpr struct {
	pos
	X Expr
}

// A UnaryExpr is a prefix operator and its operand. A sign directly before a
// number belongs to the number.
type UnaryExpr struct {
	pos
	Op UnaryOp
	X  Expr
}

// A UnaryOp is a prefix operator.
type UnaryOp uint8

// The prefix operators.
const (
	OpNot UnaryOp = iota // !
	OpNeg                // -
	OpPos                // +
)

// String returns the operator as it is written.
func (op UnaryOp) String() string { return [...]string{"!", "-", "+"}[op] }

// A CastExpr is <kind> x.
type CastExpr struct {
	pos
	Kind Kind
	X    Expr
}

// A BinaryExpr is an infix operator and its operands.
type BinaryExpr struct {
	pos
	Op   BinaryOp
	X, Y Expr
}

// A BinaryOp is an infix operator.
type BinaryOp uint8

// The infix operators, from the loosest to the tightest. AND and OR give one of
// their operands, not a bool.
const (
	OpOr           BinaryOp = iota // ||, OR
	OpAnd                          // &&, AND
	OpEqual                        // =, IS
	OpNotEqual                     // !=, IS NOT
	OpExact                        // ==
	OpAllEqual                     // *=
	OpAnyEqual                     // ?=
	OpLess                         // <
	OpLessEqual                    // <=
	OpMore                         // >
	OpMoreEqual                    // >=
	OpContains                     // CONTAINS, ∋
	OpContainsNot                  // CONTAINSNOT, ∌
	OpContainsAll                  // CONTAINSALL, ⊇
	OpContainsAny                  // CONTAINSANY, ⊃
	OpContainsNone                 // CONTAINSNONE, ⊅
	OpIn                           // IN, INSIDE, ∈
	OpNotIn                        // NOT IN, NOTINSIDE, ∉
	OpAllInside                    // ALLINSIDE, ⊆
	OpAnyInside                    // ANYINSIDE, ⊂
	OpNoneInside                   // NONEINSIDE, ⊄
	OpOutside                      // OUTSIDE
	OpIntersects                   // INTERSECTS
	OpAdd                          // +
	OpSub                          // -
	OpMul                          // *, ×
	OpDiv                          // /, ÷
	OpRem                          // %
	OpPow                          // **
	OpNullish                      // ??, the left operand unless it is NONE or NULL
	OpTruthy                       // ?:, the left operand if it is truthy
)

var binaryOps = [...]string{
	OpOr: "OR", OpAnd: "AND",
	OpEqual: "=", OpNotEqual: "!=", OpExact: "==", OpAllEqual: "*=", OpAnyEqual: "?=",
	OpLess: "<", OpLessEqual: "<=", OpMore: ">", OpMoreEqual: ">=",
	OpContains: "CONTAINS", OpContainsNot: "CONTAINSNOT", OpContainsAll: "CONTAINSALL",
	OpContainsAny: "CONTAINSANY", OpContainsNone: "CONTAINSNONE",
	OpIn: "IN", OpNotIn: "NOT IN", OpAllInside: "ALLINSIDE", OpAnyInside: "ANYINSIDE",
	OpNoneInside: "NONEINSIDE", OpOutside: "OUTSIDE", OpIntersects: "INTERSECTS",
	OpAdd: "+", OpSub: "-", OpMul: "*", OpDiv: "/", OpRem: "%", OpPow: "**",
	OpNullish: "??", OpTruthy: "?:",
}

// String returns the operator as Print writes it.
func (op BinaryOp) String() string { return binaryOps[op] }

// A MatchExpr is the full-text operator x @@ y, with an optional reference
// number and an optional AND or OR: @1@, @OR@, @1,AND@.
type MatchExpr struct {
	pos
	X, Y Expr
	// Ref is the number that search::score and its like refer to, or nil.
	Ref *uint8
	// Op joins the terms of y.
	Op MatchOp
}

// A MatchOp joins the terms of a full-text query.
type MatchOp uint8

// The ways to join terms.
const (
	MatchDefault MatchOp = iota // not given: all terms must match
	MatchAnd                    // all terms must match
	MatchOr                     // one term must match
)

// A NearestExpr is the vector operator x <|k, …|> y.
type NearestExpr struct {
	pos
	X, Y Expr
	// K is the number of neighbours.
	K uint32
	// EF is the size of the candidate list of an HNSW search, or nil.
	EF *uint32
	// Distance is the distance of a brute-force search, or nil.
	Distance *Distance
}

// A Distance is a vector distance.
type Distance struct {
	pos
	// Name is CHEBYSHEV, COSINE, EUCLIDEAN, HAMMING, JACCARD, MANHATTAN,
	// MINKOWSKI or PEARSON.
	Name string
	// Order is the number of MINKOWSKI, and nil for the others.
	Order Expr
}

// A RangeExpr is from..to. Either end, or both, may be nil.
type RangeExpr struct {
	pos
	From, To Expr
	// FromExcluded is set for from>..to, ToIncluded for from..=to.
	FromExcluded, ToIncluded bool
}

// A CallExpr calls a value: $f(args).
type CallExpr struct {
	pos
	Fun  Expr
	Args []Expr
}

// A FunctionCall calls a function by its path.
type FunctionCall struct {
	pos
	Name FunctionName
	Args []Expr
}

// A FunctionName is the path of a function.
type FunctionName struct {
	pos
	Kind FunctionKind
	// Path is the whole path without version and without quotes, as in
	// string::len, fn::greet, mod::name::f or silo::org::pkg::f. Builtin paths
	// are in lower case.
	Path string
	// Version is the version of a model or a silo, as in 1.2.3.
	Version string
}

// A FunctionKind says where a function comes from.
type FunctionKind uint8

// The kinds of functions.
const (
	FunctionBuiltin FunctionKind = iota // string::len
	FunctionCustom                      // fn::name, from DEFINE FUNCTION
	FunctionModule                      // mod::name::f, from DEFINE MODULE
	FunctionSilo                        // silo::org::pkg<1.2.3>::f
	FunctionModel                       // ml::name<1.2.3>
)

// A ScriptCall is an embedded JavaScript function and its arguments:
// function(args) { body }.
type ScriptCall struct {
	pos
	Args []Expr
	// Body is the text between the braces.
	Body string
}

// A Constant is a builtin constant: math::pi.
type Constant struct {
	pos
	// Path is the path in lower case.
	Path string
}

// A Param is a parameter: $name.
type Param struct {
	pos
	// Name is the name without the dollar sign.
	Name string
}

// A TableName is a bare name where SurrealQL takes it as a table: the targets
// of FROM, CREATE, UPDATE and the like, and the names after ON. Elsewhere a
// bare name is an *Idiom of one field.
type TableName struct {
	pos
	Name string
}

// A RecordID is table:key. A record string, r'table:key', is one as well.
type RecordID struct {
	pos
	Table Ident
	Key   RecordKey
}

// A RecordKey is the key of a record id: *IntLit, *StringLit (which stands for
// an identifier too), *UUIDLit, *ArrayLit, *ObjectLit, *GeneratedKey or
// *KeyRange.
type RecordKey interface {
	Node
	recordKey()
}

// A GeneratedKey is a key the engine makes: rand(), ulid() or uuid().
type GeneratedKey struct {
	pos
	// Func is rand, ulid or uuid.
	Func string
}

// A KeyRange is a range of keys, which makes the record id stand for all
// records in it. Either end may be nil.
type KeyRange struct {
	pos
	From, To                 RecordKey
	FromExcluded, ToIncluded bool
}

// A Mock stands for made-up record ids: |table:count| or |table:from..to|.
type Mock struct {
	pos
	Table Ident
	// Count is the number of random ids where IsRange is false.
	Count   int64
	IsRange bool
	// From and To are the ends of the range; nil is open.
	From, To                 *int64
	FromExcluded, ToIncluded bool
}

// A Closure is |$a: kind, $b| body, or |$a| -> kind { … }.
type Closure struct {
	pos
	Params []*ClosureParam
	// Returns is nil where it is not given; else Body is a *Block.
	Returns Kind
	Body    Expr
}

// A ClosureParam is a parameter of a closure.
type ClosureParam struct {
	pos
	Name Ident
	// Kind is nil where it is not given.
	Kind Kind
}

// A Block is { stmt; stmt }. The value of its last statement is its value.
type Block struct {
	pos
	Stmts []Stmt
}

func (*ParenExpr) expr()    {}
func (*UnaryExpr) expr()    {}
func (*CastExpr) expr()     {}
func (*BinaryExpr) expr()   {}
func (*MatchExpr) expr()    {}
func (*NearestExpr) expr()  {}
func (*RangeExpr) expr()    {}
func (*CallExpr) expr()     {}
func (*FunctionCall) expr() {}
func (*ScriptCall) expr()   {}
func (*Constant) expr()     {}
func (*Param) expr()        {}
func (*TableName) expr()    {}
func (*RecordID) expr()     {}
func (*Mock) expr()         {}
func (*Closure) expr()      {}
func (*Block) expr()        {}
func (*Idiom) expr()        {}

func (*IntLit) recordKey()       {}
func (*StringLit) recordKey()    {}
func (*UUIDLit) recordKey()      {}
func (*ArrayLit) recordKey()     {}
func (*ObjectLit) recordKey()    {}
func (*GeneratedKey) recordKey() {}
func (*KeyRange) recordKey()     {}
