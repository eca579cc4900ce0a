import { MoonStar } from "lucide-react";
import type { ReactNode } from "react";
import { listHref } from "@/components/columns/list-url";
import type { RiskShown } from "@/components/insights/read-risk";
import { AccountRiskList, RiskList } from "@/components/insights/risk-list";
import { formatTotal } from "@/components/people/total";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { formatCount, pluralCount } from "@/lib/format/number";
import { formatDay } from "@/lib/format/time";
import type { RiskSubject } from "@/lib/risk/outcomes.store";
import type { RiskState } from "@/lib/risk/risk.queries";
import { encodeAccountRule } from "@/lib/segments/encode-rule";
import { ACCOUNTS_AT_RISK } from "@/lib/segments/named-rules";

/** The accounts at risk, as the list of accounts filters them. */
const AT_RISK = encodeAccountRule(ACCOUNTS_AT_RISK);
const DAY_MS = 24 * 60 * 60 * 1000;

type View = { text: string; href: string; all: string | null; list: ReactNode };

/** How many are at risk, a link to the full list, and the first of it. */
export const riskView = (projectId: string, shown: RiskShown, state: RiskState): View =>
  shown.of === "people" ? peopleView(projectId, shown, state) : accountsView(projectId, shown, state);

type CountProps = { text: string; href: string; state: RiskState; subject: RiskSubject };

export const RiskCount = ({ text, href, state, subject }: CountProps) => (
  <p className="text-sm">
    <Link href={href} className="rounded-sm font-medium tabular-nums hover:text-primary">
      {text}
    </Link>
    <span className="text-muted-foreground">
      , as of {formatDay(Date.parse(state.day), "UTC")}
      {state.isChanging && "; being recomputed"}
    </span>
    {subject === "accounts" && (
      <a href="#champions" className="ml-3 underline underline-offset-4">
        Champion went quiet
      </a>
    )}
  </p>
);

type Of<Subject extends RiskSubject> = Extract<RiskShown, { of: Subject }>;

function peopleView(projectId: string, shown: Of<"people">, { horizon, byRevenue }: RiskState): View {
  const { people, total, hasMore, clock } = shown;
  return {
    text: `${formatTotal(total)} going quiet`,
    href: listHref(`/${projectId}/users`, { tab: "quiet" }),
    all: hasMore ? `All ${formatTotal(total)} in Users` : null,
    list:
      people.length === 0 ? (
        <Empty icon={MoonStar} title="Nobody is going quiet">
          <p>Identified users who fall out of their own rhythm appear here, with the reason.</p>
        </Empty>
      ) : (
        <RiskList {...{ people, horizon, byRevenue, projectId, clock }} />
      ),
  };
}

function accountsView(projectId: string, shown: Of<"accounts">, { horizon, byRevenue }: RiskState): View {
  const { accounts, total, hasMore, clock } = shown;
  return {
    text: `${pluralCount(total, "account")} at risk`,
    href: listHref(`/${projectId}/accounts`, { filter: AT_RISK, sort: { by: "risk", order: "desc" } }),
    all: hasMore ? `All ${formatCount(total)} in Accounts` : null,
    list:
      accounts.length === 0 ? (
        <Empty icon={MoonStar} title="No account is at risk">
          <p>Accounts whose people have all fallen out of the account's own rhythm appear here, with the reason.</p>
        </Empty>
      ) : (
        <AccountRiskList {...{ accounts, horizon, byRevenue, projectId, clock }} />
      ),
  };
}

/** Explains who is listed, and in which order. */
export function riskExplanation(subject: RiskSubject, state: RiskState): string {
  return [lullExplained(subject, state), listExplained(subject, state)].filter(Boolean).join(" ");
}

function lullExplained(subject: RiskSubject, { lull }: RiskState): string | null {
  if (!lull) return null;
  const since = formatDay(lull.since * DAY_MS, "UTC");
  const level = `at ${Math.round(100 * lull.share)} % of their usual activity`;
  const [who, pronoun] = subject === "people" ? ["people", "who"] : ["accounts", "that"];
  return `Since ${since} ${who} have been ${level}: holidays, an outage or a broken integration? Those ${pronoun} were not quiet before are not listed.`;
}

function listExplained(subject: RiskSubject, { hasModel, horizon, byRevenue }: RiskState): string {
  if (!hasModel)
    return `There is too little history for probabilities yet. These ${subject} have been silent for more than three of their usual gaps.`;
  const value = byRevenue ? "the revenue they brought in" : "their active days in the last 90";
  const who = subject === "people" ? "People who" : "Accounts that";
  return `${who} fell out of their own rhythm and are more likely to stay away than to come back within ${horizon} days. Highest expected loss first: the probability of losing them times ${value}.`;
}
