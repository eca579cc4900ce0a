import { timestamp } from "@/lib/db/statement";

/** Events of one actor in [from, to) ms, ±Infinity at the ends: what an erasure deletes. */
export type ActorRange = { actorId: number; from: number; to: number };

/** Ranges as the three arrays that `unnest` takes: actors, starts, ends. */
export const rangeColumns = (ranges: readonly ActorRange[]) =>
  [
    ranges.map((range) => range.actorId),
    ranges.map((range) => timestamp(range.from)),
    ranges.map((range) => timestamp(range.to)),
  ] as const;
