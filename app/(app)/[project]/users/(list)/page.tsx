import type { Metadata } from "next";
import { eraseHref } from "@/components/columns/list-url";
import { FilterButton } from "@/components/filters/filter-button";
import { MergeSelection } from "@/components/identity/selection";
import { ListFrame } from "@/components/list/list-frame";
import { SaveSegment } from "@/components/segments/save-segment";
import { PeopleList } from "@/components/users/list-screen";
import { ListSummary } from "@/components/users/list-summary";
import { ListTabs } from "@/components/users/list-tabs";
import { ListToolbar } from "@/components/users/list-toolbar";
import { listOptionsOf, loadUserListParams, peopleRows } from "@/components/users/read-people";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { awaitedLater } from "@/lib/faults/awaited-later";
import { listLayout } from "@/lib/preferences/preferences.queries";
import { tabTotals } from "@/lib/profiles/list/list.queries";
import { encodeRule } from "@/lib/segments/encode-rule";
import { readFilter, ruleOfList } from "@/lib/segments/read-filter";
import { ruleInWords } from "@/lib/segments/rule-text";
import { allSegments, segmentChoices } from "@/lib/segments/segments.queries";
import { saveLayout } from "../../column-actions";
import { makeCorrectionAction, previewCorrectionAction } from "../../correction-actions";
import { makeSegment } from "../../segment-actions";

export const metadata: Metadata = { title: "Users" };

type Props = {
  params: Promise<{ project: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function UsersPage({ params, searchParams }: Props) {
  const { scope, project, member, may } = await requireMemberOrGuest((await params).project);
  const state = await loadUserListParams(searchParams);
  const path = `/${project.id}/users`;
  const reading = awaitedLater(listLayout(scope, member?.id ?? null, "users"), allSegments(scope));
  const filter = await readFilter(scope, state.filter);
  const [layout, segments, shown] = await Promise.all([
    ...reading,
    peopleRows({ scope, path, state, filter, layout: reading[0] }),
  ]);
  const totals = tabTotals(scope, listOptionsOf(state, filter));
  const toSave = ruleOfList({ ...state, rule: filter.rule });
  const canSave = filter.problem === null && toSave.of.length > 0 && state.tab !== "internal";
  return (
    <MergeSelection
      actions={{ projectId: project.id, preview: previewCorrectionAction, make: makeCorrectionAction }}
      eraseHref={may.erase ? `/${project.id}/erasures/new` : null}
    >
      <ListFrame
        list="users"
        title="Users"
        projectId={project.id}
        layout={layout}
        save={saveLayout}
        problem={filter.problem}
        tabs={<ListTabs path={path} state={state} totals={totals} />}
        toolbar={
          <ListToolbar
            projectId={project.id}
            path={path}
            state={state}
            layout={layout}
            eraseHref={may.erase ? eraseHref(project.id, state) : null}
            filter={
              <FilterButton
                projectId={project.id}
                rule={filter.rule}
                conditions={filter.conditions}
                segments={segmentChoices(segments)}
              />
            }
          />
        }
        summary={
          <ListSummary path={path} state={state} total={totals.shown} words={filter.words}>
            {canSave && (
              <SaveSegment
                projectId={project.id}
                filter={encodeRule(toSave)}
                words={ruleInWords(toSave, { segments: new Map(segments.map(({ id, name }) => [id, name])) })}
                save={makeSegment}
              />
            )}
          </ListSummary>
        }
      >
        <PeopleList path={path} projectId={project.id} state={state} {...shown} caption="Users" />
      </ListFrame>
    </MergeSelection>
  );
}
