-- create extension citext
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
-- create extension pg_trgm
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
-- create enum type "event_level"
CREATE TYPE "public"."event_level" AS ENUM ('debug', 'info', 'warn', 'error');
-- create enum type "run_state"
CREATE TYPE "public"."run_state" AS ENUM ('pending', 'running', 'succeeded', 'failed', 'cancelled');
-- create enum type "tool_kind"
CREATE TYPE "public"."tool_kind" AS ENUM ('function', 'http', 'mcp');
-- create domain public.slug
CREATE DOMAIN public.slug AS text CONSTRAINT slug_form CHECK (((VALUE ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(VALUE) <= 63)));
-- create "agents" table
CREATE TABLE "public"."agents" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "tenant" public.slug NOT NULL DEFAULT 'default'::text,
  "handle" public.citext NOT NULL,
  "display_name" text NOT NULL,
  "description" text NULL,
  "model" text NOT NULL,
  "temperature" double precision NULL,
  "labels" text[] NOT NULL DEFAULT '{}',
  "settings" jsonb NOT NULL DEFAULT '{}',
  "search_text" text NOT NULL GENERATED ALWAYS AS ((display_name || ' '::text) || COALESCE(description, ''::text)) STORED,
  "disabled_at" timestamptz NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY ("id"),
  CONSTRAINT "agents_tenant_handle_key" UNIQUE ("tenant", "handle"),
  CONSTRAINT "agents_display_name_present" CHECK (length(btrim(display_name)) > 0),
  CONSTRAINT "agents_handle_form" CHECK (handle OPERATOR(public.~) '^[a-z][a-z0-9_-]*$'::public.citext),
  CONSTRAINT "agents_settings_object" CHECK (jsonb_typeof(settings) = 'object'::text),
  CONSTRAINT "agents_temperature_range" CHECK ((temperature >= (0)::double precision) AND (temperature <= (2)::double precision))
);
-- set comment to table: "agents"
COMMENT ON TABLE "public"."agents" IS 'Agent is a configured model with a name that people call it by.';
-- set comment to column: "handle" on table: "agents"
COMMENT ON COLUMN "public"."agents"."handle" IS 'Handle is unique in the tenant; upper and lower case are the same.';
-- set comment to column: "temperature" on table: "agents"
COMMENT ON COLUMN "public"."agents"."temperature" IS 'Temperature is from 0 to 2; nil leaves it to the model.';
-- create index "agents_labels_idx" to table: "agents"
CREATE INDEX "agents_labels_idx" ON "public"."agents" USING gin ("labels");
-- create index "agents_search_idx" to table: "agents"
CREATE INDEX "agents_search_idx" ON "public"."agents" USING gin ("search_text" gin_trgm_ops);
-- create "tools" table
CREATE TABLE "public"."tools" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "name" public.slug NOT NULL,
  "kind" "public"."tool_kind" NOT NULL,
  "description" text NOT NULL DEFAULT '',
  "input_schema" jsonb NOT NULL DEFAULT '{}',
  "timeout_ms" integer NOT NULL DEFAULT 30000,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY ("id"),
  CONSTRAINT "tools_name_key" UNIQUE ("name"),
  CONSTRAINT "tools_input_schema_object" CHECK (jsonb_typeof(input_schema) = 'object'::text),
  CONSTRAINT "tools_timeout_ms_positive" CHECK (timeout_ms > 0)
);
-- set comment to table: "tools"
COMMENT ON TABLE "public"."tools" IS 'Tool is something that an agent can call.';
-- set comment to column: "input_schema" on table: "tools"
COMMENT ON COLUMN "public"."tools"."input_schema" IS 'InputSchema is the JSON Schema of the tool''s input.';
-- create "agent_tools" table
CREATE TABLE "public"."agent_tools" (
  "agent_id" uuid NOT NULL,
  "tool_id" uuid NOT NULL,
  "position" integer NOT NULL DEFAULT 0,
  "overrides" jsonb NOT NULL DEFAULT '{}',
  "granted_at" timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY ("agent_id", "tool_id"),
  CONSTRAINT "agent_tools_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON UPDATE NO ACTION ON DELETE CASCADE,
  CONSTRAINT "agent_tools_tool_id_fkey" FOREIGN KEY ("tool_id") REFERENCES "public"."tools" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "agent_tools_position_not_negative" CHECK ("position" >= 0)
);
-- set comment to table: "agent_tools"
COMMENT ON TABLE "public"."agent_tools" IS 'AgentTool lets an agent use a tool.';
-- set comment to column: "position" on table: "agent_tools"
COMMENT ON COLUMN "public"."agent_tools"."position" IS 'Position is the tool''s place in the list that the model is shown.';
-- create index "agent_tools_tool_idx" to table: "agent_tools"
CREATE INDEX "agent_tools_tool_idx" ON "public"."agent_tools" ("tool_id");
-- create "workflows" table
CREATE TABLE "public"."workflows" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "name" public.slug NOT NULL,
  "title" text NOT NULL,
  "agent_id" uuid NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY ("id"),
  CONSTRAINT "workflows_name_key" UNIQUE ("name"),
  CONSTRAINT "workflows_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON UPDATE NO ACTION ON DELETE SET NULL
);
-- set comment to table: "workflows"
COMMENT ON TABLE "public"."workflows" IS 'Workflow is a fixed sequence of steps that can be run.';
-- set comment to column: "agent_id" on table: "workflows"
COMMENT ON COLUMN "public"."workflows"."agent_id" IS 'AgentID is the agent that runs the workflow; nil is a workflow that runs without one.';
-- create index "workflows_agent_idx" to table: "workflows"
CREATE INDEX "workflows_agent_idx" ON "public"."workflows" ("agent_id");
-- create "runs" table
CREATE TABLE "public"."runs" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "workflow_id" uuid NOT NULL,
  "agent_id" uuid NULL,
  "state" "public"."run_state" NOT NULL DEFAULT 'pending',
  "input" jsonb NOT NULL DEFAULT '{}',
  "output" jsonb NULL,
  "error" text NULL,
  "queued_at" timestamptz NOT NULL DEFAULT now(),
  "started_at" timestamptz NULL,
  "finished_at" timestamptz NULL,
  "duration_ms" bigint NULL GENERATED ALWAYS AS (((EXTRACT(epoch FROM (finished_at - started_at)) * (1000)::numeric))::bigint) STORED,
  PRIMARY KEY ("id"),
  CONSTRAINT "runs_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON UPDATE NO ACTION ON DELETE SET NULL,
  CONSTRAINT "runs_workflow_id_fkey" FOREIGN KEY ("workflow_id") REFERENCES "public"."workflows" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "runs_error" CHECK ((error IS NOT NULL) = (state = 'failed'::public.run_state)),
  CONSTRAINT "runs_finished" CHECK ((finished_at IS NOT NULL) = (state = ANY (ARRAY['succeeded'::public.run_state, 'failed'::public.run_state, 'cancelled'::public.run_state]))),
  CONSTRAINT "runs_started" CHECK (
CASE state
    WHEN 'pending'::public.run_state THEN (started_at IS NULL)
    WHEN 'cancelled'::public.run_state THEN true
    ELSE (started_at IS NOT NULL)
END),
  CONSTRAINT "runs_times" CHECK (finished_at >= started_at)
);
-- set comment to table: "runs"
COMMENT ON TABLE "public"."runs" IS 'Run is one run of a workflow.';
-- set comment to column: "error" on table: "runs"
COMMENT ON COLUMN "public"."runs"."error" IS 'Error says why the run failed; it is nil in every other state.';
-- set comment to column: "duration_ms" on table: "runs"
COMMENT ON COLUMN "public"."runs"."duration_ms" IS 'DurationMs is the time from start to finish in milliseconds; it is nil until a started run is over.';
-- create index "runs_active_key" to table: "runs"
CREATE UNIQUE INDEX "runs_active_key" ON "public"."runs" ("workflow_id") WHERE (state = ANY (ARRAY['pending'::public.run_state, 'running'::public.run_state]));
-- create index "runs_agent_idx" to table: "runs"
CREATE INDEX "runs_agent_idx" ON "public"."runs" ("agent_id");
-- create index "runs_history_idx" to table: "runs"
CREATE INDEX "runs_history_idx" ON "public"."runs" ("queued_at" DESC, "id" DESC);
-- create index "runs_workflow_idx" to table: "runs"
CREATE INDEX "runs_workflow_idx" ON "public"."runs" ("workflow_id", "queued_at" DESC);
-- create "steps" table
CREATE TABLE "public"."steps" (
  "id" bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  "workflow_id" uuid NOT NULL,
  "position" integer NOT NULL,
  "name" public.slug NOT NULL,
  "title" text NOT NULL,
  "tool_id" uuid NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "steps_workflow_name_key" UNIQUE ("workflow_id", "name"),
  CONSTRAINT "steps_workflow_position_key" UNIQUE ("workflow_id", "position"),
  CONSTRAINT "steps_tool_id_fkey" FOREIGN KEY ("tool_id") REFERENCES "public"."tools" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "steps_workflow_id_fkey" FOREIGN KEY ("workflow_id") REFERENCES "public"."workflows" ("id") ON UPDATE NO ACTION ON DELETE CASCADE,
  CONSTRAINT "steps_position_positive" CHECK ("position" > 0)
);
-- set comment to table: "steps"
COMMENT ON TABLE "public"."steps" IS 'Step is one step of a workflow.';
-- set comment to column: "position" on table: "steps"
COMMENT ON COLUMN "public"."steps"."position" IS 'Position counts from 1.';
-- create index "steps_tool_idx" to table: "steps"
CREATE INDEX "steps_tool_idx" ON "public"."steps" ("tool_id");
-- create "run_events" table
CREATE TABLE "public"."run_events" (
  "id" bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  "run_id" uuid NOT NULL,
  "step_id" bigint NULL,
  "level" "public"."event_level" NOT NULL DEFAULT 'info',
  "kind" public.slug NOT NULL,
  "message" text NOT NULL,
  "payload" jsonb NOT NULL DEFAULT '{}',
  "occurred_at" timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY ("id"),
  CONSTRAINT "run_events_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "public"."runs" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "run_events_step_id_fkey" FOREIGN KEY ("step_id") REFERENCES "public"."steps" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- set comment to table: "run_events"
COMMENT ON TABLE "public"."run_events" IS 'RunEvent is something that happened in a run. Events are never changed nor deleted.';
-- create index "run_events_payload_idx" to table: "run_events"
CREATE INDEX "run_events_payload_idx" ON "public"."run_events" USING gin ("payload" jsonb_path_ops);
-- create index "run_events_run_idx" to table: "run_events"
CREATE INDEX "run_events_run_idx" ON "public"."run_events" ("run_id", "id");
-- create index "run_events_step_idx" to table: "run_events"
CREATE INDEX "run_events_step_idx" ON "public"."run_events" ("step_id");
-- create "run_steps" table
CREATE TABLE "public"."run_steps" (
  "run_id" uuid NOT NULL,
  "step_id" bigint NOT NULL,
  "state" "public"."run_state" NOT NULL DEFAULT 'pending',
  "done" integer NOT NULL DEFAULT 0,
  "total" integer NULL,
  "started_at" timestamptz NULL,
  "finished_at" timestamptz NULL,
  PRIMARY KEY ("run_id", "step_id"),
  CONSTRAINT "run_steps_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "public"."runs" ("id") ON UPDATE NO ACTION ON DELETE CASCADE,
  CONSTRAINT "run_steps_step_id_fkey" FOREIGN KEY ("step_id") REFERENCES "public"."steps" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "run_steps_done_range" CHECK ((done >= 0) AND (done <= total)),
  CONSTRAINT "run_steps_finished" CHECK ((finished_at IS NOT NULL) = (state = ANY (ARRAY['succeeded'::public.run_state, 'failed'::public.run_state, 'cancelled'::public.run_state])))
);
-- set comment to table: "run_steps"
COMMENT ON TABLE "public"."run_steps" IS 'RunStep is the state of one step in one run.';
-- set comment to column: "done" on table: "run_steps"
COMMENT ON COLUMN "public"."run_steps"."done" IS 'Done is the number of items the step has worked through.';
-- set comment to column: "total" on table: "run_steps"
COMMENT ON COLUMN "public"."run_steps"."total" IS 'Total is the number of items there are; it is nil where that is not known beforehand.';
-- create index "run_steps_step_idx" to table: "run_steps"
CREATE INDEX "run_steps_step_idx" ON "public"."run_steps" ("step_id");
-- create function public.reject_change()
CREATE FUNCTION public.reject_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION '% is append-only: % rejected', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME;
END;
$function$;
-- create function public.run_transition_allowed(public.run_state, public.run_state)
CREATE FUNCTION public.run_transition_allowed(old_state public.run_state, new_state public.run_state)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  SELECT CASE old_state
    WHEN 'pending' THEN new_state IN ('running', 'cancelled')
    WHEN 'running' THEN new_state IN ('succeeded', 'failed', 'cancelled')
    ELSE false
  END
$function$;
-- create function public.guard_run_transition()
CREATE FUNCTION public.guard_run_transition()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF NEW.state <> OLD.state AND NOT run_transition_allowed(OLD.state, NEW.state) THEN
    RAISE EXCEPTION '% cannot go from % to %', TG_TABLE_NAME, OLD.state, NEW.state
      USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, COLUMN = 'state';
  END IF;
  RETURN NEW;
END;
$function$;
-- create function public.touch_updated_at()
CREATE FUNCTION public.touch_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END;
$function$;
-- create view public.run_overview
CREATE VIEW public.run_overview AS
 SELECT r.id,
    w.name AS workflow,
    a.handle AS agent,
    r.state,
    r.error,
    r.queued_at,
    r.started_at,
    r.finished_at,
    r.duration_ms,
    ( SELECT count(*) AS count
           FROM public.run_steps s
          WHERE (s.run_id = r.id)) AS steps,
    ( SELECT count(*) AS count
           FROM public.run_steps s
          WHERE ((s.run_id = r.id) AND (s.state = 'succeeded'::public.run_state))) AS steps_succeeded,
    ( SELECT count(*) AS count
           FROM public.run_events e
          WHERE (e.run_id = r.id)) AS events
   FROM ((public.runs r
     JOIN public.workflows w ON ((w.id = r.workflow_id)))
     LEFT JOIN public.agents a ON ((a.id = r.agent_id)));
-- create materialized view public.workflow_stats
CREATE MATERIALIZED VIEW public.workflow_stats AS
 SELECT w.id AS workflow_id,
    w.name AS workflow,
    count(r.id) AS runs,
    count(r.id) FILTER (WHERE (r.state = 'succeeded'::public.run_state)) AS succeeded,
    count(r.id) FILTER (WHERE (r.state = 'failed'::public.run_state)) AS failed,
    count(r.id) FILTER (WHERE (r.state = 'cancelled'::public.run_state)) AS cancelled,
    COALESCE(percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY ((r.duration_ms)::double precision)), (0)::double precision) AS median_ms,
    COALESCE(percentile_cont((0.95)::double precision) WITHIN GROUP (ORDER BY ((r.duration_ms)::double precision)), (0)::double precision) AS p95_ms
   FROM (public.workflows w
     LEFT JOIN public.runs r ON ((r.workflow_id = w.id)))
  GROUP BY w.id, w.name;
