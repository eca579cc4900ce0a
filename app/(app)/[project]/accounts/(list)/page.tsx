import type { Metadata } from "next";
import { AccountListSummary } from "@/components/accounts/list-summary";
import { AccountTabs } from "@/components/accounts/list-tabs";
import { AccountToolbar } from "@/components/accounts/list-toolbar";
import { NoAccounts } from "@/components/accounts/no-accounts";
import { accountRows, loadAccountList } from "@/components/accounts/rows";
import { LayoutProvider } from "@/components/list/layout-context";
import { ListRows, Screen } from "@/components/list/list-rows";
import { PageHeader } from "@/components/ui/page-header";
import { PendingProvider } from "@/components/ui/pending";
import { accountTotals } from "@/lib/accounts/list/list.queries";
import { requireMember } from "@/lib/auth/guard";
import { awaitedLater } from "@/lib/faults/awaited-later";
import { listLayout } from "@/lib/preferences/preferences.queries";
import { readAccountStates } from "@/lib/segments/account-states.queries";
import { saveLayout } from "../../column-actions";

export const metadata: Metadata = { title: "Accounts" };

type Props = {
  params: Promise<{ project: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function AccountsPage({ params, searchParams }: Props) {
  const { scope, project, member } = await requireMember((await params).project);
  const state = await loadAccountList(searchParams);
  const path = `/${project.id}/accounts`;
  const layout = await listLayout(scope, member.id, "accounts");
  const shown = readAccountStates(scope.projectId, state.filter, Date.now());
  const page = await accountRows({ scope, path, state, layout });
  const totals = accountTotals(scope, state.search, shown.where);
  awaitedLater(totals);
  return (
    <Screen>
      <LayoutProvider list="accounts" projectId={project.id} layout={layout} save={saveLayout}>
        <PendingProvider>
          <PageHeader title="Accounts" />
          <AccountTabs path={path} state={state} totals={totals} />
          <AccountToolbar projectId={project.id} path={path} state={state} layout={layout} />
          <AccountListSummary path={path} state={state} totals={totals} words={shown.words} />
          <ListRows
            path={path}
            state={state}
            {...page}
            caption="Accounts"
            empty={<NoAccounts path={path} projectId={project.id} state={state} />}
          />
        </PendingProvider>
      </LayoutProvider>
    </Screen>
  );
}
