import { Building2, FlaskConical, ListFilter, MoonStar, SearchX, Sprout, TrendingUp } from "lucide-react";
import { listHref } from "@/components/columns/list-url";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import type { AccountListState } from "./read-accounts";

type NoAccountsProps = { path: string; projectId: string; state: AccountListState; ofSegment?: true };

/** Explains why the list is empty and what to do. */
export function NoAccounts({ path, projectId, state, ofSegment }: NoAccountsProps) {
  if (state.filter !== "") {
    return (
      <Empty icon={ListFilter} title="No account matches this filter">
        <p>Nothing on this tab meets all of its conditions right now.</p>
        <Button asChild variant="outline" className="justify-self-center">
          <Link href={listHref(path, { ...state, filter: "", cursor: null })}>Show without the filter</Link>
        </Button>
      </Empty>
    );
  }
  if (state.search !== "") {
    return (
      <Empty icon={SearchX} title={`No account matches “${state.search}”`}>
        <p>Names, ids, domains and property values are searched. Try a shorter search.</p>
        <Button asChild variant="outline" className="justify-self-center">
          <Link href={listHref(path, { ...state, search: "", cursor: null })}>Show all accounts</Link>
        </Button>
      </Empty>
    );
  }
  if (ofSegment) {
    return (
      <Empty icon={ListFilter} title="No account is in this segment right now">
        <p>Accounts appear here as soon as they meet its rule.</p>
      </Empty>
    );
  }
  switch (state.tab) {
    case "quiet":
      return (
        <Empty icon={MoonStar} title="No account is going quiet">
          <p>Accounts appear here once at most half of their usual people are active, with the numbers.</p>
        </Empty>
      );
    case "growing":
      return (
        <Empty icon={TrendingUp} title="No account is growing right now">
          <p>Accounts whose weekly active people grew by at least half, and by at least two, appear here.</p>
        </Empty>
      );
    case "new":
      return (
        <Empty icon={Sprout} title="No new account in the last 30 days">
          <p>Accounts appear here for their first 30 days.</p>
        </Empty>
      );
    case "internal":
      return (
        <Empty icon={FlaskConical} title="No account is left out">
          <p>
            Your own team’s accounts and test accounts appear here once you list them in Settings. No count includes
            them.
          </p>
          <Button asChild variant="outline" className="justify-self-center">
            <Link href={`/${projectId}/settings`}>Open settings</Link>
          </Button>
        </Empty>
      );
    case "all":
      return (
        <Empty icon={Building2} title="No accounts yet">
          <p>
            An account is a company that your users belong to. Call{" "}
            <code className="font-mono text-foreground">group</code> with its id where they log in, or choose in the
            settings which property or e-mail domain identifies it.
          </p>
          <Button asChild className="justify-self-center">
            <Link href={`/${projectId}/setup`}>Show me how</Link>
          </Button>
        </Empty>
      );
  }
}
