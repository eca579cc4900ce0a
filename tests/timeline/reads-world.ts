import type pg from "pg";
import { newId } from "@/lib/ids";

/**
 * A small random project, written row by row as the engine would leave it, and the naive answers to what the reads ask.
 * Times lie on a coarse grid, so that ties, and events exactly on a span's edge, are common.
 */
export const T0 = Date.UTC(2026, 0, 5, 12);
const GRID_MS = 20_000; // three points a minute: ties on the minute too
const GRID_POINTS = 40;
export const STORY = ["event", "identify"];

export type User = { id: number; extId: string; profileId: number };
export type Stream = { id: number; extId: string };
export type Span = { stream: number; from: number; to: number; owner: number | null; runLast: number | null };
export type WorldEvent = {
  id: string;
  actor: number;
  ts: number;
  kind: string;
  active: boolean;
  session: string | null;
};
/** A person by its key: "u<profile id>" or "a<stream id>". */
export type World = { projectId: string; users: User[]; streams: Stream[]; spans: Span[]; events: WorldEvent[] };

/** mulberry32: the same seed gives the same world. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

const at = (point: number) => T0 + point * GRID_MS;

/** `scale`: so many times as many people, devices and events. */
export function randomWorld(seed: number, scale = 1): World {
  const pick = randomFrom(seed);
  const one = <T>(values: readonly T[]): T => values[pick(values.length)] as T;
  const uuid = () =>
    [8, 4, 4, 4, 12].map((n) => Array.from({ length: n }, () => pick(16).toString(16)).join("")).join("-");
  const profiles = scale * (1 + pick(3));
  const users = Array.from({ length: scale * (1 + pick(5)) }, (_, i) => ({
    id: i + 1,
    extId: `üser/${i}?`,
    profileId: 1 + pick(profiles),
  }));
  const streams = Array.from({ length: scale * (1 + pick(5)) }, (_, i) => ({ id: 100 + i, extId: uuid() }));
  const spans = streams.flatMap(({ id }) => {
    const cuts = [...new Set(Array.from({ length: pick(4) }, () => at(pick(GRID_POINTS))))].sort((a, b) => a - b);
    return [Number.NEGATIVE_INFINITY, ...cuts].map((from, i) => {
      const owner = one([null, null, 0, ...users.map((user) => user.id)]);
      return {
        stream: id,
        from,
        to: cuts[i] ?? Number.POSITIVE_INFINITY,
        owner,
        runLast: owner === null ? null : at(pick(GRID_POINTS)),
      };
    });
  });
  const sessions = Array.from({ length: 5 }, uuid);
  const actors = [...users, ...streams].map((identity) => identity.id);
  const events = Array.from({ length: scale * pick(90) }, () => {
    const kind = one(["event", "event", "event", "identify", "property", "group"]);
    const active = STORY.includes(kind) && pick(4) > 0;
    return {
      id: uuid(),
      actor: one(actors),
      ts: at(pick(GRID_POINTS)),
      kind,
      active,
      session: one([null, ...sessions]),
    };
  });
  return { projectId: newId(), users, streams, spans, events };
}

/** The owner of an event: "u<profile>", "a<stream>", or null for an erased span. */
export function ownerOf(world: World, actor: number, ts: number): string | null {
  const user = world.users.find(({ id }) => id === actor);
  if (user) return `u${user.profileId}`;
  const span = world.spans.find(({ stream, from, to }) => stream === actor && from <= ts && ts < to);
  if (span?.owner === null) return `a${actor}`;
  const owner = world.users.find(({ id }) => id === span?.owner);
  return owner ? `u${owner.profileId}` : null;
}

export const eventsOf = (world: World, person: string) =>
  world.events.filter((event) => ownerOf(world, event.actor, event.ts) === person);

export const byTime = (a: { ts: number; id: string }, b: { ts: number; id: string }) =>
  a.ts - b.ts || (a.id < b.id ? -1 : 1);

export function attributionOf(world: World, event: WorldEvent): string {
  if (world.users.some(({ id }) => id === event.actor)) return "explicit";
  const span = world.spans.find(({ stream, from, to }) => stream === event.actor && from <= event.ts && event.ts < to);
  if (span?.owner === null) return "explicit";
  return event.ts > (span?.runLast ?? 0) ? "inferred" : "claimed";
}

export type Visit = {
  session: string;
  actor: number;
  startedAt: number;
  endedAt: number;
  events: number;
  first: WorldEvent;
};

