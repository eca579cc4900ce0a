import { StackedChart } from "@/components/charts/bars-lazy";
import { type LinkContext, stateHref } from "@/components/insights/lifecycle-links";
import { STACKED_STATES, stateColor } from "@/components/insights/state-styles";
import { Link } from "@/components/ui/link";
import { formatDay } from "@/lib/format/time";
import { STATE_LABELS } from "@/lib/lifecycle/state-sentence";
import type { LifecycleWeek } from "@/lib/lifecycle/weeks";

const HEIGHT = 260;

type Props = {
  weeks: LifecycleWeek[];
  context: LinkContext;
  /** Dormant people accumulate over the years, so the bars leave them out by default. */
  dormant: boolean;
  /** The same screen with or without them. */
  toggleHref: string;
};

/** States as bars, week by week; each part opens its people. The tables below have the same numbers. */
export function LifecycleChart({ weeks, context, dormant, toggleHref }: Props) {
  const shown = STACKED_STATES.filter((state) => dormant || state !== "dormant");
  const points = weeks.map((week) => ({
    label: formatDay(Date.parse(week.monday), "UTC"),
    values: week.states,
    hrefs: Object.fromEntries(shown.map((state) => [state, stateHref(context, week, state)])),
    unfinished: week.unfinished,
  }));
  return (
    <section aria-labelledby="states-by-week">
      <div className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1">
        <h2 id="states-by-week" className="font-medium text-sm">
          States week by week
        </h2>
        <ul aria-label="Colours" className="flex flex-wrap gap-x-3 gap-y-1 text-muted-foreground text-xs">
          {shown.map((state) => (
            <li key={state} className="flex items-center gap-1.5">
              <span aria-hidden="true" className="size-2 rounded-[2px]" style={{ background: stateColor(state) }} />
              {STATE_LABELS[state]}
            </li>
          ))}
        </ul>
        <Link
          href={toggleHref}
          scroll={false}
          className="ml-auto rounded-sm text-primary text-xs underline-offset-4 hover:underline"
        >
          {dormant ? "Hide dormant" : "Show dormant, too"}
        </Link>
      </div>
      <StackedChart
        points={points}
        series={shown.map((state) => ({ key: state, label: STATE_LABELS[state], color: stateColor(state) }))}
        height={HEIGHT}
      />
    </section>
  );
}
