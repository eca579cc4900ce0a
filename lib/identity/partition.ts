import { EPSILON_MS, type PartitionParams } from "./attribution-params";

/**
 * Owner of erased people's spans on streams shared with others: nobody may see or claim them (docs/identity.md R13).
 * The run of such a span covers it exactly, because the evidence is gone.
 */
export const ERASED = 0;

/** A maximal sequence of one user's evidence on a stream (R6a). `user` is an internal id, or ERASED. */
export type Run = { user: number; first: number; last: number };

/**
 * A half-open span [from, to) of a stream's time line; `owner` null is nobody. Times in ms, ±Infinity at the ends
 * (docs/identity.md P8).
 */
export type Span = { from: number; to: number; owner: number | null; run: Run | null };

const whole = (): Span => ({ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, owner: null, run: null });
const gap = (from: number, to: number): Span => ({ from, to, owner: null, run: null });

/**
 * Divides a stream's time line into spans that tile it (R6b, R6c). `runs` are in time order; `userCount` counts raw
 * evidence, including evidence that lost a tie (docs/identity.md P7). O(runs).
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

/** Where a run's span begins. An erased run already covers its span, so no window applies. */
function startOf(run: Run, previous: Run | undefined, params: PartitionParams): number {
  if (run.user === ERASED) return run.first;
  if (!previous) return run.first - params.backfillMs;
  return Math.max(previous.last + EPSILON_MS, run.first - params.claimWindowMs);
}

/** Where a run's span ends if no other follows. */
function endOf(run: Run, tailMs: number): number {
  return Math.max(run.last + EPSILON_MS, run.last + (run.user === ERASED ? 0 : tailMs));
}
