import { Blocks } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { ExportButton } from "@/components/export/export-button";
import { AdoptionForm } from "@/components/insights/adoption-form";
import { AdoptionScreen } from "@/components/insights/adoption-screen";
import { adoptionParams, shownFeature } from "@/components/insights/adoption-url";
import { PEOPLE_OR_ACCOUNTS, WhoSwitch } from "@/components/insights/who-switch";
import { query, type SearchParams } from "@/components/search-params";
import { Empty } from "@/components/ui/empty";
import { adoptionBy } from "@/lib/adoption/subjects";
import { requireMember } from "@/lib/auth/guard";
import { ADOPTION_COLUMNS } from "@/lib/export/adoption";
import { featuresOf } from "@/lib/features/features.queries";
import { listAccountSegments, listSegments } from "@/lib/segments/segments.queries";

export const metadata: Metadata = { title: "Adoption" };

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function AdoptionPage({ params, searchParams }: Props) {
  const { scope, project } = await requireMember((await params).project);
  const now = Date.now();
  const given = adoptionParams(await searchParams, now);
  const { of } = given;
  const [{ features, isSuggested }, segments] = await Promise.all([
    featuresOf(scope),
    of === "people" ? listSegments(scope) : listAccountSegments(scope),
  ]);
  const list = <Link href={`/${project.id}/settings/features`}>{isSuggested ? "Name your features" : "Features"}</Link>;
  if (features.length === 0)
    return (
      <Empty icon={Blocks} title="No features yet">
        <p>Features are named groups of events. So far only page views have been sent.</p>
        <p className="text-primary underline underline-offset-4">{list}</p>
      </Empty>
    );
  const segment = segments.some(({ id }) => id === given.segment) ? given.segment : null;
  const asked = { from: given.from, before: given.before, segment };
  const feature = shownFeature(features, given);
  const { adoption, retention } = await adoptionBy(scope, { ...asked, of, features, feature, now });
  const path = `/${project.id}/insights/adoption`;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 px-4 py-3 sm:px-6">
        <WhoSwitch
          who={of}
          labels={PEOPLE_OR_ACCOUNTS}
          hrefOf={(who) =>
            path +
            query({
              ...given.same,
              of: who === "accounts" ? who : undefined,
              segment: who === of ? segment : undefined,
            })
          }
        />
        <AdoptionForm {...given} segment={segment} segments={segments} feature={feature?.id} features={features} />
        <ExportButton
          projectId={project.id}
          href={`${path}/export${query(given.same)}`}
          what="these features"
          columns={ADOPTION_COLUMNS}
          preset={ADOPTION_COLUMNS}
        />
        <span className="ml-auto text-muted-foreground text-xs underline underline-offset-4">{list}</span>
      </div>
      <AdoptionScreen {...{ adoption, retention, asked, of }} days={given.days} projectId={project.id} />
    </>
  );
}
