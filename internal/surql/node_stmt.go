package surql

// An ExprStmt is an expression that stands as a statement and is not a
// statement itself.
type ExprStmt struct {
	pos
	X Expr
}

// Session and transaction statements, which stand at the top of a script only.
type (
	// BeginStmt is BEGIN [TRANSACTION].
	BeginStmt struct{ pos }
	// CancelStmt is CANCEL [TRANSACTION].
	CancelStmt struct{ pos }
	// CommitStmt is COMMIT [TRANSACTION].
	CommitStmt struct{ pos }

	// A UseStmt is USE NS ns DB db, USE NS ns, USE DB db or USE DEFAULT.
	UseStmt struct {
		pos
		Namespace Expr // nil where not given
		Database  Expr // nil where not given
		Default   bool
	}

	// A LiveStmt is LIVE SELECT (DIFF | fields) FROM what [WHERE] [FETCH].
	LiveStmt struct {
		pos
		Diff   bool
		Fields *Fields // nil with Diff
		What   Expr
		Where  Expr
		Fetch  []Expr
	}

	// A KillStmt is KILL id.
	KillStmt struct {
		pos
		ID Expr // *UUIDLit or *Param
	}

	// An OptionStmt is OPTION name [= bool].
	OptionStmt struct {
		pos
		Name  Ident
		Value bool
	}

	// A ShowStmt is SHOW CHANGES FOR TABLE table | DATABASE SINCE … [LIMIT n].
	ShowStmt struct {
		pos
		Table Ident  // the zero Ident for DATABASE
		Since Expr   // *IntLit (a versionstamp) or *DatetimeLit
		Limit *int64 // nil where not given
	}

	// An AccessStmt is ACCESS name [ON base] GRANT | SHOW | REVOKE | PURGE ….
	AccessStmt struct {
		pos
		Name Ident
		Base Base // BaseNone where not given
		Op   AccessOp
		// GRANT FOR USER user | RECORD record.
		User   Ident
		Record *RecordID
		// SHOW and REVOKE: ALL, GRANT id or WHERE cond.
		All     bool
		GrantID Ident
		Where   Expr
		// PURGE EXPIRED, REVOKED [FOR grace].
		Expired, Revoked bool
		Grace            *DurationLit
	}
)

// An AccessOp is what an AccessStmt does.
type AccessOp uint8

// The operations of ACCESS.
const (
	AccessGrant AccessOp = iota
	AccessShow
	AccessRevoke
	AccessPurge
)

// A Base is the level that a user or an access method belongs to.
type Base uint8

// The levels.
const (
	BaseNone Base = iota
	BaseRoot
	BaseNamespace
	BaseDatabase
)

// Statements that read and write records.
type (
	// A SelectStmt is SELECT.
	SelectStmt struct {
		pos
		Fields *Fields
		Omit   []Expr
		Only   bool
		What   []Expr
		With   *With
		Where  Expr
		Split  []*Idiom
		Group  *Group
		Order  *Order
		Limit  Expr
		Start  Expr
		// Fetch holds *Idiom, *Param and type::field(s) calls.
		Fetch     []Expr
		Version   Expr
		Timeout   Expr
		TempFiles bool
		Explain   *Explain
	}

	// A CreateStmt is CREATE.
	CreateStmt struct {
		pos
		Only    bool
		What    []Expr
		Data    Data // nil where not given
		Output  *Output
		Version Expr // parsed and ignored by the engine
		Timeout Expr
	}

	// An UpdateStmt is UPDATE or, with Upsert, UPSERT.
	UpdateStmt struct {
		pos
		Upsert  bool
		Only    bool
		What    []Expr
		With    *With
		Data    Data
		Where   Expr
		Output  *Output
		Timeout Expr
		Explain *Explain
	}

	// A DeleteStmt is DELETE.
	DeleteStmt struct {
		pos
		Only    bool
		What    []Expr
		With    *With
		Where   Expr
		Output  *Output
		Timeout Expr
		Explain *Explain
	}

	// An InsertStmt is INSERT. Either Value or Columns and Rows are set.
	InsertStmt struct {
		pos
		Relation bool
		Ignore   bool
		Into     Expr // *TableName, *Param or nil
		Value    Expr
		Columns  []*Idiom
		Rows     [][]Expr
		// OnDuplicate are the assignments of ON DUPLICATE KEY UPDATE.
		OnDuplicate []*Assignment
		Output      *Output
		Version     Expr // parsed and ignored by the engine
		Timeout     Expr
	}

	// A RelateStmt is RELATE from -> edge -> to. `to <- edge <- from` is the
	// same statement.
	RelateStmt struct {
		pos
		Only           bool
		From, Edge, To Expr
		Unique         bool // parsed and ignored by the engine
		Data           Data
		Output         *Output
		Timeout        Expr
	}
)

