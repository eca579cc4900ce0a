import type { z } from "zod";
import { accountRuleOfRow } from "@/lib/comparison/account-groups";
import type { GroupSize, GroupsCompared } from "@/lib/comparison/compare";
import type { AccountsCompared } from "@/lib/comparison/compare-accounts";
import { type ComparedRow, type Comparison, isMean } from "@/lib/comparison/compared-rows";
import { ruleOfRow } from "@/lib/comparison/rule-of-row";
import { shareOf } from "@/lib/comparison/statistics";
import { encodeAccountRule, encodeRule } from "@/lib/segments/encode-rule";
import type { comparisonSchema } from "./insight-schemas";

type Presented = z.input<typeof comparisonSchema>;

/** A comparison of people in the API's terms. */
export const presentComparison = ({ window, ...compared }: GroupsCompared): Presented =>
  present(
    compared,
    ({ rule }) => encodeRule(rule),
    (row, side) => encodeRule(ruleOfRow(compared[side].rule, row, window)),
  );

/** A comparison of accounts in the API's terms; each `filter` is for the list of accounts. */
export const presentAccountComparison = (compared: AccountsCompared, days: number): Presented =>
  present(
    compared,
    ({ rule }) => encodeAccountRule(rule),
    (row, side) => encodeAccountRule(accountRuleOfRow(compared[side], row, days)),
  );

type Group = Pick<GroupSize, "label" | "people" | "isExact">;
type Compared<G> = { a: G; b: G; leftOut: Omit<G, "read">[]; comparison: Comparison; isEstimate: boolean };

function present<G extends Group>(
  { a, b, leftOut, comparison, isEstimate }: Compared<G>,
  filterOf: (group: Omit<G, "read">) => string,
  filterOfRow: (row: ComparedRow, side: "a" | "b") => string,
): Presented {
  const presentGroup = (group: Omit<G, "read">) => ({
    label: group.label,
    people: group.people,
    exact: group.isExact,
    filter: filterOf(group),
  });
  const row = (one: ComparedRow, clear: boolean): Presented["rows"][number] => {
    const side = (name: "a" | "b") => {
      const filter = filterOfRow(one, name);
      if (isMean(one)) return { people: one[name].people, had: null, share: null, mean: one[name].mean, filter };
      return { ...one[name], share: shareOf(one[name]), mean: null, filter };
    };
    const { kind, key, property = null, value = null, difference, low, high, p, adjusted } = one;
    return { kind, key, property, value, a: side("a"), b: side("b"), difference, low, high, p, adjusted, clear };
  };
  return {
    a: presentGroup(a),
    b: presentGroup(b),
    leftOut: leftOut.map(presentGroup),
    estimate: isEstimate,
    rows: [...comparison.clear.map((one) => row(one, true)), ...comparison.unclear.map((one) => row(one, false))],
  };
}
