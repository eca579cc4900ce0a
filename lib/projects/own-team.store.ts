import sql, { raw, type Sql } from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";
import { LIST_MAX_ENTRIES } from "./setting-kinds";

/**
 * The settings that list the project's own team, whom nothing counts: whom an entry names, and changes of single
 * entries. `updateProject` (settings.store.ts) replaces whole lists.
 */

/** How settings may name a person: by a user id, exactly, or by an e-mail address in any case. */
export type NamedPerson = { ids: readonly string[]; addresses: readonly string[] };

/** The names of a person with these ids and addresses. A user id that looks like an address counts as both. */
export const namedPerson = (userIds: readonly string[], emails: readonly (string | null)[]): NamedPerson => ({
  ids: userIds,
  addresses: [...emails.filter((email) => email !== null), ...userIds.filter((id) => id.includes("@"))],
});

/** Whether any entry of a setting names this person. */
export function isNamedIn(entries: readonly string[], { ids, addresses }: NamedPerson): boolean {
  const known = new Set(addresses.map((address) => address.toLowerCase()));
  return entries.some((entry) => ids.includes(entry) || known.has(entry.toLowerCase()));
}

/** isNamedIn in SQL, for one entry. */
export const isNamedSql = (entry: Sql, { ids, addresses }: NamedPerson): Sql => sql`
  (${entry} = ANY(${ids}::text[])
   OR lower(${entry}) = ANY(ARRAY(SELECT lower(a) FROM unnest(${addresses}::text[]) a)))`;

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

/**
 * Removes an erased person's ids and addresses from the own team's list, and entries with their address as a property
 * ("email=ada@example.com"). Locks the project only if it names them. projects_pkey.
 */
export async function eraseFromOwnTeam(tx: Tx, projectId: string, person: NamedPerson): Promise<void> {
  const inPeople = isNamedSql(sql`e`, person);
  const inProperties = isNamedSql(sql`substr(e, strpos(e, '=') + 1)`, { ids: [], addresses: person.addresses });
  await tx.query(sql`
    UPDATE projects
       SET internal_people = ARRAY(SELECT e FROM unnest(internal_people) e WHERE NOT ${inPeople}),
           internal_properties = ARRAY(SELECT e FROM unnest(internal_properties) e WHERE NOT ${inProperties})
     WHERE id = ${projectId}
       AND (EXISTS (SELECT FROM unnest(internal_people) e WHERE ${inPeople})
            OR EXISTS (SELECT FROM unnest(internal_properties) e WHERE ${inProperties}))`);
}

/** Removes an erased account's ids from the own team's list. Locks the project only if it names them. projects_pkey. */
export async function eraseAccountsFromOwnTeam(tx: Tx, projectId: string, ids: readonly string[]): Promise<void> {
  await tx.query(sql`
    UPDATE projects
       SET internal_accounts = ARRAY(SELECT e FROM unnest(internal_accounts) e WHERE e <> ALL(${ids}::text[]))
     WHERE id = ${projectId} AND internal_accounts && ${ids}::text[]`);
}
