-- Functions that the triggers call.

-- Sets updated_at on every update.
CREATE FUNCTION touch_updated_at() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END;
$$;

-- Makes a table append-only.
CREATE FUNCTION reject_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % rejected', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME;
END;
$$;

-- The state machine of runs and of their steps: what is over stays as it is.
CREATE FUNCTION run_transition_allowed(old_state run_state, new_state run_state) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE old_state
    WHEN 'pending' THEN new_state IN ('running', 'cancelled')
    WHEN 'running' THEN new_state IN ('succeeded', 'failed', 'cancelled')
    ELSE false
  END
$$;

-- Holds runs and run_steps to the state machine, whoever writes to them.
CREATE FUNCTION guard_run_transition() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> OLD.state AND NOT run_transition_allowed(OLD.state, NEW.state) THEN
    RAISE EXCEPTION '% cannot go from % to %', TG_TABLE_NAME, OLD.state, NEW.state
      USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, COLUMN = 'state';
  END IF;
  RETURN NEW;
END;
$$;
