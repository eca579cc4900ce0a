import type { ReactNode } from "react";
import { AccountHeader } from "@/components/accounts/account-header";
import { AccountActivity } from "@/components/accounts/activity";
import { AccountPageTabs } from "@/components/accounts/page-tabs";
import { CALENDAR_WEEKS } from "@/components/charts/calendar-days";
import { accountHref } from "@/components/people/account";
import { accountDays, accountNumbers } from "@/lib/accounts/page/numbers.queries";
import { accountMembers } from "@/lib/accounts/page/people.queries";
import type { AccountSummary } from "@/lib/accounts/types";
import { type AccountParams, requireAccountPage } from "@/lib/auth/account-page";
import { readerZone } from "@/lib/http/zone";
import { accountState } from "@/lib/lifecycle/state-in-words.queries";
import { countAccountNotes } from "@/lib/notes/account-notes.queries";
import { riskOfAccount } from "@/lib/risk/account-risk.queries";

const DAY_MS = 86_400_000;
/** As the tab shows them: the name and the type are properties too. */
const propertyCount = ({ name, type, properties }: AccountSummary): number =>
  Object.keys(properties).length + Number(name !== null) + Number(type !== null);
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

type Props = { params: Promise<AccountParams>; children: ReactNode };

export default async function AccountLayout({ params, children }: Props) {
  const { project: projectId, accountId } = await params;
  const { scope, project, account } = await requireAccountPage(projectId, accountId);
  const now = Date.now();
  const [numbers, days, members, zone, state, risk, notes] = await Promise.all([
    accountNumbers(scope, account.id, dayOf(now)),
    accountDays(scope, account.id, dayOf(now - CALENDAR_WEEKS * 7 * DAY_MS)),
    accountMembers(scope, account.id),
    readerZone(),
    accountState(scope, account.id, now),
    riskOfAccount(scope, account.id),
    countAccountNotes(scope, account.id),
  ]);
  const href = accountHref(project.id, account.id);
  return (
    <>
      <AccountHeader
        account={account}
        members={members}
        state={state}
        risk={risk}
        clock={{ now, zone }}
        projectId={project.id}
        href={href}
      />
      <AccountActivity numbers={numbers} days={days} now={now} href={href} />
      <AccountPageTabs
        href={href}
        people={members.members + members.former + members.internal}
        properties={propertyCount(account)}
        notes={notes}
      />
      {children}
    </>
  );
}
