package diag

// Codes of SurrealQL syntax.
const (
	SurqlSyntax          Code = "surql/syntax"
	SurqlUnclosed        Code = "surql/unclosed"
	SurqlUnterminated    Code = "surql/unterminated"
	SurqlEscape          Code = "surql/escape"
	SurqlLiteral         Code = "surql/literal"
	SurqlUnknownFunction Code = "surql/unknown-function"
	SurqlRemoved         Code = "surql/removed"
	SurqlChained         Code = "surql/chained-operator"
	SurqlLetMissing      Code = "surql/let-missing"
	SurqlNotSelected     Code = "surql/not-selected"
	SurqlClause          Code = "surql/clause"
	SurqlDepth           Code = "surql/depth"
	SurqlExperimental    Code = "surql/experimental"
	SurqlVersion         Code = "surql/engine-version"
	SurqlTooLarge        Code = "surql/too-large"
)

func init() {
	register(
		Info{SurqlSyntax, "something else was expected here", "SELECT * FORM person;"},
		Info{SurqlUnclosed, "a parenthesis, bracket or brace is not closed", "SELECT * FROM person WHERE (age > 18;"},
		Info{SurqlUnterminated, "a string, a quoted name, a regex, a script or a comment does not end", "RETURN 'abc"},
		Info{SurqlEscape, "a string has an escape sequence that does not exist", `RETURN 'a\qb';`},
		Info{SurqlLiteral, "a number, duration, datetime, uuid, byte string, file, record string or regex is malformed", "RETURN d'2024-13-01';"},
		Info{SurqlUnknownFunction, "there is no builtin function or constant of that path", "RETURN string::lenght('a');"},
		Info{SurqlRemoved, "this was SurrealQL until 2.x and has a successor", "RETURN type::thing('person', 1);"},
		Info{SurqlChained, "operators that need parentheses are chained", "RETURN 1 < 2 < 3;"},
		Info{SurqlLetMissing, "a parameter is assigned without LET", "$name = 'Ada';"},
		Info{SurqlNotSelected, "a field of ORDER, GROUP or SPLIT is not among the selected ones", "SELECT name FROM person ORDER BY age;"},
		Info{SurqlClause, "clauses of a statement contradict each other, or one is missing", "DEFINE INDEX by_name ON person UNIQUE;"},
		Info{SurqlDepth, "expressions are nested deeper than the engine allows", "RETURN ((((((((((((((((((((((1))))))))))))))))))))));"},
		Info{SurqlExperimental, "the syntax needs an experimental capability of the engine", "(DEFINE BUCKET files; with experimental syntax off)"},
		Info{SurqlVersion, "the syntax needs a newer engine than the configured one", "ALTER EVENT changed ON person DROP COMMENT;"},
		Info{SurqlTooLarge, "the file is larger than 2 GiB", "(a file of 3 GiB)"},
	)
}
