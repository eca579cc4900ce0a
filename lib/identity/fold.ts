import Big from "big.js";
import type { ListItem, PropertyChange } from "@/lib/events/property-change";
import type { Json, JsonObject } from "@/lib/json";

/**
 * When a write happened: rank 1 for a user id, 0 for a stream, then the time in ms, then the operation's id for ties.
 */
export type Stamp = readonly [rank: 0 | 1, ts: number, id: string];

/**
 * One property as a commutative register (docs/identity.md R11, R12): the winning `set`, the winning `set_once`, and
 * the sum of all increments, a decimal so that 0.1 + 0.2 is 0.3 in any order.
 */
export type Register = {
  set?: { stamp: Stamp; value: Json };
  once?: { stamp: Stamp; value: Json };
  /** Decimal string; absent if there were none. */
  sum?: string;
  /** For each value that was added to a list or removed from it, as JSON: the newest such write. */
  items?: Items;
};

export type Items = { [item: string]: readonly [ts: number, id: string, isIn: boolean] };

/** All properties of an identity or a person, by dotted path. */
export type Registers = { [key: string]: Register };

/** -1, 0 or 1 for the order (rank, ts, id). */
export function compareStamps(a: Stamp, b: Stamp): number {
  return a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0);
}

/** Applies one change; the order of calls does not matter. Mutates and returns `into`. */
export function applyChange(into: Registers, change: PropertyChange, stamp: Stamp): Registers {
  into[change.key] = mergeRegister(registerOf(into, change.key), registerFor(change, stamp));
  return into;
}

function registerFor(change: PropertyChange, stamp: Stamp): Register {
  switch (change.mode) {
    case "set":
      return { set: { stamp, value: change.value } };
    case "set_once":
      return { once: { stamp, value: change.value } };
    case "increment":
      return { sum: String(change.value) };
    case "union":
    case "remove":
      return { items: itemsOf(change.value, change.mode === "union", stamp) };
  }
}

/** The person's registers, from those of its identities and spans. Commutative and associative. */
export function mergeRegisters(all: readonly Registers[]): Registers {
  const out: Registers = {};
  for (const registers of all)
    for (const [key, register] of Object.entries(registers)) out[key] = mergeRegister(registerOf(out, key), register);
  return out;
}

/** Own members only: a property may be called "toString". */
const registerOf = (registers: Registers, key: string): Register | undefined =>
  Object.hasOwn(registers, key) ? registers[key] : undefined;

/** `a` belongs to the caller and is mutated; `b` is not. */
function mergeRegister(a: Register | undefined, b: Register): Register {
  if (!a) return b.items ? { ...b, items: { ...b.items } } : b;
  const out: Register = {};
  const set = !a.set || (b.set && compareStamps(b.set.stamp, a.set.stamp) > 0) ? b.set : a.set;
  const once = !a.once || (b.once && compareByTime(b.once.stamp, a.once.stamp) < 0) ? b.once : a.once;
  if (set) out.set = set;
  if (once) out.once = once;
  if (a.sum !== undefined || b.sum !== undefined) out.sum = add(a.sum, b.sum);
  // No copy, as a list may be changed a thousand times.
  if (a.items || b.items) out.items = mergeItems(a.items ?? {}, b.items ?? {});
  return out;
}

const itemsOf = (values: readonly ListItem[], isIn: boolean, [, ts, id]: Stamp): Items =>
  Object.fromEntries(values.map((value) => [JSON.stringify(value), [ts, id, isIn]]));

function mergeItems(into: Items, from: Items): Items {
  for (const [item, write] of Object.entries(from)) {
    const newest = into[item];
    if (!newest || isAfter(write, newest)) into[item] = write;
  }
  return into;
}

type Moment = readonly [ts: number, id: string, ...rest: unknown[]];
const isAfter = (a: Moment, b: Moment): boolean => a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);

/** Ignores the rank: the earliest `set_once` wins, so that the first campaign survives a log-in (R11). */
const compareByTime = (a: Stamp, b: Stamp): number => a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0);

function add(a: string | undefined, b: string | undefined): string {
  return new Big(a ?? 0).plus(b ?? 0).toFixed();
}

/**
 * The flat properties of registers. `sums` adds, by key, increments after the winning set that are not among `changes`.
 */
export const propertiesOf = (
  registers: Registers,
  sums: ReadonlyMap<string, string>,
  changes: Iterable<{ key: string; mode: string; ts: number; id: string; value: Json }>,
): JsonObject => foldProperties(registers, addIncrements(new Map(sums), changes, keysToSumAfterSet(registers)));

/** Keys whose value needs only the increments after the winning `set` (R12). */
export function keysToSumAfterSet(registers: Registers): { key: string; after: Stamp }[] {
  return Object.entries(registers).flatMap(([key, { set, sum }]) =>
    set && sum !== undefined && (set.value === null || typeof set.value === "number")
      ? [{ key, after: set.stamp }]
      : [],
  );
}

/**
 * Adds to `sums` (decimals by key) the increments in `changes` after the stamp of their key in `wanted`, comparing (ts,
 * id) and not the rank (R12). O(changes).
 */
