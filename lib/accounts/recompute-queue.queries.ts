import sql, { type Sql } from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import { ACCOUNT_FACTS_VERSION } from "./facts.store";

/** An account whose facts have to be recomputed. `people`: its number of people. */
export type StaleAccount = { id: string; people: number };

/** The next project after `after`, or project `only`, with stale accounts. account_stale_pkey. */
export async function nextStaleProject(
  db: Database,
  after: string,
  only: string | null = null,
): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    prepared(sql`
      SELECT project_id AS id FROM account_stale
       WHERE project_id > ${after}::uuid AND project_id = coalesce(${only}::uuid, project_id)
       ORDER BY project_id LIMIT 1`),
  );
  return rows[0]?.id ?? null;
}

/** The next stale accounts of a project after this one. account_stale_pkey, account_facts_pkey. */
export async function staleAccounts(
  db: Database,
  projectId: string,
  after: string,
  limit: number,
): Promise<StaleAccount[]> {
  const { rows } = await db.query<StaleAccount>(
    prepared(sql`
      SELECT s.account_id AS id, coalesce(f.people, 0) AS people
        FROM (SELECT account_id FROM account_stale
               WHERE project_id = ${projectId} AND account_id > ${after}::text
               ORDER BY account_id LIMIT ${limit}) s
        LEFT JOIN account_facts f ON f.project_id = ${projectId} AND f.account_id = s.account_id
       ORDER BY s.account_id`),
  );
  return rows;
}

/**
 * Accounts of a project without facts, or with facts of an earlier day or version, except those set aside: what counts
 * as recent changes daily. account_facts_computed_on_idx, accounts_pkey; reads the keys of all accounts.
 */
export async function outdatedAccounts(
  db: Database,
  projectId: string,
  { day, now, limit, people }: { day: string; now: number; limit: number; people: Range },
): Promise<string[]> {
  const isDue = (id: Sql): Sql => sql`
    NOT EXISTS (SELECT 1 FROM set_aside s
                 WHERE s.project_id = ${projectId} AND s.job = 'accounts' AND s.subject = ${id}
                   AND s.again_at > ${timestamp(now)}::timestamptz)`;
  const { rows } = await db.query<{ id: string }>(sql`
    SELECT f.account_id AS id FROM account_facts f
     WHERE f.project_id = ${projectId} AND (f.computed_on < ${day}::date OR f.version < ${ACCOUNT_FACTS_VERSION})
       AND f.people >= ${people.min} AND f.people <= ${people.max} AND ${isDue(sql`f.account_id`)}
    UNION ALL
    SELECT a.id FROM accounts a
     WHERE a.project_id = ${projectId} AND a.merged_into IS NULL AND ${people.min}::int = 0
       AND (a.erased_until IS NULL OR a.created_at > a.erased_until)
       AND NOT EXISTS (SELECT 1 FROM account_facts f WHERE f.project_id = ${projectId} AND f.account_id = a.id)
       AND ${isDue(sql`a.id`)}
     LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}

/** A range of accounts' numbers of people; accounts without facts count as 0. */
type Range = { min: number; max: number };

/**
 * People whose memberships have to be recomputed, by person number: those of an account, or everybody if accountId is
 * "". With `from` above `to`, only the account's facts.
 */
export type QueueItem = { projectId: string; id: string; accountId: string; from: number; to: number };

/** The next item of the first project after `after`, or of project `only`. account_work_pkey. */
export async function nextQueueItem(
  db: Database,
  after: string,
  only: string | null = null,
): Promise<QueueItem | null> {
  const { rows } = await db.query<QueueItem>(
    prepared(sql`
      SELECT project_id AS "projectId", id, account_id AS "accountId", from_person AS "from", to_person AS "to"
        FROM account_work
         WHERE project_id > ${after}::uuid AND project_id = coalesce(${only}::uuid, project_id)
         ORDER BY project_id, id LIMIT 1`),
  );
  return rows[0] ?? null;
}

/** The next people of an item. account_people_pkey or profile_facts_pkey. */
export async function peopleOfQueueItem(db: Database, work: QueueItem, limit: number): Promise<number[]> {
  // No lookup for a single person, who may have no row yet, or no longer.
  if (work.from === work.to) return [work.from];
  const { projectId, accountId, from, to } = work;
  const { rows } = await db.query<{ person: number }>(
    accountId === ""
      ? prepared(sql`
          SELECT person FROM profile_facts WHERE project_id = ${projectId} AND person BETWEEN ${from} AND ${to}
           ORDER BY person LIMIT ${limit}`)
      : prepared(sql`
          SELECT person FROM account_people
           WHERE project_id = ${projectId} AND account_id = ${accountId} AND person BETWEEN ${from} AND ${to}
           ORDER BY person LIMIT ${limit}`),
  );
  return rows.map(({ person }) => person);
}

/** Those of the accounts with at most this many people. account_facts_pkey. */
export async function smallAccounts(
  db: Database,
  projectId: string,
  ids: readonly string[],
  people: number,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(sql`
    SELECT a.id FROM unnest(${ids}::text[]) a(id)
     WHERE NOT EXISTS (SELECT 1 FROM account_facts f WHERE f.project_id = ${projectId} AND f.account_id = a.id
                          AND f.people > ${people})`);
  return rows.map(({ id }) => id);
}
