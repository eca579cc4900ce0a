import "server-only";
import type { Clock } from "@/components/time";
import { awaitedLater } from "@/lib/faults/awaited-later";
import { commonStepMs } from "@/lib/format/time";
import type { Person } from "@/lib/identity/person-ref";
import type { Scope } from "@/lib/scope";
import { visitTimesOf } from "@/lib/sessions/visit-times.queries";
import { activityOf, topNamesOf } from "@/lib/timeline/activity.queries";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days read for the calendar and the 90-day comparison. */
const ACTIVITY_DAYS = 53 * 7;
export const TOPS_DAYS = 90;
/** Days of visits compared: twice the longest period, plus one as the reader's days are not UTC days. */
const VISITS_DAYS = 2 * 90 + 1;
const TOPS = 6;

/**
 * Reads a year of events. Starts after everything else and runs its queries one by one: the timeline's rows are
 * rendered at the same time, and need a core to themselves on small machines.
 */
export function readActivity(scope: Scope, who: Person, { now, zone }: Clock, topsSince: number) {
  const since = now - ACTIVITY_DAYS * DAY_MS;
  const read = async () => ({
    bins: await activityOf(scope, who, since, commonStepMs(zone, since, now)),
    visits: await visitTimesOf(scope, who, now - VISITS_DAYS * DAY_MS),
  });
  const activity = read();
  const tops = activity.then(() => topNamesOf(scope, who, topsSince, TOPS));
  awaitedLater(activity, tops);
  return { activity, tops };
}
