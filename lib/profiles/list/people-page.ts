import { exactPeople, searchPeople } from "@/lib/profiles/search/search.queries";
import type { ListProfilesOptions, Page, ProfileSummary, Tab } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { listProfiles } from "./list.queries";

const MAX_EXACT = 5;
const MAX_NEAR = 8;

type ListOptions = ListProfilesOptions & { tab: Tab };

/** `near`: where nobody matches the search, whom it may mean, best first, whatever the tab and the filter. */
export type PeoplePage = Page<ProfileSummary> & { near: ProfileSummary[] };

/**
 * A page of the list as a screen shows it. In the list's own order whoever has exactly the sought id or e-mail comes
 * first, and no second time further down.
 */
export async function peoplePage(scope: Scope, options: ListOptions): Promise<PeoplePage> {
  const [{ rows, next }, first] = await Promise.all([listProfiles(scope, options), exactMatches(scope, options)]);
  const others = rows.filter(({ ref }) => first.every((person) => person.ref !== ref));
  const shown = options.cursor === undefined ? [...first, ...others] : others;
  const near = shown.length > 0 || !options.search ? [] : await searchPeople(scope, options.search, MAX_NEAR);
  return { rows: shown, next, near };
}

/** Whoever the search names exactly, where the list's own order and no filter decide who comes first. */
async function exactMatches(scope: Scope, { tab, search, sort, filter }: ListOptions): Promise<ProfileSummary[]> {
  const sides = SIDES[tab];
  if (!search || sort !== undefined || filter !== undefined || sides === undefined) return [];
  const found = await exactPeople(scope, search, MAX_EXACT);
  return found.filter(({ identified }) => sides.includes(identified));
}

/** Whether the people of a tab that is about nothing else are identified. */
const SIDES: Partial<Record<Tab, boolean[]>> = { everyone: [true, false], identified: [true], anonymous: [false] };
