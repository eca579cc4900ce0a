import Big from "big.js";
import type { Json, JsonObject, PropertyChange } from "@/lib/ingest/operation";

/** When a write happened; ties on time break on the operation's id. [rank, ts in ms, operation id]; rank 1 is an explicit user. */
export type Stamp = readonly [rank: 0 | 1, ts: number, id: string];

/**
 * One property as a commuting register (identity.md R11, R12): the winning `set`, the winning `set_once`, and the exact
 * decimal sum of all increments. Increments are added as decimals, so 0.1 + 0.2 is 0.3 in any order.
 */
export type Register = {
  set?: { stamp: Stamp; value: Json };
  once?: { stamp: Stamp; value: Json };
  /** Decimal string; absent when there were none. */
  sum?: string;
};

/** All properties of an identity or a person, by dotted path. */
export type Registers = { [key: string]: Register };

/** -1, 0 or 1 for the order (rank, ts, id). */
export function compareStamps(a: Stamp, b: Stamp): number {
  return a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0);
}

/** Adds one change; the result does not depend on the order of calls. Mutates and returns `into`. */
export function applyChange(into: Registers, change: PropertyChange, stamp: Stamp): Registers {
  const one: Register =
    change.mode === "set"
      ? { set: { stamp, value: change.value } }
      : change.mode === "set_once"
        ? { once: { stamp, value: change.value } }
        : { sum: String(change.value) };
  into[change.key] = mergeRegister(into[change.key], one);
  return into;
}

/** The person's registers from those of its identities and stretches. Commutes, associates. */
export function mergeRegisters(all: readonly Registers[]): Registers {
  const out: Registers = {};
  for (const registers of all)
    for (const [key, register] of Object.entries(registers)) out[key] = mergeRegister(out[key], register);
  return out;
}

function mergeRegister(a: Register | undefined, b: Register): Register {
  if (!a) return b;
  const out: Register = {};
  const set = !a.set || (b.set && compareStamps(b.set.stamp, a.set.stamp) > 0) ? b.set : a.set;
  const once = !a.once || (b.once && compareByTime(b.once.stamp, a.once.stamp) < 0) ? b.once : a.once;
  if (set) out.set = set;
  if (once) out.once = once;
  if (a.sum !== undefined || b.sum !== undefined) out.sum = add(a.sum, b.sum);
  return out;
}

/** The earliest `set_once` wins whoever made it: first touch survives a login (R11). */
const compareByTime = (a: Stamp, b: Stamp): number => a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0);

function add(a: string | undefined, b: string | undefined): string {
  return new Big(a ?? 0).plus(b ?? 0).toFixed();
}

/** Keys whose value needs the increments made after the winning `set` rather than the sum of all (R12). */
export function keysToSumAfterSet(registers: Registers): { key: string; after: Stamp }[] {
  return Object.entries(registers).flatMap(([key, { set, sum }]) =>
    set && sum !== undefined && (set.value === null || typeof set.value === "number")
      ? [{ key, after: set.stamp }]
      : [],
  );
}

/**
 * What the interface shows: each key's value, null and absent left out. `sumsAfterSet` has, for the keys of
 * `keysToSumAfterSet`, the decimal sum of the increments later than the winning set. An object's leaves are
 * registers of their own; where a path was also set as a whole ("address" and "address.city"), the later write wins.
 */
export function foldProperties(registers: Registers, sumsAfterSet: ReadonlyMap<string, string>): JsonObject {
  const out: JsonObject = {};
  for (const key of Object.keys(registers).sort()) {
    const register = registers[key] as Register;
    if (isShadowed(key, register, registers)) continue;
    const value = propertyValue(register, sumsAfterSet.get(key));
    if (value !== null) out[key] = value;
  }
  return out;
}

function propertyValue({ set, once, sum }: Register, sumAfterSet: string | undefined): Json {
  if (sum === undefined) return (set ?? once)?.value ?? null;
  // Only increments after the winning `set` count; after an unset they start again from nothing.
  const increments = set ? sumAfterSet : sum;
  const base = (set ?? once)?.value ?? null;
  if (base === null) return increments === undefined ? null : Number(increments);
  if (typeof base !== "number") return base;
  return new Big(base).plus(increments ?? 0).toNumber();
}

function isShadowed(key: string, register: Register, registers: Registers): boolean {
  const own = newest(register);
  for (let dot = key.lastIndexOf("."); dot > 0; dot = key.lastIndexOf(".", dot - 1)) {
    const above = registers[key.slice(0, dot)]?.set;
    if (above && (!own || compareStamps(above.stamp, own) > 0)) return true;
  }
  if (!register.set || register.set.value === null) return false;
  // A whole value is hidden by any later write below it.
  const prefix = `${key}.`;
  return Object.entries(registers).some(
    ([other, { set }]) =>
      other.startsWith(prefix) &&
      set &&
      set.value !== null &&
      compareStamps(set.stamp, (register.set as { stamp: Stamp }).stamp) > 0,
  );
}

const newest = ({ set, once }: Register): Stamp | undefined => set?.stamp ?? once?.stamp;
