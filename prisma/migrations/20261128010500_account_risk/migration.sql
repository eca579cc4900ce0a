-- Which accounts come back (docs/risk.md, docs/decisions/0074-accounts-in-insights.md). account_risk has a row for each account that was
-- ever active; champion: its most active person, silent; as in profile_facts. The first index is the list of accounts at risk.
CREATE TABLE account_risk (
  project_id  uuid NOT NULL,
  account_id  text NOT NULL,
  standing    text NOT NULL,
  alarm       boolean NOT NULL GENERATED ALWAYS AS (standing = 'quiet') STORED,
  probability real,
  returns_by  date,
  reason      jsonb NOT NULL,
  champion    bigint,
  value       real NOT NULL,
  rank        real NOT NULL,
  last_day    date NOT NULL,
  computed_on date NOT NULL,
  PRIMARY KEY (project_id, account_id)
);
CREATE INDEX account_risk_alarm_idx ON account_risk (project_id, rank, account_id) WHERE alarm;
CREATE INDEX account_risk_champion_idx ON account_risk (project_id, champion) WHERE champion IS NOT NULL;

-- Whom the numbers of the track record count: of people or accounts, so many days ago. id: a person's number or an account's id.
CREATE TABLE risk_outcomes (
  project_id  uuid NOT NULL,
  subject     text NOT NULL,
  ago         smallint NOT NULL,
  id          text NOT NULL,
  probability real NOT NULL,
  flagged     boolean NOT NULL,
  away        boolean NOT NULL,
  PRIMARY KEY (project_id, subject, id, ago)
);
CREATE INDEX risk_outcomes_ago_idx ON risk_outcomes (project_id, subject, ago, probability, id);

-- The model of accounts is fitted with that of people. accounts null: not yet. account_swept_to: null once applied to all, '' to none.
ALTER TABLE risk_models
  ADD COLUMN by_revenue          boolean NOT NULL DEFAULT false,
  ADD COLUMN account_model       jsonb,
  ADD COLUMN account_tracks      jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN accounts            integer,
  ADD COLUMN accounts_by_revenue boolean NOT NULL DEFAULT false,
  ADD COLUMN accounts_swept_to   text;

-- How likely it is that nobody of the account comes back within the horizon.
ALTER TABLE account_facts ADD COLUMN risk real;
