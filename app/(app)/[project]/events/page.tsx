import { MousePointerClick, SearchX } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { ExportLink } from "@/components/app/export-link";
import { NothingYet } from "@/components/app/nothing-yet";
import { PageHeader } from "@/components/app/page-header";
import { LiveStream } from "@/components/events/live-stream";
import { isUnfiltered, streamFilterOf, toStreamRow } from "@/components/events/rows";
import { FilterButton } from "@/components/filters/filter-button";
import { PeopleWords } from "@/components/filters/people-words";
import { FilterBar } from "@/components/overview/filter-bar";
import { DEVICES, one, query, rangeParamsOf, type SearchParams, WHO } from "@/components/overview/params";
import { RangePicker } from "@/components/overview/range-picker";
import { SelectFilter } from "@/components/overview/select-filter";
import { StillToCome } from "@/components/overview/still-to-come";
import { TextFilter } from "@/components/overview/text-filter";
import { humanName } from "@/components/timeline/item";
import { Empty } from "@/components/ui/empty";
import { Pager } from "@/components/ui/pager";
import { PendingProvider } from "@/components/users/pending";
import { requireMember } from "@/lib/auth/guard";
import { eventDisplays } from "@/lib/events/queries";
import { countryName } from "@/lib/format/place";
import { daysOf, rangeOf } from "@/lib/format/range";
import { dayKey } from "@/lib/format/time";
import { orFirstPage } from "@/lib/http/cursor";
import { readerZone } from "@/lib/http/zone";
import { listSegments } from "@/lib/segments/queries";
import { visitCountries } from "@/lib/sessions/queries-values";
import { eventNames, streamEvents } from "@/lib/timeline/queries-project";
import { recentEvents } from "@/lib/timeline/queries-recent";
import { readPeopleFilter } from "../people-filter";

export const metadata: Metadata = { title: "Events" };

const PAGE_EVENTS = 80;
const OFFERED = 30;

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function EventsPage({ params, searchParams }: Props) {
  const { scope, project } = await requireMember((await params).project);
  const [search, zone] = [await searchParams, await readerZone()];
  const clock = { now: Date.now(), zone };
  const range = rangeOf(rangeParamsOf(search), clock.now, zone);
  const days = daysOf(range, zone);
  const filter = streamFilterOf(search);
  const { shown: whose, people } = await readPeopleFilter(scope, search);
  const cursor = one(search, "cursor");
  const href = `/${project.id}/events`;
  const kept = Object.fromEntries(Object.keys(search).map((name) => [name, one(search, name)]));
  const first = href + query({ ...kept, cursor: null });
  const unfiltered = isUnfiltered(filter) && people === undefined;
  const stream = streamEvents(scope, {
    filter: { ...filter, people, after: range.from, before: range.to },
    limit: PAGE_EVENTS,
    cursor,
  });
  const [{ rows, next }, names, countries, displays, identifies, segments] = await Promise.all([
    orFirstPage(stream, first),
    eventNames(scope),
    visitCountries(scope, range, OFFERED),
    eventDisplays(scope),
    // Who was identified just now is no event of its own name, but what a developer looks for first.
    unfiltered && cursor === undefined ? recentEvents(scope, PAGE_EVENTS) : [],
    listSegments(scope),
  ]);
  const oldest = rows.at(-1)?.ts ?? range.from;
  const among = identifies.filter(({ kind, ts }) => kind === "identify" && ts >= oldest && ts < range.to);
  const shown = [...rows, ...among].sort((a, b) => b.ts - a.ts || (a.id < b.id ? 1 : -1));
  if (names.length === 0 && shown.length === 0) {
    return (
      <>
        <PageHeader title="Events" />
        <NothingYet icon={MousePointerClick} projectId={project.id} what="event" />
      </>
    );
  }
  const live = cursor === undefined && range.from <= clock.now && range.to > clock.now;
  return (
    <>
      <PageHeader
        title="Events"
        actions={
          <>
            <RangePicker
              preset={range.preset}
              first={days[0] ?? ""}
              last={days.at(-1) ?? ""}
              today={dayKey(clock.now, zone)}
            />
            <ExportLink href={`${href}/export${query({ ...kept, cursor: null })}`} what="these events" />
          </>
        }
      >
        What everybody does, newest first
      </PageHeader>
      <FilterBar
        label="Events"
        active={Object.values(filter).filter((value) => value !== undefined).length + whose.conditions}
      >
        <SelectFilter
          name="name"
          label="Event"
          options={names.map((name) => ({ value: name, label: humanName(name) }))}
        />
        <SelectFilter name="who" label="Who" options={WHO} />
        <SelectFilter name="device" label="Device" options={DEVICES} />
        <SelectFilter
          name="country"
          label="Country"
          options={countries.map((code) => ({ value: code, label: countryName(code) ?? code }))}
        />
        <TextFilter name="path" label="Page starts with" placeholder="Page starts with /app" />
        <TextFilter name="prop" label="Property" placeholder="Property: plan = pro" />
        <PendingProvider>
          <FilterButton
            label="People"
            projectId={project.id}
            rule={whose.rule}
            conditions={whose.conditions}
            segments={segments.map(({ id, name }) => ({ id, name }))}
          />
        </PendingProvider>
      </FilterBar>
      <PeopleWords
        what="Events"
        words={whose.words}
        problem={whose.problem}
        clearHref={href + query({ ...kept, filter: null, cursor: null })}
      />
      {shown.length > 0 || (live && unfiltered) ? (
        <>
          <LiveStream
            key={first + (cursor ?? "")}
            rows={shown.map((event) => toStreamRow(event, project.id))}
            clock={clock}
            displays={displays}
            url={
              live
                ? `/api/live/${project.id}/events${query({ ...kept, days: null, from: null, to: null, since: clock.now })}`
                : null
            }
          />
          <Pager
            first={cursor === undefined ? null : first}
            next={next === null ? null : href + query({ ...kept, cursor: next })}
          />
        </>
      ) : range.from > clock.now ? (
        <StillToCome href={href} />
      ) : (
        <Empty icon={SearchX} title="Nothing like that">
          <p>No event of these days passes the filters.</p>
          <Link href={href} className="justify-self-center text-primary underline-offset-4 hover:underline">
            Show all events
          </Link>
        </Empty>
      )}
    </>
  );
}
