import { History } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { parseEventKey, toItem } from "@/components/timeline/item";
import { Timeline } from "@/components/timeline/timeline";
import { Empty } from "@/components/ui/empty";
import { displayName, userHref } from "@/components/users/row";
import { exact } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import { listEvents } from "@/lib/timeline/queries";
import type { ListEventsOptions } from "@/lib/timeline/types";
import { olderEvents } from "./actions";
import { requirePersonPage } from "./person";

const PAGE: ListEventsOptions = { order: "desc", limit: 60, includeProperties: true };

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
  const { event, until } = await searchParams;
  const { scope, project, person } = await requirePersonPage(projectId, userId);
  const href = userHref(project.id, person.ref);
  const suffix =
    typeof event === "string"
      ? `?event=${encodeURIComponent(event)}`
      : typeof until === "string"
        ? `?until=${until}`
        : "";
  if (decodeURIComponent(userId) !== person.ref) redirect(href + suffix); // by another id than the one they go by

  const clock = { now: Date.now(), zone: await readerZone() };
  // The moment a link leads to: an event that may lie far back, or the end of a session.
  const linked = typeof event === "string" ? parseEventKey(event) : null;
  const end = linked?.ts ?? (typeof until === "string" && /^\d{1,15}$/.test(until) ? Number(until) : null);
  let page = await listEvents(scope, person.ref, PAGE);
  const newest = page.rows[0]?.id;
  const shown = end === null || (linked !== null && page.rows.some(({ id }) => id === linked.id));
  if (!shown) page = await listEvents(scope, person.ref, { ...PAGE, before: end + 1 });
  const anchored = !shown && page.rows[0]?.id !== newest;
  if (page.rows.length === 0 && !anchored) {
    return (
      <Empty icon={History} title="Nothing happened yet">
        <p>
          Properties were set for this user, but no page view or event has come in. It will appear here when it does.
        </p>
      </Empty>
    );
  }
  return (
    <>
      {anchored && end !== null && (
        <p className="border-b bg-accent/50 px-4 py-2 text-sm sm:px-6">
          Showing what happened up to {exact(end, clock.zone)}.{" "}
          <Link href={href} className="font-medium text-primary underline-offset-4 hover:underline">
            Jump to the newest
          </Link>
        </p>
      )}
      <Timeline
        key={`${page.rows[0]?.id}`}
        items={page.rows.map(toItem)}
        next={page.next}
        clock={clock}
        loadOlder={olderEvents.bind(null, project.id, person.ref)}
      />
    </>
  );
}
