import fc from "fast-check";
import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { getProfile } from "@/lib/profiles/person/person.queries";
import { grantScope, type Scope } from "@/lib/scope";
import { listSessions } from "@/lib/sessions/sessions.queries";
import { listEvents } from "@/lib/timeline/timeline.queries";
import {
  attributionOf,
  byTime,
  eventsOf,
  everyone,
  insertWorld,
  randomWorld,
  STORY,
  T0,
  visitsOf,
  type World,
} from "./reads-world";

/** Random projects; raise for a soak. */
const WORLDS = 25;

type Page<Row> = { rows: Row[]; next: string | null };

/** Every row, page by page; every page but the last is full, and the last says so. */
async function walk<Row>(limit: number, read: (cursor: string | undefined) => Promise<Page<Row>>): Promise<Row[]> {
  const all: Row[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await read(cursor);
    all.push(...page.rows);
    if (page.next === null) return all;
    expect(page.rows).toHaveLength(limit);
    cursor = page.next;
  }
}

/** Runs `check` on random projects; a failure names the seed that reproduces it. */
function inRandomWorlds(check: (world: World, scope: Scope, limit: number) => Promise<void>): Promise<void> {
  const property = fc.asyncProperty(
    fc.integer({ min: 0, max: 1e9 }),
    fc.integer({ min: 1, max: 7 }),
    async (seed, limit) => {
      const world = randomWorld(seed);
      await insertWorld(pool(), world);
      await check(world, grantScope(world.projectId, "system:test"), limit);
    },
  );
  return fc.assert(property, { numRuns: WORLDS, endOnFailure: true });
}

test(
  "the users list, page by page, has everybody once, in order, with exact seen times and counts",
  () =>
    inRandomWorlds(async (world, scope, limit) => {
      const expected = everyone(world);
      for (const identified of [undefined, true, false]) {
        const listed = await walk(limit, (cursor) => listProfiles(scope, { identified, limit, cursor }));
        const wanted = expected.filter(
          (person) => identified === undefined || person.key.startsWith("u") === identified,
        );
        expect(listed.map(({ ref, firstSeen, lastSeen, events }) => ({ ref, firstSeen, lastSeen, events }))).toEqual(
          wanted.map(({ key: _, ...person }) => person),
        );
        expect(listed.map((row) => row.sessions)).toEqual(wanted.map(({ key }) => visitsOf(world, key).length));
      }
    }),
  120_000,
);

test(
  "a timeline read by lanes and pages equals all of the person's events sorted by time, in both orders",
  () =>
    inRandomWorlds(async (world, scope, limit) => {
      for (const { key, ref } of everyone(world)) {
        const sorted = eventsOf(world, key).sort(byTime);
        for (const includeProperties of [false, true]) {
          const listed = sorted.filter((event) => includeProperties || STORY.includes(event.kind));
          const asc = await walk(limit, (cursor) =>
            listEvents(scope, ref, { order: "asc", limit, cursor, includeProperties }),
          );
          expect(asc.map((row) => row.id)).toEqual(listed.map((event) => event.id));
          expect(asc.map((row) => row.attribution)).toEqual(listed.map((event) => attributionOf(world, event)));
          const desc = await walk(limit, (cursor) =>
            listEvents(scope, ref, { order: "desc", limit, cursor, includeProperties }),
          );
          expect(desc.map((row) => row.id)).toEqual(asc.map((row) => row.id).reverse());
        }
      }
    }),
  120_000,
);

test(
  "a window takes events from `after` up to but not including `before`",
  () =>
    inRandomWorlds(async (world, scope) => {
      const [after, before] = [T0 + 100_000, T0 + 400_000];
      for (const { key, ref } of everyone(world)) {
        const inWindow = eventsOf(world, key).filter(
          (event) => STORY.includes(event.kind) && event.ts >= after && event.ts < before,
        );
        const { rows } = await listEvents(scope, ref, { order: "asc", limit: 1_000, after, before });
        expect(rows.map((row) => row.id)).toEqual(inWindow.sort(byTime).map((event) => event.id));
      }
    }),
  120_000,
);

test(
  "sessions, page by page, are the person's session rows grouped by session, newest first",
  () =>
    inRandomWorlds(async (world, scope, limit) => {
      for (const { key, ref } of everyone(world)) {
        const listed = await walk(limit, (cursor) => listSessions(scope, ref, { limit, cursor }));
        expect(listed.map(({ id, startedAt, endedAt, events }) => ({ id, startedAt, endedAt, events }))).toEqual(
          visitsOf(world, key),
        );
      }
    }),
  120_000,
);

test(
  "a person is found by each of their ids, and a device leads to the owner of its newest span",
  () =>
    inRandomWorlds(async (world, scope) => {
      const known = new Map(everyone(world).map((person) => [person.key, person]));
      for (const user of world.users) {
        expect((await getProfile(scope, `u:${user.extId}`))?.ref).toBe(known.get(`u${user.profileId}`)?.ref);
        expect((await getProfile(scope, `a:${user.extId}`))?.ref).toBeUndefined();
      }
      for (const stream of world.streams) {
        const owned = world.spans.filter(
          (span) => span.stream === stream.id && world.users.some(({ id }) => id === span.owner),
        );
        const newest = world.users.find(({ id }) => id === owned.at(-1)?.owner);
        const wanted = known.get(`a${stream.id}`) ?? (newest && known.get(`u${newest.profileId}`));
        expect((await getProfile(scope, `a:${stream.extId}`))?.ref).toBe(wanted?.ref);
      }
    }),
  120_000,
);
