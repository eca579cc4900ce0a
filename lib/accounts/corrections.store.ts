import sql from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import { connectedComponents } from "@/lib/identity/persons";

/** Who made a statement about an account, when (ms), and in which operation. The newest (ts, opId) wins. */
export type CorrectionStamp = { ts: number; opId: string; madeBy: string };

/** An account found by any of its ids: its canonical id, and all ids merged into it. */
export type MergedAccount = { canonical: string; ids: string[] };

/** The account with this id, if it exists and was not erased. accounts_pkey, accounts_merged_into_idx. */
export async function findAccount(db: Database, projectId: string, id: string): Promise<MergedAccount | null> {
  const { rows } = await db.query<{ id: string; canonical: string }>(sql`
    WITH found AS (
      SELECT coalesce(merged_into, id) AS canonical FROM accounts
       WHERE project_id = ${projectId} AND id = ${id})
    SELECT a.id, found.canonical
      FROM found
      JOIN accounts a
        ON a.project_id = ${projectId} AND (a.id = found.canonical OR a.merged_into = found.canonical)
     WHERE EXISTS (SELECT 1 FROM account_facts f WHERE f.project_id = ${projectId} AND f.account_id = found.canonical)
        OR a.erased_until IS NULL OR a.created_at > a.erased_until
     ORDER BY a.id COLLATE "C"`);
  const [first] = rows;
  return first ? { canonical: first.canonical, ids: rows.map((row) => row.id) } : null;
}

/**
 * Locks the accounts with these ids and all that are merged with them, in key order; returns their ids. Reads them
 * again under the locks, because a merge that held up the locking may have added some.
 */
export async function lockAccounts(tx: Tx, projectId: string, ids: readonly string[]): Promise<string[]> {
  let known = [...ids];
  for (;;) {
    await tx.query("SAVEPOINT accounts");
    await tx.query(sql`
      SELECT 1 FROM accounts WHERE project_id = ${projectId} AND id = ANY(${known}::text[])
       ORDER BY id COLLATE "C" FOR NO KEY UPDATE`);
    const { rows } = await tx.query<{ id: string }>(sql`
      WITH canonical AS (
        SELECT DISTINCT coalesce(merged_into, id) AS id FROM accounts
         WHERE project_id = ${projectId} AND id = ANY(${ids}::text[]))
      SELECT a.id FROM canonical c
        JOIN accounts a ON a.project_id = ${projectId} AND (a.id = c.id OR a.merged_into = c.id)
       ORDER BY a.id COLLATE "C"`);
    const current = rows.map(({ id }) => id);
    if (current.every((id) => known.includes(id))) return current;
    await tx.query("ROLLBACK TO SAVEPOINT accounts");
    known = current;
  }
}

/** Writes the merge register of two accounts; returns false if it holds a newer statement. Primary key. */
export async function writeAccountAlias(
  tx: Tx,
  projectId: string,
  [one, other]: readonly [string, string],
  isOn: boolean,
  { ts, opId, madeBy }: CorrectionStamp,
): Promise<boolean> {
  const [a, b] = one < other ? [one, other] : [other, one];
  const { rowCount } = await tx.query(sql`
    INSERT INTO account_aliases AS x (project_id, a, b, is_on, ts, op_id, made_by)
    VALUES (${projectId}, ${a}, ${b}, ${isOn}, ${timestamp(ts)}, ${opId}, ${madeBy})
    ON CONFLICT (project_id, a, b) DO UPDATE
       SET is_on = excluded.is_on, ts = excluded.ts, op_id = excluded.op_id, made_by = excluded.made_by
     WHERE (excluded.ts, excluded.op_id) > (x.ts, x.op_id)`);
  return rowCount === 1;
}

/** Pairs among locked accounts that are currently merged. account_aliases_pkey. */
export async function aliasesAmong(
  db: Database,
  projectId: string,
  ids: readonly string[],
): Promise<{ a: string; b: string; ts: number; madeBy: string | null }[]> {
  const { rows } = await db.query<{ a: string; b: string; ts: number; madeBy: string | null }>(sql`
    SELECT a, b, ts, made_by AS "madeBy" FROM account_aliases
     WHERE project_id = ${projectId} AND a = ANY(${ids}::text[]) AND b = ANY(${ids}::text[]) AND is_on
     ORDER BY ts DESC, a, b`);
  return rows;
}

/**
 * Sets the canonical id of locked accounts after a register changed: the smallest of those merged. Returns the previous
 * canonical ids.
 */
export async function regroupAccounts(tx: Tx, projectId: string, ids: readonly string[]): Promise<string[]> {
  const sorted = [...ids].sort();
  const indexOf = new Map(sorted.map((id, i) => [id, i]));
  const edges = (await aliasesAmong(tx, projectId, sorted)).map(
    ({ a, b }) => [indexOf.get(a) as number, indexOf.get(b) as number] as const,
  );
  const grouped = connectedComponents(
    sorted.map((_, i) => i),
    edges,
  ).flatMap((group) => {
    const canonical = sorted[Math.min(...group)] as string;
    return group.map((i) => ({ id: sorted[i], into: sorted[i] === canonical ? null : canonical }));
  });
  const { rows: before } = await tx.query<{ id: string }>(sql`
    SELECT DISTINCT coalesce(merged_into, id) AS id FROM accounts
     WHERE project_id = ${projectId} AND id = ANY(${sorted}::text[])`);
  await tx.query(sql`
    UPDATE accounts a SET merged_into = q.into
      FROM json_to_recordset(${JSON.stringify(grouped)}::json) AS q(id text, "into" text)
     WHERE a.project_id = ${projectId} AND a.id = q.id AND a.merged_into IS DISTINCT FROM q.into`);
  return before.map(({ id }) => id);
}

/**
 * Unassigns identities from an account at `until` (ms), or revokes that, unless there is a newer statement. User ids
 * leave all ids of the account, streams only those they have evidence for. O(identities · ids).
 */
export async function writeUnassignment(
  tx: Tx,
  projectId: string,
  {
    accountIds,
    userIds,
    streamIds,
  }: { accountIds: readonly string[]; userIds: readonly number[]; streamIds: readonly number[] },
  { isOn, until }: { isOn: boolean; until: number },
  { ts, opId, madeBy }: CorrectionStamp,
): Promise<void> {
  await tx.query(sql`
    INSERT INTO account_left AS x (project_id, account_id, actor_id, is_on, until_ts, ts, op_id, made_by)
    SELECT ${projectId}::uuid, p.account_id, p.actor_id, ${isOn}, ${timestamp(until)}, ${timestamp(ts)}, ${opId}::uuid,
           ${madeBy}
      FROM (SELECT a.id AS account_id, u.id AS actor_id
              FROM unnest(${accountIds}::text[]) a(id) CROSS JOIN unnest(${userIds}::bigint[]) u(id)
            UNION
            SELECT m.account_id, m.actor_id FROM account_members m
             WHERE m.project_id = ${projectId} AND m.account_id = ANY(${accountIds}::text[])
               AND m.actor_id = ANY(${streamIds}::bigint[])) p
     ORDER BY p.account_id COLLATE "C", p.actor_id
    ON CONFLICT (project_id, account_id, actor_id) DO UPDATE
       SET is_on = excluded.is_on, until_ts = excluded.until_ts, ts = excluded.ts, op_id = excluded.op_id,
           made_by = excluded.made_by
     WHERE (excluded.ts, excluded.op_id) > (x.ts, x.op_id)`);
}
