import { beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { completeActiveCounts } from "@/lib/jobs/active-counts";
import { headlineQuery } from "@/lib/overview/active-counts.queries";
import type { TimeWindow } from "@/lib/overview/window.queries";
import { FACTS_VERSION } from "@/lib/profiles/facts/facts.store";
import { grantScope } from "@/lib/scope";

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MIDNIGHT = Date.UTC(2026, 10, 26);
const PEOPLE = 5_000;
const projectId = newId();
const scope = grantScope(projectId, "system:test");

beforeAll(async () => {
  // On each of six days everybody is active once between six and eighteen o'clock, UTC.
  await pool().query(`
    INSERT INTO person_days (project_id, person, day, events, first_at, last_at)
    SELECT '${projectId}', p, at::date, 1, at, at
      FROM generate_series(1, ${PEOPLE}) p, generate_series(0, 5) d,
           LATERAL (SELECT to_timestamp(${MIDNIGHT / 1000}) - d * interval '1 day' + interval '6 hours'
                           + p * interval '12 hours' / ${PEOPLE + 1} AS at) q;
    INSERT INTO profile_facts (project_id, person, first_seen, last_seen, event_count, sessions, active_days, days_7,
             days_30, days_90, events_7, events_30, events_90, handle, computed_on, version)
    SELECT project_id, person, min(first_at), max(last_at), 6, 6, 6, 0, 0, 0, 0, 0, 0, 'u' || person, current_date,
           ${FACTS_VERSION}
      FROM person_days WHERE project_id = '${projectId}' GROUP BY project_id, person;
    ANALYZE person_days, profile_facts`);
  await completeActiveCounts(pool(), projectId, MIDNIGHT + DAY);
}, 60_000);

type Node = {
  "Relation Name"?: string;
  "Actual Rows": number;
  "Rows Removed by Filter"?: number;
  "Actual Loops": number;
  Plans?: Node[];
};

/** How many rows of person_days a plan read. */
const daysRead = (node: Node): number =>
  (node["Relation Name"] === "person_days"
    ? (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"]
    : 0) + (node.Plans ?? []).reduce((sum, plan) => sum + daysRead(plan), 0);

/** How many rows of person_days the headline of a window read, and how many people it counted. */
async function headlineOf(window: TimeWindow): Promise<{ read: number; active: number }> {
  const { text, values } = headlineQuery(scope, window);
  const plans = await pool().query<{ "QUERY PLAN": { Plan: Node }[] }>({
    text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
    values,
  });
  const counted = await pool().query<{ active: number }>({ text, values });
  const read = plans.rows.flatMap((row) => row["QUERY PLAN"]).reduce((sum, { Plan }) => sum + daysRead(Plan), 0);
  return { read, active: counted.rows[0]?.active ?? Number.NaN };
}

/** From three days before, of a zone that is `ahead` of UTC, to the end of that zone's day. */
const windowOf = (ahead: number): TimeWindow => ({ from: MIDNIGHT - 3 * DAY - ahead, to: MIDNIGHT + DAY - ahead });

test("nobody's days are read where nobody was active on the part of a day that a window cuts", async () => {
  for (const hours of [0, 1, 5, -5])
    expect(await headlineOf(windowOf(hours * HOUR)), `${hours}`).toEqual({ read: 0, active: PEOPLE });
});

/** How many are active on a day before a time of it. */
const activeBefore = (ms: number): number => Math.ceil(((ms - 6 * HOUR) * (PEOPLE + 1)) / (12 * HOUR)) - 1;

test.each([
  ["ends", "first", 6 * HOUR + 5 * MINUTE],
  ["ends", "last", 18 * HOUR - 10 * MINUTE],
  ["begins", "first", 6 * HOUR + 5 * MINUTE],
  ["begins", "last", 18 * HOUR - 10 * MINUTE],
])("a window that %s within the %s quarter of an hour that has anybody counts them", async (which, _, cut) => {
  const window =
    which === "ends" ? { from: MIDNIGHT, to: MIDNIGHT + cut } : { from: MIDNIGHT + cut, to: MIDNIGHT + DAY };
  const { read, active } = await headlineOf(window);
  expect(read).toBeGreaterThan(PEOPLE);
  expect(active).toBe(which === "ends" ? activeBefore(cut) : PEOPLE - activeBefore(cut));
});
