import { List } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { NothingYet } from "@/components/app/nothing-yet";
import { NoMatches, ProjectListFrame } from "@/components/overview/project-list";
import { SelectFilter } from "@/components/overview/select-filter";
import { StillToCome } from "@/components/overview/still-to-come";
import { TextFilter } from "@/components/overview/text-filter";
import { countSet } from "@/components/search-params";
import { SessionTable } from "@/components/sessions/session-table";
import { Visitor } from "@/components/sessions/visitor";
import { visitsFilterOf } from "@/components/sessions/visits-url";
import { PageHeader } from "@/components/ui/page-header";
import { Pager } from "@/components/ui/pager";
import { VISIT_COLUMNS } from "@/lib/export/sessions";
import { orFirstPage } from "@/lib/http/cursor";
import { type Ranked, topSources } from "@/lib/overview/rankings.queries";
import { listVisits } from "@/lib/sessions/project-visits.queries";
import { newestEvent } from "@/lib/timeline/recent-events.queries";
import { type ProjectListProps, readProjectList } from "../project-list";

export const metadata: Metadata = { title: "Sessions" };

const PAGE_VISITS = 60;
const SOURCES_OFFERED = 30;
const LENGTHS = [
  { value: "2", label: "2 or more" },
  { value: "5", label: "5 or more" },
  { value: "10", label: "10 or more" },
];

const SOURCE_WIDTH = "w-36";

async function SourceFilter({ sources }: { sources: Promise<Ranked[]> }) {
  const options = (await sources).map(({ name, count }) => ({ value: name, label: `${name} (${count})` }));
  return <SelectFilter name="source" label="Source" options={options} width={SOURCE_WIDTH} />;
}

export default async function SessionsPage(props: ProjectListProps) {
  const { scope, search, clock, range, cursor, people, state, pageHref } = await readProjectList("sessions", props);
  const filter = visitsFilterOf(search);
  const visits = listVisits(scope, {
    filter: { ...filter, people, after: range.from, before: range.to },
    limit: PAGE_VISITS,
    cursor,
  });
  const [{ rows, next }, any] = await Promise.all([orFirstPage(visits, state.first), newestEvent(scope)]);
  if (any === null) {
    return (
      <>
        <PageHeader title="Sessions" />
        <NothingYet icon={List} projectId={state.projectId} what="visit" />
      </>
    );
  }
  return (
    <>
      <ProjectListFrame
        title="Sessions"
        about="Every visit, newest first"
        what="Visits"
        state={state}
        active={countSet(filter)}
        file={{ columns: VISIT_COLUMNS, preset: VISIT_COLUMNS }}
        before={
          // Counting takes longer than reading the visits.
          <Suspense fallback={<SelectFilter name="source" label="Source" options={[]} width={SOURCE_WIDTH} />}>
            <SourceFilter sources={topSources(scope, range, range.before, SOURCES_OFFERED)} />
          </Suspense>
        }
        after={
          <>
            <SelectFilter name="pages" label="Pages" options={LENGTHS} />
            <TextFilter name="entry" label="Entry page" placeholder="Entry page: /pricing" />
          </>
        }
      />
      {rows.length > 0 ? (
        <>
          <SessionTable
            sessions={rows}
            clock={clock}
            hrefOf={(session) => `${state.href}/${session.id}`}
            personOf={({ person }) => <Visitor person={person} projectId={state.projectId} />}
          />
          <Pager first={cursor === undefined ? null : state.first} next={next === null ? null : pageHref(next)} />
        </>
      ) : range.from > clock.now ? (
        <StillToCome href={state.href} />
      ) : (
        <NoMatches
          what="visits"
          all="Show all of the last year"
          href={`${state.href}?days=365`}
          withInternal={state.withInternal}
        />
      )}
    </>
  );
}
