import { List } from "lucide-react";
import type { Metadata } from "next";
import { NothingYet } from "@/components/app/nothing-yet";
import { orFirstPage } from "@/components/columns/list-url";
import { ProjectListBody, ProjectListFrame } from "@/components/overview/project-list";
import { type ProjectListProps, readProjectList } from "@/components/overview/read-project-list";
import { SelectFilter } from "@/components/overview/select-filter";
import { SourceFilter } from "@/components/overview/source-filter";
import { TextFilter } from "@/components/overview/text-filter";
import { countFilters } from "@/components/search-params";
import { SessionTable } from "@/components/sessions/session-table";
import { VisitorLink } from "@/components/sessions/visitor";
import { visitsFilterOf } from "@/components/sessions/visits-url";
import { PageHeader } from "@/components/ui/page-header";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { VISIT_COLUMNS } from "@/lib/export/sessions";
import { topSources } from "@/lib/overview/rankings.queries";
import { listVisits } from "@/lib/sessions/project-visits.queries";
import { newestEvent } from "@/lib/timeline/recent-events.queries";

export const metadata: Metadata = { title: "Sessions" };

const PAGE_VISITS = 60;
const SOURCES_OFFERED = 30;
const LENGTHS = [
  { value: "2", label: "2 or more" },
  { value: "5", label: "5 or more" },
  { value: "10", label: "10 or more" },
];

export default async function SessionsPage({ params, searchParams }: ProjectListProps) {
  const access = await requireMemberOrGuest((await params).project);
  const { scope, search, clock, range, cursor, people, state, pagesOf } = await readProjectList(
    "sessions",
    access,
    searchParams,
  );
  const filter = visitsFilterOf(search);
  const visits = listVisits(scope, {
    filter: { ...filter, people, after: range.from, before: range.to },
    limit: PAGE_VISITS,
    cursor,
  });
  const [{ rows, next }, newest] = await Promise.all([orFirstPage(visits, state.first), newestEvent(scope)]);
  if (newest === null) {
    return (
      <>
        <PageHeader title="Sessions" />
        <NothingYet icon={List} projectId={state.projectId} on="sessions" />
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
        active={countFilters(filter)}
        file={{ columns: VISIT_COLUMNS, preset: VISIT_COLUMNS }}
        before={<SourceFilter sources={topSources(scope, range, range.before, SOURCES_OFFERED)} />}
        after={
          <>
            <SelectFilter name="pages" label="Pages" options={LENGTHS} />
            <TextFilter name="entry" label="Entry page" placeholder="Entry page: /pricing" />
          </>
        }
      />
      <ProjectListBody
        state={state}
        isFilled={rows.length > 0}
        isAhead={range.from > clock.now}
        pages={pagesOf(next)}
        none={{ what: "visits", all: "Show all of the last year", href: `${state.href}?days=365` }}
      >
        <SessionTable
          sessions={rows}
          clock={clock}
          hrefOf={(session) => `${state.href}/${session.id}`}
          personOf={({ person }) => <VisitorLink person={person} projectId={state.projectId} />}
        />
      </ProjectListBody>
    </>
  );
}
