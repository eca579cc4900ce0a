import { beforeAll, expect, test } from "vitest";
import { toItem } from "@/components/timeline/item";
import { matchesFilter } from "@/components/timeline/matches-filter";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { grantScope, type Scope } from "@/lib/scope";
import { listVisits } from "@/lib/sessions/project-visits.queries";
import { activityOf, topNamesOf } from "@/lib/timeline/activity.queries";
import { streamEvents } from "@/lib/timeline/project-events.queries";
import { listEvents } from "@/lib/timeline/timeline.queries";
import type { TimelineFilter } from "@/lib/timeline/types";
import { byTime, eventsOf, everyone, insertWorld, ownerOf, randomWorld, T0, visitsOf, type World } from "./reads-world";

const WORLDS = 25;
const EVER = { after: Number.NEGATIVE_INFINITY, before: Number.POSITIVE_INFINITY };

async function inRandomWorlds(check: (world: World, scope: Scope, limit: number) => Promise<void>): Promise<void> {
  for (let seed = 1; seed <= WORLDS; seed++) {
    const world = randomWorld(seed * 7919);
    await insertWorld(pool(), world);
    await check(world, grantScope(world.projectId, "system:test"), [1, 3, 100][seed % 3] as number);
  }
}

async function walk<Row>(page: (cursor?: string) => Promise<{ rows: Row[]; next: string | null }>): Promise<Row[]> {
  const all: Row[] = [];
  for (let cursor: string | undefined; ; ) {
    const { rows, next } = await page(cursor);
    all.push(...rows);
    if (next === null) return all;
    cursor = next;
  }
}

const HOUR_MS = 3_600_000;

