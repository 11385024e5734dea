-- name: AddRuns :batchexec
-- AddRuns adds runs, each on its own.
INSERT INTO runs (id, agent_id) VALUES ($1, $2);

-- name: RunsOf :batchmany
SELECT id, status FROM runs WHERE agent_id = $1 ORDER BY id;

-- name: RunWithAgent :batchone
SELECT sqlc.embed(runs), sqlc.embed(agents) FROM runs JOIN agents ON agents.id = runs.agent_id WHERE runs.id = $1;

-- name: SetRunStatus :one
UPDATE runs SET status = $2 WHERE id = $1 RETURNING status;
