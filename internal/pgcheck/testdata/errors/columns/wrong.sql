-- name: Where :many
SELECT id FROM pets WHERE nmae = 'x' OR nmae = 'y';
--                        ^ error sql/unknown-column: column "nmae" does not exist (did you mean name?)

-- name: OnClause :many
SELECT p.id FROM pets p JOIN owners o ON o.idd = p.owner_id;
--                                       ^ error sql/unknown-column: column "o.idd" does not exist (did you mean id?)

-- name: NoAlias :many
SELECT p.id FROM pets p WHERE q.id = 1;
--                            ^ error sql/unknown-relation: the query has no table or alias "q" (did you mean p?)

-- name: Having :many
SELECT kind FROM pets GROUP BY kind HAVING max(brn) IS NULL;
--                                             ^ error sql/unknown-column: column "brn" does not exist (did you mean born?)

-- name: InSubquery :many
SELECT id FROM owners o WHERE EXISTS (SELECT FROM pets p WHERE p.ownr_id = o.id);
--                                                             ^ error sql/unknown-column: column "p.ownr_id" does not exist (did you mean owner_id?)

-- name: Conflict :exec
INSERT INTO owners (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = excluded.nmae;
--                                                                                           ^ error sql/unknown-column: column "nmae" of relation "EXCLUDED" does not exist (did you mean name?)
