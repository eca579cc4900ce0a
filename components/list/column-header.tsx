import { ArrowDown, ArrowUp } from "lucide-react";
import { canSort, type ListSpec, type SortShown, sortKey, sortsDescendingFirst } from "@/components/columns/list-spec";
import { columnOfSort, type ListSort, type ListState, listHref } from "@/components/columns/list-url";
import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";

export type Sorting = { path: string; state: ListState };

/** The default sort of each list, as in lib/profiles. */
const sortShown = (list: ListSpec, { sort, tab }: ListState): SortShown | null =>
  sort ? { key: columnOfSort(sort), order: sort.order } : list.sortOf(tab);

export function ariaSort(list: ListSpec, id: string, { state }: Sorting): "ascending" | "descending" | undefined {
  const shown = sortShown(list, state);
  if (shown?.key !== sortKey(list, id)) return undefined;
  return shown.order === "asc" ? "ascending" : "descending";
}

type ColumnHeaderProps = { list: ListSpec; id: string; kind: { label: string; number?: true }; sorting: Sorting };

/** A column header; its link cycles through sort, reverse and the default order. */
export function ColumnHeader({ list, id, kind, sorting }: ColumnHeaderProps) {
  const { label, number } = kind;
  if (!canSort(list, id)) return <span className="block truncate">{label}</span>;
  const { state, path } = sorting;
  const now = ariaSort(list, id, sorting);
  const Arrow = now === "ascending" ? ArrowUp : ArrowDown;
  return (
    <Link
      href={listHref(path, { ...state, sort: nextSort(list, id, state), cursor: null })}
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

function nextSort(list: ListSpec, id: string, state: ListState): ListSort | null {
  const key = sortKey(list, id);
  const by = key.startsWith("p:") ? { property: key.slice(2) } : key;
  const first = sortsDescendingFirst(list, id) ? "desc" : "asc";
  const shown = sortShown(list, state);
  if (shown?.key !== key) return { by, order: first };
  if (shown.order === first) return { by, order: first === "asc" ? "desc" : "asc" };
  return null;
}
