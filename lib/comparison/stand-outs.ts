import type { Scope } from "@/lib/scope";
import { comparePeople, type GroupsCompared } from "./compare";
import { type ComparedShare, isMean } from "./compared-rows";

/** `rows`: values that a segment's members have clearly more often, largest effect first. */
export type StandOuts = Pick<GroupsCompared, "a" | "b" | "window"> & { rows: ComparedShare[] };

/**
 * What a segment's members are more often than comparable people outside it. Identified members are compared with other
 * identified people; otherwise members are compared with everybody else. Throws like compare.
 */
export async function standOuts(scope: Scope, segmentId: string, now = Date.now()): Promise<StandOuts> {
  const found = await comparePeople(scope, { pair: { pair: "segment", a: segmentId }, counted: null }, now);
  const rows = found.comparison.clear.filter((row) => row.difference > 0).filter((row) => !isMean(row));
  return { a: found.a, b: found.b, window: found.window, rows: rows as ComparedShare[] };
}
