import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { GET as exportUsers } from "@/app/(app)/[project]/users/export/route";
import { profilePageSchema } from "@/lib/api/schemas";
import * as guard from "@/lib/auth/guard";
import { pool } from "@/lib/db/pool";
import { refreshAllFacts } from "@/lib/jobs/facts";
import type { Json, JsonObject } from "@/lib/json";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { grantScope, type Scope } from "@/lib/scope";
import { encodeRule } from "@/lib/segments/encode-rule";
import { listOptions } from "@/lib/segments/list-options";
import type { Condition, PropertyCondition } from "@/lib/segments/rule";
import {
  suggestEventProperties,
  suggestEventValues,
  suggestProperties,
  suggestValues,
} from "@/lib/segments/suggest.queries";
import type { SuggestedProperty, SuggestedValue } from "@/lib/segments/suggest.types";
import { ask, track } from "../api/support";
import { makeProject, type TestProject } from "../ingest/support";
import { someCases } from "../support/cases";

const whoAsks = vi.spyOn(guard, "requireMemberApi");

const PEOPLE = 40;
/** Values as real senders mix them. */
const single = fc.oneof(
  fc.boolean(),
  fc.constantFrom<Json>("42", 42, true, "true", false, "false", "", " ", " pro ", "pro", "042", "42.0", 0.5, "0.5"),
  fc.constantFrom<Json>(-3, "-3", "1e3", 1000, 0, -0, "-0", "12.50", 12.5, 1e21, "1000000000000000000000", 1.5e-7),
  fc.constantFrom<Json>("ü", "Ünï", "a,b", "(x)", '"q"', "👍", "null", "[]", "[1]", '{"a": 1}', "٤٢", "4\n2", "a\tb"),
  fc.constantFrom<Json>(9_007_199_254_740_991, "9007199254740993", 9_007_199_254_740_994, "2026-03-12", "2026-02-30"),
);
const item = fc.oneof(
  { weight: 4, arbitrary: single },
  { weight: 1, arbitrary: fc.constantFrom<Json>([1], ["pro"], { a: 1 }, {}, [], null) },
);
const stored: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: single },
  { weight: 1, arbitrary: fc.array(item, { maxLength: 4 }) },
);

/** A value under a plain key and under paths: nested, nested further, and with dots of its own. */
const placed = (v: Json): JsonObject => ({ v, near: { v }, a: { b: { v } }, "x.v": v });

async function world(values: Json[]): Promise<{ project: TestProject; scope: Scope }> {
  const project = await makeProject();
  const scope = grantScope(project.id, "system:test");
  const identify = (profileId: string, properties: JsonObject) => ({
    type: "identify",
    payload: { profileId, properties },
  });
  const did = (profileId: string, properties: JsonObject) => ({
    type: "track",
    payload: { name: "did", profileId, properties },
  });
  await track(project, {
    batch: [
      ...values.map((value, i) => identify(`p${i}`, placed(value))),
      ...values.map((value, i) => did(`p${i}`, { ...placed(value), "y.z": { v: value }, $browser: value })),
      identify("nobody", {}),
    ],
  });
  await refreshAllFacts(pool(), project.id);
  return { project, scope };
}

type Found = (condition: Condition) => Promise<string[]>;

/** Read API and file share the list's options, so only each third condition is tried there, too. */
const EVERY = someCases(3, 1);

/** The people a condition finds: in the list, through its URL, in the read API and in the file. */
function everyWay(project: TestProject, scope: Scope): Found {
  whoAsks.mockResolvedValue({ scope } as Awaited<ReturnType<typeof guard.requireMemberApi>>);
  let asked = 0;
  return async (condition) => {
    const query = new URLSearchParams({ filter: encodeRule({ kind: "and", of: [condition] }), sort: "firstSeen" });
    const filter = new URL(`http://x/?${query}`).searchParams.get("filter") as string;
    const listed = await listProfiles(scope, { ...(await listOptions(scope, { filter })), limit: 100 });
    const people = listed.rows.map(({ ref }) => ref).sort();
    if (asked++ % EVERY > 0) return people;
    const answer = await ask(`/profiles?${query}&limit=100`, project.read);
    expect(
      profilePageSchema
        .parse(answer.body)
        .data.map(({ ref }) => ref)
        .sort(),
      JSON.stringify(condition),
    ).toEqual(people);
    const file = await exportUsers(new Request(`http://x/x/users/export?${query}&columns=ref`), {
      params: Promise.resolve({ project: project.id }),
    });
    const [, ...lines] = (await file.text()).trimEnd().split(/\r?\n/);
    expect(lines.sort(), JSON.stringify(condition)).toEqual(people);
    return people;
  };
}

