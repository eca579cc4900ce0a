"use server";

import { z } from "zod";
import { filterArgumentSchema, MAX_NAMES } from "@/components/timeline/filter-argument";
import type { TimelinePage } from "@/components/timeline/item";
import { personItems, readPageAt } from "@/components/timeline/read-page";
import { timelineFilterOf } from "@/components/timeline/timeline-url";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { conversionNames, eventDisplays } from "@/lib/events/events.queries";
import { readAction, textSchema } from "@/lib/http/action";
import { readerZone } from "@/lib/http/zone";
import { topNamesOf } from "@/lib/timeline/activity.queries";

const person = [textSchema, textSchema] as const;

/** The next page of a person's timeline, above or below: project, ref, filter, side, cursor. */
export const morePersonEvents = readAction(
  z.tuple([...person, filterArgumentSchema, z.enum(["above", "below"]), textSchema]),
  async (projectId, ref, params, side, cursor): Promise<TimelinePage> => {
    const { scope } = await requireMemberOrGuest(projectId);
    const filter = timelineFilterOf(params, conversionNames(await eventDisplays(scope)), await readerZone());
    return readPageAt(personItems(scope, ref), side, cursor, { order: params.order, filter });
  },
);

/** A person's event names except page views, most frequent first: project, ref. */
export const personEventNames = readAction(
  z.tuple([...person]),
  async (projectId, ref): Promise<{ name: string; count: number }[]> => {
    const { scope } = await requireMemberOrGuest(projectId);
    const { events } = await topNamesOf(scope, ref, Number.NEGATIVE_INFINITY, MAX_NAMES);
    return events.map(({ name, count }) => ({ name, count }));
  },
);
