import { beforeAll, expect, test } from "vitest";
import { choiceOf } from "@/lib/comparison/choice";
import { comparePeople, type GroupsCompared } from "@/lib/comparison/compare";
import { type ComparedRow, isMean } from "@/lib/comparison/compared-rows";
import { ruleOfRow } from "@/lib/comparison/rule-of-row";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { newId } from "@/lib/ids";
import { applyBatch } from "@/lib/ingest/store/engine";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { grantScope, type Scope } from "@/lib/scope";
import { decodeRule } from "@/lib/segments/decode-rule";
import type { Rule } from "@/lib/segments/rule";
import { createSegment } from "@/lib/segments/segments.store";
import { exactCount } from "@/tests/support/exact-count";
import { makeModelProject } from "../identity/run";
import { randomFrom } from "../timeline/reads-world";

/**
 * A planted project: 72 of 100 people who came back after a month had created a recipe in their first week, 30 of 100
 * who did not come back; everything else is a coin toss. Edge cases are planted too: people who are too new, recipes of
 * the second week, and visitors before they logged in.
 */
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 9, 20, 12);
const EACH = 100;
let scope: Scope<"manage">;

beforeAll(async () => {
  const project = await makeModelProject(pool());
  scope = grantScope(project.id, "system:test");
  const pick = randomFrom(20_261_128);
  const operations: Operation[] = [];
  const person = (id: string, first: number, { back, recipe }: { back: boolean; recipe: boolean }) => {
    const at = (days: number) => first + days * DAY_MS;
    const isKnown = pick(3) > 0;
    const who = { anon: `d-${id}`, user: null };
    const device = pick(2) === 0 ? ("mobile" as const) : ("desktop" as const);
    const send = (name: string, ts: number, properties = {}, revenue: number | null = null) =>
      operations.push(operation({ ...who, name, ts, properties, revenue, device }));
    send("screen_view", first);
    send("search", at(0.5), { sort: ["new", "old"][pick(2)] as string });
    for (let day = 1; day < 7; day++) if (pick(3) === 0) send("screen_view", at(day + pick(10) / 24));
    if (recipe) send("recipe_created", at(2), { kind: pick(2) === 0 ? "soup" : "cake" });
    else if (pick(2) === 0) send("recipe_created", at(8));
    if (isKnown)
      operations.push(
        operation({ ...who, user: `u-${id}`, kind: "identify", name: "identify", ts: at(3), claim: true }),
      );
    if (back) send("screen_view", at(31 + pick(28)), {}, pick(4) === 0 ? 900 : null);
  };
  for (let i = 0; i < EACH; i++) {
    // Both start on the same days and at the same hours.
    const first = NOW - (100 - (i % 30)) * DAY_MS - (i % 24) * 3_600_000;
    person(`back-${i}`, first, { back: true, recipe: i < 72 });
    person(`gone-${i}`, first, { back: false, recipe: i < 30 });
  }
  for (let i = 0; i < 40; i++) person(`new-${i}`, NOW - 50 * DAY_MS, { back: true, recipe: true });
  await applyBatch(
    pool(),
    project,
    operations.sort((x, y) => x.ts - y.ts),
  );
  await refreshAllFacts(pool(), project.id, NOW);
  await pool().query("ANALYZE");
}, 120_000);

function operation({ device, ...changes }: Partial<Operation> & { device?: "mobile" | "desktop" }): Operation {
  return {
    id: newId(),
    ts: NOW,
    receivedAt: NOW,
    kind: "event",
    name: "screen_view",
    user: null,
    anon: null,
    streamClass: "sdk",
    sessionId: null,
    claim: false,
    active: true,
    context: { country: "DE", device: device ?? "desktop", path: "/" },
    revenue: null,
    groups: [],
    properties: {},
    changes: [],
    alias: null,
    warnings: [],
    ...changes,
  };
}

const run = (query: Parameters<typeof choiceOf>[0]) => comparePeople(scope, choiceOf(query), NOW);
const find = ({ comparison }: GroupsCompared, key: string): ComparedRow | undefined =>
  [...comparison.clear, ...comparison.unclear].find((row) => row.key === key && row.value === undefined);

/** How many people the list behind a link has. */
const listed = (rule: Rule): Promise<number> => exactCount(scope, rule, NOW);

async function expectLists({ a, b, leftOut, comparison, window }: GroupsCompared): Promise<void> {
  for (const group of [a, b, ...leftOut]) expect(await listed(group.rule), group.label).toBe(group.people);
  const rows = [...comparison.clear, ...comparison.unclear].filter((row) => !isMean(row));
  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) {
    if (isMean(row)) continue;
    const name = JSON.stringify([row.kind, row.key, row.property, row.value]);
    expect(await listed(ruleOfRow(a.rule, row, window)), name).toBe(row.a.had);
    expect(await listed(ruleOfRow(b.rule, row, window)), name).toBe(row.b.had);
  }
}

