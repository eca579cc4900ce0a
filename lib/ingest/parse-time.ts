import { MessageFault } from "@/lib/ingest/clean";
import type { DeviceClocks } from "@/lib/ingest/parse-clock";

const DAY_MS = 24 * 60 * 60 * 1000;

/** ISO 8601 as `toISOString` and its kin write it; without a zone it is UTC, whatever the server's own zone. */
const ISO = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)?(Z|[+-]\d\d:?\d\d)?$/i;

/** Milliseconds since 1970 of an ISO text or of a number of milliseconds; NaN for anything else. */
export function readTime(value: unknown): number {
  if (typeof value === "number") return Number.isFinite(value) ? Math.trunc(value) : Number.NaN;
  if (typeof value !== "string") return Number.NaN;
  const text = value.trim();
  const match = ISO.exec(text);
  if (!match) return Number.NaN;
  if (match[1] !== undefined) return Date.parse(text.replace(" ", "T").replace(",", "."));
  return Date.parse(`${text.length === 10 ? `${text}T00:00` : text.replace(" ", "T").replace(",", ".")}Z`);
}

/** Smallest and largest numbers taken for milliseconds: 1970 and 9999. Outside it is a mistake of unit, not a time. */
const EARLIEST_MS = 0;
const LATEST_MS = Date.UTC(9999, 11, 31);

export type Clock = {
  receivedAt: number;
  /** When the device says it sent this; NaN when it did not. Only the difference to `receivedAt` matters. */
  sentAt: number;
  /** The device, for what is known of its clock; null for a server. */
  stream: string | null;
  clocks: DeviceClocks;
  maxLatenessDays: number;
  /** History, sent with a secret: as old as it likes. */
  isImport: boolean;
};

/** How far ahead of receipt, in milliseconds, a corrected time may be before its sender is told: 1 minute. */
const AHEAD_TOLERATED_MS = 60_000;

/**
 * R4: the device's time corrected by how wrong its clock is, if it is wrong, never after receipt. `value` is absent: now.
 * Throws `unprocessable` for what is no date and `too_old` past the project's limit (R15).
 */
export function correctedTime(value: unknown, clock: Clock, field: string, warnings: string[]): number {
  if (value === undefined || value === null) return clock.receivedAt;
  const said = readTime(value);
  if (!(said >= EARLIEST_MS && said <= LATEST_MS)) {
    throw new MessageFault("unprocessable", "Not a date. Send ISO 8601, like 2026-01-31T12:00:00.000Z.", field);
  }
  const corrected = clock.clocks.correct(clock.stream, said, clock.sentAt, clock.receivedAt);
  if (corrected > clock.receivedAt + AHEAD_TOLERATED_MS) warnings.push("timestamp in the future: time of receipt kept");
  if (!clock.isImport && corrected < clock.receivedAt - clock.maxLatenessDays * DAY_MS) {
    throw new MessageFault(
      "too_old",
      `Older than ${clock.maxLatenessDays} days. History is imported with the client secret and "import": true.`,
      field,
    );
  }
  return Math.max(EARLIEST_MS, Math.min(corrected, clock.receivedAt));
}
