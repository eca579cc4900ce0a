import type { PropertyChange } from "@/lib/events/property-change";
import { addIncrements, applyChange, foldProperties, keysToSumAfterSet, type Registers } from "@/lib/identity/fold";
import { shownProperties } from "@/lib/identity/limits";
import type { JsonObject } from "@/lib/json";

/** A property operation of a stream, made while nobody owned it. */
export type PropertyOperation = { change: PropertyChange; ts: number; id: string };

/**
 * Folds an anonymous visitor's operations, in any order, into flat properties (docs/identity.md R11, R12). O(n log n).
 */
export function visitorProperties(operations: readonly PropertyOperation[]): JsonObject {
  const registers: Registers = {};
  for (const { change, ts, id } of operations) applyChange(registers, change, [0, ts, id]);
  const changes = operations.map(({ change, ts, id }) => ({ ...change, ts, id }));
  const sums = addIncrements(new Map(), changes, keysToSumAfterSet(registers));
  return shownProperties(foldProperties(registers, sums), registers);
}
