-- Agents and the tools they may use.

CREATE TABLE agents (
  id           uuid             PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant       slug             NOT NULL DEFAULT 'default',
  handle       citext           NOT NULL,
  display_name text             NOT NULL,
  description  text,
  model        text             NOT NULL,
  temperature  double precision,
  labels       text[]           NOT NULL DEFAULT '{}',
  settings     jsonb            NOT NULL DEFAULT '{}',
  -- What a search looks at.
  search_text  text             NOT NULL GENERATED ALWAYS AS (display_name || ' ' || coalesce(description, '')) STORED,
  disabled_at  timestamptz,
  created_at   timestamptz      NOT NULL DEFAULT now(),
  updated_at   timestamptz      NOT NULL DEFAULT now(),
  CONSTRAINT agents_tenant_handle_key UNIQUE (tenant, handle),
  CONSTRAINT agents_handle_form CHECK (handle ~ '^[a-z][a-z0-9_-]*$'),
  CONSTRAINT agents_display_name_present CHECK (length(btrim(display_name)) > 0),
  CONSTRAINT agents_temperature_range CHECK (temperature >= 0 AND temperature <= 2),
  CONSTRAINT agents_settings_object CHECK (jsonb_typeof(settings) = 'object')
);

COMMENT ON TABLE agents IS 'Agent is a configured model with a name that people call it by.';
COMMENT ON COLUMN agents.handle IS 'Handle is unique in the tenant; upper and lower case are the same.';
COMMENT ON COLUMN agents.temperature IS 'Temperature is from 0 to 2; nil leaves it to the model.';

CREATE INDEX agents_labels_idx ON agents USING gin (labels);
CREATE INDEX agents_search_idx ON agents USING gin (search_text gin_trgm_ops);

CREATE TRIGGER agents_touch BEFORE UPDATE ON agents
  FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- A role other than the table's owner sees the agents of the tenant that the
-- setting agentd.tenant names, and none while it is not set.
ALTER TABLE agents ENABLE ROW LEVEL SECURITY;
CREATE POLICY agents_of_tenant ON agents
  USING (tenant = current_setting('agentd.tenant', true))
  WITH CHECK (tenant = current_setting('agentd.tenant', true));

CREATE TABLE tools (
  id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  name         slug        NOT NULL,
  kind         tool_kind   NOT NULL,
  description  text        NOT NULL DEFAULT '',
  input_schema jsonb       NOT NULL DEFAULT '{}',
  timeout_ms   integer     NOT NULL DEFAULT 30000,
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT tools_name_key UNIQUE (name),
  CONSTRAINT tools_input_schema_object CHECK (jsonb_typeof(input_schema) = 'object'),
  CONSTRAINT tools_timeout_ms_positive CHECK (timeout_ms > 0)
);

COMMENT ON TABLE tools IS 'Tool is something that an agent can call.';
COMMENT ON COLUMN tools.input_schema IS 'InputSchema is the JSON Schema of the tool''s input.';

CREATE TRIGGER tools_touch BEFORE UPDATE ON tools
  FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TABLE agent_tools (
  agent_id   uuid        NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  tool_id    uuid        NOT NULL REFERENCES tools (id),
  position   integer     NOT NULL DEFAULT 0,
  overrides  jsonb       NOT NULL DEFAULT '{}',
  granted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (agent_id, tool_id),
  CONSTRAINT agent_tools_position_not_negative CHECK (position >= 0)
);

COMMENT ON TABLE agent_tools IS 'AgentTool lets an agent use a tool.';
COMMENT ON COLUMN agent_tools.position IS 'Position is the tool''s place in the list that the model is shown.';

CREATE INDEX agent_tools_tool_idx ON agent_tools (tool_id);
