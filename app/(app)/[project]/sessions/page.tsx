import { List } from "lucide-react";
import type { Metadata } from "next";
import { NothingYet } from "@/components/app/nothing-yet";
import { PageHeader } from "@/components/app/page-header";
import { SessionTable } from "@/components/sessions/session-table";
import { userHref } from "@/components/users/row";
import { requireMember } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { anonymousName } from "@/lib/profiles/names";
import { recentSessions } from "@/lib/sessions/queries-recent";

export const metadata: Metadata = { title: "Sessions" };

const ROWS = 100;

export default async function SessionsPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project } = await requireMember((await params).project);
  const sessions = (await recentSessions(scope, ROWS)).sort((a, b) => b.startedAt - a.startedAt);
  const people = new Map(sessions.map((session) => [session.id, session.person]));
  const clock = { now: Date.now(), zone: await readerZone() };
  const ref = (id: string) => people.get(id)?.ref ?? "";
  return (
    <>
      <PageHeader title="Sessions">{sessions.length === ROWS && `The newest ${ROWS}`}</PageHeader>
      {sessions.length === 0 ? (
        <NothingYet icon={List} projectId={project.id} what="visit" />
      ) : (
        <div className="border-t">
          <SessionTable
            sessions={sessions}
            clock={clock}
            hrefOf={(session) => `${userHref(project.id, ref(session.id))}?until=${session.endedAt}`}
            personOf={({ id }) =>
              people.get(id)?.name ?? (ref(id).startsWith("u:") ? ref(id).slice(2) : anonymousName(ref(id).slice(2)))
            }
          />
        </div>
      )}
    </>
  );
}
