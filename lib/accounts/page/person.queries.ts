import sql, { type Sql } from "sql-template-tag";
import { type Person, personNumber } from "@/lib/identity/person-ref";
import { joinPersonOfNumber, PERSON_COLUMNS, type RecentPerson } from "@/lib/identity/person-ref.queries";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";

/** An account of a person. Times in ms; `until` is null while they belong to it. */
export type AccountOfPerson = {
  id: string;
  name: string | null;
  people: number;
  since: number;
  until: number | null;
  colleagues: Colleague[];
};
export type Colleague = RecentPerson & { lastAt: number };

/** How many accounts are shown, and colleagues in each. */
const SHOWN_ACCOUNTS = 4;
const SHOWN_COLLEAGUES = 5;

/** The person's accounts: current ones first, then by last activity. account_people_person_idx. */
export const accountsOfPersonQuery = (scope: Scope, person: number): Sql => sql`
  SELECT a.account_id AS id, f.name, coalesce(f.people, 0) AS people, a.since, a.until
    FROM account_people a
    LEFT JOIN account_facts f ON f.project_id = a.project_id AND f.account_id = a.account_id
   WHERE a.project_id = ${scope.projectId} AND a.person = ${person}
   ORDER BY a.until IS NULL DESC, a.last_at DESC NULLS LAST, a.since DESC, a.account_id
   LIMIT ${SHOWN_ACCOUNTS + 1}`;

/**
 * Other people of these accounts, the most recently active first. account_people_last_at_idx: a few rows per account.
 */
export const colleaguesQuery = (scope: Scope, person: number, ids: readonly string[]): Sql => sql`
  SELECT o.account_id AS "accountId", o.last_at AS "lastAt", ${PERSON_COLUMNS}
    FROM unnest(${ids}::text[]) w(id)
   CROSS JOIN LATERAL (
     SELECT a.* FROM account_people a
      WHERE a.project_id = ${scope.projectId} AND a.account_id = w.id AND a.person <> ${person}
        AND a.last_at IS NOT NULL AND a.until IS NULL
      ORDER BY a.last_at DESC, a.person DESC
      LIMIT ${SHOWN_COLLEAGUES}) o ${joinPersonOfNumber(scope, sql`o.person`)}
   ORDER BY o.last_at DESC`;

/** The accounts of a person with their colleagues; `more`: further accounts are not shown. */
export async function accountsOfPerson(
  scope: Scope,
  who: Person,
): Promise<{ accounts: AccountOfPerson[]; more: boolean }> {
  const person = personNumber(who);
  const { rows } = await reading(scope).query<Omit<AccountOfPerson, "colleagues">>(
    accountsOfPersonQuery(scope, person),
  );
  if (rows.length === 0) return { accounts: [], more: false };
  const shown = rows.slice(0, SHOWN_ACCOUNTS);
  type Row = { accountId: string; lastAt: number; ref: Colleague["ref"] | null; personName: string | null };
  const found = await reading(scope).query<Row>(
    colleaguesQuery(
      scope,
      person,
      shown.map(({ id }) => id),
    ),
  );
  const accounts = shown.map((account) => ({
    ...account,
    colleagues: found.rows.flatMap(({ accountId, ref, personName, lastAt }) =>
      accountId === account.id && ref !== null ? [{ ref, name: personName, lastAt }] : [],
    ),
  }));
  return { accounts, more: rows.length > shown.length };
}

/** The names of these accounts, by id; accounts without one are missing. account_facts_pkey. */
export async function accountNames(scope: Scope, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await reading(scope).query<{ id: string; name: string }>(sql`
    SELECT account_id AS id, name
      FROM account_facts
     WHERE project_id = ${scope.projectId} AND account_id = ANY(${ids}::text[]) AND name IS NOT NULL`);
  return new Map(rows.map(({ id, name }) => [id, name]));
}
