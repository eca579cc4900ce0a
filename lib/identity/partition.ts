import type { StreamClass } from "@/lib/events/operation";
import type { ProjectSettings } from "@/lib/projects/settings";

const MINUTE_MS = 60_000;

/** Resolution of event times, the ε of docs/identity.md R6b. */
export const EPSILON_MS = 1;
/** WINDOW: a log-in claims at most this much time that would otherwise belong to the previous user (R6c). */
export const CLAIM_WINDOW_MS = 30 * MINUTE_MS;
/** SHARED_TAIL: how long a span outlasts its last evidence on a stream with several users (R6c). */
export const SHARED_TAIL_MS = 30 * MINUTE_MS;
/** With evidence of more users a stream is contended (R6c). */
export const MAX_USERS_PER_STREAM = 8;
/** User ids remembered per stream. Beyond that a detach cannot recompute the owners: it stays contended (R15). */
export const MAX_REMEMBERED_USERS = 64;
/** With more runs a stream becomes contended (R15). */
export const MAX_RUNS_PER_STREAM = 256;
/** New streams that a user id may claim in 24 hours. One that claims more is probably shared (R15). */
export const MAX_CLAIMS_PER_DAY = 200;
/** User ids per person (R15). */
export const MAX_IDS_PER_PERSON = 100;

/** Parameters of a stream's class in milliseconds: BACKFILL, WINDOW, TAIL and SHARED_TAIL of R6c. */
export type PartitionParams = {
  backfillMs: number;
  claimWindowMs: number;
  tailMs: number;
  sharedTailMs: number;
  maxUsers: number;
};

const COOKIELESS_WINDOW_MS = { off: 0, "30m": 30 * MINUTE_MS, day: 24 * 60 * MINUTE_MS } as const;

/** The parameters of a stream's class within a project. */
export function partitionParams(
  streamClass: StreamClass,
  project: Pick<ProjectSettings, "cookielessClaim">,
): PartitionParams {
  switch (streamClass) {
    case "sdk":
      return {
        backfillMs: Number.POSITIVE_INFINITY,
        claimWindowMs: CLAIM_WINDOW_MS,
        tailMs: Number.POSITIVE_INFINITY,
        sharedTailMs: SHARED_TAIL_MS,
        maxUsers: MAX_USERS_PER_STREAM,
      };
    case "kiosk":
      return {
        backfillMs: CLAIM_WINDOW_MS,
        claimWindowMs: CLAIM_WINDOW_MS,
        tailMs: 0,
        sharedTailMs: 0,
        maxUsers: MAX_USERS_PER_STREAM,
      };
    case "cookieless": {
      const window = COOKIELESS_WINDOW_MS[project.cookielessClaim];
      return { backfillMs: window, claimWindowMs: window, tailMs: window, sharedTailMs: window, maxUsers: 1 };
    }
  }
}

/** Owner of erased people's spans on shared streams: nobody may see or claim them (docs/identity.md R13). */
export const ERASED = 0;

/** A maximal sequence of one user's evidence on a stream (R6a), in ms. `user` is an internal id, or ERASED. */
export type UserRun = { user: number; first: number; last: number };

/**
 * A half-open span [from, to) of a stream's timeline; `owner` null is nobody. Times in ms, ±Infinity at the ends
 * (docs/identity.md P8).
 */
export type Span = { from: number; to: number; owner: number | null; run: UserRun | null };

const wholeSpan = (): Span => ({
  from: Number.NEGATIVE_INFINITY,
  to: Number.POSITIVE_INFINITY,
  owner: null,
  run: null,
});
const gap = (from: number, to: number): Span => ({ from, to, owner: null, run: null });

/**
 * Divides a stream's timeline into spans without gaps or overlaps (R6b, R6c). `runs` are in time order; `userCount`
 * includes users whose evidence lost a tie (docs/identity.md P7). O(runs).
 */
export function partition(runs: readonly UserRun[], params: PartitionParams, userCount: number): Span[] {
  if (runs.length === 0 || userCount > params.maxUsers) return [wholeSpan()];
  const tailMs = userCount > 1 ? params.sharedTailMs : params.tailMs;
  const spans: Span[] = [];
  let previous: { run: UserRun; span: Span } | undefined;
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
function startOf(run: UserRun, previous: UserRun | undefined, params: PartitionParams): number {
  if (run.user === ERASED) return run.first;
  if (!previous) return run.first - params.backfillMs;
  return Math.max(previous.last + EPSILON_MS, run.first - params.claimWindowMs);
}

/** Where a run's span ends if no other follows. */
function endOf(run: UserRun, tailMs: number): number {
  return Math.max(run.last + EPSILON_MS, run.last + (run.user === ERASED ? 0 : tailMs));
}
