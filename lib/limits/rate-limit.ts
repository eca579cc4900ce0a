import { AppError } from "@/lib/errors";
import { Meters, type Report } from "@/lib/limits/meters";

/** How much of a limit one process may use before it reports, in seconds of the rate. */
const CHUNK_SECONDS = 1;

/** A token bucket per key over all processes: `burst` at once, `perSecond` on average; 0: any number. */
export class RateLimit {
  private readonly meters: Meters;
  private readonly chunk: number;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    report: Report,
  ) {
    this.meters = new Meters({ perSecond, report });
    this.chunk = Math.max(1, perSecond * CHUNK_SECONDS);
  }

  /** Counts one; throws `rate_limited` with the seconds to wait and `message` if none is left. */
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

  /** Counts more of what was admitted: the bucket may overflow, which delays the next. */
  charge(key: string, amount: number, now: number): void {
    if (this.perSecond > 0 && amount > 0) this.meters.add(key, amount, this.chunk, now);
  }

  /** For tests. */
  settled(): Promise<void> {
    return this.meters.settled();
  }
}
