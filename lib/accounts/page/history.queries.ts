import sql from "sql-template-tag";
import type { Json } from "@/lib/json";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";

/** A write of a property, newest first; null removed it. Time in ms. */
export type AccountChange = { ts: number; id: string; value: Json };

/** The most writes that are read. */
const MAX_CHANGES = 2_000;

const PREFIX = "properties.";

/**
 * The history of an account's properties, by their dotted path, newest first; `complete`: no older write was left out.
 * account_changes_pkey, also of accounts merged into it (accounts_merged_into_idx).
 */
export async function accountHistory(
  scope: Scope,
  id: string,
): Promise<{ changes: Map<string, AccountChange[]>; complete: boolean }> {
  const { rows } = await reading(scope).query<AccountChange & { key: string }>(sql`
    SELECT c.ts, c.id, c.key, c.value
      FROM (SELECT ${id}::text AS id
            UNION ALL
            SELECT a.id FROM accounts a WHERE a.project_id = ${scope.projectId} AND a.merged_into = ${id}) o
     CROSS JOIN LATERAL (
       SELECT * FROM account_changes c
        WHERE c.project_id = ${scope.projectId} AND c.account_id = o.id
        ORDER BY c.ts DESC, c.id DESC
        LIMIT ${MAX_CHANGES}) c
     ORDER BY c.ts DESC, c.id DESC
     LIMIT ${MAX_CHANGES}`);
  const changes = new Map<string, AccountChange[]>();
  for (const { key, ...change } of rows) {
    const path = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key;
    const known = changes.get(path);
    if (known) known.push(change);
    else changes.set(path, [change]);
  }
  return { changes, complete: rows.length < MAX_CHANGES };
}
