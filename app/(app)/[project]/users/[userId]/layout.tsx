import { type ReactNode, Suspense } from "react";
import { Activity, ActivitySkeleton } from "@/components/person/activity";
import { PersonFacts } from "@/components/person/facts";
import { PersonHeader } from "@/components/person/header";
import { Insights, InsightsSkeleton } from "@/components/person/insights";
import { PersonTabs } from "@/components/person/tabs";
import { flatten } from "@/components/timeline/item";
import { LivePerson } from "@/components/timeline/live-person";
import { Foldable } from "@/components/users/foldable";
import { isOnline, userHref } from "@/components/users/row";
import { readerZone } from "@/lib/http/zone";
import { countNotes } from "@/lib/notes/queries";
import { pinnedProperties } from "@/lib/pins/queries";
import { arrivalOf, visitTimesOf } from "@/lib/sessions/queries-activity";
import { listEvents } from "@/lib/timeline/queries";
import { activityOf, topsOf } from "@/lib/timeline/queries-activity";
import { presenceOf } from "@/lib/timeline/queries-presence";
import { requirePersonPage } from "./person";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days the calendar and the comparison of 90 days look back at most. */
const ACTIVITY_DAYS = 53 * 7;
const TOPS_DAYS = 90;
const TOPS = 6;

type Props = { params: Promise<{ project: string; userId: string }>; children: ReactNode };

export default async function UserLayout({ children, params }: Props) {
  const { project: projectId, userId } = await params;
  const { scope, project, person } = await requirePersonPage(projectId, userId);
  const now = Date.now();
  const since = now - ACTIVITY_DAYS * DAY_MS;
  // These read a year of events: they come when they come, and hold the timeline up as little as possible.
  const activity = Promise.all([activityOf(scope, person.ref, since), visitTimesOf(scope, person.ref, since)]).then(
    ([bins, visits]) => ({ bins, visits }),
  );
  const tops = topsOf(scope, person.ref, now - TOPS_DAYS * DAY_MS, TOPS);
  for (const later of [activity, tops]) later.catch(() => {}); // heard of where it is awaited
  const [{ rows }, arrival, presence, pins, notes, zone] = await Promise.all([
    listEvents(scope, person.ref, { order: "asc", limit: 1 }),
    arrivalOf(scope, person.ref),
    presenceOf(scope, person.ref),
    pinnedProperties(scope),
    countNotes(scope, person.ref),
    readerZone(),
  ]);
  const clock = { now, zone };
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
            <Insights activity={activity} tops={tops} clock={clock} href={href} />
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
