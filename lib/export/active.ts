import { activePeople } from "@/lib/overview/people.queries";
import type { ActivePeopleKind, ActivePerson } from "@/lib/overview/types";
import type { TimeWindow } from "@/lib/overview/window.queries";
import type { Scope } from "@/lib/scope";
import { type Columns, chooseColumns } from "./columns";
import { csvResponse, isoTime, pagesOf } from "./csv-stream";

/** About 2 MB. Large, because windows that days cannot answer (walked-events.queries.ts) cost a full pass per page. */
const PAGE_PEOPLE = 10_000;

const COLUMNS: Columns<ActivePerson> = {
  ref: ({ person }) => person.ref,
  name: ({ person }) => person.name,
  lastActive: ({ lastAt }) => isoTime(lastAt),
  firstActive: ({ firstAt }) => isoTime(firstAt),
  firstSeen: ({ firstSeen }) => isoTime(firstSeen),
  events: ({ events }) => events,
};

/** The columns the file can have. */
export const ACTIVE_COLUMNS = Object.keys(COLUMNS);

/** The people the overview counts in a window, last active first, as a CSV file. */
export function exportActive(
  scope: Scope,
  window: TimeWindow,
  show: ActivePeopleKind,
  columns: string[] | null,
): Response {
  const { head, cellsOf } = chooseColumns(COLUMNS, columns);
  const read = (cursor: string | undefined) => activePeople(scope, window, { show, limit: PAGE_PEOPLE, cursor });
  return csvResponse(scope, "active-people", head, pagesOf(read, cellsOf));
}
