import sql, { type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";

/** Country codes of the window's visits, the most frequent first. */
export async function visitCountries(
  scope: Scope,
  window: { from: number; to: number },
  limit: number,
): Promise<string[]> {
  const { rows } = await reading(scope).query<{ country: string }>(visitCountriesQuery(scope, window, limit));
  return rows.map(({ country }) => country);
}

/** Uses sessions_started_idx; O(visits of the window), at most the newest 20,000. */
export const visitCountriesQuery = (scope: Scope, window: { from: number; to: number }, limit: number): Sql => sql`
  SELECT country FROM (
    SELECT x.context->>'country' AS country FROM sessions x
     WHERE x.project_id = ${scope.projectId}
       AND x.started_at >= ${timestamp(window.from)} AND x.started_at < ${timestamp(window.to)}
     ORDER BY x.started_at DESC LIMIT 20000) newest
   WHERE country IS NOT NULL
   GROUP BY country
   ORDER BY count(*) DESC, country
   LIMIT ${limit}`;
