import sql, { type Sql } from "sql-template-tag";
import { type Pool, type Tx, transaction } from "@/lib/db/pool";
import { COUNTS } from "@/lib/identity/own-team.queries";
import { everybodyQuery } from "@/lib/profiles/list/everybody.queries";
import { jobReader } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compiled.queries";
import { type PeopleTrigger, watchedRule, watchesPeople } from "./alert";
import { type AlertRef, toAlert } from "./alerts.queries";
import { lockAlert } from "./alerts.store";
import { notePeopleFirings, type PersonFiring } from "./firings.store";

/**
 * Checks whom an alert matches now, and records who has entered or left since the last sweep. The first sweep only
 * records who is there. Two processes wait for each other at the alert's row; an interrupted sweep changes nothing.
 * O(people of the rule), like one count of its segment. Throws like compileRule for a segment that no longer exists.
 */
export async function sweepPeople(db: Pool, ref: AlertRef, now: number): Promise<void> {
  await transaction(db, async (tx) => {
    const row = await lockAlert(tx, ref.projectId, ref.id);
    if (!row?.isOn) return;
    const { trigger } = toAlert(row);
    if (!watchesPeople(trigger)) return;
    await tx.query("SET LOCAL work_mem = '128MB'");
    const moved = await moves(tx, ref, await watched(ref.projectId, trigger, now));
    const isLeaving = trigger.on === "segment" && trigger.is === "leaves";
    const firings = moved.flatMap(({ person, times, came }): PersonFiring[] =>
      came === isLeaving ? [] : [{ cause: `${came ? "in" : "out"}:${person}:${times}`, person }],
    );
    if (row.armedAt !== null) await notePeopleFirings(tx, ref, firings, now);
    await tx.query(sql`
      UPDATE alerts SET swept_at = ${new Date(now)}, armed_at = coalesce(armed_at, ${new Date(now)})
       WHERE project_id = ${ref.projectId} AND id = ${ref.id}`);
  });
}

/** Identified people of the set, without the own team and tests. */
async function watched(projectId: string, trigger: PeopleTrigger, now: number): Promise<Sql> {
  const rule = watchedRule(trigger);
  if (rule === null && trigger.on === "risk")
    return sql`
      SELECT r.person
        FROM person_risk r
        JOIN profile_facts f ON f.project_id = r.project_id AND f.person = r.person
       WHERE r.project_id = ${projectId} AND r.standing IN ('here', 'quiet')
         AND round((1 - r.probability) * 100) >= ${trigger.above} AND ${COUNTS}`;
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

type Move = { person: number; times: number; came: boolean };

/** alert_people_pkey. Each re-entry increments a counter, which makes it a new cause. */
async function moves(tx: Tx, { projectId, id }: AlertRef, people: Sql): Promise<Move[]> {
  const { rows } = await tx.query<Move>(sql`
    WITH present AS MATERIALIZED (SELECT DISTINCT person FROM (${people}) p),
    came AS (
      INSERT INTO alert_people AS a (project_id, alert_id, person, is_in, times)
      SELECT ${projectId}::uuid, ${id}::uuid, n.person, true, 1
        FROM present n
       WHERE NOT EXISTS (
               SELECT 1 FROM alert_people k
                WHERE k.project_id = ${projectId} AND k.alert_id = ${id} AND k.person = n.person AND k.is_in)
      ON CONFLICT (project_id, alert_id, person) DO UPDATE SET is_in = true, times = a.times + 1
      RETURNING person, times),
    went AS (
      UPDATE alert_people a SET is_in = false
       WHERE a.project_id = ${projectId} AND a.alert_id = ${id} AND a.is_in
         AND NOT EXISTS (SELECT 1 FROM present n WHERE n.person = a.person)
      RETURNING person, times)
    SELECT person, times, true AS came FROM came
    UNION ALL
    SELECT person, times, false FROM went
     ORDER BY person`);
  return rows;
}