/** The rows of `sessions`: one a (session, actor). */
export function visitRows(world: World): Visit[] {
  const groups = new Map<string, WorldEvent[]>();
  for (const event of world.events) {
    if (event.session === null) continue;
    const key = `${event.session} ${event.actor}`;
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return [...groups.values()].map((all) => {
    const own = [...all].sort(byTime);
    const first = own[0] as WorldEvent;
    const endedAt = (own.at(-1) as WorldEvent).ts;
    return {
      session: first.session as string,
      actor: first.actor,
      startedAt: first.ts,
      endedAt,
      events: own.length,
      first,
    };
  });
}

/** A person's sessions, newest first: their rows grouped by session id (docs/identity.md R9). */
export function visitsOf(world: World, person: string) {
  const own = visitRows(world).filter((row) => ownerOf(world, row.actor, row.startedAt) === person);
  return [...new Set(own.map((row) => row.session))]
    .map((id) => {
      const rows = own.filter((row) => row.session === id);
      const startedAt = Math.min(...rows.map((row) => row.startedAt));
      const endedAt = Math.max(...rows.map((row) => row.endedAt));
      return { id, startedAt, endedAt, events: rows.reduce((sum, row) => sum + row.events, 0) };
    })
    .sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
}

/** When each part of their sessions started: one per session and id they acted under. */
export const visitParts = (world: World, person: string) =>
  visitRows(world)
    .filter((row) => ownerOf(world, row.actor, row.startedAt) === person)
    .map((row) => ({ id: row.session, ts: row.startedAt }));

export type Known = { key: string; ref: string; firstSeen: number | null; lastSeen: number | null; events: number };

/** Everybody the list shows, in its order. */
export function everyone(world: World): Known[] {
  const seen = (key: string) =>
    eventsOf(world, key)
      .filter((event) => event.active)
      .map((event) => event.ts);
  const known = (key: string, ref: string): Known => {
    const times = seen(key);
    return {
      key,
      ref,
      firstSeen: times.length ? Math.min(...times) : null,
      lastSeen: times.length ? Math.max(...times) : null,
      events: times.length,
    };
  };
  const profiles = [...new Set(world.users.map((user) => user.profileId))].map((id) => {
    const display = world.users.find((user) => user.profileId === id) as User;
    return { order: id, ...known(`u${id}`, `u:${display.extId}`) };
  });
  const visitors = world.streams
    .map(({ id, extId }) => ({ order: id, ...known(`a${id}`, `a:${extId}`) }))
    .filter((visitor) => visitor.events > 0);
  const rank = (person: { key: string }) => (person.key.startsWith("u") ? 0 : 1);
  return [...profiles, ...visitors]
    .sort((a, b) => (b.lastSeen ?? 0) - (a.lastSeen ?? 0) || rank(a) - rank(b) || b.order - a.order)
    .map(({ order: _, ...person }) => person);
}

const when = (ms: number | null) =>
  ms === null
    ? null
    : ms === Number.POSITIVE_INFINITY
      ? "infinity"
      : ms === Number.NEGATIVE_INFINITY
        ? "-infinity"
        : new Date(ms).toISOString();

function statsOf(events: WorldEvent[]) {
  const times = events.filter((event) => event.active).map((event) => event.ts);
  return {
    c: times.length,
    f: times.length ? when(Math.min(...times)) : null,
    l: times.length ? when(Math.max(...times)) : null,
  };
}

/** Writes the world; statistics are over active events only, as the engine keeps them. */
export async function insertWorld(db: pg.Pool, world: World): Promise<void> {
  const p = world.projectId;
  const write = (text: string, rows: object[]) => db.query(text, [p, JSON.stringify(rows)]);
  const eventsAt = (actor: number) => world.events.filter((event) => event.actor === actor);
  await write(
    `INSERT INTO identities (project_id, id, kind, ext_id, stream_class, profile_id, first_seen, last_seen, event_count, created_at)
     SELECT $1, id, k, e, sc, pr, f, l, c, now() FROM json_to_recordset($2) AS q(id bigint, k text, e text, sc text, pr bigint, f timestamptz, l timestamptz, c bigint)`,
    [
      ...world.users.map((user) => ({
        id: user.id,
        k: "u",
        e: user.extId,
        pr: user.profileId,
        ...statsOf(eventsAt(user.id)),
      })),
      ...world.streams.map((stream) => ({ id: stream.id, k: "a", e: stream.extId, sc: "sdk", c: 0 })),
    ],
  );
  await write(
    `INSERT INTO spans (project_id, stream_id, from_ts, to_ts, owner_id, run_first, run_last, first_seen, last_seen, event_count)
     SELECT $1, s, "from", "to", o, r, r, f, l, c FROM json_to_recordset($2)
       AS q(s bigint, "from" timestamptz, "to" timestamptz, o bigint, r timestamptz, f timestamptz, l timestamptz, c bigint)`,
    world.spans.map((span) => ({
      s: span.stream,
      from: when(span.from),
      to: when(span.to),
      o: span.owner,
      r: when(span.runLast),
      ...statsOf(eventsAt(span.stream).filter(({ ts }) => span.from <= ts && ts < span.to)),
    })),
  );
  await write(
    `INSERT INTO events (project_id, id, actor_id, session_id, ts, received_at, kind, name, active, claim)
     SELECT $1, id, a, s, t, t, k, k, v, true FROM json_to_recordset($2) AS q(id uuid, a bigint, s uuid, t timestamptz, k text, v boolean)`,
    world.events.map((event) => ({
      id: event.id,
      a: event.actor,
      s: event.session,
      t: when(event.ts),
      k: event.kind,
      v: event.active,
    })),
  );
  await write(
    `INSERT INTO sessions (project_id, session_id, actor_id, started_at, started_id, ended_at, event_count, context)
     SELECT $1, s, a, f, i, l, c, '{"referrerName":"Google","country":"DE"}' FROM json_to_recordset($2)
       AS q(s uuid, a bigint, f timestamptz, i uuid, l timestamptz, c bigint)`,
    visitRows(world).map((row) => ({
      s: row.session,
      a: row.actor,
      f: when(row.startedAt),
      i: row.first.id,
      l: when(row.endedAt),
      c: row.events,
    })),
  );
  const profiles = everyone(world).filter((person) => person.key.startsWith("u"));
  await write(
    `WITH q AS (SELECT * FROM json_to_recordset($2) AS q(id bigint, d text, f timestamptz, l timestamptz, c bigint)),
     cold AS (INSERT INTO profiles (project_id, id, display_id, search_text, created_at) SELECT $1::uuid, id, d, lower(d), now() FROM q)
     INSERT INTO profile_stats (project_id, profile_id, first_seen, last_seen, last_min, event_count)
     SELECT $1::uuid, id, f, l, date_trunc('minute', l, 'UTC'), c FROM q`,
    profiles.map((person) => ({
      id: Number(person.key.slice(1)),
      d: person.ref.slice(2),
      f: when(person.firstSeen),
      l: when(person.lastSeen),
      c: person.events,
    })),
  );
}
