import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { displayName, userHref } from "@/components/people/row";
import { PathStrip } from "@/components/person/path-strip";
import { Nothing } from "@/components/timeline/nothing";
import { filterOf, loadTimelineParams, type TimelineParams } from "@/components/timeline/params";
import { Timeline } from "@/components/timeline/timeline";
import { Toolbar } from "@/components/timeline/toolbar";
import { pack } from "@/components/ui/packed";
import { askedRef, requirePersonFound, requirePersonPage } from "@/lib/auth/person-page";
import { conversionNames, eventDisplays } from "@/lib/events/events.queries";
import { TIMELINE_COLUMNS } from "@/lib/export/events";
import { dayKey, exact } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import { pathOf } from "@/lib/journeys/path.queries";
import { saveDisplay } from "../../display-actions";
import { eventNamesOf, moreEvents } from "./actions";
import { placeOf, timelineAt } from "./timeline-page";

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
    timelineAt(scope, who, place, { order: state.order, filter }),
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
          href: `${href}/export${queryOf(await searchParams, ["event", "until", "on"])}`,
          what: "this timeline",
          columns: TIMELINE_COLUMNS,
          preset: TIMELINE_COLUMNS,
          properties: { of: "event", name: "" },
        }}
        readNames={eventNamesOf.bind(null, project.id, person.ref)}
      />
      {place !== null && page.above !== null && (
        <p className="border-b bg-accent/50 px-4 py-2 text-sm sm:px-6">
          Showing events around {exact(place.ts, zone)}.{" "}
          <Link
            href={href + queryOf(await searchParams, ["event", "until", "on"])}
            className="font-medium text-primary underline underline-offset-4"
          >
            Jump to the {state.order === "desc" ? "newest" : "beginning"}
          </Link>
        </p>
      )}
      {page.items.length === 0 ? (
        <Nothing filtered={filter !== undefined} href={href} />
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

/** Sent to the browser and back with every page of events. */
const plain = (state: TimelineParams): TimelineParams => ({ ...state, event: null, until: null, on: null });

/** The query without some parameters; "" if empty. */
function queryOf(params: Record<string, string | string[] | undefined>, without: string[] = []): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (!without.includes(name)) for (const one of [value ?? []].flat()) query.append(name, one);
  }
  return query.size === 0 ? "" : `?${query}`;
}
