import { HEALTH_LABELS } from "@/lib/accounts/health";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { countryName } from "@/lib/format/place";
import { date, dateTime } from "@/lib/format/time";
import {
  type AccountTest,
  type ConditionOf,
  isGroup,
  type LifeMoment,
  type LifeWindow,
  type Node,
  type PropertyCondition,
  type Rule,
  type Window,
} from "./rule";

/** Names of the segments a rule refers to, by id. */
export type Names = { segments?: ReadonlyMap<string, string> };

/**
 * The rule as the sentence above the table: "identified people on plan pro who did not export in the last 14 days".
 * Pure; the rule itself is authoritative.
 */
export function ruleInWords(rule: Rule, names: Names = {}): string {
  if (rule.of.length === 0) return rule.kind === "and" ? "everyone" : "nobody";
  if (rule.kind === "or") return `people who ${phrase(rule, names, true)}`;
  const kinds = rule.of.filter((one) => one.kind === "identified");
  const nouns = kinds.map((one) => (one.is ? "identified" : "anonymous"));
  const qualities = rule.of.filter((one) => one.kind !== "identified").filter(isQuality);
  const rest = rule.of.filter((one) => one.kind !== "identified" && !isQuality(one));
  const who = [...nouns, "people", ...list(qualities.map((one) => quality(one)))].join(" ");
  return rest.length === 0 ? who : `${who} who ${list(rest.map((one) => clause(one, names))).join(" ")}`;
}

const list = (parts: string[]): string[] => (parts.length === 0 ? [] : [parts.join(" and ")]);

/** Follows the noun: "on plan pro", "from Germany". */
type Quality = (PropertyCondition | ConditionOf<"fact">) & { is: "oneOf"; values: string[] };
/** After the noun, as a clause, and as a negated one. */
const PLACES: { [field: string]: [behind: string, clause: string, denied: string] } = {
  country: ["from", "are from", "are not from"],
  city: ["from", "are from", "are not from"],
  device: ["on", "are on", "are not on"],
  browser: ["using", "use", "do not use"],
  os: ["on", "are on", "are not on"],
  source: ["coming from", "came from", "did not come from"],
};
/** Properties that one is "on" rather than has. */
const PLAN = /(?:^|[^a-z])(?:plan|tier)$/i;

const isQuality = (node: Node): node is Quality =>
  !isGroup(node) &&
  (node.kind === "property" || node.kind === "fact") &&
  node.is === "oneOf" &&
  (node.kind === "property" || node.field in PLACES);
function quality(one: Quality): string {
  if (one.kind === "property") return `${PLAN.test(one.key) ? "on" : "with"} ${one.key} ${any(one.values)}`;
  return `${PLACES[one.field]?.[0]} ${any(valuesOf(one))}`;
}

/** Countries by name; they are stored by code. */
const valuesOf = ({ field, values }: { field: string; values: string[] }): string[] =>
  field === "country" ? values.map((code) => countryName(code) ?? code) : values;

function phrase(node: Node, names: Names, top = false): string {
  if (!isGroup(node)) return clause(node, names);
  if (node.of.length === 0) return node.kind === "and" ? "are anyone" : "are nobody";
  const words = node.of.map((one) => phrase(one, names)).join(` ${node.kind} `);
  return top || node.of.length === 1 ? words : `(${words})`;
}

/** Follows "who": "have plan pro", "did not export in the last 14 days". */
function clause(node: Node, names: Names): string {
  if (isGroup(node)) return phrase(node, names);
  switch (node.kind) {
    case "property":
      return property(node);
    case "time":
      return time(node);
    case "count":
      return `have ${often(node.is, node.n)} ${columnWord(node.field)}`;
    case "fact":
      return fact(node);
    case "identified":
      return node.is ? "are identified" : "are anonymous";
    case "quiet":
      return node.is ? "are going quiet" : "are not going quiet";
    case "state":
      return state(node);
    case "search":
      return `match “${node.text}”`;
    case "segment":
      return `are ${node.is === "in" ? "" : "not "}in the segment ${quoted(names.segments?.get(node.id) ?? node.id)}`;
    case "account":
      return `are ${node.is === "in" ? "" : "not "}in the account ${any(node.ids)}`;
    case "whose":
      return `belong to an account ${account(node.test)}`;
    case "did":
      return did(node);
    case "didAny":
      return didAny(node);
    case "active":
      return active(node);
    case "firstDid":
      return `did ${node.event} for the first time${during(node.window)}`;
  }
}

