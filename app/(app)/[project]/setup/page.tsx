import type { Metadata } from "next";
import { headers } from "next/headers";
import Link from "next/link";
import { Guide } from "@/components/setup/guide";
import { Light } from "@/components/setup/light";
import { Alert } from "@/components/ui/alert";
import { PageHeader } from "@/components/ui/page-header";
import { TabLinks } from "@/components/ui/tab-links";
import { requireMember } from "@/lib/auth/guard";
import { installGuides } from "@/lib/format/snippet";
import { requestOrigin } from "@/lib/http/forwarded";
import { snippetClientId } from "@/lib/projects/projects.queries";
import { newestEvent } from "@/lib/timeline/recent-events.queries";

export const metadata: Metadata = { title: "Install" };

type Props = {
  params: Promise<{ project: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function SetupPage({ params, searchParams }: Props) {
  const { scope, project } = await requireMember((await params).project);
  const chosen = (await searchParams).with;
  const [clientId, arrived] = await Promise.all([snippetClientId(scope), newestEvent(scope)]);
  const { recognition } = project;
  const guides = installGuides({ clientId: clientId ?? "", origin: requestOrigin(await headers()), recognition });
  const guide = guides.find(({ id }) => id === chosen) ?? guides[0];
  return (
    <>
      <PageHeader title="Install">Your key is filled in already</PageHeader>
      <div className="grid max-w-3xl gap-6 px-4 pb-16 sm:px-6">
        <Light projectId={project.id} initial={arrived} />
        {clientId === null || !guide ? (
          <Alert>
            Every write key of this project was revoked.{" "}
            <Link href={`/${project.id}/settings#keys`} className="font-medium underline">
              Create one in Settings
            </Link>
            , then come back.
          </Alert>
        ) : (
          <>
            <TabLinks
              label="How to install"
              className="overflow-x-auto border-b"
              tabs={guides.map(({ id, label }) => ({ href: `?with=${id}`, label, current: id === guide.id }))}
            />
            <Guide guide={guide} />
          </>
        )}
      </div>
    </>
  );
}
