import sql, { raw, type Sql } from "sql-template-tag";
import { z } from "zod";
import type { Tx } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { forgetClients } from "@/lib/projects/clients";
import { newIdentifySecret, sealIdentifySecret } from "@/lib/projects/secrets";
import type { Scope } from "@/lib/scope";
import { parseInput } from "@/lib/validate";
import type { NamedPerson } from "./named-person";
import { LIST_MAX_ENTRIES, settingFromText } from "./setting-kinds";
import { PROJECT_SETTINGS, SETTING_KEYS, type SettingKey, type SettingValues } from "./setting-list";

/** New values for some settings; an absent key keeps its value, an unknown one is rejected by name. */
export const projectChangesSchema = z
  .strictObject(Object.fromEntries(SETTING_KEYS.map((key) => [key, PROJECT_SETTINGS[key].schema.optional()])), {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? `There is no setting ${issue.keys.join(", ")}.` : "Send a JSON object.",
  })
  .meta({ id: "ProjectChanges" });

export type ProjectChanges = Partial<SettingValues>;

/**
 * Changes the settings in `changes` and keeps the rest, in one statement. Takes effect in this process's ingest at
 * once, in others within seconds. Throws `unprocessable` naming the field.
 */
export async function updateProject(scope: Scope<"manage">, changes: unknown): Promise<void> {
  const data = parseInput(projectChangesSchema, changes) as ProjectChanges;
  await prisma().project.update({ where: { id: scope.projectId }, data });
  forgetClients();
}

/** Like `updateProject`, for values as people type them. Throws `unprocessable` naming the field. */
export const updateProjectFromText = (scope: Scope<"manage">, texts: { [K in SettingKey]?: string }): Promise<void> =>
  updateProject(
    scope,
    Object.fromEntries(
      SETTING_KEYS.flatMap((key) => {
        const text = texts[key];
        return text === undefined ? [] : [[key, settingFromText(PROJECT_SETTINGS[key], text)]];
      }),
    ),
  );

/** The settings of the own team whose entries screens add and remove one by one. */
type OwnTeamList = "people" | "segments" | "accounts";
const COLUMNS: Record<OwnTeamList, Sql> = {
  people: raw("internal_people"),
  segments: raw("internal_segments"),
  accounts: raw("internal_accounts"),
};

/** Whether an entry of a setting names a person, in SQL. */
export const isNamedSql = (entry: Sql, { ids, addresses }: NamedPerson): Sql => sql`
  (${entry} = ANY(${ids}::text[])
   OR lower(${entry}) = ANY(ARRAY(SELECT lower(a) FROM unnest(${addresses}::text[]) a)))`;

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

/**
 * Creates and returns a new secret for signing user ids; the old one stops working. It is shown only this once. It is
 * stored encrypted rather than hashed, because verifying an HMAC takes the key itself.
 */
export async function rotateIdentifySecret(scope: Scope<"manage">): Promise<string> {
  const secret = newIdentifySecret();
  const identifySecret = sealIdentifySecret(scope.projectId, secret);
  await prisma().project.update({ where: { id: scope.projectId }, data: { identifySecret } });
  forgetClients();
  return secret;
}
