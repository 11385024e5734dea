-- Tools, and which agent may use which.

-- name: EnsureTool :one
-- EnsureTool adds the tool or brings the tool of that name up to date.
INSERT INTO tools (name, kind, description, input_schema, timeout_ms)
VALUES (@name, @kind, @description, @input_schema, @timeout_ms)
ON CONFLICT (name) DO UPDATE
SET kind = EXCLUDED.kind,
    description = EXCLUDED.description,
    input_schema = EXCLUDED.input_schema,
    timeout_ms = EXCLUDED.timeout_ms
RETURNING *;

-- name: GetToolByName :one
-- GetToolByName returns the tool of that name.
SELECT * FROM tools WHERE name = @name;

-- name: ListTools :many
-- ListTools returns the tools by name: those of the given kind, or all where
-- kind is nil.
SELECT *
FROM tools
WHERE sqlc.narg('kind')::tool_kind IS NULL OR kind = sqlc.narg('kind')::tool_kind
ORDER BY name;

-- name: GrantTools :batchexec
-- GrantTools lets agents use tools. A grant that stands already gets the new
-- position and overrides.
INSERT INTO agent_tools (agent_id, tool_id, position, overrides)
VALUES (@agent_id, @tool_id, @position, @overrides)
ON CONFLICT (agent_id, tool_id) DO UPDATE
SET position = EXCLUDED.position, overrides = EXCLUDED.overrides;

-- name: RevokeTool :execrows
-- RevokeTool takes a tool from an agent.
DELETE FROM agent_tools WHERE agent_id = @agent_id AND tool_id = @tool_id;

-- name: ListAgentTools :many
-- ListAgentTools returns the tools that an agent may use, in the order in which
-- the model is shown them.
SELECT sqlc.embed(tools), sqlc.embed(agent_tools)
FROM agent_tools
JOIN tools ON tools.id = agent_tools.tool_id
WHERE agent_tools.agent_id = @agent_id
ORDER BY agent_tools.position, tools.name;

-- name: CountToolUse :many
-- CountToolUse returns every tool with the numbers of agents that may use it
-- and of steps that call it.
SELECT
  sqlc.embed(tools),
  (SELECT count(*) FROM agent_tools g WHERE g.tool_id = tools.id) AS agents,
  (SELECT count(*) FROM steps s WHERE s.tool_id = tools.id) AS steps
FROM tools
ORDER BY tools.name;
