import { Flame, MoonStar, SearchX, UserRoundX, Users } from "lucide-react";
import Link from "next/link";
import { type UserListState, userListHref } from "@/components/people/list-state";
import type { UserRow } from "@/components/people/row";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { DidYouMean } from "@/components/users/did-you-mean";

type NoUsersProps = {
  path: string;
  projectId: string;
  state: UserListState;
  /** Suggestions from outside this list. */
  near: UserRow[];
  /** The list shows a segment's members. */
  ofSegment: boolean;
};

/** Explains why the list is empty and what to do. */
export function NoUsers({ path, projectId, state, near, ofSegment }: NoUsersProps) {
  const { tab: show, filter, search } = state;
  if (near.length > 0) return <DidYouMean search={search} people={near} />;
  if (search !== "" || filter !== "") {
    return (
      <Empty icon={SearchX} title={search === "" ? "Nobody matches this filter" : `Nobody matches “${search}”`}>
        <p>
          {search === ""
            ? "Take a condition away, or make one wider."
            : "Names, e-mails, ids and property values are searched. Anonymous visitors are found by their whole id or a property. Try a shorter part of it."}
        </p>
        <Button asChild variant="outline" className="justify-self-center">
          <Link href={userListHref(path, { ...state, search: "", filter: "", cursor: null })}>
            {ofSegment ? "Show all members" : "Show everyone"}
          </Link>
        </Button>
      </Empty>
    );
  }
  if (ofSegment) {
    return (
      <Empty icon={Users} title="Nobody is in this segment now">
        <p>Whoever fits its rule, or is added to its list, appears here by themselves.</p>
        <Button asChild variant="outline" className="justify-self-center">
          <Link href={`${path}/edit`}>Edit the segment</Link>
        </Button>
      </Empty>
    );
  }
  if (show === "power") {
    return (
      <Empty icon={Flame} title={`No power users in the last ${state.window} days`}>
        <p>Whoever is active on at least one day in four of the window stands here. Try another window.</p>
      </Empty>
    );
  }
  if (show === "quiet") {
    return (
      <Empty icon={MoonStar} title="Nobody is going quiet">
        <p>Identified users who stay away for longer than is usual for them appear here, with the reason.</p>
      </Empty>
    );
  }
  if (show === "identified") {
    return (
      <Empty icon={UserRoundX} title="Nobody has been identified yet">
        <p>
          Call <code className="font-mono text-foreground">identify</code> where your users log in. Their anonymous
          visits before the login join their story by themselves.
        </p>
        <Button asChild className="justify-self-center">
          <Link href={`/${projectId}/setup`}>Show me how</Link>
        </Button>
      </Empty>
    );
  }
  if (show === "anonymous") {
    return (
      <Empty icon={Users} title="No anonymous visitors">
        <p>Visitors who have not logged in appear here. Everyone seen so far has been identified.</p>
      </Empty>
    );
  }
  return (
    <Empty icon={Users} title="Nobody has come by yet">
      <p>
        Paste the snippet into your site, open it in another tab, and you are the first user on this list within
        seconds.
      </p>
      <Button asChild className="justify-self-center">
        <Link href={`/${projectId}/setup`}>Install the snippet</Link>
      </Button>
    </Empty>
  );
}
