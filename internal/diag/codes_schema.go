package diag

// Codes of SurrealDB schemas.
const (
	SchemaComputedName Code = "schema/computed-name"
	SchemaDuplicate    Code = "schema/duplicate"
	SchemaUnknown      Code = "schema/unknown"
	SchemaRefused      Code = "schema/refused"
	SchemaUnknownTable Code = "schema/unknown-table"
	SchemaUnknownField Code = "schema/unknown-field"
	SchemaExpression   Code = "schema/expression"
)

func init() {
	register(
		Info{SchemaComputedName, "a definition's name is computed at run time", "DEFINE TABLE type::string('a')"},
		Info{SchemaDuplicate, "something is defined twice", "DEFINE TABLE a; DEFINE TABLE a"},
		Info{SchemaRefused, "the engine refuses a combination of clauses", "DEFINE FIELD f ON a COMPUTED 1 VALUE 2"},
		Info{SchemaUnknownTable, "a definition refers to a table that is not defined", "DEFINE TABLE a; DEFINE FIELD f ON a TYPE record<b>"},
		Info{SchemaUnknownField, "an index is over a field that is not defined", "DEFINE TABLE a SCHEMAFULL; DEFINE INDEX i ON a FIELDS f"},
		Info{SchemaExpression, "an expression gives what its clause does not take", "DEFINE TABLE a; DEFINE FIELD f ON a TYPE int DEFAULT 'x'"},
		Info{SchemaUnknown, "something is altered or removed that is not defined", "REMOVE TABLE a"},
	)
}
