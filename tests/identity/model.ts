import type { PropertyChange } from "@/lib/events/property-change";
import type { Json, JsonObject } from "@/lib/json";

/**
 * The reference model (docs/identity.md E1), written as the rules read, however slow. It shares no code with lib/, so
 * that a mistake there cannot hide here. Times in ms.
 */
export type ModelOp = {
  id: string;
  ts: number;
  user: string | null;
  anon: string | null;
  cls: "sdk" | "kiosk" | "cookieless";
  session: string | null;
  claim: boolean;
  active: boolean;
  changes: PropertyChange[];
  /** alias / unalias of `user` and `other`. */
  edge?: { other: string; on: boolean };
};

const E = 1;
const MIN = 60_000;
const INF = Number.POSITIVE_INFINITY;
const PARAMS = {
  sdk: { B: INF, W: 30 * MIN, T: INF, shared: 30 * MIN, max: 8 },
  kiosk: { B: 30 * MIN, W: 30 * MIN, T: 0, shared: 0, max: 8 },
  cookieless: { B: 30 * MIN, W: 30 * MIN, T: 30 * MIN, shared: 30 * MIN, max: 1 },
};

/** Owner of erased spans on a device that others use too. */
export const SHUT = "erased";
export type Span = { from: number; to: number; owner: string | null; last: number };

/** What corrections left behind, besides the remaining operations. */
export type Marks = {
  /** "stream|user" → ignore evidence of the two up to this time in ms (R14). */
  detached: Map<string, number>;
  /** Spans [from, to) of a stream that were erased (R13). */
  shut: Map<string, { from: number; to: number }[]>;
  /** Erased people, who still count among the users seen on a stream (docs/identity.md P7). */
  ghosts: Map<string, Set<string>>;
};
const UNMARKED: Marks = { detached: new Map(), shut: new Map(), ghosts: new Map() };

/** The greater user id in byte order. */
const bigger = (a: string, b: string) => (Buffer.compare(Buffer.from(a), Buffer.from(b)) >= 0 ? a : b);

export function spansOf(ops: ModelOp[], stream: string, marks: Marks = UNMARKED): Span[] {
  const evidence = ops.filter(
    (op) =>
      op.anon === stream &&
      op.user !== null &&
      op.claim &&
      op.ts > (marks.detached.get(`${stream}|${op.user}`) ?? -INF),
  );
  const { B, W, T, shared, max } = PARAMS[classOf(ops, stream)];
  const users = new Set([...evidence.map((op) => op.user as string), ...(marks.ghosts.get(stream) ?? [])]);
  const shut = (marks.shut.get(stream) ?? []).map(({ from, to }) => ({ user: SHUT, first: from, last: to - E }));
  const byTime = new Map<number, string>();
  for (const op of evidence)
    if (users.size <= max && !shut.some(({ first, last }) => first <= op.ts && op.ts <= last))
      byTime.set(op.ts, bigger(op.user as string, byTime.get(op.ts) ?? ""));
  const points = [...byTime].map(([t, user]) => ({ user, first: t, last: t }));
  const runs: { user: string; first: number; last: number }[] = [];
  for (const point of [...points, ...shut].sort((a, b) => a.first - b.first)) {
    const run = runs.at(-1);
    if (run?.user === point.user && point.user !== SHUT) run.last = point.last;
    else runs.push({ ...point });
  }
  const none = (from: number, to: number): Span => ({ from, to, owner: null, last: 0 });
  if (runs.length === 0) return [none(-INF, INF)];
  const startOf = (run: (typeof runs)[number], before?: (typeof runs)[number]) =>
    run.user === SHUT ? run.first : before ? Math.max(before.last + E, run.first - W) : run.first - B;
  const out: Span[] = [];
  runs.forEach((run, i) => {
    const next = runs[i + 1];
    const start = startOf(run, runs[i - 1]);
    const tail = run.user === SHUT ? 0 : users.size > 1 ? shared : T;
    const limit = next ? startOf(next, run) : INF;
    const end = Math.min(limit, Math.max(run.last + E, run.last + tail));
    if (i === 0 && start > -INF) out.push(none(-INF, start));
    out.push({ from: start, to: end, owner: run.user, last: run.last });
    if (end < limit) out.push(none(end, limit));
  });
  return out;
}

/** A stream's class: all its operations carry the same in these tests. */
const classOf = (ops: ModelOp[], stream: string) => (ops.find((op) => op.anon === stream) as ModelOp).cls;

/** Persons: user id → name of its person (its user ids, sorted). */
export function personsOf(ops: ModelOp[]): Map<string, string> {
  const edges = new Map<string, ModelOp>();
  for (const op of ops) {
    if (!op.edge || op.user === op.edge.other) continue;
    const key = [op.user, op.edge.other].sort().join("\n");
    const standing = edges.get(key);
    if (!standing || op.ts > standing.ts || (op.ts === standing.ts && op.id > standing.id)) edges.set(key, op);
  }
  const ids = new Set(ops.flatMap((op) => [op.user, op.edge?.other]).filter((id): id is string => Boolean(id)));
  let groups = [...ids].map((id) => new Set([id]));
  for (const op of edges.values()) {
    if (!op.edge?.on) continue;
    const touched = groups.filter((g) => g.has(op.user as string) || g.has(op.edge?.other as string));
    groups = [...groups.filter((g) => !touched.includes(g)), new Set(touched.flatMap((g) => [...g]))];
  }
  return new Map(groups.flatMap((g) => [...g].map((id) => [id, [...g].sort().join("+")] as const)));
}

