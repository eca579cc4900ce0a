import Big from "big.js";
import type { ListItem, PropertyChange } from "@/lib/events/property-change";
import { bytesOf } from "./property-limits";

/** A property change stored as a row of its own: every change of a stream, and a user's increments. */
export type LoggedChange = {
  actorId: number;
  key: string;
  mode: PropertyChange["mode"];
  ts: number;
  id: string;
  value: PropertyChange["value"];
};

/** Changes stored per identity; beyond that, those that no longer affect the result are compacted. */
export const MAX_LOGGED_CHANGES = 1_000;
/** Their bytes, names included: 128 KiB. */
export const MAX_LOGGED_BYTES = 128 * 1024;
/** This many of the newest changes are compacted last, as new log-ins split spans near their newest end. */
const NEWEST_KEPT = 250;

export const changeBytes = ({ key, value }: Pick<LoggedChange, "key" | "value">): number =>
  Buffer.byteLength(key) + bytesOf(value);
export const changesBytes = (changes: readonly LoggedChange[]): number =>
  changes.reduce((sum, change) => sum + changeBytes(change), 0);

export const isTooMany = (count: number, bytes: number): boolean =>
  count > MAX_LOGGED_CHANGES || bytes > MAX_LOGGED_BYTES;

const isLater = (a: LoggedChange, b: LoggedChange): boolean => a.ts > b.ts || (a.ts === b.ts && a.id > b.id);

/**
 * Removes changes that no longer affect the result, span by span (`spanIndexOf` maps a time to the index of its span).
 * Keeps for each key the newest `set`, the earliest `set_once`, the newest write of each list value, and the sums of
 * the increments before and after the newest set. As long as the spans stay, so does the fold, whatever arrives later;
 * only a late set among compacted increments counts all of them or none (docs/identity.md X2).
 */
export function compact(changes: readonly LoggedChange[], spanIndexOf: (ts: number) => number): LoggedChange[] {
  const sets = new Map<string, LoggedChange>();
  const onces = new Map<string, LoggedChange>();
  const cellOf = (change: LoggedChange) => `${spanIndexOf(change.ts)} ${change.key}`;
  for (const change of changes) {
    const winner = change.mode === "set" ? sets.get(cellOf(change)) : onces.get(cellOf(change));
    if (change.mode === "set" && (!winner || isLater(change, winner))) sets.set(cellOf(change), change);
    if (change.mode === "set_once" && (!winner || isLater(winner, change))) onces.set(cellOf(change), change);
  }
  const sums = new Map<string, { newest: LoggedChange; sum: Big }>();
  for (const change of changes) {
    if (change.mode !== "increment") continue;
    const set = sets.get(cellOf(change));
    const cell = `${set && isLater(change, set) ? "after" : "before"} ${cellOf(change)}`;
    const known = sums.get(cell);
    if (!known) sums.set(cell, { newest: change, sum: new Big(change.value as number) });
    else {
      known.sum = known.sum.plus(change.value as number);
      if (isLater(change, known.newest)) known.newest = change;
    }
  }
  // A sum with more digits than a number can hold stays a decimal string, as in registers.
  const added = [...sums.values()].map(({ newest, sum }) => ({ ...newest, value: exactNumber(sum) }));
  return [...sets.values(), ...onces.values(), ...added, ...compactLists(changes, cellOf)];
}

/**
 * Reduces each change of a list to the values of which it is the newest write: no other write can win, whatever arrives
 * later.
 */
function compactLists(changes: readonly LoggedChange[], cellOf: (change: LoggedChange) => string): LoggedChange[] {
  const newest = new Map<string, { change: LoggedChange; item: ListItem }>();
  for (const change of changes) {
    if (change.mode !== "union" && change.mode !== "remove") continue;
    for (const item of change.value as ListItem[]) {
      const cell = `${cellOf(change)} ${JSON.stringify(item)}`;
      const known = newest.get(cell);
      if (!known || isLater(change, known.change)) newest.set(cell, { change, item });
    }
  }
  const values = new Map<LoggedChange, ListItem[]>();
  for (const { change, item } of newest.values()) {
    const list = values.get(change);
    if (list) list.push(item);
    else values.set(change, [item]);
  }
  return Array.from(values, ([change, value]) => ({ ...change, value }));
}

/** A number if it is exact, else the decimal as a string. */
function exactNumber(sum: Big): number | string {
  const number = sum.toNumber();
  return Number.isFinite(number) && new Big(number).eq(sum) ? number : sum.toFixed();
}

/**
 * Selects the changes to keep within the limits, and the added ones to refuse. Compacts the older changes, and the
 * newest only if that is not enough.
 */
export function makeRoom(
  stored: readonly LoggedChange[],
  added: readonly LoggedChange[],
  spanIndexOf: (ts: number) => number,
): { kept: LoggedChange[]; refused: LoggedChange[] } {
  const all = [...stored, ...added].sort((a, b) => (isLater(a, b) ? 1 : -1));
  const fits = (changes: readonly LoggedChange[]) => !isTooMany(changes.length, changesBytes(changes));
  const older = compact(all.slice(0, -NEWEST_KEPT), spanIndexOf);
  const partlyCompacted = [...older, ...all.slice(-NEWEST_KEPT)];
  // Frees a quarter, so that not every further change triggers this.
  if (partlyCompacted.length <= MAX_LOGGED_CHANGES * 0.75 && changesBytes(partlyCompacted) <= MAX_LOGGED_BYTES * 0.75)
    return { kept: partlyCompacted, refused: [] };
  const fullyCompacted = compact(all, spanIndexOf);
  if (fits(fullyCompacted)) return { kept: fullyCompacted, refused: [] };
  const kept = compact(stored, spanIndexOf);
  const refused: LoggedChange[] = [];
  let bytes = changesBytes(kept);
  const cells = new Set(kept.map((change) => `${spanIndexOf(change.ts)} ${change.mode} ${change.key}`));
  for (const change of added) {
    const cell = `${spanIndexOf(change.ts)} ${change.mode} ${change.key}`;
    const size = changeBytes(change);
    if (bytes + size > MAX_LOGGED_BYTES || (!cells.has(cell) && kept.length >= MAX_LOGGED_CHANGES)) {
      refused.push(change);
      continue;
    }
    cells.add(cell);
    kept.push(change);
    bytes += size;
  }
  return { kept: compact(kept, spanIndexOf), refused };
}
