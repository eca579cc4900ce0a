import sql from "sql-template-tag";
import { expect, test } from "vitest";
import { accountDays } from "@/lib/accounts/page/days.queries";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { dayOf, isoDay, msOf } from "@/lib/format/time";
import { findPerson } from "@/lib/identity/person.queries";
import type { Person } from "@/lib/identity/person-ref";
import { toUuid } from "@/lib/ids";
import { detachDevice } from "@/lib/ingest/corrections/detach";
import { Batcher } from "@/lib/ingest/store/batcher";
import { refreshAllFacts, refreshFacts } from "@/lib/jobs/facts";
import { completeStates } from "@/lib/jobs/lifecycle";
import { ensureRule } from "@/lib/lifecycle/rules.store";
import { personState, stateFrom } from "@/lib/lifecycle/state-in-words.queries";
import { codeOf, STATES, type State, type StateRun, stateOn, stateRunsOf } from "@/lib/lifecycle/states";
import { movesOf, tidyMoves } from "@/lib/lifecycle/states.store";
import { lifecycleProgress, lifecycleWeeks } from "@/lib/lifecycle/weeks.queries";
import { erasePerson } from "@/lib/privacy/erase";
import { takeStale } from "@/lib/profiles/facts/stale-people";
import type { ProjectSettings } from "@/lib/projects/settings";
import { grantScope, type Scope } from "@/lib/scope";
import type { Condition } from "@/lib/segments/rule";
import { exactCount } from "@/tests/support/exact-count";
import { batches, random, sequence, T0, toOperation } from "../identity/generate";
import { makeModelProject } from "../identity/run";

const DAY_MS = 86_400_000;
/** A sequence's hours become some months. */
const SCALE = 900;
const NOW = T0 + 200 * DAY_MS;

async function daysOf(projectId: string): Promise<Map<number, number[]>> {
  const { rows } = await pool().query<{ person: number; day: number }>(
    sql`SELECT person, day - DATE '1970-01-01' AS day FROM person_days WHERE project_id = ${projectId} ORDER BY day`,
  );
  const days = new Map<number, number[]>();
  for (const { person, day } of rows) days.set(person, [...(days.get(person) ?? []), day]);
  return days;
}

/** "person since until state" of everybody, by the rule alone. */
async function byHand(project: ProjectSettings): Promise<{ runs: string[]; moves: Record<string, number> }> {
  const { rule } = await ensureRule(pool(), project.id);
  const runs: string[] = [];
  const moves: Record<string, number> = {};
  for (const [person, days] of await daysOf(project.id)) {
    const own: StateRun[] = stateRunsOf(days, rule);
    runs.push(...own.map(({ since, until, state }) => `${person} ${since} ${until} ${state}`));
    for (const { day, was, became } of movesOf(own, dayOf(NOW))) {
      const key = `${person > 0 ? "identified" : "anonymous"} ${day} ${codeOf(was)} ${codeOf(became)}`;
      moves[key] = (moves[key] ?? 0) + 1;
    }
  }
  return { runs: runs.sort(), moves };
}

async function byTheJob(project: ProjectSettings): Promise<{ runs: string[]; moves: Record<string, number> }> {
  type Row = { person: number; since: number; until: number | null; state: number };
  const runs = await pool().query<Row>(sql`
    SELECT person, since - DATE '1970-01-01' AS since, state,
           CASE WHEN isfinite(until) THEN until - DATE '1970-01-01' END AS until
      FROM person_states WHERE project_id = ${project.id}`);
  type Sum = { who: string; day: number; was: number; became: number; people: number };
  const sums = await pool().query<Sum>(sql`
    SELECT who, day - DATE '1970-01-01' AS day, was, became, people FROM lifecycle_moves
     WHERE project_id = ${project.id} AND people <> 0
       AND (day >= ${isoDay(dayOf(NOW))}::date OR extract(isodow FROM day) = 7)`);
  return {
    runs: runs.rows.map(({ person, since, until, state }) => `${person} ${since} ${until} ${STATES[state - 1]}`).sort(),
    moves: Object.fromEntries(
      sums.rows.map(({ who, day, was, became, people }) => [`${who} ${day} ${was} ${became}`, people]),
    ),
  };
}

