import type { Operation } from "@/lib/events/operation";
import { isCalendarDay, readTime } from "@/lib/format/read-time";
import { MessageFault } from "@/lib/ingest/values/message-fault";
import { type Lru, lru } from "@/lib/lru";

/** An operation's time: corrected by the error of its device's clock, and in the order in which messages were sent. */

const DAY_MS = 24 * 60 * 60 * 1000;

/** Absent, or only white space. */
const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "string" && value.trim() === "");

/** The first of several times that is not blank. */
export const firstTime = (...values: readonly unknown[]): unknown => values.find((value) => !isBlank(value));

/** The earliest time an import accepts; earlier times are other systems' zero dates (0001-01-01). */
const EARLIEST_MS = Date.UTC(1900, 0, 1);

export type SenderClock = {
  receivedAt: number;
  /** When the device sent this by its own clock; NaN if unknown. Only the difference to `receivedAt` matters. */
  sentAt: number;
  /** The device, to look up its clock; null for a server. */
  stream: string | null;
  /** The process's own unless a test passes others. */
  clocks?: DeviceClocks | undefined;
  maxLatenessDays: number;
  /** Historical data, sent with a secret: may be of any age. */
  isImport: boolean;
};

/** A time as sent, with its field. */
export type SentTime = { value: unknown; field: string };

/** How far, in milliseconds, a corrected time may be ahead of receipt without a warning: 1 minute. */
const AHEAD_TOLERATED_MS = 60_000;

/**
 * The device's time, corrected by the error of its clock and never after receipt (docs/identity.md R4). Without a
 * `value`: the time of receipt. Throws `unprocessable` if it is not a date and `too_old` beyond the project's limit
 * (R15).
 */
export function correctedTime(times: readonly SentTime[], clock: SenderClock, warnings: string[]): number {
  const sent = times.find(({ value }) => !isBlank(value));
  if (!sent) return clock.receivedAt;
  const { value, field } = sent;
  const deviceTs = readTime(value);
  if (Number.isNaN(deviceTs)) throw new MessageFault("unprocessable", reasonAgainst(value), field);
  if (deviceTs < EARLIEST_MS) throw new MessageFault("unprocessable", "A time before 1900 is not valid.", field);
  // No clock error explains a time after the time of sending, so such a time must not affect the estimate.
  const isAhead = deviceTs > clock.sentAt + AHEAD_TOLERATED_MS;
  const corrected = isAhead
    ? deviceTs
    : (clock.clocks ?? deviceClocks()).correct(clock.stream, deviceTs, clock.sentAt, clock.receivedAt);
  if (isAhead || corrected > clock.receivedAt + AHEAD_TOLERATED_MS) {
    warnings.push("timestamp in the future: time of receipt kept");
    return clock.receivedAt;
  }
  if (!clock.isImport && corrected < clock.receivedAt - clock.maxLatenessDays * DAY_MS) {
    throw new MessageFault(
      "too_old",
      `Older than ${clock.maxLatenessDays} days. History is imported with the client secret and "import": true.`,
      field,
    );
  }
  return Math.max(EARLIEST_MS, Math.min(corrected, clock.receivedAt));
}

const SEND_ISO = "Send ISO 8601, like 2026-01-31T12:00:00.000Z.";

function reasonAgainst(value: unknown): string {
  if (typeof value === "number" && value < 0)
    return `A number below zero could be seconds or milliseconds. ${SEND_ISO}`;
  if (typeof value === "number" && isCalendarDay(value)) return `A day as one number looks like seconds. ${SEND_ISO}`;
  return `Not a date. ${SEND_ISO}`;
}

/**
 * How long observations of a device's clock count: at most 30 minutes, in milliseconds, and at least half of that.
 */
const WINDOW_MS = 30 * 60 * 1000;

/** If two differences of a device are further apart than this, in milliseconds, its clock was set: 1 minute. */
const CLOCK_SET_MS = 60_000;

/** Estimates up to this, in milliseconds, count as travel time, not as a clock error: 1 second. */
export const TRANSIT_MAX_MS = 1_000;

/** Devices cached, per process; about 250 bytes each. After an eviction a clock is estimated again. */
const DEVICES_MAX = 20_000;

/** Observations of a device's clock. Differences are received − sent, in milliseconds. */
type Observations = {
  /** Start of the current half of the window, by our clock. */
  halfStartedAt: number;
  least: number;
  /** The least of the previous half; Infinity if there was no message. */
  leastBefore: number;
  /** The newest time by the device's clock, and what it was corrected to. */
  newestDeviceTs: number;
  newestCorrected: number;
};

/**
 * Estimates the error of devices' clocks (docs/identity.md R4, X4; docs/decisions/0019-clock-estimates.md). The
 * difference received − sent is the clock's error plus the request's latency, which is never negative, so the least
 * difference of the last half hour is the best estimate of the error. About 1 µs a message.
 */
export class DeviceClocks {
  private readonly devices: Lru<Observations>;

  constructor(devicesMax = DEVICES_MAX) {
    this.devices = lru(devicesMax);
  }

  /**
   * Converts `deviceTs` from the device's clock to ours. `sentAt` is when the device sent the message by its clock; NaN
   * corrects nothing. `stream` identifies the device across projects; for null (a server) this message alone is the
   * estimate. Messages keep their order. The result may be after `receivedAt`; the caller handles that.
   */
  correct(stream: string | null, deviceTs: number, sentAt: number, receivedAt: number): number {
    if (Number.isNaN(sentAt)) return deviceTs;
    const difference = receivedAt - sentAt;
    if (stream === null) return deviceTs + errorOf(difference);
    const known = this.observe(stream, difference, receivedAt);
    const corrected = inOrder(known, deviceTs, deviceTs + errorOf(Math.min(known.least, known.leastBefore)));
    if (deviceTs >= known.newestDeviceTs) {
      known.newestDeviceTs = deviceTs;
      known.newestCorrected = Math.min(corrected, receivedAt);
    }
    return corrected;
  }

