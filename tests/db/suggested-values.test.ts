import fc from "fast-check";
import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import type { Json, Operation } from "@/lib/ingest/operation";
import { applyBatch } from "@/lib/ingest/store/engine";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { listProfiles } from "@/lib/profiles/queries";
import { grantScope, type Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compiled.queries";
import type { Condition, PropertyCondition, Rule } from "@/lib/segments/rule";
import { type Held, suggestEventValues, suggestProperties, suggestValues } from "@/lib/segments/suggest.queries";
import { toOperation } from "../identity/generate";
import { makeProject } from "../identity/run";

/** What one person or event has of the property "v", as real senders mix it. */
const single = fc.oneof(
  fc.constantFrom<Json>(
    "42",
    42,
    true,
    "true",
    false,
    "false",
    "",
    " ",
    "042",
    "42.0",
    0.5,
    "0.5",
    -3,
    "-3",
    "1e3",
    1000,
    0,
  ),
  fc.constantFrom<Json>("ü", "Ünï", "a,b", "(x)", '"q"', "👍", 1e21, 1.5e-7, 9_007_199_254_740_991, "null", "[]"),
);
const stored: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: single },
  { weight: 1, arbitrary: fc.uniqueArray(single, { minLength: 1, maxLength: 3, comparator: "SameValue" }) },
);

const operation = (user: string, changes: Partial<Operation>): Operation => ({
  ...toOperation({
    id: newId(),
    ts: Date.now() - 60_000,
    user,
    anon: null,
    cls: "sdk",
    session: null,
    claim: true,
    active: true,
    changes: [],
  }),
  ...changes,
});

async function found(scope: Scope, condition: Condition): Promise<number> {
  const rule: Rule = { kind: "and", of: [condition] };
  const filter = await compileRule(scope, rule, Date.now());
  return (await listProfiles(scope, { filter, limit: 1_000 })).rows.length;
}

const chosen = (held: Held, value: string): PropertyCondition =>
  held === "item"
    ? { kind: "property", key: "v", type: "list", is: "hasAny", values: [value] }
    : { kind: "property", key: "v", type: "text", is: "oneOf", values: [value] };

test("every value the builder offers finds as many people as it says, whatever types are mixed", async () => {
  for (const [seed, values] of fc
    .sample(fc.array(stored, { minLength: 25, maxLength: 25 }), { numRuns: 4, seed: 7 })
    .entries()) {
    const project = await makeProject(pool());
    const scope = grantScope(project.id, "system:test");
    const people = values.map((value, i) => operation(`p${i}`, { changes: [{ mode: "set", key: "v", value }] }));
    const doing = values.map((value, i) =>
      operation(`p${i}`, { kind: "event", name: "did", properties: { v: value } }),
    );
    await applyBatch(pool(), project, [...people, ...doing, operation("nobody", {})]);
    await refreshAllFacts(pool(), project.id);
    for (const held of ["single", "item"] as const) {
      const offered = await suggestValues(scope, "v", "", held);
      expect(offered.length).toBeGreaterThan(3);
      for (const { value, people: count } of offered)
        expect([seed, held, value, await found(scope, chosen(held, value))]).toEqual([seed, held, value, count]);
      for (const { value, people: count } of await suggestEventValues(scope, "did", "v", "", held)) {
        const did: Condition = {
          kind: "did",
          event: "did",
          where: [chosen(held, value)],
          is: "atLeast",
          n: 1,
          window: { days: 1 },
        };
        expect([seed, held, value, await found(scope, did)]).toEqual([seed, held, value, count]);
      }
      const [most] = offered;
      if (!most || held === "single") continue;
      const none: Condition = { kind: "property", key: "v", type: "list", is: "hasNone", values: [most.value] };
      expect(await found(scope, none)).toBe(values.length + 1 - most.people);
    }
    const typeOf = (value: Json) =>
      Array.isArray(value) ? "list" : typeof value === "string" ? "text" : (typeof value as "number" | "boolean");
    const types = new Map<string, number>();
    for (const value of values) types.set(typeOf(value), (types.get(typeOf(value)) ?? 0) + 1);
    const told = (await suggestProperties(scope, "v")).map(({ type, people: count }) => [type, count]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(types));
  }
});
