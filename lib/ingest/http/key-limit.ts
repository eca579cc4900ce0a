import { keyMessagesPerSecond } from "@/lib/config";
import { RateLimit, type ReportUse } from "@/lib/limits/meters";
import { reportMeters } from "@/lib/limits/meters.store";

/** Burst of a key, in seconds of its rate: a server sends what it queued while the network was down. */
const BURST_SECONDS = 20;

const TOO_MUCH =
  "Too much at once from this key: this instance limits the messages a second. What the SDK keeps is sent later.";

/**
 * Limits the messages a key may send with its secret, over all processes. Requests without the secret are limited by
 * address and by project instead: the id alone is public, and strangers must not use up the server's share. Less than a
 * microsecond a call.
 */
export class KeyLimit {
  private readonly limit: RateLimit;

  constructor(perSecond: number, report: ReportUse = async () => new Map()) {
    this.limit = new RateLimit(perSecond, perSecond * BURST_SECONDS, report);
  }

  /**
   * Counts a request of `messages`. Throws `rate_limited` with the seconds to wait if the key has no tokens left. A
   * request may overdraw, or a batch larger than the burst could never be sent.
   */
  take(clientId: string, messages: number, now: number): void {
    const key = `ingest:${clientId}`;
    this.limit.admit(key, now, TOO_MUCH);
    this.limit.charge(key, messages - 1, now);
  }

  /** Resolves when pending reports are written. For tests. */
  settled(): Promise<void> {
    return this.limit.settled();
  }
}

const shared = globalThis as typeof globalThis & { throughlineKeyLimit?: KeyLimit };

/** One per process, shared by Next's copies of this module. */
const keyLimit = (): KeyLimit => (shared.throughlineKeyLimit ??= new KeyLimit(keyMessagesPerSecond(), reportMeters));

export const chargeKey = (clientId: string, messages: number, now: number): void =>
  keyLimit().take(clientId, messages, now);
