import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { daysWithin, startOfDay } from "@/lib/format/range";
import { daily, headlineOf } from "@/lib/overview/people.queries";
import type { TimeWindow } from "@/lib/overview/window.queries";
import { grantScope } from "@/lib/scope";
import { DAY, MIDNIGHT, ZONES } from "../identity/counts-by-hand";
import type { Random } from "../identity/generate";

const QUARTER = 15 * 60_000;
const MAX_GAP = 750;

/** Everything that people did, and when they were first seen. */
export type Lives = { all: readonly Moment[]; first: readonly Moment[] };

export type Moment = { person: number; ts: number };

/** Every stored active event of somebody, with who owns it now. */
async function activity(projectId: string): Promise<Moment[]> {
  const { rows } = await pool().query<Moment>(sql`
    SELECT coalesce(i.profile_id, o.profile_id, -e.actor_id) AS person, e.ts
      FROM events e
      JOIN identities i ON i.project_id = e.project_id AND i.id = e.actor_id
      LEFT JOIN spans s ON i.kind = 'a' AND s.project_id = e.project_id AND s.stream_id = e.actor_id
       AND s.from_ts <= e.ts AND s.to_ts > e.ts
      LEFT JOIN identities o ON o.project_id = e.project_id AND o.id = s.owner_id
     WHERE e.project_id = ${projectId} AND e.active AND s.owner_id IS DISTINCT FROM 0`);
  return rows;
}

/** When each person was first seen: since retention deleted their first days, by their facts alone. */
const firstTimes = async (projectId: string): Promise<Moment[]> =>
  (
    await pool().query<Moment>(sql`
      SELECT person, first_seen AS ts FROM profile_facts WHERE project_id = ${projectId} AND first_seen IS NOT NULL`)
  ).rows;

export const livesOf = async (projectId: string): Promise<Lives> => ({
  all: await activity(projectId),
  first: await firstTimes(projectId),
});

type Period = { zone: string; window: TimeWindow };

/** Windows of whole days of a zone, some long, some before or after everything, some of a day. */
export function someWindow(r: Random): Period {
  const zone = r.pick(ZONES);
  const at = (day: number) => startOfDay(MIDNIGHT + day * DAY, zone);
  const first = r.int(12) - 3;
  return { zone, window: { from: at(first), to: at(first + 1 + r.int(r.chance(0.1) ? 400 : 9)) } };
}

/** What the overview gets wrong about a window's people, counted event by event; [] when they agree. */
export async function wrongPeople(
  projectId: string,
  { all, first }: Lives,
  { zone, window }: Period,
): Promise<string[]> {
  const scope = grantScope(projectId, "system:test");
  const peopleIn = ({ from, to }: TimeWindow) => [
    ...new Set(all.filter(({ ts }) => ts >= from && ts < to).map(({ person }) => person)),
  ];
  const byDay = daysWithin(window, zone).flatMap((day) => {
    const { length } = peopleIn(day);
    return length > 0 ? [{ day: day.day, people: length }] : [];
  });
  const headline = async (range: TimeWindow) => {
    const people = peopleIn(range);
    const { active, identified, fresh } = await headlineOf(scope, range);
    return [
      [active, identified, fresh],
      [
        people.length,
        people.filter((person) => person > 0).length,
        first.filter(({ ts }) => ts >= range.from && ts < range.to).length,
      ],
    ];
  };
  // Windows that begin and end at any moment have people, too.
  const shifted = { from: window.from + 12_345_678, to: window.to + 87_654_321 };
  const pairs = [await headline(window), await headline(shifted), [await daily(scope, window, zone), byDay]].map(
    (pair) => pair.map((one) => JSON.stringify(one)),
  );
  return pairs.flatMap(([stored, counted]) =>
    stored === counted ? [] : [`${zone} ${JSON.stringify(window)}: ${stored}, not ${counted}`],
  );
}

/** The sums that these moments would give, "what day …" → numbers; of people up to `to`. */
export function sumsByHand({ all, first }: Lives, to: number): Record<string, number[]> {
  const sums: Record<string, number[]> = {};
  const add = (key: string, numbers: number[]) => {
    sums[key] = numbers.map((n, i) => n + (sums[key]?.[i] ?? 0));
  };
  const quarter = (ts: number) => Math.floor((ts % DAY) / QUARTER);
  for (const { person, ts } of first)
    if (person <= to) add(`quarter ${Math.floor(ts / DAY)} ${quarter(ts)}`, [0, 0, 0, 1]);
  for (const person of new Set(all.map((one) => one.person))) {
    if (person > to) continue;
    const times = all.filter((one) => one.person === person).map(({ ts }) => ts);
    const days = [...new Set(times.map((ts) => Math.floor(ts / DAY)))].sort((a, b) => a - b);
    for (const [i, day] of days.entries()) {
      const own = (of: number) => times.filter((ts) => Math.floor(ts / DAY) === of);
      const gap = Math.min(MAX_GAP, day - (days[i - 1] ?? Number.NEGATIVE_INFINITY));
      add(`gap ${day} ${gap}`, [1, person > 0 ? 1 : 0]);
      const [began, ended] = [quarter(Math.min(...own(day))), quarter(Math.max(...own(day)))];
      add(`quarter ${day} ${began}`, [1, 0, 0, 0]);
      add(`quarter ${day} ${ended}`, [0, 1, 0, 0]);
      const endedBefore = gap === 1 ? quarter(Math.max(...own(day - 1))) : -1;
      if (endedBefore <= began) continue;
      add(`quarter ${day} ${began + 1}`, [0, 0, 1, 0]);
      add(`quarter ${day} ${endedBefore + 1}`, [0, 0, -1, 0]);
    }
  }
  return Object.fromEntries(Object.entries(sums).filter(([, numbers]) => numbers.some((n) => n !== 0)));
}

/** The sums as they are kept. */
export async function storedSums(projectId: string): Promise<Record<string, number[]>> {
  const { rows } = await pool().query<{ key: string; numbers: number[] }>(sql`
    SELECT concat_ws(' ', 'gap', day - DATE '1970-01-01', gap) AS key, ARRAY[people, identified] AS numbers
      FROM active_gaps
     WHERE project_id = ${projectId} AND (people, identified) <> (0, 0)
     UNION ALL
    SELECT concat_ws(' ', 'quarter', day - DATE '1970-01-01', quarter), ARRAY[began, ended, around, fresh]
      FROM active_quarters
     WHERE project_id = ${projectId} AND (began, ended, around, fresh) <> (0, 0, 0, 0)`);
  return Object.fromEntries(rows.map(({ key, numbers }) => [key, numbers]));
}
