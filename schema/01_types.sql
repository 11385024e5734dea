-- Types that the tables share.

CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A name that can stand in a URL: lower-case words joined by hyphens.
CREATE DOMAIN slug AS text
  CONSTRAINT slug_form CHECK (VALUE ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(VALUE) <= 63);

CREATE TYPE tool_kind AS ENUM ('function', 'http', 'mcp');

-- Where a run, or a step of it, is on its way. See run_transition_allowed.
CREATE TYPE run_state AS ENUM ('pending', 'running', 'succeeded', 'failed', 'cancelled');

CREATE TYPE event_level AS ENUM ('debug', 'info', 'warn', 'error');
