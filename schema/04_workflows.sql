-- Workflows and the steps they consist of.

CREATE TABLE workflows (
  id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  name       slug        NOT NULL,
  title      text        NOT NULL,
  agent_id   uuid        REFERENCES agents (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT workflows_name_key UNIQUE (name)
);

COMMENT ON TABLE workflows IS 'Workflow is a fixed sequence of steps that can be run.';
COMMENT ON COLUMN workflows.agent_id IS 'AgentID is the agent that runs the workflow; nil is a workflow that runs without one.';

CREATE INDEX workflows_agent_idx ON workflows (agent_id);

CREATE TRIGGER workflows_touch BEFORE UPDATE ON workflows
  FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TABLE steps (
  id          bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workflow_id uuid    NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  position    integer NOT NULL,
  name        slug    NOT NULL,
  title       text    NOT NULL,
  tool_id     uuid    REFERENCES tools (id),
  CONSTRAINT steps_workflow_name_key UNIQUE (workflow_id, name),
  CONSTRAINT steps_workflow_position_key UNIQUE (workflow_id, position),
  CONSTRAINT steps_position_positive CHECK (position > 0)
);

COMMENT ON TABLE steps IS 'Step is one step of a workflow.';
COMMENT ON COLUMN steps.position IS 'Position counts from 1.';

CREATE INDEX steps_tool_idx ON steps (tool_id);