test("the comparison finds what retained people did in their first week, and nothing else", async () => {
  const found = await run({ pair: "retained", of: "firstSeen", days: "7" });
  expect([found.a.people, found.b.people, found.isEstimate]).toEqual([EACH, EACH, false]);
  expect(found.leftOut.map(({ people }) => people)).toEqual([40]);
  const [first] = found.comparison.clear;
  expect(first).toMatchObject({ kind: "event", key: "recipe_created", a: { had: 72 }, b: { had: 30 } });
  expect(first?.difference).toBeCloseTo(0.42, 10);
  expect(first?.low).toBeGreaterThan(0.28);
  expect(first?.high).toBeLessThan(0.56);
  const others = found.comparison.clear.filter(({ key }) => key !== "recipe_created");
  expect(others).toEqual([]);
  expect(find(found, "search")).toBeUndefined(); // everybody did it: nothing to compare
  await expectLists(found);
}, 120_000);

test.each([
  { pair: "retained", of: "firstSeen", days: "1" },
  { pair: "retained", of: "signedUp", days: "7" },
  { pair: "retained", date: "2026-08-01", days: "30" },
  { pair: "converted", event: "recipe_created", of: "firstSeen", days: "1" },
  { pair: "converted", event: "recipe_created", date: "2026-07-20", days: "30" },
  { pair: "signedUp", of: "firstSeen", days: "1" },
  { pair: "paying", of: "firstSeen", days: "7" },
  { pair: "paying", date: "2026-08-20", days: "30" },
  { pair: "power", of: "firstSeen", days: "7" },
] as const)(
  "each number of %j equals the length of the list behind it",
  async (query) => {
    const found = await run({ ...query });
    for (const group of [found.a, found.b, ...found.leftOut])
      expect(await listed(group.rule), group.label).toBe(group.people);
    const rows = [...found.comparison.clear, ...found.comparison.unclear].filter((row) => !isMean(row));
    for (const row of rows.slice(0, 12)) {
      if (isMean(row)) continue;
      for (const side of ["a", "b"] as const)
        expect(await listed(ruleOfRow(found[side].rule, row, found.window)), `${row.key} ${row.value}`).toBe(
          row[side].had,
        );
    }
  },
  120_000,
);

test("nobody is in both groups, and everybody who qualifies is in one or left out", async () => {
  for (const pair of ["retained", "signedUp", "paying"] as const) {
    const { a, b, leftOut } = await run({ pair, of: "firstSeen", days: "7" });
    const both = { kind: "and" as const, of: [a.rule, b.rule] };
    expect(await listed(both)).toBe(0);
    expect(a.people + b.people + leftOut.reduce((sum, group) => sum + group.people, 0)).toBe(2 * EACH + 40);
  }
});

test("a segment of identified people is compared with identified people, two segments without those in both", async () => {
  const cake = await createSegment(scope, {
    name: "Cake",
    rule: decodeRule("and(identified(yes),did(recipe_created,atLeast,1,ever,prop(kind,text,oneOf,cake)))"),
  });
  const soup = await createSegment(scope, {
    name: "Recipes",
    rule: decodeRule("and(did(recipe_created,atLeast,1,ever))"),
  });
  const one = await run({ pair: "segment", a: cake, of: "firstSeen", days: "7" });
  expect([one.a.label, one.b.label]).toEqual(["in “Cake”", "other identified users"]);
  expect(await listed({ kind: "and", of: [...one.b.rule.of, { kind: "identified", is: false }] })).toBe(0);
  await expectLists(one);
  const two = await run({ pair: "segments", a: cake, b: soup, of: "firstSeen", days: "7" });
  expect([two.a.people, two.leftOut.at(-2)?.label]).toEqual([0, "in both"]);
  expect(two.leftOut.at(-2)?.people).toBe(one.a.people);
  expect(two.comparison).toEqual({ clear: [], unclear: [] });
}, 120_000);

test("another project sees none of it", async () => {
  const stranger = grantScope(newId(), "system:test");
  const found = await comparePeople(stranger, choiceOf({ pair: "retained" }), NOW);
  expect([found.a.people, found.b.people, found.comparison.clear]).toEqual([0, 0, []]);
  const segment = await createSegment(scope, { name: "Ours", rule: decodeRule("and(identified(yes))") });
  await expect(comparePeople(stranger, choiceOf({ pair: "segment", a: segment }), NOW)).rejects.toMatchObject({
    code: "bad_request",
    field: "a",
  });
});

test("with many people, a stable sample is read, and marked as an estimate", async () => {
  const choice = choiceOf({ pair: "retained", of: "firstSeen", days: "7" });
  const limits = { universe: 120, read: 50, enough: 5 };
  const found = await comparePeople(scope, choice, NOW, limits);
  expect(found.isEstimate).toBe(true);
  for (const group of [found.a, found.b]) {
    expect(group.isExact).toBe(false);
    expect(group.read).toBeLessThanOrEqual(50);
    expect(Math.abs(group.people - EACH)).toBeLessThan(EACH / 2);
  }
  const recipe = find(found, "recipe_created");
  expect(recipe?.low).toBeLessThan(0.42);
  expect(recipe?.high).toBeGreaterThan(0.42);
  expect(await comparePeople(scope, choice, NOW, limits)).toEqual(found);
});

test("a group with too few people in the sample is read completely", async () => {
  const choice = choiceOf({ pair: "paying", of: "firstSeen", days: "7" });
  const whole = await comparePeople(scope, choice, NOW);
  const found = await comparePeople(scope, choice, NOW, { universe: 60, read: 1_000, enough: 25 });
  expect([found.a.people, found.a.isExact]).toEqual([whole.a.people, true]);
  expect(found.b.isExact).toBe(false);
});
