-- How much of everything a project may hold (docs/decisions/0046-ceilings.md). lib/projects/settings.ts says the same defaults.
ALTER TABLE projects
  ADD COLUMN max_people             integer NOT NULL DEFAULT 1000000,
  ADD COLUMN max_devices            integer NOT NULL DEFAULT 5000000,
  ADD COLUMN max_accounts           integer NOT NULL DEFAULT 100000,
  ADD COLUMN max_event_names        integer NOT NULL DEFAULT 2000,
  ADD COLUMN max_properties         integer NOT NULL DEFAULT 2000,
  ADD COLUMN max_megabytes_per_hour integer NOT NULL DEFAULT 1000;

-- How many a project holds, kept up to date with the rows themselves: "people" (user ids), "devices" (streams), "accounts".
CREATE TABLE project_usage (
  project_id uuid   NOT NULL,
  kind       text   NOT NULL,
  used       bigint NOT NULL,
  PRIMARY KEY (project_id, kind)
);
INSERT INTO project_usage (project_id, kind, used)
SELECT project_id, CASE kind WHEN 'u' THEN 'people' ELSE 'devices' END, count(*) FROM identities GROUP BY project_id, kind
UNION ALL SELECT project_id, 'accounts', count(*) FROM accounts GROUP BY project_id;

-- Names that came up: of events ("event") and of people's properties ("property"). As many rows as the ceilings allow.
CREATE TABLE project_names (
  project_id uuid NOT NULL,
  kind       text NOT NULL,
  name       text NOT NULL,
  PRIMARY KEY (project_id, kind, name)
);
-- One step of events_name_ts_idx a name, not a walk over all events.
WITH RECURSIVE names AS (
  (SELECT project_id, name FROM events WHERE kind = 'event' ORDER BY project_id, name LIMIT 1)
  UNION ALL
  SELECT next.project_id, next.name FROM names n CROSS JOIN LATERAL (
    SELECT e.project_id, e.name FROM events e
     WHERE e.kind = 'event' AND (e.project_id, e.name) > (n.project_id, n.name)
     ORDER BY e.project_id, e.name LIMIT 1) next)
INSERT INTO project_names (project_id, kind, name) SELECT project_id, 'event', name FROM names;
INSERT INTO project_names (project_id, kind, name)
SELECT i.project_id, 'property', k.key FROM identities i CROSS JOIN LATERAL jsonb_object_keys(i.props) k(key)
 WHERE i.props <> '{}' AND octet_length(k.key) <= 1024
UNION SELECT project_id, 'property', key FROM prop_ops WHERE octet_length(key) <= 1024;
