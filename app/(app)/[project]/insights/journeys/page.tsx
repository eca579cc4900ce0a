import { Footprints } from "lucide-react";
import type { Metadata } from "next";
import { NothingYet } from "@/components/app/nothing-yet";
import { RangePicker } from "@/components/charts/range-picker";
import { ExportButton } from "@/components/export/export-button";
import { GoalPicker } from "@/components/insights/goal-picker";
import { JourneysScreen } from "@/components/insights/journeys-screen";
import { journeysParams } from "@/components/insights/journeys-url";
import { queryString, type SearchParams } from "@/components/search-params";
import { Empty } from "@/components/ui/empty";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { JOURNEYS_COLUMNS } from "@/lib/export/journeys";
import { dayKey } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import { journeysCompared } from "@/lib/journeys/journeys.queries";
import { eventsByName } from "@/lib/timeline/project-events.queries";

export const metadata: Metadata = { title: "Journeys" };

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function JourneysPage({ params, searchParams }: Props) {
  const { scope, project } = await requireMemberOrGuest((await params).project);
  const [search, zone, events] = await Promise.all([searchParams, readerZone(), eventsByName(scope)]);
  if (events.length === 0) return <NothingYet icon={Footprints} projectId={project.id} on="journeys" />;
  const now = Date.now();
  const { goal, cohort, same, days, preset } = journeysParams(search, now, zone);
  const { journeys, before } = await journeysCompared(scope, goal, cohort, now);
  const { goal: name, ...dates } = same;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 px-4 py-3 sm:px-6">
        <RangePicker preset={preset} first={days[0] ?? ""} last={days.at(-1) ?? ""} today={dayKey(now, zone)} />
        <GoalPicker goal={name} events={events.map((event) => event.name)} keep={dates} />
        <ExportButton
          projectId={project.id}
          href={`/${project.id}/insights/journeys/export${queryString(same)}`}
          what="these journeys"
          columns={JOURNEYS_COLUMNS}
          preset={JOURNEYS_COLUMNS}
        />
      </div>
      {journeys.reached + journeys.others === 0 ? (
        <Empty icon={Footprints} title="Nobody new on these days">
          <p>Nobody was seen for the first time on them. Choose other days.</p>
        </Empty>
      ) : (
        <JourneysScreen {...{ journeys, before, goal, cohort, now }} days={days.length} projectId={project.id} />
      )}
    </>
  );
}
