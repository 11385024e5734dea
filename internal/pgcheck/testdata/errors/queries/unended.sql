-- name: Unended :many
SELECT id FROM pets WHERE name = 'x;
--                               ^ error sql/syntax: the quote is not closed

-- name: AfterUnended :many
SELECT nmae FROM pets;
--     ^ error sql/unknown-column: column "nmae" does not exist (did you mean name?)
