import sql, { type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import { lanesOf } from "@/lib/identity/lanes.queries";
import { type PersonOrRef, requirePerson } from "@/lib/identity/person.queries";
import type { Person } from "@/lib/identity/person-ref";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";

/** One visit's start and length, both in ms. */
export type VisitTime = { startedAt: number; durationMs: number };

/** The most visits read for a comparison: the newest. */
const MAX_VISITS = 5_000;

/** Start and length of somebody's visits since `since` (ms), newest first. Throws not_found for an unknown ref. */
export async function visitTimesOf(scope: Scope, who: PersonOrRef, since: number): Promise<VisitTime[]> {
  const person = await requirePerson(scope, who);
  return (await reading(scope).query<VisitTime>(visitTimesQuery(scope, person, since))).rows;
}

/** Uses sessions_actor_started_idx, once per lane; O(their visits since then). */
export const visitTimesQuery = (scope: Scope, person: Person, since: number): Sql => sql`
  WITH lanes AS (${lanesOf(scope, person)}),
  visits AS (
    SELECT min(x.started_at) AS s, max(x.ended_at) AS t
      FROM lanes l JOIN sessions x ON x.project_id = ${scope.projectId} AND x.actor_id = l.actor_id
       AND x.started_at >= l.from_ts AND x.started_at < l.to_ts AND x.started_at >= ${timestamp(since)}
     GROUP BY x.session_id)
  SELECT s AS "startedAt", (extract(epoch FROM t - s) * 1000)::bigint AS "durationMs"
    FROM visits ORDER BY s DESC LIMIT ${MAX_VISITS}`;

/**
 * How somebody became a user, as computed by the facts job (docs/decisions/0067-sign-up.md): `signedUpAt` in ms, null
 * if unknown; `isExisting`: a customer from before the project sent anything.
 */
export type SignUpHistory = { signedUpAt: number | null; isExisting: boolean; visitsBefore: number };

/**
 * How a person arrived. Throws not_found for an unknown ref. profile_facts_pkey and, for the visits before signing up,
 * identities_profile_id_idx, sessions_actor_started_idx.
 */
export async function signUpHistoryOf(scope: Scope, who: PersonOrRef): Promise<SignUpHistory> {
  const person = await requirePerson(scope, who);
  const nothing: SignUpHistory = { signedUpAt: null, isExisting: false, visitsBefore: 0 };
  if (person.kind === "visitor") return nothing;
  const { rows } = await reading(scope).query<SignUpHistory>(sql`
    WITH lanes AS (${lanesOf(scope, person)})
    SELECT f.signed_up_at AS "signedUpAt", coalesce(f.sign_up = 'existing', false) AS "isExisting",
           (SELECT count(DISTINCT x.session_id)
              FROM lanes l JOIN sessions x ON x.project_id = ${scope.projectId} AND x.actor_id = l.actor_id
               AND x.started_at >= l.from_ts AND x.started_at < least(l.to_ts, f.signed_up_at)
             WHERE f.signed_up_at IS NOT NULL) AS "visitsBefore"
      FROM profile_facts f
     WHERE f.project_id = ${scope.projectId} AND f.person = ${person.profileId}`);
  return rows[0] ?? nothing;
}
