import { listHref } from "@/components/columns/list-url";
import { queryString } from "@/components/search-params";
import {
  type AccountChoice,
  accountChoiceParams,
  accountRuleOfRow,
  accountWindowText,
} from "@/lib/comparison/account-groups";
import { type ComparisonChoice, choiceParams } from "@/lib/comparison/choice";
import type { GroupsCompared } from "@/lib/comparison/compare";
import type { AccountsCompared } from "@/lib/comparison/compare-accounts";
import type { ComparedRow, Comparison } from "@/lib/comparison/compared-rows";
import { ruleOfRow } from "@/lib/comparison/rule-of-row";
import { windowText } from "@/lib/comparison/sentences";
import { encodeAccountRule, encodeRule } from "@/lib/segments/encode-rule";
import type { AccountRule, Rule } from "@/lib/segments/rule";

/** `href`: the list of the group. */
export type ShownGroup = { label: string; people: number; isExact: boolean; href: string };
/** The list behind a side of a row, and where it can be saved as a segment. */
export type RowLinks = (row: ComparedRow, side: "a" | "b") => { list: string; save: string };

/** A comparison as the screen shows it, of people or of accounts. */
export type ComparisonView = {
  a: ShownGroup & { read: number };
  b: ShownGroup & { read: number };
  leftOut: ShownGroup[];
  comparison: Comparison;
  isEstimate: boolean;
  noun: "people" | "accounts";
  when: string;
  /** What distinguishes the groups. */
  outcome: string;
  params: Record<string, string>;
  links: RowLinks;
};

export function peopleView(
  projectId: string,
  choice: ComparisonChoice,
  { window, ...compared }: GroupsCompared,
): ComparisonView {
  const listOf = (rule: Rule) => listHref(`/${projectId}/users`, { filter: encodeRule(rule) });
  const shown = <G extends { rule: Rule }>(group: G) => ({ ...group, href: listOf(group.rule) });
  return {
    ...compared,
    a: shown(compared.a),
    b: shown(compared.b),
    leftOut: compared.leftOut.map(shown),
    noun: "people",
    when: windowText(choice),
    outcome: outcomeWords(choice),
    params: choiceParams(choice),
    links: (row, side) => {
      const rule = ruleOfRow(compared[side].rule, row, window);
      return { list: listOf(rule), save: `/${projectId}/segments/new${queryString({ filter: encodeRule(rule) })}` };
    },
  };
}

export function accountsView(projectId: string, choice: AccountChoice, compared: AccountsCompared): ComparisonView {
  const listOf = (rule: AccountRule) => listHref(`/${projectId}/accounts`, { filter: encodeAccountRule(rule) });
  const shown = <G extends { rule: AccountRule }>(group: G) => ({ ...group, href: listOf(group.rule) });
  return {
    ...compared,
    a: shown(compared.a),
    b: shown(compared.b),
    leftOut: compared.leftOut.map(shown),
    noun: "accounts",
    when: accountWindowText(choice),
    outcome: ACCOUNT_OUTCOMES[choice.pair.pair] ?? "",
    params: accountChoiceParams(choice),
    links: (row, side) => {
      const rule = accountRuleOfRow(compared[side], row, choice.days);
      const filter = encodeAccountRule(rule);
      return { list: listOf(rule), save: `/${projectId}/segments/new${queryString({ from: "accounts", filter })}` };
    },
  };
}

const ACCOUNT_OUTCOMES: { [pair: string]: string } = {
  retained: "Churned accounts are dormant today, retained ones are not.",
  health: "Divided by their active people in recent weeks, compared with what is usual for them.",
  paying: "Divided by revenue so far; the first payment may lie within these days.",
};

function outcomeWords({ pair, counted }: ComparisonChoice): string {
  const isLife = "of" in counted;
  switch (pair.pair) {
    case "retained":
      return isLife
        ? "Retained: active again 30 to 60 days in; churned: not."
        : "Both were active in these days. Retained: active again in the 30 days after; churned: not.";
    case "power":
      return "Power users were active on 8 or more of the last 30 days, which began after the window.";
    case "signedUp":
    case "converted":
    case "paying":
      return isLife
        ? "Divided by what happened after the window, until day 60."
        : "Divided by what happened in the 30 days after.";
    default:
      return "";
  }
}
