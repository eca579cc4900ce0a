import { ChangeBadge } from "@/components/charts/change";
import { type LinkContext, stateHref } from "@/components/insights/lifecycle-links";
import { STACKED_STATES, STATE_HINTS, stateColor } from "@/components/insights/state-styles";
import { Link } from "@/components/ui/link";
import { formatCount } from "@/lib/format/number";
import { formatDate } from "@/lib/format/time";
import { STATE_LABELS } from "@/lib/lifecycle/state-sentence";
import type { LifecycleWeek } from "@/lib/lifecycle/weeks";

type Props = { week: LifecycleWeek; before: LifecycleWeek | undefined; context: LinkContext };

/** People in each state at the end of the period, compared with the end of the previous one. */
export function LifecycleFigures({ week, before, context }: Props) {
  return (
    <section aria-labelledby="states-now">
      <h2 id="states-now" className="mb-2 font-medium text-sm">
        States on {formatDate(Date.parse(week.day), "UTC")}
        {before && (
          <span className="font-normal text-muted-foreground">
            , compared with {formatDate(Date.parse(before.day), "UTC")}
          </span>
        )}
      </h2>
      <ul className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border sm:grid-cols-3 xl:grid-cols-5">
        {STACKED_STATES.map((state) => (
          <li key={state} className="relative bg-background px-4 py-3 hover:bg-muted/50 max-sm:first:col-span-2">
            <span className="flex items-baseline gap-2">
              <Link
                href={stateHref(context, week, state)}
                prefetch={false}
                className="font-semibold text-2xl tabular-nums leading-8 after:absolute after:inset-0 hover:text-primary"
              >
                {formatCount(week.states[state])}
                <span className="sr-only"> {STATE_LABELS[state].toLowerCase()}</span>
              </Link>
              {before && (
                <ChangeBadge
                  now={week.states[state]}
                  before={before.states[state]}
                  was={formatCount(before.states[state])}
                  lessIsBetter={state === "slipping" || state === "dormant"}
                />
              )}
            </span>
            <span className="flex flex-wrap items-center gap-x-1.5 text-xs">
              <span aria-hidden="true" className="size-2 rounded-[2px]" style={{ background: stateColor(state) }} />
              <span aria-hidden="true" className="font-medium">
                {STATE_LABELS[state]}
              </span>
              <span className="text-muted-foreground">{STATE_HINTS[state]}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
