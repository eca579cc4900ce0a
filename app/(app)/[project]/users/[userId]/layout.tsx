import { type ReactNode, Suspense } from "react";
import { firstDay } from "@/components/charts/calendar-days";
import { isOnline, userHref } from "@/components/people/row";
import { Activity, ActivitySkeleton } from "@/components/person/activity";
import { PersonFacts } from "@/components/person/facts";
import { PersonHeader } from "@/components/person/header";
import { Insights, InsightsSkeleton } from "@/components/person/insights";
import { PersonTabs } from "@/components/person/tabs";
import type { Clock } from "@/components/time";
import { flatten } from "@/components/timeline/item";
import { LivePerson } from "@/components/timeline/live-person";
import { Foldable } from "@/components/users/foldable";
import { requirePersonFound, requirePersonPage } from "@/lib/auth/person-page";
import { awaitedLater } from "@/lib/faults/awaited-later";
import { startOfDay } from "@/lib/format/range";
import { commonStepMs } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import type { Person } from "@/lib/identity/person-ref";
import { personState } from "@/lib/lifecycle/person-state.queries";
import { countNotes } from "@/lib/notes/notes.queries";
import { pinnedProperties } from "@/lib/pins/pins.queries";
import type { Scope } from "@/lib/scope";
import { arrivalOf, visitTimesOf } from "@/lib/sessions/visit-times.queries";
import { activityOf, topsOf } from "@/lib/timeline/activity.queries";
import { presenceOf } from "@/lib/timeline/presence.queries";
import { listEvents } from "@/lib/timeline/timeline.queries";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days read for the calendar and the 90-day comparison. */
const ACTIVITY_DAYS = 53 * 7;
const TOPS_DAYS = 90;
/** Days of visits compared: twice the longest period, plus one as the reader's days are not UTC days. */
const VISITS_DAYS = 2 * 90 + 1;
const TOPS = 6;

/** * Reads a year of events. Starts after everything else and runs its queries one by one: the timeline's rows are rendered at * the same time, and need a core of their own where there are few.
 */
function readActivity(scope: Scope, who: Person, { now, zone }: Clock, topsSince: number) {
  const since = now - ACTIVITY_DAYS * DAY_MS;
  const read = async () => ({
    bins: await activityOf(scope, who, since, commonStepMs(zone, since, now)),
    visits: await visitTimesOf(scope, who, now - VISITS_DAYS * DAY_MS),
  });
  const activity = read();
  const tops = activity.then(() => topsOf(scope, who, topsSince, TOPS));
  awaitedLater(activity, tops);
  return { activity, tops };
}

type Props = { params: Promise<{ project: string; userId: string }>; children: ReactNode };

export default async function UserLayout({ children, params }: Props) {
  const { project: projectId, userId } = await params;
  const { scope, project, who } = await requirePersonFound(projectId, userId);
  const now = Date.now();
  const [{ person }, { rows }, arrival, presence, pins, notes, zone, state] = await Promise.all([
    requirePersonPage(projectId, userId),
    listEvents(scope, who, { order: "asc", limit: 1 }),
    arrivalOf(scope, who),
    presenceOf(scope, who),
    pinnedProperties(scope),
    countNotes(scope, who),
    readerZone(),
    personState(scope, who, now),
  ]);
  const clock = { now, zone };
  // From the start of a day, as in the timeline that the numbers link to.
  const topsFrom = firstDay(now, zone, TOPS_DAYS);
  const { activity, tops } = readActivity(scope, who, clock, startOfDay(Date.parse(topsFrom), zone));
  const href = userHref(project.id, person.ref);
  return (
    <LivePerson
      url={`/api/live/${project.id}/users/${encodeURIComponent(person.ref)}?since=${now}`}
      presence={isOnline(presence.lastSeen, now) ? { title: presence.title ?? "", path: presence.path } : null}
    >
      <div className="lg:grid lg:min-h-dvh lg:grid-cols-[minmax(0,1fr)_19rem] lg:grid-rows-[auto_1fr] xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0">
          <PersonHeader
            person={person}
            first={rows[0] ?? null}
            arrival={arrival}
            state={state}
            clock={clock}
            projectId={project.id}
            href={href}
          />
          <Suspense fallback={<ActivitySkeleton />}>
            <Activity activity={activity} clock={clock} href={href} />
          </Suspense>
        </div>
        <Foldable label="Properties and habits" className="lg:col-start-2 lg:row-span-2 lg:row-start-1 lg:border-l">
          <PersonFacts person={person} pins={pins} href={href} />
          <Suspense fallback={<InsightsSkeleton />}>
            <Insights activity={activity} tops={tops} topsFrom={topsFrom} clock={clock} href={href} />
          </Suspense>
        </Foldable>
        <div className="min-w-0">
          <PersonTabs
            href={href}
            sessions={person.sessions}
            events={person.events}
            properties={flatten(person.properties).length}
            identities={person.identities.length}
            notes={notes}
          />
          {children}
        </div>
      </div>
    </LivePerson>
  );
}
