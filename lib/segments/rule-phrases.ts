import { countryName } from "@/lib/format/place";
import { formatDate, formatDateTime } from "@/lib/format/time";
import { operatorWords } from "./operators";
import {
  type ConditionOf,
  isGroup,
  type LifeMoment,
  type LifeWindow,
  type PropertyCondition,
  type RuleNode,
  type RuleWindow,
  type TimeTest,
} from "./rule";

/** Phrases that rules over people and over accounts share (rule-text.ts). */

/** Names of the segments a rule refers to, by id. */
export type RuleNames = { segments?: ReadonlyMap<string, string> };

/** A condition that follows the noun: "on plan pro", "from Germany". */
export type Quality = (PropertyCondition | ConditionOf<"fact">) & { is: "oneOf"; values: string[] };
/** How each field is put after the noun, as a clause, and as a negated clause. */
export const FIELD_PHRASES: { [field: string]: [behind: string, clause: string, denied: string] } = {
  country: ["from", "are from", "are not from"],
  city: ["from", "are from", "are not from"],
  device: ["on", "are on", "are not on"],
  browser: ["using", "use", "do not use"],
  os: ["on", "are on", "are not on"],
  source: ["coming from", "came from", "did not come from"],
};
/** Properties that people are "on": "on plan pro". */
const PLAN = /(?:^|[^a-z])(?:plan|tier)$/i;

export const isQuality = (node: RuleNode): node is Quality =>
  !isGroup(node) &&
  (node.kind === "property" || node.kind === "fact") &&
  node.is === "oneOf" &&
  (node.kind === "property" || node.field in FIELD_PHRASES);
export function qualityPhrase(one: Quality): string {
  if (one.kind === "property") return `${PLAN.test(one.key) ? "on" : "with"} ${one.key} ${anyOfPhrase(one.values)}`;
  return `${FIELD_PHRASES[one.field]?.[0]} ${anyOfPhrase(valuesOf(one))}`;
}

/** Countries by name; they are stored by code. */
export const valuesOf = ({ field, values }: { field: string; values: string[] }): string[] =>
  field === "country" ? values.map((code) => countryName(code) ?? code) : values;

export function didPhrase({ event, is, n, where, window }: ConditionOf<"did">): string {
  const what =
    where.length === 0
      ? event
      : `${event} (${where
          .map(propertyPhrase)
          .map((one) => one.replace(/^have /, "").replace(/^do not have /, "without "))
          .join(" and ")})`;
  if (n === 0 && is !== "atLeast") return `did not ${isVerb(event) ? "" : "do "}${what}${windowPhrase(window)}`;
  if (n === 1 && is === "atLeast") return `did ${what}${windowPhrase(window)}`;
  return `did ${what} ${frequencyPhrase(is, n)} ${n === 1 ? "time" : "times"}${windowPhrase(window)}`;
}

/** Whether the event can be used as a verb: people "did not export", but "did not do" report_exported. */
const isVerb = (event: string): boolean => /^[a-z]{3,12}$/.test(event) && !/(?:ed|ing|ion|ment|s)$/.test(event);

export function propertyPhrase(one: PropertyCondition): string {
  if (one.type === "any") return one.is === "set" ? `have any ${one.key}` : `have no ${one.key}`;
  if (one.type === "boolean") return `have ${one.key} ${one.is}`;
  if (one.type === "date") return `have ${one.key} ${timePhrase(one)}`;
  if (one.type === "list")
    return `${one.is === "hasNone" ? "do not have" : "have"} ${one.key} ${one.is === "hasNone" ? "" : "with "}${one.is === "hasAll" ? one.values.map(quotedValue).join(" and ") : anyOfPhrase(one.values)}`;
  if ("values" in one) return `${one.is === "oneOf" ? "" : "do not "}have ${one.key} ${anyOfPhrase(one.values)}`;
  if (one.is === "between") return `have ${one.key} between ${one.min} and ${one.max}`;
  return `have ${one.key} ${operatorWords(one.is)}${typeof one.value === "string" ? quotedValue(one.value) : one.value}`;
}

export function timePhrase(one: TimeTest): string {
  if ("at" in one) return `${one.is} ${momentPhrase(one.at)}`;
  return `${one.is === "inLast" ? "in" : "not in"} the last ${daysPhrase(one.days)}`;
}

export function windowPhrase(window: RuleWindow): string {
  if ("ever" in window) return "";
  if ("days" in window) return ` in the last ${daysPhrase(window.days)}`;
  if ("within" in window) return lifeWindowPhrase(window);
  const since = momentPhrase(window.since);
  return "before" in window ? ` between ${since} and ${momentPhrase(window.before)}` : ` since ${since}`;
}

export function lifeWindowPhrase({ within, of, after }: LifeWindow): string {
  if (after !== undefined) return ` ${after} to ${after + within} days after ${lifeMoment(of)}`;
  return ` within ${within === 1 ? "1 day" : daysPhrase(within)} of ${lifeMoment(of)}`;
}

const lifeMoment = (of: LifeMoment): string =>
  of === "firstSeen" ? "being first seen" : of === "signedUp" ? "signing up" : `their first ${quotedValue(of.event)}`;

/** A moment of a rule, in UTC; a day alone is its start. */
export function momentPhrase(at: string): string {
  const ts = Date.parse(at);
  return at.length === "2026-03-12".length ? formatDate(ts, "UTC") : `${formatDateTime(ts, "UTC")} UTC`;
}

export const daysPhrase = (n: number): string => (n === 1 ? "day" : `${n} days`);
export const frequencyPhrase = (is: "atLeast" | "atMost" | "exactly", n: number): string =>
  `${is === "atLeast" ? "at least" : is === "atMost" ? "at most" : "exactly"} ${n}`;
export const anyOfPhrase = (values: string[]): string => values.map(quotedValue).join(" or ");
/** A value in quotes, unless it is a single word. */
export const quotedValue = (value: string): string => (/^[\p{L}\p{N}_.@:/-]+$/u.test(value) ? value : `“${value}”`);

export function statePhrase({ is, values, on }: Pick<ConditionOf<"state">, "is" | "values" | "on">): string {
  const verb = on === undefined ? "are" : "were";
  return `${verb} ${is === "oneOf" ? "" : "not "}${values.join(" or ")}${on === undefined ? "" : ` on ${momentPhrase(on)}`}`;
}
