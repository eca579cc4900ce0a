import { LayoutDashboard } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { NothingYet } from "@/components/app/nothing-yet";
import { RangePicker } from "@/components/charts/range-picker";
import { Headline } from "@/components/overview/headline";
import { Mentions } from "@/components/overview/mentions";
import { PeopleChart } from "@/components/overview/people-chart";
import { StillToCome } from "@/components/overview/still-to-come";
import { TopList } from "@/components/overview/top-list";
import { rangeParamsOf, rangeQuery, type SearchParams } from "@/components/search-params";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";
import { requireMember } from "@/lib/auth/guard";
import { memberNames } from "@/lib/auth/members.queries";
import { awaitedLater, settled } from "@/lib/faults/awaited-later";
import { daysOf, rangeOf } from "@/lib/format/range";
import { dayKey } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import { allMentionsOf } from "@/lib/notes/mentions.queries";
import { membersOf } from "@/lib/organizations/members.queries";
import { daily, headlineOf } from "@/lib/overview/people.queries";
import { topEvents, topPages, topSources } from "@/lib/overview/rankings.queries";
import { newestEvent } from "@/lib/timeline/recent-events.queries";

export const metadata: Metadata = { title: "Overview" };

const LISTED = 8;
const MENTION_DAYS = 30;
const MENTIONS = 5;
const DAY_MS = 24 * 60 * 60 * 1000;

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function OverviewPage({ params, searchParams }: Props) {
  const { scope, project, member } = await requireMember((await params).project);
  const [search, zone, any] = await Promise.all([searchParams, readerZone(), newestEvent(scope)]);
  if (any === null) {
    return (
      <>
        <PageHeader title="Overview" />
        <NothingYet icon={LayoutDashboard} projectId={project.id} what="event" />
      </>
    );
  }
  const clock = { now: Date.now(), zone };
  const range = rangeOf(rangeParamsOf(search), clock.now, zone);
  const days = daysOf(range, zone);
  const dates = rangeQuery(range, days);
  const header = (
    <PageHeader
      title="Overview"
      actions={
        <RangePicker
          preset={range.preset}
          first={days[0] ?? ""}
          last={days.at(-1) ?? ""}
          today={dayKey(clock.now, zone)}
        />
      }
    />
  );
  if (range.from > clock.now) {
    return (
      <>
        {header}
        <StillToCome href={`/${project.id}/overview`} />
      </>
    );
  }
  // Query in order of display: run together, all of them would be late.
  const headline = Promise.all([headlineOf(scope, range), headlineOf(scope, range.before)]);
  const chart = settled(headline).then(() =>
    Promise.all([daily(scope, range, zone), daily(scope, range.before, zone)]),
  );
  const [events, pages, sources] = [topEvents, topPages, topSources].map((read) =>
    settled(chart).then(() => read(scope, range, range.before, LISTED)),
  ) as [ReturnType<typeof topEvents>, ReturnType<typeof topPages>, ReturnType<typeof topSources>];
  const mentions = allMentionsOf(scope, member.id, clock.now - MENTION_DAYS * DAY_MS, MENTIONS);
  awaitedLater(events, pages, sources, mentions, headline, chart);
  const [notes, members] = [await mentions, await membersOf(scope)];
  const authors = await memberNames(notes.map(({ authorId }) => authorId));
  const href = `/${project.id}`;
  const list = <Skeleton className="h-[266px] w-full" />;
  return (
    <>
      {header}
      <div className="grid gap-6 border-t px-4 py-5 sm:px-6">
        <Suspense key={JSON.stringify(dates)} fallback={<Skeleton className="h-[163px] w-full lg:h-[82px]" />}>
          <Headline headline={headline} dates={dates} href={href} range={range} />
        </Suspense>
        <Suspense fallback={<Skeleton className="h-[188px] w-full" />}>
          <PeopleChart
            counts={chart}
            days={days}
            daysBefore={daysOf({ from: range.before.from, days: range.days }, zone)}
            today={dayKey(clock.now, zone)}
            href={`${href}/overview`}
          />
        </Suspense>
        <Mentions
          mentions={notes.map((note) => ({ ...note, author: authors.get(note.authorId) ?? "Former member" }))}
          members={members}
          clock={clock}
          projectId={project.id}
        />
        <div className="grid gap-x-8 gap-y-6 lg:grid-cols-2 xl:grid-cols-3">
          <Suspense fallback={list}>
            <TopList
              title="Top events"
              rows={events}
              labelOf="human"
              hrefOf={{ path: `${href}/events`, parameter: "name", dates }}
              empty="None on these days, except page views."
            />
          </Suspense>
          <Suspense fallback={list}>
            <TopList
              title="Top pages"
              rows={pages}
              labelOf="plain"
              hrefOf={{ path: `${href}/events`, parameter: "page", dates: { ...dates, name: "screen_view" } }}
              empty="None on these days."
            />
          </Suspense>
          <Suspense fallback={list}>
            <TopList
              title="Sources of visits"
              rows={sources}
              labelOf="plain"
              hrefOf={{ path: `${href}/sessions`, parameter: "source", dates }}
              empty="None on these days."
            />
          </Suspense>
        </div>
      </div>
    </>
  );
}
