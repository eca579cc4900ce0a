import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { listHref } from "@/components/columns/list-url";
import { HealthText } from "@/components/list/health";
import { Sparkline } from "@/components/list/sparkline";
import { StateLine } from "@/components/people/state-line";
import { Ago, type Clock } from "@/components/time";
import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { CopyButton } from "@/components/ui/copy-button";
import { Link } from "@/components/ui/link";
import { ACTS_FOR_MANY_FROM } from "@/lib/accounts/memberships";
import type { AccountCounts } from "@/lib/accounts/page/account.queries";
import type { AccountSummary } from "@/lib/accounts/types";
import { formatCount, formatMoney } from "@/lib/format/number";
import type { StateSentence } from "@/lib/lifecycle/state-sentence";
import type { RiskOfAccount } from "@/lib/risk/account-risk.queries";
import { encodeRule } from "@/lib/segments/encode-rule";
import type { Rule } from "@/lib/segments/rule";

type AccountHeaderProps = {
  account: AccountSummary;
  counts: AccountCounts;
  state: StateSentence | null;
  risk: RiskOfAccount | null;
  clock: Clock;
  projectId: string;
  href: string;
};

/** The account's name, health and key numbers. */
export function AccountHeader({ account, counts, state, risk, clock, projectId, href }: AccountHeaderProps) {
  const name = account.name ?? account.id;
  const { health } = account;
  return (
    <header className="px-4 pt-4 pb-4 sm:px-6">
      <Link
        href={`/${projectId}/accounts`}
        className="-ml-1 inline-flex items-center gap-0.5 rounded-sm text-muted-foreground text-sm hover:text-foreground"
      >
        <ChevronLeft aria-hidden="true" className="size-4" />
        Accounts
      </Link>
      <div className="mt-3 flex items-center gap-3.5">
        <Avatar name={name} company className="size-12 rounded-lg text-base" />
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
            <h1 className="truncate font-semibold text-xl tracking-tight">{name}</h1>
            {account.type && <Badge variant="outline">{account.type}</Badge>}
            {account.isInternal && <Badge variant="outline">Own team or test</Badge>}
          </div>
          <div className="flex flex-wrap items-center gap-x-2 text-muted-foreground text-sm">
            {account.domain && account.domain !== account.id && <span className="break-all">{account.domain}</span>}
            <span className="inline-flex min-w-0 items-center">
              <code className="truncate font-mono text-xs">{account.id}</code>
              <CopyButton iconOnly value={account.id} label="Copy the id" className="size-6 [&_svg]:size-3.5" />
            </span>
          </div>
        </div>
      </div>
      <p className="mt-3 text-sm">
        <Link href={`/${projectId}/accounts${TAB_OF[health.state] ?? ""}`} className="rounded-sm hover:text-primary">
          <HealthText state={health.state} reason={health.reason} />
        </Link>
      </p>
      {state && <StateLine state={state} />}
      {risk?.probability != null && (
        <p className="mt-1 text-pretty text-sm">
          <Link
            href={`/${projectId}/insights/risk?of=accounts`}
            className="rounded-sm font-medium tabular-nums hover:text-primary"
          >
            {risk.standing === "quiet" ? "At risk" : "Risk"}: {Math.round(100 * (1 - risk.probability))} %
          </Link>
          <span className="text-muted-foreground"> that nobody comes back; {risk.why}</span>
        </p>
      )}
      {counts.actForMany > 0 && (
        <p className="mt-1 text-pretty text-muted-foreground text-sm">
          {formatCount(counts.actForMany)} of its people {counts.actForMany === 1 ? "acts" : "act"} for{" "}
          {ACTS_FOR_MANY_FROM} accounts or more. Their events count here only if they name this one.
        </p>
      )}
      <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-3 sm:flex sm:flex-wrap sm:gap-x-8 xl:gap-x-7">
        <Fact label="People">
          <Link
            href={listHref(`/${projectId}/users`, { filter: encodeRule(belongingTo(account.id)) })}
            prefetch={false}
            className="rounded-sm hover:text-primary hover:underline"
          >
            {formatCount(counts.people)}
          </Link>
          {account.joined30 > 0 && (
            <span className="ml-1.5 text-positive text-xs">+{formatCount(account.joined30)} in 30 days</span>
          )}
        </Fact>
        <Fact label="Last active">
          <Ago ts={account.lastSeen} clock={clock} />
        </Fact>
        <Fact label="First seen">
          <Ago ts={account.firstSeen} clock={clock} />
        </Fact>
        <Fact label="Features tried">
          <Link href={href} className="rounded-sm hover:text-primary hover:underline">
            {formatCount(account.featuresUsed)}
          </Link>
        </Fact>
        {account.revenue !== 0 && <Fact label="Revenue">{formatMoney(account.revenue)}</Fact>}
        <Fact label="Active people, 12 weeks">
          <span className="sr-only">{account.trend.join(", ")}</span>
          <Sparkline values={account.trend} />
        </Fact>
      </dl>
    </header>
  );
}

/** The current people as a filter of the users list; the account's own list has former people, too. */
const belongingTo = (id: string): Rule => ({ kind: "and", of: [{ kind: "account", is: "in", ids: [id] }] });

const TAB_OF: { [state: string]: string } = { quiet: "?tab=quiet", growing: "?tab=growing", new: "?tab=new" };

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="grid gap-0.5">
    <dt className="text-muted-foreground text-xs">{label}</dt>
    <dd className="text-sm tabular-nums">{children}</dd>
  </div>
);
