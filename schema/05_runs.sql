-- Runs of workflows: their state, the state of their steps, and what happened.

CREATE TABLE runs (
  id          uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id uuid        NOT NULL REFERENCES workflows (id),
  agent_id    uuid        REFERENCES agents (id) ON DELETE SET NULL,
  state       run_state   NOT NULL DEFAULT 'pending',
  input       jsonb       NOT NULL DEFAULT '{}',
  output      jsonb,
  error       text,
  queued_at   timestamptz NOT NULL DEFAULT now(),
  started_at  timestamptz,
  finished_at timestamptz,
  duration_ms bigint      GENERATED ALWAYS AS ((extract(epoch FROM finished_at - started_at) * 1000)::bigint) STORED,
  CONSTRAINT runs_started CHECK (
    CASE state WHEN 'pending' THEN started_at IS NULL
               WHEN 'cancelled' THEN true
               ELSE started_at IS NOT NULL END),
  CONSTRAINT runs_finished CHECK ((finished_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'cancelled'))),
  CONSTRAINT runs_error CHECK ((error IS NOT NULL) = (state = 'failed')),
  CONSTRAINT runs_times CHECK (finished_at >= started_at)
);

COMMENT ON TABLE runs IS 'Run is one run of a workflow.';
COMMENT ON COLUMN runs.error IS 'Error says why the run failed; it is nil in every other state.';
COMMENT ON COLUMN runs.duration_ms IS 'DurationMs is the time from start to finish in milliseconds; it is nil until a started run is over.';

-- A workflow has at most one run that is not over.
CREATE UNIQUE INDEX runs_active_key ON runs (workflow_id) WHERE state IN ('pending', 'running');
CREATE INDEX runs_history_idx ON runs (queued_at DESC, id DESC);
CREATE INDEX runs_workflow_idx ON runs (workflow_id, queued_at DESC);
CREATE INDEX runs_agent_idx ON runs (agent_id);

CREATE TRIGGER runs_guard BEFORE UPDATE OF state ON runs
  FOR EACH ROW EXECUTE FUNCTION guard_run_transition();

CREATE TABLE run_steps (
  run_id      uuid        NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step_id     bigint      NOT NULL REFERENCES steps (id),
  state       run_state   NOT NULL DEFAULT 'pending',
  done        integer     NOT NULL DEFAULT 0,
  total       integer,
  started_at  timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (run_id, step_id),
  CONSTRAINT run_steps_done_range CHECK (done >= 0 AND done <= total),
  CONSTRAINT run_steps_finished CHECK ((finished_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'cancelled')))
);

COMMENT ON TABLE run_steps IS 'RunStep is the state of one step in one run.';
COMMENT ON COLUMN run_steps.done IS 'Done is the number of items the step has worked through.';
COMMENT ON COLUMN run_steps.total IS 'Total is the number of items there are; it is nil where that is not known beforehand.';

CREATE INDEX run_steps_step_idx ON run_steps (step_id);

CREATE TRIGGER run_steps_guard BEFORE UPDATE OF state ON run_steps
  FOR EACH ROW EXECUTE FUNCTION guard_run_transition();

CREATE TABLE run_events (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id      uuid        NOT NULL REFERENCES runs (id),
  step_id     bigint      REFERENCES steps (id),
  level       event_level NOT NULL DEFAULT 'info',
  kind        slug        NOT NULL,
  message     text        NOT NULL,
  payload     jsonb       NOT NULL DEFAULT '{}',
  occurred_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE run_events IS 'RunEvent is something that happened in a run. Events are never changed nor deleted.';

CREATE INDEX run_events_run_idx ON run_events (run_id, id);
CREATE INDEX run_events_step_idx ON run_events (step_id);
CREATE INDEX run_events_payload_idx ON run_events USING gin (payload jsonb_path_ops);

CREATE TRIGGER run_events_append_only BEFORE UPDATE OR DELETE ON run_events
  FOR EACH ROW EXECUTE FUNCTION reject_change();
CREATE TRIGGER run_events_no_truncate BEFORE TRUNCATE ON run_events
  FOR EACH STATEMENT EXECUTE FUNCTION reject_change();
