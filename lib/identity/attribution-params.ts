import type { StreamClass } from "@/lib/events/operation";
import type { ProjectSettings } from "@/lib/projects/settings";

const MINUTE_MS = 60_000;

/** Resolution of event times, the ε of docs/identity.md R6b. */
export const EPSILON_MS = 1;
/** WINDOW: a login claims at most this much of what would otherwise belong to the user before (R6c). */
export const CLAIM_WINDOW_MS = 30 * MINUTE_MS;
/** SHARED_TAIL: how long a span outlasts its last evidence on a stream with several users (R6c). */
export const SHARED_TAIL_MS = 30 * MINUTE_MS;
/** A stream with evidence of more users is contended (R6c). */
export const MAX_USERS_PER_STREAM = 8;
/**
 * User ids remembered per stream. Beyond, a detach cannot recompute who was there, so the stream stays contended (R15).
 */
export const MAX_REMEMBERED_USERS = 64;
/** A stream with more runs becomes contended (R15). */
export const MAX_RUNS_PER_STREAM = 256;
/** Streams a user id may claim for the first time in 24 hours. Beyond, many people probably share it (R15). */
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
