import Big from "big.js";
import {
  applyChange,
  compareStamps,
  foldProperties,
  keysToSumAfterSet,
  type Registers,
  type Stamp,
} from "@/lib/identity/fold";
import type { JsonObject, PropertyChange } from "@/lib/ingest/operation";

/** A property operation of a stream, made while nobody owned it. */
export type PropertyOperation = { change: PropertyChange; ts: number; id: string };

/** An anonymous visitor's properties, flat: the fold of their operations in any order (identity.md R11, R12). */
export function visitorProperties(operations: readonly PropertyOperation[]): JsonObject {
  const registers: Registers = {};
  for (const { change, ts, id } of operations) applyChange(registers, change, [0, ts, id]);
  const since = new Map<string, Stamp>(keysToSumAfterSet(registers).map(({ key, after }) => [key, after]));
  const sums = new Map<string, Big>();
  for (const { change, ts, id } of operations) {
    const after = since.get(change.key);
    if (change.mode !== "increment" || !after || compareStamps([0, ts, id], after) <= 0) continue;
    sums.set(change.key, (sums.get(change.key) ?? new Big(0)).plus(change.value));
  }
  return foldProperties(registers, new Map([...sums].map(([key, sum]) => [key, sum.toFixed()])));
}
