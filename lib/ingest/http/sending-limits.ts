import { config, keyMessagesPerSecond } from "@/lib/config";
import { pool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { countedNetwork, networkOf } from "@/lib/http/network";
import { type IngestRequest, seenAddress } from "@/lib/ingest/http/request";
import { BATCH_MAX_MESSAGES } from "@/lib/ingest/values/limits";
import { Meters, RateLimit, type ReportUse } from "@/lib/limits/meters";
import { meterLevel, reportMeters, reportNetworks } from "@/lib/limits/meters.store";
import { lru } from "@/lib/lru";
import type { Authenticated } from "@/lib/projects/clients";

/**
 * How much may be sent: by an address and by a key per second, and to a project per hour. Each is counted over all
 * processes and takes less than a microsecond a call. Times are in milliseconds since 1970.
 */

/**
 * Burst of an address and of a key, in seconds of its rate: a device that was offline for a week, an office that comes
 * online, a server that queued while the network was down.
 */
const BURST_SECONDS = 20;
/** How long an address counts as a customer's server after sending a valid secret, in milliseconds. */
const TRUSTED_MS = 10 * 60_000;
/** Trusted addresses remembered; the least recently seen is forgotten first. */
const ADDRESSES_MAX = 50_000;

const ADDRESS_IS_OVER = "Too much at once from this address. What the SDK keeps is sent later.";
const KEY_IS_OVER =
  "Too much at once from this key: this instance limits the messages a second. What the SDK keeps is sent later.";

/**
 * Limits the messages an address may send without a secret. Addresses are those that `clientAddress` trusts, never what
 * a request claims; in the database they are keyed hashes that last for minutes.
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
    if (key !== null && !this.isTrustedKey(key, now)) this.limit.admit(key, now, ADDRESS_IS_OVER);
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
    return this.perSecond === 0 || address === null ? null : countedNetwork(address);
  }
}

/**
 * Limits the messages a key may send with its secret. Requests without the secret are limited by address and by project
 * instead: the id alone is public, and strangers must not use up the server's share.
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
    this.limit.admit(key, now, KEY_IS_OVER);
    this.limit.charge(key, messages - 1, now);
  }

  /** Resolves when pending reports are written. For tests. */
  settled(): Promise<void> {
    return this.limit.settled();
  }
}

const HOUR_MS = 60 * 60_000;
const MEGABYTE = 1_000_000;
/** The share of the hourly ceiling that a process counts before it reports. */
const CHUNK_SHARE = 0.02;

const hourOf = (now: number): number => Math.floor(now / HOUR_MS);
const keyOf = (projectId: string, now: number): string => `bytes:${projectId}:${hourOf(now)}`;

/** Bytes each project received without the secret in the current hour. */
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

const shared = globalThis as typeof globalThis & {
  throughlineSenderLimit?: SenderLimit;
  throughlineKeyLimit?: KeyLimit;
  throughlineHourlyBytes?: HourlyBytes;
};

/** One of each per process, shared by Next's copies of this module. */
export const senderLimit = (): SenderLimit =>
  (shared.throughlineSenderLimit ??= new SenderLimit(config().INGEST_MESSAGES_PER_SECOND, reportNetworks("sender")));
const keyLimit = (): KeyLimit => (shared.throughlineKeyLimit ??= new KeyLimit(keyMessagesPerSecond(), reportMeters));
export const hourlyBytes = (): HourlyBytes => (shared.throughlineHourlyBytes ??= new HourlyBytes(reportMeters));

/** Runs before the body is read. Throws `rate_limited` when the request's address sends too much. */
export const admitSender = (request: IngestRequest): void =>
  senderLimit().admit(seenAddress(request), request.receivedAt);

/** Records that a request has a valid secret. */
export const trustSender = (request: IngestRequest): void =>
  senderLimit().trust(seenAddress(request), request.receivedAt);

/** Bytes of a request that count as one message: the limits of addresses (1 MB/s) and keys thus cover bytes too. */
const BYTES_A_MESSAGE = 2_048;
/** Messages of our format that one request may become: a PostHog event can become three. */
const MESSAGES_MAX = 3 * BATCH_MAX_MESSAGES;

/**
 * Runs after the body is read: charges its messages and unpacked bytes to the key's limit if the request has the
 * secret, otherwise to those of the address and the project. Throws `too_large`, or `rate_limited` when the key's limit
 * or the project's hourly ceiling is used up.
 */
export function chargeRequest(request: IngestRequest, client: Authenticated, messages: number, bytes: number): void {
  if (messages > MESSAGES_MAX) {
    throw new AppError("too_large", `A batch has at most ${BATCH_MAX_MESSAGES} messages.`);
  }
  const { receivedAt } = request;
  const amount = Math.max(messages, Math.ceil(bytes / BYTES_A_MESSAGE));
  if (client.trusted) {
    keyLimit().take(client.clientId, amount, receivedAt);
    return;
  }
  senderLimit().charge(seenAddress(request), amount, receivedAt);
  const { id, ceilings } = client.settings;
  hourlyBytes().take(id, bytes, ceilings.maxMegabytesPerHour, receivedAt);
}

/** Megabytes in the hour of `now` over all processes, without what each has not reported yet (at most CHUNK_SHARE). */
export async function hourlyMegabytes(projectId: string, now: number): Promise<number> {
  const reported = await meterLevel(pool(), keyOf(projectId, now));
  return Math.max(reported / MEGABYTE, hourlyBytes().used(projectId, now));
}
