import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import { isSortable, sortKeyOf, startsDescending } from "@/components/people/columns";
import { columnOf, type UserListState, userListHref } from "@/components/people/list-state";
import { cn } from "@/components/ui/cn";
import type { Sort } from "@/lib/profiles/types";

export type Sorting = { path: string; state: UserListState };

/** The default sort of each list, as in lib/profiles. */
function sortShown({ sort, tab }: UserListState): { key: string; order: Sort["order"] } | null {
  if (sort) return { key: columnOf(sort), order: sort.order };
  if (tab === "power") return { key: "windowDays", order: "desc" };
  return tab === "quiet" ? null : { key: "lastSeen", order: "desc" };
}

export function ariaSort(id: string, { state }: Sorting): "ascending" | "descending" | undefined {
  const shown = sortShown(state);
  if (shown?.key !== sortKeyOf(id)) return undefined;
  return shown.order === "asc" ? "ascending" : "descending";
}

type ColumnHeaderProps = { id: string; kind: { label: string; number?: true }; sorting: Sorting };

/** A column header; its link cycles through sort, reverse and the default order. */
export function ColumnHeader({ id, kind, sorting }: ColumnHeaderProps) {
  const { label, number } = kind;
  if (!isSortable(id)) return <span className="block truncate">{label}</span>;
  const { state, path } = sorting;
  const now = ariaSort(id, sorting);
  const Arrow = now === "ascending" ? ArrowUp : ArrowDown;
  return (
    <Link
      href={userListHref(path, { ...state, sort: nextSort(id, state), cursor: null })}
      prefetch={false}
      scroll={false}
      draggable={false}
      title={`Sort by ${label}`}
      className={cn(
        "group/sort inline-flex max-w-full align-middle items-center gap-1 rounded-sm hover:text-foreground",
        number && "flex-row-reverse",
      )}
    >
      <span className="truncate">{label}</span>
      <Arrow
        aria-hidden="true"
        className={`size-3 shrink-0 ${now ? "text-foreground" : "opacity-0 group-hover/sort:opacity-50"}`}
      />
    </Link>
  );
}

function nextSort(id: string, state: UserListState): Sort | null {
  const key = sortKeyOf(id);
  const by = (key.startsWith("p:") ? { property: key.slice(2) } : key) as Sort["by"];
  const first: Sort["order"] = startsDescending(id) ? "desc" : "asc";
  const shown = sortShown(state);
  if (shown?.key !== key) return { by, order: first };
  if (shown.order === first) return { by, order: first === "asc" ? "desc" : "asc" };
  return null;
}
