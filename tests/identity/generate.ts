import type { Operation } from "@/lib/events/operation";
import type { PropertyChange } from "@/lib/events/property-change";
import { toUuid } from "@/lib/ids";
import type { ModelOp } from "./model";

/** A small seeded generator (mulberry32), so that a seed identifies a failing sequence. */
export function random(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    int: (n: number) => Math.floor(next() * n),
    chance: (p: number) => next() < p,
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
    shuffle: <T>(list: readonly T[]): T[] => {
      const out = [...list];
      for (let i = out.length - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1));
        [out[i], out[j]] = [out[j] as T, out[i] as T];
      }
      return out;
    },
  };
}
export type Random = ReturnType<typeof random>;

/** Start of the tests' time: an arbitrary hour, long enough ago. */
export const T0 = Date.UTC(2026, 2, 12, 9, 0, 0);

/**
 * A random sequence as 3.2 advises: few people and devices, coarse time with many ties, every class, alias, replays.
 */
export function sequence(seed: number, size: number): ModelOp[] {
  const r = random(seed);
  const users = ["alice", "bob", "çelik", "😀dora"].slice(0, 1 + r.int(4));
  const streams = [0, 1, 2]
    .slice(0, 1 + r.int(3))
    .map((i) => ({ anon: `dev-${i}`, cls: r.pick(["sdk", "sdk", "kiosk", "cookieless"] as const) }));
  const grid = r.pick([60, 300, 1800]) * 1000;
  const ops: ModelOp[] = [];
  for (let i = 0; i < size; i++) {
    const id = toUuid(`op-${seed}-${i}`, "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    const ts = T0 + r.int(20) * grid;
    const stream = r.pick(streams);
    const base = {
      id,
      ts,
      cls: stream.cls,
      session: null,
      claim: true,
      active: false,
      changes: [] as PropertyChange[],
    };
    if (r.chance(0.15) && users.length > 1)
      ops.push({ ...base, anon: null, user: r.pick(users), edge: { other: r.pick(users), on: r.chance(0.6) } });
    else {
      const anonymous = r.chance(0.45);
      const user = anonymous ? null : r.pick(users);
      const anon = anonymous || r.chance(0.8) ? stream.anon : null;
      const changes = r.chance(0.3) ? [change(r)] : [];
      ops.push({
        ...base,
        user,
        anon,
        session: r.chance(0.8) ? toUuid(`session-${r.int(3)}`, "6ba7b810-9dad-11d1-80b4-00c04fd430c8") : null,
        claim: !r.chance(0.1),
        active: changes.length === 0 || r.chance(0.3),
        changes,
      });
    }
  }
  return ops;
}

function change(r: Random): PropertyChange {
  if (r.chance(0.3)) {
    const values = r.shuffle(["x", "y", 1, true]).slice(0, 1 + r.int(3));
    const mode = r.pick(["set", "set_once", "union", "union", "remove"] as const);
    return { mode, key: r.pick(["tags", "tags", "n"]), value: values };
  }
  const key = r.pick(["plan", "n", "usage.exports", "tags"]);
  switch (r.int(4)) {
    case 0:
      return { mode: "set", key, value: r.pick([null, 1, 10, "pro", 0.5]) };
    case 1:
      return { mode: "set_once", key, value: r.pick([7, "first", 2.25]) };
    default:
      return { mode: "increment", key, value: r.pick([1, -2, 0.125, 4]) };
  }
}

/** A model operation as the parser would pass it to the engine. */
export function toOperation(op: ModelOp, receivedAt = Date.now()): Operation {
  return {
    id: op.id,
    ts: op.ts,
    receivedAt,
    kind: op.edge ? "alias" : op.active ? "event" : "property",
    name: op.edge ? (op.edge.on ? "alias" : "unalias") : op.active ? "screen_view" : "set",
    user: op.user,
    anon: op.anon,
    streamClass: op.cls,
    sessionId: op.session,
    claim: op.claim,
    active: op.active,
    context: { path: "/" },
    revenue: null,
    groups: [],
    properties: {},
    changes: op.changes,
    alias: op.edge?.other ?? null,
    warnings: [],
  };
}

/** Cuts a sequence into batches of random sizes and replays a fifth of it. */
export function batches<T>(r: Random, ops: readonly T[]): T[][] {
  const withReplays = r.shuffle([...ops, ...ops.filter(() => r.chance(0.2))]);
  const out: T[][] = [];
  for (let i = 0; i < withReplays.length; ) {
    const size = 1 + r.int(8);
    out.push(withReplays.slice(i, i + size));
    i += size;
  }
  return out;
}
