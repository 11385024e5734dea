-- name: CreateAgent :one
-- CreateAgent registers an agent.
INSERT INTO agents (name, tags) VALUES ($1, $2) RETURNING *;

-- name: GetAgent :one
-- GetAgent returns the agent with that id.
SELECT * FROM agents WHERE id = $1;

-- name: ListAgents :many
SELECT * FROM agents ORDER BY id;

-- name: RenameAgents :execrows
UPDATE agents SET name = sqlc.arg(store) || name WHERE name LIKE sqlc.arg(ctx);

-- name: DropAgent :exec
-- DropAgent removes an agent.
--
-- It fails while the agent has runs.
DELETE FROM agents WHERE name = $1;

-- name: TouchAgents :execresult
UPDATE agents SET created_at = now();

-- name: ImportAgents :copyfrom
INSERT INTO agents (name, tags) VALUES ($1, $2);
