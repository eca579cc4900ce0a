import sql, { raw, type Sql } from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import { notInternalInScan } from "@/lib/identity/own-team.queries";

/** The days from which states follow: days since 1970, ascending and distinct, by person (as in profile_facts). */
export const activeDaysOfPeople = (
  tx: Tx,
  projectId: string,
  people: readonly number[],
): Promise<Map<number, number[]>> =>
  activeDays({ days: DAYS_OF_PEOPLE, key: raw("person"), type: raw("bigint") }, tx, projectId, people);

/** Like activeDaysOfPeople, for accounts. */
export const activeDaysOfAccounts = (
  tx: Tx,
  projectId: string,
  ids: readonly string[],
): Promise<Map<string, number[]>> =>
  activeDays({ days: DAYS_OF_ACCOUNTS, key: raw("account_id"), type: raw("text") }, tx, projectId, ids);

/**
 * Where active days are: FROM and the start of WHERE. The condition on the project is inside, so that it applies to
 * each table.
 */
type Days = (projectId: string) => Sql;

/**
 * The own team has no states, as it is never counted. First and last seen count even if retention has deleted those
 * days, so that nobody becomes new again.
 */
const DAYS_OF_PEOPLE: Days = (projectId) => sql`(
        SELECT project_id, person, day FROM person_days WHERE project_id = ${projectId}
         UNION
        SELECT f.project_id, f.person, (seen.at AT TIME ZONE 'UTC')::date
          FROM profile_facts f CROSS JOIN LATERAL (VALUES (f.first_seen), (f.last_seen)) seen(at)
         WHERE f.project_id = ${projectId} AND seen.at IS NOT NULL) d
         WHERE ${notInternalInScan(sql`d.project_id`, sql`d.person`)} AND`;

/**
 * Days on which only the project's own team was active do not count. An account's first and last seen do, as for
 * people; they are read from its people, because its facts are written after its states.
 */
const DAYS_OF_ACCOUNTS: Days = (projectId) => sql`(
        SELECT project_id, account_id, day FROM account_days WHERE project_id = ${projectId} AND people > 0
         UNION
        SELECT p.project_id, p.account_id, (seen.at AT TIME ZONE 'UTC')::date
          FROM (SELECT project_id, account_id, min(first_at) AS first_at, max(last_at) AS last_at
                  FROM account_people
                 WHERE project_id = ${projectId} AND NOT is_internal
                 GROUP BY project_id, account_id) p
         CROSS JOIN LATERAL (VALUES (p.first_at), (p.last_at)) seen(at)
         WHERE seen.at IS NOT NULL) d WHERE`;

async function activeDays<T extends number | string>(
  { days: source, key: id, type }: { days: Days; key: Sql; type: Sql },
  tx: Tx,
  projectId: string,
  ids: readonly T[],
): Promise<Map<T, number[]>> {
  const { rows } = await tx.query<{ id: T; days: number[] }>(
    prepared(sql`
    SELECT d.${id} AS id, array_agg(d.day - DATE '1970-01-01' ORDER BY d.day) AS days
      FROM ${source(projectId)} d.project_id = ${projectId} AND d.${id} = ANY(${ids}::${type}[])
     GROUP BY d.${id}`),
  );
  return new Map(rows.map(({ id: one, days }) => [one, days]));
}
