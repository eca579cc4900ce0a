import "server-only";
import type { ReactNode } from "react";
import { listHref } from "@/components/columns/list-url";
import { ExportButton } from "@/components/export/export-button";
import { ChampionList } from "@/components/insights/champion-list";
import { readChampions } from "@/components/insights/read-champions";
import { formatPercent } from "@/components/insights/risk-list";
import { queryString } from "@/components/search-params";
import { Link } from "@/components/ui/link";
import { CHAMPION_RISK_COLUMNS } from "@/lib/export/risk";
import { formatCount, pluralCount } from "@/lib/format/number";
import { CHAMPION_AGO, hasEnoughAccounts } from "@/lib/risk/champion-record";
import type { ChampionRecord, ShownOutcomes } from "@/lib/risk/outcomes.queries";
import type { RiskState } from "@/lib/risk/risk.queries";
import type { Scope } from "@/lib/scope";
import { encodeAccountRule } from "@/lib/segments/encode-rule";
import { QUIET_CHAMPIONS } from "@/lib/segments/named-rules";

const SHOWN = 50;
const RULE = encodeAccountRule(QUIET_CHAMPIONS);

/**
 * Accounts whose most active person has stopped and that are not at risk yet, and what happened to such accounts
 * before.
 */
export async function Champions({ scope, state: { byRevenue, horizon } }: { scope: Scope; state: RiskState }) {
  const { accounts, total, record, clock } = await readChampions(scope, SHOWN);
  const path = `/${scope.projectId}/insights/risk`;
  const href = listHref(`/${scope.projectId}/accounts`, { filter: RULE });
  return (
    <section aria-labelledby="champions" className="grid grid-cols-1 gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 id="champions" className="scroll-mt-16 font-medium text-sm">
          Champion went quiet
        </h2>
        <Link href={href} prefetch={false} className="rounded-sm text-sm tabular-nums hover:text-primary">
          {pluralCount(total, "account")}
        </Link>
        {total > 0 && (
          <ExportButton
            projectId={scope.projectId}
            href={`${path}/export?of=champions`}
            what="accounts whose champion went quiet"
            columns={CHAMPION_RISK_COLUMNS}
            preset={CHAMPION_RISK_COLUMNS}
          />
        )}
      </div>
      <p className="max-w-prose text-pretty text-muted-foreground text-xs">
        The most active person has been silent for two weeks or longer, and for three of their usual gaps; the account
        as a whole is not at risk yet. The {byRevenue ? "highest revenue" : "most active"} first.{" "}
        <Record record={record} path={path} />
      </p>
      {accounts.length > 0 && <ChampionList {...{ accounts, byRevenue, horizon, projectId: scope.projectId, clock }} />}
      {total > SHOWN && (
        <Link href={href} prefetch={false} className="justify-self-start text-sm underline underline-offset-4">
          All {formatCount(total)} in Accounts
        </Link>
      )}
    </section>
  );
}

/** "60 days ago it was so in 9 accounts, and 4 of them (44 %) have lost everybody since; of the other 121, 6 (5 %)." */
function Record({ record, path }: { record: ChampionRecord; path: string }) {
  const { quiet, quietLost, others, othersLost } = record;
  if (!hasEnoughAccounts(record))
    return `${CHAMPION_AGO} days ago too few accounts were in this state to say what became of them.`;
  const to = (shown: ShownOutcomes, children: ReactNode) => (
    <Link
      href={`${path}/champions${queryString({ shown })}`}
      prefetch={false}
      className="rounded-sm text-foreground underline underline-offset-4 hover:text-primary"
    >
      {children}
    </Link>
  );
  return (
    <>
      {CHAMPION_AGO} days ago {to("flagged", pluralCount(quiet, "account"))} had a quiet champion, and{" "}
      {to("flaggedAway", `${formatCount(quietLost)} (${formatPercent(quietLost / quiet)})`)} have had nobody in the last
      two weeks; of {to("others", `${formatCount(others)} others`)},{" "}
      {to("missed", `${formatCount(othersLost)} (${formatPercent(othersLost / others)})`)}.
    </>
  );
}
