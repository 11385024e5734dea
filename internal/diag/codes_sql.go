package diag

// Codes of the PostgreSQL schema and queries.
const (
	SQLSyntax           Code = "sql/syntax"
	SQLAnnotation       Code = "sql/annotation"
	SQLNotAnnotated     Code = "sql/not-annotated"
	SQLDuplicateQuery   Code = "sql/duplicate-query"
	SQLCommand          Code = "sql/command"
	SQLUnknownRelation  Code = "sql/unknown-relation"
	SQLUnknownColumn    Code = "sql/unknown-column"
	SQLUnknownType      Code = "sql/unknown-type"
	SQLUnknownFunction  Code = "sql/unknown-function"
	SQLUnknownSchema    Code = "sql/unknown-schema"
	SQLAmbiguous        Code = "sql/ambiguous"
	SQLDuplicateObject  Code = "sql/duplicate-object"
	SQLInsertColumns    Code = "sql/insert-columns"
	SQLParameter        Code = "sql/parameter"
	SQLInvalid          Code = "sql/invalid"
	SQLLostParameter    Code = "sql/lost-parameter"
	SQLSlice            Code = "sql/slice"
	SQLEmbedOuterJoin   Code = "sql/embed-outer-join"
	SQLNullableResult   Code = "sql/nullable-result"
	SQLUntyped          Code = "sql/untyped"
	SQLArray            Code = "sql/array"
	SQLGenerationFailed Code = "sql/generation-failed"
)

func init() {
	register(
		Info{SQLSyntax, "the text is not PostgreSQL's SQL", "-- name: ListPets :many\nSELECT id FORM pets;\n"},
		Info{SQLAnnotation, "a query's annotation cannot be understood", "-- name: ListPets :lots\nSELECT id FROM pets;\n"},
		Info{SQLNotAnnotated, "a statement in a query file has no annotation, so nothing is generated for it", "SELECT id FROM pets;\n"},
		Info{SQLDuplicateQuery, "two queries have the same name", "-- name: ListPets :many\nSELECT id FROM pets;\n\n-- name: ListPets :many\nSELECT name FROM pets;\n"},
		Info{SQLCommand, "the statement is not of the kind that its annotation needs", "-- name: AddPet :one\nINSERT INTO pets (name) VALUES ($1);\n"},
		Info{SQLUnknownRelation, "there is no table, view or alias of that name", "-- name: ListPets :many\nSELECT id FROM pest;\n"},
		Info{SQLUnknownColumn, "there is no column of that name", "-- name: ListPets :many\nSELECT nmae FROM pets;\n"},
		Info{SQLUnknownType, "there is no type of that name", "(the schema drops or comments on a type that it has not created)"},
		Info{SQLUnknownFunction, "there is no function of that name that takes such arguments", "-- name: GetPet :one\nSELECT lower(name, 1) FROM pets WHERE id = $1;\n"},
		Info{SQLUnknownSchema, "there is no schema of that name", "-- name: ListPets :many\nSELECT id FROM zoo.pets;\n"},
		Info{SQLAmbiguous, "a name could mean several columns", "-- name: ListPets :many\nSELECT name FROM pets a JOIN pets b ON a.id = b.id;\n"},
		Info{SQLDuplicateObject, "the schema creates something twice", "(two CREATE TABLE pets)"},
		Info{SQLInsertColumns, "an INSERT has more or fewer values than columns", "-- name: AddPet :exec\nINSERT INTO pets (id, name) VALUES ($1);\n"},
		Info{SQLParameter, "a parameter is written in a way that gives it no type or no name", "-- name: GetPet :one\nSELECT id FROM pets WHERE id = $2;\n"},
		Info{SQLInvalid, "the statement is rejected for another reason", "(a statement that sqlc cannot analyse)"},
		Info{SQLLostParameter, "sqlc does not see a parameter of the query, which would fail when it runs", "-- name: MergePet :exec\nMERGE INTO pets USING pets AS p ON pets.id = p.id WHEN MATCHED THEN UPDATE SET name = @name;\n"},
		Info{SQLSlice, "sqlc.slice does not work on PostgreSQL", "-- name: ListPets :many\nSELECT id FROM pets WHERE id IN (sqlc.slice('ids'));\n"},
		Info{SQLEmbedOuterJoin, "sqlc.embed of a table that an outer join may leave without a row, which fails when it does", "-- name: ListPets :many\nSELECT p.id, sqlc.embed(o) FROM pets p LEFT JOIN owners o ON o.id = p.owner_id;\n"},
		Info{SQLNullableResult, "a result can be NULL and its Go type cannot hold that, which fails when it is", "-- name: OldestPet :one\nSELECT max(id)::bigint FROM pets;\n"},
		Info{SQLUntyped, "sqlc finds no Go type for a parameter or a result, which becomes an interface{}", "-- name: NewestPet :one\nSELECT max(id) FROM pets;\n"},
		Info{SQLArray, "an array of a composite or extension type, which pgx cannot send or read", "-- name: ListPets :many\nSELECT id FROM pets WHERE @attrs::hstore[] IS NOT NULL;\n"},
		Info{SQLGenerationFailed, "sqlc understood the queries and could not generate code for them", "(a column type override that names no Go type)"},
	)
}
