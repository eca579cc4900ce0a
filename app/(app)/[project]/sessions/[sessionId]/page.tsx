import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { personName } from "@/components/people/person-name";
import { userHref } from "@/components/people/row";
import { SessionFacts } from "@/components/sessions/session-facts";
import { SessionSteps } from "@/components/sessions/session-steps";
import { toItem } from "@/components/timeline/item";
import { withAccountNames } from "@/components/timeline/read-account-names";
import { TabLinks } from "@/components/ui/tab-links";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { eventDisplays } from "@/lib/events/events.queries";
import { readerZone } from "@/lib/http/zone";
import { isUuid } from "@/lib/ids";
import { visitById } from "@/lib/sessions/project-visits.queries";
import { listEvents } from "@/lib/timeline/timeline.queries";
import { saveDisplay } from "../../display-actions";

export const metadata: Metadata = { title: "Session" };

/** Maximum of steps shown. */
const MAX_STEPS = 1_000;

type Props = {
  params: Promise<{ project: string; sessionId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function SessionPage({ params, searchParams }: Props) {
  const { project: projectId, sessionId } = await params;
  const { scope, project } = await requireMemberOrGuest(projectId);
  const visits = isUuid(sessionId) ? await visitById(scope, sessionId) : [];
  const { of } = await searchParams;
  const visit = visits.find(({ person }) => person.ref === of) ?? visits[0];
  if (!visit) notFound();
  const [{ rows, next }, displays, zone] = await Promise.all([
    listEvents(scope, visit.person.ref, {
      order: "asc",
      limit: MAX_STEPS,
      includeProperties: true,
      after: visit.startedAt,
      before: visit.endedAt + 1,
      filter: { sessionId: visit.id },
    }),
    eventDisplays(scope),
    readerZone(),
  ]);
  const items = await withAccountNames(scope, rows.map(toItem));
  const clock = { now: Date.now(), zone };
  return (
    <>
      <SessionFacts visit={visit} clock={clock} projectId={project.id} />
      {visits.length > 1 && (
        <TabLinks
          label="People in this session"
          className="border-t px-2 sm:px-4"
          tabs={visits.map(({ person }) => ({
            href: `?of=${encodeURIComponent(person.ref)}`,
            label: personName(person),
            current: person.ref === visit.person.ref,
          }))}
        />
      )}
      <SessionSteps
        items={items}
        clock={clock}
        displays={displays}
        projectHref={`/${project.id}`}
        personHref={userHref(project.id, visit.person.ref)}
        actions={{ save: saveDisplay.bind(null, project.id) }}
      />
      {next !== null && (
        <p className="px-4 py-4 text-muted-foreground text-xs sm:px-6">The first {MAX_STEPS} steps are shown.</p>
      )}
    </>
  );
}
