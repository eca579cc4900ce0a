import { Suspense } from "react";
import { listHref } from "@/components/columns/list-url";
import { TabPill } from "@/components/list/tab-pill";
import { CurrentInView } from "@/components/ui/current-in-view";
import { TabLinks } from "@/components/ui/tab-links";
import type { AccountTotals } from "@/lib/accounts/list/list.queries";
import { ACCOUNT_TABS, type AccountTab } from "@/lib/accounts/types";
import { formatCount } from "@/lib/format/number";
import type { AccountListState } from "./read-accounts";

const LABELS: { [Tab in AccountTab]: string } = {
  all: "All",
  quiet: "Going quiet",
  growing: "Growing",
  new: "New",
  internal: "Own team and tests",
};

type AccountTabsProps = { path: string; state: AccountListState; totals: Promise<AccountTotals> };

/** The tabs, with counts that stream in without delaying the page. */
export function AccountTabs({ path, state, totals }: AccountTabsProps) {
  const tabs = ACCOUNT_TABS.map((tab) => ({
    href: listHref(path, { ...state, tab, cursor: null, sort: null }),
    label: LABELS[tab],
    current: tab === state.tab,
    extra: (
      <Suspense fallback={<TabPill>&nbsp;</TabPill>}>
        <Total tab={tab} totals={totals} />
      </Suspense>
    ),
  }));
  return (
    <div className="border-b px-4 sm:px-6">
      <CurrentInView />
      <TabLinks label="Which accounts" tabs={tabs} className="-ml-2 overflow-x-auto [scrollbar-width:none]" />
    </div>
  );
}

const Total = async ({ tab, totals }: { tab: AccountTab; totals: Promise<AccountTotals> }) => (
  <TabPill>{formatCount((await totals)[tab])}</TabPill>
);

/** The rule that puts an account on the tab; null if the label says it. */
export const TAB_RULES: { [Tab in AccountTab]: string | null } = {
  all: null,
  quiet: "at most half of their usual people in the last 7 days and in the last full week, largest loss first",
  growing: "at least 1.5 times their usual people, and two more, in the last 7 days and in the last full week",
  new: "first seen in the last 30 days",
  internal: "left out of every count; see the project's settings",
};
