import "server-only";
import type { ReactNode } from "react";
import { AroundNote, NoEvents, POSITION_PARAMS, queryWithout, withoutPosition } from "@/components/timeline/frame";
import type { TimelinePage } from "@/components/timeline/item";
import { jumpTargetOf, type ReadItems, readTimelineAt } from "@/components/timeline/read-page";
import { Timeline, type TimelineProps } from "@/components/timeline/timeline";
import { loadTimelineParams, type TimelineParams, timelineFilterOf } from "@/components/timeline/timeline-url";
import { Toolbar, type ToolbarProps } from "@/components/timeline/toolbar";
import { pack } from "@/components/ui/packed";
import { conversionNames, eventDisplays } from "@/lib/events/events.queries";
import { awaitedLater } from "@/lib/faults/awaited-later";
import { dayKey } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import type { Scope } from "@/lib/scope";

type Search = Record<string, string | string[] | undefined>;
type LoadPage = (state: TimelineParams, ...at: Parameters<TimelineProps["load"]>) => ReturnType<TimelineProps["load"]>;

/** A timeline in the state of a page's URL. The page is read in parallel with `displays`, unless its filter needs them. */
export async function readTimeline(scope: Scope, read: ReadItems, searchParams: Promise<Search>) {
  const [reading] = awaitedLater(eventDisplays(scope));
  const [search, state, zone] = await Promise.all([searchParams, loadTimelineParams(searchParams), readerZone()]);
  const clock = { now: Date.now(), zone };
  const place = jumpTargetOf(state, zone);
  const filter = timelineFilterOf(state, state.conversions ? conversionNames(await reading) : [], zone);
  const [displays, page] = await Promise.all([reading, readTimelineAt(read, place, { order: state.order, filter })]);
  return { search, state, clock, place, filter, displays, page };
}

type TimelineScreenProps = {
  read: Awaited<ReturnType<typeof readTimeline>>;
  projectId: string;
  /** The page itself, without a query. */
  href: string;
  /** Columns of the CSV file. */
  columns: ToolbarProps["file"]["columns"];
  /** Why there may be no events although no filter is set. */
  why: string;
  readNames: ToolbarProps["readNames"];
  load: LoadPage;
  actions: TimelineProps["actions"];
  /** Around the timeline when it has events. */
  live?: (timeline: ReactNode) => ReactNode;
};

/** The timeline of a person or of an account, with its toolbar. */
export function TimelineScreen({ read, projectId, href, columns, why, live, ...given }: TimelineScreenProps) {
  const { search, state, clock, place, filter, displays, page } = read;
  const elsewhere = queryWithout(search, POSITION_PARAMS);
  return (
    <>
      <Toolbar
        today={dayKey(clock.now, clock.zone)}
        file={{
          projectId,
          href: `${href}/export${elsewhere}`,
          what: "this timeline",
          columns,
          preset: columns,
          properties: { of: "event", name: "" },
        }}
        readNames={given.readNames}
      />
      {place !== null && page.above !== null && (
        <AroundNote ts={place.ts} zone={clock.zone} order={state.order} href={href + elsewhere} />
      )}
      {page.items.length === 0 ? (
        <NoEvents filtered={filter !== undefined} href={href} why={why} />
      ) : (
        (live ?? ((timeline) => timeline))(
          <Timeline
            // The open event changes without navigation, so it is not part of the page's key.
            key={JSON.stringify({ ...state, event: place && state.event })}
            page={pack<TimelinePage>(page)}
            order={state.order}
            at={place?.ts ?? null}
            filter={filter}
            clock={clock}
            displays={displays}
            projectHref={`/${projectId}`}
            load={given.load.bind(null, withoutPosition(state))}
            actions={given.actions}
          />,
        )
      )}
    </>
  );
}
