import { MousePointerClick } from "lucide-react";
import type { Metadata } from "next";
import { NothingYet } from "@/components/app/nothing-yet";
import { LiveStream } from "@/components/events/live-stream";
import { isUnfiltered, streamFilterOf, toStreamRow } from "@/components/events/stream-rows";
import { NoMatches, ProjectListFrame } from "@/components/overview/project-list";
import { type ProjectListProps, readProjectList } from "@/components/overview/read-project-list";
import { SelectFilter } from "@/components/overview/select-filter";
import { StillToCome } from "@/components/overview/still-to-come";
import { TextFilter } from "@/components/overview/text-filter";
import { countSet, query } from "@/components/search-params";
import { PageHeader } from "@/components/ui/page-header";
import { Pager } from "@/components/ui/pager";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { eventDisplays } from "@/lib/events/events.queries";
import { STREAM_COLUMNS } from "@/lib/export/events";
import { humanName } from "@/lib/format/human-name";
import { orFirstPage } from "@/lib/http/cursor";
import { eventNames, streamEvents } from "@/lib/timeline/project-events.queries";
import { recentEvents } from "@/lib/timeline/recent-events.queries";

export const metadata: Metadata = { title: "Events" };

const PAGE_EVENTS = 80;

export default async function EventsPage({ params, searchParams }: ProjectListProps) {
  const access = await requireMemberOrGuest((await params).project);
  const list = await readProjectList("events", access, searchParams);
  const { scope, clock, range, cursor, people, state, pageHref } = list;
  const filter = streamFilterOf(list.search);
  const unfiltered = isUnfiltered(filter) && people === undefined;
  const stream = streamEvents(scope, {
    filter: { ...filter, people, after: range.from, before: range.to },
    limit: PAGE_EVENTS,
    cursor,
  });
  const [{ rows, next }, names, displays, identifies] = await Promise.all([
    orFirstPage(stream, state.first),
    eventNames(scope),
    eventDisplays(scope),
    // Identifies have no event name, but developers look for them first.
    unfiltered && cursor === undefined ? recentEvents(scope, PAGE_EVENTS, filter) : [],
  ]);
  const oldest = rows.at(-1)?.ts ?? range.from;
  const among = identifies.filter(({ kind, ts }) => kind === "identify" && ts >= oldest && ts < range.to);
  const shown = [...rows, ...among].sort((a, b) => b.ts - a.ts || (a.id < b.id ? 1 : -1));
  if (names.length === 0 && shown.length === 0) {
    return (
      <>
        <PageHeader title="Events" />
        <NothingYet icon={MousePointerClick} projectId={state.projectId} what="event" />
      </>
    );
  }
  const live = cursor === undefined && range.from <= clock.now && range.to > clock.now;
  const liveQuery = query({ ...list.kept, days: null, from: null, to: null, since: clock.now });
  return (
    <>
      <ProjectListFrame
        title="Events"
        about="What everybody does, newest first"
        what="Events"
        state={state}
        active={countSet(filter)}
        file={{
          columns: STREAM_COLUMNS,
          preset: STREAM_COLUMNS,
          properties: { of: "event", name: filter.name ?? "" },
        }}
        before={
          <SelectFilter
            name="name"
            label="Event"
            options={names.map((name) => ({ value: name, label: humanName(name) }))}
          />
        }
        after={
          <>
            <TextFilter name="path" label="Page starts with" placeholder="Page starts with /app" />
            <TextFilter
              name="prop"
              label="Property"
              placeholder="Property: plan = pro"
              propertiesOf={state.projectId}
            />
          </>
        }
      />
      {shown.length > 0 || (live && unfiltered) ? (
        <>
          <LiveStream
            key={state.first + (cursor ?? "")}
            rows={shown.map((event) => toStreamRow(event, state.projectId))}
            clock={clock}
            displays={displays}
            url={live ? `/api/live/${state.projectId}/events${liveQuery}` : null}
          />
          <Pager first={cursor === undefined ? null : state.first} next={next === null ? null : pageHref(next)} />
        </>
      ) : range.from > clock.now ? (
        <StillToCome href={state.href} />
      ) : (
        <NoMatches what="events" all="Show all events" href={state.href} withInternal={state.withInternal} />
      )}
    </>
  );
}
