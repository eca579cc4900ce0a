import { Users } from "lucide-react";
import type { Metadata } from "next";
import { orFirstPage } from "@/components/columns/list-url";
import { ExportButton } from "@/components/export/export-button";
import { PeopleTable } from "@/components/overview/people-table";
import { firstValue, queryString, rangeParamsOf, rangeQuery, type SearchParams } from "@/components/search-params";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { PageHeader } from "@/components/ui/page-header";
import { Pager } from "@/components/ui/pager";
import { TabLinks } from "@/components/ui/tab-links";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { ACTIVE_COLUMNS } from "@/lib/export/active";
import { daysOf, rangeOf } from "@/lib/format/range";
import { formatDate } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import { activePeople } from "@/lib/overview/people.queries";
import { ACTIVE_PEOPLE_KINDS, type ActivePeopleKind } from "@/lib/overview/types";

export const metadata: Metadata = { title: "Active people" };

const PAGE_PEOPLE = 60;
const LABELS: Record<ActivePeopleKind, string> = { active: "Active", new: "New", identified: "Identified" };

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

/** Lists the people that the overview counts. */
export default async function ActivePeoplePage({ params, searchParams }: Props) {
  const { scope, project } = await requireMemberOrGuest((await params).project);
  const [search, zone] = [await searchParams, await readerZone()];
  const clock = { now: Date.now(), zone };
  const range = rangeOf(rangeParamsOf(search), clock.now, zone);
  const dates = rangeQuery(range, daysOf(range, zone));
  const show = ACTIVE_PEOPLE_KINDS.find((shown) => shown === firstValue(search, "show")) ?? "active";
  const cursor = firstValue(search, "cursor");
  const href = `/${project.id}/overview/people`;
  const first = href + queryString({ show, ...dates });
  const { rows, next } = await orFirstPage(activePeople(scope, range, { show, limit: PAGE_PEOPLE, cursor }), first);
  return (
    <>
      <PageHeader
        title="Active people"
        actions={
          rows.length > 0 && (
            <ExportButton
              projectId={project.id}
              href={`${href}/export${queryString({ show, ...dates })}`}
              what="these people"
              columns={ACTIVE_COLUMNS}
              preset={ACTIVE_COLUMNS}
            />
          )
        }
      >
        {formatDate(range.from, zone)} to {formatDate(range.to - 1, zone)}.{" "}
        <Link
          href={`/${project.id}/overview${queryString(dates)}`}
          className="text-primary underline underline-offset-4"
        >
          Back to the overview
        </Link>
      </PageHeader>
      <TabLinks
        label="Which people"
        className="border-b px-2 sm:px-4"
        tabs={ACTIVE_PEOPLE_KINDS.map((shown) => ({
          href: href + queryString({ show: shown, ...dates }),
          label: LABELS[shown],
          current: shown === show,
        }))}
      />
      {rows.length === 0 ? (
        <Empty icon={Users} title="Nobody on these days">
          <p>No matching people were active on these days. Choose other days on the overview.</p>
        </Empty>
      ) : (
        <>
          <PeopleTable people={rows} clock={clock} projectId={project.id} />
          <Pager
            first={cursor === undefined ? null : first}
            next={next === null ? null : href + queryString({ show, ...dates, cursor: next })}
          />
        </>
      )}
    </>
  );
}
