import { beforeAll, expect, test } from "vitest";
import { choiceOf } from "@/lib/comparison/choice";
import { compare } from "@/lib/comparison/compare";
import { pool } from "@/lib/db/pool";
import { grantScope, type Scope } from "@/lib/scope";
import type { Rule } from "@/lib/segments/rule";
import { exactCount } from "@/tests/support/exact-count";
import { apply, DAY, identified, operation, START, settle } from "../accounts/support";
import { makeProject } from "../identity/run";

const MINUTES_A_DAY = 24 * 60;
const NOW = START + 120 * DAY;
let scope: Scope;

/** Visitors, customers from before the first event (two with a date), and people who signed up on many days. */
beforeAll(async () => {
  const project = await makeProject(pool());
  scope = grantScope(project.id, "member:test");
  const day = (n: number) => n * MINUTES_A_DAY;
  const old = ["e0", "e1", "e2", "e3"].flatMap((user, i) => [
    identified(1 + i, user, i < 2 ? { createdAt: "2024-05-01" } : {}),
    ...[1, 5, 40, 90].map((n) => operation(day(n) + i, { user })),
  ]);
  const visitors = ["v0", "v1", "v2"].flatMap((anon, i) => [3, 45].map((n) => operation(day(n + i * 30), { anon })));
  const others = Array.from({ length: 14 }, (_, i) => {
    const [user, anon] = [`s${i}`, `d${i}`];
    const joined = 2 + i * 8;
    return [
      operation(day(joined - 1), { anon }),
      operation(day(joined), { anon, user, name: "signed_up" }),
      ...[2, 9, 35]
        .filter((n) => (n + i) % 3 > 0 && joined + n < 119)
        .map((n) => operation(day(joined + n), { user, revenue: n === 9 ? 500 : null })),
    ];
  }).flat();
  // Created by a server, and seen days later.
  const unseen = ["p0", "p1"].flatMap((user, i) => [
    identified(day(20 + i), user, { createdAt: new Date(START + (10 + i) * DAY).toISOString() }),
    ...[20, 29, 60].map((n) => operation(day(n + i) + 1, { user })),
  ]);
  await apply(project, ...[...old, ...visitors, ...others, ...unseen].sort((a, b) => a.ts - b.ts));
  await settle(project, NOW);
}, 120_000);

const count = (rule: Rule) => exactCount(scope, rule, NOW);

test.each([
  ["retained", "firstSeen", "everybody"],
  ["retained", "signedUp", "everybody"],
  ["paying", "firstSeen", "everybody"],
  ["paying", "signedUp", "everybody"],
  ["signedUp", "firstSeen", "everybody"],
  ["power", "firstSeen", "identified"],
  ["power", "signedUp", "identified"],
] as const)("%s, of the days since %s: %s is in one group, or counted and named as left out", async (pair, of, who) => {
  const found = await compare(scope, choiceOf({ pair, of, days: "7" }), NOW);
  const groups = [found.a, found.b, ...found.leftOut];
  for (const { label, rule, people } of groups) expect(await count(rule), label).toBe(people);
  const all = await count({ kind: "and", of: who === "identified" ? [{ kind: "identified", is: true }] : [] });
  expect(all).toBe(who === "identified" ? 20 : 23);
  expect(
    groups.reduce((sum, { people }) => sum + people, 0),
    groups.map(({ label, people }) => `${label} ${people}`).join(", "),
  ).toBe(all);
  expect(found.a.people + found.b.people).toBeGreaterThan(1);
});

test("of the days since sign-up, customers from before the first event are in no group: nobody saw those days", async () => {
  const { a, b, leftOut } = await compare(scope, choiceOf({ pair: "retained", of: "signedUp", days: "7" }), NOW);
  expect(leftOut.map(({ label, people }) => [label, people])).toContainEqual([
    "customers from before the first event",
    4,
  ]);
  for (const { rule } of [a, b])
    expect(
      await count({ kind: "and", of: [rule, { kind: "fact", field: "signUp", is: "oneOf", values: ["existing"] }] }),
    ).toBe(0);
});

test("who signed up before they were first seen is named: nobody saw what led to it", async () => {
  const { leftOut } = await compare(scope, choiceOf({ pair: "signedUp", of: "firstSeen", days: "7" }), NOW);
  expect(leftOut.map(({ label, people }) => [label, people])).toContainEqual([
    "people who signed up before they were first seen",
    2,
  ]);
});
