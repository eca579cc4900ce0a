import { Blocks } from "lucide-react";
import type { Metadata } from "next";
import { AdoptionHead } from "@/components/insights/adoption-head";
import { AdoptionScreen } from "@/components/insights/adoption-screen";
import { adoptionParams, shownFeature } from "@/components/insights/adoption-url";
import { queryString, type SearchParams } from "@/components/search-params";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { findAccountByText } from "@/lib/accounts/list/find-account";
import { adoptionBy } from "@/lib/adoption/subjects";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { featuresOf } from "@/lib/features/features.queries";
import { listAccountSegments, listSegments } from "@/lib/segments/segments.queries";

export const metadata: Metadata = { title: "Adoption" };

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function AdoptionPage({ params, searchParams }: Props) {
  const { scope, project } = await requireMemberOrGuest((await params).project);
  const now = Date.now();
  const requested = adoptionParams(await searchParams, now);
  const { of: subject } = requested;
  const [{ features, isSuggested }, account, segments] = await Promise.all([
    featuresOf(scope),
    requested.account === undefined ? null : findAccountByText(scope, requested.account, requested.accountId),
    subject === "people" ? listSegments(scope) : listAccountSegments(scope),
  ]);
  const list = <Link href={`/${project.id}/settings/features`}>{isSuggested ? "Name your features" : "Features"}</Link>;
  if (features.length === 0)
    return (
      <Empty icon={Blocks} title="No features yet">
        <p>Features are named groups of events. So far only page views have been sent.</p>
        <p className="text-primary underline underline-offset-4">{list}</p>
      </Empty>
    );
  const segment = segments.some(({ id }) => id === requested.segment) ? requested.segment : null;
  const criteria = { from: requested.from, before: requested.before, segment, account: account?.id ?? null };
  const feature = shownFeature(features, requested);
  const found = await adoptionBy(scope, { ...criteria, of: subject, features, feature, now });
  const path = `/${project.id}/insights/adoption`;
  return (
    <>
      <AdoptionHead
        {...{ requested, segment, segments, account, feature, features, path, list }}
        projectId={project.id}
      />
      <AdoptionScreen
        {...found}
        {...{ criteria, subject }}
        days={requested.days}
        projectId={project.id}
        account={account?.name ?? null}
        weeksFile={`${path}/export${queryString({ ...requested.same, feature: feature?.id, by: "week" })}`}
      />
    </>
  );
}
