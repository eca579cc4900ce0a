import sql, { type Sql } from "sql-template-tag";
import { secrets } from "@/lib/config";
import type { Database, Tx } from "@/lib/db/pool";
import { unsealText } from "@/lib/seal";

/**
 * What erasures need of a project: the key of its tombstones, and its settings that may name a person or an account.
 */

export const eraseKeySeal = (projectId: string) => ({ purpose: "erase key" as const, owner: projectId });

/** A project's erase key. Throws if it cannot be read any more: with another one, erased people would come back. */
export const openEraseKey = (projectId: string, stored: string): string =>
  unsealText(secrets, eraseKeySeal(projectId), stored);

/** The key for a project's tombstones. Primary key of projects. */
export async function eraseKey(db: Database, projectId: string): Promise<string> {
  const { rows } = await db.query<{ eraseKey: string }>(sql`
    SELECT erase_key AS "eraseKey" FROM projects WHERE id = ${projectId}`);
  if (!rows[0]) throw new Error(`there is no project ${projectId}`);
  return openEraseKey(projectId, rows[0].eraseKey);
}

/** How settings may name a person: by a user id, exactly, or by an e-mail address in any case. */
export type NamedPerson = { ids: readonly string[]; addresses: readonly string[] };

/** The names of a person with these ids and addresses. A user id that looks like an address counts as both. */
export const namedPerson = (userIds: readonly string[], emails: readonly (string | null)[]): NamedPerson => ({
  ids: userIds,
  addresses: [...emails.filter((email) => email !== null), ...userIds.filter((id) => id.includes("@"))],
});

/** Whether an entry of a setting names this person, as isNamedIn (own-team.store.ts) decides it. */
export const isNamedSql = (entry: Sql, { ids, addresses }: NamedPerson): Sql => sql`
  (${entry} = ANY(${ids}::text[])
   OR lower(${entry}) = ANY(ARRAY(SELECT lower(a) FROM unnest(${addresses}::text[]) a)))`;

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
