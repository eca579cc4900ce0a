"use client";

import { ArrowUpDown } from "lucide-react";
import { useQueryStates } from "nuqs";
import { columnKind, isSortable, sortKeyOf, startsDescending } from "@/components/users/columns";
import { useListLayout } from "@/components/users/layout-context";
import { columnOf, userListParams } from "@/components/users/params";
import { usePending } from "@/components/users/pending";

/** On small screens, where there are no column heads to click. */
export function SortSelect() {
  const { layout } = useListLayout();
  const [, startTransition] = usePending();
  const [{ sort }, setParams] = useQueryStates(
    { sort: userListParams.sort, cursor: userListParams.cursor },
    { shallow: false, startTransition },
  );
  const ids = ["person", ...layout.columns].filter(isSortable);
  const choose = (key: string) => {
    const id = key === "name" ? "person" : key;
    const parsed = userListParams.sort.parse(`${startsDescending(id) ? "-" : ""}${key}`);
    void setParams({ sort: key === "" ? null : parsed, cursor: null });
  };
  return (
    <span className="relative inline-flex size-8 items-center justify-center rounded-md border border-input sm:hidden">
      <ArrowUpDown aria-hidden="true" className="size-4" />
      <select
        aria-label="Sort by"
        value={sort ? columnOf(sort) : ""}
        onChange={(event) => choose(event.target.value)}
        className="absolute inset-0 cursor-pointer opacity-0"
      >
        <option value="">As the list is</option>
        {ids.map((id) => (
          <option key={id} value={sortKeyOf(id)}>
            {columnKind(id, 30).label}
          </option>
        ))}
      </select>
    </span>
  );
}
