import { config } from "@/lib/config";
import { isInnerAddress, networkOf } from "@/lib/http/network";
import type { ReportUse } from "@/lib/limits/meters";
import { RateLimit } from "@/lib/limits/meters";
import { reportNetworks } from "@/lib/limits/meters.store";
import { lru } from "@/lib/lru";

/** Burst of an address, in seconds of its rate: a device that was offline for a week, an office that comes online. */
const BURST_SECONDS = 20;
/** How long an address counts as a customer's server after sending a valid secret, in milliseconds. */
const TRUSTED_MS = 10 * 60_000;
/** Trusted addresses remembered; the least recently seen is forgotten first. */
const ADDRESSES_MAX = 50_000;

const TOO_MUCH = "Too much at once from this address. What the SDK keeps is sent later.";

/**
 * Limits the messages an address may send without a secret, over all processes. Addresses are those that
 * `clientAddress` trusts, never what a request claims; in the database they are keyed hashes that last for minutes.
 * Times are milliseconds since 1970. Each call takes less than a microsecond.
 */
export class SenderLimit {
  private readonly limit: RateLimit;
  private readonly trusted = lru<number>(ADDRESSES_MAX);

  constructor(
    private readonly perSecond: number,
    report: ReportUse = async () => new Map(),
  ) {
    this.limit = new RateLimit(perSecond, perSecond * BURST_SECONDS, report);
  }

  /**
   * Counts one message of a request whose body is not read yet. Throws `rate_limited` with the seconds to wait if the
   * address has used up its tokens.
   */
  admit(address: string | null, now: number): void {
    const key = this.keyOf(address);
    if (key !== null && !this.isTrustedKey(key, now)) this.limit.admit(key, now, TOO_MUCH);
  }

  /** Counts the other messages of an admitted request; it may overdraw, which delays the next request. */
  charge(address: string | null, messages: number, now: number): void {
    const key = this.keyOf(address);
    if (key !== null) this.limit.charge(key, messages - 1, now);
  }

  /** Records that a valid secret came from the address. */
  trust(address: string | null, now: number): void {
    const key = this.keyOf(address);
    if (key !== null) this.trusted.set(key, now + TRUSTED_MS);
  }

  /** Whether a valid secret came from the address recently. */
  isTrusted(address: string, now: number): boolean {
    return this.isTrustedKey(networkOf(address), now);
  }

  /** Resolves when pending reports are written. For tests. */
  settled(): Promise<void> {
    return this.limit.settled();
  }

  private isTrustedKey(key: string, now: number): boolean {
    return this.trusted.size > 0 && (this.trusted.get(key) ?? 0) > now;
  }

  private keyOf(address: string | null): string | null {
    return this.perSecond === 0 || address === null || isInnerAddress(address) ? null : networkOf(address);
  }
}

const shared = globalThis as typeof globalThis & { throughlineSenderLimit?: SenderLimit };

/** One per process, shared by Next's copies of this module. */
export const senderLimit = (): SenderLimit =>
  (shared.throughlineSenderLimit ??= new SenderLimit(config().INGEST_MESSAGES_PER_SECOND, reportNetworks("sender")));

export const admitSender = (address: string | null, now: number): void => senderLimit().admit(address, now);

export const chargeSender = (address: string | null, messages: number, now: number): void =>
  senderLimit().charge(address, messages, now);

export const trustSender = (address: string | null, now: number): void => senderLimit().trust(address, now);
