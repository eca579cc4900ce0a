import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { ColumnsButton } from "@/components/users/columns-button";
import { type UserListState, userListHref } from "@/components/users/list-state";
import { SearchBox } from "@/components/users/search-box";
import { SortSelect } from "@/components/users/sort-select";
import { WindowLinks } from "@/components/users/window-links";
import type { ListLayout } from "@/lib/preferences/layout";
import { EXPORT_COLUMNS } from "@/lib/profiles/export.queries";

type ListToolbarProps = {
  projectId: string;
  path: string;
  state: UserListState;
  layout: ListLayout;
  filter: ReactNode;
};

/** What narrows the list, and what is done with it. */
export function ListToolbar({ projectId, path, state, layout, filter }: ListToolbarProps) {
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 py-2.5 sm:px-6">
      <SearchBox />
      {filter}
      {state.tab === "power" && <WindowLinks path={path} state={state} />}
      <div className="ml-auto flex gap-2">
        <SortSelect />
        <ColumnsButton projectId={projectId} />
        <Button asChild variant="outline" size="sm">
          <a href={exportHref(path, state, layout)} download title="Export these people as CSV">
            <Download aria-hidden="true" />
            <span className="max-md:sr-only">Export CSV</span>
          </a>
        </Button>
      </div>
    </div>
  );
}

/** The list as it is shown, all pages of it: the same people and columns. */
function exportHref(path: string, state: UserListState, layout: ListLayout): string {
  const href = userListHref(`${path}/export`, { ...state, cursor: null, sort: null });
  const isKnown = (id: string) => id.startsWith("p:") || (EXPORT_COLUMNS as readonly string[]).includes(id);
  const columns = ["ref", "name", "email", ...layout.columns.filter((id) => id !== "email" && isKnown(id))];
  return `${href}${href.includes("?") ? "&" : "?"}columns=${encodeURIComponent(columns.join(","))}`;
}
