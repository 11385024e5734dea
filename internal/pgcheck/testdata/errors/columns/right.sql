-- Queries that PostgreSQL takes, with names that come from everywhere.

-- name: Aliases :many
SELECT p.id AS pet, o.name owner FROM pets AS p, owners o WHERE p.owner_id = o.id ORDER BY pet, owner;

-- name: Ctes :many
WITH RECURSIVE tree (node, depth) AS (
  SELECT id, 1 FROM pets
  UNION ALL
  SELECT pets.id, tree.depth + 1 FROM pets JOIN tree ON pets.owner_id = tree.node
), counted AS (SELECT count(*), max(depth) AS deepest FROM tree)
SELECT counted.count, counted.deepest FROM counted WHERE counted.deepest > 1 AND count > 0;

-- name: Values :many
SELECT 1::int AS one FROM (VALUES (1, 'x'), (2, 'y')) AS v (a, b) WHERE b <> 'z' AND v.a > 1;

-- name: ValuesWithoutNames :many
SELECT column1::int AS n FROM (VALUES (1), (2)) AS v WHERE v.column1 > 1;

-- name: Functions :many
SELECT n FROM generate_series(1, 3) AS n WHERE n > 1;

-- name: FunctionColumns :many
SELECT key::text AS k FROM jsonb_each('{}') WHERE value IS NOT NULL;

-- name: Subselects :many
SELECT s.k FROM (SELECT kind AS k, count(*) AS n FROM pets GROUP BY kind) AS s WHERE s.n > 1 AND k <> 'cat';

-- name: Laterals :many
SELECT o.id, l.newest FROM owners o CROSS JOIN LATERAL (SELECT max(p.born)::timestamptz AS newest FROM pets p WHERE p.owner_id = o.id) l WHERE l.newest > now();

-- name: Upsert :exec
INSERT INTO owners (id, name) VALUES ($1, $2)
ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE owners.name <> excluded.name;

-- name: UpdateFrom :exec
UPDATE pets SET name = o.name FROM owners o WHERE o.id = pets.owner_id AND pets.name IS DISTINCT FROM o.name;

-- name: DeleteUsing :exec
DELETE FROM pets p USING owners o WHERE p.owner_id = o.id AND o.name = 'x';

-- name: Rows :many
SELECT p.id FROM pets p WHERE p IS NOT NULL AND (p.id, name) > (1, 'a') AND p.ctid IS NOT NULL;

-- name: Renamed :many
SELECT 1::int AS one FROM pets AS x (a, b) WHERE x.a = 1 AND b = 2;

-- name: Windows :many
SELECT id, rank() OVER w AS place FROM pets WINDOW w AS (PARTITION BY kind ORDER BY born) ORDER BY place;

-- name: Catalog :many
SELECT c.relname::text AS name FROM pg_catalog.pg_class c WHERE c.relkind = 'r' AND relpages > 0;

-- name: Schema :many
SELECT public.pets.id FROM public.pets WHERE public.pets.name = 'x';

-- name: Quoted :many
SELECT "p"."name" AS "Name" FROM pets "p" ORDER BY "Name";

-- name: JoinUsing :many
SELECT pets.id FROM pets JOIN owners USING (id) WHERE pets.id > 1;

-- name: Json :many
SELECT p.id FROM pets p WHERE to_jsonb(p) @> '{"a": 1}' AND current_date > p.born AND EXISTS (SELECT FROM owners WHERE id = p.owner_id);