/** Follows "an account": "that is going quiet", "with at least 10 people", "on plan pro". */
function account(test: AccountTest): string {
  if ("test" in test) {
    const one: Node = test.test;
    return isQuality(one) ? quality(one) : `that ${singular(property(test.test))}`;
  }
  if (test.of === "health") {
    const states = test.values.map((one) => HEALTH_LABELS[one].toLowerCase());
    return `that is ${test.is === "oneOf" ? "" : "not "}${states.join(" or ")}`;
  }
  const label = accountWord(test.of);
  if ("n" in test) return `with ${often(test.is, test.n)} ${label}`;
  const operator = "values" in test ? (test.is === "oneOf" ? "" : "other than ") : (OPERATORS[test.is] ?? "");
  return `with ${label} ${operator}${any("values" in test ? test.values : [test.value])}`;
}

/** The singular, for an account, of what people "have" or "do". */
const singular = (clause: string): string =>
  clause.replace(/^have /, "has ").replace(/^do not have /, "does not have ");

const accountWord = (key: string): string => {
  const column: Column | undefined = ACCOUNT_COLUMNS.find((one) => one.key === key);
  return column?.word ?? key;
};

function state({ is, values, on }: ConditionOf<"state">): string {
  const verb = on === undefined ? "are" : "were";
  return `${verb} ${is === "oneOf" ? "" : "not "}${values.join(" or ")}${on === undefined ? "" : ` on ${moment(on)}`}`;
}

const TIMES: { [field: string]: readonly [is: string, isNot: string] } = {
  firstSeen: ["were first seen", "were not first seen"],
  lastSeen: ["were last seen", "were not seen"],
  signedUp: ["signed up", "did not sign up"],
};

function time(one: ConditionOf<"time">): string {
  const word = columnWord(one.field);
  const [is, isNot] = TIMES[one.field] ?? [`have ${word}`, `do not have ${word}`];
  if (one.is === "within") return `${is}${life(one.window)}`;
  if (one.is === "notInLast") return `${isNot} in the last ${days(one.days)}`;
  if (one.is === "inLast" && one.field === "lastSeen") return `were seen in the last ${days(one.days)}`;
  return `${is} ${when(one)}`;
}

/** A column's name within a sentence. */
const columnWord = (key: string): string => {
  const column: Column | undefined = PEOPLE_COLUMNS.find((one) => one.key === key);
  return column?.word ?? key;
};
const OPERATORS: { [is: string]: string } = {
  eq: "",
  ne: "other than ",
  lt: "under ",
  le: "at most ",
  gt: "over ",
  ge: "at least ",
  contains: "containing ",
  notContains: "not containing ",
  startsWith: "starting with ",
};

function did({ event, is, n, where, window }: ConditionOf<"did">): string {
  const what =
    where.length === 0
      ? event
      : `${event} (${where
          .map(property)
          .map((one) => one.replace(/^have /, "").replace(/^do not have /, "without "))
          .join(" and ")})`;
  if (n === 0 && is !== "atLeast") return `did not ${isVerb(event) ? "" : "do "}${what}${during(window)}`;
  if (n === 1 && is === "atLeast") return `did ${what}${during(window)}`;
  return `did ${what} ${often(is, n)} ${n === 1 ? "time" : "times"}${during(window)}`;
}

function didAny({ is, n, where, window }: ConditionOf<"didAny">): string {
  const what =
    where.length === 0 ? "" : ` with ${where.map((one) => property(one).replace(/^have /, "")).join(" and ")}`;
  if (n === 0 && is !== "atLeast") return `did nothing${what}${during(window)}`;
  if (n === 1 && is === "atLeast") return `did anything${what}${during(window)}`;
  return `did anything${what} ${often(is, n)} ${n === 1 ? "time" : "times"}${during(window)}`;
}

