-- Workflows and their steps.

-- name: EnsureWorkflow :one
-- EnsureWorkflow adds the workflow or brings the workflow of that name up to
-- date.
INSERT INTO workflows (name, title, agent_id)
VALUES (@name, @title, @agent_id)
ON CONFLICT (name) DO UPDATE
SET title = EXCLUDED.title, agent_id = EXCLUDED.agent_id
RETURNING *;

-- name: EnsureSteps :batchexec
-- EnsureSteps adds steps to a workflow or brings the steps of those names up to
-- date. A step keeps its position for good.
INSERT INTO steps (workflow_id, position, name, title, tool_id)
VALUES (@workflow_id, @position, @name, @title, @tool_id)
ON CONFLICT (workflow_id, name) DO UPDATE
SET title = EXCLUDED.title, tool_id = EXCLUDED.tool_id;

-- name: GetWorkflow :one
-- GetWorkflow returns the workflow with the given id.
SELECT * FROM workflows WHERE id = @id;

-- name: GetWorkflowByName :one
-- GetWorkflowByName returns the workflow of that name.
SELECT * FROM workflows WHERE name = @name;

-- name: ListWorkflows :many
-- ListWorkflows returns all workflows by name, each with the handle of its
-- agent, which is nil where it has none, and the number of its steps.
SELECT
  sqlc.embed(workflows),
  agents.handle AS agent,
  (SELECT count(*) FROM steps s WHERE s.workflow_id = workflows.id) AS steps
FROM workflows
LEFT JOIN agents ON agents.id = workflows.agent_id
ORDER BY workflows.name;

-- name: ListSteps :many
-- ListSteps returns the steps of a workflow in order, each with the name and
-- kind of the tool that it calls, which are nil where it calls none.
SELECT sqlc.embed(steps), tools.name AS tool, tools.kind AS tool_kind
FROM steps
LEFT JOIN tools ON tools.id = steps.tool_id
WHERE steps.workflow_id = @workflow_id
ORDER BY steps.position;

-- name: DeleteWorkflow :execrows
-- DeleteWorkflow removes a workflow that was never run, and its steps.
DELETE FROM workflows WHERE id = @id;
