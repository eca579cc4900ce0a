"use server";

import { z } from "zod";
import { accountItems } from "@/components/accounts/read-timeline-items";
import { filterArgumentSchema, MAX_NAMES } from "@/components/timeline/filter-argument";
import type { TimelinePage } from "@/components/timeline/item";
import { readPageAt } from "@/components/timeline/read-page";
import { timelineFilterOf } from "@/components/timeline/timeline-url";
import { eventNamesOfAccount } from "@/lib/accounts/page/uses.queries";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { conversionNames, eventDisplays } from "@/lib/events/events.queries";
import { readAction, textSchema } from "@/lib/http/action";
import { readerZone } from "@/lib/http/zone";

const account = [textSchema, textSchema] as const;

/** The next page of an account's timeline, above or below: project, account, filter, side, cursor. */
export const moreAccountEvents = readAction(
  z.tuple([...account, filterArgumentSchema, z.enum(["above", "below"]), textSchema]),
  async (projectId, accountId, params, side, cursor): Promise<TimelinePage> => {
    const { scope } = await requireMemberOrGuest(projectId);
    const filter = timelineFilterOf(params, conversionNames(await eventDisplays(scope)), await readerZone());
    return readPageAt(accountItems(scope, accountId), side, cursor, { order: params.order, filter });
  },
);

/** An account's event names except page views, most frequent first: project, account. */
export const accountEventNames = readAction(
  z.tuple([...account]),
  async (projectId, accountId): Promise<{ name: string; count: number }[]> => {
    const { scope } = await requireMemberOrGuest(projectId);
    return eventNamesOfAccount(scope, accountId, MAX_NAMES);
  },
);
