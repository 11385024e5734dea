package surql

// A Definition is a DEFINE statement. Of a clause that stands twice, the last
// one counts, as in the engine; the order of clauses is not kept.
type Definition interface {
	Stmt
	Expr
	// Existing says what happens where the thing exists already.
	Existing() IfExisting
	definition()
}

// IfExisting says what a DEFINE does where the thing exists already. It is
// embedded in every definition.
type IfExisting uint8

// What a DEFINE does where the thing exists already.
const (
	ExistingError     IfExisting = iota // an error
	ExistingIgnore                      // IF NOT EXISTS: nothing
	ExistingOverwrite                   // OVERWRITE: replaces it
)

// Existing returns e itself.
func (e IfExisting) Existing() IfExisting { return e }

// Definitions. Names are expressions, because they may be computed; NameOf
// gives the name of the usual ones. Nil and empty stand for clauses that are
// not given.
type (
	// DefineNamespace is DEFINE NAMESPACE.
	DefineNamespace struct {
		pos
		IfExisting
		Name    Expr
		Comment Expr
	}

	// DefineDatabase is DEFINE DATABASE.
	DefineDatabase struct {
		pos
		IfExisting
		Name       Expr
		Changefeed *Changefeed
		Strict     bool
		Comment    Expr
	}

	// DefineTable is DEFINE TABLE.
	DefineTable struct {
		pos
		IfExisting
		Name Expr
		Drop bool
		// Type is nil where not given: the engine takes NORMAL with SCHEMAFULL,
		// and else ANY.
		Type        *TableType
		Schema      SchemaMode
		Changefeed  *Changefeed
		View        *View
		Permissions *Permissions // nil: NONE
		Comment     Expr
	}

	// DefineField is DEFINE FIELD.
	DefineField struct {
		pos
		IfExisting
		// Name is an *Idiom, as in address.city or tags.*, unless it is computed.
		Name        Expr
		Table       Expr
		Type        Kind
		Flexible    bool
		Reference   *Reference
		Default     *Default
		Value       Expr
		Assert      Expr
		Computed    Expr
		Readonly    bool
		Permissions *Permissions // nil: FULL
		Comment     Expr
	}

	// DefineIndex is DEFINE INDEX.
	DefineIndex struct {
		pos
		IfExisting
		Name         Expr
		Table        Expr
		Fields       []Expr
		Index        IndexSpec // nil: a plain index
		Concurrently bool
		Comment      Expr
	}

	// DefineEvent is DEFINE EVENT.
	DefineEvent struct {
		pos
		IfExisting
		Name    Expr
		Table   Expr
		When    Expr // nil: always
		Then    []Expr
		Async   *EventAsync // nil: in the writing transaction
		Comment Expr
	}

	// DefineFunction is DEFINE FUNCTION.
	DefineFunction struct {
		pos
		IfExisting
		Name        FunctionName
		Params      []*FunctionParam
		Returns     Kind
		Body        *Block
		Permissions *Permission // nil: FULL
		Comment     Expr
	}

	// DefineParam is DEFINE PARAM.
	DefineParam struct {
		pos
		IfExisting
		Name        Ident
		Value       Expr
		Permissions *Permission // nil: FULL
		Comment     Expr
	}

	// DefineAnalyzer is DEFINE ANALYZER.
	DefineAnalyzer struct {
		pos
		IfExisting
		Name       Expr
		Function   *FunctionName
		Tokenizers []Ident // BLANK, CAMEL, CLASS, PUNCT
		Filters    []*Filter
		Comment    Expr
	}

	// DefineUser is DEFINE USER.
	DefineUser struct {
		pos
		IfExisting
		Name     Expr
		Base     Base
		Password *StringLit
		Passhash *StringLit
		Roles    []Ident // none: VIEWER
		Duration AccessDuration
		Comment  Expr
	}

	// DefineAccess is DEFINE ACCESS.
	DefineAccess struct {
		pos
		IfExisting
		Name         Expr
		Base         Base
		Type         AccessType // nil where not given
		Authenticate Expr
		Duration     AccessDuration
		Comment      Expr
	}

	// DefineSequence is DEFINE SEQUENCE.
	DefineSequence struct {
		pos
		IfExisting
		Name    Expr
		Batch   Expr // nil: 1000
		Start   Expr // nil: 0
		Timeout Expr
	}

	// DefineBucket is DEFINE BUCKET, which is experimental.
	DefineBucket struct {
		pos
		IfExisting
		Name        Expr
		Backend     Expr
		Readonly    bool
		Permissions *Permission
		Comment     Expr
	}

	// DefineModule is DEFINE MODULE, which is experimental.
	DefineModule struct {
		pos
		IfExisting
		// Name is the name in mod::name AS, or the zero Ident.
		Name Ident
		// Silo or File is what the module runs.
		Silo        *FunctionName
		File        *FileLit
		Permissions *Permission
		Comment     Expr
	}

	// DefineAPI is DEFINE API.
	DefineAPI struct {
		pos
		IfExisting
		Path    Expr
		Routes  []*APIRoute
		Comment Expr
	}

	// DefineConfig is DEFINE CONFIG.
	DefineConfig struct {
		pos
		IfExisting
		Config Config
	}
)

