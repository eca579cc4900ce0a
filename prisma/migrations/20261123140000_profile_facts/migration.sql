-- What lists sort and filter by and the engine does not keep: one row a person, profiles and anonymous visitors alike, so that
-- one index serves every tab. person: a profile's id, or minus the id of a visitor's stream. Written by lib/jobs/facts only,
-- a second or two behind the engine; first_seen, last_seen and event_count are copies that say what the row was made from.
CREATE TABLE profile_facts (
  project_id     uuid NOT NULL,
  person         bigint NOT NULL,
  anonymous      boolean NOT NULL GENERATED ALWAYS AS (person < 0) STORED,
  first_seen     timestamptz(3),
  last_seen      timestamptz(3),
  event_count    bigint NOT NULL,
  sessions       integer NOT NULL,
  active_days    integer NOT NULL,
  days_7         smallint NOT NULL,
  days_30        smallint NOT NULL,
  days_90        smallint NOT NULL,
  events_7       integer NOT NULL,
  events_30      integer NOT NULL,
  events_90      integer NOT NULL,
  usual_gap_days real,
  quiet_at       timestamptz(3),
  signed_up_at   timestamptz(3),
  handle         text COLLATE "C" NOT NULL,
  name           text,
  email          text COLLATE "C",
  name_key       text,
  country        text,
  city           text,
  device         text,
  browser        text,
  os             text,
  source         text,
  referrer       text,
  landing_path   text,
  utm_source     text,
  utm_medium     text,
  utm_campaign   text,
  last_event     text,
  stopped        text,
  accounts       text[] NOT NULL DEFAULT '{}',
  props          jsonb NOT NULL DEFAULT '{}',
  search_text    text,
  computed_on    date NOT NULL,
  PRIMARY KEY (project_id, person)
) WITH (fillfactor = 85);
-- Every order has the same shape: (which list, value, person), read forwards and backwards; NULLs stand at one end.
CREATE INDEX profile_facts_last_seen_idx ON profile_facts (project_id, anonymous, last_seen, person);
CREATE INDEX profile_facts_first_seen_idx ON profile_facts (project_id, anonymous, first_seen, person);
CREATE INDEX profile_facts_events_idx ON profile_facts (project_id, anonymous, event_count, person);
CREATE INDEX profile_facts_sessions_idx ON profile_facts (project_id, anonymous, sessions, person);
CREATE INDEX profile_facts_active_days_idx ON profile_facts (project_id, anonymous, active_days, person);
CREATE INDEX profile_facts_signed_up_idx ON profile_facts (project_id, anonymous, signed_up_at, person);
CREATE INDEX profile_facts_name_idx ON profile_facts (project_id, anonymous, name_key, person);
CREATE INDEX profile_facts_country_idx ON profile_facts (project_id, anonymous, country, person);
CREATE INDEX profile_facts_city_idx ON profile_facts (project_id, anonymous, city, person);
CREATE INDEX profile_facts_device_idx ON profile_facts (project_id, anonymous, device, person);
CREATE INDEX profile_facts_browser_idx ON profile_facts (project_id, anonymous, browser, person);
CREATE INDEX profile_facts_os_idx ON profile_facts (project_id, anonymous, os, person);
CREATE INDEX profile_facts_source_idx ON profile_facts (project_id, anonymous, source, person);
CREATE INDEX profile_facts_quiet_idx ON profile_facts (project_id, quiet_at, person) WHERE person > 0;
CREATE INDEX profile_facts_power_7_idx ON profile_facts (project_id, anonymous, days_7, events_7, person) WHERE days_7 > 0;
CREATE INDEX profile_facts_power_30_idx ON profile_facts (project_id, anonymous, days_30, events_30, person) WHERE days_30 > 0;
CREATE INDEX profile_facts_power_90_idx ON profile_facts (project_id, anonymous, days_90, events_90, person) WHERE days_90 > 0;
-- Starts of ids and e-mails, for searches of one or two characters; LIKE rides on them because the columns sort by bytes.
CREATE INDEX profile_facts_handle_idx ON profile_facts (project_id, handle);
CREATE INDEX profile_facts_email_idx ON profile_facts (project_id, email) WHERE email IS NOT NULL;
-- Visitors who have properties are few; profiles' properties are indexed where they are (profiles_props_idx, profiles_search_idx).
CREATE INDEX profile_facts_props_idx ON profile_facts USING gin (project_id, props jsonb_path_ops) WHERE props <> '{}';
CREATE INDEX profile_facts_search_idx ON profile_facts USING gin (project_id, search_text gin_trgm_ops) WHERE search_text IS NOT NULL;
CREATE INDEX profile_facts_accounts_idx ON profile_facts USING gin (project_id, accounts) WHERE accounts <> '{}';

-- Who did what when, for behaviour filters: all of a name's events in a window, without touching the table.
-- Why an index and not a table of counts: docs/decisions/0022-behaviour-filters.md.
CREATE INDEX events_name_ts_idx ON events (project_id, name, ts, actor_id) WHERE kind = 'event';

-- An ISO 8601 day or instant (UTC where it names no zone) as a time; NULL for any other text, never an error.
CREATE FUNCTION iso_time(value text) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN value ~ '^[1-9]\d{3}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)?)?$'
      OR value ~ '^([1-9]\d(0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)-02-29([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)?)?$'
    THEN CASE WHEN value ~ '[T ].*(Z|[+-]\d\d(:?\d\d)?)$' THEN value::timestamptz ELSE value::timestamp AT TIME ZONE 'UTC' END
  END
$$;
