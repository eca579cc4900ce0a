import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { healthOf, usualWeek } from "@/lib/accounts/health";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { refreshAllFacts } from "@/lib/jobs/facts";
import type { JsonObject } from "@/lib/json";
import { ensureRule } from "@/lib/lifecycle/rules.store";
import type { LifecycleRule } from "@/lib/lifecycle/states";
import { countPeople, listProfiles } from "@/lib/profiles/list/list.queries";
import type { ListProfilesOptions } from "@/lib/profiles/types";
import { grantScope, type Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import { NUMBER_OPERATORS, TEXT_OPERATORS } from "@/lib/segments/operators";
import type { PropertyCondition, Rule } from "@/lib/segments/rule";
import { insertAccountFacts, randomAccounts, type StoredAccount } from "../support/account-facts";
import { someCases } from "../support/cases";
import { matches, type SimplePerson } from "../support/evaluate";
import { anyRule, operatorsIn } from "../support/rules";
import {
  eventsOf,
  everyone,
  insertWorld,
  randomFrom,
  randomWorld,
  T0,
  visitParts,
  visitsOf,
  type World,
} from "../timeline/reads-world";

const DAY_MS = 86_400_000;
const SCALE = 2_000;
/** Random rules on each random world; raise for a soak. */
const WORLDS = someCases(7, 12);
const RULES = 60;

const TEXTS = [
  "pro",
  "Pro Plan",
  "go pro",
  "free_%",
  "2026-01-07",
  "2026-02-30",
  "2026-01-09T10:00:00+02:00",
  "a",
  "",
  "1",
  "2.5",
  "true",
  "01",
];
const NAMES = ["export", "screen_view"];
const words = {
  keys: ["plan", "address.city", "n", "odd'\"key"],
  texts: TEXTS,
  numbers: [0, 1, 2.5, -3],
  days: ["2026-01-06", "2026-01-08", "2026-01-10T12:00:00.000Z"],
  lastDays: [1, 3, 30],
  events: NAMES,
  facts: ["DE", "NO", "Google", "export", "screen_view", "de", "Ada", "google", "üser/0?"],
  accounts: ["acme", "umbrella", "company 1", "company 2"],
};

/** From before the first sighting until after today. */
const STATE_DAYS = ["2026-01-01", "2026-01-06", "2026-01-10", "2026-01-16", "2026-01-23", "2026-02-20"];

type Play = {
  world: World;
  scope: Scope;
  now: number;
  people: Map<string, SimplePerson>;
  segments: Map<string, Rule | null>;
  lifecycle: LifecycleRule;
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * A random world, stretched over days, whose people and events have properties, and two segments: a rule and a list.
 */
async function play(seed: number): Promise<Play> {
  const world = randomWorld(seed, 5);
  const pick = randomFrom(seed ^ 0xabcdef);
  const one = <T>(values: readonly T[]): T => values[pick(values.length)] as T;
  for (const item of [...world.events, ...world.spans])
    for (const key of ["ts", "from", "to", "runLast"]) {
      const value = Reflect.get(item, key);
      if (typeof value === "number" && Number.isFinite(value)) Reflect.set(item, key, T0 + (value - T0) * SCALE);
    }
  await insertWorld(pool(), world);
  const projectId = world.projectId;
  const now = T0 + 18 * DAY_MS + 1;
  const value = () =>
    one([...TEXTS, 0, 1, 2.5, true, false, ["pro", "a"], [], ["pro"], [1, true, "a"], [[1], { pro: 1 }]]);
  const document = (): JsonObject =>
    Object.fromEntries(words.keys.filter(() => pick(2) === 0).map((key) => [key, value()]));

  const details = new Map<string, { name: string; properties: JsonObject; path: string | null; groups: string[] }>();
  for (const event of world.events) {
    const properties: JsonObject = { ...document(), ...(pick(3) === 0 ? { address: { city: value() } } : {}) };
    details.set(event.id, {
      name: one(NAMES),
      properties,
      path: one([null, "/pricing", "pro"]),
      groups: one([[], ["acme"], ["acme", "umbrella"]]),
    });
  }
  await pool().query(
    `UPDATE events e SET name = CASE WHEN e.kind = 'event' THEN q.name ELSE e.name END, properties = q.properties, path = q.path, groups = q.groups
       FROM json_to_recordset($2) AS q(id uuid, name text, properties jsonb, path text, groups text[]) WHERE e.project_id = $1 AND e.id = q.id`,
    [projectId, JSON.stringify([...details].map(([id, detail]) => ({ id, ...detail })))],
  );
  const described = new Map<string, { props: JsonObject; name: string | null }>();
  for (const { key } of everyone(world))
    described.set(key, { props: document(), name: key.startsWith("u") ? one([null, "Ada"]) : null });
  const profiles = [...described].filter(([key]) => key.startsWith("u"));
  await pool().query(
    `UPDATE profiles p SET props = q.props, name = q.name FROM json_to_recordset($2) AS q(id bigint, props jsonb, name text) WHERE p.project_id = $1 AND p.id = q.id`,
    [projectId, JSON.stringify(profiles.map(([key, { props, name }]) => ({ id: Number(key.slice(1)), props, name })))],
  );
  // A visitor's properties are operations on the stretches nobody owns.
  const operations = [...described].flatMap(([key, { props }]) => {
    const free = world.spans.find((span) => key === `a${span.stream}` && span.owner === null);
    return free
      ? Object.entries(props).map(([name, set]) => ({
          actor: free.stream,
          key: name,
          set,
          ts: new Date(Number.isFinite(free.from) ? free.from : 0),
          id: newId(),
        }))
      : [];
  });
  await pool().query(
    `INSERT INTO prop_ops (project_id, actor_id, key, mode, ts, id, value)
     SELECT $1, actor, key, 'set', ts, id, set FROM json_to_recordset($2) AS q(actor bigint, key text, set jsonb, ts timestamptz, id uuid)`,
    [projectId, JSON.stringify(operations)],
  );
  await refreshAllFacts(pool(), projectId, now);

  const companies = randomAccounts(6).map((account, i) => ({
    ...account,
    name: one([null, "Acme", "umbrella"]),
    domain: one([null, "acme", "umbrella"]),
    properties: document(),
    people: pick(4),
    featuresUsed: pick(4),
    id: `company ${i}`,
  }));
  const memberships = everyone(world).flatMap(({ key }) =>
    companies.flatMap(({ id }) =>
      pick(5) > 0
        ? []
        : [{ id, person: Number(key.slice(1)) * (key.startsWith("u") ? 1 : -1), key, left: pick(4) === 0 }],
    ),
  );
  await pool().query("DELETE FROM account_facts WHERE project_id = $1", [projectId]);
  await pool().query("DELETE FROM account_people WHERE project_id = $1", [projectId]);
  await insertAccountFacts(projectId, companies);
  await pool().query(
    `INSERT INTO account_people (project_id, account_id, person, reasons, since, until)
     SELECT $1, id, person, '{event}', $3, CASE WHEN "left" THEN $4::timestamptz END
       FROM json_to_recordset($2) AS q(id text, person bigint, "left" boolean)`,
    [projectId, JSON.stringify(memberships), new Date(T0), new Date(now - 1)],
  );

  const [ruled, listed] = [newId(), newId()];
  const rule: Rule = {
    kind: "or",
    of: [
      { kind: "property", key: "plan", type: "text", is: "contains", value: "pro" },
      { kind: "did", event: "export", where: [], is: "atLeast", n: 2, window: { ever: true } },
    ],
  };
  await pool().query(
    `INSERT INTO segments (project_id, id, name, rule, created_at, updated_at, created_by) VALUES ($1, $2, 'rule', $4, now(), now(), 'x'), ($1, $3, 'list', NULL, now(), now(), 'x')`,
    [projectId, ruled, listed, JSON.stringify(rule)],
  );
  const members = [...world.users, ...world.streams].filter(() => pick(3) === 0).map(({ id }) => id);
  await pool().query("INSERT INTO segment_members SELECT $1, $2, unnest($3::bigint[])", [projectId, listed, members]);

  const people = new Map<string, SimplePerson>();
  for (const { key, ref, firstSeen, lastSeen, events } of everyone(world)) {
    const all = eventsOf(world, key);
    const active = all.filter((event) => event.active);
    const days = new Set(active.map((event) => Math.floor(event.ts / DAY_MS)));
    const daysSince = (last: number) => [...days].filter((day) => day > Math.floor(now / DAY_MS) - last).length;
    const pathOf = (event: { id: string }) => details.get(event.id)?.path ?? "~";
    const newest = [...active].sort(
      (a, b) => b.ts - a.ts || compare(nameOf(a), nameOf(b)) || compare(pathOf(a), pathOf(b)),
    )[0];
    const identified = key.startsWith("u");
    const users = world.users.filter((user) => key === `u${user.profileId}`);
    const visits = visitsOf(world, key).length;
    const name = described.get(key)?.name ?? null;
    const { rows } = await pool().query<{
      at: number | null;
      by: string | null;
      visits: number | null;
      step: string | null;
    }>(
      "SELECT signed_up_at AS at, sign_up AS by, visits_to_sign_up AS visits, step_before_sign_up AS step FROM profile_facts WHERE project_id = $1 AND person = $2",
      [projectId, Number(key.slice(1))],
    );
    people.set(ref, {
      identified,
      props: described.get(key)?.props ?? {},
      facts: {
        name,
        country: visits > 0 ? "DE" : null,
        source: visits > 0 ? "Google" : null,
        lastEvent: newest ? nameOf(newest) : null,
        lastStep: newest ? stepOf(newest) : null,
        signUp: rows[0]?.by ?? null,
        stepBeforeSignUp: rows[0]?.step ?? null,
      },
      times: { firstSeen, lastSeen, signedUp: identified ? (rows[0]?.at ?? null) : null, consentAt: null },
      activeDays: [...days].sort((a, b) => a - b),
      counts: {
        events,
        sessions: visits,
        activeDays: days.size,
        activeDays7: daysSince(7),
        activeDays30: daysSince(30),
        activeDays90: daysSince(90),
        visitsToSignUp: rows[0]?.visits ?? null,
      },
      memberOf: memberships
        .filter((one) => one.key === key && !one.left)
        .map((one) => companies.find(({ id }) => id === one.id) as StoredAccount)
        .map((company) => ({
          ...company,
          name: company.name ?? company.id,
          props: company.properties,
          health: healthOf({ ...company, weekPeople: company.trend }).state,
          usual: usualWeek({ ...company, weekPeople: company.trend }),
        })),
      events: all
        .filter((event) => event.kind === "event")
        .map((event) => ({
          ts: event.ts,
          ...(details.get(event.id) as { name: string; properties: JsonObject; path: string | null }),
        })),
      active: active.map(({ ts }) => ts),
      visits: visitParts(world, key),
      lists: onList(
        users.map(({ id }) => id),
        key,
      )
        ? [listed]
        : [],
    });
    function nameOf(event: { id: string; kind: string }): string {
      return event.kind === "event" ? (details.get(event.id)?.name as string) : event.kind;
    }
    function stepOf(event: { id: string; kind: string }): string {
      return nameOf(event) === "screen_view" ? (details.get(event.id)?.path ?? "screen_view") : nameOf(event);
    }
    function onList(ids: number[], person: string): boolean {
      const streams = world.spans
        .filter((span) => (identified ? ids.includes(span.owner ?? -1) : person === `a${span.stream}`))
        .map((span) => span.stream);
      return [...ids, ...streams].some((id) => members.includes(id));
    }
  }
  return {
    world,
    scope: grantScope(projectId, "system:test"),
    now,
    people,
    lifecycle: (await ensureRule(pool(), projectId)).rule,
    segments: new Map([
      [ruled, rule],
      [listed, null],
    ]),
  };
}

const plays: Play[] = [];
beforeAll(async () => {
  for (let seed = 0; seed < WORLDS; seed++) plays.push(await play(seed + 1_000));
}, 120_000);

test("compiled rules find the same people as a naive evaluator, and the total counts them", async () => {
  const met = { some: 0, none: 0, all: 0 };
  for (const { scope, now, people, segments, lifecycle } of plays) {
    const rules = fc.sample(fc.noBias(anyRule({ ...words, states: STATE_DAYS, segments: [...segments.keys()] })), {
      numRuns: RULES,
      seed: people.size,
    });
    for (const [i, rule] of rules.entries()) {
      const filter = await compileRule(scope, rule, now);
      const wanted = [...people]
        .filter(([, person]) => matches(rule, person, { now, segments, lifecycle }))
        .map(([ref]) => ref);
      const { rows } = await listProfiles(scope, { filter, limit: 1_000 });
      expect(rows.map((row) => row.ref).sort(), JSON.stringify(rule)).toEqual(wanted.sort());
      if (filter.ctes.length > 0 && i % 3 === 0) {
        // Postgres's other strategies: the set in memory, and person by person when that fills a page.
        const other = { ...filter, within: undefined, exactly: undefined };
        const hashed = await listProfiles(scope, { filter: other, limit: 1_000 });
        expect(hashed.rows.map((row) => row.ref)).toEqual(rows.map((row) => row.ref));
        expect(await page(scope, { filter: other, limit: 2 })).toEqual(rows.slice(0, 6).map((row) => row.ref));
      }
      expect(await countPeople(scope, { filter })).toEqual({ count: wanted.length, exact: true });
      met[wanted.length === 0 ? "none" : wanted.length === people.size ? "all" : "some"]++;
    }
  }
  // The comparison is only meaningful if rules match some people and not others.
  expect(met.some).toBeGreaterThan((WORLDS * RULES) / 5);
  expect(met.none).toBeGreaterThan(10);
}, 120_000);

test.each([
  ["text", operatorsIn(TEXT_OPERATORS), TEXTS.filter((text) => text !== "")],
  ["number", operatorsIn(NUMBER_OPERATORS), words.numbers],
])(
  "each operator on a %s finds the people the evaluator finds, and not those of another operator",
  async (type, operators, values) => {
    const found = new Map<string, string[]>(operators.map((is) => [is, []]));
    for (const { scope, now, people, segments, lifecycle } of plays.slice(0, 6))
      for (const is of operators)
        for (const value of values) {
          const condition = { kind: "property", key: "plan", type, is, value } as PropertyCondition;
          const rule: Rule = { kind: "and", of: [condition] };
          const wanted = [...people].filter(([, one]) => matches(rule, one, { now, segments, lifecycle }));
          const { rows } = await listProfiles(scope, { filter: await compileRule(scope, rule, now), limit: 1_000 });
          const refs = rows.map(({ ref }) => ref).sort();
          expect(refs, JSON.stringify(condition)).toEqual(wanted.map(([ref]) => ref).sort());
          found.get(is)?.push(refs.join());
        }
    const distinguished = new Map([...found].map(([is, lists]) => [lists.join(" "), is]));
    expect([...distinguished.values()], "values that distinguish the operators").toEqual(operators);
  },
);

/** The first three pages. */
async function page(scope: Scope, options: Omit<ListProfilesOptions, "cursor">): Promise<string[]> {
  const refs: string[] = [];
  for (let cursor: string | undefined, pages = 0; pages < 3; pages++) {
    const { rows, next } = await listProfiles(scope, { ...options, cursor });
    refs.push(...rows.map((row) => row.ref));
    if (!next) break;
    cursor = next;
  }
  return refs;
}

test("another project's rule finds nobody of ours", async () => {
  const stranger = grantScope(newId(), "system:test");
  for (const rule of fc.sample(anyRule({ ...words, segments: [] }), { numRuns: 40, seed: 7 })) {
    expect((await listProfiles(stranger, { filter: await compileRule(stranger, rule), limit: 10 })).rows).toEqual([]);
  }
});

test("keys, names and values are bound and never part of the statement", async () => {
  const { scope } = plays[0] as Play;
  const nasty = "x'); DROP TABLE profile_facts; --";
  const rule: Rule = {
    kind: "and",
    of: [
      { kind: "property", key: nasty, type: "text", is: "contains", value: nasty },
      {
        kind: "did",
        event: nasty,
        where: [{ kind: "property", key: nasty, type: "text", is: "oneOf", values: [nasty] }],
        is: "atLeast",
        n: 1,
        window: { ever: true },
      },
    ],
  };
  const filter = await compileRule(scope, rule);
  const texts = [...filter.ctes.map((cte) => cte.text)].join();
  expect(texts).not.toContain("DROP");
  expect((await listProfiles(scope, { filter, limit: 10 })).rows).toEqual([]);
  expect((await countPeople(scope, {})).count).toBeGreaterThan(0);
});