// Fields are the projections of a SELECT.
type Fields struct {
	pos
	// Value is set for SELECT VALUE; Items then holds one field.
	Value bool
	Items []*Field
}

// HasStar reports whether one of the fields is *.
func (f *Fields) HasStar() bool {
	for _, item := range f.Items {
		if item.Star() {
			return true
		}
	}
	return false
}

// A Field is one projection: *, or an expression and its alias.
type Field struct {
	pos
	X     Expr   // nil for *
	Alias *Idiom // nil where not given
}

// Star reports whether the field is *.
func (f *Field) Star() bool { return f.X == nil }

// With is WITH NOINDEX or WITH INDEX a, b.
type With struct {
	pos
	Indexes []Ident // none: NOINDEX
}

// A Group is GROUP ALL or GROUP BY a, b.
type Group struct {
	pos
	By []*Idiom // none: GROUP ALL
}

// An Order is ORDER BY rand() or ORDER BY a, b.
type Order struct {
	pos
	By []*OrderBy // none: rand()
}

// An OrderBy is one key of an Order.
type OrderBy struct {
	pos
	Idiom            *Idiom
	Collate, Numeric bool
	Desc             bool
}

// Explain is the clause EXPLAIN [FULL].
type Explain struct {
	pos
	Full bool
}

// Data is what a statement writes: *SetData, *UnsetData or *ValueData.
type Data interface {
	Node
	data()
}

// SetData is SET a = 1, b += 2.
type SetData struct {
	pos
	Items []*Assignment
}

// An Assignment is target op value.
type Assignment struct {
	pos
	Target *Idiom
	Op     AssignOp
	Value  Expr
}

// An AssignOp is an assignment operator.
type AssignOp uint8

// The assignment operators.
const (
	Assign       AssignOp = iota // =
	AssignAdd                    // +=
	AssignSub                    // -=
	AssignExtend                 // +?=, adds to an array what it does not hold yet
)

// String returns the operator as it is written.
func (op AssignOp) String() string { return [...]string{"=", "+=", "-=", "+?="}[op] }

// UnsetData is UNSET a, b.
type UnsetData struct {
	pos
	Fields []*Idiom
}

// ValueData is CONTENT, MERGE, PATCH or REPLACE and its value.
type ValueData struct {
	pos
	Op DataOp
	X  Expr
}

// A DataOp says what a ValueData does with its value.
type DataOp uint8

// The operations of ValueData.
const (
	DataContent DataOp = iota
	DataMerge
	DataPatch
	DataReplace
)

// String returns the operation's keyword.
func (op DataOp) String() string { return [...]string{"CONTENT", "MERGE", "PATCH", "REPLACE"}[op] }

func (*SetData) data()   {}
func (*UnsetData) data() {}
func (*ValueData) data() {}

// An Output is the clause RETURN of a writing statement.
type Output struct {
	pos
	Kind   OutputKind
	Fields *Fields // with OutputFields
}

// An OutputKind says what a writing statement returns.
type OutputKind uint8

// The kinds of output.
const (
	OutputFields OutputKind = iota
	OutputNone
	OutputNull
	OutputDiff
	OutputBefore
	OutputAfter
)

