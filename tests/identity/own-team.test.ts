import sql from "sql-template-tag";
import { beforeAll, expect, test } from "vitest";
import { EVERYBODY } from "@/lib/adoption/adoption";
import { adoptionOf, cohortRetentionOf, drawPopulation } from "@/lib/adoption/adoption.queries";
import { adoptionOfEverybody } from "@/lib/adoption/everybody.queries";
import { comparePeople } from "@/lib/comparison/compare";
import { pool } from "@/lib/db/pool";
import { featuresOf } from "@/lib/features/features.queries";
import { dayOf } from "@/lib/format/time";
import type { PeopleSet } from "@/lib/identity/people-set.queries";
import { journeysOf } from "@/lib/journeys/journeys.queries";
import { storedRule } from "@/lib/lifecycle/rules.store";
import { LIFECYCLE_SUBJECTS, type LifecycleWeek } from "@/lib/lifecycle/weeks";
import { lifecycleWeeks } from "@/lib/lifecycle/weeks.queries";
import { activePeople, daily, headlineOf } from "@/lib/overview/people.queries";
import { topEvents, topPages, topSources } from "@/lib/overview/rankings.queries";
import { ACTIVE_PEOPLE_KINDS } from "@/lib/overview/types";
import type { TimeWindow } from "@/lib/overview/window.queries";
import { drawPeople, universeOf } from "@/lib/profiles/list/draw.queries";
import { samplePeople } from "@/lib/profiles/list/everybody.queries";
import { countPeople, listProfiles, peoplePage, tabTotals } from "@/lib/profiles/list/list.queries";
import { peopleByNumber } from "@/lib/profiles/search/search.queries";
import { type Page, type Sort, TABS } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { jobReader } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import { countMembersExactly, isMember, peopleSetOfFilter } from "@/lib/segments/members.queries";
import type { Condition, Rule } from "@/lib/segments/rule";
import { createSegment } from "@/lib/segments/segments.store";
import { signUpsRule } from "@/lib/segments/sign-ups";
import { suggestFacts, suggestProperties, suggestValues } from "@/lib/segments/suggest.queries";
import { listVisits } from "@/lib/sessions/project-visits.queries";
import { streamEvents } from "@/lib/timeline/project-events.queries";
import { recentEvents } from "@/lib/timeline/recent-events.queries";
import { DAY_MS, START } from "../accounts/support";
import { NOW, twins } from "../profiles/twins";
import { countAllDays } from "../support/day-counts";

let mixed: Scope<"edit">;
let alone: Scope<"edit">;
let projectId: string;

beforeAll(async () => {
  ({ mixed, alone, projectId } = await twins(7));
}, 120_000);

const rule = (...of: Condition[]): Rule => ({ kind: "and", of });
const RULES: Rule[] = [
  rule({ kind: "property", key: "plan", type: "text", is: "oneOf", values: ["pro"] }),
  rule({ kind: "did", event: "export", where: [], is: "atLeast", n: 1, window: { ever: true } }),
  rule({ kind: "did", event: "export", where: [], is: "exactly", n: 0, window: { ever: true } }),
  rule({ kind: "active", of: "days", is: "atLeast", n: 2, window: { ever: true } }),
  rule({ kind: "fact", field: "country", is: "oneOf", values: ["DE"] }),
];
/** Whole days, and one that only the walk over events can tell. */
const WINDOWS: [TimeWindow, TimeWindow] = [
  { from: START + 20 * DAY_MS, to: NOW },
  { from: START + 20 * DAY_MS + 3_600_000, to: START + 20 * DAY_MS + 20 * 3_600_000 },
];
const BEFORE: TimeWindow = { from: START - 5 * DAY_MS, to: START + 20 * DAY_MS };
const SORTS: (Sort | undefined)[] = [
  undefined,
  // One of an index, one that is kept or read from everybody, and a property.
  ...(["events", "email"] as const).map((by): Sort => ({ by, order: "asc" })),
  { by: { property: "plan" }, order: "desc" },
];
const refs = (rows: { ref: string }[]): string[] => rows.map(({ ref }) => ref).sort();
const ordered = ({ moves, ...week }: LifecycleWeek) => ({
  ...week,
  moves: moves.map((move) => JSON.stringify(move)).sort(),
});
const filterOf = (scope: Scope, one: Rule) => compileRule(scope, one, NOW);

