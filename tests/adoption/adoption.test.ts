import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { GET } from "@/app/api/v1/insights/adoption/route";
import {
  EVERYBODY,
  mondayOf,
  populationRule,
  ruleOfCell,
  ruleOfCohort,
  ruleOfWeek,
  USE_GROUPS,
  WEEK_COLUMNS,
  WEEK_MS,
} from "@/lib/adoption/adoption";
import { adoptionOf, cohortRetentionOf, drawPopulation } from "@/lib/adoption/adoption.queries";
import { adoptionByPeople, adoptionOfEverybody } from "@/lib/adoption/everybody.queries";
import { weeklyUse } from "@/lib/adoption/weeks.queries";
import { pool } from "@/lib/db/pool";
import { exportAdoption, exportUse } from "@/lib/export/adoption";
import { featuresOf } from "@/lib/features/features.queries";
import { saveFeatures } from "@/lib/features/features.store";
import type { Feature } from "@/lib/features/rule";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { grantScope, type Scope } from "@/lib/scope";
import type { Rule } from "@/lib/segments/rule";
import { createSegment } from "@/lib/segments/segments.store";
import { exactCount } from "@/tests/support/exact-count";
import { asServer, makeProject, serveIngest, type TestProject } from "../ingest/support";
import { story } from "../journeys/story";
import { randomFrom } from "../timeline/reads-world";

const ingest = serveIngest();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.now();
const FROM = NOW - 30 * DAY_MS;
const BEFORE = FROM - 30 * DAY_MS;
const one = (event: string) => ({ id: event, name: event, events: [event] });
const EVENTS = ["export", "invite", "share"];
let shop: TestProject;
let scope: Scope<"manage">;
let segment: string;

beforeAll(async () => {
  shop = await makeProject();
  scope = grantScope(shop.id, "system:test");
  const { track, visit, join } = story(ingest.url(), shop);
  const pick = randomFrom(5);
  for (let i = 0; i < 24; i++) {
    await track(`u${i}`, "seen", NOW - 80 * DAY_MS);
    if (i < 6) await join(`u${i}`, "works", NOW - 80 * DAY_MS);
    for (let uses = pick(5); uses > 0; uses--)
      await track(`u${i}`, EVENTS[pick(3)] as string, NOW - HOUR_MS - pick(79) * DAY_MS);
  }
  // Planted: three started in one past week; two used it 15 days later.
  const monday = mondayOf(NOW) - 8 * WEEK_MS;
  for (const user of ["a", "b", "c"]) await track(user, "planted", monday + DAY_MS);
  for (const user of ["a", "b"]) await track(user, "planted", monday + 16 * DAY_MS);
  // Planted: exported often, stopped 50 days ago, and still comes.
  for (let day = 50; day < 56; day++) await track("keen", "export", NOW - day * DAY_MS);
  await track("keen", "seen", NOW - DAY_MS);
  await visit({ device: "visitor", at: NOW - DAY_MS }, ["/", "export"]);
  await saveFeatures(scope, [
    { id: "", name: "Sharing", events: ["invite", "share"] },
    { id: "", name: "Export", events: ["export"] },
    { id: "", name: "Planted", events: ["planted"] },
    { id: "", name: "Unused", events: ["never_sent"] },
  ]);
  await refreshAllFacts(pool(), shop.id, NOW);
  segment = await createSegment(scope, {
    name: "Exporters",
    description: "",
    rule: {
      kind: "and",
      of: [{ kind: "did", event: "export", where: [], is: "atLeast", n: 1, window: { ever: true } }],
    },
  });
}, 120_000);

const listed = (rule: Rule) => exactCount(scope, rule, NOW);

