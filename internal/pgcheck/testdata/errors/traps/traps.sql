-- name: EmbedLeft :many
SELECT p.id, sqlc.embed(o) FROM pets p LEFT JOIN owners o ON o.id = p.owner_id;
--                      ^ warning sql/embed-outer-join: o may be without a row here, which sqlc.embed cannot hold (list the columns of o instead of embedding it, or use an inner join)

-- name: EmbedRight :many
SELECT sqlc.embed(pets), sqlc.embed(owners) FROM pets RIGHT OUTER JOIN owners ON owners.id = pets.owner_id;
--                ^ warning sql/embed-outer-join: pets may be without a row here, which sqlc.embed cannot hold (list the columns of pets instead of embedding it, or use an inner join)

-- name: EmbedInner :many
SELECT sqlc.embed(pets), sqlc.embed(o) FROM pets JOIN owners AS o ON o.id = pets.owner_id;

-- name: Aggregates :one
SELECT max(id)::bigint AS newest, count(*) AS n, sum(id) AS total, coalesce(max(id), 0)::bigint AS safe FROM pets;
--     ^ warning sql/nullable-result: newest can be NULL and its Go type int64 cannot hold that (give it a value for that case, as in coalesce(max(id), 0)::bigint, or select it from a LEFT JOIN, whose columns sqlc knows to be optional)
--                                               ^ warning sql/nullable-result: total can be NULL and its Go type int64 cannot hold that (give it a value for that case, as in coalesce(max(id), 0)::bigint, or select it from a LEFT JOIN, whose columns sqlc knows to be optional)

-- name: Grouped :many
SELECT owner_id, max(id)::bigint AS newest, (max(id) FILTER (WHERE kind = 'cat'))::bigint AS cat FROM pets GROUP BY owner_id;
--                                          ^ warning sql/nullable-result: cat can be NULL and its Go type int64 cannot hold that (give it a value for that case, as in coalesce(max(id), 0)::bigint, or select it from a LEFT JOIN, whose columns sqlc knows to be optional)

-- name: Subquery :many
SELECT
  o.id,
  (SELECT p.name FROM pets p WHERE p.owner_id = o.id LIMIT 1) AS pet,
--^ warning sql/nullable-result: pet can be NULL and its Go type string cannot hold that (give it a value for that case, as in coalesce(max(id), 0)::bigint, or select it from a LEFT JOIN, whose columns sqlc knows to be optional)
  (SELECT count(*) FROM pets p WHERE p.owner_id = o.id) AS pets,
  (SELECT coalesce(max(p.id), 0)::bigint FROM pets p) AS newest
FROM owners o;

-- name: Untyped :one
SELECT max(born) AS youngest FROM pets;
--     ^ warning sql/untyped: sqlc finds no Go type for the column youngest, which becomes an interface{} (cast it, as in coalesce(max(id), 0)::bigint, or give its database type a Go type under overrides)

-- name: Arrays :many
--< warning sql/array: pgx cannot read the column attrs, an array of hstore (select it as text, as in attrs::text[])
SELECT array_agg(kind)::pet_kind[] AS kinds, '{}'::hstore[] AS attrs FROM pets WHERE kind = ANY(@kinds::pet_kind[]) AND @attrs::hstore[] IS NOT NULL GROUP BY owner_id;
--                                                                                                                       ^ warning sql/array: pgx cannot send an array of hstore (compare as text, as in attrs::text = ANY(@attrs::text[]))

-- name: UntypedParams :many
SELECT id FROM pets WHERE id = @id AND coalesce(@anything, @whatever) IS NULL;
--                                               ^ warning sql/untyped: sqlc finds no Go type for the parameter anything, which becomes an interface{} (cast it, as in @anything::text, or give its database type a Go type under overrides)
--                                                          ^ warning sql/untyped: sqlc finds no Go type for the parameter whatever, which becomes an interface{} (cast it, as in @whatever::text, or give its database type a Go type under overrides)
