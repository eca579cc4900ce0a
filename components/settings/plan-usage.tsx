import { BarChart } from "@/components/charts/bars-lazy";
import { formatCount } from "@/lib/format/number";
import { formatDay, formatMonth } from "@/lib/format/time";
import type { MonthUsage } from "@/lib/plans/plans";

const DAY_MS = 24 * 60 * 60_000;

/** Events of this month by day, against the plan's limit. Days are UTC. */
export function PlanUsage({ usage, limit }: { usage: MonthUsage; limit: number | null }) {
  const { from, days, used, projected } = usage;
  const points = days.map((value, index) => ({
    label: formatDay(from + index * DAY_MS, "UTC"),
    value,
    unfinished: index === days.length - 1,
  }));
  const rows = [
    { label: "So far", value: used },
    ...(projected === null ? [] : [{ label: "By the end of the month, at this rate", value: projected }]),
  ];
  return (
    <div className="rounded-lg border">
      <h3 className="border-b px-3.5 py-2.5 font-medium text-sm">Events in {formatMonth(from, "UTC")}</h3>
      <dl className="divide-y text-sm">
        {rows.map(({ label, value }) => (
          <div key={label} className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-3.5 py-2">
            <dt className="min-w-40 flex-1">{label}</dt>
            <dd className="tabular-nums">
              {formatCount(value)}{" "}
              {limit !== null && <span className="text-muted-foreground">of {formatCount(limit)}</span>}{" "}
              {limit !== null && value > limit && <span className="ml-1 font-medium text-warning">above the plan</span>}
            </dd>
          </div>
        ))}
      </dl>
      <div className="border-t px-3.5 py-3">
        {used === 0 ? (
          <p className="py-8 text-center text-muted-foreground text-sm">No events yet this month.</p>
        ) : (
          <BarChart label="Events by day of arrival" points={points} unit="events" height={150} />
        )}
      </div>
    </div>
  );
}
