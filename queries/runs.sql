-- Runs of workflows and the progress of their steps.

-- name: CreateRun :one
-- CreateRun queues a run of a workflow together with all of its steps. It is a
-- conflict while another run of the workflow is not over.
WITH run AS (
  INSERT INTO runs (workflow_id, agent_id, input)
  SELECT w.id, w.agent_id, @input::jsonb
  FROM workflows w
  WHERE w.id = @workflow_id
  RETURNING id, workflow_id, agent_id, state, queued_at
), planned AS (
  INSERT INTO run_steps (run_id, step_id)
  SELECT run.id, s.id
  FROM run
  JOIN steps s ON s.workflow_id = run.workflow_id
  RETURNING step_id
)
SELECT run.id, run.workflow_id, run.agent_id, run.state, run.queued_at,
       (SELECT count(*) FROM planned) AS steps
FROM run;

-- name: StartRun :one
-- StartRun moves a pending run to running. It finds nothing where the run is in
-- another state.
UPDATE runs
SET state = 'running', started_at = now()
WHERE id = @id AND state = 'pending'
RETURNING *;

-- name: SucceedRun :one
-- SucceedRun moves a running run to succeeded. It finds nothing where the run is
-- in another state.
UPDATE runs
SET state = 'succeeded', finished_at = now(), output = @output
WHERE id = @id AND state = 'running'
RETURNING *;

-- name: FailRun :one
-- FailRun moves a running run to failed and keeps the reason. It finds nothing
-- where the run is in another state.
UPDATE runs
SET state = 'failed', finished_at = now(), error = @reason::text
WHERE id = @id AND state = 'running'
RETURNING *;

-- name: CancelRun :one
-- CancelRun moves a run that is not over to cancelled, and with it the steps
-- that are not over, and returns how many these were. It finds nothing where
-- the run is over.
WITH run AS (
  UPDATE runs
  SET state = 'cancelled', finished_at = now()
  WHERE runs.id = @id AND runs.state IN ('pending', 'running')
  RETURNING runs.id, runs.workflow_id
), stopped AS (
  UPDATE run_steps
  SET state = 'cancelled', finished_at = now()
  FROM run
  WHERE run_steps.run_id = run.id AND run_steps.state IN ('pending', 'running')
  RETURNING run_steps.step_id
)
SELECT run.id, run.workflow_id, (SELECT count(*) FROM stopped) AS steps_stopped
FROM run;

-- name: GetRun :one
-- GetRun returns the run with the given id.
SELECT * FROM runs WHERE id = @id;

-- name: GetRunOverview :one
-- GetRunOverview returns the run with the given id as a list of runs shows it.
SELECT * FROM run_overview WHERE id = @id;

-- name: GetActiveRun :one
-- GetActiveRun returns the run of the named workflow that is pending or running.
-- It finds nothing where there is none.
SELECT r.*
FROM runs r
JOIN workflows w ON w.id = r.workflow_id
WHERE w.name = @workflow AND r.state IN ('pending', 'running');

-- name: LockRun :one
-- LockRun returns the run with the given id and keeps others from changing it
-- until the transaction ends.
SELECT * FROM runs WHERE id = @id FOR UPDATE;

-- name: ListRuns :many
-- ListRuns returns a page of runs, the latest first: those before the run that
-- BeforeQueuedAt and BeforeID name, or the first ones where they are nil. Where
-- Workflow or State is set, only such runs are returned.
SELECT *
FROM run_overview
WHERE (sqlc.narg('before_queued_at')::timestamptz IS NULL
       OR (queued_at, id) < (sqlc.narg('before_queued_at')::timestamptz, sqlc.narg('before_id')::uuid))
  AND (sqlc.narg('workflow')::text IS NULL OR workflow = sqlc.narg('workflow')::text)
  AND (sqlc.narg('state')::run_state IS NULL OR state = sqlc.narg('state')::run_state)
ORDER BY queued_at DESC, id DESC
LIMIT @page_size;

-- name: CompareRuns :many
-- CompareRuns returns the runs of a workflow that succeeded, the latest first,
-- each with its number in the row and the time it took more than the one before
-- it, which is 0 for the first.
SELECT
  r.id,
  r.queued_at,
  coalesce(r.duration_ms, 0)::bigint AS duration_ms,
  row_number() OVER in_order AS number,
  coalesce(r.duration_ms - lag(r.duration_ms) OVER in_order, 0)::bigint AS slower_by_ms
FROM runs r
WHERE r.workflow_id = @workflow_id AND r.state = 'succeeded'
WINDOW in_order AS (ORDER BY r.queued_at, r.id)
ORDER BY r.queued_at DESC, r.id DESC
LIMIT @page_size;

-- name: ListRunSteps :many
-- ListRunSteps returns the steps of a run in order. DurationMs is the time that
-- the step took, or has taken up to now; ElapsedMs adds those of the steps before
-- it; Slowest is 1 for the step that took longest.
WITH timed AS (
  SELECT
    s.id AS step_id, s.position, s.name, s.title,
    rs.state, rs.done, rs.total, rs.started_at, rs.finished_at,
    coalesce(extract(epoch FROM coalesce(rs.finished_at, now()) - rs.started_at) * 1000, 0)::bigint AS duration_ms
  FROM run_steps rs
  JOIN steps s ON s.id = rs.step_id
  WHERE rs.run_id = @run_id
)
SELECT
  step_id, position, name, title, state, done, total, started_at, finished_at, duration_ms,
  (sum(duration_ms) OVER (ORDER BY position))::bigint AS elapsed_ms,
  rank() OVER (ORDER BY duration_ms DESC) AS slowest
FROM timed
ORDER BY position;

-- name: StartStep :execrows
-- StartStep moves a pending step of a running run to running and says how many
-- items it has to work through, if that is known. It affects no row otherwise.
UPDATE run_steps
SET state = 'running', started_at = now(), total = sqlc.narg('total')
FROM runs, steps
WHERE run_steps.run_id = @run_id
  AND runs.id = run_steps.run_id AND runs.state = 'running'
  AND steps.id = run_steps.step_id AND steps.name = @step
  AND run_steps.state = 'pending';

-- name: ReportProgress :execrows
-- ReportProgress sets how many items a running step has worked through. It
-- affects no row where the step is not running.
UPDATE run_steps
SET done = @done
FROM steps
WHERE run_steps.run_id = @run_id
  AND steps.id = run_steps.step_id AND steps.name = @step
  AND run_steps.state = 'running';

-- name: FinishStep :execrows
-- FinishStep moves a running step to State, which is succeeded, failed or
-- cancelled. It affects no row where the step is not running.
UPDATE run_steps
SET state = @state, finished_at = now()
FROM steps
WHERE run_steps.run_id = @run_id
  AND steps.id = run_steps.step_id AND steps.name = @step
  AND run_steps.state = 'running';
