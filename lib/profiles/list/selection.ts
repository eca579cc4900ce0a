import type { SoughtText } from "@/lib/profiles/search/search-patterns";
import type { Tab, WindowDays } from "@/lib/profiles/types";
import type { PeopleFilter } from "./filter";

/** Which people, by facts: a tab, a rule, a search. `now` in ms. */
export type Which = { tab: Tab; windowDays: WindowDays; filter?: PeopleFilter; search?: FactsSearch; now: number };

/** What search_text must hold, and the people a whole anonymous id finds. */
export type FactsSearch = { text: SoughtText; people: number[] };
