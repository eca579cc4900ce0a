import type { ReactNode } from "react";
import { flowHref, type LinkContext, stateHref, sundayOf } from "@/components/insights/lifecycle-links";
import { STACKED_STATES } from "@/components/insights/state-styles";
import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";
import { formatCount } from "@/lib/format/number";
import { formatDay } from "@/lib/format/time";
import { STATE_LABELS } from "@/lib/lifecycle/state-sentence";
import { flowOf, type LifecyclePeriod, type LifecycleWeek, netOf, STATE_FLOWS } from "@/lib/lifecycle/weeks";

type Props = { period: LifecyclePeriod; context: LinkContext };

/** Who moved and who is in which state, one row per week, newest first; each number opens its people. */
export function LifecycleTable({ period, context }: Props) {
  return (
    <section aria-labelledby="weeks">
      <h2 id="weeks" className="font-medium text-sm">
        Who moved, and into which state
      </h2>
      <p className="mt-0.5 mb-2 max-w-prose text-pretty text-muted-foreground text-xs">
        Each week is compared with the end of the previous one. Net is the change in{" "}
        {context.who === "accounts" ? "accounts" : "people"} that are not dormant.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways has to be reached by keyboard */}
      <section aria-label="Weeks" tabIndex={0} className="overflow-x-auto rounded-lg border">
        <table className="w-full min-w-200 text-sm tabular-nums">
          <thead className="text-muted-foreground text-xs">
            <tr className="border-b">
              <td />
              <Group span={STATE_FLOWS.length + 1}>Moved in the week</Group>
              <Group span={STACKED_STATES.length}>At its end</Group>
            </tr>
            <tr className="border-b">
              <th scope="col" className="sticky left-0 bg-background px-3 py-1.5 text-left font-normal">
                Week
              </th>
              {STATE_FLOWS.map(({ key, label }, index) => (
                <Head key={key} first={index === 0}>
                  {label}
                </Head>
              ))}
              <Head>Net</Head>
              {STACKED_STATES.map((state, index) => (
                <Head key={state} first={index === 0}>
                  {STATE_LABELS[state]}
                </Head>
              ))}
            </tr>
          </thead>
          <tbody>
            {period.now.toReversed().map((week) => (
              <Row key={week.monday} week={week} context={context} />
            ))}
          </tbody>
          <Averages period={period} />
        </table>
      </section>
    </section>
  );
}

function Row({ week, context }: { week: LifecycleWeek; context: LinkContext }) {
  return (
    <tr className="border-b last:border-b-0 hover:bg-muted/50">
      <th scope="row" className="sticky left-0 whitespace-nowrap bg-background px-3 py-1.5 text-left font-normal">
        {formatDay(Date.parse(week.monday), "UTC")}
        <span className="max-sm:sr-only"> – {formatDay(Date.parse(sundayOf(week)), "UTC")}</span>
        {week.unfinished && <span className="text-muted-foreground">, so far</span>}
      </th>
      {STATE_FLOWS.map((flow, index) => (
        <Counted key={flow.key} value={flowOf(week, flow)} href={flowHref(context, week, flow)} first={index === 0} />
      ))}
      <td className="px-3 py-1.5 text-right">{signed(netOf(week))}</td>
      {STACKED_STATES.map((state, index) => (
        <Counted key={state} value={week.states[state]} href={stateHref(context, week, state)} first={index === 0} />
      ))}
    </tr>
  );
}

/** Whole weeks only, so that the current one does not distort the average. */
function Averages({ period }: { period: LifecyclePeriod }) {
  const rows = [
    { label: "A week, on average", weeks: period.now.filter(({ unfinished }) => !unfinished) },
    { label: "Previous weeks, on average", weeks: period.before },
  ].filter(({ weeks }) => weeks.length > 0);
  const mean = (weeks: LifecycleWeek[], value: (week: LifecycleWeek) => number) =>
    Math.round(weeks.reduce((sum, week) => sum + value(week), 0) / weeks.length);
  return (
    <tfoot className="border-t-2 text-muted-foreground">
      {rows.map(({ label, weeks }) => (
        <tr key={label}>
          <th scope="row" className="sticky left-0 whitespace-nowrap bg-background px-3 py-1.5 text-left font-normal">
            {label}
          </th>
          {STATE_FLOWS.map((flow, index) => (
            <Plain key={flow.key} first={index === 0}>
              {formatCount(mean(weeks, (week) => flowOf(week, flow)))}
            </Plain>
          ))}
          <Plain>{signed(mean(weeks, netOf))}</Plain>
          {STACKED_STATES.map((state, index) => (
            <Plain key={state} first={index === 0}>
              {formatCount(mean(weeks, ({ states }) => states[state]))}
            </Plain>
          ))}
        </tr>
      ))}
    </tfoot>
  );
}

const Counted = ({ value, href, first }: { value: number; href: string; first: boolean }) => (
  <Plain first={first}>
    {value === 0 ? (
      <span className="text-muted-foreground">0</span>
    ) : (
      <Link href={href} prefetch={false} className="rounded-sm underline-offset-4 hover:text-primary hover:underline">
        {formatCount(value)}
      </Link>
    )}
  </Plain>
);

const Plain = ({ first, children }: { first?: boolean; children: ReactNode }) => (
  <td className={cn("px-3 py-1.5 text-right", first && "border-l")}>{children}</td>
);

const Head = ({ first, children }: { first?: boolean; children: ReactNode }) => (
  <th scope="col" className={cn("whitespace-nowrap px-3 py-1.5 text-right font-normal", first && "border-l")}>
    {children}
  </th>
);

const Group = ({ span, children }: { span: number; children: ReactNode }) => (
  <th scope="colgroup" colSpan={span} className="border-l px-3 py-1.5 text-left font-medium">
    {children}
  </th>
);

const signed = (value: number): string =>
  value === 0 ? "±0" : `${value > 0 ? "+" : "−"}${formatCount(Math.abs(value))}`;
