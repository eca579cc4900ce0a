import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import type { ErasePlan } from "@/lib/identity/erase-plan";
import type { Json, JsonObject } from "@/lib/json";
import type { PersonRemover } from "@/lib/projects/without-person";

type Named = { id: string; name: string | null; properties: JsonObject; registers: JsonObject };

/** For LIKE. */
const literal = (text: string): string => text.replace(/[\\%_]/g, "\\$&");

/**
 * Erasure: takes a person out of the names and properties of accounts, and out of what is kept of earlier values. Their
 * own accounts are looked at, and all that search finds by them; the facts job computes those anew. Returns the
 * events that said so. Call it before eraseMemberships: ingest locks accounts first.
 * account_members_actor_id_idx, account_facts_search_idx.
 */
export async function eraseFromAccounts(
  tx: Tx,
  projectId: string,
  { actorIds, streams }: ErasePlan,
  { needles, remove }: PersonRemover,
): Promise<string[]> {
  const actors = [...actorIds, ...streams.keys()];
  const { rows: candidates } = await tx.query<{ id: string }>(sql`
    WITH found AS (
      SELECT account_id FROM account_members WHERE project_id = ${projectId} AND actor_id = ANY(${actors}::bigint[])
       UNION
      SELECT f.account_id
        FROM unnest(${needles.map((needle) => `%${literal(needle)}%`)}::text[]) n(pattern)
        JOIN account_facts f ON f.project_id = ${projectId} AND f.search_text LIKE n.pattern)
    SELECT a.id FROM accounts a WHERE a.project_id = ${projectId} AND a.id IN (SELECT account_id FROM found)
     UNION
    SELECT a.id FROM accounts a WHERE a.project_id = ${projectId} AND a.merged_into IN (SELECT account_id FROM found)`);
  const ids = candidates.map(({ id }) => id);
  if (ids.length === 0) return [];
  const { rows: named } = await tx.query<Named>(sql`
    SELECT id, name, properties, registers FROM accounts
     WHERE project_id = ${projectId} AND id = ANY(${ids}::text[])
       AND EXISTS (SELECT FROM unnest(${needles}::text[]) n
                    WHERE strpos(lower(concat(to_json(name), properties, registers)), n) > 0)
     ORDER BY id COLLATE "C" FOR NO KEY UPDATE`);
  for (const { id, name, properties, registers } of named)
    await tx.query(sql`
      UPDATE accounts
         SET name = ${remove(name)}, properties = ${JSON.stringify(remove(properties))}::jsonb,
             registers = ${JSON.stringify(remove(registers))}::jsonb
       WHERE project_id = ${projectId} AND id = ${id}`);
  const events = await eraseFromChanges(tx, projectId, ids, { needles, remove });
  await tx.query(sql`
    INSERT INTO account_work (project_id, account_id, from_person, to_person, id)
    SELECT ${projectId}::uuid, id, 1, 0, gen_random_uuid() FROM unnest(${named.map(({ id }) => id)}::text[]) a(id)`);
  return events;
}

/** account_changes_pkey: reads what is kept of earlier values of these accounts. */
async function eraseFromChanges(
  tx: Tx,
  projectId: string,
  ids: readonly string[],
  { needles, remove }: PersonRemover,
): Promise<string[]> {
  const { rows } = await tx.query<{ accountId: string; id: string; key: string; value: Json }>(sql`
    SELECT account_id AS "accountId", id, key, value FROM account_changes
     WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[])
       AND EXISTS (SELECT FROM unnest(${needles}::text[]) n WHERE strpos(lower(value::text), n) > 0)
     ORDER BY account_id COLLATE "C", ts, id, key FOR UPDATE`);
  if (rows.length === 0) return [];
  const news = rows.map(({ value, ...of }) => ({ ...of, value: remove(value) }));
  await tx.query(sql`
    UPDATE account_changes c SET value = q.value
      FROM jsonb_to_recordset(${JSON.stringify(news)}::jsonb) AS q("accountId" text, id uuid, key text, value jsonb)
     WHERE c.project_id = ${projectId} AND c.account_id = q."accountId" AND c.id = q.id AND c.key = q.key`);
  return [...new Set(rows.map(({ id }) => id))];
}
