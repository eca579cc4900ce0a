import type { ReactNode } from "react";
import { AroundNote, NoEvents, POSITION_PARAMS, queryWithout, withoutPosition } from "@/components/timeline/frame";
import type { TimelinePage } from "@/components/timeline/item";
import type { readTimeline } from "@/components/timeline/read-timeline";
import { Timeline, type TimelineProps } from "@/components/timeline/timeline";
import type { TimelineParams } from "@/components/timeline/timeline-url";
import { Toolbar, type ToolbarProps } from "@/components/timeline/toolbar";
import { pack } from "@/components/ui/packed";
import { dayKey } from "@/lib/format/time";

type LoadPage = (state: TimelineParams, ...at: Parameters<TimelineProps["load"]>) => ReturnType<TimelineProps["load"]>;

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
