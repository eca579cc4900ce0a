import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { daysOf, startOfDay } from "@/lib/format/range";
import { dayKey } from "@/lib/format/time";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { isCoveredByDays } from "@/lib/overview/days.queries";
import { activePeople, daily, headlineOf } from "@/lib/overview/people.queries";
import type { ActivePeopleKind } from "@/lib/overview/types";
import type { TimeWindow } from "@/lib/overview/window.queries";
import { grantScope, type Scope } from "@/lib/scope";
import { everyone, insertWorld, ownerOf, randomWorld, T0, type World } from "../timeline/reads-world";

const DAY_MS = 86_400_000;
const WORLDS = 12;
/** UTC, whose days are kept; ahead and behind; a quarter of an hour off. */
const ZONES = ["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu"];

/**
 * A random world over some four days instead of a quarter of an hour, in which nobody is being erased. `isPlain`: and
 * nothing happens but active events, which is all that the walk over events can tell.
 */
function longWorld(seed: number, isPlain: boolean): World {
  const longer = (ms: number) => T0 + (ms - T0) * 432;
  const world = randomWorld(seed, 2);
  const spans = world.spans.map((span) => ({
    ...span,
    from: longer(span.from),
    to: longer(span.to),
    runLast: span.runLast === null ? null : longer(span.runLast),
  }));
  const events = world.events
    .filter(({ kind }) => !isPlain || kind === "event")
    .map((event) => ({ ...event, ts: longer(event.ts), active: isPlain || event.active }));
  const moved = { ...world, spans, events };
  return { ...moved, events: events.filter(({ actor, ts }) => ownerOf(moved, actor, ts) !== null) };
}

type Event = World["events"][number] & { owner: string };

const isIn = ({ from, to }: TimeWindow, ts: number): boolean => ts >= from && ts < to;

/** What people did, whose each was. */
function within(world: World, window: TimeWindow): Event[] {
  return world.events
    .filter(({ active, ts }) => active && isIn(window, ts))
    .map((event) => ({ ...event, owner: ownerOf(world, event.actor, event.ts) as string }));
}

const eventsIn = (world: World, window: TimeWindow) =>
  world.events.filter(({ kind, ts }) => kind === "event" && isIn(window, ts));

/** The overview counted by hand: [ref, first, last, events] of everybody in the window, in no order. */
function peopleByHand(world: World, window: TimeWindow, show: ActivePeopleKind): string[] {
  const events = within(world, window);
  return everyone(world).flatMap(({ key, ref, firstSeen }) => {
    const times = events.filter(({ owner }) => owner === key).map(({ ts }) => ts);
    const isShown = { active: true, identified: key.startsWith("u"), new: (firstSeen ?? 0) >= window.from }[show];
    return times.length === 0 || !isShown ? [] : [`${ref} ${Math.min(...times)} ${Math.max(...times)} ${times.length}`];
  });
}

async function listed(scope: Scope, window: TimeWindow, show: ActivePeopleKind, limit: number): Promise<string[]> {
  const all: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const { rows, next } = await activePeople(scope, window, { show, limit, cursor });
    const times = rows.map(({ lastAt }) => lastAt);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    all.push(...rows.map((row) => `${row.person.ref} ${row.firstAt} ${row.lastAt} ${row.events}`));
    if (next === null) return all;
    cursor = next;
  }
}

type Way = { zone: string; limit: number; byDays: boolean };

async function checkWindow(
  world: World,
  scope: Scope,
  window: TimeWindow,
  { zone, limit, byDays }: Way,
): Promise<number> {
  const wanted = (show: ActivePeopleKind) => peopleByHand(world, window, show).sort();
  const [active, events] = [within(world, window), eventsIn(world, window)];
  expect(await headlineOf(scope, window)).toEqual({
    active: wanted("active").length,
    identified: wanted("identified").length,
    fresh: wanted("new").length,
    signUps: expect.any(Number),
    events: events.length,
  });
  for (const show of ["active", "identified", "new"] as const)
    expect((await listed(scope, window, show, limit)).sort()).toEqual(wanted(show));
  const names = [...new Set((byDays ? active : events).map(({ ts }) => dayKey(ts, zone)))].sort();
  const byHand = names.map((day) => {
    const isThen = ({ ts }: { ts: number }) => dayKey(ts, zone) === day;
    // The walk gives a device that changes hands within a day to who had it first.
    const people = byDays ? new Set(active.filter(isThen).map(({ owner }) => owner)).size : expect.any(Number);
    return { day, people };
  });
  expect(await daily(scope, window, zone)).toEqual(byHand);
  return events.length;
}

test("the overview counts each person once and lists exactly the people it counts, from stored days and by scanning events", async () => {
  let counted = 0;
  for (let seed = 1; seed <= WORLDS; seed++) {
    const isPlain = seed % 2 === 0;
    const world = longWorld(seed * 7919, isPlain);
    await insertWorld(pool(), world);
    await refreshAllFacts(pool(), world.projectId);
    const scope = grantScope(world.projectId, "system:test");
    const zone = ZONES[seed % ZONES.length] as string;
    const limit = [1, 3, 100][seed % 3] as number;
    for (const [first, length] of [
      [-1, 7],
      [1, 1],
      [1, 2],
    ] as const) {
      const midnight = Date.UTC(2026, 0, 5) + first * DAY_MS;
      const window = { from: startOfDay(midnight, zone), to: startOfDay(midnight + length * DAY_MS, zone) };
      expect(daysOf({ from: window.from, days: length }, zone)[0]).toBe(new Date(midnight).toISOString().slice(0, 10));
      expect(isCoveredByDays(window)).toBe(true);
      await pool().query("UPDATE profile_facts SET version = 100 WHERE project_id = $1", [world.projectId]);
      counted += await checkWindow(world, scope, window, { zone, limit, byDays: true });
      if (!isPlain) continue;
      await pool().query("UPDATE profile_facts SET version = 0 WHERE project_id = $1", [world.projectId]);
      await checkWindow(world, scope, window, { zone, limit, byDays: false });
    }
  }
  expect(counted).toBeGreaterThan(500);
}, 120_000);

test("a window within one UTC day is answered from its events", async () => {
  const world = longWorld(5, true);
  await insertWorld(pool(), world);
  await refreshAllFacts(pool(), world.projectId);
  const window = { from: T0 + 3_600_000, to: T0 + 10 * 3_600_000 };
  expect(isCoveredByDays(window)).toBe(false);
  expect(within(world, window).length).toBeGreaterThan(0);
  expect(await headlineOf(grantScope(world.projectId, "system:test"), window)).toMatchObject({
    active: peopleByHand(world, window, "active").length,
    events: eventsIn(world, window).length,
  });
});