test(
  "the project's events, page by page, are all events that belong to somebody, newest first, each with its person",
  () =>
    inRandomWorlds(async (world, scope, limit) => {
      const refs = new Map(everyone(world).map(({ key, ref }) => [key, ref]));
      const wanted = world.events
        .filter((event) => event.kind === "event" && ownerOf(world, event.actor, event.ts) !== null)
        .sort(byTime)
        .reverse();
      const listed = await walk((cursor) => streamEvents(scope, { filter: EVER, limit, cursor }));
      expect(listed.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
      for (const [index, { person }] of listed.entries()) {
        const { actor, ts } = wanted[index] as (typeof wanted)[number];
        const ref = refs.get(ownerOf(world, actor, ts) as string);
        // A visitor of passive events only is in no list, but has a name here.
        if (ref) expect(person.ref).toBe(ref);
      }
    }),
  120_000,
);

test(
  "everybody's sessions, page by page, are all people's sessions, newest first",
  () =>
    inRandomWorlds(async (world, scope, limit) => {
      const keys = new Set(
        world.events.map(({ actor, ts }) => ownerOf(world, actor, ts)).filter((key) => key !== null),
      );
      const wanted = [...keys].flatMap((key) => visitsOf(world, key));
      const listed = await walk((cursor) => listVisits(scope, { filter: EVER, limit, cursor }));
      const shape = (all: { id: string; startedAt: number; endedAt: number; events: number }[]) =>
        all.map(({ id, startedAt, endedAt, events }) => `${startedAt} ${id} ${endedAt} ${events}`).sort();
      expect(shape(listed)).toEqual(shape(wanted));
      expect(listed.map(({ startedAt }) => startedAt)).toEqual(
        [...listed.map((v) => v.startedAt)].sort((a, b) => b - a),
      );
    }),
  120_000,
);

test(
  "a person's activity and habits add up to their events",
  () =>
    inRandomWorlds(async (world, scope) => {
      for (const { key, ref } of everyone(world)) {
        const own = eventsOf(world, key);
        const bins = await activityOf(scope, ref, T0);
        expect(bins.reduce((sum, { events }) => sum + events, 0)).toBe(own.filter(({ active }) => active).length);
        const hours = new Map<number, number>();
        for (const { at, events } of bins)
          hours.set(at - (at % HOUR_MS), (hours.get(at - (at % HOUR_MS)) ?? 0) + events);
        const byHour = await activityOf(scope, ref, T0, HOUR_MS);
        expect(byHour.map(({ at, events }) => [at, events])).toEqual([...hours]);
        const { events } = await topNamesOf(scope, ref, T0, 10);
        expect(events.reduce((sum, { count }) => sum + count, 0)).toBe(
          own.filter(({ kind }) => kind === "event").length,
        );
      }
    }),
  120_000,
);

const projectId = newId();
const scope = grantScope(projectId, "system:test");

beforeAll(async () => {
  const rows = [
    ["event", "screen_view", "/pricing", "Pricing", null, {}],
    ["event", "screen_view", "/app", null, null, { theme: "dark" }],
    ["event", "plan_chosen", "/pricing", null, null, { plan: "Pro", seats: 3, deep: { er: "x%y" } }],
    ["event", "paid", null, null, 4900, { plan: "pro", "deep.er": "flat" }],
    ["event", "exported", null, null, null, { plan: null, rows: [1, 2], ok: true }],
    ["identify", "identify", null, null, null, { plan: "pro" }],
    ["property", "set", null, null, null, { plan: "free" }],
  ].map(([kind, name, path, title, revenue, properties], n) => ({
    n,
    id: newId(),
    kind,
    name,
    path,
    title,
    revenue,
    properties,
  }));
  await pool().query(
    "INSERT INTO identities (project_id, id, kind, ext_id, profile_id, created_at) VALUES ($1, 1, 'u', 'ada', 1, now())",
    [projectId],
  );
  await pool().query("INSERT INTO profiles (project_id, id, display_id, created_at) VALUES ($1, 1, 'ada', now())", [
    projectId,
  ]);
  await pool().query(
    `INSERT INTO events (project_id, id, actor_id, ts, received_at, kind, name, active, claim, path, title, revenue, properties)
     SELECT $1, id, 1, '2026-01-05'::timestamptz + n * interval '1 minute', now(), kind, name, true, true, path, title, revenue, properties
       FROM json_to_recordset($2) AS q(n int, id uuid, kind text, name text, path text, title text, revenue bigint, properties jsonb)`,
    [projectId, JSON.stringify(rows)],
  );
});

const FILTERS: [string, TimelineFilter, number][] = [
  ["a stretch of time", { since: Date.UTC(2026, 0, 5, 0, 1), till: Date.UTC(2026, 0, 5, 0, 3) }, 2],
  ["views of one page, not of its subpages", { page: "/pricing" }, 1],
  ["no page views", { hidePages: true }, 5],
  ["conversions: events with revenue, or marked as such", { conversions: ["exported"] }, 2],
  ["conversions if none is marked", { conversions: [] }, 1],
  ["names", { names: ["paid", "plan_chosen"] }, 2],
  ["an existing property", { property: { key: "plan", value: null } }, 4],
  ["a value, case-insensitively", { property: { key: "plan", value: "PRO" } }, 3],
  ["a number", { property: { key: "seats", value: "3" } }, 1],
  ["yes or no", { property: { key: "ok", value: "true" } }, 1],
  ["nested, or named with a dot", { property: { key: "deep.er", value: null } }, 2],
  ["text in a path", { search: "PRIC" }, 2],
  ["text in a property", { search: "dark" }, 1],
  ["percent signs are not wildcards", { search: "x%y" }, 1],
  ["nor are underscores", { search: "plan_c" }, 1],
  ["all at once", { hidePages: true, property: { key: "plan", value: "pro" }, search: "paid" }, 1],
];

test.each(FILTERS)("the database and the browser filter the same way: %s", async (_what, filter, count) => {
  const options = { order: "asc", limit: 100, includeProperties: true } as const;
  const { rows: all } = await listEvents(scope, "u:ada", options);
  const { rows: kept } = await listEvents(scope, "u:ada", { ...options, filter });
  expect(kept).toHaveLength(count);
  expect(kept).toEqual(all.filter((event) => matchesFilter(toItem(event), filter)));
});
