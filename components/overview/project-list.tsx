import type { ReactNode } from "react";
import { ExportButton } from "@/components/export/export-button";
import type { ExportProps } from "@/components/export/export-panel";
import { FilterButton } from "@/components/filters/filter-button";
import { PeopleWords } from "@/components/filters/people-words";
import { FilterBar } from "@/components/overview/filter-bar";
import { RangePicker, type RangePickerProps } from "@/components/overview/range-picker";
import { type Option, SelectFilter } from "@/components/overview/select-filter";
import { DEVICES, WHO } from "@/components/page-params";
import { PageHeader } from "@/components/ui/page-header";
import { PendingProvider } from "@/components/ui/pending";
import type { Rule } from "@/lib/segments/rule";

/** What the URL of such a list says, and what its filters offer. Addresses are of the list as it is, but: */
export type ProjectListState = {
  projectId: string;
  /** of everything */
  href: string;
  /** of its first page */
  first: string;
  /** of everybody's */
  everybody: string;
  /** as a file */
  file: string;
  range: RangePickerProps;
  countries: Option[];
  segments: { id: string; name: string }[];
  whose: { rule: Rule; conditions: number; words: string | null; problem: string | null };
};

type ProjectListFrameProps = {
  title: string;
  /** What the list is, in a line. */
  about: string;
  /** "Visits", "Events": what the words above the list begin with. */
  what: string;
  state: ProjectListState;
  /** How many of the list's own filters are set. */
  active: number;
  file: Pick<ExportProps, "columns" | "preset" | "properties">;
  /** The list's own filters, before and after those that every such list has. */
  before?: ReactNode;
  after: ReactNode;
};

/** The head of a list of the whole project: its days, its file, its filters, and whose it is in words. */
export function ProjectListFrame({ title, about, what, state, active, file, before, after }: ProjectListFrameProps) {
  const { whose } = state;
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
      <FilterBar label={title} active={active + whose.conditions}>
        {before}
        <SelectFilter name="who" label="Who" options={WHO} />
        <SelectFilter name="device" label="Device" options={DEVICES} />
        <SelectFilter name="country" label="Country" options={state.countries} />
        {after}
        <PendingProvider>
          <FilterButton
            label="People"
            projectId={state.projectId}
            rule={whose.rule}
            conditions={whose.conditions}
            segments={state.segments}
          />
        </PendingProvider>
      </FilterBar>
      <PeopleWords what={what} words={whose.words} problem={whose.problem} clearHref={state.everybody} />
    </>
  );
}
