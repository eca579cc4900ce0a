import type { z } from "zod";
import type { GroupSize, GroupsCompared } from "@/lib/comparison/compare";
import { type ComparedRow, isMean } from "@/lib/comparison/compared-rows";
import { ruleOfRow } from "@/lib/comparison/rule-of-row";
import { shareOf } from "@/lib/comparison/statistics";
import { encodeRule } from "@/lib/segments/url";
import type { comparison } from "./insight-schemas";

type Presented = z.input<typeof comparison>;

/** In the API's terms. */
export function presentComparison({ a, b, leftOut, window, comparison, isEstimate }: GroupsCompared): Presented {
  const row = (one: ComparedRow, clear: boolean): Presented["rows"][number] => {
    const side = (name: "a" | "b") => {
      const filter = encodeRule(ruleOfRow((name === "a" ? a : b).rule, one, window));
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

const presentGroup = ({ label, people, isExact, rule }: Pick<GroupSize, "label" | "people" | "isExact" | "rule">) => ({
  label,
  people,
  exact: isExact,
  filter: encodeRule(rule),
});
