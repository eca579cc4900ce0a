import { beforeAll, expect, test } from "vitest";
import { GET } from "@/app/api/v1/insights/journeys/route";
import { pool } from "@/lib/db/pool";
import { exportJourneys } from "@/lib/export/journeys";
import { refreshAllFacts } from "@/lib/jobs/facts";
import {
  ASPECTS,
  type Cohort,
  cohortConditions,
  cohortRule,
  type Goal,
  ruleOfJourneyRow,
} from "@/lib/journeys/journeys";
import { journeysCompared, journeysOf } from "@/lib/journeys/journeys.queries";
import { grantScope, type Scope } from "@/lib/scope";
import { type Condition, type Rule, ruleSchema } from "@/lib/segments/rule";
import { exactCount } from "@/tests/support/exact-count";
import { asServer, makeProject, serveIngest, type TestProject } from "../ingest/support";
import { randomFrom } from "../timeline/reads-world";
import { story } from "./story";

const ingest = serveIngest();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.now();
const COHORT: Cohort = { from: NOW - 60 * DAY_MS, to: NOW };
const REFERRERS = ["https://news.ycombinator.com/item", "https://www.google.com/search", undefined];
const PAGES = ["/", "/blog", "/pricing"];
let shop: TestProject;
let scope: Scope;

/** 30 people with random histories, then three with known ones. */
beforeAll(async () => {
  shop = await makeProject();
  scope = grantScope(shop.id, "system:test");
  const { visit, identify, track } = story(ingest.url(), shop);
  const pick = randomFrom(11);
  const one = <T>(values: readonly T[]): T => values[pick(values.length)] as T;
  for (let i = 0; i < 30; i++) {
    const device = `d${i}`;
    let at = NOW - (1 + pick(55)) * DAY_MS;
    for (let visits = 1 + pick(4); visits > 0; visits--, at = Math.min(NOW - HOUR_MS, at + pick(9) * DAY_MS + HOUR_MS))
      await visit({ device, at, referrer: one(REFERRERS) }, [one(PAGES), one(["looked", "/signup"])]);
    if (i % 2 === 0) await identify(`u${i}`, device, Math.min(at, NOW - HOUR_MS / 2));
    if (i % 3 === 0) await track(`u${i - (i % 2)}`, "export", NOW - pick(20) * DAY_MS);
  }
  await identify("old", "none", NOW - 30 * DAY_MS);
  await visit({ device: "way", at: NOW - 20 * DAY_MS, referrer: REFERRERS[0] }, ["/blog"]);
  await visit({ device: "way", at: NOW - 10 * DAY_MS }, ["/pricing", "compared"]);
  await identify("way", "way", NOW - 10 * DAY_MS + HOUR_MS / 3);
  await refreshAllFacts(pool(), shop.id, NOW);
}, 120_000);

const listed = async (rule: Rule) => {
  expect(ruleSchema.safeParse(rule).success).toBe(true);
  return exactCount(scope, rule);
};

test.each([["signUp"], [{ event: "export" }]] as Goal[][])(
  "%j: every number is that of the list behind it",
  async (goal) => {
    const found = await journeysOf(scope, goal as Goal, COHORT);
    const cohort = cohortConditions(COHORT, NOW);
    expect(found.every).toBe(1);
    expect(found.reached).toBe(await listed(cohortRule(goal as Goal, cohort, true)));
    expect(found.others).toBe(await listed(cohortRule(goal as Goal, cohort, false)));
    expect(found.reached + found.others).toBe(await listed(cohortRule(goal as Goal, cohort)));
    let checked = 0;
    for (const aspect of ASPECTS)
      for (const { value, ...people } of found.rows[aspect])
        for (const side of ["reached", "others"] as const) {
          const rule = ruleOfJourneyRow(goal as Goal, cohort, aspect, value, side === "reached");
          if (!rule || people[side] === 0) continue;
          expect(await listed(rule), `${aspect} ${value} ${side}`).toBe(people[side]);
          checked++;
        }
    expect(checked).toBeGreaterThan(15);
    for (const aspect of ["source", "page", "visits"] as const) {
      const sum = (side: "reached" | "others") => found.rows[aspect].reduce((all, row) => all + row[side], 0);
      expect([sum("reached"), sum("others")]).toEqual([found.reached, found.others]);
    }
  },
);

