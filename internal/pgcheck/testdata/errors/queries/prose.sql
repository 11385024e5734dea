-- names are: hard to choose
--< error sql/annotation: the annotation is not written as sqlc reads it (write it with single spaces, as in -- name: ListPets :many)
-- name: Prose :many
SELECT id FROM pets;
