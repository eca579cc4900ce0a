import { type ReactNode, Suspense } from "react";
import { listHref } from "@/components/columns/list-url";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import type { AccountTotals } from "@/lib/accounts/list/list.queries";
import { pluralCount } from "@/lib/format/number";
import { TAB_RULES } from "./list-tabs";
import type { AccountListState } from "./read-accounts";

type AccountSummaryProps = {
  path: string;
  state: AccountListState;
  totals: Promise<AccountTotals>;
  /** The filter in words; null without one. */
  words: string | null;
  /** Action on these accounts: save as segment. */
  children?: ReactNode;
};

/** The number of accounts, and why they are listed. Renders nothing where the tabs suffice. */
export function AccountListSummary({ path, state, totals, words, children }: AccountSummaryProps) {
  const rule = TAB_RULES[state.tab];
  if (rule === null && words === null && state.search === "") return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t bg-muted/40 px-4 py-2 text-[13px] sm:px-6">
      <p className="min-w-0 flex-1 basis-64 text-pretty">
        <Suspense fallback={<Skeleton className="inline-block h-3.5 w-16 align-middle" />}>
          <Total state={state} totals={totals} />
        </Suspense>
        <span className="text-muted-foreground">
          {state.search !== "" && ` matching “${state.search}”`}
          {words !== null && whichAccounts(words)}
          {rule !== null && `${words === null ? ":" : ";"} ${rule}`}
        </span>
      </p>
      {children}
      {(words !== null || state.search !== "") && (
        <Link
          href={listHref(path, { ...state, filter: "", search: "", cursor: null })}
          className="rounded-sm text-muted-foreground underline-offset-4 hover:text-foreground hover:underline"
        >
          Clear
        </Link>
      )}
    </div>
  );
}

/** The rest of the sentence that starts "12 accounts": " with at least 10 people". */
const whichAccounts = (words: string): string => words.replace(/^accounts\b/, "");

const Total = async ({ state, totals }: Pick<AccountSummaryProps, "state" | "totals">) => (
  <span className="whitespace-nowrap font-medium tabular-nums">
    {pluralCount((await totals)[state.tab], "account")}
  </span>
);
