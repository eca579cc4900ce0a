import type { StreamClass } from "@/lib/ingest/operation";
import type { ProjectSettings } from "@/lib/projects/settings";

const MINUTE_MS = 60_000;

/** The clock's resolution, the ε of identity.md R6: event times are whole milliseconds. */
export const EPSILON_MS = 1;
/** A login claims at most this much of what another user's stretch would otherwise cover (R6 W). */
export const CLAIM_WINDOW_MS = 30 * MINUTE_MS;
/** On a device that several users identified on, how long after the last evidence a stretch goes on (R6 TAIL_SHARED). */
export const SHARED_TAIL_MS = 30 * MINUTE_MS;
/** Evidence of more users than this on one stream: nobody owns it (R6c). */
export const MAX_USERS_PER_STREAM = 8;
/**
 * User ids remembered of one stream. A stream with this many stays contended whatever is detached later, because
 * who else was there is not known any more.
 */
export const MAX_REMEMBERED_USERS = 64;
/** More runs than this on one stream: it is frozen as contended (R15). */
export const MAX_RUNS_PER_STREAM = 256;
/** New streams one user id may claim in 24 hours of arrival; beyond, it looks shared by many people (R15). */
export const MAX_CLAIMS_PER_DAY = 200;
/** User ids one person may consist of (R15). */
export const MAX_IDS_PER_PERSON = 100;

/** How the stretches of one stream are cut, all in milliseconds (identity.md R6 b and c). */
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
