-- How many property changes are kept of a stream, and their bytes: a fold over a person's devices reads as many as it may
-- without counting them first (docs/decisions/0031-limits-of-properties.md). Counted once for what is there already.
ALTER TABLE identities
  ADD COLUMN kept_changes integer NOT NULL DEFAULT 0,
  ADD COLUMN kept_bytes   integer NOT NULL DEFAULT 0;
UPDATE identities i SET kept_changes = p.count, kept_bytes = p.bytes
  FROM (SELECT project_id, actor_id, least(count(*), 2147483647)::int AS count,
               least(sum(octet_length(key) + octet_length(value::text)), 2147483647)::int AS bytes
          FROM prop_ops GROUP BY project_id, actor_id) p
 WHERE i.project_id = p.project_id AND i.id = p.actor_id AND i.kind = 'a';
