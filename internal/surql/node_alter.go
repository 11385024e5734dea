package surql

// A Change is what an ALTER does to one clause: nothing, set it to Value, or
// drop it.
type Change[T any] struct {
	Op    ChangeOp
	Value T // with ChangeSet
}

// A ChangeOp is what an ALTER does to a clause.
type ChangeOp uint8

// What an ALTER does to a clause.
const (
	ChangeNone ChangeOp = iota
	ChangeSet
	ChangeDrop
)

// An Alteration is an ALTER statement. Of a clause that stands twice, the last
// one counts.
type Alteration interface {
	Stmt
	Expr
	alteration()
}

// Flag is the value of a Change that has none, as in READONLY.
type Flag struct{}

// Alterations. Those from AlterEvent on need engine 3.1.
type (
	// AlterSystem is ALTER SYSTEM.
	AlterSystem struct {
		pos
		QueryTimeout Change[Expr]
		Compact      bool
	}

	// AlterNamespace is ALTER NAMESPACE COMPACT.
	AlterNamespace struct{ pos }

	// AlterDatabase is ALTER DATABASE COMPACT.
	AlterDatabase struct{ pos }

	// AlterTable is ALTER TABLE.
	AlterTable struct {
		pos
		IfExists    bool
		Name        Ident
		Type        *TableType // nil where not given
		Schema      SchemaMode
		Changefeed  Change[*Changefeed]
		Permissions *Permissions
		Compact     bool
		Comment     Change[*StringLit]
	}

	// AlterField is ALTER FIELD.
	AlterField struct {
		pos
		IfExists    bool
		Name        *Idiom
		Table       Ident
		Type        Change[Kind]
		Flexible    Change[Flag]
		Readonly    Change[Flag]
		Value       Change[Expr]
		Assert      Change[Expr]
		Default     Change[*Default]
		Reference   Change[*Reference]
		Permissions *Permissions
		Comment     Change[*StringLit]
	}

	// AlterIndex is ALTER INDEX.
	AlterIndex struct {
		pos
		IfExists      bool
		Name          Ident
		Table         Ident
		PrepareRemove bool
		Comment       Change[*StringLit]
	}

	// AlterSequence is ALTER SEQUENCE.
	AlterSequence struct {
		pos
		IfExists bool
		Name     Ident
		Timeout  Expr
	}

	// AlterEvent is ALTER EVENT.
	AlterEvent struct {
		pos
		IfExists bool
		Name     Ident
		Table    Ident
		When     Change[Expr]
		Then     Change[[]Expr]
		Async    Change[*EventAsync]
		Comment  Change[*StringLit]
	}

	// AlterParam is ALTER PARAM.
	AlterParam struct {
		pos
		IfExists    bool
		Name        Ident
		Value       Expr
		Permissions *Permission
		Comment     Change[*StringLit]
	}

	// AlterBucket is ALTER BUCKET.
	AlterBucket struct {
		pos
		IfExists    bool
		Name        Ident
		Backend     Change[*StringLit]
		Readonly    Change[Flag]
		Permissions *Permission
		Comment     Change[*StringLit]
	}

	// AlterAnalyzer is ALTER ANALYZER.
	AlterAnalyzer struct {
		pos
		IfExists   bool
		Name       Ident
		Function   Change[*FunctionName]
		Tokenizers Change[[]Ident]
		Filters    Change[[]*Filter]
		Comment    Change[*StringLit]
	}

	// AlterFunction is ALTER FUNCTION. Body is nil where the function is not
	// given anew; Params and Returns then are too.
	AlterFunction struct {
		pos
		IfExists    bool
		Name        FunctionName
		Params      []*FunctionParam
		Returns     Kind
		Body        *Block
		Permissions *Permission
		Comment     Change[*StringLit]
	}

	// AlterUser is ALTER USER.
	AlterUser struct {
		pos
		IfExists bool
		Name     Ident
		Base     Base
		Password *StringLit
		Passhash *StringLit
		Roles    []Ident
		// Token and Session are the durations; FOR TOKEN NONE drops one.
		Token   Change[*DurationLit]
		Session Change[*DurationLit]
		Comment Change[*StringLit]
	}

	// AlterAccess is ALTER ACCESS.
	AlterAccess struct {
		pos
		IfExists     bool
		Name         Ident
		Base         Base
		Authenticate Change[Expr]
		Grant        Change[*DurationLit]
		Token        Change[*DurationLit]
		Session      Change[*DurationLit]
		Comment      Change[*StringLit]
	}

	// AlterConfig is ALTER CONFIG.
	AlterConfig struct {
		pos
		IfExists bool
		Config   Config
		Comment  Change[*StringLit]
	}

	// AlterAPI is ALTER API.
	AlterAPI struct {
		pos
		IfExists bool
		Path     Expr
		Routes   []*APIRoute
		Comment  Change[*StringLit]
	}

	// AlterModule is ALTER MODULE, which is experimental.
	AlterModule struct {
		pos
		IfExists    bool
		Name        FunctionName // FunctionModule or FunctionSilo
		Permissions *Permission
		Comment     Change[*StringLit]
	}
)

