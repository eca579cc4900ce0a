import { createLoader, createParser, parseAsString, parseAsStringLiteral } from "nuqs/server";
import { DEFAULT_WINDOW, parseSort, WINDOW_DAYS, writeSort } from "@/components/people/list-state";
import { TABS, type WindowDays } from "@/lib/profiles/types";

/** UserListState as nuqs reads it on the server. */
export const loadUserListParams = createLoader({
  tab: parseAsStringLiteral(TABS).withDefault("everyone"),
  search: parseAsString.withDefault(""),
  filter: parseAsString.withDefault(""),
  sort: createParser({ parse: parseSort, serialize: writeSort }),
  window: createParser<WindowDays>({
    parse: (text) => WINDOW_DAYS.find((days) => String(days) === text) ?? null,
    serialize: String,
  }).withDefault(DEFAULT_WINDOW),
  cursor: parseAsString,
});
