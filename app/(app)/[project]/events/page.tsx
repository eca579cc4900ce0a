import { MousePointerClick } from "lucide-react";
import type { Metadata } from "next";
import { Live } from "@/components/app/live";
import { NothingYet } from "@/components/app/nothing-yet";
import { PageHeader } from "@/components/app/page-header";
import { toItem } from "@/components/timeline/item";
import { Stream } from "@/components/timeline/stream";
import { userHref } from "@/components/users/row";
import { requireMember } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { anonymousName } from "@/lib/profiles/names";
import { recentEvents } from "@/lib/timeline/queries-recent";

export const metadata: Metadata = { title: "Events" };

const ROWS = 100;

export default async function EventsPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project } = await requireMember((await params).project);
  const events = await recentEvents(scope, ROWS);
  const clock = { now: Date.now(), zone: await readerZone() };
  const rows = events.map(({ person, ...event }) => ({
    item: toItem({ ...event, attribution: "explicit" }),
    person: person.name ?? (person.ref.startsWith("u:") ? person.ref.slice(2) : anonymousName(person.ref.slice(2))),
    href: userHref(project.id, person.ref),
  }));
  return (
    <>
      <PageHeader title="Events" actions={<Live />}>
        What happens right now
      </PageHeader>
      {rows.length === 0 ? (
        <NothingYet icon={MousePointerClick} projectId={project.id} what="event" />
      ) : (
        <Stream rows={rows} clock={clock} />
      )}
    </>
  );
}
