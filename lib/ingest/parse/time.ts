import { isCalendarDay, readTime } from "@/lib/format/read-time";
import { MessageFault } from "@/lib/ingest/parse/clean";
import type { DeviceClocks } from "@/lib/ingest/parse/device-clocks";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Absent, or only white space. */
const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "string" && value.trim() === "");

/** The first of several times that is not blank. */
export const firstTime = (...values: readonly unknown[]): unknown => values.find((value) => !isBlank(value));

/** The earliest time an import accepts: anything earlier is another system's zero date (0001-01-01). */
const EARLIEST_MS = Date.UTC(1900, 0, 1);

export type Clock = {
  receivedAt: number;
  /** When the device sent this by its own clock; NaN if unknown. Only the difference to `receivedAt` matters. */
  sentAt: number;
  /** The device, to look up its clock; null for a server. */
  stream: string | null;
  clocks: DeviceClocks;
  maxLatenessDays: number;
  /** Historical data, sent with a secret: may be of any age. */
  isImport: boolean;
};

/** A time as sent, with its field. */
export type SentTime = { value: unknown; field: string };

/** How far ahead of receipt, in milliseconds, a corrected time may be without a warning: 1 minute. */
const AHEAD_TOLERATED_MS = 60_000;

/**
 * The device's time, corrected by the error of its clock and never after receipt (docs/identity.md R4). Without a
 * `value`: the time of receipt. Throws `unprocessable` if it is not a date and `too_old` beyond the project's limit
 * (R15).
 */
export function correctedTime(times: readonly SentTime[], clock: Clock, warnings: string[]): number {
  const sent = times.find(({ value }) => !isBlank(value));
  if (!sent) return clock.receivedAt;
  const { value, field } = sent;
  const deviceTs = readTime(value);
  if (Number.isNaN(deviceTs)) throw new MessageFault("unprocessable", faultOf(value), field);
  if (deviceTs < EARLIEST_MS)
    throw new MessageFault("unprocessable", "Before 1900: not when anything happened.", field);
  // Later than the time at which the device says it sent this: no clock error explains that, so the clock is not judged
  // by it.
  const isAhead = deviceTs > clock.sentAt + AHEAD_TOLERATED_MS;
  const corrected = isAhead ? deviceTs : clock.clocks.correct(clock.stream, deviceTs, clock.sentAt, clock.receivedAt);
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

function faultOf(value: unknown): string {
  if (typeof value === "number" && value < 0)
    return `A number below zero could be seconds or milliseconds. ${SEND_ISO}`;
  if (typeof value === "number" && isCalendarDay(value)) return `A day as one number looks like seconds. ${SEND_ISO}`;
  return `Not a date. ${SEND_ISO}`;
}
