import { Activity, Hourglass } from "lucide-react";
import type { Metadata } from "next";
import { NothingYet } from "@/components/app/nothing-yet";
import { RangePicker } from "@/components/charts/range-picker";
import { ExportButton } from "@/components/export/export-button";
import { LifecycleScreen } from "@/components/insights/lifecycle-screen";
import { lifecycleParams } from "@/components/insights/lifecycle-url";
import { WhoSwitch } from "@/components/insights/who-switch";
import { queryString, type SearchParams } from "@/components/search-params";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { LIFECYCLE_COLUMNS } from "@/lib/export/lifecycle";
import { dayKey } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import type { LifecycleSubject } from "@/lib/lifecycle/weeks";
import { lifecyclePeriod, lifecycleProgress } from "@/lib/lifecycle/weeks.queries";
import { newestEvent } from "@/lib/timeline/recent-events.queries";

export const metadata: Metadata = { title: "Lifecycle" };

const WHO_LABELS: Record<LifecycleSubject, string> = {
  identified: "Identified",
  everybody: "Everyone",
  accounts: "Accounts",
};
const nonDefault = (who: LifecycleSubject) => (who === "identified" ? undefined : who);

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function LifecyclePage({ params, searchParams }: Props) {
  const { scope, project } = await requireMemberOrGuest((await params).project);
  const [search, zone, newest] = await Promise.all([searchParams, readerZone(), newestEvent(scope)]);
  if (newest === null) return <NothingYet icon={Activity} projectId={project.id} on="lifecycle" />;
  const now = Date.now();
  const { who, dormant, dates, range, days, preset } = lifecycleParams(search, now, zone);
  const href = `/${project.id}/insights/lifecycle`;
  const same = (changes: Record<string, string | undefined>) =>
    href + queryString({ ...dates, who: nonDefault(who), dormant, ...changes });
  const progress = await lifecycleProgress(scope, who);
  if (progress === "none")
    return (
      <Empty icon={Hourglass} title="Not ready yet">
        <p>States are being computed in the background. Come back in a few minutes.</p>
      </Empty>
    );
  const period = await lifecyclePeriod(scope, { ...range, who }, now);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 px-4 py-3 sm:px-6">
        <RangePicker preset={preset} first={days[0] ?? ""} last={days.at(-1) ?? ""} today={dayKey(now, zone)} />
        <WhoSwitch who={who} labels={WHO_LABELS} hrefOf={(one) => same({ who: nonDefault(one) })} />
        <ExportButton
          projectId={project.id}
          href={`${href}/export${queryString({ ...dates, who })}`}
          what="these weeks"
          columns={LIFECYCLE_COLUMNS}
          preset={LIFECYCLE_COLUMNS}
        />
        <Link href="/docs/lifecycle" className="ml-auto text-muted-foreground text-xs underline underline-offset-4">
          How states are defined
        </Link>
      </div>
      <LifecycleScreen
        period={period}
        context={{ projectId: project.id, who }}
        changing={progress === "changing"}
        dormant={dormant !== undefined}
        toggleHref={same({ dormant: dormant === undefined ? "1" : undefined })}
      />
    </>
  );
}