type Source = { found: Found; of: (condition: PropertyCondition) => Condition; values: Values };
type Values = (key: string, held: "single" | "item") => Promise<SuggestedValue[]>;

/** Compares every suggested value of a property, and the count for each type, with the people found. */
async function holdOffer(
  { found, of, values }: Source,
  { key, type, people: total }: SuggestedProperty,
): Promise<void> {
  const count = async (one: object) =>
    (await found(of({ kind: "property", key, type, ...one } as PropertyCondition))).length;
  const what = [key, type];
  if (type === "number") {
    expect([...what, await count({ is: "ge", value: -1e300 })]).toEqual([...what, total]);
    for (const value of [42, 0.5, 1000, 12.5, 1e21, 1.5e-7, 0])
      expect([...what, value, await count({ is: "eq", value })]).toEqual([
        ...what,
        value,
        await count({ is: "between", min: value, max: value }),
      ]);
  }
  if (type === "boolean")
    expect([...what, (await count({ is: "true" })) + (await count({ is: "false" }))]).toEqual([...what, total]);
  if (type === "date") expect([...what, await count({ is: "since", at: "1900-01-01" })]).toEqual([...what, total]);
  if (type !== "text" && type !== "list") return;
  const offered = await values(key, type === "list" ? "item" : "single");
  for (const { value, people } of offered) {
    const chosen = { is: type === "list" ? "hasAny" : "oneOf", values: [value] };
    expect([...what, value, await count(chosen)]).toEqual([...what, value, people]);
    if (key === "v" && type === "text" && value !== "")
      expect(await count({ is: "startsWith", value })).toBeGreaterThanOrEqual(people);
  }
  if (type === "text")
    expect([...what, offered.reduce((sum, { people }) => sum + people, 0)]).toEqual([...what, total]);
}

test("suggestions find as many people as they say, in the list, by URL, API and file, with any mix of types", async () => {
  const samples = fc.sample(fc.array(stored, { minLength: PEOPLE, maxLength: PEOPLE }), { numRuns: 1, seed: 7 });
  for (const values of samples) {
    const { project, scope } = await world(values);
    const found = everyWay(project, scope);
    const properties = await suggestProperties(scope);
    const keys = new Set(properties.map(({ key }) => key));
    expect(keys).toEqual(new Set(["v", "near.v", "a.b.v", "x.v"]));
    // The same values everywhere: one path is checked fully, the others against it.
    const ofKey = (all: SuggestedProperty[], key: string) =>
      all.filter((one) => one.key === key).map(({ type, people }) => [type, people]);
    for (const key of keys) expect([key, ofKey(properties, key)]).toEqual([key, ofKey(properties, "v")]);
    expect(ofKey(properties, "v").map(([type]) => type)).toEqual(
      expect.arrayContaining(["text", "number", "boolean", "list"]),
    );
    const people: Source = { found, of: (one) => one, values: (key, held) => suggestValues(scope, key, "", held) };
    for (const one of properties) if (one.key === "v") await holdOffer(people, one);

    const offered = await suggestEventProperties(scope, "did");
    expect(new Set(offered.map(({ key }) => key))).toEqual(keys);
    for (const key of keys) expect([key, ofKey(offered, key)]).toEqual([key, ofKey(properties, "v")]);
    const events: Source = {
      found,
      of: (one) => ({ kind: "did", event: "did", where: [one], is: "atLeast", n: 1, window: { days: 1 } }),
      values: (key, held) => suggestEventValues(scope, "did", key, "", held),
    };
    for (const one of offered) if (one.key === "a.b.v") await holdOffer(events, one);
  }
});