test("the planted path is found, and customers who predate the project are left out and counted", async () => {
  const only = { from: NOW - 20 * DAY_MS, to: NOW - 20 * DAY_MS + 1 };
  const { rows, reached } = await journeysOf(scope, "signUp", only);
  expect(reached).toBeGreaterThanOrEqual(1);
  expect(rows.step.some(({ value }) => value === "compared")).toBe(true);
  expect(rows.days.some(({ value }) => value === "7")).toBe(true);
  expect(rows.visits.some(({ value, reached }) => value === "2" && reached > 0)).toBe(true);
  const all = await journeysOf(scope, "signUp", COHORT);
  expect(all.existing).toBe(
    await listed({
      kind: "and",
      of: [...cohortConditions(COHORT, NOW), { kind: "fact", field: "signUp", is: "oneOf", values: ["existing"] }],
    }),
  );
  expect(all.existing).toBeGreaterThan(0);
});

test.each([["signUp"], [{ event: "export" }]] as Goal[][])(
  "%j: the days before are counted by the same age, and each number is that of the list behind it",
  async (goal) => {
    const cohort = { from: NOW - 30 * DAY_MS, to: NOW - 10 * DAY_MS };
    const { journeys, before } = await journeysCompared(scope, goal as Goal, cohort, NOW);
    expect(journeys).toEqual(await journeysOf(scope, goal as Goal, cohort));
    const earlier = { from: NOW - 50 * DAY_MS, to: NOW - 30 * DAY_MS };
    const by = new Date(earlier.to + 10 * DAY_MS).toISOString();
    const reachedBy: Condition =
      goal === "signUp"
        ? { kind: "time", field: "signedUp", is: "before", at: by }
        : { kind: "did", event: "export", where: [], is: "atLeast", n: 1, window: { since: "1900-01-01", before: by } };
    const conditions = cohortConditions(earlier, NOW);
    const reached = cohortRule(goal as Goal, conditions, true);
    const inTime = await listed({ kind: "and", of: [...reached.of, reachedBy] });
    expect(before.reached).toBe(inTime);
    expect(before.reached + before.others).toBe(await listed(cohortRule(goal as Goal, conditions)));
    // Some got there later: they count among the others.
    if (goal !== "signUp") expect(inTime).toBeLessThan(await listed(reached));
    const rows = (await journeysOf(scope, goal as Goal, { ...earlier, until: earlier.to + 10 * DAY_MS })).rows;
    for (const aspect of ASPECTS)
      for (const { value, reached: n } of rows[aspect]) expect(before.reachedBy(aspect, value)).toBe(n);
    expect(before.reachedBy("source", "nowhere")).toBe(0);
  },
);

test("file and API agree; another project's is empty", async () => {
  const found = await journeysOf(scope, "signUp", COHORT);
  const { before } = await journeysCompared(scope, "signUp", COHORT, NOW);
  const csv = await exportJourneys(scope, { journeys: found, before }, null).text();
  expect(csv.trim().split("\r\n")).toHaveLength(
    1 + ASPECTS.reduce((sum, aspect) => sum + found.rows[aspect].length, 0),
  );
  const call = (project: TestProject, query: string) =>
    GET(new Request(`http://127.0.0.1/api/v1/insights/journeys${query}`, { headers: asServer(project.read) }));
  expect(await (await call(shop, "?days=60")).json()).toMatchObject({ reached: found.reached, others: found.others });
  expect((await call(shop, "?days=0")).status).toBe(400);
  const stranger = await makeProject();
  expect(await (await call(stranger, "")).json()).toMatchObject({ reached: 0, others: 0, sources: [] });
});
