import { AppError } from "@/lib/errors";
import type { Internal } from "@/lib/identity/own-team.queries";
import type { PeopleSet } from "@/lib/identity/people-set.queries";
import { type ListProfilesOptions, POWER_SHARE_OF_DAYS, type Tab, type WindowDays } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { compileRule } from "./compile.queries";
import { decodeRule } from "./decode-rule";
import { peopleSetOfFilter } from "./members.queries";
import { type Condition, conditionsOf, EVERYONE, type Rule, segmentsIn } from "./rule";
import { ruleInWords } from "./rule-text";
import { segmentNames } from "./segments.queries";

/** A filter for a list and its header. `conditions`: how many it has; `words`: null for a filter of nothing. */
export type FilterShown = {
  rule: Rule;
  conditions: number;
  words: string | null;
  /** The reason why it cannot be used, for display. */
  problem: string | null;
  compiled: ListProfilesOptions["filter"];
};

/**
 * The filter of a list's URL, compiled. An unusable filter sets `problem` instead of throwing, as a link may be old.
 */
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
  const segments = segmentsIn(shown);
  const names = segments.length === 0 ? new Map<string, string>() : await segmentNames(scope, segments);
  const words = shown.of.length === 0 ? null : ruleInWords(shown, { segments: names });
  return { rule: shown, conditions: conditionsOf(shown).length, words, problem, compiled };
}

/**
 * The people whose sessions or events a list shows; `filter`: as in URLs, the same rule as the users list's. `people`
 * is undefined for everybody, with or without the own team.
 */
export async function readPeopleFilter(
  scope: Scope,
  filter: string,
  internal: Internal = "without",
): Promise<{ shown: FilterShown; people: PeopleSet | undefined }> {
  const shown = await readFilter(scope, filter);
  const isEverybody = shown.compiled === undefined && internal !== "only";
  return { shown, people: isEverybody ? undefined : peopleSetOfFilter(scope, shown.compiled, Date.now(), internal) };
}

/** Like readPeopleFilter, for files and streams: an unusable filter is an error, never everybody. */
export async function requirePeopleFilter(
  scope: Scope,
  filter: string,
  internal: Internal = "without",
): Promise<PeopleSet | undefined> {
  const { shown, people } = await readPeopleFilter(scope, filter, internal);
  if (shown.problem !== null) throw new AppError("bad_request", "This filter cannot be used.", { field: "filter" });
  return people;
}

/** The parameters of a list of people: a tab, a filter, a search. */
export type ListShown = { tab: Tab; window: WindowDays; rule: Rule; search: string };

/** The rule that describes the people of a list, now and later; for everyone, `and` of nothing. */
export function ruleOfList({ tab, window, rule, search }: ListShown): Rule {
  const wanted: Rule["of"] = [...conditionsOfTab(tab, window)];
  if (rule.kind === "and") wanted.push(...rule.of);
  else if (rule.of.length > 0) wanted.push(rule);
  if (search.trim() !== "") wanted.push({ kind: "search", text: search.trim() });
  const [only] = wanted;
  return wanted.length === 1 && only === rule ? rule : { kind: "and", of: wanted };
}

function conditionsOfTab(tab: Tab, window: WindowDays): Condition[] {
  switch (tab) {
    case "everyone":
    case "internal": // no rule says who they are: settings do
      return [];
    case "identified":
    case "anonymous":
      return [{ kind: "identified", is: tab === "identified" }];
    case "quiet":
      return [{ kind: "quiet", is: true }];
    case "power":
      return [
        { kind: "count", field: `activeDays${window}`, is: "atLeast", n: Math.ceil(window * POWER_SHARE_OF_DAYS) },
        { kind: "time", field: "lastSeen", is: "inLast", days: window },
      ];
  }
}
