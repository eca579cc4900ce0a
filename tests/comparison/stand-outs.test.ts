import { beforeAll, expect, test } from "vitest";
import { standOuts } from "@/lib/comparison/stand-outs";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { newId } from "@/lib/ids";
import { applyBatch } from "@/lib/ingest/store/engine";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { grantScope, type Scope } from "@/lib/scope";
import type { Rule, RuleNode } from "@/lib/segments/rule";
import { createSegment } from "@/lib/segments/segments.store";

import { makeModelProject } from "../identity/run";

/** A segment's own rule reveals nothing new about its members, however it is composed. */
let scope: Scope<"manage">;

const visit = (who: { user?: string; anon: string }, isGold: boolean): Operation => ({
  id: newId(),
  ts: Date.now() - 3_600_000,
  receivedAt: Date.now(),
  kind: "event",
  name: "page",
  user: null,
  streamClass: "sdk",
  sessionId: null,
  claim: true,
  active: true,
  context: { country: isGold ? "DE" : "FR", device: "desktop", utmSource: isGold ? "news" : "ads" },
  revenue: null,
  groups: [],
  properties: {},
  changes: [
    { mode: "set", key: "tier", value: isGold ? "gold" : "free" },
    { mode: "set", key: "founder", value: isGold },
  ],
  alias: null,
  warnings: [],
  ...who,
});

beforeAll(async () => {
  const place = await makeModelProject(pool());
  scope = grantScope(place.id, "system:test");
  const people = Array.from({ length: 30 }, (_, i) => visit({ user: `u${i}`, anon: `d${i}` }, i < 10));
  // As many visitors have the same values: compared with visitors too, nothing would stand out.
  const visitors = Array.from({ length: 200 }, (_, i) => visit({ anon: `v${i}` }, true));
  await applyBatch(pool(), place, [...people, ...visitors]);
  await refreshAllFacts(pool(), place.id);
}, 60_000);

const rule = (...of: RuleNode[]): Rule => ({ kind: "and", of });
const users: RuleNode = { kind: "identified", is: true };
const gold: RuleNode = { kind: "property", key: "tier", type: "text", is: "oneOf", values: ["gold"] };
const german: RuleNode = { kind: "fact", field: "country", is: "oneOf", values: ["DE"] };
const within = (id: string): RuleNode => ({ kind: "segment", is: "in", id });
const make = (name: string, made: Rule) => createSegment(scope, { name, rule: made });
const keysOf = async (id: string) => [...new Set((await standOuts(scope, id)).rows.map(({ key }) => key))].sort();

test("a property and a built-in column that the rule tests are left out", async () => {
  expect(await keysOf(await make("Gold", rule(users, gold)))).toEqual(["country", "founder", "source"]);
  expect(await keysOf(await make("German", rule(users, german)))).toEqual(["founder", "source", "tier"]);
  // The source of a visit is its referrer or its utm_source.
  const news: RuleNode = { kind: "fact", field: "utmSource", is: "oneOf", values: ["news"] };
  expect(await keysOf(await make("News", rule(users, news)))).toEqual(["country", "founder", "tier"]);
});

test("what segments that the rule names test is left out too, at any depth, negated or not", async () => {
  const inner = await make("Inner", rule(users, gold));
  const middle = await make("Middle", rule(within(inner), german));
  expect(await keysOf(await make("Outer", rule(within(middle))))).toEqual(["founder", "source"]);
  const free = await make("Free", rule({ kind: "property", key: "tier", type: "text", is: "oneOf", values: ["free"] }));
  const others: RuleNode = { kind: "segment", is: "notIn", id: free };
  expect(await keysOf(await make("Others", rule(users, others)))).toEqual(["country", "founder", "source"]);
});

test("segments that refer to each other give an error, not a loop", async () => {
  const first = await make("First", rule(gold));
  const second = await make("Second", rule(within(first)));
  await pool().query("UPDATE segments SET rule = $1 WHERE id = $2", [JSON.stringify(rule(within(second))), first]);
  await expect(standOuts(scope, second)).rejects.toMatchObject({ code: "unprocessable" });
});

test("identified members are compared with identified people only", async () => {
  const { b, rows } = await standOuts(scope, await make("Compared", rule(users, gold)));
  expect(b).toMatchObject({ label: "other identified users", people: 20 });
  expect(rows.map(({ key, b: others }) => [key, others.had])).toEqual([
    ["country", 0],
    ["source", 0],
    ["founder", 0],
  ]);
});
