import sql, { type Sql } from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { NOT_INTERNAL } from "@/lib/identity/own-team.queries";
import { MATCHES_PROFILE, MATCHES_STATS } from "@/lib/profiles/facts/facts.queries";
import { everybodyQuery } from "@/lib/profiles/list/everybody.queries";
import { HEARD_LATE } from "@/lib/risk/alarm.queries";
import { jobReader } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import { type SetTrigger, watchedRule } from "./alert";
import type { AlertRef } from "./alerts.queries";
import type { SetMove } from "./firings.store";
import { disableNestedLoops } from "./joins.store";

/** A query for the identified people in an alert's set, without the own team. */
async function watchedPeople(projectId: string, trigger: SetTrigger, now: number): Promise<Sql> {
  const rule = watchedRule(trigger);
  if (rule === null && trigger.on === "risk") {
    return sql`
      SELECT r.person
        FROM person_risk r
        JOIN profile_facts f ON f.project_id = r.project_id AND f.person = r.person
       WHERE r.project_id = ${projectId} AND r.standing IN ('here', 'quiet')
         AND round((1 - r.probability) * 100) >= ${trigger.above} AND ${NOT_INTERNAL}`;
  }
  const filter = rule && (await compileRule(jobReader(projectId), rule, now));
  const everybody = everybodyQuery(
    { projectId },
    { tab: "everyone", windowDays: 30, now, ...(filter ? { filter } : {}) },
  );
  return sql`
    SELECT q.person
      FROM (${everybody}) q
      JOIN profile_facts f ON f.project_id = ${projectId} AND f.person = q.person
     WHERE q.person > 0 AND ${NOT_INTERNAL}`;
}

/**
 * Which people have entered or left an alert's set since its last sweep; records who is in it now.
 *
 * A person is a component of aliased user ids, and each component has its own row in alert_users, as accounts have in
 * alert_accounts: a profile's number changes with a merge, user ids do not. A new component starts in the set if any of
 * its ids was in it, and the rows of its parts stay unchanged until they are separated. So merging or separating people
 * does not fire an alert by itself; claims of devices change no component.
 *
 * People whose facts or risk are still being recomputed after such a change are skipped, and so is whoever would leave
 * while their risk is unknown, or older than an event that arrived late.
 *
 * alert_users_pkey, identities_profile_id_idx, alias_edges; a probe of profile_facts_pkey, profile_stats_pkey and
 * person_risk_pkey for each person with an alias or without a row. O(the alert's and the set's people). One statement,
 * as a job may commit between two.
 */
export async function movesOfPeople(
  tx: Tx,
  { projectId, id }: AlertRef,
  trigger: SetTrigger,
  now: number,
): Promise<SetMove[]> {
  const people = await watchedPeople(projectId, trigger, now);
  // A segment's rule may look up a few people by index.
  if (trigger.on !== "segment") await disableNestedLoops(tx);
  await adoptPeople(tx, projectId, id);
  const { rows } = await tx.query<{
    person: number;
    userId: number;
    parts: string;
    times: number;
    isEntering: boolean;
  }>(sql`
    WITH present AS MATERIALIZED (SELECT DISTINCT person FROM (${people}) p),
    known AS MATERIALIZED (
      SELECT user_id, parts, ids, is_in, times
        FROM alert_users WHERE project_id = ${projectId} AND alert_id = ${id}),
    users AS MATERIALIZED (
      SELECT i.id, i.profile_id AS person
        FROM identities i WHERE i.project_id = ${projectId} AND i.profile_id IS NOT NULL),
    remembered AS (
      SELECT q.id, bool_or(q.is_in) AS was_in FROM (SELECT unnest(ids) AS id, is_in FROM known) q GROUP BY q.id),
    candidates AS MATERIALIZED (
      SELECT person FROM present
      UNION
      SELECT u.person FROM remembered r JOIN users u ON u.id = r.id WHERE r.was_in),
    components AS (
      SELECT q.person, q.ids[1] AS user_id, q.ids, q.was_in,
             CASE WHEN cardinality(q.ids) > 1 THEN md5(array_to_string(q.ids, ',')) ELSE '' END AS parts
        FROM (SELECT u.person, array_agg(u.id ORDER BY u.id) AS ids, bool_or(r.was_in) AS was_in
                FROM candidates c
                JOIN users u ON u.person = c.person
                LEFT JOIN remembered r ON r.id = u.id
               GROUP BY u.person) q),
    aliased AS MATERIALIZED (
      SELECT u.person, (max(e.ts) AT TIME ZONE 'UTC')::date AS day
        FROM (SELECT a AS id, ts FROM alias_edges WHERE project_id = ${projectId}
              UNION ALL
              SELECT b, ts FROM alias_edges WHERE project_id = ${projectId}) e
        JOIN users u ON u.id = e.id
       GROUP BY u.person),
    compared AS MATERIALIZED (
      SELECT c.person, c.user_id, c.ids, c.parts, p.person IS NOT NULL AS is_in, o.is_in AS own_in,
             coalesce(o.times, 0) AS times, coalesce(o.is_in, c.was_in, false) AS was_in, l.day AS aliased_on
        FROM components c
        LEFT JOIN present p ON p.person = c.person
        LEFT JOIN known o ON o.user_id = c.user_id AND o.parts = c.parts
        LEFT JOIN aliased l ON l.person = c.person),
    judged AS MATERIALIZED (
      SELECT c.* FROM compared c
       WHERE c.own_in IS DISTINCT FROM c.is_in
         AND NOT (c.aliased_on IS NOT NULL AND ${areFactsBehind(projectId)})
         AND NOT ${isRiskUnknown(projectId, trigger)}),
    stored AS (
      INSERT INTO alert_users (project_id, alert_id, user_id, parts, ids, is_in, times)
      SELECT ${projectId}::uuid, ${id}::uuid, j.user_id, j.parts, j.ids, j.is_in,
             j.times + (j.is_in AND NOT j.was_in)::int
        FROM judged j
      ON CONFLICT (project_id, alert_id, user_id, parts)
        DO UPDATE SET (is_in, times) = (excluded.is_in, excluded.times))
    SELECT person, user_id AS "userId", parts, times + is_in::int AS times, is_in AS "isEntering"
      FROM judged WHERE is_in <> was_in
     ORDER BY person`);
  return rows.map(({ person, userId, parts, times, isEntering }) => ({
    isEntering,
    firing: { cause: `${isEntering ? "in" : "out"}:${userId}:${parts}:${times}`, person },
  }));
}

