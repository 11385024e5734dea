// Package ir is the contract between the compilers and the emitter: what a
// data layer consists of, with every question of meaning already decided.
//
// The IR holds source names only: the names that stand in schemas and queries.
// Go identifiers and import paths are the emitter's choice. The one exception
// is Foreign, a Go type that another generator has already named.
package ir

import "github.com/devq-ai/tandem/internal/source"

// Engine is a database engine, by the name it has in configuration files.
type Engine string

const (
	PostgreSQL Engine = "postgresql"
	SurrealDB  Engine = "surrealdb"
)

// A Program is everything that one run generates code for. The slices are in
// the order in which they are emitted.
type Program struct {
	// Models are the tables that have a row type of their own. Only SurrealDB's
	// tables are here; sqlc names the PostgreSQL ones.
	Models []*Model
	// Files are the query files of both engines, PostgreSQL's first, each
	// engine's by name.
	Files []*QueryFile
	// Foreign names the types that sqlc has generated and that users of the
	// data layer need: models, enums, parameter and row structs.
	Foreign []*ForeignDecl
}

// A Model is a table of records.
type Model struct {
	Name string // the table's name
	Doc  []string
	// Key is the type of the key in the table's record ids: the part behind
	// "table:". It is Any where the schema does not restrict it.
	Key Type
	// Row is what SELECT * FROM the table returns for one record.
	Row  *Object
	Span source.Span
}

// A QueryFile is a file of annotated queries: it becomes one repository.
type QueryFile struct {
	Engine  Engine
	Name    string // the file's base name without its extension
	Doc     []string
	Queries []*Query
	Span    source.Span
}

// Cardinality is how many rows a query returns and how they are handed over.
type Cardinality string

const (
	One       Cardinality = "one"       // exactly one; none is "not found"
	Many      Cardinality = "many"      // a slice
	Exec      Cardinality = "exec"      // nothing
	ExecRows  Cardinality = "execrows"  // the number of affected rows
	CopyFrom  Cardinality = "copyfrom"  // rows in, their number out
	BatchExec Cardinality = "batchexec" // a batch of parameters, an error each
	BatchMany Cardinality = "batchmany" // a batch of parameters, rows each
	BatchOne  Cardinality = "batchone"  // a batch of parameters, a row each
	// ExecResult is sqlc's :execresult, the driver's own command tag.
	ExecResult Cardinality = "execresult"
	Live       Cardinality = "live" // a subscription: notifications as they happen
	Iter       Cardinality = "iter" // an iterator: each row is decoded when it is asked for
)

// A Query is one annotated query.
type Query struct {
	Engine      Engine
	Name        string // as the annotation has it
	Doc         []string
	Text        string // what is sent to the engine
	Cardinality Cardinality
	// ReadOnly says that the query changes nothing, so that it may be repeated
	// after a failure whose outcome is unknown.
	ReadOnly bool
	Params   []*Param
	// Rows is the one of Params, an Array, whose elements are the records that
	// the query, a single INSERT, inserts. It is nil for all other queries.
	Rows *Param
	// Result is the type of one row for :one, :many, :iter and :live, and nil where
	// the query returns no rows. A query whose Slots have several types returns
	// all of them, and Result is of no meaning.
	Result Type
	// Slots are the results that SurrealDB returns for Text, one per statement.
	// They are nil for PostgreSQL.
	Slots []Slot
	Span  source.Span
}

// A Slot is the result of one statement of a SurrealQL query.
type Slot struct {
	// Type is the type of the statement's whole result (for a SELECT without
	// ONLY an array), and nil where the caller has no use for it: BEGIN,
	// COMMIT, LET, a RETURN NONE.
	Type Type
	// Name is what the statement's result is called among several, and empty
	// where the query has no name for it.
	Name string
	// Line is the statement's line in the query file.
	Line int
	// Origin is as for Field, where the result is values of one of the schema's
	// fields.
	Origin source.Span
}

// A Param is a parameter of a query.
type Param struct {
	Name string // without the leading $ or @
	Type Type
	Span source.Span
	// Origin is where the schema defines the field that the parameter is
	// compared with or assigned to, itself or in lists.
	Origin source.Span
}

// A ForeignDecl is a Go type that another generator has declared in the
// package that the emitter builds upon.
type ForeignDecl struct {
	Name string // the Go identifier
	// Values are the constants of an enum type, as Go identifiers.
	Values []string
	// Funcs are exported functions that belong to the type.
	Funcs []string
}
