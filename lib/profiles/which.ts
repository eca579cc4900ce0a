import type { PeopleFilter } from "./filter";
import type { SoughtText } from "./search-patterns";
import type { Tab, WindowDays } from "./types";

/** Which people, by facts: a tab, a rule, a search. `now` in ms. */
export type Which = { tab: Tab; windowDays: WindowDays; filter?: PeopleFilter; search?: FactsSearch; now: number };

/** What search_text must hold, and the people a whole anonymous id finds. */
export type FactsSearch = { text: SoughtText; people: number[] };
