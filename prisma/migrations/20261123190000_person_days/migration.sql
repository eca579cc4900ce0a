-- On which days each person did something: the overview counts people from these rather than from every event
-- (docs/decisions/0027-person-days.md). Written with profile_facts and person_events and by the same job. person as in profile_facts;
-- day is UTC's; first_at and last_at within it tell the days of any other zone. Neither index holds what changes while a day goes on,
-- so such an update is HOT: the primary key serves a person's days, the other everybody's.
CREATE TABLE person_days (
  project_id uuid NOT NULL,
  person     bigint NOT NULL,
  day        date NOT NULL,
  events     integer NOT NULL,
  first_at   timestamptz(3) NOT NULL,
  last_at    timestamptz(3) NOT NULL,
  PRIMARY KEY (project_id, person, day)
) WITH (fillfactor = 85);
CREATE INDEX person_days_day_idx ON person_days (project_id, day, person);

-- Rows made before there were days are out of date; as with the lifetime counts, what needs them walks events until the job is done.
DROP INDEX profile_facts_outdated_idx;
CREATE INDEX profile_facts_outdated_idx ON profile_facts (project_id, person) WHERE version < 2;
