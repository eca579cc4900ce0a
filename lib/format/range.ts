import { dayKey, offsetMs } from "@/lib/format/time";

/** The preset ranges, in days. */
export const PRESET_DAYS = [7, 30, 90, 365] as const;
export type PresetDays = (typeof PRESET_DAYS)[number];

const SECOND_MS = 1000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;
/** How many days a range may have. */
const MAX_DAYS = 731;

/**
 * A period [from, to) in ms, of whole days in the reader's zone. `before`: the latest earlier period of the same length
 * with the same weekdays.
 */
export type Range = {
  from: number;
  to: number;
  days: number;
  preset: PresetDays | null;
  before: { from: number; to: number };
};

/** The parameters of a URL: `?days=30`, or `?from=2026-03-01&to=2026-03-31` (both days included). */
export type RangeParams = { days?: string; from?: string; to?: string };

/** The range in a URL; the last 30 days, including today, for anything invalid. */
export function rangeOf(params: RangeParams, now: number, zone: string): Range {
  const first = parseDay(params.from);
  const last = parseDay(params.to);
  if (first !== null && last !== null && first <= last) {
    const days = Math.min(MAX_DAYS, Math.round((last - first) / DAY_MS) + 1);
    return createRange(startOfDay(first, zone), startOfDay(first + days * DAY_MS, zone), days, null, zone);
  }
  const preset = PRESET_DAYS.find((days) => String(days) === params.days) ?? 30;
  const tomorrow = (parseDay(dayKey(now, zone)) as number) + DAY_MS;
  return createRange(startOfDay(tomorrow - preset * DAY_MS, zone), startOfDay(tomorrow, zone), preset, preset, zone);
}

function createRange(from: number, to: number, days: number, preset: PresetDays | null, zone: string): Range {
  const firstDay = parseDay(dayKey(from, zone)) as number;
  // By whole weeks, so that Mondays are compared with Mondays.
  const first = firstDay - Math.ceil(days / 7) * 7 * DAY_MS;
  return {
    from,
    to,
    days,
    preset,
    before: { from: startOfDay(first, zone), to: startOfDay(first + days * DAY_MS, zone) },
  };
}

/** Every day of the range as "2026-03-12", oldest first. */
export function daysOf(range: { from: number; days: number }, zone: string): string[] {
  const first = parseDay(dayKey(range.from, zone)) as number;
  return Array.from({ length: range.days }, (_, index) => new Date(first + index * DAY_MS).toISOString().slice(0, 10));
}

/** The supported days. Beyond them, adjacent days cannot be written with four-digit years, which Postgres requires. */
const FIRST_DAY = Date.UTC(1900, 0, 1);
const LAST_DAY = Date.UTC(2999, 11, 31);

/** "2026-03-12" as the midnight of that day in UTC; null for anything else. */
export function parseDay(text: string | undefined): number | null {
  if (!text || !/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const ts = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(ts) || ts < FIRST_DAY || ts > LAST_DAY) return null;
  return new Date(ts).toISOString().slice(0, 10) === text ? ts : null;
}

/**
 * When the day of `utcMidnight` starts in the zone, in ms: the first moment at which its clocks show that day. Midnight
 * need not exist (Santiago goes from 24:00 to 1:00 in September) and may occur twice (Havana goes from 1:00 back to
 * 0:00). No zone changes its clocks twice within two days.
 */
export function startOfDay(utcMidnight: number, zone: string): number {
  const before = utcMidnight - offsetMs(utcMidnight - DAY_MS, zone);
  const after = utcMidnight - offsetMs(utcMidnight + DAY_MS, zone);
  if (before === after) return before;
  const isMidnight = (ts: number) => ts + offsetMs(ts, zone) === utcMidnight;
  const midnights = [before, after].filter(isMidnight);
  return midnights.length > 0 ? Math.min(...midnights) : changeWithin(after, before, zone);
}

/** The moment in an interval at which the zone's clocks are set forward, to the second. */
function changeWithin(from: number, to: number, zone: string): number {
  const offset = offsetMs(to, zone);
  let [low, high] = [Math.floor(from / SECOND_MS), Math.ceil(to / SECOND_MS)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle * SECOND_MS, zone) === offset) high = middle;
    else low = middle + 1;
  }
  return high * SECOND_MS;
}

/** A day's name and its bounds in the zone, [from, to) ms. */
export type DayBounds = { day: string; from: number; to: number };

/** The days of a window that starts and ends at a day boundary of the zone, oldest first. */
export function daysWithin({ from, to }: { from: number; to: number }, zone: string): DayBounds[] {
  const days: DayBounds[] = [];
  let midnight = parseDay(dayKey(from, zone)) as number;
  for (let start = startOfDay(midnight, zone); start < to; ) {
    const end = startOfDay(midnight + DAY_MS, zone);
    days.push({ day: new Date(midnight).toISOString().slice(0, 10), from: start, to: end });
    [midnight, start] = [midnight + DAY_MS, end];
  }
  return days;
}

/** The last `days` days of the zone, including today, oldest first. */
export function lastDays(days: PresetDays, now: number, zone: string): DayBounds[] {
  return daysWithin(rangeOf({ days: String(days) }, now, zone), zone);
}

/** The increase in per cent, rounded; null if the previous value was zero. */
export const changePercent = (now: number, before: number): number | null =>
  before === 0 ? null : Math.round(((now - before) / before) * 100);
