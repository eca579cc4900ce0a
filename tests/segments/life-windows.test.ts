import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { applyBatch } from "@/lib/ingest/store/engine";
import { refreshAllFacts } from "@/lib/jobs/facts";
import type { PeopleFilter } from "@/lib/profiles/filter";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { grantScope, type Scope } from "@/lib/scope";
import { compileRuleToSql } from "@/lib/segments/compile.queries";
import type { Condition, Rule } from "@/lib/segments/rule";
import { makeModelProject } from "../identity/run";
import { someCases } from "../support/cases";
import { matches, type SimplePerson } from "../support/evaluate";
import { makeOperation } from "../support/operation";
import { anyCondition } from "../support/rules";
import { randomFrom } from "../timeline/reads-world";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.now();
const NAMES = ["export", "invite"];
const PEOPLE = 24;

let scope: Scope;
const people = new Map<string, SimplePerson>();

/** Histories too long for the last ten times to decide: up to 30 events per name over 40 days, half anonymous first. */
beforeAll(async () => {
  const project = await makeModelProject(pool());
  scope = grantScope(project.id, "system:test");
  const pick = randomFrom(20_261_127);
  const operations: Operation[] = [];
  for (let person = 0; person < PEOPLE; person++) {
    const known = person % 4 !== 3;
    const times = Array.from({ length: 1 + pick(60) }, () => NOW - HOUR_MS - pick(40 * DAY_MS)).sort((a, b) => a - b);
    const login = times[pick(times.length)] as number;
    const events = times.map((ts) => ({
      name: NAMES[pick(2)] as string,
      ts,
      properties: { size: pick(3) },
      path: null,
    }));
    for (const { name, ts, properties } of events)
      operations.push(operation({ name, ts, properties, anon: `d${person}`, user: null }));
    if (known)
      operations.push(
        operation({ kind: "identify", name: "identify", ts: login, anon: `d${person}`, user: `u${person}` }),
      );
    people.set(known ? `u:u${person}` : `a:d${person}`, {
      identified: known,
      props: {},
      facts: {},
      times: { firstSeen: times[0] as number, lastSeen: times.at(-1) as number, signedUp: null, consentAt: null },
      counts: {} as SimplePerson["counts"],
      events,
      active: times,
      visits: [],
      lists: [],
    });
  }
  await applyBatch(pool(), project, operations);
  await refreshAllFacts(pool(), project.id, NOW);
  await pool().query("ANALYZE"); // as a job does in new instances; without, plans take ten times as long
  const { rows } = await pool().query<{ handle: string; at: number }>(
    "SELECT handle, signed_up_at AS at FROM profile_facts WHERE project_id = $1 AND person > 0",
    [scope.projectId],
  );
  for (const { handle, at } of rows) (people.get(`u:${handle}`) as SimplePerson).times.signedUp = at;
}, 60_000);

function operation(changes: Partial<Operation>): Operation {
  return makeOperation({ ts: NOW, receivedAt: NOW, name: "export", ...changes });
}

const vocabulary = {
  keys: ["size"],
  texts: ["1"],
  numbers: [0, 1],
  days: ["2026-01-01"],
  lastDays: [1, 7, 30],
  events: NAMES,
  facts: ["x"],
  segments: [],
  accounts: ["x"],
};
const isOfLife = (one: Condition) => (one.kind === "did" || one.kind === "firstDid") && "within" in one.window;

test("a window of a life finds the same people as a naive evaluator: by counts, person by person, and by scanning events", async () => {
  const conditions = fc
    .sample(fc.noBias(anyCondition(vocabulary)), { numRuns: 3_000, seed: 7 })
    .filter(isOfLife)
    .slice(0, someCases(24, 60));
  expect(conditions).toHaveLength(someCases(24, 60));
  const met = { some: 0, others: 0 };
  for (const condition of conditions) {
    const rule: Rule = { kind: "and", of: [condition] };
    const known = { now: NOW, segments: new Map() };
    const wanted = [...people].filter(([, person]) => matches(rule, person, known)).map(([ref]) => ref);
    for (const counted of [true, false]) {
      const filter = compileRuleToSql(rule, {
        projectId: scope.projectId,
        now: NOW,
        segments: new Map(),
        counted,
        hidden: null,
      });
      const found = await refs(filter, 100);
      expect(found.sort(), JSON.stringify([counted, condition])).toEqual(wanted.sort());
      if (!counted) continue;
      // Person by person, as when matches fill a page.
      const few = await refs({ ...filter, within: undefined, exactly: undefined }, 3);
      expect(few.length).toBe(Math.min(3, wanted.length));
      expect(few.every((ref) => wanted.includes(ref))).toBe(true);
    }
    met[wanted.length > 0 && wanted.length < PEOPLE ? "some" : "others"]++;
  }
  expect(met.some).toBeGreaterThan(conditions.length / 3);
}, 120_000);

async function refs(filter: PeopleFilter, limit: number): Promise<string[]> {
  return (await listProfiles(scope, { filter, limit })).rows.map((row) => row.ref);
}

test("a window includes its first instant but not its end", async () => {
  const project = await makeModelProject(pool());
  const own = grantScope(project.id, "system:test");
  const start = NOW - 10 * DAY_MS;
  const exact = (user: string, after: number) => [
    operation({ name: "join", ts: start, user }),
    operation({ name: "export", ts: start + after, user }),
  ];
  await applyBatch(pool(), project, [
    ...exact("at", 0),
    ...exact("before-end", 7 * DAY_MS - 1),
    ...exact("end", 7 * DAY_MS),
  ]);
  await refreshAllFacts(pool(), project.id, NOW);
  for (const of of ["firstSeen", { event: "join" }] as const)
    for (const counted of [true, false]) {
      const window = { within: 7, of };
      const rule: Rule = {
        kind: "and",
        of: [{ kind: "did", event: "export", where: [], is: "atLeast", n: 1, window }],
      };
      const filter = compileRuleToSql(rule, {
        projectId: project.id,
        now: NOW,
        segments: new Map(),
        counted,
        hidden: null,
      });
      const { rows } = await listProfiles(own, { filter, limit: 10 });
      expect(rows.map((row) => row.ref).sort()).toEqual(["u:at", "u:before-end"]);
    }
});
