import { POWER_SHARE_OF_DAYS, type Tab, type WindowDays } from "@/lib/profiles/types";
import type { Condition, Rule } from "./rule";

/** What a list of people shows: a tab, a filter, what is searched for. */
export type ListShown = { tab: Tab; window: WindowDays; rule: Rule; search: string };

/** The rule that finds whom a list shows, now and later; of everyone, `and` of nothing. */
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
