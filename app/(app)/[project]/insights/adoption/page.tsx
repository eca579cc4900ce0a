import { Blocks } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { ExportButton } from "@/components/export/export-button";
import { AdoptionForm } from "@/components/insights/adoption-form";
import { AdoptionScreen } from "@/components/insights/adoption-screen";
import { adoptionParams, shownEvent } from "@/components/insights/adoption-url";
import { query, type SearchParams } from "@/components/search-params";
import { Empty } from "@/components/ui/empty";
import { adopters, adoptionOf, retentionOf } from "@/lib/adoption/adoption.queries";
import { requireMember } from "@/lib/auth/guard";
import { ADOPTION_COLUMNS } from "@/lib/export/adoption";
import { featuresOf } from "@/lib/features/features.queries";
import { listSegments } from "@/lib/segments/segments.queries";

export const metadata: Metadata = { title: "Adoption" };

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function AdoptionPage({ params, searchParams }: Props) {
  const { scope, project } = await requireMember((await params).project);
  const now = Date.now();
  const given = adoptionParams(await searchParams, now);
  const [{ features, isSuggested }, segments] = await Promise.all([featuresOf(scope), listSegments(scope)]);
  const list = <Link href={`/${project.id}/settings/features`}>{isSuggested ? "Name your features" : "Features"}</Link>;
  if (features.length === 0)
    return (
      <Empty icon={Blocks} title="No features yet">
        <p>Features are named groups of events. So far only page views have been sent.</p>
        <p className="text-primary underline underline-offset-4">{list}</p>
      </Empty>
    );
  const asked = { from: given.from, segment: segments.some(({ id }) => id === given.segment) ? given.segment : null };
  const event = shownEvent(features, given.event);
  const people = await adopters(scope, asked.segment, now);
  const adoption = await adoptionOf(scope, features, people, asked);
  const retention = event === undefined ? null : await retentionOf(scope, event, people, now);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 px-4 py-3 sm:px-6">
        <AdoptionForm {...given} segment={asked.segment} segments={segments} event={event} features={features} />
        <ExportButton
          projectId={project.id}
          href={`/${project.id}/insights/adoption/export${query(given.same)}`}
          what="these features"
          columns={ADOPTION_COLUMNS}
          preset={ADOPTION_COLUMNS}
        />
        <span className="ml-auto text-muted-foreground text-xs underline underline-offset-4">{list}</span>
      </div>
      <AdoptionScreen
        adoption={adoption}
        retention={retention}
        asked={asked}
        days={given.days}
        projectId={project.id}
      />
    </>
  );
}
