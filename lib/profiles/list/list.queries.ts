import sql, { type Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, encodeCursor, unreadableCursor } from "@/lib/db/cursor";
import { normalizeSearchText, searchPatterns } from "@/lib/db/search-text.queries";
import { awaitedLater, whenSettled } from "@/lib/faults/awaited-later";
import { visitorNumber } from "@/lib/identity/person-ref";
import { hasExactId } from "@/lib/identity/person-ref.queries";
import { summariesByNumber } from "@/lib/profiles/person/person.queries";
import { exactPeople, searchPeople } from "@/lib/profiles/search/search.queries";
import type { ListProfilesOptions, Page, ProfileSummary, Tab, Total } from "@/lib/profiles/types";
import { readHeavily } from "@/lib/reading/heavy.queries";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { countSelection } from "./everybody.queries";
import { liveList } from "./live-list.queries";
import { type FoundPerson, type PeoplePosition, peopleQuery, type Search, type Selection } from "./people.queries";
import { listOrder } from "./sorted-columns.store";

const UNREADABLE = /^22/;

const position = z.tuple([z.literal("people"), z.string(), z.array(z.string()).nullable(), z.number().int()]);

const MAX_EXACT = 5;
const MAX_NEAR = 8;

type ListOptions = ListProfilesOptions & { tab: Tab };

/** `near`: if nobody matches the search, people it may mean, best first, regardless of tab and filter. */
export type PeoplePage = Page<ProfileSummary> & { near: ProfileSummary[] };

/**
 * A page of the list as a screen shows it. In the default order, people with exactly the sought id or e-mail come first
 * and are not repeated further down.
 */
