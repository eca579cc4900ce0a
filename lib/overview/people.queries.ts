import { z } from "zod";
import { decodeCursor, encodeCursor } from "@/lib/db/cursor";
import { pool } from "@/lib/db/pool";
import type { RecentPerson } from "@/lib/identity/person-ref.queries";
import { areActiveCounted } from "@/lib/profiles/active-counts.store";
import { areFactsCurrent } from "@/lib/profiles/facts/facts.queries";
import { readHeavily } from "@/lib/reading/heavy.queries";
import { readingBehind } from "@/lib/reading/reading-behind";
import type { Scope } from "@/lib/scope";
import * as sums from "./active-counts.queries";
import * as days from "./days.queries";
import type { ActivePeopleKind, ActivePeopleRequest, ActivePerson, DayCount, Headline } from "./types";
import * as walked from "./walked-events.queries";
import type { TimeWindow } from "./window.queries";

/**
 * By days if they can answer, otherwise by a walk over the window's events: the same people, at very different costs.
 */
const queriesFor = async (scope: Scope, window: TimeWindow) =>
  days.isCoveredByDays(window) && (await areFactsCurrent(pool(), scope.projectId)) ? days : walked;

/** Like queriesFor, for numbers of people only: by the sums over days, if they are complete. */
async function countQueriesFor(
  scope: Scope,
  window: TimeWindow,
): Promise<Pick<typeof days, "headlineQuery" | "dailyQuery">> {
  const queries = await queriesFor(scope, window);
  if (queries !== days || !sums.isCoveredBySums(window)) return queries;
  // Checked where the counts are read: a replica may not have the latest ones yet.
  return (await readingBehind(scope, (db) => areActiveCounted(db, scope.projectId))) ? sums : queries;
}

/** How many people were active, how many of them are identified, how many were seen for the first time, and events. */
export async function headlineOf(scope: Scope, window: TimeWindow): Promise<Headline> {
  const { headlineQuery } = await countQueriesFor(scope, window);
  const { rows } = await readHeavily<Headline>(scope, headlineQuery(scope, window));
  return rows[0] ?? { active: 0, identified: 0, fresh: 0, signUps: 0, events: 0 };
}

/**
 * How many people were active on each day of `zone`, for a window of whole days there; days without any are left out.
 */
export async function daily(scope: Scope, window: TimeWindow, zone: string): Promise<DayCount[]> {
  const { dailyQuery } = await countQueriesFor(scope, window);
  const { rows } = await readHeavily<DayCount>(scope, dailyQuery(scope, window, zone));
  return rows;
}

/**
 * The planner does not know that a page needs few of a window's days, and would sort them all (a second for a year of
 * 100,000 people); with plain sorts off it walks the days backwards and sorts within each (Incremental Sort).
 */
export const DAY_BY_DAY = { work_mem: "64MB", enable_sort: "off" };

const position = z.tuple([z.literal("active"), z.number().int(), z.number().int()]);

/** The same people that headlineOf counts, most recently active first. */
export async function activePeople(
  scope: Scope,
  window: TimeWindow,
  options: { show: ActivePeopleKind; limit: number; cursor?: string },
): Promise<{ rows: ActivePerson[]; next: string | null }> {
  const cursor = decodeCursor(options.cursor, position);
  const page: ActivePeopleRequest = {
    show: options.show,
    limit: options.limit + 1,
    from: cursor && { lastAt: cursor[1], id: cursor[2] },
  };
  const queries = await queriesFor(scope, window);
  type Row = Omit<ActivePerson, "person"> & {
    id: number;
    orderAt: number;
    ref: RecentPerson["ref"];
    personName: string | null;
  };
  const { rows } = await readHeavily<Row>(
    scope,
    queries.activePeopleQuery(scope, window, page),
    queries === days ? DAY_BY_DAY : undefined,
  );
  const shown = rows.slice(0, options.limit);
  const last = shown.at(-1);
  return {
    rows: shown
      .map(({ ref, personName, id: _, orderAt: __, ...row }) => ({ ...row, person: { ref, name: personName } }))
      .sort((a, b) => b.lastAt - a.lastAt),
    next: rows.length > shown.length && last ? encodeCursor(["active", last.orderAt, last.id]) : null,
  };
}
