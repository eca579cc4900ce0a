import { List, SearchX } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { ExportLink } from "@/components/app/export-link";
import { NothingYet } from "@/components/app/nothing-yet";
import { PageHeader } from "@/components/app/page-header";
import { FilterButton } from "@/components/filters/filter-button";
import { PeopleWords } from "@/components/filters/people-words";
import { FilterBar } from "@/components/overview/filter-bar";
import { DEVICES, one, query, rangeParamsOf, type SearchParams, WHO } from "@/components/overview/params";
import { RangePicker } from "@/components/overview/range-picker";
import { SelectFilter } from "@/components/overview/select-filter";
import { StillToCome } from "@/components/overview/still-to-come";
import { TextFilter } from "@/components/overview/text-filter";
import { nameOf } from "@/components/person/name-of";
import { visitsFilterOf } from "@/components/sessions/params";
import { SessionTable } from "@/components/sessions/session-table";
import { Empty } from "@/components/ui/empty";
import { Pager } from "@/components/ui/pager";
import { PendingProvider } from "@/components/users/pending";
import { requireMember } from "@/lib/auth/guard";
import { countryName } from "@/lib/format/place";
import { daysOf, rangeOf } from "@/lib/format/range";
import { dayKey } from "@/lib/format/time";
import { orFirstPage } from "@/lib/http/cursor";
import { readerZone } from "@/lib/http/zone";
import { topSources } from "@/lib/overview/queries";
import { listSegments } from "@/lib/segments/queries";
import { listVisits } from "@/lib/sessions/queries-project";
import { visitCountries } from "@/lib/sessions/queries-values";
import { newestEvent } from "@/lib/timeline/queries-recent";
import { readPeopleFilter } from "../people-filter";

export const metadata: Metadata = { title: "Sessions" };

const PAGE_VISITS = 60;
const OFFERED = 30;
const LENGTHS = [
  { value: "2", label: "2 or more" },
  { value: "5", label: "5 or more" },
  { value: "10", label: "10 or more" },
];

const countOf = (filter: object): number => Object.values(filter).filter((value) => value !== undefined).length;

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function SessionsPage({ params, searchParams }: Props) {
  const { scope, project } = await requireMember((await params).project);
  const [search, zone] = [await searchParams, await readerZone()];
  const clock = { now: Date.now(), zone };
  const range = rangeOf(rangeParamsOf(search), clock.now, zone);
  const days = daysOf(range, zone);
  const filter = visitsFilterOf(search);
  const { shown, people } = await readPeopleFilter(scope, search);
  const cursor = one(search, "cursor");
  const href = `/${project.id}/sessions`;
  const kept = Object.fromEntries(Object.keys(search).map((name) => [name, one(search, name)]));
  const visits = listVisits(scope, {
    filter: { ...filter, people, after: range.from, before: range.to },
    limit: PAGE_VISITS,
    cursor,
  });
  const [{ rows, next }, sources, countries, any, segments] = await Promise.all([
    orFirstPage(visits, href + query({ ...kept, cursor: null })),
    topSources(scope, range, range.before, OFFERED),
    visitCountries(scope, range, OFFERED),
    newestEvent(scope),
    listSegments(scope),
  ]);
  if (any === null) {
    return (
      <>
        <PageHeader title="Sessions" />
        <NothingYet icon={List} projectId={project.id} what="visit" />
      </>
    );
  }
  return (
    <>
      <PageHeader
        title="Sessions"
        actions={
          <>
            <RangePicker
              preset={range.preset}
              first={days[0] ?? ""}
              last={days.at(-1) ?? ""}
              today={dayKey(clock.now, zone)}
            />
            <ExportLink href={`${href}/export${query({ ...kept, cursor: null })}`} what="these visits" />
          </>
        }
      >
        Every visit, newest first
      </PageHeader>
      <FilterBar label="Sessions" active={countOf(filter) + shown.conditions}>
        <SelectFilter name="who" label="Who" options={WHO} />
        <SelectFilter
          name="source"
          label="Source"
          options={sources.map(({ name, count }) => ({ value: name, label: `${name} (${count})` }))}
        />
        <SelectFilter name="device" label="Device" options={DEVICES} />
        <SelectFilter
          name="country"
          label="Country"
          options={countries.map((code) => ({ value: code, label: countryName(code) ?? code }))}
        />
        <SelectFilter name="pages" label="Pages" options={LENGTHS} />
        <TextFilter name="entry" label="Entry page" placeholder="Entry page: /pricing" />
        <PendingProvider>
          <FilterButton
            label="People"
            projectId={project.id}
            rule={shown.rule}
            conditions={shown.conditions}
            segments={segments.map(({ id, name }) => ({ id, name }))}
          />
        </PendingProvider>
      </FilterBar>
      <PeopleWords
        what="Visits"
        words={shown.words}
        problem={shown.problem}
        clearHref={href + query({ ...kept, filter: null, cursor: null })}
      />
      {rows.length > 0 ? (
        <>
          <SessionTable
            sessions={rows}
            clock={clock}
            hrefOf={(session) => `${href}/${session.id}`}
            personOf={({ person }) => nameOf(person)}
          />
          <Pager
            first={cursor === undefined ? null : href + query({ ...kept, cursor: null })}
            next={next === null ? null : href + query({ ...kept, cursor: next })}
          />
        </>
      ) : range.from > clock.now ? (
        <StillToCome href={href} />
      ) : (
        <Empty icon={SearchX} title="No visits like that">
          <p>No visit of these days passes the filters.</p>
          <Link
            href={`${href}?days=365`}
            className="justify-self-center text-primary underline-offset-4 hover:underline"
          >
            Show all of the last year
          </Link>
        </Empty>
      )}
    </>
  );
}
