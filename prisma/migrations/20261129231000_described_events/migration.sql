-- Descriptions of accounts (`group` operations), by account: erasing the account, or a person whom it names, finds all
-- of them. A `group` operation names one account.
CREATE INDEX events_described_idx ON events (project_id, (groups[1]), id) WHERE kind = 'group' AND name = 'group';

-- What was kept of accounts erased before.
UPDATE events e SET properties = '{}'
  FROM accounts a
 WHERE a.project_id = e.project_id AND a.id = e.groups[1] AND e.kind = 'group' AND e.name = 'group'
   AND e.ts <= a.erased_until AND e.properties <> '{}';