// Control flow and everything else that is a statement and an expression.
type (
	// A LetStmt is LET $name: kind = value.
	LetStmt struct {
		pos
		Name  Ident
		Kind  Kind // nil where not given
		Value Expr
	}

	// A ReturnStmt is RETURN value [FETCH …].
	ReturnStmt struct {
		pos
		X     Expr
		Fetch []Expr
	}

	// A ThrowStmt is THROW value.
	ThrowStmt struct {
		pos
		X Expr
	}

	// BreakStmt is BREAK.
	BreakStmt struct{ pos }

	// ContinueStmt is CONTINUE.
	ContinueStmt struct{ pos }

	// A ForStmt is FOR $name IN range { … }.
	ForStmt struct {
		pos
		Name Ident
		In   Expr
		Body *Block
	}

	// An IfStmt is IF cond { … } ELSE IF … ELSE …, or, with Worded, the form
	// with THEN and END.
	IfStmt struct {
		pos
		Worded   bool
		Branches []*IfBranch
		Else     Expr // nil where not given
	}

	// A SleepStmt is SLEEP duration.
	SleepStmt struct {
		pos
		Duration *DurationLit
	}

	// An ExplainStmt is EXPLAIN [ANALYZE] [FORMAT TEXT | JSON] statement.
	ExplainStmt struct {
		pos
		Analyze bool
		JSON    bool
		X       Expr
	}

	// An InfoStmt is INFO FOR ….
	InfoStmt struct {
		pos
		Target InfoTarget
		// Name is the table, user or index, and nil for the other targets.
		Name Expr
		// Table is the table of an index.
		Table Expr
		// Base is that of a user; BaseNone where not given.
		Base      Base
		Version   Expr
		Structure bool
	}

	// A RebuildStmt is REBUILD INDEX [IF EXISTS] name ON table [CONCURRENTLY].
	RebuildStmt struct {
		pos
		IfExists     bool
		Name         Ident
		Table        Ident
		Concurrently bool
	}
)

// An IfBranch is one condition of an IfStmt and what it guards, which is a
// *Block unless the IfStmt is Worded.
type IfBranch struct {
	pos
	Cond Expr
	Body Expr
}

// An InfoTarget is what INFO is about.
type InfoTarget uint8

// The targets of INFO.
const (
	InfoRoot InfoTarget = iota
	InfoNamespace
	InfoDatabase
	InfoTable
	InfoUser
	InfoIndex
)

func (*ExprStmt) stmt()   {}
func (*BeginStmt) stmt()  {}
func (*CancelStmt) stmt() {}
func (*CommitStmt) stmt() {}
func (*UseStmt) stmt()    {}
func (*LiveStmt) stmt()   {}
func (*KillStmt) stmt()   {}
func (*OptionStmt) stmt() {}
func (*ShowStmt) stmt()   {}
func (*AccessStmt) stmt() {}

func (*SelectStmt) stmt()   {}
func (*CreateStmt) stmt()   {}
func (*UpdateStmt) stmt()   {}
func (*DeleteStmt) stmt()   {}
func (*InsertStmt) stmt()   {}
func (*RelateStmt) stmt()   {}
func (*LetStmt) stmt()      {}
func (*ReturnStmt) stmt()   {}
func (*ThrowStmt) stmt()    {}
func (*BreakStmt) stmt()    {}
func (*ContinueStmt) stmt() {}
func (*ForStmt) stmt()      {}
func (*IfStmt) stmt()       {}
func (*SleepStmt) stmt()    {}
func (*ExplainStmt) stmt()  {}
func (*InfoStmt) stmt()     {}
func (*RebuildStmt) stmt()  {}

func (*SelectStmt) expr()   {}
func (*CreateStmt) expr()   {}
func (*UpdateStmt) expr()   {}
func (*DeleteStmt) expr()   {}
func (*InsertStmt) expr()   {}
func (*RelateStmt) expr()   {}
func (*LetStmt) expr()      {}
func (*ReturnStmt) expr()   {}
func (*ThrowStmt) expr()    {}
func (*BreakStmt) expr()    {}
func (*ContinueStmt) expr() {}
func (*ForStmt) expr()      {}
func (*IfStmt) expr()       {}
func (*SleepStmt) expr()    {}
func (*ExplainStmt) expr()  {}
func (*InfoStmt) expr()     {}
func (*RebuildStmt) expr()  {}
