import type { ReactNode } from "react";
import { LongList } from "@/components/list/long-list";
import { type UserListState, userListHref } from "@/components/people/list-state";
import type { UserRow } from "@/components/people/row";
import { pack } from "@/components/ui/packed";
import { Pager } from "@/components/ui/pager";
import { Stale } from "@/components/ui/pending";
import { NoUsers } from "@/components/users/no-users";

type PeopleProps = {
  path: string;
  projectId: string;
  state: UserListState;
  rows: UserRow[];
  next: string | null;
  /** Suggestions when there are no rows. */
  near: UserRow[];
  caption: string;
  /** The list shows a segment's members. */
  ofSegment?: boolean;
};

/** The table and its pager, or an empty state. Scrolls inside its box on large screens. */
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

/** As high as the window on large screens, so that headers and pager stay visible while the rows scroll. */
export const Screen = ({ children }: { children: ReactNode }) => (
  <div className="lg:flex lg:h-dvh lg:flex-col [&>*]:shrink-0">{children}</div>
);
