"use server";

import { toItem } from "@/components/timeline/item";
import type { TimelinePage } from "@/components/timeline/timeline";
import { requireMember } from "@/lib/auth/guard";
import { listEvents } from "@/lib/timeline/queries";

/** Events a page of the timeline. */
const PAGE_EVENTS = 60;

/** The page of somebody's timeline behind `cursor`. */
export async function olderEvents(projectId: string, ref: string, cursor: string): Promise<TimelinePage> {
  const { scope } = await requireMember(String(projectId));
  const { rows, next } = await listEvents(scope, String(ref), {
    order: "desc",
    limit: PAGE_EVENTS,
    includeProperties: true,
    cursor: String(cursor),
  });
  return { items: rows.map(toItem), next };
}