  /** Adds a difference to the device's observations and returns them. */
  private observe(stream: string, difference: number, now: number): Observations {
    const known = this.devices.get(stream);
    const age = known ? now - known.halfStartedAt : Number.POSITIVE_INFINITY;
    const wasSet = known && Math.abs(difference - Math.min(known.least, known.leastBefore)) > CLOCK_SET_MS;
    if (!known || wasSet || age >= WINDOW_MS) {
      const fresh: Observations = {
        halfStartedAt: now,
        least: difference,
        leastBefore: Number.POSITIVE_INFINITY,
        newestDeviceTs: Number.NEGATIVE_INFINITY,
        newestCorrected: Number.NEGATIVE_INFINITY,
      };
      this.devices.set(stream, fresh);
      return fresh;
    }
    if (age >= WINDOW_MS / 2) {
      known.halfStartedAt += WINDOW_MS / 2;
      known.leastBefore = known.least;
      known.least = difference;
    } else known.least = Math.min(known.least, difference);
    return known;
  }
}

/** Latency never makes a difference negative; only a clock that is ahead does. */
const errorOf = (estimate: number): number => (estimate >= 0 && estimate <= TRANSIT_MAX_MS ? 0 : estimate);

/** Places an event a millisecond after an earlier one that a better estimate would move it before. */
function inOrder({ newestDeviceTs, newestCorrected }: Observations, deviceTs: number, corrected: number): number {
  if (deviceTs > newestDeviceTs) return Math.max(corrected, newestCorrected + 1);
  if (deviceTs < newestDeviceTs) return Math.min(corrected, newestCorrected - 1);
  return Math.max(corrected, newestCorrected);
}

const shared = globalThis as typeof globalThis & { throughlineClocks?: DeviceClocks; throughlineOrder?: SendOrder };

/** One per process, shared by Next's copies of this module. */
const deviceClocks = (): DeviceClocks => (shared.throughlineClocks ??= new DeviceClocks());

/**
 * Devices and users whose newest message is cached, per process; about 200 bytes each. After an eviction messages may
 * tie again.
 */
const KNOWN_MAX = 20_000;

/** How far a message may move, in milliseconds: a time sent in whole seconds stays within its second. */
const MOVED_MAX_MS = 999;

/**
 * The newest message of a device or user: the time it was sent with, the time `at` which it is stored, and whether its
 * id sorts by time.
 */
type Newest = { sentTs: number; at: number; isSorted: boolean };
type Placed = { operations: readonly Operation[]; newest: Newest; before: Newest | undefined };

/**
 * Keeps messages of the same millisecond in the order they were sent. Rows are read by time and id, and only UUIDv7s
 * sort by time: unless two messages of a device or user have such ids, the later is stored a millisecond after the
 * earlier (docs/identity.md X8). Ids do not change, so a repeated message is recognised and keeps its first time (R16).
 */
export class SendOrder {
  private readonly known: Lru<Newest>;

  constructor(knownMax = KNOWN_MAX) {
    this.known = lru(knownMax);
  }

  /**
   * Breaks ties. `messages` holds the operations of each message, in the order sent; nothing moves past `receivedAt`.
   * O(n).
   */
  place(projectId: string, messages: Iterable<readonly Operation[]>, receivedAt: number): void {
    const placed: Placed[] = [];
    for (const operations of messages) {
      const [first] = operations;
      const actor = first ? (first.anon ?? first.user) : null;
      if (!first || actor === null) continue;
      const key = `${projectId}/${actor}`;
      const before = this.known.get(key);
      const isSorted = first.id[VERSION_AT] === "7";
      const tied = before && isTie(before, first.ts, isSorted) ? before : undefined;
      const at = tied ? Math.min(tied.at + 1, first.ts + MOVED_MAX_MS) : first.ts;
      const newest = { sentTs: first.ts, at, isSorted };
      if (!before || at >= before.at) this.known.set(key, newest);
      placed.push({ operations, newest, before: tied });
    }
    // At the time of receipt, the earlier of two messages moves back instead.
    for (const { newest, before } of placed.toReversed()) {
      newest.at = Math.min(newest.at, receivedAt);
      if (before && before.at >= newest.at) before.at = newest.at - 1;
    }
    for (const { operations, newest } of placed) for (const operation of operations) operation.ts = newest.at;
  }
}

/** Position of a UUID's version. */
const VERSION_AT = 14;

/** Whether a message at `ts` would sort before the one sent before it, or in undefined order. */
function isTie(before: Newest, ts: number, isSorted: boolean): boolean {
  const isOrdered = isSorted && before.isSorted && before.at === before.sentTs;
  return ts >= before.sentTs && ts <= before.at && !isOrdered;
}

/** `place` in the given order, or in the process's own, shared by Next's copies of this module. */
export function placeInSendOrder(
  order: SendOrder | undefined,
  projectId: string,
  messages: Iterable<readonly Operation[]>,
  receivedAt: number,
): void {
  shared.throughlineOrder ??= new SendOrder();
  (order ?? shared.throughlineOrder).place(projectId, messages, receivedAt);
}
