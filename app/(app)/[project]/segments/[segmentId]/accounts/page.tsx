import type { Metadata } from "next";
import { Suspense } from "react";
import { AccountToolbar } from "@/components/accounts/list-toolbar";
import { NoAccounts } from "@/components/accounts/no-accounts";
import { accountRows, loadAccountList } from "@/components/accounts/read-accounts";
import { LayoutProvider } from "@/components/list/layout-context";
import { ListRows } from "@/components/list/list-rows";
import { GrowthPanel } from "@/components/segments/panels";
import { SegmentHeader } from "@/components/segments/segment-header";
import { PendingProvider } from "@/components/ui/pending";
import { Skeleton } from "@/components/ui/skeleton";
import { countAccounts } from "@/lib/accounts/list/list.queries";
import { requireAccountSegment } from "@/lib/auth/segment-page";
import { pluralCount } from "@/lib/format/number";
import { listLayout } from "@/lib/preferences/preferences.queries";
import { compileAccountRule } from "@/lib/segments/compile.queries";
import { accountMembersRule } from "@/lib/segments/named-rules";
import { readAccountFilter } from "@/lib/segments/read-account-filter";
import { segmentsIn } from "@/lib/segments/rule";
import { accountRuleInWords } from "@/lib/segments/rule-text";
import { segmentNames } from "@/lib/segments/segments.queries";
import { saveLayout } from "../../../column-actions";
import { removeSegment } from "../../../segment-actions";

type Props = {
  params: Promise<{ project: string; segmentId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, segmentId } = await params;
  return { title: (await requireAccountSegment(project, segmentId)).segment.name };
}

/** A segment of accounts: its rule, size over time and members. */
export default async function AccountSegmentPage({ params, searchParams }: Props) {
  const { project: projectId, segmentId } = await params;
  const { scope, project, member, segment, may } = await requireAccountSegment(projectId, segmentId);
  const state = await loadAccountList(searchParams);
  const members = accountMembersRule(segment.id);
  const [filter, layout, names] = await Promise.all([
    readAccountFilter(scope, state.filter, members),
    listLayout(scope, member?.id ?? null, "accounts"),
    segmentNames(scope, segmentsIn(segment.rule)),
  ]);
  const path = `/${project.id}/segments/${segment.id}/accounts`;
  const shown = await accountRows({ scope, path, state, filter, layout });
  const total = compileAccountRule(scope, members).then((all) => countAccounts(scope, all));
  return (
    <>
      <SegmentHeader
        projectId={project.id}
        segment={segment}
        words={accountRuleInWords(segment.rule, { segments: names })}
        total={total.then((value) => pluralCount(value, "account"))}
        remove={removeSegment}
        mayAlert={may.manage}
      />
      {state.cursor === null && (
        <div className="border-t">
          <Suspense fallback={<Skeleton className="h-40 w-full opacity-60" />}>
            <GrowthPanel scope={scope} segmentId={segment.id} of="accounts" />
          </Suspense>
        </div>
      )}
      <LayoutProvider list="accounts" projectId={project.id} layout={layout} save={saveLayout}>
        <PendingProvider>
          <h2 className="border-t px-4 pt-4 font-medium text-sm sm:px-6">Accounts</h2>
          <AccountToolbar projectId={project.id} path={path} state={state} layout={layout} filter={null} />
          <ListRows
            path={path}
            state={state}
            {...shown}
            caption={segment.name}
            empty={<NoAccounts path={path} projectId={project.id} state={state} ofSegment />}
          />
        </PendingProvider>
      </LayoutProvider>
    </>
  );
}