export type Attribution = "explicit" | "claimed" | "inferred" | null;
export type PersonView = {
  count: number;
  first: number | null;
  last: number | null;
  props: JsonObject;
  /** session id → [events, started, ended] */
  sessions: { [id: string]: [number, number, number] };
};
export type View = {
  owners: { [opId: string]: string };
  attribution: { [opId: string]: Attribution };
  people: { [owner: string]: PersonView };
};

/** The operations; those without a session are put into the visit given by `visits`. */
export const inVisits = (ops: readonly ModelOp[], visits: ReadonlyMap<string, string>): ModelOp[] =>
  ops.map((op) => (op.session === null && op.active ? { ...op, session: visits.get(op.id) ?? null } : op));

/** Everything the product shows of a set of operations, whatever order they came in. */
export function resolve(all: ModelOp[], marks: Marks = UNMARKED): View {
  const ops = [...new Map([...all].reverse().map((op) => [op.id, op])).values()];
  const persons = personsOf(ops);
  const spans = new Map<string, Span[]>();
  for (const op of ops) if (op.anon !== null && !spans.has(op.anon)) spans.set(op.anon, spansOf(ops, op.anon, marks));
  const spanAt = (stream: string, t: number) => spans.get(stream)?.find((s) => s.from <= t && t < s.to) as Span;
  const ownerAt = (stream: string, t: number) => {
    const { owner } = spanAt(stream, t);
    return owner === null ? `a:${stream}` : (persons.get(owner) as string);
  };
  const view: View = { owners: {}, attribution: {}, people: {} };
  const owned = new Map<string, ModelOp[]>();
  for (const op of ops) {
    if (op.edge || (op.user === null && op.anon === null)) continue;
    const owner = op.user !== null ? (persons.get(op.user) as string) : ownerAt(op.anon as string, op.ts);
    view.owners[op.id] = owner;
    view.attribution[op.id] =
      op.user !== null
        ? "explicit"
        : owner.startsWith("a:")
          ? null
          : op.ts > spanAt(op.anon as string, op.ts).last
            ? "inferred"
            : "claimed";
    owned.set(owner, [...(owned.get(owner) ?? []), op]);
  }
  const sessions = sessionsOf(ops, persons, ownerAt);
  for (const [owner, mine] of owned) {
    const times = mine.filter((op) => op.active).map((op) => op.ts);
    view.people[owner] = {
      count: times.length,
      first: times.length > 0 ? Math.min(...times) : null,
      last: times.length > 0 ? Math.max(...times) : null,
      props: propsOf(mine),
      sessions: sessions.get(owner) ?? {},
    };
  }
  return view;
}

/** Rows by (session, actor), owned by the person, or by the owner of the span the row starts in (R9). */
function sessionsOf(ops: ModelOp[], persons: Map<string, string>, ownerAt: (stream: string, t: number) => string) {
  const rows = new Map<string, { session: string; op: ModelOp; times: number[] }>();
  for (const op of ops) {
    if (!op.active || op.session === null || (op.user === null && op.anon === null)) continue;
    const key = `${op.session}|${op.user === null ? `a:${op.anon}` : `u:${op.user}`}`;
    const row = rows.get(key) ?? { session: op.session, op, times: [] };
    row.times.push(op.ts);
    rows.set(key, row);
  }
  const out = new Map<string, { [id: string]: [number, number, number] }>();
  for (const { session, op, times } of rows.values()) {
    const start = Math.min(...times);
    const owner = op.user !== null ? (persons.get(op.user) as string) : ownerAt(op.anon as string, start);
    const mine = out.get(owner) ?? {};
    const was = mine[session];
    mine[session] = [
      times.length + (was?.[0] ?? 0),
      Math.min(start, was?.[1] ?? start),
      Math.max(...times, was?.[2] ?? start),
    ];
    out.set(owner, mine);
  }
  return out;
}

/** Properties key by key (R11, R12); numbers in these tests are multiples of 1/8, which add exactly. */
export function propsOf(ops: ModelOp[]): JsonObject {
  const props: JsonObject = {};
  const writes = ops.flatMap((op) => op.changes.map((change) => ({ ...change, op })));
  for (const key of new Set(writes.map((w) => w.key))) {
    const mine = writes.filter((w) => w.key === key);
    const later = (a: { op: ModelOp }, b: { op: ModelOp }) => a.op.ts - b.op.ts || (a.op.id < b.op.id ? -1 : 1);
    const rank = (w: { op: ModelOp }) => (w.op.user === null ? 0 : 1);
    const set = mine
      .filter((w) => w.mode === "set")
      .sort((a, b) => rank(a) - rank(b) || later(a, b))
      .at(-1);
    const once = mine.filter((w) => w.mode === "set_once").sort(later)[0];
    const increments = mine.filter((w) => w.mode === "increment" && (!set || later(w, set) > 0));
    let value: Json = (set ?? once)?.value ?? null;
    if (increments.length > 0 && (value === null || typeof value === "number"))
      value = increments.reduce((sum, w) => sum + (w.value as number), value ?? 0);
    const words = mine.filter((w) => (w.mode === "union" || w.mode === "remove") && (!set || later(w, set) > 0));
    if (words.length > 0 && (value === null || Array.isArray(value))) {
      const base: Json[] = value ?? [];
      const newest = new Map<string, { item: Json; isIn: boolean }>();
      for (const w of words.sort(later))
        for (const item of [...(w.value as Json[])].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))) {
          newest.delete(JSON.stringify(item));
          newest.set(JSON.stringify(item), { item, isIn: w.mode === "union" });
        }
      const stay = base.filter((item) => newest.get(JSON.stringify(item))?.isIn !== false);
      const come = [...newest.values()]
        .filter(({ item, isIn }) => isIn && !base.includes(item))
        .map(({ item }) => item);
      value = value === null && come.length === 0 ? null : [...stay, ...come];
    }
    if (value !== null) props[key] = value;
  }
  return props;
}
