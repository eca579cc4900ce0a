import { type ConditionOf, FACT_FIELDS, type PropertyCondition, type Rule, type RuleWindow } from "@/lib/segments/rule";
import { BAND_HOURS, type RowSubject } from "./compared-rows";

/** The rule for the people that a row counts in a group; for a mean, the whole group. */
export function ruleOfRow(group: Rule, subject: RowSubject, window: RuleWindow): Rule {
  const condition = conditionOf(subject, window);
  return condition === null ? group : { kind: "and", of: [...group.of, condition] };
}

function conditionOf({ kind, key, property, value }: RowSubject, window: RuleWindow): Rule["of"][number] | null {
  const once = { is: "atLeast", n: 1, window } as const;
  switch (kind) {
    case "event":
      return { kind: "did", event: key, where: [], ...once };
    case "eventProperty":
      return { kind: "did", event: key, where: [hasValue(property ?? "", value ?? "")], ...once };
    case "place":
      return { kind: "didAny", where: [hasValue(key, value ?? "")], ...once };
    case "property":
      return hasValue(key, value ?? "");
    case "origin":
      return { kind: "fact", field: fieldOf(key), is: "oneOf", values: [value ?? ""] };
    case "activity":
      return value === undefined ? null : activityOf(key, Number(value), window);
  }
}

const hasValue = (key: string, value: string): PropertyCondition => ({
  kind: "property",
  key,
  type: "text",
  is: "oneOf",
  values: [value],
});

function activityOf(key: string, n: number, window: RuleWindow): Rule["of"][number] {
  if (key !== "hour") return { kind: "active", of: key === "visits" ? "visits" : "days", is: "atLeast", n, window };
  const [min, max] = [n * BAND_HOURS, (n + 1) * BAND_HOURS - 1];
  return {
    kind: "didAny",
    where: [{ kind: "property", key: "$hour", type: "number", is: "between", min, max }],
    is: "atLeast",
    n: 1,
    window,
  };
}

function fieldOf(key: string): ConditionOf<"fact">["field"] {
  const field = FACT_FIELDS.find((one) => one === key);
  if (!field) throw new Error(`Nobody is filtered by ${key}`);
  return field;
}
