"use server";

import type { TimelinePage } from "@/components/timeline/item";
import { filterOf, type TimelineParams } from "@/components/timeline/params";
import { requireMember } from "@/lib/auth/guard";
import { conversionNames, eventDisplays } from "@/lib/events/events.queries";
import { reading } from "@/lib/http/action";
import { readerZone } from "@/lib/http/zone";
import { topsOf } from "@/lib/timeline/queries-activity";
import { readOn } from "./timeline-page";

/** Names a filter offers at most. */
const MAX_NAMES = 200;

/** More of somebody's timeline, above or below what is there. */
export const moreEvents = reading(
  async (
    projectId: string,
    ref: string,
    params: TimelineParams,
    side: "above" | "below",
    cursor: string,
  ): Promise<TimelinePage> => {
    const { scope } = await requireMember(String(projectId));
    const filter = filterOf(params, conversionNames(await eventDisplays(scope)), await readerZone());
    const order = params.order === "asc" ? "asc" : "desc";
    return readOn(scope, String(ref), side === "above" ? "above" : "below", String(cursor), { order, filter });
  },
);

/** What somebody ever did, most often first, but page views. */
export const eventNamesOf = reading(
  async (projectId: string, ref: string): Promise<{ name: string; count: number }[]> => {
    const { scope } = await requireMember(String(projectId));
    const { events } = await topsOf(scope, String(ref), Number.NEGATIVE_INFINITY, MAX_NAMES);
    return events.map(({ name, count }) => ({ name, count }));
  },
);
