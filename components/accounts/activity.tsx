import { Calendar } from "@/components/charts/calendar";
import { CALENDAR_WEEKS, firstDay } from "@/components/charts/calendar-days";
import { type PeriodFigure, PeriodFigures } from "@/components/charts/period-figures";
import type { Period } from "@/components/charts/periods";
import type { AccountDay } from "@/lib/accounts/page/days.queries";
import type { AccountNumbers, AccountPeriods } from "@/lib/accounts/page/periods";
import { formatCount } from "@/lib/format/number";
import { DAYS_A_WEEK, dayOf, mondayOfWeek, msOf } from "@/lib/format/time";

const FIGURES: { key: keyof AccountNumbers; label: string; path: string }[] = [
  { key: "people", label: "active people", path: "people" },
  { key: "events", label: "events", path: "timeline" },
  { key: "days", label: "active days", path: "timeline" },
];

type AccountActivityProps = {
  periods: AccountPeriods;
  days: readonly AccountDay[];
  now: number;
  href: string;
};

/** An account's recent activity compared with the period before, and a year at a glance. Days are UTC days. */
export function AccountActivity({ periods, days, now, href }: AccountActivityProps) {
  const events = new Map(days.map((one) => [one.day, one.events]));
  const today = dayOf(now);
  const first = mondayOfWeek(today) - (CALENDAR_WEEKS - 1) * DAYS_A_WEEK;
  const figuresOf = (period: Period): PeriodFigure[] =>
    FIGURES.map(({ key, label, path }) => {
      const { now: current, before } = periods[period];
      const since = path === "timeline" ? `?since=${firstDay(now, "UTC", period)}#timeline` : "";
      return {
        label,
        now: current[key],
        before: before[key],
        text: formatCount(current[key]),
        was: formatCount(before[key]),
        href: `${href}/${path}${since}`,
      };
    });
  return (
    <div className="grid gap-4 border-t px-4 py-4 sm:px-6">
      <PeriodFigures figures={{ 7: figuresOf(7), 30: figuresOf(30), 90: figuresOf(90) }} />
      <Calendar
        href={`${href}/timeline`}
        first={msOf(first)}
        events={Array.from({ length: today - first + 1 }, (_, index) => events.get(first + index) ?? 0)}
      />
    </div>
  );
}