/** The product's numbers about everybody: each must be the same with an excluded own team and without any. */
const COUNTS: Record<string, (scope: Scope<"edit">) => Promise<unknown>> = {
  "people by tab": async (scope) => {
    const tabs = TABS.filter((tab) => tab !== "internal");
    const all = [];
    for (const tab of tabs) all.push([tab, await countPeople(scope, { tab }), refs(await everyone(scope, { tab }))]);
    return all;
  },
  "totals of the tabs": async (scope) => {
    const { identified, anonymous, shown } = tabTotals(scope, { tab: "everyone" });
    return [await identified, await anonymous, await shown];
  },
  "people in every order": async (scope) => {
    const all = [];
    for (const sort of SORTS) all.push(refs(await everyone(scope, { ...(sort && { sort }) })));
    return all;
  },
  "people of a rule": async (scope) => {
    const all = [];
    for (const one of RULES) {
      const filter = await filterOf(scope, one);
      const sorted: Sort = { by: "events", order: "desc" };
      all.push([await countPeople(scope, { filter }), refs(await everyone(scope, { filter }))]);
      all.push(refs(await everyone(scope, { filter, sort: sorted })));
    }
    return all;
  },
  "a search": async (scope) => refs((await peoplePage(scope, { tab: "everyone", search: "example", limit: 100 })).rows),
  "sizes of segments": async (scope) => {
    const all = [];
    for (const [i, one] of RULES.entries()) {
      const id = await createSegment(scope, { name: `${i} ${crypto.randomUUID()}`, description: "", rule: one }, NOW);
      all.push(await countMembersExactly(scope, id, NOW));
    }
    return all;
  },
  "states week by week": async (scope) => {
    const all = [];
    for (const who of LIFECYCLE_SUBJECTS)
      all.push((await lifecycleWeeks(scope, { from: dayOf(START), to: dayOf(NOW), who }, NOW)).map(ordered));
    return all;
  },
  "the habit thresholds follow": async (scope) => (await storedRule(pool(), scope.projectId))?.rule,
  "the overview by days and by events": async (scope) => {
    const all = [];
    for (const window of WINDOWS) {
      all.push(await headlineOf(scope, window), await daily(scope, window, "Europe/Berlin"));
      for (const show of ACTIVE_PEOPLE_KINDS) {
        const { rows } = await activePeople(scope, window, { show, limit: 100 });
        all.push(rows.map(({ person, ...row }) => ({ ...row, ref: person.ref })));
      }
    }
    return all;
  },
  "the overview's rankings": async (scope) => {
    const all = [];
    for (const read of [topEvents, topPages, topSources]) all.push(await read(scope, WINDOWS[0], BEFORE, 10));
    return all;
  },
  "the overview's rankings and events by counted days": async (scope) => {
    const all = [];
    await countAllDays(scope.projectId, NOW + 2 * DAY_MS);
    const { rowCount } = await pool().query(
      sql`SELECT 1 FROM day_counts WHERE project_id = ${scope.projectId} AND is_ready`,
    );
    expect(rowCount).toBeGreaterThan(20);
    for (const read of [topEvents, topPages, topSources]) all.push(await read(scope, WINDOWS[0], BEFORE, 10));
    all.push((await headlineOf(scope, WINDOWS[0])).events);
    await pool().query(sql`DELETE FROM day_counts WHERE project_id = ${scope.projectId}`);
    return all;
  },
  "sign-ups and who they are": async (scope) => {
    const all = [];
    for (const window of [WINDOWS[0], BEFORE]) {
      const filter = await filterOf(scope, signUpsRule(window));
      const { signUps } = await headlineOf(scope, window);
      expect(await countPeople(scope, { filter })).toEqual({ count: signUps, exact: true });
      all.push(signUps, refs(await everyone(scope, { filter })));
    }
    return all;
  },
  "journeys to sign-up and to an event": async (scope) => {
    const all = [];
    for (const goal of ["signUp", { event: "invite" }] as const)
      all.push(await journeysOf(scope, goal, { from: START, to: NOW }));
    return all;
  },
  "adoption and retention of features": async (scope) => {
    const draw = await drawPopulation(scope, EVERYBODY, NOW);
    const { features } = await featuresOf(scope);
    const period = { segment: null, from: NOW - 30 * DAY_MS, before: NOW - 60 * DAY_MS };
    const exporting = { id: "export", name: "export", events: ["export"] };
    return [
      features,
      await adoptionOf(scope, features, draw, period),
      await adoptionOfEverybody(scope, features, period),
      await cohortRetentionOf(scope, exporting, draw, NOW),
    ];
  },
  "a comparison": async (scope) => {
    const all = [];
    for (const pair of ["retained", "signedUp", "paying", "power"] as const) {
      const found = await comparePeople(scope, { pair: { pair }, counted: { of: "firstSeen", days: 7 } }, NOW);
      all.push(
        [found.a, found.b, found.leftOut].flat().map(({ label, people }) => [label, people]),
        found.comparison,
      );
    }
    return all;
  },
  "values to choose from": async (scope) => [
    await suggestProperties(scope),
    await suggestValues(scope, "plan"),
    await suggestFacts(scope, "country"),
  ],
  "lists of events and of sessions": async (scope) => {
    const filter = { after: 0, before: NOW };
    const all = [];
    for (const narrower of [{}, { name: "export" }, { who: "anonymous" as const }, { country: "DE" }])
      all.push(whose(await everyPage((at) => streamEvents(scope, { filter: { ...filter, ...narrower }, ...at }))));
    for (const narrower of [{}, { device: "mobile" }, { who: "identified" as const }, { minPages: 2 }])
      all.push(whose(await everyPage((at) => listVisits(scope, { filter: { ...filter, ...narrower }, ...at }))));
    return [...all, (await recentEvents(scope, 200)).map(({ name, person }) => [name, person.ref])];
  },
  samples: async (scope) => {
    const universe = await universeOf(scope, 1_000);
    const all = [];
    for (const one of RULES) {
      const selection = {
        tab: "everyone" as const,
        windowDays: 30 as const,
        now: NOW,
        filter: await filterOf(scope, one),
      };
      const { people, found } = await drawPeople(scope, selection, universe, { limit: 1_000, enough: 0 });
      all.push([found, refs(await peopleByNumber(scope, people))]);
    }
    return all;
  },
};

