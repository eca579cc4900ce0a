import type { ReactNode } from "react";
import { Pager } from "@/components/ui/pager";
import type { Sorting } from "@/components/users/column-header";
import { type UserListState, userListHref } from "@/components/users/list-state";
import { NoUsers } from "@/components/users/no-users";
import { Stale } from "@/components/users/pending";
import type { UserRow } from "@/components/users/row";
import { UsersTable } from "@/components/users/users-table";

type PeopleProps = {
  path: string;
  projectId: string;
  state: UserListState;
  rows: UserRow[];
  next: string | null;
  caption: string;
};

/** A page of people, the way to the next, or why there is nobody. Scrolls within itself where there is room for that. */
export function People({ path, projectId, state, rows, next, caption }: PeopleProps) {
  const at = (cursor: string | null) => userListHref(path, { ...state, cursor });
  const sorting: Sorting = { path, state };
  return (
    <>
      <Stale className="border-t sm:overflow-x-auto lg:min-h-0 lg:flex-1 lg:overflow-y-auto">
        {rows.length === 0 ? (
          <NoUsers path={path} projectId={projectId} state={state} search={state.search} />
        ) : (
          <UsersTable rows={rows} sorting={sorting} caption={caption} />
        )}
      </Stale>
      <div className="sm:border-t">
        <Pager first={state.cursor === null ? null : at(null)} next={next === null ? null : at(next)} />
      </div>
    </>
  );
}

/** As high as the window on large screens, so that heads and pages stay in sight while the rows scroll. */
export const Screen = ({ children }: { children: ReactNode }) => (
  <div className="lg:flex lg:h-dvh lg:flex-col [&>*]:shrink-0">{children}</div>
);