test("every number of every feature equals the length of the list behind it, for everybody and for a segment", async () => {
  const { features } = await featuresOf(scope);
  for (const of of [null, segment]) {
    const period = { segment: of, from: FROM, before: BEFORE };
    const draw = await drawPopulation(scope, period, NOW);
    const adoption = await adoptionOf(scope, features, draw, period);
    expect(adoption.isEstimate).toBe(false);
    expect(adoption.people).toBe(await listed(populationRule(period)));
    for (const row of adoption.rows)
      for (const column of USE_GROUPS) {
        const rule = ruleOfCell(row.feature, column, period);
        if (!rule) throw new Error(`No list behind ${row.feature.name} ${column}.`);
        expect(await listed(rule), `${row.feature.name} ${column}`).toBe(row[column]);
      }
    expect(adoption.rows.find(({ feature }) => feature.name === "Export")?.dropped).toBeGreaterThan(0);
    expect(adoption.rows.find(({ feature }) => feature.name === "Unused")).toMatchObject({
      ever: 0,
      never: adoption.people,
    });
  }
});

test("instead of a sample, everybody is counted at once if there is time", async () => {
  const { features } = await featuresOf(scope);
  const period = { ...EVERYBODY, from: FROM, before: BEFORE };
  const draw = await drawPopulation(scope, period, NOW);
  const all = await adoptionOf(scope, features, draw, period);
  expect(all.rows.every(({ never }) => never > 0) && all.people > 5).toBe(true);
  expect(await adoptionOfEverybody(scope, features, period)).toEqual(all);
  expect(await adoptionOfEverybody(scope, [one("never_sent")], period)).toMatchObject({ people: all.people });

  const few = { people: draw.people.slice(0, 5), found: draw.found, share: 1 };
  const estimated = { isEstimate: true, read: 5, people: draw.found, isTotalEstimated: false };
  expect(await adoptionByPeople(scope, features, few, period)).toEqual(all);
  expect(await adoptionByPeople(scope, features, few, { ...period, segment })).toMatchObject(estimated);
  const million = { ...few, share: draw.found / 1e6 };
  const ofMillion = await adoptionByPeople(scope, [...features, ...features], million, period);
  expect(ofMillion).toMatchObject({ ...estimated, people: 1e6, isTotalEstimated: true });
  expect(ofMillion.margin).toBeGreaterThan(100_000);

  const holder = await pool().connect();
  try {
    await holder.query("BEGIN; LOCK TABLE person_events");
    expect(await adoptionOfEverybody(scope, features, period, 100)).toBeNull();
  } finally {
    await holder.query("ROLLBACK");
    holder.release();
  }
});

