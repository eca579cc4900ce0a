import { dayKey } from "@/lib/format/time";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Weeks of a year's calendar. */
export const CALENDAR_WEEKS = 53;

/** The dayKey of the first of the last `days` days, including today. */
export const firstDay = (now: number, zone: string, days: number): string =>
  new Date(Date.parse(dayKey(now, zone)) - (days - 1) * DAY_MS).toISOString().slice(0, 10);

/** The days of the last `weeks` weeks up to today, oldest first, starting on a Monday. */
export function calendarDays(now: number, zone: string, weeks: number): string[] {
  const today = Date.parse(dayKey(now, zone));
  const weekday = (new Date(today).getUTCDay() + 6) % 7;
  const first = today - (weekday + (weeks - 1) * 7) * DAY_MS;
  return Array.from({ length: (today - first) / DAY_MS + 1 }, (_, index) =>
    new Date(first + index * DAY_MS).toISOString().slice(0, 10),
  );
}

/** Colour step: 0 for none, else 1 to 4. On a square-root scale, so that a few busy days do not leave the rest pale. */
export const levelOf = (value: number, most: number): number =>
  value <= 0 ? 0 : Math.min(4, Math.max(1, Math.ceil(Math.sqrt(value / most) * 4)));
