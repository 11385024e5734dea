-- Every kind of mistake that a query can hold, beside others that are right.

-- name: Right :many
SELECT * FROM pets;

-- name: UnknownRelation :many
SELECT * FROM pest;
--            ^ error sql/unknown-relation: relation "pest" does not exist (did you mean pets?)

-- name: UnknownColumn :many
SELECT name FROM pets WHERE nmae = 'x';
--                          ^ error sql/unknown-column: column "nmae" does not exist (did you mean name?)

-- name: UnknownAlias :many
SELECT p.name FROM pets p WHERE q.id = 1;
--                              ^ error sql/unknown-relation: the query has no table or alias "q" (did you mean p?)

-- name: UnknownSchema :many
SELECT id FROM zoo.pets;
--             ^ error sql/unknown-schema: schema "zoo" does not exist

-- name: UnknownFunction :one
SELECT lower(name, 1) FROM pets WHERE id = $1;
--     ^ error sql/unknown-function: function lower(unknown, unknown) does not exist

-- name: UnknownMacro :one
SELECT sqlc.agr('x') FROM pets;
--          ^ error sql/unknown-function: there is no sqlc.agr (did you mean arg?)

-- name: Ambiguous :many
SELECT name FROM pets a JOIN owners b ON a.owner_id = b.id;
--     ^ error sql/ambiguous: column reference "name" is ambiguous (put the table's name or alias before it)

-- name: Syntax :many
SELECT id FORM pets;
--             ^ error sql/syntax: syntax error at or near "pets"

-- name: NotClosed :many
SELECT (id FROM pets;
--         ^ error sql/syntax: syntax error at or near "FROM"

-- name: NoSemicolon :many
SELECT id FROM pets
--                 ^ error sql/syntax: the statement is not ended by a semicolon

-- name: NoCommand
--       ^ error sql/annotation: the annotation has no command (write it behind the name, as in -- name: ListPets :many)
SELECT id FROM pets;

-- name: BadCommand :lots
--                  ^ error sql/annotation: there is no command :lots (the commands are :one, :many, :exec, :execrows, :execresult, :copyfrom, :batchexec, :batchmany and :batchone)
SELECT id FROM pets;

--name: BadSpaces :many
--< error sql/annotation: the annotation is not written as sqlc reads it (write it with single spaces, as in -- name: ListPets :many)
SELECT id FROM pets;

-- name: TooMuch :many please
--< error sql/annotation: the annotation has more than a name and a command (write what else there is to say on a comment line of its own)
SELECT id FROM pets;

-- name: 1st :many
--       ^ error sql/annotation: "1st" cannot be the name of a query (it becomes the name of a Go method: use letters and digits, and begin with an upper-case letter)
SELECT id FROM pets;

-- name: lowerCase :many
--< error sql/annotation: the query's name lowerCase does not begin with an upper-case letter (it becomes the name of an exported Go method: write LowerCase)
SELECT id FROM pets;

-- name: Empty :many
--< error sql/annotation: the query has no statement

-- name: Right :one
--< error sql/duplicate-query: there is already a query Right
SELECT id FROM pets;

-- name: NoReturning :one
--< error sql/command: a :one query returns rows, and the statement has no RETURNING (add RETURNING, or use :exec or :execrows)
DELETE FROM pets WHERE id = $1;

-- name: CopySelect :copyfrom
--< error sql/command: :copyfrom requires an INSERT INTO statement
SELECT id FROM pets;

-- name: BatchNothing :batchexec
--< error sql/command: :batch* commands require parameters
DELETE FROM pets;

-- name: LastID :execlastid
--< error sql/annotation: PostgreSQL has no :execlastid (write :one, and RETURNING id in the statement)
INSERT INTO owners (id, name) VALUES ($1, $2);

-- name: TooFew :exec
INSERT INTO owners (id, name) VALUES ($1);
--< error sql/insert-columns: INSERT has more target columns than expressions

-- name: NoNumber :one
SELECT id FROM pets WHERE id = $2;
--< error sql/parameter: could not determine data type of parameter $1

-- name: OrderBy :many
SELECT id FROM pets ORDER BY nmae;
--                           ^ error sql/unknown-column: column "nmae" does not exist (did you mean name?)

-- name: UpdateColumn :exec
UPDATE pets SET nmae = $1 WHERE id = $2;
--              ^ error sql/unknown-column: column "nmae" does not exist (did you mean name?)

-- name: Two :exec
DELETE FROM pets;
DELETE FROM owners;
--< warning sql/not-annotated: the statement has no annotation and is left out (write a line above it, as in -- name: ListPets :many)
