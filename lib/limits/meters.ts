import { AppError } from "@/lib/errors";
import { lru } from "@/lib/lru";

/** How many meters a process remembers; the least recently used is evicted, and restored by the next report. */
const MAX_KNOWN = 50_000;
/** How many meters are in one report. */
const MAX_REPORTED = 500;
/** How long after a failed report the next one is sent, in ms. */
const RETRY_MS = 1_000;

export type MeterUse = { key: string; amount: number };
/** Adds to the meters of all processes, and returns the level of each after that. */
export type ReportUse = (used: readonly MeterUse[], perSecond: number) => Promise<ReadonlyMap<string, number>>;

export type MeterOptions = {
  /** How fast a meter drains; 0: never, its key expires. */
  perSecond: number;
  report: ReportUse;
};

type Meter = { level: number; at: number; unreported: number; chunk: number };

/**
 * Leaky buckets that several processes share. Each process decides from memory, in less than a microsecond, and reports
 * its counts in chunks; the reply is the total of all processes. Together they admit at most what one process would,
 * plus a chunk per process and what arrives during its report. A key that never fills a chunk costs no statement. While
 * reports fail, limits hold per process. Times are in ms since 1970.
 */
export class Meters {
  private readonly known = lru<Meter>(MAX_KNOWN);
  private readonly due = new Set<string>();
  private isReporting = false;
  private failedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: MeterOptions) {}

  /** The level of a meter, as far as this process knows. */
  level(key: string, now: number): number {
    const meter = this.known.get(key);
    return meter ? this.drain(meter, now) : 0;
  }

  /** Adds to a meter. `chunk`: how much this process may count before it reports. */
  add(key: string, amount: number, chunk: number, now: number): void {
    let meter = this.known.get(key);
    if (!meter) {
      meter = { level: 0, at: now, unreported: 0, chunk };
      this.known.set(key, meter);
    }
    this.drain(meter, now);
    meter.level += amount;
    meter.unreported += amount;
    if (meter.unreported < chunk) return;
    if (this.due.size < MAX_KNOWN) this.due.add(key);
    if (!this.isReporting && Math.abs(now - this.failedAt) >= RETRY_MS) void this.reportAll(now);
  }

  /** For tests: resolves once everything that is due has been reported. */
  async settled(): Promise<void> {
    while (this.isReporting) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  private drain(meter: Meter, now: number): number {
    // A clock set back must not stop the meter from draining until it catches up.
    const seconds = Math.max(0, now - meter.at) / 1_000;
    meter.level = Math.max(0, meter.level - seconds * this.options.perSecond);
    meter.at = now;
    return meter.level;
  }

  private async reportAll(now: number): Promise<void> {
    this.isReporting = true;
    try {
      while (this.due.size > 0) await this.reportSome([...this.due].slice(0, MAX_REPORTED));
    } catch {
      // Until then limits hold per process; `report` logs the reason.
      this.failedAt = now;
    } finally {
      this.isReporting = false;
    }
  }

  private async reportSome(keys: readonly string[]): Promise<void> {
    const used: MeterUse[] = [];
    for (const key of keys) {
      this.due.delete(key);
      const meter = this.known.peek(key);
      if (!meter) continue;
      used.push({ key, amount: meter.unreported });
      meter.unreported = 0;
    }
    try {
      const levels = await this.options.report(used, this.options.perSecond);
      for (const [key, level] of levels) {
        const meter = this.known.peek(key);
        // The reply lacks what arrived meanwhile. It never lowers this process' own count.
        if (meter) meter.level = Math.max(meter.level, level + meter.unreported);
      }
    } catch (error) {
      for (const { key, amount } of used) {
        const meter = this.known.peek(key);
        if (meter) meter.unreported += amount;
        this.due.add(key);
      }
      throw error;
    }
  }
}

/** How much of a limit one process may use before it reports, in seconds of the rate. */
const CHUNK_SECONDS = 1;

/** A token bucket per key over all processes: `burst` at once, `perSecond` on average (0: no limit). */
export class RateLimit {
  private readonly meters: Meters;
  private readonly chunk: number;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    report: ReportUse,
  ) {
    this.meters = new Meters({ perSecond, report });
    this.chunk = Math.max(1, perSecond * CHUNK_SECONDS);
  }

  /** Counts one, or throws `rate_limited` with `message` and the seconds to wait if none is left. */
  admit(key: string, now: number, message: string): void {
    if (this.perSecond === 0) return;
    const over = this.meters.level(key, now) + 1 - this.burst;
    if (over > 0) {
      throw new AppError("rate_limited", message, {
        retryAfterSeconds: Math.max(1, Math.ceil(over / this.perSecond)),
      });
    }
    this.meters.add(key, 1, this.chunk, now);
  }

  /** Counts more for a request that was admitted. The bucket may overflow, which delays the next request. */
  charge(key: string, amount: number, now: number): void {
    if (this.perSecond > 0 && amount > 0) this.meters.add(key, amount, this.chunk, now);
  }

  /** For tests. */
  settled(): Promise<void> {
    return this.meters.settled();
  }
}
