import type { UserListState } from "@/components/columns/list-url";
import { ListRows } from "@/components/list/list-rows";
import type { UserRow } from "@/components/people/row";
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

/** The table of people and its pager, or an empty state. */
export const PeopleList = ({ projectId, near, ofSegment = false, ...list }: PeopleProps) => (
  <ListRows
    {...list}
    empty={<NoUsers path={list.path} projectId={projectId} state={list.state} near={near} ofSegment={ofSegment} />}
  />
);
