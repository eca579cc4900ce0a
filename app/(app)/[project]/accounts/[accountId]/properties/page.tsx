import { Tags } from "lucide-react";
import type { Metadata } from "next";
import { accountPropertyRows } from "@/components/accounts/property-rows";
import { PropertyTable } from "@/components/properties/property-table";
import { Empty } from "@/components/ui/empty";
import { accountHistory } from "@/lib/accounts/page/history.queries";
import { type AccountParams, requireAccountPage } from "@/lib/auth/account-page";
import { readerZone } from "@/lib/http/zone";

type Props = { params: Promise<AccountParams> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, accountId } = await params;
  const { account } = await requireAccountPage(project, accountId);
  return { title: `Properties of ${account.name ?? account.id}` };
}

export default async function AccountPropertiesPage({ params }: Props) {
  const { project, accountId } = await params;
  const { scope, account } = await requireAccountPage(project, accountId);
  const [{ changes, complete }, zone] = await Promise.all([accountHistory(scope, account.id), readerZone()]);
  const rows = accountPropertyRows(account, changes);
  if (rows.length === 0) {
    return (
      <Empty icon={Tags} title="No properties yet">
        <p>
          Send a name and properties with <code className="font-mono text-xs">group</code>: plan, seats, owner. Every
          value is stored with its time.
        </p>
      </Empty>
    );
  }
  return (
    <>
      <PropertyTable rows={rows} clock={{ now: Date.now(), zone }} href={null} />
      {!complete && (
        <p className="px-4 py-3 text-muted-foreground text-xs sm:px-6">
          For older changes only the values are shown, without their history.
        </p>
      )}
    </>
  );
}