const everyone = (scope: Scope, options: Omit<Parameters<typeof listProfiles>[1], "limit">) =>
  everyPage((at) => listProfiles(scope, { ...options, ...at }));

async function everyPage<Row>(read: (at: { limit: number; cursor?: string }) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await read({ limit: 25, ...(cursor && { cursor }) });
    rows.push(...page.rows);
    if (page.next === null) return rows;
    cursor = page.next;
  }
}

const whose = (rows: { person: { ref: string } }[]): string[] => rows.map(({ person }) => person.ref);
const isOwn = (ref: string): boolean => /^(?:u:t|a:team-phone)/.test(ref);

test.each(Object.keys(COUNTS))("%s: as if the own team had never existed", async (name) => {
  const count = COUNTS[name] as (scope: Scope<"edit">) => Promise<unknown>;
  const found = await count(mixed);
  expect(found).toEqual(await count(alone));
  expect(JSON.stringify(found)).toMatch(/[1-9]|u:/);
});

test("the own team is on a separate tab, and among everybody else on request", async () => {
  const own = refs(await everyone(mixed, { tab: "internal" }));
  expect(own).toEqual(["a:team-phone", "u:t0", "u:t1", "u:t2", "u:t3", "u:t4", "u:t5"]);
  expect(await countPeople(mixed, { tab: "internal" })).toEqual({ count: own.length, exact: true });
  expect(await tabTotals(mixed, { tab: "internal" }).internal).toEqual({ count: own.length, exact: true });
  const all = [...own, ...refs(await everyone(alone, {}))].sort();
  for (const sort of SORTS)
    expect(refs(await everyone(mixed, { withInternal: true, ...(sort && { sort }) }))).toEqual(all);
  expect((await countPeople(mixed, { withInternal: true })).count).toBe(all.length);
  const filter = await filterOf(mixed, RULES[0] as Rule);
  expect((await countPeople(mixed, { withInternal: true, filter })).count).toBe(
    (await countPeople(mixed, { filter })).count + 3,
  );
});

test("the own team's events and sessions are listed on request, among all others or alone", async () => {
  const filter = { after: 0, before: NOW };
  const only = peopleSetOfFilter(mixed, undefined, NOW, "only");
  const lists = [
    (scope: Scope, which: { withInternal?: true; people?: PeopleSet }) =>
      everyPage((at) => streamEvents(scope, { filter: { ...filter, ...which }, ...at })),
    (scope: Scope, which: { withInternal?: true; people?: PeopleSet }) =>
      everyPage((at) => listVisits(scope, { filter: { ...filter, ...which }, ...at })),
  ];
  for (const list of lists) {
    const all = whose(await list(mixed, { withInternal: true }));
    const own = whose(await list(mixed, { people: only }));
    expect(own.length).toBeGreaterThan(10);
    expect(own).toEqual(all.filter(isOwn));
    expect(whose(await list(mixed, { people: { ...only, isFew: sql`false` } }))).toEqual(own);
    expect(all.filter((ref) => !isOwn(ref))).toEqual(whose(await list(alone, {})));
  }
  const withOwn = await recentEvents(mixed, 200, { withInternal: true });
  expect(withOwn.some(({ person }) => isOwn(person.ref))).toBe(true);
});

test("a sample of everybody does not contain the own team", async () => {
  const selection = { tab: "everyone" as const, windowDays: 30 as const, now: NOW };
  expect(await samplePeople(jobReader(projectId), { ...selection, internal: "only" })).toBeGreaterThan(0);
  expect(await samplePeople(jobReader(projectId), selection)).toBeLessThan(
    await samplePeople(jobReader(projectId), { ...selection, internal: "with" }),
  );
});

test("the own team may be members of a segment, but the events of its people exclude theirs", async () => {
  const id = await createSegment(mixed, { name: "pro", description: "", rule: RULES[0] as Rule }, NOW);
  expect(await isMember(mixed, id, "u:t0")).toBe(true);
  const people = peopleSetOfFilter(mixed, await filterOf(mixed, RULES[0] as Rule), NOW);
  const { rows } = await streamEvents(mixed, { filter: { after: 0, before: NOW, people }, limit: 1_000 });
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter(({ person }) => /^u:t/.test(person.ref))).toEqual([]);
});
