import sql from "sql-template-tag";
import type { Tx, UnitOfWork } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import type { Registers } from "@/lib/identity/fold";
import type { PropertySpace } from "@/lib/identity/space";
import type { Uses } from "@/lib/projects/usage.store";
import { describeAccount, type GroupOperation, groupDeltas } from "./rule";

/**
 * Writes what stored operations say of accounts and of who belongs to them; nothing at all when they name none. Rows
 * are taken in the order of their keys, after everything else of the batch (the last phase of the lock order). Two
 * statements along the primary keys, two more for accounts that were described, whose properties take of `space`.
 * `refuse` is told what had no place, in words, and `counted` how many accounts there are when some were made.
 */
export async function writeAccounts(
  unit: UnitOfWork,
  projectId: string,
  operations: readonly GroupOperation[],
  space: PropertySpace,
  refuse: (operationId: string, warning: string) => void,
  counted: (uses: Partial<Uses>) => void,
): Promise<void> {
  const { tx } = unit;
  const naming = operations.filter(({ operation }) => operation.groups.length > 0);
  if (naming.length === 0) return;
  const { accounts, members } = groupDeltas(naming);
  const seen = accounts.map((account) => ({
    id: account.id,
    f: timestamp(account.firstSeen),
    l: timestamp(account.lastSeen),
    c: timestamp(account.createdAt),
  }));
  // Each is one statement, so its rows are locked in the order of its ORDER BY.
  const written = tx
    .query<{ used: number }>(
      prepared(sql`
      WITH written AS (
        INSERT INTO accounts AS a (project_id, id, first_seen, last_seen, created_at)
        SELECT ${projectId}::uuid, q.id, q.f, q.l, q.c FROM json_to_recordset(${JSON.stringify(seen)}::json)
            AS q(id text, f timestamptz, l timestamptz, c timestamptz) ORDER BY q.id COLLATE "C"
        ON CONFLICT (project_id, id) DO UPDATE
          SET first_seen = least(a.first_seen, excluded.first_seen),
              last_seen = greatest(a.last_seen, excluded.last_seen),
              created_at = least(a.created_at, excluded.created_at)
        RETURNING xmax = 0 AS made)
      INSERT INTO project_usage AS u (project_id, kind, used)
      SELECT ${projectId}::uuid, 'accounts', count(*) FROM written WHERE made HAVING count(*) > 0
      ON CONFLICT (project_id, kind) DO UPDATE SET used = u.used + excluded.used
      RETURNING used`),
    )
    .then(({ rows }) => rows[0] && counted({ accounts: rows[0].used }));
  const belonging = members.map((m) => ({ a: m.accountId, i: m.actorId, f: timestamp(m.first), l: timestamp(m.last) }));
  const joined =
    members.length === 0
      ? Promise.resolve()
      : tx.query(
          prepared(sql`
            INSERT INTO account_members AS m (project_id, account_id, actor_id, first_ts, last_ts)
            SELECT ${projectId}::uuid, q.a, q.i, q.f, q.l FROM json_to_recordset(${JSON.stringify(belonging)}::json)
                AS q(a text, i bigint, f timestamptz, l timestamptz) ORDER BY q.a COLLATE "C", q.i
            ON CONFLICT (project_id, account_id, actor_id) DO UPDATE
              SET first_ts = least(m.first_ts, excluded.first_ts), last_ts = greatest(m.last_ts, excluded.last_ts)`),
        );
  const described = accounts.filter((account) => account.described.length > 0);
  if (described.length === 0) {
    unit.defer(written);
    unit.defer(joined);
    return;
  }
  // Locked by the statement before; an account that is only named keeps its document unread.
  const reading = tx.query<{ id: string; registers: Registers }>(
    prepared(sql`
      SELECT id, registers FROM accounts
       WHERE project_id = ${projectId} AND id = ANY(${described.map(({ id }) => id)}::text[])`),
  );
  const [, , { rows }] = await Promise.all([written, joined, reading]);
  const registers = new Map(rows.map((row) => [row.id, row.registers]));
  const facts = described.map(({ id, described: changes }) => {
    const account = describeAccount(registers.get(id) ?? {}, changes, space, refuse);
    return { id, t: account.type, n: account.name, p: account.properties, r: account.registers };
  });
  unit.defer(
    tx.query(
      prepared(sql`
        UPDATE accounts a SET type = q.t, name = q.n, properties = q.p, registers = q.r
          FROM json_to_recordset(${JSON.stringify(facts)}::json) AS q(id text, t text, n text, p jsonb, r jsonb)
         WHERE a.project_id = ${projectId} AND a.id = q.id`),
    ),
  );
}

/**
 * Erasure: forgets which accounts identities belong to; the accounts stay, they are no person.
 * account_members_actor_id_idx.
 */
export async function eraseMembers(tx: Tx, projectId: string, actorIds: readonly number[]): Promise<void> {
  await tx.query(
    sql`DELETE FROM account_members WHERE project_id = ${projectId} AND actor_id = ANY(${actorIds}::bigint[])`,
  );
}

/**
 * Erasure on a stream others have a part of: rebuilds its memberships from the events that are in no range of an
 * erasure (its ranges are written by then). O(events of the stream) on events_actor_ts_idx, and only when it is a
 * member of anything.
 */
export async function eraseMemberStretches(tx: Tx, projectId: string, streamId: number): Promise<void> {
  const { rowCount } = await tx.query(
    sql`DELETE FROM account_members WHERE project_id = ${projectId} AND actor_id = ${streamId}`,
  );
  if (rowCount === 0) return;
  await tx.query(sql`
    INSERT INTO account_members (project_id, account_id, actor_id, first_ts, last_ts)
    SELECT ${projectId}::uuid, g.id, ${streamId}::bigint, min(e.ts), max(e.ts)
      FROM events e CROSS JOIN LATERAL unnest(e.groups) g(id)
     WHERE e.project_id = ${projectId} AND e.actor_id = ${streamId} AND NOT (e.kind = 'group' AND e.name = 'group')
       AND NOT EXISTS (SELECT 1 FROM erase_lanes l WHERE l.project_id = ${projectId} AND l.actor_id = ${streamId}
                          AND e.ts >= l.from_ts AND e.ts < l.to_ts)
     GROUP BY g.id ORDER BY g.id COLLATE "C"`);
}
