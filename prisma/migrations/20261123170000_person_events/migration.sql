-- How often each person did each event, ever, and when first and last: behaviour filters read these rather than walk over years of
-- events (docs/decisions/0024-lifetime-counts.md). Written with profile_facts and by the same job, so a second or two behind.
-- person as in profile_facts. newest: the last ten times, newest first, for "at least 3 times in the last 30 days". Everything that asks by person goes through the primary key; by name, through the index.
CREATE TABLE person_events (
  project_id uuid NOT NULL,
  person     bigint NOT NULL,
  name       text NOT NULL,
  events     integer NOT NULL,
  first_at   timestamptz(3) NOT NULL,
  last_at    timestamptz(3) NOT NULL,
  newest     timestamptz(3)[] NOT NULL,
  PRIMARY KEY (project_id, person, name)
) WITH (fillfactor = 85);
CREATE INDEX person_events_name_idx ON person_events (project_id, name, last_at, person, events, first_at);

-- What program made the row: those made before there were lifetime counts are out of date, and the job finds them by this.
-- The index empties as the job goes; while it holds any of a project, that project's filters walk over events as before.
ALTER TABLE profile_facts ADD COLUMN version smallint NOT NULL DEFAULT 0;
CREATE INDEX profile_facts_outdated_idx ON profile_facts (project_id, person) WHERE version < 1;
