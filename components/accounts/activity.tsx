import { Calendar } from "@/components/charts/calendar";
import { CALENDAR_WEEKS, calendarDays, firstDay, levelOf } from "@/components/charts/calendar-days";
import { type Figure, PeriodFigures } from "@/components/charts/period-figures";
import type { Period } from "@/components/charts/periods";
import type { AccountNumbers, AccountPeriods } from "@/lib/accounts/page/numbers.queries";
import { count } from "@/lib/format/number";

const FIGURES: { key: keyof AccountNumbers; label: string; path: string }[] = [
  { key: "people", label: "active people", path: "people" },
  { key: "events", label: "events", path: "timeline" },
  { key: "days", label: "active days", path: "timeline" },
];

type AccountActivityProps = {
  numbers: AccountPeriods;
  days: readonly { day: string; events: number }[];
  now: number;
  href: string;
};

/** An account's recent activity compared with the period before, and a year at a glance. Days are UTC days. */
export function AccountActivity({ numbers, days, now, href }: AccountActivityProps) {
  const events = new Map(days.map((one) => [one.day, one.events]));
  const most = Math.max(1, ...events.values());
  const shown = calendarDays(now, "UTC", CALENDAR_WEEKS).map((day) => ({ day, events: events.get(day) ?? 0 }));
  const figuresOf = (period: Period): Figure[] =>
    FIGURES.map(({ key, label, path }) => {
      const { now: current, before } = numbers[period];
      const since = path === "timeline" ? `?since=${firstDay(now, "UTC", period)}#timeline` : "";
      return {
        label,
        now: current[key],
        before: before[key],
        text: count(current[key]),
        was: count(before[key]),
        href: `${href}/${path}${since}`,
      };
    });
  return (
    <div className="grid gap-4 border-t px-4 py-4 sm:px-6">
      <PeriodFigures figures={{ 7: figuresOf(7), 30: figuresOf(30), 90: figuresOf(90) }} />
      <Calendar href={`${href}/timeline`} days={shown.map((day) => ({ ...day, level: levelOf(day.events, most) }))} />
    </div>
  );
}
