-- Who comes back (docs/risk.md, docs/decisions/0064-risk.md). person_risk has a row for each identified person; person as in profile_facts.
-- The index is the list Going quiet: those of an alarm, most worth a call first.
CREATE TABLE person_risk (
  project_id  uuid NOT NULL,
  person      bigint NOT NULL,
  standing    text NOT NULL,
  alarm       boolean NOT NULL GENERATED ALWAYS AS (standing = 'quiet') STORED,
  probability real,
  returns_by  date,
  reason      jsonb NOT NULL,
  value       real NOT NULL,
  rank        real NOT NULL,
  last_day    date NOT NULL,
  computed_on date NOT NULL,
  PRIMARY KEY (project_id, person)
);
CREATE INDEX person_risk_alarm_idx ON person_risk (project_id, rank, person) WHERE alarm;

-- The model of a project as last fitted, how it would have done before, and up to which person it has been applied; swept_to null: to all.
CREATE TABLE risk_models (
  project_id uuid NOT NULL PRIMARY KEY,
  fitted_on  date NOT NULL,
  horizon    integer NOT NULL,
  model      jsonb,
  tracks     jsonb NOT NULL,
  people     integer NOT NULL,
  swept_to   bigint
);

ALTER TABLE projects ADD COLUMN risk_horizon_days integer NOT NULL DEFAULT 14;

-- Going quiet is person_risk's now. Older processes still write quiet_at, so the column stays.
DROP INDEX profile_facts_quiet_idx;
