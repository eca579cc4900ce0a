-- What an account's page counts over all of its people, computed by the facts job instead of by each request.

-- Set on all of a person's rows while they belong to so many accounts that they act for many (docs/accounts.md M5).
ALTER TABLE account_people ADD COLUMN acts_for_many boolean NOT NULL DEFAULT false;
UPDATE account_people p SET acts_for_many = true
  FROM (SELECT project_id, person FROM account_people WHERE until IS NULL GROUP BY project_id, person HAVING count(*) > 3) m
 WHERE p.project_id = m.project_id AND p.person = m.person;

-- An account's most active people.
CREATE INDEX account_people_events_idx ON account_people (project_id, account_id, events, person)
  WHERE events > 0 AND NOT is_internal;

ALTER TABLE account_facts
  ADD COLUMN former integer NOT NULL DEFAULT 0,
  ADD COLUMN internal integer NOT NULL DEFAULT 0,
  ADD COLUMN act_for_many integer NOT NULL DEFAULT 0,
  -- Active people of 7, 30 and 90 days up to computed_on, each followed by those of as many days before.
  ADD COLUMN period_people integer[] NOT NULL DEFAULT '{}',
  -- People who used each feature that has several events, by its id.
  ADD COLUMN feature_people jsonb NOT NULL DEFAULT '{}';
