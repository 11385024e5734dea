-- What readers ask for again and again.

-- A line of a list of runs.
CREATE VIEW run_overview AS
SELECT
  r.id,
  w.name AS workflow,
  a.handle AS agent,
  r.state,
  r.error,
  r.queued_at,
  r.started_at,
  r.finished_at,
  r.duration_ms,
  (SELECT count(*) FROM run_steps s WHERE s.run_id = r.id) AS steps,
  (SELECT count(*) FROM run_steps s WHERE s.run_id = r.id AND s.state = 'succeeded') AS steps_succeeded,
  (SELECT count(*) FROM run_events e WHERE e.run_id = r.id) AS events
FROM runs r
JOIN workflows w ON w.id = r.workflow_id
LEFT JOIN agents a ON a.id = r.agent_id;

-- How a workflow's runs went, as of the last refresh. A workflow that was never
-- run has zeroes.
CREATE MATERIALIZED VIEW workflow_stats AS
SELECT
  w.id AS workflow_id,
  w.name AS workflow,
  count(r.id) AS runs,
  count(r.id) FILTER (WHERE r.state = 'succeeded') AS succeeded,
  count(r.id) FILTER (WHERE r.state = 'failed') AS failed,
  count(r.id) FILTER (WHERE r.state = 'cancelled') AS cancelled,
  coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY r.duration_ms), 0)::double precision AS median_ms,
  coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY r.duration_ms), 0)::double precision AS p95_ms
FROM workflows w
LEFT JOIN runs r ON r.workflow_id = w.id
GROUP BY w.id, w.name;

-- Lets the view be refreshed while it is read.
CREATE UNIQUE INDEX workflow_stats_key ON workflow_stats (workflow_id);
