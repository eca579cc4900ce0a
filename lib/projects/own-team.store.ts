import sql, { raw, type Sql } from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";
import { isNamedSql, type NamedPerson } from "./erase.store";
import { LIST_MAX_ENTRIES } from "./setting-kinds";

/**
 * Changes of single entries of the settings that list the project's own team, whom nothing counts. `updateProject`
 * (settings.store.ts) replaces whole lists.
 */

/** Whether any entry of a setting names this person. */
export function isNamedIn(entries: readonly string[], { ids, addresses }: NamedPerson): boolean {
  const known = new Set(addresses.map((address) => address.toLowerCase()));
  return entries.some((entry) => ids.includes(entry) || known.has(entry.toLowerCase()));
}

/** The settings of the own team whose entries screens add and remove one by one. */
type OwnTeamList = "people" | "segments" | "accounts";
const COLUMNS: Record<OwnTeamList, Sql> = {
  people: raw("internal_people"),
  segments: raw("internal_segments"),
  accounts: raw("internal_accounts"),
};

/**
 * Removes entries from a list of the own team and adds others; concurrent changes are kept. Throws `unprocessable` if
 * the list is full. projects_pkey.
 */
export async function changeOwnTeam(
  tx: Tx,
  { projectId }: Scope<"manage">,
  list: OwnTeamList,
  { add, remove }: { add: readonly string[]; remove: NamedPerson },
): Promise<void> {
  const column = COLUMNS[list];
  const { rows } = await tx.query<{ entries: number }>(sql`
    UPDATE projects
       SET ${column} = ARRAY(
             SELECT e FROM unnest(${column}) e WHERE NOT ${isNamedSql(sql`e`, remove)}) || ${add}::text[]
     WHERE id = ${projectId}
    RETURNING cardinality(${column}) AS entries`);
  if ((rows[0]?.entries ?? 0) > LIST_MAX_ENTRIES)
    throw new AppError(
      "unprocessable",
      `The list in Settings is full (${LIST_MAX_ENTRIES}). Use a domain or property.`,
    );
}
