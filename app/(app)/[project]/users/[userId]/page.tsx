import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { displayName, userHref } from "@/components/people/row";
import { PathStrip } from "@/components/person/path-strip";
import { Around, NoEvents, PLACE, plain, queryOf } from "@/components/timeline/frame";
import { personItems, placeOf, timelineAt } from "@/components/timeline/read-page";
import { Timeline } from "@/components/timeline/timeline";
import { filterOf, loadTimelineParams } from "@/components/timeline/timeline-url";
import { Toolbar } from "@/components/timeline/toolbar";
import { pack } from "@/components/ui/packed";
import { askedRef, requirePersonFound, requirePersonPage } from "@/lib/auth/person-page";
import { conversionNames, eventDisplays } from "@/lib/events/events.queries";
import { TIMELINE_COLUMNS } from "@/lib/export/events";
import { dayKey } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import { pathOf } from "@/lib/journeys/path.queries";
import { saveDisplay } from "../../display-actions";
import { eventNamesOf, moreEvents } from "./actions";

type Props = {
  params: Promise<{ project: string; userId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, userId } = await params;
  return { title: displayName((await requirePersonPage(project, userId)).person) };
}

export default async function UserPage({ params, searchParams }: Props) {
  const { project: projectId, userId } = await params;
  const [{ scope, project, who }, state, zone] = await Promise.all([
    requirePersonFound(projectId, userId),
    loadTimelineParams(searchParams),
    readerZone(),
  ]);
  const clock = { now: Date.now(), zone };
  const place = placeOf(state, zone);
  // In parallel, except that a filter by conversions needs the project's conversion events first.
  const reading = eventDisplays(scope);
  const filter = filterOf(state, state.conversions ? conversionNames(await reading) : [], zone);
  const [{ person }, displays, path, page] = await Promise.all([
    requirePersonPage(projectId, userId),
    reading,
    pathOf(scope, who),
    timelineAt(personItems(scope, who), place, { order: state.order, filter }),
  ]);
  const href = userHref(project.id, person.ref);
  if ((await askedRef(userId)) !== person.ref) redirect(href + queryOf(await searchParams)); // the URL used another of their ids
  // The open event changes without navigation, so it is not part of the page's key.
  const key = JSON.stringify({ ...state, event: place && state.event });
  return (
    <>
      {path && <PathStrip path={path} clock={clock} href={href} projectHref={`/${project.id}`} />}
      <Toolbar
        today={dayKey(clock.now, zone)}
        file={{
          projectId: project.id,
          href: `${href}/export${queryOf(await searchParams, PLACE)}`,
          what: "this timeline",
          columns: TIMELINE_COLUMNS,
          preset: TIMELINE_COLUMNS,
          properties: { of: "event", name: "" },
        }}
        readNames={eventNamesOf.bind(null, project.id, person.ref)}
      />
      {place !== null && page.above !== null && (
        <Around ts={place.ts} zone={zone} order={state.order} href={href + queryOf(await searchParams, PLACE)} />
      )}
      {page.items.length === 0 ? (
        <NoEvents
          filtered={filter !== undefined}
          href={href}
          why="This user has properties, but no page views or events yet. They will appear here."
        />
      ) : (
        <Timeline
          key={key}
          page={pack(page)}
          order={state.order}
          at={place?.ts ?? null}
          filter={filter}
          clock={clock}
          displays={displays}
          projectHref={`/${project.id}`}
          load={moreEvents.bind(null, project.id, person.ref, plain(state))}
          actions={{ save: saveDisplay.bind(null, project.id) }}
        />
      )}
    </>
  );
}
