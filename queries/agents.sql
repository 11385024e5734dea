-- Agents: configured models that people call by a handle.

-- name: CreateAgent :one
-- CreateAgent adds an agent.
INSERT INTO agents (tenant, handle, display_name, description, model, temperature, labels, settings)
VALUES (@tenant, @handle, @display_name, @description, @model, @temperature, @labels, @settings)
RETURNING *;

-- name: EnsureAgent :one
-- EnsureAgent adds the agent or, where the tenant has one of that handle,
-- brings its name, description and model up to date.
INSERT INTO agents (tenant, handle, display_name, description, model)
VALUES (@tenant, @handle, @display_name, @description, @model)
ON CONFLICT (tenant, handle) DO UPDATE
SET display_name = EXCLUDED.display_name,
    description = EXCLUDED.description,
    model = EXCLUDED.model
RETURNING *;

-- name: GetAgent :one
-- GetAgent returns the agent with the given id.
SELECT * FROM agents WHERE id = @id;

-- name: GetAgentByHandle :one
-- GetAgentByHandle returns a tenant's agent by its handle, in upper or lower
-- case.
SELECT * FROM agents WHERE tenant = @tenant AND handle = @handle;

-- name: ListAgents :many
-- ListAgents returns a page of a tenant's agents by handle: those behind After,
-- or the first ones where After is nil. Disabled agents are left out unless
-- asked for. Where Label is set, only agents that carry it are returned.
SELECT *
FROM agents
WHERE tenant = @tenant
  AND (sqlc.narg('after')::citext IS NULL OR handle > sqlc.narg('after')::citext)
  AND (sqlc.narg('label')::text IS NULL OR labels @> ARRAY[sqlc.narg('label')::text])
  AND (@include_disabled::boolean OR disabled_at IS NULL)
ORDER BY handle
LIMIT @page_size;

-- name: SearchAgents :many
-- SearchAgents returns a tenant's agents whose name or description has words
-- like those of the query, the most alike first. A handle that is the query
-- itself comes before all others.
SELECT
  sqlc.embed(agents),
  (CASE WHEN agents.handle = @query::citext THEN 1
        ELSE word_similarity(@query::text, agents.search_text) END)::double precision AS score
FROM agents
WHERE agents.tenant = @tenant
  AND agents.disabled_at IS NULL
  AND (agents.handle = @query::citext OR @query::text <% agents.search_text)
ORDER BY score DESC, agents.handle
LIMIT @page_size;

-- name: UpdateAgent :one
-- UpdateAgent changes the fields that are set and leaves the others as they
-- are.
UPDATE agents
SET display_name = coalesce(sqlc.narg('display_name'), display_name),
    description = coalesce(sqlc.narg('description'), description),
    model = coalesce(sqlc.narg('model'), model),
    temperature = coalesce(sqlc.narg('temperature'), temperature),
    labels = coalesce(sqlc.narg('labels'), labels),
    settings = settings || coalesce(sqlc.narg('settings')::jsonb, '{}')
WHERE id = @id
RETURNING *;

-- name: DisableAgent :execrows
-- DisableAgent takes an agent out of use. It affects no row where the agent is
-- disabled already.
UPDATE agents SET disabled_at = now() WHERE id = @id AND disabled_at IS NULL;

-- name: DeleteAgent :execrows
-- DeleteAgent removes an agent and its grants. Its runs stay.
DELETE FROM agents WHERE id = @id;