// A Changefeed is CHANGEFEED duration [INCLUDE ORIGINAL].
type Changefeed struct {
	pos
	Expiry          *DurationLit
	IncludeOriginal bool
}

// A SchemaMode is SCHEMAFULL or SCHEMALESS.
type SchemaMode uint8

// The schema modes.
const (
	SchemaDefault SchemaMode = iota // not given: SCHEMALESS
	Schemafull
	Schemaless
)

// A TableType is TYPE ANY, NORMAL or RELATION.
type TableType struct {
	pos
	Kind TableTypeKind
	// From and To are the tables a relation may join; none: any.
	From, To []Ident
	Enforced bool
}

// A TableTypeKind is the type of a table.
type TableTypeKind uint8

// The types of tables.
const (
	TableAny TableTypeKind = iota
	TableNormal
	TableRelation
)

// A View is the AS SELECT of a table.
type View struct {
	pos
	Fields *Fields
	From   []Ident
	Where  Expr
	Group  *Group
}

// A Permission is NONE, FULL or WHERE cond.
type Permission struct {
	pos
	Kind PermissionKind
	Cond Expr // with PermissionWhere
}

// A PermissionKind is the kind of a permission.
type PermissionKind uint8

// The kinds of permissions.
const (
	PermissionNone PermissionKind = iota
	PermissionFull
	PermissionWhere
)

// Permissions are those of a table or a field: All, or one for each operation.
// Of permissions for the same operation the last one counts.
type Permissions struct {
	pos
	All *Permission // NONE or FULL
	For []*PermissionFor
}

// A PermissionFor is FOR select, create WHERE ….
type PermissionFor struct {
	pos
	Select, Create, Update, Delete bool
	Permission                     *Permission
}

// A Default is DEFAULT [ALWAYS] value.
type Default struct {
	pos
	Always bool
	X      Expr
}

// A Reference is REFERENCE [ON DELETE …].
type Reference struct {
	pos
	OnDelete OnDelete
	Then     Expr // with OnDeleteThen
}

// An OnDelete says what happens to a reference whose record is deleted.
type OnDelete uint8

// What happens to a reference whose record is deleted.
const (
	OnDeleteDefault OnDelete = iota // not given: as IGNORE
	OnDeleteReject
	OnDeleteCascade
	OnDeleteIgnore
	OnDeleteUnset
	OnDeleteThen
)

// An IndexSpec is the kind of an index: *UniqueIndex, *CountIndex,
// *FulltextIndex or *HNSWIndex.
type IndexSpec interface {
	Node
	indexSpec()
}

// Kinds of indexes.
type (
	// UniqueIndex is UNIQUE.
	UniqueIndex struct{ pos }

	// A CountIndex is COUNT [WHERE cond].
	CountIndex struct {
		pos
		Where Expr
	}

	// A FulltextIndex is FULLTEXT [ANALYZER name] [BM25 [(k1, b)]] [HIGHLIGHTS].
	FulltextIndex struct {
		pos
		Analyzer   Ident // the zero Ident: like
		BM25       bool
		K1, B      *float64 // nil: 1.2 and 0.75
		Highlights bool
	}

	// An HNSWIndex is HNSW DIMENSION n and its options; nil and zero where not
	// given.
	HNSWIndex struct {
		pos
		Dimension       uint16
		Distance        *Distance // nil: EUCLIDEAN
		Type            string    // F64, F32, I64, I32 or I16; "": F32
		EFC             *uint16   // nil: 150
		M               *uint8    // nil: 12
		M0              *uint8    // nil: 2 * M
		LM              Expr      // a number; nil: 1 / ln M
		ExtendCands     bool
		KeepPrunedConns bool
		HashedVector    bool
	}
)

func (*UniqueIndex) indexSpec()   {}
func (*CountIndex) indexSpec()    {}
func (*FulltextIndex) indexSpec() {}
func (*HNSWIndex) indexSpec()     {}

// An EventAsync is ASYNC [RETRY n] [MAXDEPTH n].
type EventAsync struct {
	pos
	Retry    *uint16 // nil: 1
	MaxDepth *uint16 // nil: 3
}

// A FunctionParam is a parameter of DEFINE FUNCTION.
type FunctionParam struct {
	pos
	Name Ident
	Kind Kind
}

// A Filter is a filter of an analyzer.
type Filter struct {
	pos
	// Name is ASCII, LOWERCASE, UPPERCASE, EDGENGRAM, NGRAM, SNOWBALL or MAPPER.
	Name string
	// Min and Max are those of NGRAM and EDGENGRAM.
	Min, Max uint16
	// Language is that of SNOWBALL, in upper case, as in ENGLISH.
	Language string
	// Path is that of MAPPER.
	Path string
}

// An AccessDuration is DURATION FOR GRANT …, FOR TOKEN …, FOR SESSION …; nil
// where not given.
type AccessDuration struct {
	Grant, Token, Session Expr
}

