import type { Scope } from "@/lib/scope";
import { listVisits, type SessionOfPerson, type VisitsFilter } from "@/lib/sessions/project-visits.queries";
import { listSessions } from "@/lib/sessions/sessions.queries";
import type { SessionRow } from "@/lib/sessions/types";
import { type Columns, chooseColumns } from "./columns";
import { csvResponse, isoTime, pagesOf } from "./csv-stream";

/** How many sessions are read at a time. */
const PAGE_SESSIONS = 500;

const COLUMNS: Columns<SessionRow> = {
  session: ({ id }) => id,
  startedAt: ({ startedAt }) => isoTime(startedAt),
  endedAt: ({ endedAt }) => isoTime(endedAt),
  seconds: ({ durationMs }) => Math.round(durationMs / 1_000),
  events: ({ events }) => events,
  pageViews: ({ pageViews }) => pageViews,
  revenue: ({ revenue }) => revenue / 100,
  entryPage: ({ entryPage }) => entryPage,
  exitPage: ({ exitPage }) => exitPage,
  source: ({ source }) => source,
  referrer: ({ referrer }) => referrer,
  device: ({ device }) => device,
  browser: ({ browser }) => browser,
  os: ({ os }) => os,
  country: ({ country }) => country,
  city: ({ city }) => city,
};
const OF_PEOPLE: Columns<SessionOfPerson> = {
  person: ({ person }) => person.ref,
  name: ({ person }) => person.name,
  ...COLUMNS,
};

/** The columns that files of sessions can have: for everybody's, and for one person's. */
export const VISIT_COLUMNS = Object.keys(OF_PEOPLE);
export const SESSION_COLUMNS = Object.keys(COLUMNS);

/** Everybody's sessions that pass the filter, newest first, as a CSV file; streamed page by page (listVisits). */
export function exportVisits(scope: Scope, filter: VisitsFilter, columns: string[] | null): Response {
  const { head, cellsOf } = chooseColumns(OF_PEOPLE, columns);
  const read = (cursor: string | undefined) => listVisits(scope, { filter, limit: PAGE_SESSIONS, cursor });
  return csvResponse(scope, "sessions", head, pagesOf(read, cellsOf));
}

/** One person's sessions, those from `after` (ms) on, newest first, as a CSV file. */
export function exportSessionsOf(scope: Scope, ref: string, columns: string[] | null, after?: number): Response {
  const { head, cellsOf } = chooseColumns(COLUMNS, columns);
  const read = (cursor: string | undefined) => listSessions(scope, ref, { limit: PAGE_SESSIONS, after, cursor });
  return csvResponse(scope, "sessions", head, pagesOf(read, cellsOf));
}
