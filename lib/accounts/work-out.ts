import type { Tx } from "@/lib/db/pool";
import {
  accountSettings,
  BY_DOMAIN,
  byProperty,
  type ChangeRow,
  changesOfProperty,
  knownAccounts,
  leftAccounts,
  namedAccounts,
} from "./evidence.queries";
import { companyDomainOf } from "./free-mail";
import { type Evidence, type Left, type Membership, membershipsOf, type Statement } from "./memberships";
import { areInAccounts, makeAccounts, writeShares } from "./shares.store";

/** Cleans an id as ingest does (docs/identity.md R1); null if it is not an id. */
export type CleanId = (value: string) => string | null;

/**
 * Computes which accounts `people` (as in profile_facts) belong to, from everything stored now. Three short statements
 * for people without accounts.
 */
export async function membershipsAmong(
  tx: Tx,
  projectId: string,
  people: readonly number[],
  cleanId: CleanId,
): Promise<Map<number, Membership[]>> {
  const { property, byDomain } = await accountSettings(tx, projectId);
  const named = await namedAccounts(tx, projectId, people);
  const property_ =
    property === null
      ? []
      : changed(await changesOfProperty(tx, projectId, people, byProperty(property)), accountByProperty(cleanId));
  const domain = byDomain ? changed(await changesOfProperty(tx, projectId, people, BY_DOMAIN), accountByAddress) : [];
  const memberships = new Map<number, Membership[]>();
  if (named.length === 0 && property_.length === 0 && domain.length === 0) return memberships;
  const accountOf = await resolver(tx, projectId, [...property_, ...domain]);
  const evidence = new Map<number, Draft>();
  const of = (person: number): Draft => {
    const draft = evidence.get(person) ?? { named: [], stated: { property: [], domain: [] }, left: new Map() };
    evidence.set(person, draft);
    return draft;
  };
  for (const { person, ...row } of named) of(person).named.push(row);
  for (const row of property_) of(row.person).stated.property.push(accountOf(row));
  for (const row of domain) of(row.person).stated.domain.push(accountOf(row));
  for (const { person, accountId, left } of await leftAccounts(tx, projectId, [...evidence.keys()]))
    of(person).left.set(accountId, left);
  for (const [person, all] of evidence) {
    const belongs = membershipsOf(all);
    if (belongs.length > 0) memberships.set(person, belongs);
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
  await writeShares(tx, projectId, people, memberships);
}

/** The account that a property's value names; null for none. */
export const accountByProperty =
  (cleanId: CleanId) =>
  (value: string | null): string | null =>
    value === null ? null : cleanId(value);

/** The account that an e-mail address names; null for none. */
export const accountByAddress = (value: string | null): string | null =>
  value === null ? null : companyDomainOf(value);

/** The changes of the account that a value names, from changes of the value. In order of person and time. */
function changed(rows: readonly ChangeRow[], accountOf: (value: string | null) => string | null): ChangeRow[] {
  const out: ChangeRow[] = [];
  for (const row of rows) {
    const value = accountOf(row.value);
    const before = out.at(-1);
    if (before?.person !== row.person || before.value !== value) out.push({ ...row, value });
  }
  return out;
}

type Draft = Evidence & {
  named: Evidence["named"][number][];
  stated: { property: Statement[]; domain: Statement[] };
  left: Map<string, Left>;
};

/** Accounts by properties, created if they do not exist yet. */
async function resolver(tx: Tx, projectId: string, rows: readonly ChangeRow[]): Promise<(row: ChangeRow) => Statement> {
  const first = new Map<string, number>();
  for (const { value, ts } of rows) if (value !== null) first.set(value, Math.min(ts, first.get(value) ?? ts));
  const known = new Map((await knownAccounts(tx, projectId, [...first.keys()])).map((row) => [row.id, row]));
  const missing = new Map([...first].filter(([id]) => !known.has(id)));
  for (const id of await makeAccounts(tx, projectId, missing)) known.set(id, { id, canonical: id, erasedUntil: null });
  return ({ ts, value }) => {
    const account = value === null ? undefined : known.get(value);
    const isErased = account?.erasedUntil != null && ts <= account.erasedUntil;
    return { ts, accountId: account && !isErased ? account.canonical : null };
  };
}