test.each([
  ["as deep as events nest", { a: { b: { c: { d: { e: 1 } } } } }, "a.b.c.d.e", "1"],
  ["of two with the same path, the one with the whole name", { "a.b": 2, a: { b: true } }, "a.b", "2"],
  ["once, though it is there twice", { "a.b": 2, a: { b: 2 } }, "a.b", "2"],
  ["the other if that is null", { "a.b": null, a: { b: 3 } }, "a.b", "3"],
  ["not if a path cannot reach it", { "a.b": { c: 1 }, a: { "b.c": 1 }, d: 4 }, "d", "4"],
])("a property of an event is suggested %s", async (_what, properties, key, value) => {
  const project = await makeProject();
  const scope = grantScope(project.id, "system:test");
  await track(project, { type: "track", payload: { name: "did", profileId: "p", properties } });
  expect(await suggestEventProperties(scope, "did")).toEqual([{ key, type: "number", people: 1 }]);
  expect(await suggestEventValues(scope, "did", key)).toEqual([{ value, people: 1 }]);
  const condition: PropertyCondition = { kind: "property", key, type: "number", is: "eq", value: Number(value) };
  const did: Condition = {
    kind: "did",
    event: "did",
    where: [condition],
    is: "atLeast",
    n: 1,
    window: { ever: true },
  };
  await refreshAllFacts(pool(), project.id);
  expect(await everyWay(project, scope)(did)).toEqual(["u:p"]);
});

test("a negation finds everybody else, including people without any value", async () => {
  const values: Json[] = [[42], ["42", "a"], [true], [], 42, "42", "a", [[42]], [{ a: 42 }]];
  const { project, scope } = await world(values);
  const found = everyWay(project, scope);
  const others = (...indexes: number[]) =>
    ["u:nobody", ...values.flatMap((_, i) => (indexes.includes(i) ? [] : [`u:p${i}`]))].sort();
  const of = (one: object) => ({ kind: "property", key: "v", ...one }) as PropertyCondition;
  expect(await found(of({ type: "list", is: "hasNone", values: ["42"] }))).toEqual(others(0, 1));
  expect(await found(of({ type: "list", is: "hasNone", values: ["true", "a"] }))).toEqual(others(1, 2));
  expect(await found(of({ type: "text", is: "noneOf", values: ["42"] }))).toEqual(others(4, 5));
  expect(await found(of({ type: "number", is: "ne", value: 42 }))).toEqual(others(4, 5));
  expect(await found(of({ type: "text", is: "notContains", value: "4" }))).toEqual(others(4, 5));
});

test("a number with trailing zeros, or with thousands of digits, is suggested and found", async () => {
  const { project, scope } = await world(["", "12.50", "", ""]);
  const set = (who: string, json: string) =>
    pool().query(
      "UPDATE profiles SET props = jsonb_set(props, '{v}', $3::jsonb) WHERE project_id = $1 AND display_id = $2",
      [project.id, who, json],
    );
  await set("p0", "12.50");
  await set("p2", `"0.${"0".repeat(20_000)}1"`);
  await set("p3", `"${"9".repeat(200_000)}"`);
  const found = everyWay(project, scope);
  expect(await suggestValues(scope, "v")).toEqual([
    { value: "12.5", people: 1 },
    { value: "12.50", people: 1 },
  ]);
  const of = (one: object) => ({ kind: "property", key: "v", ...one }) as PropertyCondition;
  expect(await found(of({ type: "text", is: "oneOf", values: ["12.5"] }))).toEqual(["u:p0"]);
  expect(await found(of({ type: "text", is: "oneOf", values: ["12.50"] }))).toEqual(["u:p1"]);
  expect(await found(of({ type: "number", is: "ge", value: 12.5 }))).toEqual(["u:p0"]);
});
