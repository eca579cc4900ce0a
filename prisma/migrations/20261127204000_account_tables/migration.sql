-- Accounts as lists and pages need them (docs/decisions/0061-accounts.md). What customers say stays in accounts,
-- account_members and the three registers below; everything after them is materialized by the facts job.

ALTER TABLE projects
  ADD COLUMN account_property  text    NOT NULL DEFAULT '',
  ADD COLUMN account_by_domain boolean NOT NULL DEFAULT false;

-- merged_into: the id that stands for a merged account; null for itself. erased_until: what was said up to then is ignored.
ALTER TABLE accounts
  ADD COLUMN merged_into  text,
  ADD COLUMN erased_until timestamptz(3);
CREATE INDEX accounts_merged_into_idx ON accounts (project_id, merged_into) WHERE merged_into IS NOT NULL;

-- "This identity left this account at until_ts": one register a pair, the newest (ts, op_id) wins.
CREATE TABLE account_left (
  project_id uuid NOT NULL,
  account_id text NOT NULL,
  actor_id   bigint NOT NULL,
  is_on      boolean NOT NULL,
  until_ts   timestamptz(3) NOT NULL,
  ts         timestamptz(3) NOT NULL,
  op_id      uuid NOT NULL,
  made_by    text,
  PRIMARY KEY (project_id, account_id, actor_id)
);
CREATE INDEX account_left_actor_id_idx ON account_left (project_id, actor_id);

-- "a and b are one account": one register an unordered pair, a < b in byte order.
CREATE TABLE account_aliases (
  project_id uuid NOT NULL,
  a          text COLLATE "C" NOT NULL,
  b          text COLLATE "C" NOT NULL,
  is_on      boolean NOT NULL,
  ts         timestamptz(3) NOT NULL,
  op_id      uuid NOT NULL,
  made_by    text,
  PRIMARY KEY (project_id, a, b)
);
CREATE INDEX account_aliases_b_idx ON account_aliases (project_id, b);

-- How an account's properties came to be: one row a write of a property.
CREATE TABLE account_changes (
  project_id uuid NOT NULL,
  account_id text NOT NULL,
  ts         timestamptz(3) NOT NULL,
  id         uuid NOT NULL,
  key        text NOT NULL,
  value      jsonb NOT NULL,
  PRIMARY KEY (project_id, account_id, ts, id, key)
);

-- ── materialized ────────────────────────────────────────────────────────────

ALTER TABLE profile_facts ADD COLUMN is_internal boolean NOT NULL DEFAULT false;

-- A person in an account. person: as in profile_facts. until null: still a member. What they did while they belonged:
-- events, revenue, first_at and last_at, and on which UTC days (days, day_events).
CREATE TABLE account_people (
  project_id  uuid NOT NULL,
  account_id  text NOT NULL,
  person      bigint NOT NULL,
  reasons     text[] NOT NULL,
  since       timestamptz(3) NOT NULL,
  until       timestamptz(3),
  events      bigint NOT NULL DEFAULT 0,
  revenue     bigint NOT NULL DEFAULT 0,
  first_at    timestamptz(3),
  last_at     timestamptz(3),
  days        date[] NOT NULL DEFAULT '{}',
  day_events  integer[] NOT NULL DEFAULT '{}',
  is_internal boolean NOT NULL DEFAULT false,
  PRIMARY KEY (project_id, account_id, person)
) WITH (fillfactor = 80);
CREATE INDEX account_people_person_idx ON account_people (project_id, person);
CREATE INDEX account_people_last_at_idx ON account_people (project_id, account_id, last_at, person);

-- How often a person did an event while they belonged to the account.
CREATE TABLE account_events (
  project_id uuid NOT NULL,
  account_id text NOT NULL,
  person     bigint NOT NULL,
  name       text NOT NULL,
  events     integer NOT NULL,
  first_at   timestamptz(3) NOT NULL,
  last_at    timestamptz(3) NOT NULL,
  PRIMARY KEY (project_id, account_id, person, name)
) WITH (fillfactor = 80);
CREATE INDEX account_events_name_idx ON account_events (project_id, name, last_at, account_id, person);

