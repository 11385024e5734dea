-- undoes 20261123093028_init.sql

-- drop materialized view public.workflow_stats
DROP MATERIALIZED VIEW public.workflow_stats;
-- drop view public.run_overview
DROP VIEW public.run_overview;
-- drop function public.run_transition_allowed(public.run_state, public.run_state)
DROP FUNCTION public.run_transition_allowed(old_state public.run_state, new_state public.run_state);
-- drop "agent_tools" table
DROP TABLE "public"."agent_tools";
-- drop "run_events" table
DROP TABLE "public"."run_events";
-- drop function public.reject_change()
DROP FUNCTION public.reject_change();
-- drop enum type "event_level"
DROP TYPE "public"."event_level";
-- drop "run_steps" table
DROP TABLE "public"."run_steps";
-- drop "runs" table
DROP TABLE "public"."runs";
-- drop function public.guard_run_transition()
DROP FUNCTION public.guard_run_transition();
-- drop enum type "run_state"
DROP TYPE "public"."run_state";
-- drop "steps" table
DROP TABLE "public"."steps";
-- drop "tools" table
DROP TABLE "public"."tools";
-- drop enum type "tool_kind"
DROP TYPE "public"."tool_kind";
-- drop "workflows" table
DROP TABLE "public"."workflows";
-- drop "agents" table
DROP TABLE "public"."agents";
-- drop function public.touch_updated_at()
DROP FUNCTION public.touch_updated_at();
-- drop domain public.slug
DROP DOMAIN public.slug;
-- drop extension citext
DROP EXTENSION citext;
-- drop extension pg_trgm
DROP EXTENSION pg_trgm;
