import { EPSILON_MS, type PartitionParams } from "./params";

/**
 * Owner of the stretches of erased people on devices shared with others: nobody may see or claim them (R13).
 * A sentinel's run is the stretch itself, boundaries and all: what evidence made it is gone.
 */
export const ERASED = 0;

/** A maximal sequence of evidence of one user on one stream (R6a). `user` is an internal id; 0 is the erased sentinel. */
export type Run = { user: number; first: number; last: number };

/** A half-open stretch [from, to) of a stream's time line, owned by a user or by nobody (null). Times in ms, ±Infinity at the ends. */
export type Span = { from: number; to: number; owner: number | null; run: Run | null };

const whole = (): Span => ({ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, owner: null, run: null });
const gap = (from: number, to: number): Span => ({ from, to, owner: null, run: null });

/**
 * Cuts a stream's time line into spans that tile it (identity.md R6 b and c; the oracle's `partition`).
 * `runs` are in time order; `userCount` counts the users of the raw evidence, losers of ties included. O(runs).
 */
export function partition(runs: readonly Run[], params: PartitionParams, userCount: number): Span[] {
  if (runs.length === 0 || userCount > params.maxUsers) return [whole()];
  const tailMs = userCount > 1 ? params.sharedTailMs : params.tailMs;
  const spans: Span[] = [];
  let previous: { run: Run; span: Span } | undefined;
  for (const run of runs) {
    const start = startOf(run, previous?.run, params);
    if (!previous) {
      if (start > Number.NEGATIVE_INFINITY) spans.push(gap(Number.NEGATIVE_INFINITY, start));
    } else {
      const end = Math.min(start, endOf(previous.run, tailMs));
      previous.span.to = end;
      if (end < start) spans.push(gap(end, start));
    }
    const span: Span = { from: start, to: Number.POSITIVE_INFINITY, owner: run.user, run };
    spans.push(span);
    previous = { run, span };
  }
  if (previous) {
    previous.span.to = endOf(previous.run, tailMs);
    if (previous.span.to < Number.POSITIVE_INFINITY) spans.push(gap(previous.span.to, Number.POSITIVE_INFINITY));
  }
  return spans;
}

/** Where a run's span begins. A sentinel's run is the whole stretch it keeps shut, so no window applies to it. */
function startOf(run: Run, previous: Run | undefined, params: PartitionParams): number {
  if (run.user === ERASED) return run.first;
  if (!previous) return run.first - params.backfillMs;
  return Math.max(previous.last + EPSILON_MS, run.first - params.claimWindowMs);
}

/** Where a run's span ends when nothing follows. */
function endOf(run: Run, tailMs: number): number {
  return Math.max(run.last + EPSILON_MS, run.last + (run.user === ERASED ? 0 : tailMs));
}
