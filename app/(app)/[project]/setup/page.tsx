import type { Metadata } from "next";
import { headers } from "next/headers";
import type { SearchParams } from "@/components/search-params";
import { Checklist } from "@/components/setup/checklist";
import { ExampleProject } from "@/components/setup/example";
import { InstallSteps } from "@/components/setup/guide";
import { Troubleshooting } from "@/components/setup/troubleshooting";
import { ErrorMessage } from "@/components/ui/error-message";
import { Link } from "@/components/ui/link";
import { PageHeader } from "@/components/ui/page-header";
import { TabLinks } from "@/components/ui/tab-links";
import { requireMember } from "@/lib/auth/guard";
import { installGuides } from "@/lib/format/snippet";
import { requestOrigin } from "@/lib/http/forwarded";
import { guestProject } from "@/lib/projects/guest-project.queries";
import { snippetClientId } from "@/lib/projects/projects.queries";
import { firstSteps } from "@/lib/timeline/first-steps.queries";
import { newestEvent } from "@/lib/timeline/recent-events.queries";
import { openExampleAction, testEventAction } from "./actions";

export const metadata: Metadata = { title: "Install" };

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function SetupPage({ params, searchParams }: Props) {
  const { scope, project, may, team } = await requireMember((await params).project);
  const chosen = (await searchParams).with;
  const [clientId, event, steps, demo] = await Promise.all([
    snippetClientId(scope),
    newestEvent(scope),
    firstSteps(scope),
    guestProject(),
  ]);
  const { recognition, domain } = project;
  const origin = requestOrigin(await headers());
  const guides = installGuides({ clientId: clientId ?? "", origin, recognition });
  const guide = guides.find(({ id }) => id === chosen) ?? guides[0];
  return (
    <>
      <PageHeader title="Install">Your key is filled in already</PageHeader>
      <div className="grid max-w-3xl gap-6 px-4 pb-16 sm:px-6">
        <Checklist
          projectId={project.id}
          initial={{ event, steps }}
          sendTest={may.edit ? testEventAction : null}
          help={<Troubleshooting domain={domain} origin={origin} projectId={project.id} />}
        />
        <ExampleProject projectId={project.id} isPublic={demo !== null} add={team && openExampleAction} />
        {clientId === null || !guide ? (
          <ErrorMessage>
            Every write key of this project was revoked.{" "}
            <Link href={`/${project.id}/settings#keys`} className="font-medium underline">
              Create one in Settings
            </Link>
            , then come back.
          </ErrorMessage>
        ) : (
          <>
            <TabLinks
              label="How to install"
              className="overflow-x-auto border-b"
              tabs={guides.map(({ id, label }) => ({ href: `?with=${id}`, label, current: id === guide.id }))}
            />
            <InstallSteps guide={guide} />
          </>
        )}
      </div>
    </>
  );
}
