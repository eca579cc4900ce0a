import type { Scope } from "@/lib/scope";
import { type AccountEvent, listAccountEvents } from "@/lib/timeline/account-timeline.queries";
import { type StreamFilter, streamEvents } from "@/lib/timeline/project-events.queries";
import type { RecentEvent } from "@/lib/timeline/recent-events.queries";
import { listEvents } from "@/lib/timeline/timeline.queries";
import type { TimelineEvent, TimelineFilter } from "@/lib/timeline/types";
import { type Columns, chooseColumns } from "./columns";
import { csvResponse, isoTime, pagesOf } from "./csv-stream";

/** How many events are read at a time. */
const PAGE_EVENTS = 500;

type AnyEvent = Omit<TimelineEvent, "attribution">;

const COLUMNS: Columns<AnyEvent> = {
  time: ({ ts }) => isoTime(ts),
  event: ({ name }) => name,
  kind: ({ kind }) => kind,
  page: ({ path }) => path,
  title: ({ title }) => title,
  revenue: ({ revenue }) => (revenue === null ? null : revenue / 100),
  session: ({ sessionId }) => sessionId,
  origin: ({ origin }) => origin,
  referrer: ({ referrer }) => referrer,
  device: ({ device }) => device,
  browser: ({ browser }) => browser,
  os: ({ os }) => os,
  country: ({ country }) => country,
  city: ({ city }) => city,
  id: ({ id }) => id,
  properties: ({ properties }) => JSON.stringify(properties),
};
const { time, ...REST } = COLUMNS as { time: (event: AnyEvent) => string | null } & Columns<AnyEvent>;
const OF_PEOPLE: Columns<AnyEvent & Pick<RecentEvent, "person">> = {
  time,
  person: ({ person }) => person.ref,
  name: ({ person }) => person.name,
  ...REST,
};
const OF_ACCOUNT: Columns<AccountEvent> = { ...OF_PEOPLE, attribution: ({ attribution }) => attribution };
const OF_ONE: Columns<TimelineEvent> = { ...COLUMNS, attribution: ({ attribution }) => attribution };

/** The columns that files of events can have: for everybody's, for an account's people, and for one person's. */
export const STREAM_COLUMNS = Object.keys(OF_PEOPLE);
export const ACCOUNT_TIMELINE_COLUMNS = Object.keys(OF_ACCOUNT);
export const TIMELINE_COLUMNS = Object.keys(OF_ONE);

/** Everybody's events that pass the filter, newest first, as a CSV file; streamed page by page (streamEvents). */
export function exportStream(scope: Scope, filter: StreamFilter, columns: string[] | null): Response {
  const { head, cellsOf } = chooseColumns(OF_PEOPLE, columns, ({ properties }) => properties);
  const read = (cursor: string | undefined) => streamEvents(scope, { filter, limit: PAGE_EVENTS, cursor });
  return csvResponse(scope, "events", head, pagesOf(read, cellsOf));
}

/** The events of an account's people from the time they belonged to it, as a CSV file, in the timeline's order. */
export function exportAccountTimeline(
  scope: Scope,
  accountId: string,
  list: { order: "asc" | "desc"; filter: TimelineFilter | undefined },
  columns: string[] | null,
): Response {
  const { head, cellsOf } = chooseColumns(OF_ACCOUNT, columns, ({ properties }) => properties);
  const read = (cursor: string | undefined) =>
    listAccountEvents(scope, accountId, { ...list, limit: PAGE_EVENTS, cursor, includeProperties: true });
  return csvResponse(scope, "account-timeline", head, pagesOf(read, cellsOf));
}

/** One person's timeline as a CSV file, in its order. */
export function exportTimeline(
  scope: Scope,
  ref: string,
  list: { order: "asc" | "desc"; filter: TimelineFilter | undefined },
  columns: string[] | null,
): Response {
  const { head, cellsOf } = chooseColumns(OF_ONE, columns, ({ properties }) => properties);
  const read = (cursor: string | undefined) =>
    listEvents(scope, ref, { ...list, limit: PAGE_EVENTS, cursor, includeProperties: true });
  return csvResponse(scope, "timeline", head, pagesOf(read, cellsOf));
}