// An AccessType is the TYPE of an access method: *JWTAccess, *RecordAccess or
// *BearerAccess.
type AccessType interface {
	Node
	accessType()
}

// Types of access methods.
type (
	// A JWTAccess is TYPE JWT, and the JWT clause of the others.
	JWTAccess struct {
		pos
		// Algorithm and Key, or URL.
		Algorithm string // EDDSA, ES256, … in upper case
		Key       Expr
		URL       Expr
		// Issuer is WITH ISSUER, or nil.
		Issuer *JWTIssuer
	}

	// A RecordAccess is TYPE RECORD.
	RecordAccess struct {
		pos
		Signup, Signin Expr
		JWT            *JWTAccess
		Refresh        bool
	}

	// A BearerAccess is TYPE BEARER FOR USER or, with Record, FOR RECORD.
	BearerAccess struct {
		pos
		Record bool
		JWT    *JWTAccess
	}
)

// A JWTIssuer is WITH ISSUER [ALGORITHM alg] [KEY key].
type JWTIssuer struct {
	pos
	Algorithm string
	Key       Expr
}

func (*JWTAccess) accessType()    {}
func (*RecordAccess) accessType() {}
func (*BearerAccess) accessType() {}

// An APIRoute is FOR any … or FOR get, post … THEN action.
type APIRoute struct {
	pos
	// Methods are DELETE, GET, PATCH, POST, PUT and TRACE; none: any.
	Methods []Ident
	Config  *APIConfig // nil where not given
	Then    Expr
	// DropThen is set by DROP THEN, which ALTER API of engine 3.1 has.
	DropThen bool
}

// A Config is what DEFINE CONFIG sets: *APIConfig, *GraphQLConfig or
// *DefaultConfig.
type Config interface {
	Node
	config()
}

// Configurations.
type (
	// An APIConfig is [MIDDLEWARE f(…), …] [PERMISSIONS p].
	APIConfig struct {
		pos
		Middleware  []*FunctionCall
		Permissions *Permission
	}

	// A GraphQLConfig is GRAPHQL and its options.
	GraphQLConfig struct {
		pos
		Tables        GraphQLMode // AUTO, NONE, INCLUDE or EXCLUDE
		TableNames    []Ident     // with INCLUDE and EXCLUDE
		Functions     GraphQLMode // AUTO or NONE
		Depth         *uint32
		Complexity    *uint32
		Introspection GraphQLMode // AUTO or NONE
	}

	// A DefaultConfig is DEFAULT [NAMESPACE ns] [DATABASE db].
	DefaultConfig struct {
		pos
		Namespace, Database Expr
	}
)

// A GraphQLMode says what of a database GraphQL shows.
type GraphQLMode uint8

// The modes of a GraphQLConfig.
const (
	GraphQLDefault GraphQLMode = iota // not given
	GraphQLAuto
	GraphQLNone
	GraphQLInclude
	GraphQLExclude
)

func (*APIConfig) config()     {}
func (*GraphQLConfig) config() {}
func (*DefaultConfig) config() {}

func (*DefineNamespace) definition() {}
func (*DefineDatabase) definition()  {}
func (*DefineTable) definition()     {}
func (*DefineField) definition()     {}
func (*DefineIndex) definition()     {}
func (*DefineEvent) definition()     {}
func (*DefineFunction) definition()  {}
func (*DefineParam) definition()     {}
func (*DefineAnalyzer) definition()  {}
func (*DefineUser) definition()      {}
func (*DefineAccess) definition()    {}
func (*DefineSequence) definition()  {}
func (*DefineBucket) definition()    {}
func (*DefineModule) definition()    {}
func (*DefineAPI) definition()       {}
func (*DefineConfig) definition()    {}

func (*DefineNamespace) stmt() {}
func (*DefineDatabase) stmt()  {}
func (*DefineTable) stmt()     {}
func (*DefineField) stmt()     {}
func (*DefineIndex) stmt()     {}
func (*DefineEvent) stmt()     {}
func (*DefineFunction) stmt()  {}
func (*DefineParam) stmt()     {}
func (*DefineAnalyzer) stmt()  {}
func (*DefineUser) stmt()      {}
func (*DefineAccess) stmt()    {}
func (*DefineSequence) stmt()  {}
func (*DefineBucket) stmt()    {}
func (*DefineModule) stmt()    {}
func (*DefineAPI) stmt()       {}
func (*DefineConfig) stmt()    {}

func (*DefineNamespace) expr() {}
func (*DefineDatabase) expr()  {}
func (*DefineTable) expr()     {}
func (*DefineField) expr()     {}
func (*DefineIndex) expr()     {}
func (*DefineEvent) expr()     {}
func (*DefineFunction) expr()  {}
func (*DefineParam) expr()     {}
func (*DefineAnalyzer) expr()  {}
func (*DefineUser) expr()      {}
func (*DefineAccess) expr()    {}
func (*DefineSequence) expr()  {}
func (*DefineBucket) expr()    {}
func (*DefineModule) expr()    {}
func (*DefineAPI) expr()       {}
func (*DefineConfig) expr()    {}
