import { LayoutDashboard } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { NothingYet } from "@/components/app/nothing-yet";
import { RangePicker } from "@/components/charts/range-picker";
import { FutureDates } from "@/components/overview/future-dates";
import { HeadlineFigures } from "@/components/overview/headline-figures";
import { Mentions } from "@/components/overview/mentions";
import { PeopleChart } from "@/components/overview/people-chart";
import { readMentions, readOverview } from "@/components/overview/read-overview";
import { TopLists } from "@/components/overview/top-lists";
import { rangeParamsOf, rangeQuery, type SearchParams } from "@/components/search-params";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { daysOf, rangeOf } from "@/lib/format/range";
import { dayKey } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import { newestEvent } from "@/lib/timeline/recent-events.queries";

export const metadata: Metadata = { title: "Overview" };

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function OverviewPage({ params, searchParams }: Props) {
  const { scope, project, member } = await requireMemberOrGuest((await params).project);
  const [search, zone, newest] = await Promise.all([searchParams, readerZone(), newestEvent(scope)]);
  if (newest === null) {
    return (
      <>
        <PageHeader title="Overview" />
        <NothingYet icon={LayoutDashboard} projectId={project.id} on="overview" />
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
        <FutureDates href={`/${project.id}/overview`} />
      </>
    );
  }
  const { headline, chart, ...tops } = readOverview(scope, range, zone);
  const mentioned = member && (await readMentions(scope, member.id, clock.now));
  const href = `/${project.id}`;
  return (
    <>
      {header}
      <div className="grid gap-6 border-t px-4 py-5 sm:px-6">
        <Suspense key={JSON.stringify(dates)} fallback={<Skeleton className="h-[163px] w-full lg:h-[82px]" />}>
          <HeadlineFigures headline={headline} dates={dates} href={href} range={range} />
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
        {mentioned && <Mentions {...mentioned} clock={clock} projectId={project.id} />}
        <TopLists {...tops} href={href} dates={dates} />
      </div>
    </>
  );
}