-- create index of a materialized view public.workflow_stats_key
CREATE UNIQUE INDEX workflow_stats_key ON public.workflow_stats USING btree (workflow_id);
-- create trigger agents_touch on public.agents
CREATE TRIGGER agents_touch BEFORE UPDATE ON public.agents FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
-- create trigger run_events_append_only on public.run_events
CREATE TRIGGER run_events_append_only BEFORE DELETE OR UPDATE ON public.run_events FOR EACH ROW EXECUTE FUNCTION public.reject_change();
-- create trigger run_events_no_truncate on public.run_events
CREATE TRIGGER run_events_no_truncate BEFORE TRUNCATE ON public.run_events FOR EACH STATEMENT EXECUTE FUNCTION public.reject_change();
-- create trigger run_steps_guard on public.run_steps
CREATE TRIGGER run_steps_guard BEFORE UPDATE OF state ON public.run_steps FOR EACH ROW EXECUTE FUNCTION public.guard_run_transition();
-- create trigger runs_guard on public.runs
CREATE TRIGGER runs_guard BEFORE UPDATE OF state ON public.runs FOR EACH ROW EXECUTE FUNCTION public.guard_run_transition();
-- create trigger tools_touch on public.tools
CREATE TRIGGER tools_touch BEFORE UPDATE ON public.tools FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
-- create trigger workflows_touch on public.workflows
CREATE TRIGGER workflows_touch BEFORE UPDATE ON public.workflows FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
-- set row-level security of public.agents
ALTER TABLE public.agents ENABLE ROW LEVEL SECURITY;
-- set row-level security of public.agents
ALTER TABLE public.agents NO FORCE ROW LEVEL SECURITY;
-- create policy agents_of_tenant on public.agents
CREATE POLICY agents_of_tenant ON public.agents AS PERMISSIVE FOR ALL TO PUBLIC USING (((tenant)::text = current_setting('agentd.tenant'::text, true))) WITH CHECK (((tenant)::text = current_setting('agentd.tenant'::text, true)));
