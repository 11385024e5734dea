-- name: Shelves :many
SELECT id FROM shelves;

-- name: Names :many
SELECT nmae FROM pets;
--     ^ error sql/unknown-column: column "nmae" does not exist (did you mean name?)
