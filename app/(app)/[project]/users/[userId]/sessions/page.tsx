import { List } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { orFirstPage } from "@/components/columns/list-url";
import { ExportButton } from "@/components/export/export-button";
import { displayName, userHref } from "@/components/people/row";
import { queryString } from "@/components/search-params";
import { SessionTable } from "@/components/sessions/session-table";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { Pager } from "@/components/ui/pager";
import { requestedRef, requirePersonPage } from "@/lib/auth/person-page";
import { SESSION_COLUMNS } from "@/lib/export/sessions";
import { parseDay, startOfDay } from "@/lib/format/range";
import { formatDate } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import { listSessions } from "@/lib/sessions/sessions.queries";

const PAGE_SESSIONS = 50;

type Props = {
  params: Promise<{ project: string; userId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, userId } = await params;
  return { title: `Sessions of ${displayName((await requirePersonPage(project, userId)).person)}` };
}

export default async function UserSessionsPage({ params, searchParams }: Props) {
  const { project: projectId, userId } = await params;
  const { cursor, since } = await searchParams;
  const { scope, project, person } = await requirePersonPage(projectId, userId);
  const href = userHref(project.id, person.ref);
  if ((await requestedRef(userId)) !== person.ref) redirect(`${href}/sessions`); // the URL used another of their ids

  const zone = await readerZone();
  const day = parseDay(typeof since === "string" ? since : undefined);
  const after = day === null ? undefined : startOfDay(day, zone);
  const first = `${href}/sessions${day === null ? "" : `?since=${since}`}`;
  const position = typeof cursor === "string" ? cursor : undefined;
  const page = listSessions(scope, person.ref, { limit: PAGE_SESSIONS, after, cursor: position });
  const { rows, next } = await orFirstPage(page, first);
  if (rows.length === 0 && after === undefined) {
    return (
      <Empty icon={List} title="No sessions">
        <p>Only your server has sent events for this user. Visits to pages with the snippet appear here.</p>
      </Empty>
    );
  }
  const clock = { now: Date.now(), zone };
  return (
    <>
      <div className="flex items-center justify-between gap-2 border-b px-4 py-2 sm:px-6">
        <p className="text-muted-foreground text-sm">
          {after === undefined ? (
            "Every visit, newest first"
          ) : (
            <>
              {rows.length === 0 ? "No visits" : "Visits"} since {formatDate(after, zone)}.{" "}
              <Link href={`${href}/sessions`} className="text-primary underline underline-offset-4">
                Show all
              </Link>
            </>
          )}
        </p>
        <ExportButton
          projectId={project.id}
          href={`${href}/sessions/export${queryString({ since: day === null ? null : String(since) })}`}
          what="these visits"
          columns={SESSION_COLUMNS}
          preset={SESSION_COLUMNS}
        />
      </div>
      <SessionTable sessions={rows} clock={clock} hrefOf={(session) => `/${project.id}/sessions/${session.id}`} />
      <Pager
        first={position === undefined ? null : first}
        next={
          next === null
            ? null
            : `${href}/sessions${queryString({ since: day === null ? null : String(since), cursor: next })}`
        }
      />
    </>
  );
}
