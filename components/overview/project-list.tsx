import { SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { RangePicker, type RangePickerProps } from "@/components/charts/range-picker";
import { ExportButton } from "@/components/export/export-button";
import type { ExportProps } from "@/components/export/export-panel";
import { FilterButton } from "@/components/filters/filter-button";
import { PeopleWords } from "@/components/filters/people-words";
import { FilterBar } from "@/components/overview/filter-bar";
import { FutureDates } from "@/components/overview/future-dates";
import { SelectFilter, type SelectOption } from "@/components/overview/select-filter";
import { DEVICE_OPTIONS, OWN_TEAM_OPTIONS, WHO_OPTIONS } from "@/components/search-params";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { PageHeader } from "@/components/ui/page-header";
import { Pager } from "@/components/ui/pager";
import { PendingProvider } from "@/components/ui/pending";
import type { Rule } from "@/lib/segments/rule";
import type { SegmentChoice } from "@/lib/segments/types";

/** A list's state from its URL, its filter options, and URLs of the same list with a change each: */
export type ProjectListState = {
  projectId: string;
  /** without filters */
  href: string;
  /** first page */
  first: string;
  /** without the people filter */
  everybody: string;
  /** with the own team, for a list that leaves it out; else null */
  withInternal: string | null;
  /** CSV export */
  file: string;
  range: RangePickerProps;
  countries: SelectOption[];
  segments: SegmentChoice[];
  people: { rule: Rule; conditions: number; words: string | null; problem: string | null };
};

type ProjectListFrameProps = {
  title: string;
  /** One-line description of the list. */
  about: string;
  /** "Visits", "Events": the start of the sentence above the list. */
  what: string;
  state: ProjectListState;
  /** Number of the list's own filters set. */
  active: number;
  file: Pick<ExportProps, "columns" | "preset" | "properties">;
  /** The list's own filters, before and after the shared ones. */
  before?: ReactNode;
  after: ReactNode;
};

type NoMatchesProps = {
  what: "events" | "visits";
  /** Link to the list without filters: its text and URL. */
  all: string;
  href: string;
  withInternal: string | null;
};

type ProjectListBodyProps = {
  state: ProjectListState;
  /** Whether there is something to show. */
  isFilled: boolean;
  /** Whether the list's dates have not come yet. */
  isAhead: boolean;
  /** URLs of other pages, null where there is none. */
  pages: { first: string | null; next: string | null };
  none: Pick<NoMatchesProps, "what" | "all" | "href">;
  children: ReactNode;
};

/** The rows of a project-wide list with its pages, or why there are none. */
export function ProjectListBody({ state, isFilled, isAhead, pages, none, children }: ProjectListBodyProps) {
  if (isFilled)
    return (
      <>
        {children}
        <Pager {...pages} />
      </>
    );
  return isAhead ? <FutureDates href={state.href} /> : <NoMatches {...none} withInternal={state.withInternal} />;
}

/** An empty list: without its filters there may be something, and with the own team. */
function NoMatches({ what, all, href, withInternal }: NoMatchesProps) {
  return (
    <Empty icon={SearchX} title="No matches">
      <p>No {what} on these days match the filters.</p>
      <Link href={href} className="justify-self-center text-primary underline-offset-4 hover:underline">
        {all}
      </Link>
      {withInternal !== null && (
        <Link href={withInternal} className="justify-self-center text-primary underline-offset-4 hover:underline">
          Include {what} of your own team
        </Link>
      )}
    </Empty>
  );
}

/** Header of a project-wide list: date range, export, filters, and the people filter in words. */
export function ProjectListFrame({ title, about, what, state, active, file, before, after }: ProjectListFrameProps) {
  const { people } = state;
  return (
    <>
      <PageHeader
        title={title}
        actions={
          <>
            <RangePicker {...state.range} />
            <ExportButton
              projectId={state.projectId}
              href={state.file}
              what={`these ${what.toLowerCase()}`}
              {...file}
            />
          </>
        }
      >
        {about}
      </PageHeader>
      <FilterBar label={title} active={active + people.conditions}>
        {before}
        <SelectFilter name="who" label="Who" options={WHO_OPTIONS} />
        <SelectFilter name="device" label="Device" options={DEVICE_OPTIONS} />
        <SelectFilter name="country" label="Country" options={state.countries} />
        {after}
        <PendingProvider>
          <FilterButton
            label="People"
            projectId={state.projectId}
            rule={people.rule}
            conditions={people.conditions}
            segments={state.segments}
          />
        </PendingProvider>
        <SelectFilter name="own" label="Own team" none="Own team: left out" options={OWN_TEAM_OPTIONS} />
      </FilterBar>
      <PeopleWords what={what} words={people.words} problem={people.problem} clearHref={state.everybody} />
    </>
  );
}
