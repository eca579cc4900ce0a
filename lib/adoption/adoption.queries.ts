import sql, { type Sql } from "sql-template-tag";
import { readHeavily } from "@/lib/db/heavy.queries";
import { timestamp } from "@/lib/db/statement";
import type { Feature } from "@/lib/features/rule";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { type Draw, drawPeople, universeOf } from "@/lib/profiles/list/draw.queries";
import type { Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compiled.queries";
import { type Asked, type CohortRow, cohortRows, type FeatureRow, firstMonday, populationRule } from "./adoption";

/** The most people read. If there are more, this many are sampled, always the same ones. */
const MAX_READ = 20_000;
const ENOUGH = 3_000;
/** In a larger project, this many people are examined to find those of a segment. */
const UNIVERSE = 60_000;
const MINUTE_MS = 60_000;

/** `isEstimate`: numbers are scaled up from the sampled people. */
export type Adoption = { people: number; isEstimate: boolean; rows: FeatureRow[] };
export type Retention = { event: string; isEstimate: boolean; rows: CohortRow[] };

/** The identified people of a segment, or all; read once for everything on the screen. */
export async function adopters(scope: Scope, segment: string | null, at: number): Promise<Draw> {
  const now = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  const filter = await compileRule(scope, populationRule(segment), now);
  const selection = { tab: "identified" as const, windowDays: 30 as const, now, filter };
  return drawPeople(scope, selection, await universeOf(scope, UNIVERSE), { limit: MAX_READ, enough: ENOUGH });
}

const totalOf = ({ found, share }: Draw): number => Math.round(found / share);
const scaleOf = (draw: Draw): number => (draw.people.length === 0 ? 0 : totalOf(draw) / draw.people.length);
const isEstimate = (draw: Draw): boolean => draw.share < 1 || draw.found > draw.people.length;

/** How many used each feature. person_events_pkey, one range per person: O(people read × event names). */
export async function adoptionOf(
  scope: Scope,
  features: readonly Feature[],
  draw: Draw,
  { from }: Asked,
): Promise<Adoption> {
  const pairs = features.flatMap(({ events }, place) => events.map((event) => ({ place, event })));
  type Row = { place: number; ever: number; recent: number; first: number; again: number };
  const { rows } = await readHeavily<Row>(sql`
    WITH named AS (
      SELECT * FROM unnest(${pairs.map(({ place }) => place)}::int[],
                           ${pairs.map(({ event }) => event)}::text[]) q(place, name)),
    used AS (
      SELECT n.place, x.person, sum(x.events) AS events, min(x.first_at) AS first_at, max(x.last_at) AS last_at
        FROM unnest(${draw.people}::bigint[]) d(person)
        JOIN person_events x ON x.project_id = ${scope.projectId} AND x.person = d.person
        JOIN named n ON n.name = x.name
       GROUP BY n.place, x.person)
    SELECT place, count(*) AS ever, count(*) FILTER (WHERE last_at >= ${timestamp(from)}::timestamptz) AS recent,
           count(*) FILTER (WHERE first_at >= ${timestamp(from)}::timestamptz) AS first,
           count(*) FILTER (WHERE events >= 2) AS again
      FROM used
     GROUP BY place`);
  const scale = scaleOf(draw);
  const byPlace = new Map(rows.map((row) => [row.place, row]));
  return {
    people: totalOf(draw),
    isEstimate: isEstimate(draw),
    rows: features.map((feature, place) => {
      const { ever = 0, recent = 0, first = 0, again = 0 } = byPlace.get(place) ?? {};
      const people = (n: number) => Math.round(n * scale);
      const never = people(draw.people.length - ever);
      return { feature, ever: people(ever), recent: people(recent), first: people(first), again: people(again), never };
    }),
  };
}

/**
 * Of those who first did an event in each of the last twelve weeks, how many did it in each following week (7 times 24
 * hours from their own first time). person_events_pkey, and the event's last twelve weeks of events_name_ts_idx,
 * index-only, joined with the lanes of those people.
 */
export async function retentionOf(scope: Scope, event: string, draw: Draw, now: number): Promise<Retention> {
  const from = timestamp(firstMonday(now));
  const { rows } = await readHeavily<{ monday: number; week: number; people: number }>(sql`
    WITH began AS MATERIALIZED (
      SELECT x.person, x.first_at, ${monday(sql`x.first_at`)} AS monday
        FROM unnest(${draw.people}::bigint[]) d(person)
        JOIN person_events x ON x.project_id = ${scope.projectId} AND x.person = d.person AND x.name = ${event}
       WHERE x.first_at >= ${from}::timestamptz),
    lanes AS MATERIALIZED (${lanesIn(scope, sql`began`)}),
    did AS (
      SELECT DISTINCT b.person, b.monday, floor(extract(epoch FROM e.ts - b.first_at) / 604800)::int AS week
        FROM events e
        JOIN lanes l ON l.actor_id = e.actor_id AND e.ts >= l.from_ts AND e.ts < l.to_ts
        JOIN began b ON b.person = l.person
       WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.name = ${event}
         AND e.ts >= ${from}::timestamptz AND e.ts >= b.first_at)
    SELECT monday, -1 AS week, count(*) AS people FROM began GROUP BY monday
    UNION ALL
    SELECT monday, week, count(*) FROM did GROUP BY monday, week`);
  const scale = scaleOf(draw);
  const began = new Map<number, number>();
  const used = new Map<string, number>();
  for (const { monday: at, week, people } of rows)
    if (week === -1) began.set(at, Math.round(people * scale));
    else used.set(`${at} ${week}`, Math.round(people * scale));
  return { event, isEstimate: isEstimate(draw), rows: cohortRows(began, used, now) };
}

const monday = (ts: Sql): Sql => sql`date_trunc('week', ${ts}, 'UTC')`;
