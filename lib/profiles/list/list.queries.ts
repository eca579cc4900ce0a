import { awaitedLater, settled } from "@/lib/faults/awaited-later";
import { exactPeople, searchPeople } from "@/lib/profiles/search/search.queries";
import { readSearch } from "@/lib/profiles/search/search-text.queries";
import type { ListProfilesOptions, Page, ProfileSummary, Tab, Total } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { countSelection } from "./everybody.queries";
import { liveList } from "./live-list.queries";
import { materializedList } from "./materialized-list.queries";
import { tabOf } from "./selection";

const MAX_EXACT = 5;
const MAX_NEAR = 8;

type ListOptions = ListProfilesOptions & { tab: Tab };

/** `near`: if nobody matches the search, whom it may mean, best first, whatever the tab and the filter. */
export type PeoplePage = Page<ProfileSummary> & { near: ProfileSummary[] };

/**
 * A page of the list as a screen shows it. In the default order, people with exactly the sought id or e-mail come first
 * and are not repeated further down.
 */
export async function peoplePage(scope: Scope, options: ListOptions): Promise<PeoplePage> {
  const [{ rows, next }, first] = await Promise.all([listProfiles(scope, options), exactMatches(scope, options)]);
  const others = rows.filter(({ ref }) => first.every((person) => person.ref !== ref));
  const shown = options.cursor === undefined ? [...first, ...others] : others;
  const near = shown.length > 0 || !options.search ? [] : await searchPeople(scope, options.search, MAX_NEAR);
  return { rows: shown, next, near };
}

/** People the search names exactly, if the list is in its default order and unfiltered. */
async function exactMatches(
  scope: Scope,
  { tab, search, sort, filter, withInternal }: ListOptions,
): Promise<ProfileSummary[]> {
  const sides = SIDES[tab];
  if (!search || sort !== undefined || filter !== undefined || sides === undefined) return [];
  const found = await exactPeople(scope, search, MAX_EXACT);
  return found.filter(({ identified, facts }) => sides.includes(identified) && (withInternal || !facts?.isInternal));
}

/** Whether a tab shows identified people or visitors, for tabs that only depend on that. */
const SIDES: Partial<Record<Tab, boolean[]>> = { everyone: [true, false], identified: [true], anonymous: [false] };

/**
 * A page of people: the one way to a list, for the app, the API and live views. It takes one of two paths:
 * - The live list, newest last seen first, is read from what the engine keeps and is never behind.
 * - The materialized list serves any other order, tab or rule from profile_facts, a second or two behind.
 */
export async function listProfiles(scope: Scope, options: ListProfilesOptions): Promise<Page<ProfileSummary>> {
  const tab = tabOf(options);
  const search = await readSearch(scope, options.search);
  return needsFacts(options, tab)
    ? materializedList(scope, options, tab, search)
    : liveList(scope, options, tab, search);
}

const needsFacts = ({ sort, filter }: ListProfilesOptions, tab: Tab): boolean =>
  filter !== undefined ||
  tab === "power" ||
  tab === "quiet" ||
  tab === "internal" ||
  (sort !== undefined && (sort.by !== "lastSeen" || sort.order !== "desc"));

/**
 * The sizes of the tabs; `shown`: the tab that is open. Each is shown once it resolves. Call it once the rows are
 * there; the tabs are counted one after the other, as counting reads everybody and rows must not wait for it.
 */
export function tabTotals(
  scope: Scope,
  options: Pick<ListProfilesOptions, "windowDays" | "search" | "filter"> & { tab: Tab },
) {
  const total = async (tab: Tab, after?: Promise<Total>): Promise<Total> => {
    await settled(after);
    return countPeople(scope, { ...options, tab });
  };
  const identified = total("identified");
  const anonymous = total("anonymous", identified);
  const all = async () => {
    const [a, b] = await Promise.all([identified, anonymous]);
    return { count: a.count + b.count, exact: a.exact && b.exact };
  };
  const everyone = all();
  const internal = total("internal", anonymous);
  const shown =
    { everyone, identified, anonymous, internal, power: null, quiet: null }[options.tab] ?? total(options.tab);
  awaitedLater(identified, anonymous, everyone, internal, shown);
  return { identified, anonymous, internal, shown };
}

/** How many people a list has; see Total. */
export async function countPeople(
  scope: Scope,
  options: Pick<ListProfilesOptions, "tab" | "identified" | "windowDays" | "filter" | "search" | "withInternal">,
): Promise<Total> {
  return countSelection(scope, options, tabOf(options), await readSearch(scope, options.search));
}
