import { Activity, Hourglass, MoonStar } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { NothingYet } from "@/components/app/nothing-yet";
import { ExportButton } from "@/components/export/export-button";
import { RiskList } from "@/components/insights/risk-list";
import { RiskRecord } from "@/components/insights/risk-record";
import { userListHref } from "@/components/people/list-state";
import { totalShort } from "@/components/people/total";
import { Empty } from "@/components/ui/empty";
import { requireMember } from "@/lib/auth/guard";
import { RISK_COLUMNS } from "@/lib/export/risk";
import { day } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import { countPeople } from "@/lib/profiles/list/list.queries";
import { atRisk, riskState } from "@/lib/risk/risk.queries";
import { newestEvent } from "@/lib/timeline/recent-events.queries";

export const metadata: Metadata = { title: "Risk" };

/** People shown here; the list of users has all of them in the same order. */
const SHOWN = 100;

export default async function RiskPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project } = await requireMember((await params).project);
  const [zone, any, state] = await Promise.all([readerZone(), newestEvent(scope), riskState(scope)]);
  if (any === null) return <NothingYet icon={Activity} projectId={project.id} what="event" />;
  if (state === null)
    return (
      <Empty icon={Hourglass} title="Not ready yet">
        <p>Risk is computed once a day, in the background. Come back in a few minutes.</p>
      </Empty>
    );
  const [people, total] = await Promise.all([atRisk(scope, SHOWN), countPeople(scope, { tab: "quiet" })]);
  const list = userListHref(`/${project.id}/users`, { tab: "quiet" });
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 sm:px-6">
        <p className="text-sm">
          <Link href={list} className="rounded-sm font-medium tabular-nums hover:text-primary">
            {totalShort(total)} going quiet
          </Link>
          <span className="text-muted-foreground">
            , as of {day(Date.parse(state.day), "UTC")}
            {state.changing && "; being recomputed"}
          </span>
        </p>
        <ExportButton
          projectId={project.id}
          href={`/${project.id}/insights/risk/export`}
          what="everybody going quiet"
          columns={RISK_COLUMNS}
          preset={RISK_COLUMNS}
        />
        <Link href="/docs/risk" className="ml-auto text-muted-foreground text-xs underline underline-offset-4">
          How risk is computed
        </Link>
      </div>
      <div className="grid gap-8 px-4 pb-8 sm:px-6">
        <div className="grid gap-2">
          <p className="max-w-prose text-pretty text-muted-foreground text-xs">
            {state.hasModel
              ? `People who fell out of their own rhythm and are more likely to stay away than to come back within ${state.horizon} days. Most worth a call first: the probability of losing them times their active days in the last 90.`
              : "There is too little history for probabilities yet. These people have been silent for more than three of their usual gaps."}
          </p>
          {people.length === 0 ? (
            <Empty icon={MoonStar} title="Nobody is going quiet">
              <p>Identified users who fall out of their own rhythm appear here, with the reason.</p>
            </Empty>
          ) : (
            <RiskList
              people={people}
              projectId={project.id}
              horizon={state.horizon}
              clock={{ now: Date.now(), zone }}
            />
          )}
          {total.count > SHOWN && (
            <Link href={list} className="justify-self-start text-sm underline underline-offset-4">
              All {totalShort(total)} in Users
            </Link>
          )}
        </div>
        <RiskRecord tracks={state.tracks} horizon={state.horizon} />
      </div>
    </>
  );
}
