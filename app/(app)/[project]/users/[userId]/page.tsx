import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { displayName, userHref } from "@/components/people/row";
import { PathStrip } from "@/components/person/path-strip";
import { queryWithout } from "@/components/timeline/frame";
import { personItems } from "@/components/timeline/read-page";
import { readTimeline } from "@/components/timeline/read-timeline";
import { TimelineScreen } from "@/components/timeline/timeline-screen";
import { requestedRef, requirePersonFound, requirePersonPage } from "@/lib/auth/person-page";
import { TIMELINE_COLUMNS } from "@/lib/export/events";
import { pathOf } from "@/lib/journeys/path.queries";
import { saveDisplay } from "../../display-actions";
import { morePersonEvents, personEventNames } from "./actions";

type Props = {
  params: Promise<{ project: string; userId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, userId } = await params;
  return { title: displayName((await requirePersonPage(project, userId)).person) };
}

export default async function UserPage({ params, searchParams }: Props) {
  const { project: projectId, userId } = await params;
  const { scope, project, who } = await requirePersonFound(projectId, userId);
  const [{ person }, path, read] = await Promise.all([
    requirePersonPage(projectId, userId),
    pathOf(scope, who),
    readTimeline(scope, personItems(scope, who), searchParams),
  ]);
  const href = userHref(project.id, person.ref);
  // The URL used another of their ids.
  if ((await requestedRef(userId)) !== person.ref) redirect(href + queryWithout(read.search));
  return (
    <>
      {path && <PathStrip path={path} clock={read.clock} href={href} projectHref={`/${project.id}`} />}
      <TimelineScreen
        read={read}
        projectId={project.id}
        href={href}
        columns={TIMELINE_COLUMNS}
        why="This user has properties, but no page views or events yet. They will appear here."
        readNames={personEventNames.bind(null, project.id, person.ref)}
        load={morePersonEvents.bind(null, project.id, person.ref)}
        actions={{ save: saveDisplay.bind(null, project.id) }}
      />
    </>
  );
}
