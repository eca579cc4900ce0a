import sql, { type Sql } from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { COUNTS } from "@/lib/identity/own-team.queries";
import { everybodyQuery } from "@/lib/profiles/list/everybody.queries";
import { HEARD_LATE } from "@/lib/risk/alarm.queries";
import { jobReader } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compiled.queries";
import { type SetTrigger, watchedRule } from "./alert";
import type { AlertRef } from "./alerts.queries";
import type { SetMove } from "./firings.store";
import { joinByHash } from "./joins.store";

/** Identified people of the set, without the own team and tests. */
async function watched(tx: Tx, projectId: string, trigger: SetTrigger, now: number): Promise<Sql> {
  const rule = watchedRule(trigger);
  if (rule === null && trigger.on === "risk") {
    await joinByHash(tx);
    return sql`
      SELECT r.person
        FROM person_risk r
        JOIN profile_facts f ON f.project_id = r.project_id AND f.person = r.person
       WHERE r.project_id = ${projectId} AND r.standing IN ('here', 'quiet')
         AND round((1 - r.probability) * 100) >= ${trigger.above} AND ${COUNTS}`;
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
     WHERE q.person > 0 AND ${COUNTS}`;
}

/**
 * Of people who are in an alert's set no longer, those whose risk is to be recomputed: it is not known yet, or an
 * event from before it was computed arrived later. Whoever came back since is not among them. A probe of
 * profile_facts_pkey and person_risk_pkey each.
 */
const undecided = (projectId: string, { on }: SetTrigger, gone: Sql): Sql =>
  on !== "quiet" && on !== "risk"
    ? sql`SELECT person FROM ${gone} WHERE false`
    : sql`
      SELECT g.person
        FROM ${gone} g
        JOIN profile_facts f ON f.project_id = ${projectId} AND f.person = g.person AND ${COUNTS}
        LEFT JOIN person_risk r ON r.project_id = ${projectId} AND r.person = g.person
       WHERE r.person IS NULL OR ${on === "quiet" ? HEARD_LATE : sql`false`}`;

/**
 * alert_people_pkey. Each re-entry increments a counter, which makes it a new cause. NOT IN is a lookup in a hash table
 * whatever Postgres knows of an alert's people, of whom it expects one until the table is analyzed.
 */
export async function movesOfPeople(
  tx: Tx,
  { projectId, id }: AlertRef,
  trigger: SetTrigger,
  now: number,
): Promise<SetMove[]> {
  const people = await watched(tx, projectId, trigger, now);
  const { rows } = await tx.query<{ person: number; times: number; came: boolean }>(sql`
    WITH present AS MATERIALIZED (SELECT DISTINCT person FROM (${people}) p),
    came AS (
      INSERT INTO alert_people AS a (project_id, alert_id, person, is_in, times)
      SELECT ${projectId}::uuid, ${id}::uuid, n.person, true, 1
        FROM present n
       WHERE n.person NOT IN (
               SELECT k.person FROM alert_people k
                WHERE k.project_id = ${projectId} AND k.alert_id = ${id} AND k.is_in)
      ON CONFLICT (project_id, alert_id, person) DO UPDATE SET is_in = true, times = a.times + 1
      RETURNING person, times),
    gone AS MATERIALIZED (
      SELECT k.person FROM alert_people k
       WHERE k.project_id = ${projectId} AND k.alert_id = ${id} AND k.is_in
         AND k.person NOT IN (SELECT person FROM present)),
    undecided AS MATERIALIZED (${undecided(projectId, trigger, sql`gone`)}),
    went AS (
      UPDATE alert_people a SET is_in = false
       WHERE a.project_id = ${projectId} AND a.alert_id = ${id} AND a.is_in
         AND a.person IN (SELECT person FROM gone)
         AND a.person NOT IN (SELECT person FROM undecided)
      RETURNING person, times)
    SELECT person, times, true AS came FROM came
    UNION ALL
    SELECT person, times, false FROM went
     ORDER BY person`);
  return rows.map(({ person, times, came }) => ({
    came,
    firing: { cause: `${came ? "in" : "out"}:${person}:${times}`, person },
  }));
}
