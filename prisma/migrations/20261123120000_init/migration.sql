-- Throughline's first schema. Two planes:
--   control plane: members, organizations, projects, clients;
--   data plane: what tracked people did. Every key there leads with project_id, so Citus can shard it.
-- The data plane implements the rules of docs/identity.md; its locks and keys are E3.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- ── control plane ───────────────────────────────────────────────────────────
CREATE TABLE members (
  id            uuid PRIMARY KEY,
  email         text NOT NULL,
  name          text NOT NULL,
  password_hash text NOT NULL,
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT members_email_lowercase CHECK (email = lower(email))
);
CREATE UNIQUE INDEX members_email_key ON members (email);

CREATE TABLE organizations (
  id         uuid PRIMARY KEY,
  name       text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE memberships (
  organization_id uuid NOT NULL,
  member_id       uuid NOT NULL,
  role            text NOT NULL,
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, member_id),
  CONSTRAINT memberships_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT memberships_member_id_fkey FOREIGN KEY (member_id) REFERENCES members (id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT memberships_role_known CHECK (role IN ('owner', 'admin', 'member'))
);
CREATE INDEX memberships_member_id_idx ON memberships (member_id);

CREATE TABLE projects (
  id                      uuid PRIMARY KEY,
  organization_id         uuid NOT NULL,
  name                    text NOT NULL,
  domain                  text,
  allowed_origins         text[] NOT NULL DEFAULT '{}',
  recognition             text NOT NULL DEFAULT 'device',
  cookieless_claim        text NOT NULL DEFAULT '30m',
  kiosk                   boolean NOT NULL DEFAULT false,
  require_signed_identify boolean NOT NULL DEFAULT false,
  identify_secret         text NOT NULL,
  blocked_ids             text[] NOT NULL DEFAULT '{}',
  max_lateness_days       integer NOT NULL DEFAULT 90,
  created_at              timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT projects_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT projects_recognition_known CHECK (recognition IN ('device', 'cookieless')),
  CONSTRAINT projects_cookieless_claim_known CHECK (cookieless_claim IN ('off', '30m', 'day'))
);
CREATE INDEX projects_organization_id_idx ON projects (organization_id);

-- A client is an API key pair. Only the SHA-256 of its secret is kept: secrets are 256 random bits, so a slow hash adds nothing.
CREATE TABLE clients (
  id          uuid PRIMARY KEY,
  project_id  uuid NOT NULL,
  name        text NOT NULL,
  mode        text NOT NULL,
  secret_hash text NOT NULL,
  created_at  timestamptz(3) NOT NULL DEFAULT now(),
  revoked_at  timestamptz(3),
  CONSTRAINT clients_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT clients_mode_known CHECK (mode IN ('write', 'read', 'root'))
);
CREATE INDEX clients_project_id_idx ON clients (project_id);

-- One salt a day for cookieless stream ids; destroyed after two days, after which nobody can recompute one.
CREATE TABLE salts (
  day  date PRIMARY KEY,
  salt bytea NOT NULL
);

-- ── data plane ──────────────────────────────────────────────────────────────
-- (project, kind, ext_id) -> one immutable internal id. kind 'u': a user id the customer gives; 'a': an anonymous stream.
CREATE SEQUENCE profile_id_seq AS bigint;
CREATE TABLE identities (
  project_id      uuid NOT NULL,
  id              bigserial NOT NULL,
  kind            text NOT NULL,
  ext_id          text NOT NULL,
  stream_class    text,
  profile_id      bigint,
  seen_users      bigint[] NOT NULL DEFAULT '{}',
  contended       boolean NOT NULL DEFAULT false,
  first_seen      timestamptz(3),
  last_seen       timestamptz(3),
  event_count     bigint NOT NULL DEFAULT 0,
  props           jsonb NOT NULL DEFAULT '{}',
  claims_since    timestamptz(3),
  claims_count    integer NOT NULL DEFAULT 0,
  erased_until    timestamptz(3),
  suppressed      boolean NOT NULL DEFAULT false,
  created_at      timestamptz(3),
  PRIMARY KEY (project_id, id),
  CONSTRAINT identities_kind_known CHECK (kind IN ('u', 'a')),
  CONSTRAINT identities_profile_iff_user CHECK ((kind = 'u') = (profile_id IS NOT NULL)),
  CONSTRAINT identities_class_iff_stream CHECK ((kind = 'a') = (stream_class IS NOT NULL)),
  CONSTRAINT identities_class_known CHECK (stream_class IN ('sdk', 'kiosk', 'cookieless'))
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX identities_ext_id_key ON identities (project_id, kind, ext_id);
CREATE INDEX identities_profile_id_idx ON identities (project_id, profile_id) WHERE profile_id IS NOT NULL;

-- A stream's time line, cut into half-open stretches that tile it. owner_id: a user identity, NULL (nobody), or 0 (erased).
CREATE TABLE spans (
  project_id  uuid NOT NULL,
  stream_id   bigint NOT NULL,
  from_ts     timestamptz(3) NOT NULL DEFAULT '-infinity',
  to_ts       timestamptz(3) NOT NULL DEFAULT 'infinity',
  owner_id    bigint,
  run_first   timestamptz(3),
  run_last    timestamptz(3),
  first_seen  timestamptz(3),
  last_seen   timestamptz(3),
  event_count bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, stream_id, from_ts),
  CONSTRAINT spans_not_empty CHECK (from_ts < to_ts),
  CONSTRAINT spans_run_iff_owned CHECK ((owner_id IS NULL) = (run_first IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX spans_owner_id_idx ON spans (project_id, owner_id) WHERE owner_id IS NOT NULL;

-- What happened. Rows are immutable: the actor is the user id the operation was sent with, or else its stream (docs/identity.md R5, P3).
CREATE TABLE events (
  project_id  uuid NOT NULL,
  id          uuid NOT NULL,
  actor_id    bigint,
  stream_id   bigint,
  session_id  uuid,
  ts          timestamptz(3) NOT NULL,
  received_at timestamptz(3) NOT NULL,
  kind        text NOT NULL,
  name        text NOT NULL,
  active      boolean NOT NULL,
  claim       boolean NOT NULL,
  origin      text,
  path        text,
  title       text,
  referrer    text,
  country     text,
  city        text,
  device      text,
  browser     text,
  os          text,
  revenue     bigint,
  groups      text[],
  properties  jsonb NOT NULL DEFAULT '{}',
  warnings    text[],
  PRIMARY KEY (project_id, id),
  CONSTRAINT events_kind_known CHECK (kind IN ('event', 'identify', 'property', 'alias', 'group'))
);
-- The one index identity resolution and the timeline need.
CREATE INDEX events_actor_ts_idx ON events (project_id, actor_id, ts DESC, id DESC);

-- One row a (visit, actor): min, max, argmin, argmax and sums only, so arrival order cannot matter.
CREATE TABLE sessions (
  project_id  uuid NOT NULL,
  session_id  uuid NOT NULL,
  actor_id    bigint NOT NULL,
  stream_id   bigint,
  assigned    boolean NOT NULL DEFAULT false,
  started_at  timestamptz(3) NOT NULL,
  started_id  uuid NOT NULL,
  ended_at    timestamptz(3) NOT NULL,
  event_count bigint NOT NULL,
  page_views  bigint NOT NULL DEFAULT 0,
  revenue     bigint NOT NULL DEFAULT 0,
  entry_path  text,
  entry_at    timestamptz(3),
  entry_id    uuid,
  exit_path   text,
  exit_at     timestamptz(3),
  exit_id     uuid,
  context     jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (project_id, session_id, actor_id)
) WITH (fillfactor = 80);
CREATE INDEX sessions_actor_started_idx ON sessions (project_id, actor_id, started_at DESC);
CREATE INDEX sessions_stream_ended_idx ON sessions (project_id, stream_id, ended_at DESC) WHERE assigned;

-- A person's cold row: the fold of the properties of all their identities, and what search looks at.
CREATE TABLE profiles (
  project_id  uuid NOT NULL,
  id          bigint NOT NULL,
  display_id  text NOT NULL,
  name        text,
  email       text,
  avatar      text,
  props       jsonb NOT NULL DEFAULT '{}',
  search_text text NOT NULL DEFAULT '',
  created_at  timestamptz(3),
  PRIMARY KEY (project_id, id)
);
CREATE INDEX profiles_props_idx ON profiles USING gin (project_id, props jsonb_path_ops);
CREATE INDEX profiles_search_idx ON profiles USING gin (project_id, search_text gin_trgm_ops);

-- A person's hot row. last_min is last_seen cut to the minute: the index on it keeps most updates HOT (docs/identity.md E5).
CREATE TABLE profile_stats (
  project_id  uuid NOT NULL,
  profile_id  bigint NOT NULL,
  first_seen  timestamptz(3),
  last_seen   timestamptz(3),
  last_min    timestamptz(3),
  event_count bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, profile_id)
) WITH (fillfactor = 70);
CREATE INDEX profile_stats_last_min_idx ON profile_stats (project_id, last_min DESC NULLS LAST, profile_id DESC);

-- "a and b are one person", one register an unordered pair of user identities; the newest (ts, op_id) wins.
CREATE TABLE alias_edges (
  project_id uuid NOT NULL,
  a          bigint NOT NULL,
  b          bigint NOT NULL,
  is_on      boolean NOT NULL,
  ts         timestamptz(3) NOT NULL,
  op_id      uuid NOT NULL,
  made_by    text,
  PRIMARY KEY (project_id, a, b),
  CONSTRAINT alias_edges_ordered CHECK (a < b)
);
CREATE INDEX alias_edges_b_idx ON alias_edges (project_id, b);

-- Property operations that cannot be folded into one document: all those of streams, the increments of users.
CREATE TABLE prop_ops (
  project_id uuid NOT NULL,
  actor_id   bigint NOT NULL,
  key        text NOT NULL,
  mode       text NOT NULL,
  ts         timestamptz(3) NOT NULL,
  id         uuid NOT NULL,
  value      jsonb NOT NULL,
  PRIMARY KEY (project_id, actor_id, key, mode, ts, id),
  CONSTRAINT prop_ops_mode_known CHECK (mode IN ('set', 'set_once', 'increment'))
);

-- Evidence that (stream, user) belong together is ignored up to `until` (docs/identity.md R14).
CREATE TABLE detached (
  project_id uuid NOT NULL,
  stream_id  bigint NOT NULL,
  user_id    bigint NOT NULL,
  until      timestamptz(3) NOT NULL,
  made_by    text,
  PRIMARY KEY (project_id, stream_id, user_id)
);

-- Tombstones: an HMAC of the id, never the id.
CREATE TABLE erased_ids (
  project_id uuid NOT NULL,
  kind       text NOT NULL,
  id_hash    bytea NOT NULL,
  until      timestamptz(3) NOT NULL,
  suppress   boolean NOT NULL DEFAULT false,
  PRIMARY KEY (project_id, kind, id_hash)
);

-- Erasure happens in the first transaction (nothing finds the person any more); these drive the deletion of the rows.
CREATE TABLE erase_jobs (
  project_id   uuid NOT NULL,
  id           uuid NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamptz(3) NOT NULL,
  finished_at  timestamptz(3),
  receipt      jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (project_id, id)
);
CREATE TABLE erase_lanes (
  project_id uuid NOT NULL,
  job_id     uuid NOT NULL,
  actor_id   bigint NOT NULL,
  from_ts    timestamptz(3) NOT NULL,
  to_ts      timestamptz(3) NOT NULL,
  PRIMARY KEY (project_id, job_id, actor_id, from_ts)
);
