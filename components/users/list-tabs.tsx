import { Suspense } from "react";
import { listHref, type UserListState } from "@/components/columns/list-url";
import { TabPill } from "@/components/list/tab-pill";
import { addTotals, formatTotal } from "@/components/people/total";
import { CurrentInView } from "@/components/ui/current-in-view";
import { TabLinks } from "@/components/ui/tab-links";
import type { Tab, Total } from "@/lib/profiles/types";

export type TabTotals = Record<"identified" | "anonymous" | "internal" | "shown", Promise<Total>>;

const LABELS: { [Show in Tab]: string } = {
  everyone: "Everyone",
  identified: "Identified",
  anonymous: "Anonymous",
  power: "Power users",
  quiet: "Going quiet",
  internal: "Own team and tests",
};

type ListTabsProps = { path: string; state: UserListState; totals: TabTotals };

/** The tabs, with counts that stream in without delaying the page. */
export function ListTabs({ path, state, totals }: ListTabsProps) {
  const tabs = (Object.keys(LABELS) as Tab[]).map((show) => ({
    href: listHref(path, { ...state, tab: show, cursor: null, sort: null }),
    label: LABELS[show],
    current: show === state.tab,
    extra: hasCount(show, state.tab) && (
      <Suspense fallback={<TabPill>&nbsp;</TabPill>}>
        <Count total={totalOf(show, totals)} />
      </Suspense>
    ),
  }));
  return (
    <div className="border-b px-4 sm:px-6">
      <CurrentInView />
      <TabLinks label="Which users" tabs={tabs} className="-ml-2 overflow-x-auto [scrollbar-width:none]" />
    </div>
  );
}

/** Power users and going quiet are counted only on their own tab, as each count reads everybody. */
const hasCount = (show: Tab, current: Tab) => show === current || (show !== "power" && show !== "quiet");

async function totalOf(show: Tab, totals: TabTotals): Promise<Total> {
  if (show === "identified" || show === "anonymous" || show === "internal") return totals[show];
  if (show === "everyone") return addTotals(await totals.identified, await totals.anonymous);
  return totals.shown;
}

async function Count({ total }: { total: Promise<Total> }) {
  return <TabPill>{formatTotal(await total)}</TabPill>;
}
