import "server-only";
import { toUserRow } from "@/components/users/cells";
import { columnsOf } from "@/components/users/columns";
import { type UserListState, userListHref } from "@/components/users/list-state";
import type { UserRow } from "@/components/users/row";
import { AppError } from "@/lib/errors";
import { orFirstPage } from "@/lib/http/cursor";
import { readerZone } from "@/lib/http/zone";
import type { ListLayout } from "@/lib/preferences/layout";
import { countPeople, listProfiles } from "@/lib/profiles/queries";
import type { ListProfilesOptions, Tab, Total } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compiled.queries";
import { segmentNames } from "@/lib/segments/queries";
import { conditionsOf, EVERYONE, type Rule, segmentsIn } from "@/lib/segments/rule";
import { decodeRule } from "@/lib/segments/url";
import { ruleInWords } from "@/lib/segments/words";

const PAGE_ROWS = 50;

export type FilterShown = {
  rule: Rule;
  conditions: number;
  words: string | null;
  /** Why it cannot be used, for people. */
  problem: string | null;
  compiled: ListProfilesOptions["filter"];
};

/** What the URL's filter says, ready for the list. A filter that cannot be used is told, never thrown: a link may be old. */
export async function readFilter(scope: Scope, filter: string, within?: Rule): Promise<FilterShown> {
  const rule = filter === "" ? EVERYONE : decodeRule(filter);
  const shown = rule ?? EVERYONE;
  const all: Rule = {
    kind: "and",
    of: [shown, within].filter((one) => one !== undefined && one.of.length > 0) as Rule[],
  };
  let problem = rule ? null : "This link's filter cannot be read, so everyone is shown.";
  let compiled: FilterShown["compiled"];
  try {
    compiled = all.of.length === 0 ? undefined : await compileRule(scope, all);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "unprocessable") throw error;
    problem = `${error.message} Everyone is shown.`;
  }
  const names = await segmentNames(scope, segmentsIn(shown));
  const words = shown.of.length === 0 ? null : ruleInWords(shown, { segments: names });
  return { rule: shown, conditions: conditionsOf(shown).length, words, problem, compiled };
}

type PeopleQuery = { scope: Scope; path: string; state: UserListState; filter: FilterShown; layout: ListLayout };

/** A page of the list as its URL says it. */
export async function peopleRows(query: PeopleQuery): Promise<{ rows: UserRow[]; next: string | null }> {
  const { scope, path, state, filter, layout } = query;
  const page = listProfiles(scope, {
    ...which(state, filter, state.tab),
    sort: state.sort ?? undefined,
    limit: PAGE_ROWS,
    cursor: state.cursor ?? undefined,
  });
  const { rows, next } = await orFirstPage(page, userListHref(path, { ...state, cursor: null }));
  const clock = { now: Date.now(), zone: await readerZone() };
  const context = { projectId: scope.projectId, clock, columns: columnsOf(layout, state.tab), days: state.window };
  return { rows: rows.map((person) => toUserRow(person, context)), next };
}

/** How many the tabs hold. Each is shown where it is awaited; here it must not end the process if the list fails first. */
export function peopleTotals(scope: Scope, state: UserListState, filter: FilterShown) {
  const total = (tab: Tab): Promise<Total> => {
    const counting = countPeople(scope, which(state, filter, tab));
    counting.catch(() => {});
    return counting;
  };
  const [identified, anonymous] = [total("identified"), total("anonymous")];
  const all = async () => {
    const [a, b] = await Promise.all([identified, anonymous]);
    return { count: a.count + b.count, exact: a.exact && b.exact };
  };
  const everyone = all();
  everyone.catch(() => {});
  const shown = { everyone, identified, anonymous, power: null, quiet: null }[state.tab] ?? total(state.tab);
  return { identified, anonymous, shown };
}

const which = (state: UserListState, filter: FilterShown, tab: Tab) => ({
  tab,
  windowDays: state.window,
  search: state.search === "" ? undefined : state.search,
  filter: filter.compiled,
});
