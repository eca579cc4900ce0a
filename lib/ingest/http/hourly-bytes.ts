import { LRUCache } from "lru-cache";
import { AppError } from "@/lib/errors";

const HOUR_MS = 60 * 60_000;
const MEGABYTE = 1_000_000;
/** Projects remembered; the least recently seen is forgotten and its hour starts over. */
const PROJECTS_MAX = 10_000;

type Hour = { hour: number; bytes: number };

/**
 * Bytes each project received without the secret in the current hour: in memory, so per process. Less than a
 * microsecond a call.
 */
export class HourlyBytes {
  private readonly projects = new LRUCache<string, Hour>({ max: PROJECTS_MAX });

  /**
   * Counts a request of `bytes`. Throws `rate_limited` until the next full hour once the project has received
   * `megabytes`; rejected requests are not counted, so a flood leaves no debt.
   */
  take(projectId: string, bytes: number, megabytes: number, now: number): void {
    const hour = Math.floor(now / HOUR_MS);
    const known = this.projects.get(projectId);
    const used = known?.hour === hour ? known.bytes : 0;
    if (used + bytes > megabytes * MEGABYTE) {
      const message = `This project takes in ${megabytes} MB an hour without the secret (Settings, Ceilings). What the SDK keeps is sent later.`;
      throw new AppError("rate_limited", message, {
        retryAfterSeconds: Math.ceil(((hour + 1) * HOUR_MS - now) / 1_000),
      });
    }
    this.projects.set(projectId, { hour, bytes: used + bytes });
  }

  /** Megabytes in the hour of `now`. */
  used(projectId: string, now: number): number {
    const known = this.projects.get(projectId);
    return known?.hour === Math.floor(now / HOUR_MS) ? known.bytes / MEGABYTE : 0;
  }
}

const shared = globalThis as typeof globalThis & { throughlineHourlyBytes?: HourlyBytes };

/** One per process, shared by Next's copies of this module. */
export const hourlyBytes = (): HourlyBytes => (shared.throughlineHourlyBytes ??= new HourlyBytes());

export const countHourlyBytes = (projectId: string, bytes: number, megabytes: number, now: number): void =>
  hourlyBytes().take(projectId, bytes, megabytes, now);
