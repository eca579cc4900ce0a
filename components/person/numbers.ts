import { calendarDays } from "@/components/charts/calendar-days";
import { PERIODS, type Period } from "@/components/charts/periods";
import { offsetMs } from "@/lib/format/time";
import type { VisitTime } from "@/lib/sessions/visit-times.queries";
import type { ActivityBin } from "@/lib/timeline/activity.queries";

/** `timeMs`: total duration of the visits. `revenue`: minor units. */
export type ActivityNumbers = { activeDays: number; sessions: number; events: number; timeMs: number; revenue: number };
export type ComparedPeriods = Record<Period, { now: ActivityNumbers; before: ActivityNumbers }>;

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const NONE: ActivityNumbers = { activeDays: 0, sessions: 0, events: 0, timeMs: 0, revenue: 0 };

/** The day number of a time in the reader's zone; consecutive days differ by one. */
const dayNumber = (ts: number, zone: string): number => Math.floor((ts + offsetMs(ts, zone)) / DAY_MS);

/** The last 7, 30 and 90 days in the reader's zone, including today, with as many days before. O(bins + visits). */
export function comparePeriods(
  bins: readonly ActivityBin[],
  visits: readonly VisitTime[],
  now: number,
  zone: string,
): ComparedPeriods {
  const today = dayNumber(now, zone);
  const sums = Object.fromEntries(
    PERIODS.map((days) => [days, { now: { ...NONE }, before: { ...NONE } }]),
  ) as ComparedPeriods;
  const within = (day: number, add: (numbers: ActivityNumbers) => void) => {
    const age = today - day;
    for (const days of PERIODS) {
      if (age >= 0 && age < days) add(sums[days].now);
      else if (age >= days && age < 2 * days) add(sums[days].before);
    }
  };
  let before: number | undefined;
  for (const bin of bins) {
    const day = dayNumber(bin.at, zone);
    const isNewDay = day !== before;
    before = day;
    within(day, (numbers) => {
      numbers.events += bin.events;
      numbers.revenue += bin.revenue;
      if (isNewDay) numbers.activeDays += 1;
    });
  }
  for (const visit of visits) {
    within(dayNumber(visit.startedAt, zone), (numbers) => {
      numbers.sessions += 1;
      numbers.timeMs += visit.durationMs;
    });
  }
  return sums;
}

/** Events by day ("2026-03-12") in the reader's zone; days without events are absent. */
export function eventsByDay(bins: readonly ActivityBin[], zone: string): Map<string, number> {
  const days = new Map<number, number>();
  for (const { at, events } of bins) {
    const day = dayNumber(at, zone);
    days.set(day, (days.get(day) ?? 0) + events);
  }
  return new Map([...days].map(([day, events]) => [new Date(day * DAY_MS).toISOString().slice(0, 10), events]));
}

export type WeekOfEvents = { from: string; events: number };

/** Events per week (from Monday), oldest first. */
export function eventsByWeek(
  days: ReadonlyMap<string, number>,
  now: number,
  zone: string,
  weeks: number,
): WeekOfEvents[] {
  const found: WeekOfEvents[] = [];
  for (const [index, day] of calendarDays(now, zone, weeks).entries()) {
    if (index % 7 === 0) found.push({ from: day, events: 0 });
    (found.at(-1) as WeekOfEvents).events += days.get(day) ?? 0;
  }
  return found;
}

/** Events by weekday (0: Monday) and hour in the reader's zone. */
export function eventsByHour(bins: readonly ActivityBin[], zone: string): number[][] {
  const grid = Array.from({ length: 7 }, () => Array<number>(24).fill(0));
  for (const { at, events } of bins) {
    const hours = Math.floor((at + offsetMs(at, zone)) / HOUR_MS);
    const row = grid[(Math.floor(hours / 24) + 3) % 7] as number[]; // 1970 began on a Thursday
    row[hours % 24] = (row[hours % 24] ?? 0) + events;
  }
  return grid;
}
