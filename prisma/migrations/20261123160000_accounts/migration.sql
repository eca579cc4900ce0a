-- Companies, and who belongs to them since when. Everything is a fold that commutes (least, greatest, the newest write by
-- (ts, operation id)), so arrival order cannot matter, as everywhere in the data plane.
-- id: what the customer calls it. registers: each property's winning write; type, name and properties are what they fold to.
CREATE TABLE accounts (
  project_id uuid NOT NULL,
  id         text NOT NULL,
  type       text,
  name       text,
  properties jsonb NOT NULL DEFAULT '{}',
  registers  jsonb NOT NULL DEFAULT '{}',
  first_seen timestamptz(3),
  last_seen  timestamptz(3),
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (project_id, id)
) WITH (fillfactor = 80);

-- actor_id: a user identity or an anonymous stream, never a person: whose it is follows from persons and spans, as for events.
CREATE TABLE account_members (
  project_id uuid NOT NULL,
  account_id text NOT NULL,
  actor_id   bigint NOT NULL,
  first_ts   timestamptz(3) NOT NULL,
  last_ts    timestamptz(3) NOT NULL,
  PRIMARY KEY (project_id, account_id, actor_id)
) WITH (fillfactor = 80);
CREATE INDEX account_members_actor_id_idx ON account_members (project_id, actor_id);