async function followTheEngine(project: ProjectSettings): Promise<void> {
  for (let call = 0; call < 2; call++) {
    const people = takeStale().get(project.id);
    if (people) await refreshFacts(pool(), project.id, people, NOW);
  }
}

test("after any claims, merges, detachments, late events and erasures, states and sums match the rule", async () => {
  let runs = 0;
  for (let seed = 0; seed < 20; seed++) {
    const project = await makeModelProject(pool());
    const r = random(seed);
    const ops = sequence(seed, 30).map((op) => toOperation({ ...op, ts: T0 + (op.ts - T0) * SCALE }, NOW));
    const batcher = new Batcher(() => pool());
    for (const [i, batch] of batches(r, ops).entries()) {
      await batcher.submit(project, batch);
      const { user, anon } = r.pick(batch);
      if (i % 4 === 3 && r.chance(0.5)) {
        const at = T0 + r.int(200) * DAY_MS;
        if (user && anon && r.chance(0.5))
          await detachDevice(pool(), project, { anonymousId: anon, userId: user, madeBy: "member:test" }, at).catch(
            () => {},
          );
        else if (user ?? anon) {
          const target = user ? { kind: "u" as const, extId: user } : { kind: "a" as const, extId: anon as string };
          const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: at };
          await erasePerson(pool(), project, target, options).catch(() => {});
        }
      }
      if (r.chance(0.7)) await followTheEngine(project);
    }
    await followTheEngine(project);
    const wanted = await byHand(project);
    expect(await byTheJob(project), `seed ${seed}`).toEqual(wanted);
    runs += wanted.runs.length;
  }
  expect(runs).toBeGreaterThan(200);
});

