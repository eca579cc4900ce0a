import type { Tx } from "@/lib/db/pool";
import {
  accountSettings,
  type ChangeRow,
  changesOfProperty,
  DOMAIN_SOURCE,
  knownAccounts,
  namedAccounts,
  sourceOfProperty,
  unassignments,
} from "./evidence.queries";
import { companyDomainOf } from "./free-mail";
import {
  type Membership,
  type MembershipEvidence,
  membershipsOf,
  type Statement,
  type Unassignment,
} from "./memberships";
import { areInAccounts, createAccounts, writePersonActivity } from "./person-activity.store";

/** Cleans an id as ingest does (docs/identity.md R1); null if it is not an id. */
export type IdCleaner = (value: string) => string | null;

/**
 * Computes which accounts `people` (as in profile_facts) belong to, from everything stored now; creates accounts that
 * only a property or a domain names. Three short statements for people without accounts.
 */
export async function membershipsAmong(
  tx: Tx,
  projectId: string,
  people: readonly number[],
  cleanId: IdCleaner,
): Promise<Map<number, Membership[]>> {
  const { property, byDomain } = await accountSettings(tx, projectId);
  const named = await namedAccounts(tx, projectId, people);
  const byValue =
    property === null
      ? []
      : accountChanges(
          await changesOfProperty(tx, projectId, people, sourceOfProperty(property)),
          accountByProperty(cleanId),
        );
  const byAddress = byDomain
    ? accountChanges(await changesOfProperty(tx, projectId, people, DOMAIN_SOURCE), accountByEmail)
    : [];
  const memberships = new Map<number, Membership[]>();
  if (named.length === 0 && byValue.length === 0 && byAddress.length === 0) return memberships;
  const statementOf = await resolveAccounts(tx, projectId, [...byValue, ...byAddress]);
  const evidence = new Map<number, Draft>();
  const draftOf = (person: number): Draft => {
    const draft = evidence.get(person) ?? { named: [], stated: { property: [], domain: [] }, left: new Map() };
    evidence.set(person, draft);
    return draft;
  };
  for (const { person, ...row } of named) draftOf(person).named.push(row);
  for (const row of byValue) draftOf(row.person).stated.property.push(statementOf(row));
  for (const row of byAddress) draftOf(row.person).stated.domain.push(statementOf(row));
  for (const { person, accountId, left } of await unassignments(tx, projectId, [...evidence.keys()]))
    draftOf(person).left.set(accountId, left);
  for (const [person, all] of evidence) {
    const own = membershipsOf(all);
    if (own.length > 0) memberships.set(person, own);
  }
  return memberships;
}

/**
 * Writes these memberships of `people` and their activity for each account. Call it after writeFacts and markInternal
 * in the same transaction. One short statement for people without accounts.
 */
export async function writeMemberships(
  tx: Tx,
  projectId: string,
  people: readonly number[],
  memberships: ReadonlyMap<number, Membership[]>,
): Promise<void> {
  if (memberships.size === 0 && !(await areInAccounts(tx, projectId, people))) return;
  await writePersonActivity(tx, projectId, people, memberships);
}

/** The account that a property's value names; null for none. */
export const accountByProperty =
  (cleanId: IdCleaner) =>
  (value: string | null): string | null =>
    value === null ? null : cleanId(value);

/** The account that an e-mail address names; null for none. */
export const accountByEmail = (value: string | null): string | null => (value === null ? null : companyDomainOf(value));

/** Keeps the changes of a value that change the account it names. `rows` are in order of person and time. */
function accountChanges(rows: readonly ChangeRow[], accountOf: (value: string | null) => string | null): ChangeRow[] {
  const out: ChangeRow[] = [];
  for (const row of rows) {
    const value = accountOf(row.value);
    const before = out.at(-1);
    if (before?.person !== row.person || before.value !== value) out.push({ ...row, value });
  }
  return out;
}

type Draft = MembershipEvidence & {
  named: MembershipEvidence["named"][number][];
  stated: { property: Statement[]; domain: Statement[] };
  left: Map<string, Unassignment>;
};

/** Creates the missing accounts that these values name; returns a function that turns a value into a statement. */
async function resolveAccounts(
  tx: Tx,
  projectId: string,
  rows: readonly ChangeRow[],
): Promise<(row: ChangeRow) => Statement> {
  const first = new Map<string, number>();
  for (const { value, ts } of rows) if (value !== null) first.set(value, Math.min(ts, first.get(value) ?? ts));
  const known = new Map((await knownAccounts(tx, projectId, [...first.keys()])).map((row) => [row.id, row]));
  const missing = new Map([...first].filter(([id]) => !known.has(id)));
  for (const id of await createAccounts(tx, projectId, missing))
    known.set(id, { id, canonical: id, erasedUntil: null });
  return ({ ts, value }) => {
    const account = value === null ? undefined : known.get(value);
    const isErased = account?.erasedUntil != null && ts <= account.erasedUntil;
    return { ts, accountId: account && !isErased ? account.canonical : null };
  };
}