export async function peoplePage(scope: Scope, options: ListOptions): Promise<PeoplePage> {
  const [{ rows, next }, exact] = await Promise.all([listProfiles(scope, options), exactMatches(scope, options)]);
  const others = rows.filter(({ ref }) => exact.every((person) => person.ref !== ref));
  const shown = options.cursor === undefined ? [...exact, ...others] : others;
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
 * A page of people, for the app, the API and live views. It takes one of two paths:
 * - The live list, newest last seen first, is read from the engine's tables and never lags.
 * - The materialized list serves any other order, tab or rule from profile_facts, and lags by a second or two.
 */
export async function listProfiles(scope: Scope, options: ListProfilesOptions): Promise<Page<ProfileSummary>> {
  const selection = await readSelection(scope, options);
  return needsFacts(options, selection.tab)
    ? materializedList(scope, selection, options)
    : liveList(scope, selection, options);
}

const needsFacts = ({ sort, filter }: ListProfilesOptions, tab: Tab): boolean =>
  filter !== undefined ||
  tab === "power" ||
  tab === "quiet" ||
  tab === "internal" ||
  (sort !== undefined && (sort.by !== "lastSeen" || sort.order !== "desc"));

/**
 * A page of people in an order of profile_facts, with keyset pagination like all lists. The order and the rule lag by a
 * second or two; displayed values are live, and people who no longer exist are left out. One statement finds the page;
 * a second one is only needed where people without a value begin.
 */
async function materializedList(
  scope: Scope,
  selection: Selection,
  options: Pick<ListProfilesOptions, "sort" | "limit" | "cursor">,
): Promise<Page<ProfileSummary>> {
  const order = await listOrder(scope, options.sort, selection);
  const name = JSON.stringify([selection.tab, selection.windowDays, options.sort ?? null]);
  const cursor = decodeCursor(options.cursor, position);
  if (cursor && (cursor[1] !== name || (cursor[2] && cursor[2].length !== order.keys.length))) throw unreadableCursor();
  let from: PeoplePosition | undefined = cursor && { keys: cursor[2], person: cursor[3] };
  let tail = cursor ? cursor[2] === null : false;
  const limit = options.limit + 1;
  const hasTail = order.keys.length === 1 && order.keys[0]?.nullable === true;
  const entries: { at: FoundPerson; row: ProfileSummary }[] = [];
  for (;;) {
    const query = peopleQuery(scope, selection, order, { from, tail, limit });
    const page = await findPeople(scope, selection, query, cursor !== undefined, order.readsAll);
    const live = await summariesByNumber(
      scope,
      page.map(({ person }) => person),
    );
    for (const at of page) {
      const row = live.get(at.person);
      if (row) entries.push({ at, row });
    }
    const last = page.at(-1);
    if (entries.length >= limit) break;
    if (last && page.length === limit) from = last;
    else if (tail || !hasTail) break;
    else [tail, from] = [true, undefined];
  }
  const shown = entries.slice(0, options.limit);
  const end = shown.at(-1)?.at;
  return {
    rows: shown.map(({ row }) => row),
    next: entries.length > shown.length && end ? encodeCursor(["people", name, end.keys, end.person]) : null,
  };
}

/**
 * Runs a query over people. A rule's sets may be hashed in memory. Parallel workers are only used if everybody has to
 * be read without an index: starting them takes longer than finding a page. Memoize is off: sized for a million people,
 * it takes 20 ms to set up, and each person's facts are looked up once.
 */
async function findPeople(
  scope: Scope,
  selection: Selection,
  query: Sql,
  hasCursor: boolean,
  isParallel: boolean,
): Promise<FoundPerson[]> {
  const memory = selection.filter && selection.filter.ctes.length > 0 ? "128MB" : "16MB";
  try {
    const { rows } = await readHeavily<FoundPerson>(scope, query, {
      work_mem: memory,
      max_parallel_workers_per_gather: isParallel ? "2" : "0",
      enable_memoize: "off",
    });
    return rows;
  } catch (error) {
    if (hasCursor && UNREADABLE.test(codeOf(error) ?? "")) throw unreadableCursor();
    throw error;
  }
}

const codeOf = (error: unknown): string | undefined => z.object({ code: z.string() }).safeParse(error).data?.code;

/**
 * The sizes of the tabs, each shown when it resolves; `shown`: of the open tab. Call it after reading the rows, which
 * must not wait for it. Tabs are counted one after the other, as counting reads everybody.
 */
export function tabTotals(
  scope: Scope,
  options: Pick<ListProfilesOptions, "windowDays" | "search" | "filter"> & { tab: Tab },
) {
  const total = async (tab: Tab, after?: Promise<Total>): Promise<Total> => {
    await whenSettled(after);
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
export const countPeople = async (scope: Scope, options: SelectionOptions): Promise<Total> =>
  countSelection(scope, await readSelection(scope, options));

/** The options of a list that select people. */
export type SelectionOptions = Pick<
  ListProfilesOptions,
  "tab" | "identified" | "windowDays" | "filter" | "search" | "withInternal"
>;

export async function readSelection(scope: Scope, options: SelectionOptions): Promise<Selection> {
  const { identified, withInternal, windowDays = 30, filter } = options;
  const tab = options.tab ?? (identified === undefined ? "everyone" : identified ? "identified" : "anonymous");
  return {
    tab,
    internal: tab === "internal" ? "only" : withInternal ? "with" : "without",
    windowDays,
    filter,
    search: await readSearch(scope, options.search),
    now: Date.now(),
  };
}

/**
 * Parses a search; see searchPatterns. A complete anonymous id finds its visitor and everyone who owns a span of it
 * (identities_ext_id_key).
 */
async function readSearch(scope: Scope, typed: string | undefined): Promise<Search | undefined> {
  const text = normalizeSearchText(typed ?? "");
  if (text === "") return undefined;
  const { rows } = await reading(scope).query<{ stream: number; profiles: number[] }>(sql`
    SELECT i.id AS stream, ARRAY(
             SELECT o.profile_id
               FROM spans s JOIN identities o ON o.project_id = ${scope.projectId} AND o.id = s.owner_id
              WHERE s.project_id = ${scope.projectId} AND s.stream_id = i.id AND o.profile_id IS NOT NULL) AS profiles
      FROM identities i WHERE ${hasExactId(scope, "a", text)}`);
  const people = rows.flatMap(({ stream, profiles }) => [...profiles, visitorNumber(stream)]);
  return { text: searchPatterns(text), people: [...people, ...(await userById(scope, text))] };
}

/** With masked sight there is no text to search, which otherwise finds user ids; so they are looked up. */
async function userById(scope: Scope, id: string): Promise<number[]> {
  if (!scope.sight.masked) return [];
  const { rows } = await reading(scope).query<{ profile: number }>(sql`
    SELECT i.profile_id AS profile FROM identities i WHERE ${hasExactId(scope, "u", id)} AND i.profile_id IS NOT NULL`);
  return rows.map(({ profile }) => profile);
}
