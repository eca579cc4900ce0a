import type { EventConditions } from "@/lib/alerts/alert";

/** A condition on an event's property as a row of the form. */
export type EventConditionRow = { key: string; is: ConditionTest; value: string };

export const CONDITION_TESTS = {
  is: "is",
  isNot: "is not",
  contains: "contains",
  atLeast: "is at least",
  atMost: "is at most",
  set: "is set",
} as const;
export type ConditionTest = keyof typeof CONDITION_TESTS;

/** The condition of a row; its value may be incomplete, which saving reports. */
export function toEventCondition({ key, is, value }: EventConditionRow): object {
  const base = { kind: "property", key: key.trim() };
  switch (is) {
    case "is":
      return { ...base, type: "text", is: "oneOf", values: [value] };
    case "isNot":
      return { ...base, type: "text", is: "noneOf", values: [value] };
    case "contains":
      return { ...base, type: "text", is: "contains", value };
    case "atLeast":
      return { ...base, type: "number", is: "ge", value: numberOf(value) };
    case "atMost":
      return { ...base, type: "number", is: "le", value: numberOf(value) };
    case "set":
      return { ...base, type: "any", is: "set" };
  }
}

/** null, which no schema accepts, if it is not a number. */
const numberOf = (text: string): number | null =>
  text.trim() === "" || Number.isNaN(Number(text)) ? null : Number(text);

/** The row for a condition; null for one that this form cannot represent. */
export function toEventConditionRow(condition: EventConditions[number]): EventConditionRow | null {
  const { key } = condition;
  if (condition.type === "any") return condition.is === "set" ? { key, is: "set", value: "" } : null;
  if (condition.type === "number" && "value" in condition) {
    if (condition.is === "ge") return { key, is: "atLeast", value: String(condition.value) };
    return condition.is === "le" ? { key, is: "atMost", value: String(condition.value) } : null;
  }
  if (condition.type !== "text") return null;
  if ("values" in condition) {
    const [value, ...others] = condition.values;
    if (value === undefined || others.length > 0) return null;
    return { key, is: condition.is === "oneOf" ? "is" : "isNot", value };
  }
  return condition.is === "contains" ? { key, is: "contains", value: condition.value } : null;
}
