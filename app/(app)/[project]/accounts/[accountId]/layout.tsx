import type { ReactNode } from "react";
import { AccountHeader } from "@/components/accounts/account-header";
import { AccountActivity } from "@/components/accounts/activity";
import { AccountPageTabs } from "@/components/accounts/page-tabs";
import { readAccountHead } from "@/components/accounts/read-head";
import { accountHref } from "@/components/people/account";
import type { AccountSummary } from "@/lib/accounts/types";
import { type AccountParams, requireAccountPage } from "@/lib/auth/account-page";
import { readerZone } from "@/lib/http/zone";

/** As the tab shows them: the name and the type are properties too. */
const propertyCount = ({ name, type, properties }: AccountSummary): number =>
  Object.keys(properties).length + Number(name !== null) + Number(type !== null);

type Props = { params: Promise<AccountParams>; children: ReactNode };

export default async function AccountLayout({ params, children }: Props) {
  const { project: projectId, accountId } = await params;
  const { scope, project, account } = await requireAccountPage(projectId, accountId);
  const now = Date.now();
  const [{ counts, days, periods, state, risk, notes }, zone] = await Promise.all([
    readAccountHead(scope, account, now),
    readerZone(),
  ]);
  const href = accountHref(project.id, account.id);
  return (
    <>
      <AccountHeader
        account={account}
        counts={counts}
        state={state}
        risk={risk}
        clock={{ now, zone }}
        projectId={project.id}
        href={href}
      />
      <AccountActivity periods={periods} days={days} now={now} href={href} />
      <AccountPageTabs
        href={href}
        people={counts.people + counts.former + counts.internal}
        properties={propertyCount(account)}
        notes={notes}
      />
      {children}
    </>
  );
}
