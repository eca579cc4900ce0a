"use client";

import { ArrowUpDown } from "lucide-react";
import { parseAsString, useQueryStates } from "nuqs";
import { canSort, columnKindOf, sortedColumn, sortKey, sortsDescendingFirst } from "@/components/columns/list-spec";
import { useListLayout } from "@/components/list/layout-context";
import { usePending } from "@/components/ui/pending";

/** For small screens, which have no column headers. */
export function SortSelect() {
  const { list, layout } = useListLayout();
  const [, startTransition] = usePending();
  const [{ sort }, setParams] = useQueryStates(
    { sort: parseAsString.withDefault(""), cursor: parseAsString },
    { shallow: false, startTransition },
  );
  const ids = [list.first.id, ...layout.columns].filter((id) => canSort(list, id));
  const choose = (key: string) => {
    const down = sortsDescendingFirst(list, sortedColumn(list, key));
    void setParams({ sort: key === "" ? null : `${down ? "-" : ""}${key}`, cursor: null });
  };
  return (
    <span className="relative inline-flex size-8 items-center justify-center rounded-md border border-input sm:hidden">
      <ArrowUpDown aria-hidden="true" className="size-4" />
      <select
        aria-label="Sort by"
        value={sort.replace(/^-/, "")}
        onChange={(event) => choose(event.target.value)}
        className="absolute inset-0 cursor-pointer opacity-0"
      >
        <option value="">Default order</option>
        {ids.map((id) => (
          <option key={id} value={sortKey(list, id)}>
            {columnKindOf(list, id, 30).label}
          </option>
        ))}
      </select>
    </span>
  );
}
