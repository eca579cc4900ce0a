import { timestamp } from "@/lib/db/statement";
import type { Stream } from "@/lib/identity/locked-identities";
import { EPSILON_MS, ERASED, type Run } from "@/lib/identity/partition";

/** Events of one actor in [from, to) ms, ±Infinity at the ends, to be deleted by an erasure. */
export type ActorRange = { actorId: number; from: number; to: number };

/** Ranges as the three arrays that `unnest` takes: actors, starts, ends. */
export const rangeColumns = (ranges: readonly ActorRange[]) =>
  [
    ranges.map((range) => range.actorId),
    ranges.map((range) => timestamp(range.from)),
    ranges.map((range) => timestamp(range.to)),
  ] as const;

/** What an erasure does to one stream on which the person has a span. */
export type StreamPlan =
  | { kind: "whole"; stream: Stream; ranges: ActorRange[] }
  | { kind: "part"; stream: Stream; ranges: ActorRange[]; runs: Run[] };

/**
 * Plans the erasure of a person's spans of a stream at `until` ms (docs/identity.md R13). A stream on which nobody else
 * has anything is deleted as a whole. On a shared one only the boundaries remain: the person's runs become erased runs.
 * `owns` tells which owners are the person (null: the anonymous visitor). Pure.
 */
export function planStream(stream: Stream, owns: (owner: number | null) => boolean, until: number): StreamPlan {
  const whole = stream.spans.every((span) => owns(span.owner) || (span.owner === null && span.count === 0));
  if (whole)
    return {
      kind: "whole",
      stream,
      ranges: [{ actorId: stream.id, from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }],
    };
  const ranges: ActorRange[] = [];
  const runs: Run[] = [];
  for (const span of stream.spans) {
    if (!owns(span.owner)) {
      if (span.run) runs.push({ ...span.run });
      continue;
    }
    const to = Math.min(span.to, until + EPSILON_MS);
    if (to <= span.from) continue;
    ranges.push({ actorId: stream.id, from: span.from, to });
    const last = runs.at(-1);
    if (last?.user === ERASED && last.last + EPSILON_MS === span.from) last.last = to - EPSILON_MS;
    else runs.push({ user: ERASED, first: span.from, last: to - EPSILON_MS });
  }
  return { kind: "part", stream, ranges, runs };
}
