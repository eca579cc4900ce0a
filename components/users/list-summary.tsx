import { Info } from "lucide-react";
import { type ReactNode, Suspense } from "react";
import { listHref, type UserListState } from "@/components/columns/list-url";
import { formatPeople, whichPeople } from "@/components/people/total";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import type { Total } from "@/lib/profiles/types";

type ListSummaryProps = {
  path: string;
  state: UserListState;
  total: Promise<Total>;
  /** The filter in words; null without one. */
  words: string | null;
  /** Action on these people: save as segment. */
  children?: ReactNode;
};

/** The list's filter in words, and the count. Renders nothing where the tabs suffice. */
export function ListSummary({ path, state, total, words, children }: ListSummaryProps) {
  const why = WHY[state.tab]?.(state.window);
  if (words === null && why === undefined && state.search === "") return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t bg-muted/40 px-4 py-2 text-[13px] sm:px-6">
      <p className="min-w-0 flex-1 basis-64 text-pretty">
        <Suspense fallback={<Skeleton className="inline-block h-3.5 w-16 align-middle" />}>
          <Count total={total} />
        </Suspense>
        {state.search !== "" && <span className="text-muted-foreground"> matching “{state.search}”</span>}
        {words !== null && <span className="text-muted-foreground">{whichPeople(words)}</span>}
        {why && (
          <span className="text-muted-foreground">
            {words === null ? ": " : "; "}
            {why}
          </span>
        )}
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

const WHY: { [tab: string]: ((days: number) => string) | undefined } = {
  power: (days) => `active on at least ${Math.ceil(days / 4)} of the last ${days} days, the most active first`,
  quiet: () =>
    "silent for longer than their own rhythm explains and more likely to stay away than to come back, highest expected loss first",
  internal: () => "left out of every count and of the other tabs, by the project's settings",
};

async function Count({ total }: { total: Promise<Total> }) {
  const found = await total;
  return (
    <span className="whitespace-nowrap font-medium tabular-nums">
      {formatPeople(found)}
      {!found.exact && (
        <span title="An exact count would take too long. This is the database's estimate.">
          <Info aria-hidden="true" className="ml-1 inline size-3.5 text-muted-foreground" />
          <span className="sr-only"> (an estimate)</span>
        </span>
      )}
    </span>
  );
}
