import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { SEATS_BEFORE } from "./account-reason";
import { CHAMPION_DAYS, type Champion, SILENT_DAYS } from "./champion";

/** `had`: people active in the 28 days before the last 14; `lost`: those of them who were not active in the last 14. */
export type Seats = Champion & { had: number; lost: number; champion: number };

/**
 * How many of the people active in the 28 days before the last 14 have not been since, and who was most active in the
 * 90 days before; as known at the end of `today`. account_people_pkey; O(their days).
 */
export async function seatsOf(
  tx: Tx,
  projectId: string,
  ids: readonly string[],
  today: number,
): Promise<Map<string, Seats>> {
  const day = (ago: number) => sql`DATE '1970-01-01' + ${today - ago}::int`;
  const { rows } = await tx.query<Seats & { id: string }>(sql`
    SELECT q.account_id AS id, count(*)::int AS people, (count(*) FILTER (WHERE q.was_here))::int AS had,
           (count(*) FILTER (WHERE q.was_here AND q.silent >= ${SILENT_DAYS}))::int AS lost,
           (array_agg(q.person ORDER BY q.days DESC, q.person))[1] AS champion,
           (max(q.days))::int AS "championDays",
           (array_agg(q.silent ORDER BY q.days DESC, q.person))[1] AS "championSilent"
      FROM (
        SELECT a.account_id, a.person, ${day(0)} - d.last AS silent, d.days, d.was_here
          FROM account_people a
         CROSS JOIN LATERAL (
           SELECT count(*) FILTER (WHERE u.day <= ${day(SILENT_DAYS)}) AS days, max(u.day) AS last,
                  coalesce(bool_or(u.day > ${day(SILENT_DAYS + SEATS_BEFORE)} AND u.day <= ${day(SILENT_DAYS)}), false)
                    AS was_here
             FROM unnest(a.days) u(day)
            WHERE u.day > ${day(SILENT_DAYS + CHAMPION_DAYS)} AND u.day <= ${day(0)}) d
         WHERE a.project_id = ${projectId} AND a.account_id = ANY(${ids}::text[]) AND NOT a.is_internal
           AND a.last_at >= ${day(SILENT_DAYS + CHAMPION_DAYS)} AND d.days > 0) q
     GROUP BY q.account_id`);
  return new Map(rows.map(({ id, ...seats }) => [id, seats]));
}
