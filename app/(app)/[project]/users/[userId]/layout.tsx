import { type ReactNode, Suspense } from "react";
import { firstDay } from "@/components/charts/calendar-days";
import { isOnline, userHref } from "@/components/people/row";
import { PersonAccounts } from "@/components/person/accounts";
import { ActivityPanel, ActivitySkeleton } from "@/components/person/activity";
import { PersonHeader } from "@/components/person/header";
import { PersonInsights, PersonInsightsSkeleton } from "@/components/person/insights";
import { PinnedProperties } from "@/components/person/pinned-properties";
import { readActivity, TOPS_DAYS } from "@/components/person/read-activity";
import { PersonTabs } from "@/components/person/tabs";
import { flattenProperties } from "@/components/timeline/item";
import { LivePerson } from "@/components/timeline/live-person";
import { Foldable } from "@/components/users/foldable";
import { accountsOfPerson } from "@/lib/accounts/page/person.queries";
import { requirePersonFound, requirePersonPage } from "@/lib/auth/person-page";
import { startOfDay } from "@/lib/format/range";
import { readerZone } from "@/lib/http/zone";
import { personState } from "@/lib/lifecycle/state-in-words.queries";
import { countNotes } from "@/lib/notes/notes.queries";
import { pinnedProperties } from "@/lib/pins/pins.queries";
import { signUpHistoryOf } from "@/lib/sessions/visit-times.queries";
import { presenceOf } from "@/lib/timeline/presence.queries";
import { listEvents } from "@/lib/timeline/timeline.queries";

type Props = { params: Promise<{ project: string; userId: string }>; children: ReactNode };

export default async function UserLayout({ children, params }: Props) {
  const { project: projectId, userId } = await params;
  const { scope, project, who } = await requirePersonFound(projectId, userId);
  const now = Date.now();
  const [{ person }, { rows }, arrival, presence, pins, notes, zone, state, belongs] = await Promise.all([
    requirePersonPage(projectId, userId),
    listEvents(scope, who, { order: "asc", limit: 1 }),
    signUpHistoryOf(scope, who),
    presenceOf(scope, who),
    pinnedProperties(scope),
    countNotes(scope, who),
    readerZone(),
    personState(scope, who, now),
    accountsOfPerson(scope, who),
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
            accounts={belongs.accounts}
            first={rows[0] ?? null}
            arrival={arrival}
            state={state}
            clock={clock}
            projectId={project.id}
            href={href}
          />
          <Suspense fallback={<ActivitySkeleton />}>
            <ActivityPanel activity={activity} clock={clock} href={href} />
          </Suspense>
        </div>
        <Foldable label="Properties and habits" className="lg:col-start-2 lg:row-span-2 lg:row-start-1 lg:border-l">
          <PersonAccounts {...belongs} projectId={project.id} clock={clock} />
          <PinnedProperties person={person} pins={pins} href={href} />
          <Suspense fallback={<PersonInsightsSkeleton />}>
            <PersonInsights activity={activity} tops={tops} topsFrom={topsFrom} clock={clock} href={href} />
          </Suspense>
        </Foldable>
        <div className="min-w-0">
          <PersonTabs
            href={href}
            sessions={person.sessions}
            events={person.events}
            properties={flattenProperties(person.properties).length}
            identities={person.identities.length}
            notes={notes}
          />
          {children}
        </div>
      </div>
    </LivePerson>
  );
}
