import { Calendar } from "@/components/charts/calendar";
import { CALENDAR_WEEKS, calendarDays, firstDay } from "@/components/charts/calendar-days";
import { ActivityFigures } from "@/components/person/figures";
import { comparePeriods, eventsByDay } from "@/components/person/numbers";
import type { Clock } from "@/components/time";
import { Skeleton } from "@/components/ui/skeleton";
import type { VisitTime } from "@/lib/sessions/visit-times.queries";
import type { ActivityBin } from "@/lib/timeline/activity.queries";

export type PersonActivity = { bins: ActivityBin[]; visits: VisitTime[] };

/** A person's recent activity compared with the period before, and a year at a glance. */
export async function ActivityPanel(props: { activity: Promise<PersonActivity>; clock: Clock; href: string }) {
  const { bins, visits } = await props.activity;
  const { now, zone } = props.clock;
  const days = eventsByDay(bins, zone);
  const shown = calendarDays(now, zone, CALENDAR_WEEKS);
  return (
    <div className="grid gap-4 border-t px-4 py-4 sm:px-6">
      <ActivityFigures
        compared={comparePeriods(bins, visits, now, zone)}
        firstDays={{ 7: firstDay(now, zone, 7), 30: firstDay(now, zone, 30), 90: firstDay(now, zone, 90) }}
        href={props.href}
      />
      <Calendar
        href={props.href}
        first={Date.parse(shown[0] as string)}
        events={shown.map((day) => days.get(day) ?? 0)}
      />
    </div>
  );
}

export const ActivitySkeleton = () => (
  <div className="grid gap-4 border-t px-4 py-4 sm:px-6">
    {/* As high as the figures: on narrow screens the period picker takes its own line. */}
    <Skeleton className="h-[86px] w-80 max-w-full sm:h-12 lg:h-[86px] xl:h-12" />
    <Skeleton className="h-[98px] w-full max-w-[662px]" />
  </div>
);
