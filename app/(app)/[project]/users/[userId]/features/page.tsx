import { Blocks } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { displayName, userHref } from "@/components/people/row";
import { FeatureTable } from "@/components/person/feature-table";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { requestedRef, requirePersonPage } from "@/lib/auth/person-page";
import { featuresOfPerson } from "@/lib/features/features.queries";
import { readerZone } from "@/lib/http/zone";

type Props = { params: Promise<{ project: string; userId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, userId } = await params;
  return { title: `Features of ${displayName((await requirePersonPage(project, userId)).person)}` };
}

export default async function PersonFeaturesPage({ params }: Props) {
  const { project: projectId, userId } = await params;
  const { scope, project, person } = await requirePersonPage(projectId, userId);
  const href = userHref(project.id, person.ref);
  if ((await requestedRef(userId)) !== person.ref) redirect(`${href}/features`);
  const [{ features, isSuggested }, zone] = await Promise.all([featuresOfPerson(scope, person.ref), readerZone()]);
  const edit = (
    <Link href={`/${project.id}/settings/features`} className="text-primary underline underline-offset-4">
      {isSuggested ? "Name your features" : "Edit the list"}
    </Link>
  );
  if (features.length === 0)
    return (
      <Empty icon={Blocks} title="No features yet">
        <p>Features are named groups of events. So far only page views have been sent.</p>
        <p>{edit}</p>
      </Empty>
    );
  return (
    <>
      <p className="border-b px-4 py-2 text-muted-foreground text-sm sm:px-6">
        {isSuggested ? "Suggested from your most frequent events." : "The project's features."} {edit}
      </p>
      <FeatureTable features={features} lastSeen={person.lastSeen} clock={{ now: Date.now(), zone }} href={href} />
    </>
  );
}
