import { startOfDay } from "@/lib/format/range";
import { formatDate, formatDay, formatMonth, formatTime, offsetMs } from "@/lib/format/time";
import type { PersonIdentity, Stretch } from "@/lib/identity/person-identities";

/** The shared time axis of a person's lanes, in ms. */
export type TimeAxis = { from: number; to: number };
export type AxisTick = { at: number; label: string };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Minimum length of the axis, so that a single event can be placed. */
const SHORTEST_MS = 10 * MINUTE_MS;
/** Padding at both ends, as a fraction of the axis. */
const MARGIN = 0.015;
/** Natural tick intervals; beyond these, months. */
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR_MS),
  ...[1, 2, 7, 14].map((n) => n * DAY_MS),
];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];

/** The axis from the first to the last activity on any lane; null without any. */
export function axisOf(lanes: readonly PersonIdentity[]): TimeAxis | null {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  const see = (ts: number | null) => {
    if (ts === null || !Number.isFinite(ts)) return;
    from = Math.min(from, ts);
    to = Math.max(to, ts);
  };
  for (const lane of lanes) {
    see(lane.firstSeen);
    see(lane.lastSeen);
    for (const stretch of lane.stretches) {
      for (const ts of [stretch.firstSeen, stretch.lastSeen, stretch.identifiedFrom, stretch.identifiedUntil]) see(ts);
    }
  }
  if (from > to) return null;
  const room = Math.max((to - from) * MARGIN, (SHORTEST_MS - (to - from)) / 2);
  return { from: from - room, to: to + room };
}

/** Up to `most` round ticks in the reader's time zone. */
export function ticksOf({ from, to }: TimeAxis, zone: string, most: number): AxisTick[] {
  const step = STEPS_MS.find((ms) => (to - from) / ms <= most);
  if (step === undefined) return monthTicks(from, to, zone, most);
  const ticks: AxisTick[] = [];
  // Rounded in local time: a daylight-saving change makes one interval uneven.
  for (let local = Math.ceil((from + offsetMs(from, zone)) / step) * step; ; local += step) {
    const at = step % DAY_MS === 0 ? startOfDay(local, zone) : local - offsetMs(local - offsetMs(from, zone), zone);
    if (at > to) return ticks;
    if (at >= from) ticks.push({ at, label: step < DAY_MS ? formatTime(at, zone) : formatDay(at, zone) });
  }
}

function monthTicks(from: number, to: number, zone: string, most: number): AxisTick[] {
  const start = new Date(from + offsetMs(from, zone));
  const months = start.getUTCFullYear() * 12 + start.getUTCMonth();
  const count = (to - from) / (30.4 * DAY_MS);
  const step = MONTH_STEPS.find((n) => count / n <= most) ?? Math.ceil(count / most / 12) * 12;
  const ticks: AxisTick[] = [];
  for (let number = Math.ceil(months / step) * step; ; number += step) {
    const local = Date.UTC(Math.floor(number / 12), number % 12, 1);
    const at = startOfDay(local, zone);
    if (at > to) return ticks;
    if (at >= from) ticks.push({ at, label: formatMonth(at, zone) });
  }
}

/** Context that the ticks omit: the day for an axis of hours, the year for one of days. */
export function axisNote({ from, to }: TimeAxis, zone: string): string | null {
  if (to - from < 2 * DAY_MS) {
    const [first, last] = [formatDate(from, zone), formatDate(to, zone)];
    return first === last ? first : `${first} – ${last}`;
  }
  return null;
}

/** Position of a time in percent of the axis, clamped to its ends. */
export const axisPercent = (axis: TimeAxis, ts: number): number =>
  Math.min(100, Math.max(0, ((ts - axis.from) / (axis.to - axis.from)) * 100));

/** The tone of a piece of a lane: sent with the id, before the first log-in, while logged in, after the last one … */
export type LaneTone = "sent" | "claimed" | "identified" | "inferred" | "other" | "nobody" | "erased";

/** `thin`: owned, but without activity. Otherwise: from the first to the last activity. */
export type LanePiece = { tone: LaneTone; from: number; to: number; thin: boolean };

/** Splits a stretch into pieces, thin ones first, left to right. */
export function piecesOf(stretch: Stretch, axis: TimeAxis): LanePiece[] {
  const { owner, firstSeen, lastSeen, identifiedFrom, identifiedUntil } = stretch;
  const pieces: LanePiece[] = [];
  const add = (tone: LaneTone, from: number | null, to: number | null, thin = false) => {
    if (from !== null && to !== null && from <= to) pieces.push({ tone, from, to, thin });
  };
  const seen = owner === "person" ? "identified" : owner;
  add(seen, Math.max(stretch.from, axis.from), Math.min(stretch.to, axis.to), true);
  if (owner === "nobody") add("nobody", firstSeen, lastSeen);
  if (owner === "other") {
    add("other", least(firstSeen, identifiedFrom), most(lastSeen, identifiedUntil));
  }
  if (owner === "person" && identifiedFrom !== null && identifiedUntil !== null) {
    if (firstSeen !== null && firstSeen < identifiedFrom) add("claimed", firstSeen, identifiedFrom);
    add("identified", identifiedFrom, identifiedUntil);
    if (lastSeen !== null && lastSeen > identifiedUntil) add("inferred", identifiedUntil, lastSeen);
  }
  return pieces;
}

const least = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.min(a, b));
const most = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b));
