import type { Metadata } from "next";
import { accountItems } from "@/components/accounts/read-timeline-items";
import { accountHref } from "@/components/people/account";
import { LivePerson } from "@/components/timeline/live-person";
import { readTimeline } from "@/components/timeline/read-timeline";
import { TimelineScreen } from "@/components/timeline/timeline-screen";
import { type AccountParams, requireAccountPage } from "@/lib/auth/account-page";
import { ACCOUNT_TIMELINE_COLUMNS } from "@/lib/export/events";
import { saveDisplay } from "../../../display-actions";
import { accountEventNames, moreAccountEvents } from "./actions";

type Props = {
  params: Promise<AccountParams>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, accountId } = await params;
  const { account } = await requireAccountPage(project, accountId);
  return { title: `Timeline of ${account.name ?? account.id}` };
}

export default async function AccountTimelinePage({ params, searchParams }: Props) {
  const { project: projectId, accountId } = await params;
  const { scope, project, account } = await requireAccountPage(projectId, accountId);
  const read = await readTimeline(scope, accountItems(scope, account.id), searchParams);
  const since = new URLSearchParams({ id: account.id, since: String(read.clock.now) });
  return (
    <TimelineScreen
      read={read}
      projectId={project.id}
      href={`${accountHref(project.id, account.id)}/timeline`}
      columns={ACCOUNT_TIMELINE_COLUMNS}
      why="What people of this account do while they belong to it appears here."
      readNames={accountEventNames.bind(null, project.id, account.id)}
      load={moreAccountEvents.bind(null, project.id, account.id)}
      actions={{ save: saveDisplay.bind(null, project.id) }}
      live={(timeline) => (
        <LivePerson url={`/api/live/${project.id}/account?${since}`} presence={null}>
          {timeline}
        </LivePerson>
      )}
    />
  );
}
