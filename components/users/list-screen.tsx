import type { ReactNode } from "react";
import { type UserListState, userListHref } from "@/components/people/list-state";
import type { UserRow } from "@/components/people/row";
import { pack } from "@/components/ui/packed";
import { Pager } from "@/components/ui/pager";
import { Stale } from "@/components/ui/pending";
import { LongList } from "@/components/users/long-list";
import { NoUsers } from "@/components/users/no-users";

type PeopleProps = {
  path: string;
  projectId: string;
  state: UserListState;
  rows: UserRow[];
  next: string | null;
  /** Where there are no rows: whom the search may mean. */
  near: UserRow[];
  caption: string;
  /** Of a segment's members, not of everyone. */
  ofSegment?: boolean;
};

/** A page of people, the way to the next, or why there is nobody. Scrolls within itself where there is room for that. */
export function People({ path, projectId, state, rows, next, near, caption, ofSegment = false }: PeopleProps) {
  if (rows.length === 0) {
    const start = state.cursor === null ? null : userListHref(path, { ...state, cursor: null });
    return (
      <>
        <Stale className="border-t lg:min-h-0 lg:flex-1 lg:overflow-y-auto">
          <NoUsers path={path} projectId={projectId} state={state} near={near} ofSegment={ofSegment} />
        </Stale>
        <Pager first={start} next={null} />
      </>
    );
  }
  return (
    <LongList
      key={userListHref(path, state)}
      rows={pack(rows)}
      next={next}
      sorting={{ path, state }}
      caption={caption}
      first={state.cursor === null ? null : userListHref(path, { ...state, cursor: null })}
    />
  );
}

/** As high as the window on large screens, so that heads and pages stay in sight while the rows scroll. */
export const Screen = ({ children }: { children: ReactNode }) => (
  <div className="lg:flex lg:h-dvh lg:flex-col [&>*]:shrink-0">{children}</div>
);
