import type { Metadata } from "next";
import { accountItems } from "@/components/accounts/timeline-items";
import { accountHref } from "@/components/people/account";
import { Around, NoEvents, PLACE, plain, queryOf } from "@/components/timeline/frame";
import { LivePerson } from "@/components/timeline/live-person";
import { placeOf, timelineAt } from "@/components/timeline/read-page";
import { Timeline } from "@/components/timeline/timeline";
import { filterOf, loadTimelineParams } from "@/components/timeline/timeline-url";
import { Toolbar } from "@/components/timeline/toolbar";
import { pack } from "@/components/ui/packed";
import { type AccountParams, requireAccountPage } from "@/lib/auth/account-page";
import { conversionNames, eventDisplays } from "@/lib/events/events.queries";
import { ACCOUNT_TIMELINE_COLUMNS } from "@/lib/export/events";
import { dayKey } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import { saveDisplay } from "../../../display-actions";
import { accountEventNames, moreAccountEvents } from "./actions";

type Props = {
  params: Promise<AccountParams>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, accountId } = await params;
  const { account } = await requireAccountPage(project, accountId);
  return { title: `Timeline of ${account.name ?? account.id}` };
}

export default async function AccountTimelinePage({ params, searchParams }: Props) {
  const { project: projectId, accountId } = await params;
  const { scope, project, account } = await requireAccountPage(projectId, accountId);
  const [search, state, zone] = [await searchParams, await loadTimelineParams(searchParams), await readerZone()];
  const clock = { now: Date.now(), zone };
  const place = placeOf(state, zone);
  const displays = await eventDisplays(scope);
  const filter = filterOf(state, conversionNames(displays), zone);
  const page = await timelineAt(accountItems(scope, account.id), place, { order: state.order, filter });
  const href = `${accountHref(project.id, account.id)}/timeline`;
  return (
    <>
      <Toolbar
        today={dayKey(clock.now, zone)}
        file={{
          projectId: project.id,
          href: `${href}/export${queryOf(search, PLACE)}`,
          what: "this timeline",
          columns: ACCOUNT_TIMELINE_COLUMNS,
          preset: ACCOUNT_TIMELINE_COLUMNS,
          properties: { of: "event", name: "" },
        }}
        readNames={accountEventNames.bind(null, project.id, account.id)}
      />
      {place !== null && page.above !== null && (
        <Around ts={place.ts} zone={zone} order={state.order} href={href + queryOf(search, PLACE)} />
      )}
      {page.items.length === 0 ? (
        <NoEvents
          filtered={filter !== undefined}
          href={href}
          why="What people of this account do while they belong to it appears here."
        />
      ) : (
        <LivePerson
          url={`/api/live/${project.id}/account?${new URLSearchParams({ id: account.id, since: String(clock.now) })}`}
          presence={null}
        >
          <Timeline
            key={JSON.stringify({ ...state, event: place && state.event })}
            page={pack(page)}
            order={state.order}
            at={place?.ts ?? null}
            filter={filter}
            clock={clock}
            displays={displays}
            projectHref={`/${project.id}`}
            load={moreAccountEvents.bind(null, project.id, account.id, plain(state))}
            actions={{ save: saveDisplay.bind(null, project.id) }}
          />
        </LivePerson>
      )}
    </>
  );
}