export function addIncrements(
  sums: Map<string, string>,
  changes: Iterable<{ key: string; mode: string; ts: number; id: string; value: Json }>,
  wanted: readonly { key: string; after: Stamp }[],
): Map<string, string> {
  if (wanted.length === 0) return sums;
  const since = new Map(wanted.map(({ key, after }) => [key, after]));
  for (const { key, mode, ts, id, value } of changes) {
    const after = mode === "increment" ? since.get(key) : undefined;
    if (after && (ts > after[1] || (ts === after[1] && id > after[2])))
      sums.set(key, add(sums.get(key), String(value)));
  }
  return sums;
}

/**
 * The properties the interface shows: each key's value, without nulls. `sumsAfterSet` has, for the keys of
 * `keysToSumAfterSet`, the decimal sum of the increments after the winning set. Each leaf of an object is a register;
 * if an object was also set as a whole ("address" and "address.city"), the later write wins. O(n log n) in the keys.
 */
export function foldProperties(registers: Registers, sumsAfterSet: ReadonlyMap<string, string>): JsonObject {
  const out: JsonObject = {};
  const shadowed = shadowedKeys(registers);
  for (const key of Object.keys(registers).sort()) {
    if (shadowed.has(key)) continue;
    const value = propertyValue(registers[key] as Register, sumsAfterSet.get(key));
    if (value !== null) out[key] = value;
  }
  return out;
}

function propertyValue(register: Register, sumAfterSet: string | undefined): Json {
  const value = plainValue(register, sumAfterSet);
  if (!register.items || (value !== null && !Array.isArray(value))) return value;
  return listOf(value, register.items, register.set?.stamp);
}

/** The list that was set, with later `union` and `remove` applied (R11); null if none was set and it is empty. */
function listOf(base: Json[] | null, items: Items, set: Stamp | undefined): Json {
  const since = Object.entries(items).filter(([, write]) => !set || isAfter(write, [set[1], set[2]]));
  const isInList = new Map(since.map(([item, [, , isIn]]) => [item, isIn]));
  const kept = (base ?? []).filter((value) => isInList.get(JSON.stringify(value)) !== false);
  const has = new Set(kept.map((value) => JSON.stringify(value)));
  const added = since
    .filter(([item, [, , isIn]]) => isIn && !has.has(item))
    .sort(([x, a], [y, b]) => (isAfter(a, b) ? 1 : isAfter(b, a) ? -1 : x < y ? -1 : 1))
    .map(([item]) => JSON.parse(item) as Json);
  return base === null && added.length === 0 ? null : [...kept, ...added];
}

function plainValue({ set, once, sum }: Register, sumAfterSet: string | undefined): Json {
  if (sum === undefined) return (set ?? once)?.value ?? null;
  // Increments before the winning `set` no longer count; after an unset they start from zero.
  const increments = set ? sumAfterSet : sum;
  const base = (set ?? once)?.value ?? null;
  if (base === null) return increments === undefined ? null : finite(Number(increments));
  if (typeof base !== "number") return base;
  return finite(new Big(base).plus(increments ?? 0).toNumber());
}

/** Drops a sum that overflows a double, as JSON has no infinity. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** A key, its ancestors on the walk, and the newest value set below it so far. */
type Node = { key: string; register: Register; newestAbove: Stamp | undefined; newestBelow: Stamp | undefined };

/**
 * Keys hidden by a later write of an ancestor or a descendant. In sorted order a path comes right before everything
 * below it, so one pass suffices, however deep the keys nest.
 */
function shadowedKeys(registers: Registers): Set<string> {
  const shadowed = new Set<string>();
  const path: Node[] = [];
  const leave = (): void => {
    const { key, register, newestAbove, newestBelow } = path.pop() as Node;
    const own = register.set?.stamp ?? register.once?.stamp;
    if (newestAbove && (!own || compareStamps(newestAbove, own) > 0)) shadowed.add(key);
    const value = register.set && register.set.value !== null ? register.set.stamp : undefined;
    if (value && newestBelow && compareStamps(newestBelow, value) > 0) shadowed.add(key);
    const parent = path.at(-1);
    if (parent) parent.newestBelow = later(parent.newestBelow, later(newestBelow, value));
  };
  for (const key of Object.keys(registers).sort(byPath)) {
    while (path.length > 0 && !key.startsWith(`${path.at(-1)?.key}.`)) leave();
    const parent = path.at(-1);
    const newestAbove = parent && later(parent.newestAbove, parent.register.set?.stamp);
    path.push({ key, register: registers[key] as Register, newestAbove, newestBelow: undefined });
  }
  while (path.length > 0) leave();
  return shadowed;
}

/** Sorts dots before any other character, so that nothing comes between a path and its descendants. */
function byPath(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === end) return a.length - b.length;
  if (a[at] === "." || b[at] === ".") return a[at] === "." ? -1 : 1;
  return a.charCodeAt(at) - b.charCodeAt(at);
}

const later = (a: Stamp | undefined, b: Stamp | undefined): Stamp | undefined =>
  a && b ? (compareStamps(a, b) >= 0 ? a : b) : (a ?? b);
