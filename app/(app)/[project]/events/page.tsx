import { MousePointerClick } from "lucide-react";
import type { Metadata } from "next";
import { NothingYet } from "@/components/app/nothing-yet";
import { orFirstPage } from "@/components/columns/list-url";
import { LiveStream } from "@/components/events/live-stream";
import { isUnfiltered, streamFilterOf, toStreamRow } from "@/components/events/stream-rows";
import { EventFilters } from "@/components/overview/event-filters";
import { ProjectListBody, ProjectListFrame } from "@/components/overview/project-list";
import { type ProjectListProps, readProjectList } from "@/components/overview/read-project-list";
import { SelectFilter } from "@/components/overview/select-filter";
import { countFilters, queryString } from "@/components/search-params";
import { PageHeader } from "@/components/ui/page-header";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { eventDisplays } from "@/lib/events/events.queries";
import { STREAM_COLUMNS } from "@/lib/export/events";
import { humanName } from "@/lib/format/human-name";
import { eventStream } from "@/lib/timeline/event-stream";
import { eventNames } from "@/lib/timeline/project-events.queries";

export const metadata: Metadata = { title: "Events" };

const PAGE_EVENTS = 80;

export default async function EventsPage({ params, searchParams }: ProjectListProps) {
  const access = await requireMemberOrGuest((await params).project);
  const list = await readProjectList("events", access, searchParams);
  const { scope, clock, range, cursor, people, state, pagesOf } = list;
  const filter = streamFilterOf(list.search);
  const unfiltered = isUnfiltered(filter) && people === undefined;
  const stream = eventStream(scope, {
    filter: { ...filter, people, after: range.from, before: range.to },
    limit: PAGE_EVENTS,
    cursor,
    withIdentifies: unfiltered,
  });
  const [{ rows, next }, names, displays] = await Promise.all([
    orFirstPage(stream, state.first),
    eventNames(scope),
    eventDisplays(scope),
  ]);
  if (names.length === 0 && rows.length === 0) {
    return (
      <>
        <PageHeader title="Events" />
        <NothingYet icon={MousePointerClick} projectId={state.projectId} on="events" />
      </>
    );
  }
  const live = cursor === undefined && range.from <= clock.now && range.to > clock.now;
  const liveQuery = queryString({ ...list.urlParams, days: null, from: null, to: null, since: clock.now });
  return (
    <>
      <ProjectListFrame
        title="Events"
        about="What everybody does, newest first"
        what="Events"
        state={state}
        active={countFilters(filter)}
        file={{ columns: STREAM_COLUMNS, preset: STREAM_COLUMNS, properties: { of: "event", name: filter.name ?? "" } }}
        before={
          <SelectFilter
            name="name"
            label="Event"
            options={names.map((name) => ({ value: name, label: humanName(name) }))}
          />
        }
        after={<EventFilters projectId={state.projectId} />}
      />
      <ProjectListBody
        state={state}
        isFilled={rows.length > 0 || (live && unfiltered)}
        isAhead={range.from > clock.now}
        pages={pagesOf(next)}
        none={{ what: "events", all: "Show all events", href: state.href }}
      >
        <LiveStream
          key={state.first + (cursor ?? "")}
          rows={rows.map((event) => toStreamRow(event, state.projectId))}
          clock={clock}
          displays={displays}
          url={live ? `/api/live/${state.projectId}/events${liveQuery}` : null}
        />
      </ProjectListBody>
    </>
  );
}
