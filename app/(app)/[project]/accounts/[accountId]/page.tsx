import { Blocks } from "lucide-react";
import type { Metadata } from "next";
import { WhoUsesWhat } from "@/components/accounts/who-uses-what";
import { accountHref } from "@/components/people/account";
import { Empty } from "@/components/ui/empty";
import { featureUsage } from "@/lib/accounts/page/uses.queries";
import { type AccountParams, requireAccountPage } from "@/lib/auth/account-page";
import { readerZone } from "@/lib/http/zone";

type Props = { params: Promise<AccountParams> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, accountId } = await params;
  const { account } = await requireAccountPage(project, accountId);
  return { title: account.name ?? account.id };
}

export default async function AccountPage({ params }: Props) {
  const { project: projectId, accountId } = await params;
  const { scope, project, account } = await requireAccountPage(projectId, accountId);
  const [read, zone] = await Promise.all([featureUsage(scope, account.id), readerZone()]);
  if (read.people.length === 0 || read.uses.length === 0) {
    return (
      <Empty icon={Blocks} title="Nobody has used a feature yet">
        <p>Every event of this account's people, except page views, appears here with who did it and how often.</p>
      </Empty>
    );
  }
  return (
    <WhoUsesWhat
      read={read}
      lastSeen={account.lastSeen}
      projectId={project.id}
      href={accountHref(project.id, account.id)}
      clock={{ now: Date.now(), zone }}
    />
  );
}