// A RemoveStmt is REMOVE.
type RemoveStmt struct {
	pos
	Target RemoveTarget
	// Expunge is AND EXPUNGE, which namespaces, databases and tables have.
	Expunge  bool
	IfExists bool
	// Name is what is removed; for a parameter it is a *Param. It is nil for
	// functions, modules and configurations.
	Name Expr
	// Function is the name of a function, a module or a silo.
	Function *FunctionName
	// Config is API, GRAPHQL or DEFAULT (engine 3.1).
	Config string
	// Table is the table of a field, an index or an event.
	Table Expr
	// Base is that of a user or an access method.
	Base Base
}

// A RemoveTarget is the kind of thing that REMOVE removes.
type RemoveTarget uint8

// The targets of REMOVE.
const (
	RemoveNamespace RemoveTarget = iota
	RemoveDatabase
	RemoveTable
	RemoveField
	RemoveIndex
	RemoveEvent
	RemoveFunction
	RemoveParam
	RemoveAnalyzer
	RemoveUser
	RemoveAccess
	RemoveSequence
	RemoveBucket
	RemoveModule
	RemoveAPI
	RemoveConfig
)

var removeTargets = [...]string{
	RemoveNamespace: "NAMESPACE", RemoveDatabase: "DATABASE", RemoveTable: "TABLE",
	RemoveField: "FIELD", RemoveIndex: "INDEX", RemoveEvent: "EVENT",
	RemoveFunction: "FUNCTION", RemoveParam: "PARAM", RemoveAnalyzer: "ANALYZER",
	RemoveUser: "USER", RemoveAccess: "ACCESS", RemoveSequence: "SEQUENCE",
	RemoveBucket: "BUCKET", RemoveModule: "MODULE", RemoveAPI: "API", RemoveConfig: "CONFIG",
}

// String returns the target's keyword.
func (t RemoveTarget) String() string { return removeTargets[t] }

func (*AlterSystem) alteration()    {}
func (*AlterNamespace) alteration() {}
func (*AlterDatabase) alteration()  {}
func (*AlterTable) alteration()     {}
func (*AlterField) alteration()     {}
func (*AlterIndex) alteration()     {}
func (*AlterSequence) alteration()  {}
func (*AlterEvent) alteration()     {}
func (*AlterParam) alteration()     {}
func (*AlterBucket) alteration()    {}
func (*AlterAnalyzer) alteration()  {}
func (*AlterFunction) alteration()  {}
func (*AlterUser) alteration()      {}
func (*AlterAccess) alteration()    {}
func (*AlterConfig) alteration()    {}
func (*AlterAPI) alteration()       {}
func (*AlterModule) alteration()    {}

func (*AlterSystem) stmt()    {}
func (*AlterNamespace) stmt() {}
func (*AlterDatabase) stmt()  {}
func (*AlterTable) stmt()     {}
func (*AlterField) stmt()     {}
func (*AlterIndex) stmt()     {}
func (*AlterSequence) stmt()  {}
func (*AlterEvent) stmt()     {}
func (*AlterParam) stmt()     {}
func (*AlterBucket) stmt()    {}
func (*AlterAnalyzer) stmt()  {}
func (*AlterFunction) stmt()  {}
func (*AlterUser) stmt()      {}
func (*AlterAccess) stmt()    {}
func (*AlterConfig) stmt()    {}
func (*AlterAPI) stmt()       {}
func (*AlterModule) stmt()    {}
func (*RemoveStmt) stmt()     {}

func (*AlterSystem) expr()    {}
func (*AlterNamespace) expr() {}
func (*AlterDatabase) expr()  {}
func (*AlterTable) expr()     {}
func (*AlterField) expr()     {}
func (*AlterIndex) expr()     {}
func (*AlterSequence) expr()  {}
func (*AlterEvent) expr()     {}
func (*AlterParam) expr()     {}
func (*AlterBucket) expr()    {}
func (*AlterAnalyzer) expr()  {}
func (*AlterFunction) expr()  {}
func (*AlterUser) expr()      {}
func (*AlterAccess) expr()    {}
func (*AlterConfig) expr()    {}
func (*AlterAPI) expr()       {}
func (*AlterModule) expr()    {}
func (*RemoveStmt) expr()     {}
