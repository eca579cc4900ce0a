import { beforeAll, expect, test } from "vitest";
import { choiceOf } from "@/lib/comparison/choice";
import { comparePeople } from "@/lib/comparison/compare";
import { pool } from "@/lib/db/pool";
import { comparisonCsv } from "@/lib/export/comparison";
import { grantScope, type Scope } from "@/lib/scope";
import type { Rule } from "@/lib/segments/rule";
import { createSegment, deleteSegment } from "@/lib/segments/segments.store";
import { exactCount } from "@/tests/support/exact-count";
import { applyOperations, DAY_MS, identified, makeEvent, refreshEverything, START } from "../accounts/support";
import { makeModelProject } from "../identity/run";
import { parseCsv } from "../support/csv";

const MINUTES_A_DAY = 24 * 60;
const NOW = START + 120 * DAY_MS;
let scope: Scope<"manage">;

/** Visitors, customers from before the first event (two with a date), and people who signed up on many days. */
beforeAll(async () => {
  const project = await makeModelProject(pool());
  scope = grantScope(project.id, "member:test");
  const day = (n: number) => n * MINUTES_A_DAY;
  const old = ["e0", "e1", "e2", "e3"].flatMap((user, i) => [
    identified(1 + i, user, i < 2 ? { createdAt: "2024-05-01" } : {}),
    ...[1, 5, 40, 90].map((n) => makeEvent(day(n) + i, { user })),
  ]);
  const visitors = ["v0", "v1", "v2"].flatMap((anon, i) => [3, 45].map((n) => makeEvent(day(n + i * 30), { anon })));
  const others = Array.from({ length: 14 }, (_, i) => {
    const [user, anon] = [`s${i}`, `d${i}`];
    const joined = 2 + i * 8;
    return [
      makeEvent(day(joined - 1), { anon }),
      makeEvent(day(joined), { anon, user, name: "signed_up" }),
      ...[2, 9, 35]
        .filter((n) => (n + i) % 3 > 0 && joined + n < 119)
        .map((n) => makeEvent(day(joined + n), { user, revenue: n === 9 ? 500 : null })),
    ];
  }).flat();
  // Created by a server, and seen days later.
  const unseen = ["p0", "p1"].flatMap((user, i) => [
    identified(day(20 + i), user, { createdAt: new Date(START + (10 + i) * DAY_MS).toISOString() }),
    ...[20, 29, 60].map((n) => makeEvent(day(n + i) + 1, { user })),
  ]);
  await applyOperations(project, ...[...old, ...visitors, ...others, ...unseen].sort((a, b) => a.ts - b.ts));
  await refreshEverything(project, NOW);
}, 120_000);

const count = (rule: Rule) => exactCount(scope, rule, NOW);

const converted = { pair: "converted", event: "used" } as const;
/** What both start with: the days of a life, or those before a date. */
const LIVES = [{ of: "firstSeen" }, { of: "signedUp" }] as const;
const DATES = [{ date: new Date(START + 50 * DAY_MS).toISOString().slice(0, 10) }];
const inSegments = async () => {
  const segment = (name: string, sessions: number) =>
    createSegment(scope, {
      name,
      description: "",
      rule: { kind: "and", of: [{ kind: "count", field: "events", is: "atMost", n: sessions }] },
    });
  return { pair: "segments" as const, a: await segment("few", 3), b: await segment("fewer", 2) };
};

test.each([
  ...[
    { pair: "retained" } as const,
    { pair: "paying" } as const,
    converted,
    { ...converted, event: "signed_up" },
  ].flatMap((pair) => [...LIVES, ...DATES].map((counted) => [pair, counted] as const)),
  ...[LIVES[0], ...DATES].map((counted) => [{ pair: "signedUp" } as const, counted] as const),
  ...LIVES.map((counted) => [{ pair: "power" } as const, counted] as const),
  ...LIVES.map((counted) => ["segments", counted] as const),
])("%j, of the days %j: everybody is in one group, or counted and named as left out", async (given, counted) => {
  const pair = given === "segments" ? await inSegments() : given;
  const found = await comparePeople(scope, choiceOf({ ...pair, ...counted, days: "7" }), NOW);
  const groups = [found.a, found.b, ...found.leftOut];
  for (const { label, rule, people } of groups) expect(await count(rule), label).toBe(people);
  const isOfUsers = JSON.stringify(found.a.rule).includes('"identified"');
  const all = await count({ kind: "and", of: isOfUsers ? [{ kind: "identified", is: true }] : [] });
  expect(all).toBe(isOfUsers ? 20 : 23);
  const names = groups.map(({ label, people }) => `${label} ${people}`).join(", ");
  expect(
    groups.reduce((sum, { people }) => sum + people, 0),
    names,
  ).toBe(all);
  expect(groups.filter(({ people }) => people > 0).length, names).toBeGreaterThan(1);
  // The file names them, too.
  const file = parseCsv(await comparisonCsv(scope, found).text());
  expect(file.filter(([kind]) => kind === "left out").map(([, label, , , people]) => [label, people])).toEqual(
    found.leftOut.map(({ label, people }) => [label, String(people)]),
  );
  if (pair.pair === "segments") for (const id of [pair.a, pair.b]) await deleteSegment(scope, id);
});

test("a sign-up or conversion more than ten years after first seen counts as not in time", async () => {
  const project = await makeModelProject(pool(), { maxLatenessDays: 4_500 });
  const own = grantScope(project.id, "member:test");
  const late = (3_900 - 120) * MINUTES_A_DAY;
  const firstSeen = -late + 10;
  await applyOperations(
    project,
    ...["l0", "l1"].flatMap((anon) => [
      makeEvent(firstSeen, { anon, name: "viewed" }),
      makeEvent(100 * MINUTES_A_DAY, { anon, user: `u-${anon}`, name: "bought" }),
    ]),
    makeEvent(firstSeen, { anon: "v", name: "viewed" }),
  );
  await refreshEverything(project, NOW);
  for (const pair of [{ pair: "signedUp" } as const, { pair: "converted", event: "bought" } as const]) {
    const { a, b, leftOut } = await comparePeople(own, choiceOf({ ...pair, of: "firstSeen", days: "7" }), NOW);
    expect([a.people, b.people, ...leftOut.map(({ people }) => people)], pair.pair).toEqual([
      0,
      3,
      ...leftOut.map(() => 0),
    ]);
  }
});

test("comparing days since sign-up leaves out customers from before the first event, whose days nobody recorded", async () => {
  const { a, b, leftOut } = await comparePeople(scope, choiceOf({ pair: "retained", of: "signedUp", days: "7" }), NOW);
  expect(leftOut.map(({ label, people }) => [label, people])).toContainEqual([
    "customers from before the first event",
    4,
  ]);
  for (const { rule } of [a, b])
    expect(
      await count({ kind: "and", of: [rule, { kind: "fact", field: "signUp", is: "oneOf", values: ["existing"] }] }),
    ).toBe(0);
});

test("people who signed up before they were first seen are left out and counted: nobody saw what led to it", async () => {
  const { leftOut } = await comparePeople(scope, choiceOf({ pair: "signedUp", of: "firstSeen", days: "7" }), NOW);
  expect(leftOut.map(({ label, people }) => [label, people])).toContainEqual([
    "people who signed up before they were first seen",
    2,
  ]);
});