/** What somebody did so many days before NOW; a visitor if their id begins with "v". */
function seen(id: string, days: number): Operation {
  const [op] = sequence(1, 1);
  const isVisitor = id.startsWith("v");
  return {
    ...toOperation({ ...(op as NonNullable<typeof op>), edge: undefined, changes: [], active: true }, NOW),
    id: toUuid(`${id} ${days}`, "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
    ts: NOW - days * DAY_MS,
    user: isVisitor ? null : id,
    anon: isVisitor ? id : null,
    streamClass: "sdk",
    sessionId: null,
    kind: "event",
    name: "screen_view",
    alias: null,
  };
}

/** People by id, active on these days before NOW. */
async function plant(lives: { [id: string]: number[] }): Promise<ProjectSettings> {
  const project = await makeModelProject(pool());
  const ops = Object.entries(lives).flatMap(([id, ago]) => ago.map((days) => seen(id, days)));
  await new Batcher(() => pool()).submit(project, ops);
  await refreshAllFacts(pool(), project.id, NOW);
  return project;
}

const LIVES = {
  daily: Array.from({ length: 120 }, (_, i) => i),
  stopped: Array.from({ length: 60 }, (_, i) => 8 + i),
  gone: Array.from({ length: 60 }, (_, i) => 60 + i),
  back: [1, ...Array.from({ length: 40 }, (_, i) => 70 + i)],
  fortnightly: [3, 17, 31, 45, 59, 73, 87],
  newcomer: [2],
  once: [40],
  v1: [1],
  v2: [30],
};

test.each([
  ["daily", "active"],
  ["stopped", "slipping"],
  ["gone", "dormant"],
  ["back", "resurrected"],
  ["fortnightly", "active"],
  ["newcomer", "new"],
] as const)("in the planted histories %s is %s", async (id, state) => {
  const days = LIVES[id].map((ago) => dayOf(NOW) - ago).sort((a, b) => a - b);
  const { rule } = await ensureRule(pool(), (await makeModelProject(pool())).id);
  expect(stateOn(days, dayOf(NOW), rule)).toBe(state);
});

const inState = (values: State[], on: string): Condition => ({ kind: "state", is: "oneOf", values, on });
const notSeen = (on: string): Condition => ({ kind: "state", is: "noneOf", values: [...STATES], on });

test("every number of the chart equals the number of people on the list behind it", async () => {
  const project = await plant(LIVES);
  const scope = grantScope(project.id, "system:test");
  const count = (of: Condition[]) => exactCount(scope, { kind: "and", of }, NOW);
  const identified: Condition = { kind: "identified", is: true };
  for (const who of ["everybody", "identified"] as const) {
    const among = who === "identified" ? [identified] : [];
    const weeks = await lifecycleWeeks(scope, { from: dayOf(NOW) - 130, to: dayOf(NOW) + 30, who }, NOW);
    expect(weeks.length).toBeGreaterThan(18);
    expect(weeks.at(-1)).toMatchObject({ day: isoDay(dayOf(NOW)), unfinished: true });
    for (const { monday, day, states, moves } of weeks) {
      for (const state of STATES) expect(await count([...among, inState([state], day)])).toBe(states[state]);
      const before = isoDay(dayOf(Date.parse(monday)) - 1);
      for (const { was, became, people } of moves) {
        const from = was === null ? notSeen(before) : inState([was], before);
        expect(await count([...among, from, inState([became], day)])).toBe(people);
      }
    }
    const last = weeks.at(-1)?.states;
    expect(Object.values(last ?? {}).reduce((a, b) => a + b)).toBe(who === "identified" ? 7 : 9);
    const moved = weeks.flatMap(({ moves }) => moves.map(({ became }) => became));
    expect(new Set(moved)).toEqual(new Set(STATES));
  }
  const { rows } = await pool().query(
    sql`SELECT handle, state FROM profile_facts WHERE project_id = ${project.id} AND person > 0`,
  );
  expect(Object.fromEntries(rows.map(({ handle, state }) => [handle, state]))).toEqual({
    daily: "active",
    stopped: "slipping",
    gone: "dormant",
    back: "resurrected",
    fortnightly: "active",
    newcomer: "new",
    once: "slipping",
  });
});

test("a changed setting is applied to everybody, to past and future states", async () => {
  const project = await plant(LIVES);
  const scope = grantScope(project.id, "system:test");
  const slipping = async () => {
    const range = { from: dayOf(NOW), to: dayOf(NOW), who: "identified" } as const;
    return (await lifecycleWeeks(scope, range, NOW))[0]?.states.slipping;
  };
  expect(await lifecycleProgress(scope, "identified")).toBe("settled");
  expect(await slipping()).toBe(2);
  await pool().query(sql`UPDATE projects SET slipping_min_days = 30, slipping_max_days = 60 WHERE id = ${project.id}`);
  await completeStates(pool(), project.id, NOW);
  const { rule } = await ensureRule(pool(), project.id);
  expect(rule).toMatchObject({ slippingMinDays: 30, slippingMaxDays: 60 });
  expect(await byTheJob(project)).toEqual(await byHand(project));
  expect(await slipping()).toBe(1); // "once" still is, "stopped" no longer
  expect(await lifecycleProgress(scope, "identified")).toBe("settled");
});

test("a project's first people have their states at once; with existing people, states wait for everybody", async () => {
  const project = await makeModelProject(pool());
  const scope = grantScope(project.id, "system:test");
  expect(await lifecycleProgress(scope, "identified")).toBe("none");
  await new Batcher(() => pool()).submit(project, [seen("first", 2)]);
  await followTheEngine(project);
  expect(await lifecycleProgress(scope, "identified")).toBe("settled");
  await pool().query(sql`DELETE FROM lifecycle_rules WHERE project_id = ${project.id}`);
  await new Batcher(() => pool()).submit(project, [seen("second", 1)]);
  await followTheEngine(project);
  expect(await lifecycleProgress(scope, "identified")).toBe("none");
  await completeStates(pool(), project.id, NOW);
  expect(await lifecycleProgress(scope, "identified")).toBe("settled");
});

test("the population's usual gap is adopted once known, and small changes of it are ignored", async () => {
  const every = (step: number, times: number) => Array.from({ length: times }, (_, i) => i * step);
  const gapOf = async ({ id }: ProjectSettings) => (await ensureRule(pool(), id)).rule.usualGapDays;
  const people = Array.from({ length: 20 }, (_, i) => [`often${i}`, every(2, 8)] as const);
  const few = await plant(Object.fromEntries(people.slice(0, 19)));
  expect(await gapOf(few)).toBe(7);
  const project = await plant(Object.fromEntries(people));
  expect(await gapOf(project)).toBe(2);
  expect(await byTheJob(project)).toEqual(await byHand(project));
  await pool().query(sql`UPDATE profile_facts SET usual_gap_days = 2.4 WHERE project_id = ${project.id}`);
  await completeStates(pool(), project.id, NOW + 2 * DAY_MS);
  expect(await gapOf(project)).toBe(2);
  await pool().query(sql`UPDATE profile_facts SET usual_gap_days = 4 WHERE project_id = ${project.id}`);
  await completeStates(pool(), project.id, NOW + 2 * DAY_MS + 1);
  expect(await gapOf(project)).toBe(2); // checked once a day
  await completeStates(pool(), project.id, NOW + 4 * DAY_MS);
  expect(await gapOf(project)).toBe(4);
});

test("unused sums are deleted, and the chart does not change", async () => {
  const project = await plant(LIVES);
  const scope = grantScope(project.id, "system:test");
  const later = NOW + 40 * DAY_MS;
  const range = { from: dayOf(NOW) - 130, to: dayOf(later), who: "everybody" } as const;
  const size = async () =>
    (await pool().query<{ n: number }>(sql`SELECT count(*) AS n FROM lifecycle_moves WHERE project_id = ${project.id}`))
      .rows[0]?.n ?? 0;
  const [before, many] = [await lifecycleWeeks(scope, range, later), await size()];
  await tidyMoves(pool(), project.id, later);
  expect(await size()).toBeLessThan(many);
  expect(await lifecycleWeeks(scope, range, later)).toEqual(before);
});

test("the passing of time needs no job: next month's states are already stored", async () => {
  const project = await plant(LIVES);
  const scope = grantScope(project.id, "system:test");
  const later = NOW + 30 * DAY_MS;
  const weeks = await lifecycleWeeks(scope, { from: dayOf(NOW), to: dayOf(later), who: "everybody" }, later);
  const { rule } = await ensureRule(pool(), project.id);
  const days = await daysOf(project.id);
  for (const { day, states } of weeks) {
    const wanted = [...days.values()].map((own) => stateOn(own, dayOf(Date.parse(day)), rule));
    for (const state of STATES) expect(states[state]).toBe(wanted.filter((one) => one === state).length);
  }
});

test("pages show a state with its reason, for a person and for an account of the project only", async () => {
  const project = await plant(LIVES);
  const [scope, stranger] = [project.id, (await plant({ elsewhere: [1] })).id].map((id) =>
    grantScope(id, "system:test"),
  ) as [Scope, Scope];
  const person = async (id: string) => (await findPerson(scope, `u:${id}`)) as Person;
  expect(await personState(scope, await person("stopped"), NOW)).toEqual({
    state: "slipping",
    reason: "usually every day, last seen 8 days ago",
  });
  expect(await personState(scope, await person("back"), NOW)).toEqual({
    state: "resurrected",
    reason: "came back yesterday after 69 days",
  });
  expect(await personState(stranger, await person("stopped"), NOW)).toBeNull();
  await pool().query(sql`
    INSERT INTO account_days (project_id, account_id, day, people, events)
    SELECT ${project.id}::uuid, 'acme', ${isoDay(dayOf(NOW))}::date - n, CASE WHEN n < 12 THEN 0 ELSE 1 END, 1
      FROM generate_series(1, 60) n`);
  const account = (of: Scope) =>
    stateFrom(
      of,
      accountDays(of, "acme").then((days) => ({
        days: days.flatMap(({ day, people }) => (people > 0 ? [day] : [])),
        firstSeen: null,
        lastSeen: null,
      })),
      NOW,
    );
  expect(await account(scope)).toEqual({
    state: "slipping",
    reason: "usually every day, last seen 12 days ago",
  });
  expect(await account(stranger)).toBeNull();
});

test("an erased person is removed from all numbers at once, and another project's people are in none", async () => {
  const [project, other] = [await plant(LIVES), await plant({ elsewhere: [1, 2] })];
  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: NOW };
  await erasePerson(pool(), project, { kind: "u", extId: "daily" }, options);
  const range = { from: dayOf(NOW), to: dayOf(NOW), who: "everybody" } as const;
  const of = async ({ id }: ProjectSettings) => {
    const [week] = await lifecycleWeeks(grantScope(id, "system:test"), range, NOW);
    return Object.values(week?.states ?? {}).reduce((a, b) => a + b);
  };
  expect(await of(project)).toBe(Object.keys(LIVES).length - 1);
  expect(await of(other)).toBe(1);
  expect(msOf(range.from)).toBeLessThanOrEqual(NOW);
});
