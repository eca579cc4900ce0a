import type { ReactNode } from "react";
import { ACCOUNTS_LIST, columnsShown } from "@/components/columns/list-spec";
import { listHref } from "@/components/columns/list-url";
import { ExportButton } from "@/components/export/export-button";
import { ColumnsButton } from "@/components/list/columns-button";
import { SearchBox } from "@/components/list/search-box";
import { SortSelect } from "@/components/list/sort-select";
import { ACCOUNT_FILE_COLUMNS } from "@/lib/export/account-columns";
import type { ListLayout } from "@/lib/preferences/layout";
import type { AccountListState } from "./read-accounts";

type AccountToolbarProps = {
  projectId: string;
  path: string;
  state: AccountListState;
  layout: ListLayout;
  filter: ReactNode;
};

/** Search, filter, columns and export of the list. */
export function AccountToolbar({ projectId, path, state, layout, filter }: AccountToolbarProps) {
  const shown = columnsShown("accounts", layout, state.tab).filter((id) => id !== ACCOUNTS_LIST.first.id);
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 py-2.5 sm:px-6">
      <SearchBox />
      {filter}
      <div className="ml-auto flex gap-2">
        <SortSelect />
        <ColumnsButton projectId={projectId} />
        <ExportButton
          projectId={projectId}
          href={listHref(`${path}/export`, { ...state, cursor: null })}
          what="these accounts"
          columns={ACCOUNT_FILE_COLUMNS}
          preset={[...new Set(["id", "name", "domain", ...shown])]}
          properties={{ of: "accounts" }}
        />
      </div>
    </div>
  );
}
