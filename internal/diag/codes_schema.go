package diag

// Codes of SurrealDB schemas.
const (
	SchemaComputedName Code = "schema/computed-name"
	SchemaDuplicate    Code = "schema/duplicate"
	SchemaUnknown      Code = "schema/unknown"
)

func init() {
	register(
		Info{SchemaComputedName, "a definition's name is computed at run time", "DEFINE TABLE type::string('a')"},
		Info{SchemaDuplicate, "something is defined twice", "DEFINE TABLE a; DEFINE TABLE a"},
		Info{SchemaUnknown, "something is altered or removed that is not defined", "REMOVE TABLE a"},
	)
}
