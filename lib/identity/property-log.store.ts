import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import type { LoggedChange } from "./compact";
import { deletionOfChanges } from "./erase.store";

/** The size of an identity's log: the number of changes, their bytes, and by key the bytes of the largest value. */
export type LogSize = { count: number; bytes: number; keys: Map<string, number> };

/**
 * The log sizes of locked identities, without those that have none. One range of prop_ops_pkey each, at most
 * MAX_LOGGED_CHANGES rows.
 */
export async function logSizes(tx: Tx, projectId: string, actorIds: readonly number[]): Promise<Map<number, LogSize>> {
  const uses = new Map<number, LogSize>();
  if (actorIds.length === 0) return uses;
  type Row = { actor_id: number; key: string; count: number; bytes: number; max_bytes: number };
  const { rows } = await tx.query<Row>(
    prepared(sql`
      SELECT actor_id, key, count(*)::int AS count, sum(bytes)::int AS bytes, max(bytes)::int AS max_bytes
        FROM (SELECT actor_id, key, octet_length(key) + octet_length(value::text) AS bytes FROM prop_ops
               WHERE project_id = ${projectId} AND actor_id = ANY(${actorIds}::bigint[])) p
       GROUP BY actor_id, key`),
  );
  for (const row of rows) {
    const use = uses.get(row.actor_id) ?? { count: 0, bytes: 0, keys: new Map() };
    use.count += row.count;
    use.bytes += row.bytes;
    use.keys.set(row.key, row.max_bytes);
    uses.set(row.actor_id, use);
  }
  return uses;
}

/** All logged changes of locked identities, by identity. prop_ops_pkey. */
export async function loggedChangesOf(
  tx: Tx,
  projectId: string,
  actorIds: readonly number[],
): Promise<Map<number, LoggedChange[]>> {
  const { rows } = await tx.query<Omit<LoggedChange, "actorId"> & { actor_id: number }>(
    prepared(sql`
      SELECT actor_id, key, mode, ts, id, value FROM prop_ops
       WHERE project_id = ${projectId} AND actor_id = ANY(${actorIds}::bigint[])`),
  );
  const changes = new Map<number, LoggedChange[]>(actorIds.map((id) => [id, []]));
  for (const { actor_id, ...row } of rows) changes.get(actor_id)?.push({ ...row, actorId: actor_id });
  return changes;
}

/** A batch's writes to the log. `emptied`: identities whose changes are deleted before `added` is written. */
export type LogWrites = {
  emptied: readonly number[];
  added: readonly LoggedChange[];
  uses: readonly { id: number; count: number; bytes: number }[];
};

/** Writes the log of locked identities. Three statements at most; primary keys. */
export async function writeLoggedChanges(
  tx: Tx,
  projectId: string,
  { emptied, added, uses }: LogWrites,
): Promise<void> {
  await Promise.all([
    emptied.length > 0 ? tx.query(prepared(deletionOfChanges(projectId, emptied))) : null,
    insertChanges(tx, projectId, added),
    writeLogCounts(tx, projectId, uses),
  ]);
}

/** Stores property changes that cannot be folded into a document (docs/identity.md R11, R12). Primary key. */
async function insertChanges(tx: Tx, projectId: string, changes: readonly LoggedChange[]): Promise<void> {
  if (changes.length === 0) return;
  const input = changes.map((c) => ({ ...c, ts: timestamp(c.ts), actor_id: c.actorId }));
  await tx.query(
    prepared(sql`
      INSERT INTO prop_ops (project_id, actor_id, key, mode, ts, id, value)
      SELECT ${projectId}::uuid, q.actor_id, q.key, q.mode, q.ts, q.id, coalesce(q.value, 'null')
        FROM json_to_recordset(${JSON.stringify(input)}::json)
          AS q(actor_id bigint, key text, mode text, ts timestamptz, id uuid, value jsonb)
      ON CONFLICT DO NOTHING`),
  );
}

/** Stores locked streams' numbers of logged changes, for changesOnLanes to read. Primary key. */
async function writeLogCounts(
  tx: Tx,
  projectId: string,
  uses: readonly { id: number; count: number; bytes: number }[],
): Promise<void> {
  if (uses.length === 0) return;
  await tx.query(
    prepared(sql`
      UPDATE identities i SET kept_changes = q.count, kept_bytes = q.bytes
        FROM json_to_recordset(${JSON.stringify(uses)}::json) AS q(id bigint, count int, bytes int)
       WHERE i.project_id = ${projectId} AND i.id = q.id AND (i.kept_changes, i.kept_bytes) <> (q.count, q.bytes)`),
  );
}