-- Sums over the people of an account who are not of the project's own team: by UTC day, by week (of its Monday), by event.
CREATE TABLE account_days (
  project_id uuid NOT NULL,
  account_id text NOT NULL,
  day        date NOT NULL,
  people     integer NOT NULL,
  events     integer NOT NULL,
  PRIMARY KEY (project_id, account_id, day)
) WITH (fillfactor = 80);
CREATE TABLE account_weeks (
  project_id uuid NOT NULL,
  account_id text NOT NULL,
  week       date NOT NULL,
  people     integer NOT NULL,
  PRIMARY KEY (project_id, account_id, week)
) WITH (fillfactor = 80);
CREATE TABLE account_names (
  project_id uuid NOT NULL,
  account_id text NOT NULL,
  name       text NOT NULL,
  people     integer NOT NULL,
  events     bigint NOT NULL,
  PRIMARY KEY (project_id, account_id, name)
) WITH (fillfactor = 80);

-- What lists sort and filter by, one row an account that is not merged into another.
CREATE TABLE account_facts (
  project_id       uuid NOT NULL,
  account_id       text NOT NULL,
  name_key         text NOT NULL,
  name             text,
  type             text,
  domain           text,
  people           integer NOT NULL,
  joined_30        integer NOT NULL,
  active_7         integer NOT NULL,
  active_30        integer NOT NULL,
  events_30        integer NOT NULL,
  events_30_before integer NOT NULL,
  week_people      integer[] NOT NULL,
  features_used    integer NOT NULL,
  first_seen       timestamptz(3),
  last_seen        timestamptz(3),
  revenue          bigint NOT NULL,
  properties       jsonb NOT NULL,
  search_text      text NOT NULL,
  is_internal      boolean NOT NULL DEFAULT false,
  computed_on      date NOT NULL,
  version          smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, account_id)
) WITH (fillfactor = 80);
CREATE INDEX account_facts_name_idx ON account_facts (project_id, name_key, account_id);
CREATE INDEX account_facts_people_idx ON account_facts (project_id, people, account_id);
CREATE INDEX account_facts_active_7_idx ON account_facts (project_id, active_7, account_id);
CREATE INDEX account_facts_active_30_idx ON account_facts (project_id, active_30, account_id);
CREATE INDEX account_facts_events_30_idx ON account_facts (project_id, events_30, account_id);
CREATE INDEX account_facts_features_idx ON account_facts (project_id, features_used, account_id);
CREATE INDEX account_facts_first_seen_idx ON account_facts (project_id, first_seen, account_id);
CREATE INDEX account_facts_last_seen_idx ON account_facts (project_id, last_seen, account_id);
CREATE INDEX account_facts_revenue_idx ON account_facts (project_id, revenue, account_id);
CREATE INDEX account_facts_type_idx ON account_facts (project_id, type, account_id);
CREATE INDEX account_facts_domain_idx ON account_facts (project_id, domain, account_id);
CREATE INDEX account_facts_computed_on_idx ON account_facts (project_id, computed_on, account_id);
CREATE INDEX account_facts_properties_idx ON account_facts USING gin (project_id, properties jsonb_path_ops);
CREATE INDEX account_facts_search_idx ON account_facts USING gin (project_id, search_text gin_trgm_ops);

-- ── what the job has yet to do ──────────────────────────────────────────────

-- Accounts whose facts are out of date.
CREATE TABLE account_stale (
  project_id uuid NOT NULL,
  account_id text NOT NULL,
  PRIMARY KEY (project_id, account_id)
);
-- People of an account from from_person on, whose memberships are worked out again; account_id '': everybody.
CREATE TABLE account_work (
  project_id  uuid NOT NULL,
  account_id  text NOT NULL,
  from_person bigint NOT NULL,
  to_person   bigint NOT NULL,
  id          uuid NOT NULL,
  PRIMARY KEY (project_id, id)
);

-- Projects that have accounts already: everybody is worked out once.
INSERT INTO account_work (project_id, account_id, from_person, to_person, id)
SELECT project_id, '', -9007199254740991, 9007199254740991, gen_random_uuid() FROM accounts GROUP BY project_id;
INSERT INTO account_stale (project_id, account_id) SELECT project_id, id FROM accounts;