/**
 * Whether the facts of the person of `c` are not yet computed from all their ids. With OFFSET 0, each is a probe of a
 * primary key, whatever the planner expects.
 */
const areFactsBehind = (projectId: string): Sql => sql`NOT EXISTS (
  SELECT FROM profile_facts f
   WHERE f.project_id = ${projectId} AND f.person = c.person
     AND EXISTS (SELECT FROM profile_stats t
                  WHERE t.project_id = ${projectId} AND t.profile_id = f.person AND ${MATCHES_STATS} OFFSET 0)
     AND EXISTS (SELECT FROM profiles p
                  WHERE p.project_id = ${projectId} AND p.id = f.person AND ${MATCHES_PROFILE} OFFSET 0)
  OFFSET 0)`;

/**
 * Whether the person of `c`, who is not in the set, may be in it once their risk is recomputed: it is not known yet, it
 * was computed before their ids were merged or separated, or an event from before its computation arrived afterwards.
 * Not so for whoever has come back since. Probes of profile_facts_pkey and person_risk_pkey.
 */
const isRiskUnknown = (projectId: string, { on }: SetTrigger): Sql =>
  on !== "quiet" && on !== "risk"
    ? sql`false`
    : sql`(NOT c.is_in AND EXISTS (
        SELECT FROM profile_facts f
         WHERE f.project_id = ${projectId} AND f.person = c.person AND ${NOT_INTERNAL}
           AND NOT EXISTS (
                 SELECT FROM person_risk r
                  WHERE r.project_id = ${projectId} AND r.person = f.person
                    AND NOT coalesce(r.computed_on < c.aliased_on OR ${on === "quiet" ? HEARD_LATE : sql`false`}, false)
                 OFFSET 0)
        OFFSET 0))`;

/**
 * Copies an alert's people from alert_people, where versions before decision 137 kept them by profile. They stay there
 * for processes of those versions, which may still run. Copies once; afterwards it only probes alert_users_pkey.
 */
const adoptPeople = (tx: Tx, projectId: string, id: string) =>
  tx.query(sql`
    INSERT INTO alert_users (project_id, alert_id, user_id, parts, ids, is_in, times)
    SELECT ${projectId}::uuid, ${id}::uuid, min(i.id),
           CASE WHEN count(*) > 1 THEN md5(string_agg(i.id::text, ',' ORDER BY i.id)) ELSE '' END,
           array_agg(i.id ORDER BY i.id), k.is_in, k.times
      FROM alert_people k
      JOIN identities i ON i.project_id = ${projectId} AND i.profile_id = k.person
     WHERE k.project_id = ${projectId} AND k.alert_id = ${id}
       AND NOT EXISTS (SELECT FROM alert_users u WHERE u.project_id = ${projectId} AND u.alert_id = ${id})
     GROUP BY k.person, k.is_in, k.times`);
