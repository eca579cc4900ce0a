import type { ReactNode } from "react";
import { BarChart } from "@/components/charts/bars-lazy";
import { levelOf } from "@/components/charts/calendar-days";
import { Hours } from "@/components/charts/hours";
import { RankedList } from "@/components/charts/ranked";
import type { PersonActivity } from "@/components/person/activity";
import { eventsByDay, eventsByHour, eventsByWeek } from "@/components/person/numbers";
import type { Clock } from "@/components/time";
import { Skeleton } from "@/components/ui/skeleton";
import { humanName } from "@/lib/format/human-name";
import { formatDay } from "@/lib/format/time";
import type { TopNames } from "@/lib/timeline/activity.queries";

const DAY_MS = 24 * 60 * 60 * 1000;
const CHART_WEEKS = 26;
const CHART_HEIGHT = 120;

/** What a person uses most, where, and when. */
export async function PersonInsights(props: {
  activity: Promise<PersonActivity>;
  tops: Promise<TopNames>;
  clock: Clock;
  /** The first day of `tops`: "2026-03-12". */
  topsFrom: string;
  href: string;
}) {
  const [{ bins }, { events, pages }] = await Promise.all([props.activity, props.tops]);
  const { now, zone } = props.clock;
  const counted = (filter: Record<string, string>) =>
    `${props.href}?${new URLSearchParams({ ...filter, since: props.topsFrom })}#timeline`;
  if (bins.length === 0) return null;
  const grid = eventsByHour(bins, zone);
  const mostEvents = Math.max(1, ...grid.flat());
  const weeks = eventsByWeek(eventsByDay(bins, zone), now, zone, CHART_WEEKS);
  return (
    <>
      {events.length > 0 && (
        <PanelSection title="Uses most" hint="in 90 days">
          <RankedList
            what="Events, most frequent first"
            rows={events.map(({ name, count }) => ({
              key: name,
              label: humanName(name),
              value: count,
              href: counted({ names: name.replaceAll(",", "%2C") }),
            }))}
          />
        </PanelSection>
      )}
      {pages.length > 0 && (
        <PanelSection title="Top pages" hint="in 90 days">
          <RankedList
            what="Pages, most frequent first"
            rows={pages.map(({ name, count }) => ({
              key: name,
              label: name,
              value: count,
              href: counted({ page: name }),
            }))}
          />
        </PanelSection>
      )}
      <PanelSection title="Events by week">
        <BarChart
          label="Events by week, the last 26 weeks"
          unit="events"
          height={CHART_HEIGHT}
          points={weeks.map(({ from, events: value }) => ({
            label: formatDay(Date.parse(from), "UTC"),
            value,
            href: `${props.href}?since=${from}&till=${lastOfWeek(from)}#timeline`,
          }))}
        />
      </PanelSection>
      <PanelSection title="When" hint={zone}>
        <Hours grid={grid.map((row) => row.map((count) => ({ events: count, level: levelOf(count, mostEvents) })))} />
      </PanelSection>
    </>
  );
}

/** The Sunday of a week, by its Monday. */
const lastOfWeek = (from: string): string => new Date(Date.parse(from) + 6 * DAY_MS).toISOString().slice(0, 10);

export const PersonInsightsSkeleton = () => (
  <div className="grid gap-3 px-5 py-4">
    <Skeleton className="h-4 w-24" />
    {[1, 2, 3, 4, 5].map((row) => (
      <Skeleton key={row} className="h-6 w-full" />
    ))}
  </div>
);

/** A section of the panel beside a person's timeline. */
export function PanelSection({ title, hint, children }: { title: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <section className="border-b px-4 py-4 sm:px-6 lg:px-5">
      <div className="mb-2.5 flex items-baseline justify-between gap-2">
        <h2 className="font-medium text-sm">{title}</h2>
        {hint && <span className="text-muted-foreground text-xs">{hint}</span>}
      </div>
      {children}
    </section>
  );
}
