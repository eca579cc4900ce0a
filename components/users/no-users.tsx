import { SearchX, UserRoundX, Users } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import type { Shown } from "@/components/users/params";

/** Why the list is empty, and what to do about it. */
export function NoUsers({ projectId, show, q }: { projectId: string; show: Shown; q: string }) {
  if (q !== "") {
    return (
      <Empty icon={SearchX} title={`Nobody matches “${q}”`}>
        <p>
          Names, e-mails, ids and property values are searched. Anonymous visitors are found by their whole id. Try a
          shorter part of it.
        </p>
        <Button asChild variant="outline" className="justify-self-center">
          <Link href={`/${projectId}/users`}>Show everyone</Link>
        </Button>
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