async function waitingFor(table: string): Promise<boolean> {
  const { rows } = await pool().query(
    `SELECT 1 FROM pg_locks
      WHERE NOT granted AND relation = $1::regclass
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [table],
  );
  return rows.length > 0;
}

test("if counting everybody takes too long, it is not attempted again for a while", async () => {
  const { features } = await featuresOf(scope);
  const period = { ...EVERYBODY, from: FROM, before: BEFORE };
  const draw = await drawPopulation(scope, period, NOW);
  const few = { people: draw.people.slice(0, 5), found: draw.found, share: 1 };
  const events = features.flatMap((feature) => feature.events);
  expect(events.length).toBeGreaterThan(1);
  const holder = await pool().connect();
  try {
    await holder.query("BEGIN; LOCK TABLE person_events");
    const late = adoptionByPeople(scope, features, few, period, 100);
    await expect.poll(() => waitingFor("person_events"), { timeout: 20_000 }).toBe(true);
    await sleep(1_000); // ten times as long as it may take
    await holder.query("ROLLBACK");
    expect(await late).toMatchObject({ isEstimate: true });
  } finally {
    await holder.query("ROLLBACK");
    holder.release();
  }
  expect(await adoptionByPeople(scope, features, few, period)).toMatchObject({ isEstimate: true });
  // Fewer rows may still be read in time.
  expect(await adoptionByPeople(scope, [one(events[0] as string)], few, period)).toMatchObject({ isEstimate: false });
});

test("the triangle shows the planted data, and each cell equals the list behind it", async () => {
  const draw = await drawPopulation(scope, EVERYBODY, NOW);
  const planted = await cohortRetentionOf(scope, one("planted"), draw, NOW);
  const row = planted.rows.find(({ people }) => people > 0);
  expect(row).toMatchObject({ monday: mondayOf(NOW) - 8 * WEEK_MS, people: 3 });
  expect(row?.used.slice(0, 4)).toEqual([0, 2, 0, 0]);
  let checked = 0;
  for (const event of ["export", "planted"])
    for (const { monday, people, used } of (await cohortRetentionOf(scope, one(event), draw, NOW)).rows) {
      expect(await listed(ruleOfCohort(one(event), monday, EVERYBODY) as Rule), `${event} ${monday}`).toBe(people);
      for (const [i, n] of used.entries()) {
        if (people === 0 || n === null) continue;
        expect(
          await listed(ruleOfCohort(one(event), monday, EVERYBODY, i + 1) as Rule),
          `${event} ${monday} ${i + 1}`,
        ).toBe(n);
        checked++;
      }
    }
  expect(checked).toBeGreaterThan(10);
}, 60_000);

test("week by week: the planted data, and each number is the list behind it, for a segment and an account too", async () => {
  const { features } = await featuresOf(scope);
  const planted = await weeklyUse(scope, one("planted"), await drawPopulation(scope, EVERYBODY, NOW), NOW);
  const numbers = planted.weeks.map(({ first, again }) => [first, again]);
  expect(numbers.filter(([first, again]) => first || again)).toEqual([
    [3, 0],
    [0, 2],
  ]);
  expect(numbers.findIndex(([first]) => first === 3)).toBe(3);
  let checked = 0;
  for (const whom of [EVERYBODY, { segment }, { segment: null, account: "works" }]) {
    const draw = await drawPopulation(scope, whom, NOW);
    for (const feature of features) {
      const { weeks } = await weeklyUse(scope, feature, draw, NOW);
      for (const week of weeks)
        for (const column of WEEK_COLUMNS) {
          const rule = ruleOfWeek(feature, column, week.monday, whom);
          if (!rule) throw new Error(`No list behind ${feature.name} ${column}.`);
          expect(await listed(rule), `${feature.name} ${column} ${week.monday}`).toBe(week[column]);
          if (week[column] > 0) checked++;
        }
    }
  }
  expect(checked).toBeGreaterThan(100);
}, 120_000);

test("file and API agree; another project sees none of it", async () => {
  const { features } = await featuresOf(scope);
  const adoption = await adoptionOf(scope, features, await drawPopulation(scope, EVERYBODY, NOW), {
    segment: null,
    from: FROM,
    before: BEFORE,
  });
  const csv = await exportAdoption(scope, adoption, null).text();
  expect(csv.trim().split("\r\n")).toHaveLength(1 + features.length);
  const call = (project: TestProject, query: string) =>
    GET(new Request(`http://127.0.0.1/api/v1/insights/adoption${query}`, { headers: asServer(project.read) }));
  const { data, people } = (await (await call(shop, "")).json()) as { data: object[]; people: number };
  expect(people).toBe(adoption.people);
  expect(data).toEqual(
    adoption.rows.map(({ feature, ...row }) => ({ name: feature.name, events: feature.events, ...row })),
  );
  const feature = features.find(({ name }) => name === "Export");
  const use = await weeklyUse(scope, feature as Feature, await drawPopulation(scope, EVERYBODY, NOW), NOW);
  const { weeks } = (await (await call(shop, "?feature=Export")).json()) as { weeks: { first: number }[] };
  expect(weeks.map((week) => week.first)).toEqual(use.weeks.map((week) => week.first));
  expect((await exportUse(scope, use, null).text()).trim().split("\r\n")).toHaveLength(1 + weeks.length);
  const works = (await (await call(shop, "?account=works")).json()) as { people: number };
  expect(works.people).toBe(6);
  expect((await call(shop, "?account=nowhere")).status).toBe(404);
  expect((await call(shop, "?account=works&of=accounts")).status).toBe(400);
  expect((await call(shop, "?feature=nothing")).status).toBe(404);
  expect((await call(shop, "?segment=x")).status).toBe(400);
  const stranger = await makeProject();
  expect(await (await call(stranger, "")).json()).toMatchObject({ data: [], people: 0 });
  expect((await call(stranger, `?segment=${segment}`)).status).toBe(422);
});
