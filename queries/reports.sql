-- Reports: how workflows do over time.

-- name: RefreshWorkflowStats :exec
-- RefreshWorkflowStats brings the statistics up to date while others read them.
REFRESH MATERIALIZED VIEW CONCURRENTLY workflow_stats;

-- name: GetWorkflowStats :one
-- GetWorkflowStats returns the statistics of the named workflow, as of the last
-- refresh.
SELECT * FROM workflow_stats WHERE workflow = @workflow;

-- name: ListWorkflowStats :many
-- ListWorkflowStats returns the statistics of all workflows, as of the last
-- refresh, the most used first.
SELECT * FROM workflow_stats ORDER BY runs DESC, workflow;

-- name: CountRunsByDay :many
-- CountRunsByDay returns for each day (in UTC) since the given time that had runs
-- how many were queued and how many of them failed, and the number queued from
-- the first of those days on.
SELECT
  date_trunc('day', queued_at, 'UTC')::timestamptz AS day,
  count(*) AS queued,
  count(*) FILTER (WHERE state = 'failed') AS failed,
  (sum(count(*)) OVER (ORDER BY date_trunc('day', queued_at, 'UTC')))::bigint AS queued_so_far
FROM runs
WHERE queued_at >= @since
GROUP BY date_trunc('day', queued_at, 'UTC')
ORDER BY day;

-- name: CountRunsByState :many
-- CountRunsByState returns how many runs are in each state, for the states that
-- there are runs in.
SELECT state, count(*) AS runs
FROM runs
GROUP BY state
ORDER BY state;
