import type { Metadata } from "next";
import { Suspense } from "react";
import { eraseHref } from "@/components/columns/list-url";
import { MergeSelection } from "@/components/identity/selection";
import { LayoutProvider } from "@/components/list/layout-context";
import { LeaveOut } from "@/components/people/leave-out";
import { formatPeople } from "@/components/people/total";
import { GrowthPanel, StandOutPanel } from "@/components/segments/panels";
import { SegmentHeader } from "@/components/segments/segment-header";
import { PendingProvider } from "@/components/ui/pending";
import { Skeleton } from "@/components/ui/skeleton";
import { PeopleList } from "@/components/users/list-screen";
import { ListToolbar } from "@/components/users/list-toolbar";
import { listOptionsOf, loadUserListParams, peopleRows } from "@/components/users/read-people";
import { requirePeopleSegment } from "@/lib/auth/segment-page";
import { listLayout } from "@/lib/preferences/preferences.queries";
import { tabTotals } from "@/lib/profiles/list/list.queries";
import { ownTeamOf } from "@/lib/projects/projects.queries";
import { membersRule } from "@/lib/segments/named-rules";
import { readFilter } from "@/lib/segments/read-filter";
import { segmentsIn } from "@/lib/segments/rule";
import { ruleInWords } from "@/lib/segments/rule-text";
import { segmentNames } from "@/lib/segments/segments.queries";
import { saveLayout } from "../../column-actions";
import { makeCorrectionAction, previewCorrectionAction } from "../../correction-actions";
import { excludeSegment } from "../../own-team-actions";
import { removeSegment } from "../../segment-actions";

type Props = {
  params: Promise<{ project: string; segmentId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, segmentId } = await params;
  return { title: (await requirePeopleSegment(project, segmentId)).segment.name };
}

export default async function SegmentPage({ params, searchParams }: Props) {
  const { project: projectId, segmentId } = await params;
  const { scope, project, member, segment, may } = await requirePeopleSegment(projectId, segmentId);
  const state = await loadUserListParams(searchParams);
  const [filter, layout, names, ownTeam] = await Promise.all([
    readFilter(scope, state.filter, membersRule(segment.id)),
    listLayout(scope, member?.id ?? null, "users"),
    segmentNames(scope, segment.rule ? segmentsIn(segment.rule) : []),
    ownTeamOf(scope),
  ]);
  const list = { projectId: project.id, path: `/${project.id}/segments/${segment.id}`, state };
  const shown = await peopleRows({ scope, path: list.path, state, filter, layout });
  const totals = tabTotals(scope, listOptionsOf(state, filter));
  const erasing = may.erase ? eraseHref(project.id, state, segment.id) : null;
  const waiting = <Skeleton className="h-40 w-full opacity-60" />;
  return (
    <>
      <SegmentHeader
        projectId={project.id}
        segment={segment}
        words={segment.rule && ruleInWords(segment.rule, { segments: names })}
        total={totals.shown.then(formatPeople)}
        remove={removeSegment}
        mayAlert={may.manage}
        internal={totals.internal}
      >
        {may.manage && (
          <LeaveOut
            projectId={project.id}
            of={segment.id}
            isOut={ownTeam.segments.includes(segment.id)}
            action={excludeSegment}
          />
        )}
      </SegmentHeader>
      {state.cursor === null && (
        <div className="grid border-t lg:grid-cols-2 lg:divide-x">
          <Suspense fallback={waiting}>
            <GrowthPanel scope={scope} segmentId={segment.id} of="people" />
          </Suspense>
          <Suspense fallback={waiting}>
            <StandOutPanel scope={scope} segmentId={segment.id} />
          </Suspense>
        </div>
      )}
      <LayoutProvider list="users" projectId={project.id} layout={layout} save={saveLayout}>
        <PendingProvider>
          <MergeSelection
            actions={{ projectId: project.id, preview: previewCorrectionAction, make: makeCorrectionAction }}
            eraseHref={erasing && `/${project.id}/erasures/new`}
          >
            <h2 className="border-t px-4 pt-4 font-medium text-sm sm:px-6">Members</h2>
            <ListToolbar {...list} layout={layout} filter={null} eraseHref={erasing} />
            <PeopleList {...list} {...shown} caption={segment.name} ofSegment />
          </MergeSelection>
        </PendingProvider>
      </LayoutProvider>
    </>
  );
}
