import { Activity, Hourglass } from "lucide-react";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { NothingYet } from "@/components/app/nothing-yet";
import { ExportButton } from "@/components/export/export-button";
import { Champions } from "@/components/insights/champions";
import { readRisk } from "@/components/insights/read-risk";
import { RiskRecord } from "@/components/insights/risk-record";
import { RiskCount, riskExplanation, riskView } from "@/components/insights/risk-view";
import { PEOPLE_OR_ACCOUNTS, WhoSwitch } from "@/components/insights/who-switch";
import { AlertMe } from "@/components/people/alert-me";
import { firstValue, queryString, type SearchParams } from "@/components/search-params";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { ACCOUNT_RISK_COLUMNS, RISK_COLUMNS } from "@/lib/export/risk";
import type { RiskSubject } from "@/lib/risk/outcomes.store";
import { riskState } from "@/lib/risk/risk.queries";
import { newestEvent } from "@/lib/timeline/recent-events.queries";

export const metadata: Metadata = { title: "Risk" };

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function RiskPage({ params, searchParams }: Props) {
  const { scope, project, may } = await requireMemberOrGuest((await params).project);
  const subject: RiskSubject = firstValue(await searchParams, "of") === "accounts" ? "accounts" : "people";
  const [newest, state] = await Promise.all([newestEvent(scope), riskState(scope, subject)]);
  if (newest === null) return <NothingYet icon={Activity} projectId={project.id} on="risk" />;
  const path = `/${project.id}/insights/risk`;
  const hrefOf = (subject: RiskSubject) => (subject === "people" ? path : `${path}?of=accounts`);
  const bar = (children?: ReactNode) => (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 sm:px-6">
      <WhoSwitch who={subject} labels={PEOPLE_OR_ACCOUNTS} hrefOf={hrefOf} />
      {children}
      <Link href="/docs/risk" className="ml-auto text-muted-foreground text-xs underline underline-offset-4">
        How risk is computed
      </Link>
    </div>
  );
  if (state === null)
    return (
      <>
        {bar()}
        <Empty icon={Hourglass} title="Not ready yet">
          <p>Risk is computed once a day, in the background. Come back in a few minutes.</p>
        </Empty>
      </>
    );
  const { text, href, all, list } = riskView(project.id, await readRisk(scope, subject), state);
  return (
    <>
      {bar(
        <>
          <RiskCount text={text} href={href} state={state} subject={subject} />
          {may.manage && <AlertMe projectId={project.id} about={{ on: "quiet", who: subject }} />}
          <ExportButton
            projectId={project.id}
            href={`${path}/export${subject === "accounts" ? "?of=accounts" : ""}`}
            what={subject === "people" ? "everybody going quiet" : "accounts at risk"}
            columns={subject === "people" ? RISK_COLUMNS : ACCOUNT_RISK_COLUMNS}
            preset={subject === "people" ? RISK_COLUMNS : ACCOUNT_RISK_COLUMNS}
          />
        </>,
      )}
      <div className="grid grid-cols-1 gap-8 px-4 pb-8 sm:px-6">
        <div className="grid grid-cols-1 gap-2">
          <p className="max-w-prose text-pretty text-muted-foreground text-xs">{riskExplanation(subject, state)}</p>
          {list}
          {all && (
            <Link href={href} className="justify-self-start text-sm underline underline-offset-4">
              {all}
            </Link>
          )}
        </div>
        {subject === "accounts" && <Champions scope={scope} state={state} />}
        <RiskRecord
          tracks={state.tracks}
          horizon={state.horizon}
          subject={subject}
          hrefOf={(numbers) =>
            `${path}/record${queryString({ of: subject === "accounts" ? subject : undefined, ...numbers })}`
          }
        />
      </div>
    </>
  );
}
