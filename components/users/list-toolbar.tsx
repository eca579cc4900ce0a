import { Eraser } from "lucide-react";
import type { ReactNode } from "react";
import { columnsShown } from "@/components/columns/list-spec";
import { listHref, type UserListState } from "@/components/columns/list-url";
import { ExportButton } from "@/components/export/export-button";
import { ChooseToMerge } from "@/components/identity/selection";
import { ColumnsButton } from "@/components/list/columns-button";
import { SearchBox } from "@/components/list/search-box";
import { SortSelect } from "@/components/list/sort-select";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { WindowLinks } from "@/components/users/window-links";
import { PEOPLE_FILE_COLUMNS } from "@/lib/export/people";
import type { ListLayout } from "@/lib/preferences/layout";
import type { WindowDays } from "@/lib/profiles/types";

type ListToolbarProps = {
  projectId: string;
  path: string;
  state: UserListState;
  layout: ListLayout;
  filter: ReactNode;
  /** Where to erase the people of this list; null for members who may not. */
  eraseHref: string | null;
};

/** Search, filter, columns and export of the list. */
export function ListToolbar({ projectId, path, state, layout, filter, eraseHref }: ListToolbarProps) {
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 py-2.5 sm:px-6">
      <SearchBox />
      {filter}
      {state.tab === "power" && <WindowLinks path={path} state={state} />}
      <div className="ml-auto flex gap-2">
        <ChooseToMerge />
        <SortSelect />
        <ColumnsButton projectId={projectId} />
        <ExportButton
          projectId={projectId}
          href={listHref(`${path}/export`, { ...state, cursor: null })}
          what="these people"
          columns={PEOPLE_FILE_COLUMNS}
          preset={shownColumns(state, layout)}
          properties={{ of: "people" }}
        />
        {eraseHref && (
          <Button asChild variant="outline" size="sm" title="Erase these people…">
            <Link href={eraseHref} prefetch={false}>
              <Eraser aria-hidden="true" />
              <span className="sr-only">Erase these people…</span>
            </Link>
          </Button>
        )}
      </div>
    </div>
  );
}

/** The list's current columns, for the export. */
const shownColumns = (state: UserListState, layout: ListLayout): string[] => [
  ...new Set([
    "ref",
    "name",
    "email",
    ...columnsShown("users", layout, state.tab).flatMap((id) => exported(id, state.window)),
  ]),
];

/** A column's name in the export. */
function exported(id: string, days: WindowDays): string[] {
  if (id === "person") return [];
  if (id === "windowDays") return [`activeDays${days}`];
  return [id === "windowEvents" ? `events${days}` : id];
}
