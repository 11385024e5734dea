-- Run events: what happened in a run, in the order in which it happened.

-- name: AppendEvent :one
-- AppendEvent adds one event, now, and returns it.
INSERT INTO run_events (run_id, step_id, level, kind, message, payload)
VALUES (@run_id, @step_id, @level, @kind, @message, @payload)
RETURNING *;

-- name: AppendEvents :copyfrom
-- AppendEvents adds many events at once, all or none of them.
INSERT INTO run_events (run_id, step_id, level, kind, message, payload, occurred_at)
VALUES (@run_id, @step_id, @level, @kind, @message, @payload, @occurred_at);

-- name: RecordEvents :batchexec
-- RecordEvents adds events, now, each for the step of that name, or for the run
-- as a whole where Step is nil. An event of a run that is over is dropped.
INSERT INTO run_events (run_id, step_id, level, kind, message, payload)
SELECT r.id, s.id, @level::event_level, @kind::text, @message::text, @payload::jsonb
FROM runs r
LEFT JOIN steps s ON s.workflow_id = r.workflow_id AND s.name = sqlc.narg('step')::text
WHERE r.id = @run_id AND r.state IN ('pending', 'running');

-- name: ListEvents :many
-- ListEvents returns a page of a run's events in order: those behind the event
-- with the id After, which is 0 for the first page, of the level MinLevel and
-- above. Step is nil for an event of the run as a whole.
SELECT sqlc.embed(run_events), steps.name AS step
FROM run_events
LEFT JOIN steps ON steps.id = run_events.step_id
WHERE run_events.run_id = @run_id
  AND run_events.id > @after
  AND run_events.level >= @min_level
ORDER BY run_events.id
LIMIT @page_size;

-- name: FindEvents :many
-- FindEvents returns the latest events of any run whose payload contains the
-- given object.
SELECT *
FROM run_events
WHERE payload @> @payload
ORDER BY id DESC
LIMIT @page_size;

-- name: ListLatestEvents :many
-- ListLatestEvents returns the last events of each of the given runs, at most
-- PerRun of each.
WITH ranked AS (
  SELECT e.id, row_number() OVER (PARTITION BY e.run_id ORDER BY e.id DESC) AS place
  FROM run_events e
  WHERE e.run_id = ANY(@run_ids::uuid[])
)
SELECT run_events.*
FROM run_events
JOIN ranked ON ranked.id = run_events.id
WHERE ranked.place <= @per_run::bigint
ORDER BY run_events.run_id, run_events.id;

-- name: CountEventsByKind :many
-- CountEventsByKind returns how many events of each kind and level a run has,
-- the most frequent first.
SELECT kind, level, count(*) AS events
FROM run_events
WHERE run_id = @run_id
GROUP BY kind, level
ORDER BY events DESC, kind, level;
