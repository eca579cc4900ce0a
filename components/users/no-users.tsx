import { Flame, FlaskConical, MoonStar, SearchX, UserRoundX, Users } from "lucide-react";
import { listHref, type UserListState } from "@/components/columns/list-url";
import type { UserRow } from "@/components/people/row";
import { ToInstall } from "@/components/to-install";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { BySight } from "@/components/ui/sight";
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
          {search === "" ? (
            <BySight
              masked="You may not see names and personal properties here, so conditions on them find nobody. Remove or relax a condition."
              full="Remove or relax a condition."
            />
          ) : (
            <BySight
              masked="You may not see names here, so only complete ids are searched, as they are shown on a person's page."
              full="Names, e-mails, ids and property values are searched. Anonymous visitors match by complete id or by property. Try a shorter search."
            />
          )}
        </p>
        <Button asChild variant="outline" className="justify-self-center">
          <Link href={listHref(path, { ...state, search: "", filter: "", cursor: null })}>
            {ofSegment ? "Show all members" : "Show everyone"}
          </Link>
        </Button>
      </Empty>
    );
  }
  if (ofSegment) {
    return (
      <Empty icon={Users} title="Nobody is in this segment now">
        <p>People who match its rule, or are added to its list, appear here automatically.</p>
        <Button asChild variant="outline" className="justify-self-center">
          <Link href={`${path}/edit`}>Edit the segment</Link>
        </Button>
      </Empty>
    );
  }
  if (show === "internal") {
    return (
      <Empty icon={FlaskConical} title="Nobody is left out">
        <p>
          Your own team and test users appear here once you list them in Settings, or choose “Leave out of all counts”
          on a person's page. No count includes them.
        </p>
        <Button asChild variant="outline" className="justify-self-center">
          <Link href={`/${projectId}/settings`}>Open settings</Link>
        </Button>
      </Empty>
    );
  }
  if (show === "power") {
    return (
      <Empty icon={Flame} title={`No power users in the last ${state.window} days`}>
        <p>Users active on at least one day in four appear here. Try another window.</p>
      </Empty>
    );
  }
  if (show === "quiet") {
    return (
      <Empty icon={MoonStar} title="Nobody is going quiet">
        <p>
          Identified users who fall out of their own rhythm appear here, with the reason. The list is computed once a
          day.
        </p>
      </Empty>
    );
  }
  if (show === "identified") {
    return (
      <Empty icon={UserRoundX} title="Nobody has been identified yet">
        <p>
          Call <code className="font-mono text-foreground">identify</code> where your users log in. Their earlier
          anonymous visits join their timeline automatically.
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
    <Empty icon={Users} title="No visitors yet">
      <p>Paste the snippet into your site and open it in another tab: you will appear here within seconds.</p>
      <ToInstall projectId={projectId} />
    </Empty>
  );
}
