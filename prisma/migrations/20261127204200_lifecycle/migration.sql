-- The states of people's lives (docs/lifecycle.md, docs/decisions/0065-lifecycle.md): person_states has the days [since, until) of each,
-- future ones included, as silence alone leads to them: time passes without a write. The chart reads lifecycle_moves, which adds them up.
-- The first index serves a person's states, the second everybody's in one state on a day: most that ended before it are not read.
CREATE TABLE person_states (
  project_id uuid NOT NULL,
  person     bigint NOT NULL,
  since      date NOT NULL,
  until      date NOT NULL,
  state      smallint NOT NULL,
  PRIMARY KEY (project_id, person, since)
);
CREATE INDEX person_states_state_idx ON person_states (project_id, state, until, since, person);

-- How many people a day finds in another state than the end of the week before. who: identified or anonymous. was is 0 for people who had
-- not been seen.
CREATE TABLE lifecycle_moves (
  project_id uuid NOT NULL,
  who        text NOT NULL,
  day        date NOT NULL,
  was        smallint NOT NULL,
  became     smallint NOT NULL,
  people     bigint NOT NULL,
  PRIMARY KEY (project_id, who, day, was, became)
) WITH (fillfactor = 50);

-- The thresholds states are made by. swept_to: up to which person a new rule has been applied; null once to all. ready: to all, ever.
CREATE TABLE lifecycle_rules (
  project_id uuid NOT NULL PRIMARY KEY,
  rule       jsonb NOT NULL,
  tuned_at   timestamptz(3) NOT NULL,
  swept_to   bigint,
  ready      boolean NOT NULL DEFAULT false
);

ALTER TABLE profile_facts ADD COLUMN state text;

ALTER TABLE projects
  ADD COLUMN slipping_gaps     integer NOT NULL DEFAULT 3,
  ADD COLUMN slipping_min_days integer NOT NULL DEFAULT 5,
  ADD COLUMN slipping_max_days integer NOT NULL DEFAULT 45,
  ADD COLUMN dormant_gaps      integer NOT NULL DEFAULT 9,
  ADD COLUMN dormant_min_days  integer NOT NULL DEFAULT 21,
  ADD COLUMN dormant_max_days  integer NOT NULL DEFAULT 90;
