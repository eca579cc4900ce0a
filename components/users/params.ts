import { createLoader, createParser, createSerializer, parseAsString, parseAsStringLiteral } from "nuqs/server";
import { SORT_COLUMNS, type Sort, type SortColumn, TABS, type Tab, type WindowDays } from "@/lib/profiles/types";

/** "-lastSeen": newest last seen first. "p:plan": by the property plan, smallest first. */
const parseAsSort = createParser<Sort>({
  parse: (text) => {
    const order = text.startsWith("-") ? "desc" : "asc";
    const by = text.replace(/^-/, "");
    if (by.startsWith("p:") && by.length > 2) return { by: { property: by.slice(2) }, order };
    return (SORT_COLUMNS as readonly string[]).includes(by) ? { by: by as SortColumn, order } : null;
  },
  serialize: ({ by, order }) => `${order === "desc" ? "-" : ""}${typeof by === "string" ? by : `p:${by.property}`}`,
  eq: (a, b) => a.order === b.order && columnOf(a) === columnOf(b),
});

/** The column of the list a sort is by. */
export const columnOf = ({ by }: Sort): string => (typeof by === "string" ? by : `p:${by.property}`);

export const WINDOW_DAYS = [7, 30, 90] as const;
const parseAsWindow = createParser<WindowDays>({
  parse: (text) => WINDOW_DAYS.find((days) => String(days) === text) ?? null,
  serialize: String,
});

/** The users list's whole state, as its URL says it: the words of lib/segments/list-params, which the API and the export share. */
export const userListParams = {
  tab: parseAsStringLiteral(TABS).withDefault("everyone"),
  search: parseAsString.withDefault(""),
  filter: parseAsString.withDefault(""),
  sort: parseAsSort,
  window: parseAsWindow.withDefault(30),
  cursor: parseAsString,
};

export type UserListState = {
  tab: Tab;
  search: string;
  filter: string;
  sort: Sort | null;
  window: WindowDays;
  cursor: string | null;
};

export const loadUserListParams = createLoader(userListParams);

/** `path` with the list's state as its query, leaving out what is the default. */
export const userListHref: (path: string, state: Partial<UserListState>) => string = createSerializer(userListParams);
