-- How many megabytes of property values a project may hold (docs/decisions/0046-ceilings.md). lib/projects/settings.ts says
-- the same default.
ALTER TABLE projects ADD COLUMN max_property_megabytes integer NOT NULL DEFAULT 10000;

-- kept_bytes of a user id: its document without the braces, and 150 bytes beside name and value for each of its increments.
UPDATE identities i
   SET kept_bytes = least(octet_length(i.props::text) - 2 + coalesce(
         (SELECT sum(150 + octet_length(p.key) + octet_length(p.value::text)) FROM prop_ops p
           WHERE p.project_id = i.project_id AND p.actor_id = i.id), 0), 2147483647)::int
 WHERE i.kind = 'u' AND i.props <> '{}';

-- Of streams it is known; but what erasures took from shared ones had not been taken off.
UPDATE identities i SET kept_changes = p.changes, kept_bytes = p.bytes
  FROM (SELECT s.project_id, s.id, count(o.id)::int AS changes,
               least(coalesce(sum(octet_length(o.key) + octet_length(o.value::text)), 0), 2147483647)::int AS bytes
          FROM identities s LEFT JOIN prop_ops o ON o.project_id = s.project_id AND o.actor_id = s.id
         WHERE s.kind = 'a' AND s.kept_changes > 0 GROUP BY s.project_id, s.id) p
 WHERE i.project_id = p.project_id AND i.id = p.id AND (i.kept_changes, i.kept_bytes) <> (p.changes, p.bytes);

INSERT INTO project_usage (project_id, kind, used)
SELECT project_id, 'values', sum(bytes)::bigint
  FROM (SELECT project_id, kept_changes::bigint * 150 + kept_bytes AS bytes FROM identities WHERE kept_bytes > 0
        UNION ALL
        SELECT project_id, octet_length(registers::text) - 2 FROM accounts WHERE registers <> '{}') v
 GROUP BY project_id;

-- Whoever has much already goes on as before, with as much again.
UPDATE projects p SET max_property_megabytes = least(ceil(u.used * 2 / 1000000.0), 1000000000)::int
  FROM project_usage u
 WHERE u.project_id = p.id AND u.kind = 'values' AND u.used > 5000000000;