function active({ of, is, n, window }: ConditionOf<"active">): string {
  const verb = of === "days" ? "were active" : "visited";
  if (n === 0 && is !== "atLeast") return `${of === "days" ? "were not active" : "did not visit"}${during(window)}`;
  if (n === 1 && is === "atLeast") return `${verb}${during(window)}`;
  const unit = of === "days" ? "day" : "time";
  return `${verb} ${of === "days" ? "on " : ""}${often(is, n)} ${unit}${n === 1 ? "" : "s"}${during(window)}`;
}

/** "export" can be negated as it is; "report_exported" is a name, which one does not "do". */
const isVerb = (event: string): boolean => /^[a-z]{3,12}$/.test(event) && !/(?:ed|ing|ion|ment|s)$/.test(event);

function property(one: PropertyCondition): string {
  if (one.type === "any") return one.is === "set" ? `have any ${one.key}` : `have no ${one.key}`;
  if (one.type === "boolean") return `have ${one.key} ${one.is}`;
  if (one.type === "date") return `have ${one.key} ${when(one)}`;
  if (one.type === "list")
    return `${one.is === "hasNone" ? "do not have" : "have"} ${one.key} ${one.is === "hasNone" ? "" : "with "}${one.is === "hasAll" ? one.values.map(quoted).join(" and ") : any(one.values)}`;
  if ("values" in one) return `${one.is === "oneOf" ? "" : "do not "}have ${one.key} ${any(one.values)}`;
  if (one.is === "between") return `have ${one.key} between ${one.min} and ${one.max}`;
  return `have ${one.key} ${OPERATORS[one.is]}${typeof one.value === "string" ? quoted(one.value) : one.value}`;
}

function fact(one: ConditionOf<"fact">): string {
  const label = columnWord(one.field);
  if ("values" in one) {
    const [, clause, denied] = PLACES[one.field] ?? ["", `have ${label}`, `do not have ${label}`];
    return `${one.is === "oneOf" ? clause : denied} ${any(valuesOf(one))}`;
  }
  if ("value" in one) return `have ${label} ${OPERATORS[one.is]}${quoted(one.value)}`;
  return `have ${one.is === "set" ? "a" : "no"} known ${label}`;
}

type Timed = { is: "before" | "since"; at: string } | { is: "inLast" | "notInLast"; days: number };
function when(one: Timed): string {
  if ("at" in one) return `${one.is} ${moment(one.at)}`;
  return `${one.is === "inLast" ? "in" : "not in"} the last ${days(one.days)}`;
}

function during(window: Window): string {
  if ("ever" in window) return "";
  if ("days" in window) return ` in the last ${days(window.days)}`;
  if ("within" in window) return life(window);
  const since = moment(window.since);
  return "before" in window ? ` between ${since} and ${moment(window.before)}` : ` since ${since}`;
}

function life({ within, of, after }: LifeWindow): string {
  if (after !== undefined) return ` ${after} to ${after + within} days after ${lifeMoment(of)}`;
  return ` within ${within === 1 ? "1 day" : days(within)} of ${lifeMoment(of)}`;
}

const lifeMoment = (of: LifeMoment): string =>
  of === "firstSeen" ? "being first seen" : of === "signedUp" ? "signing up" : `their first ${quoted(of.event)}`;

/** Rules are in UTC: a day alone is its start there. */
function moment(at: string): string {
  const ts = Date.parse(at);
  return at.length === "2026-03-12".length ? date(ts, "UTC") : `${dateTime(ts, "UTC")} UTC`;
}

const days = (n: number): string => (n === 1 ? "day" : `${n} days`);
const often = (is: "atLeast" | "atMost" | "exactly", n: number): string =>
  `${is === "atLeast" ? "at least" : is === "atMost" ? "at most" : "exactly"} ${n}`;
const any = (values: string[]): string => values.map(quoted).join(" or ");
/** A single word is not quoted. */
const quoted = (value: string): string => (/^[\p{L}\p{N}_.@:/-]+$/u.test(value) ? value : `“${value}”`);
