import { dayKey, offsetMs } from "@/lib/format/time";

/** Days a range may be chosen by. */
export const PRESET_DAYS = [7, 30, 90, 365] as const;
export type PresetDays = (typeof PRESET_DAYS)[number];

const DAY_MS = 24 * 60 * 60 * 1000;
/** The longest range one may choose. */
const MAX_DAYS = 731;

/** [from, to) ms, whole days of the reader's zone; `before`: the range of the same length that ends where it begins. */
export type Range = {
  from: number;
  to: number;
  days: number;
  preset: PresetDays | null;
  before: { from: number; to: number };
};

/** What a URL says: `?days=30`, or `?from=2026-03-01&to=2026-03-31` (both days included). */
export type RangeParams = { days?: string; from?: string; to?: string };

/** The range a URL asks for; the last 30 days, today included, for anything that makes no sense. */
export function rangeOf(params: RangeParams, now: number, zone: string): Range {
  const first = parseDay(params.from);
  const last = parseDay(params.to);
  if (first !== null && last !== null && first <= last) {
    const days = Math.min(MAX_DAYS, Math.round((last - first) / DAY_MS) + 1);
    return make(startOfDay(first, zone), startOfDay(first + days * DAY_MS, zone), days, null, zone);
  }
  const preset = PRESET_DAYS.find((days) => String(days) === params.days) ?? 30;
  const tomorrow = (parseDay(dayKey(now, zone)) as number) + DAY_MS;
  return make(startOfDay(tomorrow - preset * DAY_MS, zone), startOfDay(tomorrow, zone), preset, preset, zone);
}

function make(from: number, to: number, days: number, preset: PresetDays | null, zone: string): Range {
  const firstDay = parseDay(dayKey(from, zone)) as number;
  return { from, to, days, preset, before: { from: startOfDay(firstDay - days * DAY_MS, zone), to: from } };
}

/** Every day of the range as "2026-03-12", oldest first. */
export function daysOf(range: { from: number; days: number }, zone: string): string[] {
  const first = parseDay(dayKey(range.from, zone)) as number;
  return Array.from({ length: range.days }, (_, index) => new Date(first + index * DAY_MS).toISOString().slice(0, 10));
}

/** Days anybody asks for. Beyond them the days around one cannot be written in four digits, which Postgres wants. */
const FIRST_DAY = Date.UTC(1900, 0, 1);
const LAST_DAY = Date.UTC(2999, 11, 31);

/** "2026-03-12" as the UTC midnight of that name; null for anything else. */
export function parseDay(text: string | undefined): number | null {
  if (!text || !/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const ts = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(ts) || ts < FIRST_DAY || ts > LAST_DAY) return null;
  return new Date(ts).toISOString().slice(0, 10) === text ? ts : null;
}

/** When the day that UTC calls `utcMidnight` begins in the zone, in ms; twice corrected, as clocks may change in between. */
export function startOfDay(utcMidnight: number, zone: string): number {
  const guess = utcMidnight - offsetMs(utcMidnight, zone);
  return utcMidnight - offsetMs(guess, zone);
}

/** How much more, in percent, rounded; null where there was nothing before. */
export const changePercent = (now: number, before: number): number | null =>
  before === 0 ? null : Math.round(((now - before) / before) * 100);
