import { LRUCache } from "lru-cache";
import { config } from "@/lib/config";
import { AppError } from "@/lib/errors";
import { isInnerAddress } from "@/lib/http/inner-address";

/**
 * Burst of an address, in seconds of its rate: a device that was offline for a week, or an office that comes online.
 */
const BURST_SECONDS = 20;
/** How long an address counts as a customer's server after it sent a valid secret, in milliseconds. */
const TRUSTED_MS = 10 * 60_000;
/** Addresses remembered, about 200 bytes each; the least recently seen is forgotten first and starts again. */
const ADDRESSES_MAX = 50_000;

type Bucket = { left: number; at: number; trustedUntil: number };

/**
 * Limits the messages an address may send without a secret: a token bucket each, in memory, so per process. Addresses
 * are those that `clientAddress` trusts, never what a request claims; they are neither stored nor logged. Times are
 * milliseconds since 1970. Each call takes less than a microsecond.
 */
export class SenderLimit {
  private readonly buckets = new LRUCache<string, Bucket>({ max: ADDRESSES_MAX });

  constructor(private readonly perSecond: number) {}

  /**
   * Counts one message of a request whose body is not read yet. Throws `rate_limited` with the seconds to wait if the
   * address has used up its tokens.
   */
  admit(address: string | null, now: number): void {
    const bucket = this.bucketOf(address, now);
    if (!bucket || bucket.trustedUntil > now) return;
    if (bucket.left < 1) {
      throw new AppError("rate_limited", "Too much at once from this address. What the SDK keeps is sent later.", {
        retryAfterSeconds: Math.max(1, Math.ceil((1 - bucket.left) / this.perSecond)),
      });
    }
    bucket.left -= 1;
  }

  /** Counts the other messages of an admitted request; the bucket may go negative, which delays the next request. */
  charge(address: string | null, messages: number, now: number): void {
    const bucket = this.bucketOf(address, now);
    if (bucket) bucket.left -= Math.max(0, messages - 1);
  }

  /** Records that a valid secret came from the address. */
  trust(address: string | null, now: number): void {
    const bucket = this.bucketOf(address, now);
    if (bucket) bucket.trustedUntil = now + TRUSTED_MS;
  }

  /** Whether a valid secret came from the address recently. */
  isTrusted(address: string, now: number): boolean {
    return (this.buckets.peek(networkOf(address))?.trustedUntil ?? 0) > now;
  }

  private bucketOf(address: string | null, now: number): Bucket | null {
    if (this.perSecond === 0 || address === null || isInnerAddress(address)) return null;
    const key = networkOf(address);
    const most = this.perSecond * BURST_SECONDS;
    let bucket = this.buckets.get(key);
    if (!bucket) {
      bucket = { left: most, at: now, trustedUntil: 0 };
      this.buckets.set(key, bucket);
    } else if (now > bucket.at) {
      bucket.left = Math.min(most, bucket.left + ((now - bucket.at) / 1_000) * this.perSecond);
      bucket.at = now;
    }
    return bucket;
  }
}

/** For IPv6 the /64 that a subscriber gets, as they may use any address in it. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  return [...before, ...zeros, ...after].slice(0, 4).join(":");
}

const shared = globalThis as typeof globalThis & { throughlineSenderLimit?: SenderLimit };

/** One per process, shared by Next's copies of this module. */
export const senderLimit = (): SenderLimit =>
  (shared.throughlineSenderLimit ??= new SenderLimit(config().INGEST_MESSAGES_PER_SECOND));

export const admitSender = (address: string | null, now: number): void => senderLimit().admit(address, now);

export const chargeSender = (address: string | null, messages: number, now: number): void =>
  senderLimit().charge(address, messages, now);

export const trustSender = (address: string | null, now: number): void => senderLimit().trust(address, now);
