import sql from "sql-template-tag";
import type { Database, Pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { PropertySpace } from "@/lib/identity/property-limits";
import { BYTES_PER_MEGABYTE, type ProjectSettings } from "@/lib/projects/settings";
import { namesWithinCeiling, usageOf } from "@/lib/projects/usage.store";

/** The name of events beyond the ceiling, and the property that keeps their original name. */
export const OTHER_EVENT = "(other)";
const NAME_PROPERTY = "__name";
/** Names with a meaning in the product, which are always stored as sent. */
const OWN_NAMES = new Set(["screen_view", "link_out", "revenue", OTHER_EVENT]);

/**
 * Keeps operations within the project's ceilings of event names, properties and accounts: replaces or leaves out new
 * names above a ceiling, with a warning, without dropping an operation. A set lookup per name.
 */
export async function withinCeilings(
  db: Pool,
  project: ProjectSettings,
  operations: readonly Operation[],
): Promise<readonly Operation[]> {
  const { maxEventNames, maxProperties } = project.ceilings;
  const names = new Set<string>();
  const keys = new Set<string>();
  for (const { kind, name, changes } of operations) {
    if (kind === "event" && !OWN_NAMES.has(name)) names.add(name);
    for (const { key } of changes) keys.add(key);
  }
  const [events, properties, accounts] = [
    names.size === 0 ? names : await namesWithinCeiling(db, project.id, "event", [...names], maxEventNames),
    keys.size === 0 ? keys : await namesWithinCeiling(db, project.id, "property", [...keys], maxProperties),
    await accountsWithin(db, project, operations),
  ];
  return operations.map((operation) => {
    const hasExtraName = operation.kind === "event" && !OWN_NAMES.has(operation.name) && !events.has(operation.name);
    const hasExtraProperty = operation.changes.some(({ key }) => !properties.has(key));
    const hasExtraAccount = accounts !== null && operation.groups.some((id) => !accounts.has(id));
    if (!hasExtraName && !hasExtraProperty && !hasExtraAccount) return operation;
    const limited: Operation = { ...operation, warnings: [...operation.warnings] };
    if (hasExtraName) {
      limited.name = OTHER_EVENT;
      limited.properties = { ...operation.properties, [NAME_PROPERTY]: operation.name };
      limited.warnings.push(`stored as ${OTHER_EVENT}: this project has its ${maxEventNames} event names`);
    }
    if (hasExtraProperty) {
      limited.changes = operation.changes.filter(({ key }) => properties.has(key));
      const leftOut = operation.changes.find(({ key }) => !properties.has(key))?.key ?? "";
      limited.warnings.push(
        `property not kept: '${leftOut.slice(0, 60)}': this project has its ${maxProperties} names of properties`,
      );
    }
    if (hasExtraAccount && accounts) {
      limited.groups = operation.groups.filter((id) => accounts.has(id));
      limited.warnings.push(
        `stored without a new account: this project has its ${project.ceilings.maxAccounts} accounts`,
      );
    }
    return limited;
  });
}

/** The accounts that operations may name: existing ones, and new ones up to the ceiling; null for all. */
async function accountsWithin(
  db: Pool,
  { id, ceilings }: ProjectSettings,
  operations: readonly Operation[],
): Promise<ReadonlySet<string> | null> {
  const named = new Set(operations.flatMap(({ groups }) => groups));
  if (named.size === 0) return null;
  const { accounts } = await usageOf(db, id);
  if (accounts + named.size <= ceilings.maxAccounts) return null;
  const known = await existingAccounts(db, id, [...named]);
  let room = ceilings.maxAccounts - accounts;
  return new Set([...named].filter((one) => known.has(one) || room-- > 0));
}

/** Space left for property values; no lookup if the operations have none. */
export async function propertySpace(
  db: Pool,
  { id, ceilings: { maxPropertyMegabytes } }: ProjectSettings,
  operations: readonly Operation[],
): Promise<PropertySpace> {
  if (!operations.some(({ kind, changes }) => kind === "group" || changes.length > 0)) return new PropertySpace();
  const { values } = await usageOf(db, id);
  return new PropertySpace(maxPropertyMegabytes * BYTES_PER_MEGABYTE - values, maxPropertyMegabytes);
}

/** Those of the accounts that exist. A probe of the primary key each; only needed near the project's ceiling. */
export async function existingAccounts(db: Database, projectId: string, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    sql`SELECT id FROM accounts WHERE project_id = ${projectId} AND id = ANY(${ids}::text[])`,
  );
  return new Set(rows.map((row) => row.id));
}
