"use client";

import { ArrowUpDown } from "lucide-react";
import { parseAsString, useQueryStates } from "nuqs";
import { columnKind, isSortable, sortKeyOf, startsDescending } from "@/components/people/columns";
import { columnOf, parseSort } from "@/components/people/list-state";
import { usePending } from "@/components/ui/pending";
import { useListLayout } from "@/components/users/layout-context";

/** For small screens, which have no column headers. */
export function SortSelect() {
  const { layout } = useListLayout();
  const [, startTransition] = usePending();
  const [{ sort }, setParams] = useQueryStates(
    { sort: parseAsString.withDefault(""), cursor: parseAsString },
    { shallow: false, startTransition },
  );
  const chosen = parseSort(sort);
  const ids = ["person", ...layout.columns].filter(isSortable);
  const choose = (key: string) => {
    const id = key === "name" ? "person" : key;
    void setParams({ sort: key === "" ? null : `${startsDescending(id) ? "-" : ""}${key}`, cursor: null });
  };
  return (
    <span className="relative inline-flex size-8 items-center justify-center rounded-md border border-input sm:hidden">
      <ArrowUpDown aria-hidden="true" className="size-4" />
      <select
        aria-label="Sort by"
        value={chosen ? columnOf(chosen) : ""}
        onChange={(event) => choose(event.target.value)}
        className="absolute inset-0 cursor-pointer opacity-0"
      >
        <option value="">Default order</option>
        {ids.map((id) => (
          <option key={id} value={sortKeyOf(id)}>
            {columnKind(id, 30).label}
          </option>
        ))}
      </select>
    </span>
  );
}
