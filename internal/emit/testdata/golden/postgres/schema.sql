CREATE TYPE run_status AS ENUM ('queued', 'running', 'done');

CREATE TABLE agents (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    config     jsonb,
    tags       text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE runs (
    id       uuid PRIMARY KEY,
    agent_id bigint NOT NULL REFERENCES agents,
    status   run_status NOT NULL DEFAULT 'queued',
    cost     numeric
);
