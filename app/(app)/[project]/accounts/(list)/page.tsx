import type { Metadata } from "next";
import { AccountListSummary } from "@/components/accounts/list-summary";
import { AccountTabs } from "@/components/accounts/list-tabs";
import { AccountToolbar } from "@/components/accounts/list-toolbar";
import { NoAccounts } from "@/components/accounts/no-accounts";
import { accountRows, loadAccountList } from "@/components/accounts/read-accounts";
import { FilterButton } from "@/components/filters/filter-button";
import { ListFrame } from "@/components/list/list-frame";
import { ListRows } from "@/components/list/list-rows";
import { SaveSegment } from "@/components/segments/save-segment";
import { accountTotals } from "@/lib/accounts/list/list.queries";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { awaitedLater } from "@/lib/faults/awaited-later";
import { listLayout } from "@/lib/preferences/preferences.queries";
import { encodeAccountRule } from "@/lib/segments/encode-rule";
import { readAccountFilter, ruleOfAccountList } from "@/lib/segments/read-account-filter";
import { accountRuleInWords } from "@/lib/segments/rule-text";
import { allSegments, segmentChoices } from "@/lib/segments/segments.queries";
import { saveLayout } from "../../column-actions";
import { makeSegment } from "../../segment-actions";

export const metadata: Metadata = { title: "Accounts" };

type Props = {
  params: Promise<{ project: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function AccountsPage({ params, searchParams }: Props) {
  const { scope, project, member } = await requireMemberOrGuest((await params).project);
  const state = await loadAccountList(searchParams);
  const path = `/${project.id}/accounts`;
  const reading = awaitedLater(listLayout(scope, member?.id ?? null, "accounts"), allSegments(scope));
  const list = { path, projectId: project.id, state };
  const filter = await readAccountFilter(scope, state.filter);
  const [layout, segments, shown] = await Promise.all([
    ...reading,
    accountRows({ scope, path, state, filter, layout: reading[0] }),
  ]);
  const [totals] = awaitedLater(accountTotals(scope, state.search, filter.compiled));
  const toSave = ruleOfAccountList({ ...state, rule: filter.rule });
  const names = new Map(segments.map(({ id, name }) => [id, name]));
  return (
    <ListFrame
      list="accounts"
      title="Accounts"
      projectId={project.id}
      layout={layout}
      save={saveLayout}
      problem={filter.problem}
      tabs={<AccountTabs path={path} state={state} totals={totals} />}
      toolbar={
        <AccountToolbar
          {...list}
          layout={layout}
          filter={
            <FilterButton
              subject="accounts"
              projectId={project.id}
              rule={filter.rule}
              conditions={filter.conditions}
              segments={segmentChoices(segments)}
            />
          }
        />
      }
      summary={
        <AccountListSummary path={path} state={state} totals={totals} words={filter.words}>
          {filter.problem === null && toSave.of.length > 0 && (
            <SaveSegment
              projectId={project.id}
              subject="accounts"
              filter={encodeAccountRule(toSave)}
              words={accountRuleInWords(toSave, { segments: names })}
              save={makeSegment}
            />
          )}
        </AccountListSummary>
      }
    >
      <ListRows path={path} state={state} {...shown} caption="Accounts" empty={<NoAccounts {...list} />} />
    </ListFrame>
  );
}
