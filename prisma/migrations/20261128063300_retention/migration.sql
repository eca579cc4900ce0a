-- How long events are kept: for all of them (0: for ever), and by name ("heartbeat: 30").
ALTER TABLE projects
  ADD COLUMN retention_days integer NOT NULL DEFAULT 0,
  ADD COLUMN event_retention text[] NOT NULL DEFAULT '{}';

-- The latest run of a project: the rule it applies, and how far it has come.
CREATE TABLE retention_runs (
  project_id  uuid NOT NULL PRIMARY KEY,
  rule        text NOT NULL,
  phase       text NOT NULL,
  cursor      text,
  events      bigint NOT NULL DEFAULT 0,
  visitors    bigint NOT NULL DEFAULT 0,
  started_at  timestamptz(3) NOT NULL,
  finished_at timestamptz(3)
);

-- Sessions that lost events in the run and have to be rebuilt.
CREATE TABLE retention_sessions (
  project_id uuid NOT NULL,
  session_id uuid NOT NULL,
  actor_id   bigint NOT NULL,
  PRIMARY KEY (project_id, session_id, actor_id)
);
