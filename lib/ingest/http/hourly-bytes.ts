import { pool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { Meters, type ReportUse } from "@/lib/limits/meters";
import { meterLevel, reportMeters } from "@/lib/limits/meters.store";

const HOUR_MS = 60 * 60_000;
const MEGABYTE = 1_000_000;
/** The share of the hourly ceiling that a process counts before it reports. */
const CHUNK_SHARE = 0.02;

const hourOf = (now: number): number => Math.floor(now / HOUR_MS);
const keyOf = (projectId: string, now: number): string => `bytes:${projectId}:${hourOf(now)}`;

/**
 * Bytes each project received without the secret in the current hour, over all processes. Less than a microsecond a
 * call.
 */
export class HourlyBytes {
  private readonly meters: Meters;

  constructor(report: ReportUse = async () => new Map()) {
    this.meters = new Meters({ perSecond: 0, report });
  }

  /**
   * Counts a request of `bytes`. Throws `rate_limited` until the next full hour once the project has received
   * `megabytes`. Rejected requests are not counted, so a flood does not extend the block.
   */
  take(projectId: string, bytes: number, megabytes: number, now: number): void {
    const key = keyOf(projectId, now);
    const maxBytes = megabytes * MEGABYTE;
    if (this.meters.level(key, now) + bytes > maxBytes) {
      const message = `This project accepts ${megabytes} MB an hour without the secret (Settings, Ceilings). What the SDK keeps is sent later.`;
      throw new AppError("rate_limited", message, {
        retryAfterSeconds: Math.ceil(((hourOf(now) + 1) * HOUR_MS - now) / 1_000),
      });
    }
    this.meters.add(key, bytes, Math.max(1, maxBytes * CHUNK_SHARE), now);
  }

  /** Megabytes in the hour of `now`, as far as this process knows. */
  used(projectId: string, now: number): number {
    return this.meters.level(keyOf(projectId, now), now) / MEGABYTE;
  }

  /** Resolves when pending reports are written. For tests. */
  settled(): Promise<void> {
    return this.meters.settled();
  }
}

const shared = globalThis as typeof globalThis & { throughlineHourlyBytes?: HourlyBytes };

/** One per process, shared by Next's copies of this module. */
export const hourlyBytes = (): HourlyBytes => (shared.throughlineHourlyBytes ??= new HourlyBytes(reportMeters));

export const countHourlyBytes = (projectId: string, bytes: number, megabytes: number, now: number): void =>
  hourlyBytes().take(projectId, bytes, megabytes, now);

/** Megabytes in the hour of `now` over all processes, without what each has not reported yet (at most CHUNK_SHARE). */
export async function hourlyMegabytes(projectId: string, now: number): Promise<number> {
  const reported = await meterLevel(pool(), keyOf(projectId, now));
  return Math.max(reported / MEGABYTE, hourlyBytes().used(projectId, now));
}
