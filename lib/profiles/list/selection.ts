import type { SoughtText } from "@/lib/db/search-text.queries";
import type { Internal } from "@/lib/identity/own-team.queries";
import type { Search } from "@/lib/profiles/search/search-text.queries";
import type { ListProfilesOptions, Tab, WindowDays } from "@/lib/profiles/types";
import type { PeopleFilter } from "./filter";

/**
 * The people to select, by facts: a tab, a rule, a search. `now` in ms. `internal`: without the own team by default.
 */
export type Selection = {
  tab: Tab;
  windowDays: WindowDays;
  filter?: PeopleFilter;
  search?: FactsSearch;
  internal?: Internal;
  now: number;
};

/** A pattern for search_text, and the people that a complete anonymous id finds. */
export type FactsSearch = { text: SoughtText; people: number[] };

export const selectionOf = (
  options: Pick<ListProfilesOptions, "filter" | "windowDays" | "withInternal">,
  tab: Tab,
  search: Search | undefined,
): Selection => ({
  tab,
  internal: tab === "internal" ? "only" : options.withInternal ? "with" : "without",
  windowDays: options.windowDays ?? 30,
  filter: options.filter,
  search: search && {
    text: search.text,
    people: [...search.profiles, ...search.streams.map((stream) => -stream)],
  },
  now: Date.now(),
});

export const tabOf = ({ tab, identified }: Pick<ListProfilesOptions, "tab" | "identified">): Tab =>
  tab ?? (identified === undefined ? "everyone" : identified ? "identified" : "anonymous");
