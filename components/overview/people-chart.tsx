import { BarChart } from "@/components/charts/bars-lazy";
import { queryString } from "@/components/search-params";
import { formatDay } from "@/lib/format/time";
import type { DayCount } from "@/lib/overview/types";

const HEIGHT = 160;
/** Above this many days bars show weekly averages, as daily bars would be too thin. */
const MAX_BARS = 100;

type PeopleChartProps = {
  /** Daily counts of the range and of the period before it. */
  counts: Promise<[now: DayCount[], before: DayCount[]]>;
  days: string[];
  /** As many days before the range. */
  daysBefore: string[];
  /** "2026-03-12": today, which is incomplete. */
  today: string;
  /** URL of the overview. */
  href: string;
};

/** Active people by day, compared with the period before; each day links to its people. */
export async function PeopleChart({ counts, days, daysBefore, today, href }: PeopleChartProps) {
  const [now, before] = await counts;
  const step = days.length > MAX_BARS ? 7 : 1;
  const bars = averages(now, days, step);
  const earlier = averages(before, daysBefore, step);
  const points = bars.map(({ first, ...point }, index) => ({
    ...point,
    ...(before.length > 0 && earlier[index] && { before: earlier[index] }),
    ...(first <= today && today < nextOf(first, step) && { unfinished: true }),
    ...(step === 1 && { href: `${href}/people${queryString({ from: first, to: first })}` }),
  }));
  const title = step === 1 ? "Active people by day" : "Active people on a day, averaged by week";
  return (
    <section>
      <h2 className="mb-2 flex items-center gap-3 font-medium text-sm">
        {title}
        {before.length > 0 && (
          <span className="flex items-center gap-1.5 font-normal text-muted-foreground text-xs">
            <span aria-hidden="true" className="w-4 border-foreground/60 border-t-2 border-dashed" />
            {shiftInWords(days.length)}
          </span>
        )}
      </h2>
      <BarChart label={title} points={points} unit="people" height={HEIGHT} />
    </section>
  );
}

/** "the 7 days before", or how far back the same weekdays lie. */
function shiftInWords(days: number): string {
  const weeks = Math.ceil(days / 7);
  if (days % 7 === 0) return `the ${days} days before`;
  return `the same weekdays ${weeks === 1 ? "a week" : `${weeks} weeks`} earlier`;
}

/** The day `first` plus a step of days. */
const nextOf = (first: string, step: number): string =>
  new Date(Date.parse(first) + step * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

/** Averages daily counts over steps of days; `first`: the step's first day. */
function averages(counts: DayCount[], days: string[], step: number) {
  const known = new Map(counts.map((row) => [row.day, row.people]));
  return days.flatMap((first, index) => {
    if (index % step !== 0) return [];
    const within = days.slice(index, index + step);
    const sum = within.reduce((total, name) => total + (known.get(name) ?? 0), 0);
    return [{ first, label: formatDay(Date.parse(first), "UTC"), value: Math.round(sum / within.length) }];
  });
}
