package diag

// Codes of SurrealQL queries.
const (
	QueryUnknownTable    Code = "query/unknown-table"
	QueryUnknownField    Code = "query/unknown-field"
	QueryUnknownFunction Code = "query/unknown-function"
	QueryUnknownMethod   Code = "query/unknown-method"
	QueryUnknownIndex    Code = "query/unknown-index"
	QueryUntypedParam    Code = "query/untyped-param"
	QueryParamConflict   Code = "query/param-conflict"
	QueryArity           Code = "query/arity"
	QueryArgument        Code = "query/argument"
	QueryOperand         Code = "query/operand"
	QueryComparison      Code = "query/comparison"
	QueryCast            Code = "query/cast"
	QueryAssignment      Code = "query/assignment"
	QueryMissingField    Code = "query/missing-field"
	QueryReadonly        Code = "query/readonly"
	QueryComputed        Code = "query/computed"
	QueryRelation        Code = "query/relation"
	QueryFulltext        Code = "query/fulltext"
	QueryVector          Code = "query/vector"
	QueryUnnamed         Code = "query/unnamed"
	QueryOnlyMany        Code = "query/only-many"
	QueryNoRecord        Code = "query/no-record"
	QueryView            Code = "query/view"
	QueryUnusedLet       Code = "query/unused-let"
	QueryExecutors       Code = "query/executors"
	QueryEarlyReturn     Code = "query/early-return"
	QueryAnnotation      Code = "query/annotation"
	QueryDuplicate       Code = "query/duplicate"
	QueryCardinality     Code = "query/cardinality"
)

func init() {
	register(
		Info{QueryUnknownTable, "a table is not defined", "SELECT * FROM nope"},
		Info{QueryUnknownField, "a table or object has no such field", "SELECT nope FROM note"},
		Info{QueryUnknownFunction, "a custom function is not defined", "RETURN fn::nope()"},
		Info{QueryUnknownMethod, "a value has no such method", "SELECT title.nope() AS x FROM note"},
		Info{QueryUnknownIndex, "a table has no such index", "SELECT id FROM note WITH INDEX nope WHERE title = 'x'"},
		Info{QueryUntypedParam, "nothing says what a parameter is", "SELECT * FROM ONLY $id"},
		Info{QueryParamConflict, "two uses of a parameter contradict each other", "SELECT id FROM note WHERE title = $x AND stars = $x"},
		Info{QueryArity, "a function is called with too few or too many arguments", "RETURN string::len()"},
		Info{QueryArgument, "a function does not take an argument of that kind", "RETURN string::len(1)"},
		Info{QueryOperand, "an operator does not work on values of that kind", "RETURN 'a' + 1"},
		Info{QueryComparison, "a comparison can never hold", "SELECT id FROM note WHERE stars = 'many'"},
		Info{QueryCast, "a cast can never succeed", "RETURN <int> [1]"},
		Info{QueryAssignment, "a field does not take a value of that kind", "UPDATE note SET stars = 'many'"},
		Info{QueryMissingField, "a new record lacks a field that it must have", "CREATE note SET stars = 1"},
		Info{QueryReadonly, "a READONLY field is written in an update", "UPDATE note SET made = time::now()"},
		Info{QueryComputed, "a COMPUTED field is written", "UPDATE note SET shout = 'X'"},
		Info{QueryRelation, "an edge cannot join those tables, or cannot be made like this", "RELATE note:a->likes->note:b"},
		Info{QueryFulltext, "a full-text operator has no FULLTEXT index to use", "SELECT id FROM note WHERE body @@ 'x'"},
		Info{QueryVector, "a vector operator does not fit the vector or its index", "SELECT id FROM note WHERE vec <|2, 10|> [1.0]"},
		Info{QueryUnnamed, "a result column has no stable name", "SELECT stars + 1 FROM note"},
		Info{QueryOnlyMany, "ONLY stands where there may be many records", "SELECT * FROM ONLY note"},
		Info{QueryNoRecord, "a field is named where there is no record", "RETURN title"},
		Info{QueryView, "a view is written to", "CREATE totals SET n = 1"},
		Info{QueryUnusedLet, "a variable is never used", "LET $x = 1; RETURN 2"},
		Info{QueryExecutors, "the engine's two executors give different results", "SELECT VALUE count() FROM note GROUP ALL"},
		Info{QueryEarlyReturn, "a RETURN ends a transaction before its last statement", "BEGIN; RETURN 1; DELETE note; COMMIT"},
		Info{QueryAnnotation, "a query's comment lines are wrong", "-- name: Get\nSELECT * FROM note"},
		Info{QueryDuplicate, "two queries have the same name", "-- name: A :exec\nDELETE note;\n-- name: A :exec\nDELETE note"},
		Info{QueryCardinality, "a query cannot return what its annotation says", "-- name: A :one\nDELETE note"},
	)
}
