import { HEALTH_LABELS } from "@/lib/accounts/health";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { countryName } from "@/lib/format/place";
import { formatDate, formatDateTime } from "@/lib/format/time";
import { WARNING_LABELS } from "@/lib/risk/warnings";
import { NUMBER_OPERATORS, TEXT_OPERATORS } from "./operators";
import {
  type AccountNode,
  type AccountRule,
  type AccountTest,
  type Condition,
  type ConditionOf,
  isAccountGroup,
  isGroup,
  type LifeMoment,
  type LifeWindow,
  type PropertyCondition,
  type Rule,
  type RuleNode,
  type RuleWindow,
  type TimeTest,
} from "./rule";
import type { NamedSegment } from "./types";

const OPERATORS = { ...TEXT_OPERATORS, ...NUMBER_OPERATORS };

/** Names of the segments a rule refers to, by id. */
type RuleNames = { segments?: ReadonlyMap<string, string> };

/**
 * A rule in words, as above the table: "identified people on plan pro who did not export in the last 14 days". Pure;
 * the rule itself is authoritative.
 */
export function ruleInWords(rule: Rule, names: RuleNames = {}): string {
  if (rule.of.length === 0) return rule.kind === "and" ? "everyone" : "nobody";
  if (rule.kind === "or") return `people who ${phrase(rule, names, true)}`;
  const kinds = rule.of.filter((one) => one.kind === "identified").map(({ is }) => (is ? "identified" : "anonymous"));
  const qualities = rule.of.filter(isQuality).map(qualityPhrase).join(" and ");
  const rest = rule.of.filter((one) => one.kind !== "identified" && !isQuality(one));
  const who = [...kinds, "people", ...(qualities === "" ? [] : [qualities])].join(" ");
  return rest.length === 0 ? who : `${who} who ${rest.map((one) => phrase(one, names)).join(" and ")}`;
}

/** A rule over accounts in words: "accounts with at least 10 people and on plan pro". */
export function accountRuleInWords(rule: AccountRule, names: RuleNames = {}): string {
  if (rule.of.length === 0) return rule.kind === "and" ? "all accounts" : "no accounts";
  return `accounts ${accountPhrase(rule, names, true)}`;
}

/** A segment's rule in words; null for a fixed list. */
export function segmentInWords(segment: NamedSegment, segments: ReadonlyMap<string, string>): string | null {
  if (segment.subject === "accounts") return accountRuleInWords(segment.rule, { segments });
  return segment.rule && ruleInWords(segment.rule, { segments });
}

function phrase(node: RuleNode, names: RuleNames, top = false): string {
  if (!isGroup(node)) return clause(node, names);
  if (node.of.length === 0) return node.kind === "and" ? "are anyone" : "are nobody";
  const words = node.of.map((one) => phrase(one, names)).join(` ${node.kind} `);
  return top || node.of.length === 1 ? words : `(${words})`;
}

/** A condition after "who": "have plan pro", "did not export in the last 14 days". */
function clause(node: Condition, names: RuleNames): string {
  switch (node.kind) {
    case "property":
      return propertyPhrase(node);
    case "time":
      return time(node);
    case "count":
      return `have ${frequencyPhrase(node.is, node.n)} ${columnWord(PEOPLE_COLUMNS, node.field)}`;
    case "fact":
      return fact(node);
    case "identified":
      return node.is ? "are identified" : "are anonymous";
    case "quiet":
      return node.is ? "are going quiet" : "are not going quiet";
    case "state":
      return statePhrase(node);
    case "search":
      return `match “${node.text}”`;
    case "segment":
      return `are ${node.is === "in" ? "" : "not "}in the segment ${quotedValue(names.segments?.get(node.id) ?? node.id)}`;
    case "account":
      return `are ${node.is === "in" ? "" : "not "}in the account ${anyOfPhrase(node.ids)}`;
    case "whose":
      return `belong to an account ${accountWords(node.test, names)}`;
    case "did":
      return didPhrase(node);
    case "didAny":
      return didAnyPhrase(node);
    case "active":
      return node.of === "days"
        ? oftenPhrase(node, "were not active", "were active", "day")
        : oftenPhrase(node, "did not visit", "visited");
    case "firstDid":
      return `did ${node.event} for the first time${windowPhrase(node.window)}`;
  }
}

const TIMES: { [field: string]: readonly [is: string, isNot: string] } = {
  firstSeen: ["were first seen", "were not first seen"],
  lastSeen: ["were last seen", "were not seen"],
  signedUp: ["signed up", "did not sign up"],
  consentAt: ["decided about consent", "did not decide about consent"],
};

function time(one: ConditionOf<"time">): string {
  const word = columnWord(PEOPLE_COLUMNS, one.field);
  const [is, isNot] = TIMES[one.field] ?? [`have ${word}`, `do not have ${word}`];
  if (one.is === "beforeFirstSeen") return `${is} before they were first seen`;
  if (one.is === "within") return `${is}${lifeWindowPhrase(one.window)}`;
  if (one.is === "notInLast") return `${isNot} in the last ${daysPhrase(one.days)}`;
  if (one.is === "inLast" && one.field === "lastSeen") return `were seen in the last ${daysPhrase(one.days)}`;
  return `${is} ${timePhrase(one)}`;
}

/** A column's name within a sentence. */
const columnWord = (columns: readonly Column[], key: string): string =>
  columns.find((one) => one.key === key)?.word ?? key;

function didAnyPhrase(one: ConditionOf<"didAny">): string {
  const tests = one.where.map((test) => propertyPhrase(test).replace(/^have /, ""));
  const what = tests.length === 0 ? "" : ` with ${tests.join(" and ")}`;
  return oftenPhrase(one, `did nothing${what}`, `did anything${what}`);
}

function fact(one: ConditionOf<"fact">): string {
  const label = columnWord(PEOPLE_COLUMNS, one.field);
  if ("values" in one) {
    const [, clause, denied] = FIELD_PHRASES[one.field] ?? ["", `have ${label}`, `do not have ${label}`];
    return `${one.is === "oneOf" ? clause : denied} ${anyOfPhrase(valuesOf(one))}`;
  }
  if ("value" in one) return `have ${label} ${OPERATORS[one.is].words}${quotedValue(one.value)}`;
  return `have ${one.is === "set" ? "a" : "no"} known ${label}`;
}

function accountPhrase(node: AccountNode, names: RuleNames, top = false): string {
  if (!isAccountGroup(node)) return accountWords(node, names, true);
  if (node.of.length === 0) return node.kind === "and" ? "of any kind" : "of no kind";
  const words = node.of.map((one) => accountPhrase(one, names)).join(` ${node.kind} `);
  return top || node.of.length === 1 ? words : `(${words})`;
}

/**
 * A test after "an account", or "accounts" (`many`): "that is going quiet", "with at least 10 people", "on plan pro".
 */
function accountWords(test: AccountTest, names: RuleNames, many = false): string {
  const verb = (plural: string) => (many ? plural : singular(plural));
  switch (test.of) {
    case "property": {
      const one: RuleNode = test.test;
      return isQuality(one) ? qualityPhrase(one) : `that ${verb(propertyPhrase(test.test))}`;
    }
    case "health": {
      const states = test.values.map((one) => HEALTH_LABELS[one].toLowerCase());
      return `that ${verb("are")} ${test.is === "oneOf" ? "" : "not "}${states.join(" or ")}`;
    }
    case "warning": {
      const words = test.values.map((one) => `“${WARNING_LABELS[one]}”`);
      return `${test.is === "oneOf" ? "" : "not "}listed on Risk as ${words.join(" or ")}`;
    }
    case "state":
      return `that ${verb(statePhrase(test))}`;
    case "search":
      return `matching “${test.text}”`;
    case "segment":
      return `${test.is === "in" ? "" : "not "}in the segment ${quotedValue(names.segments?.get(test.id) ?? test.id)}`;
    case "members": {
      const none = test.is !== "atLeast" && test.n === 0;
      const one = test.n === 1 && !none;
      const who = test.who.map((condition) => clause(condition, names)).map((words) => (one ? singular(words) : words));
      const how = none ? "without people" : `with ${frequencyPhrase(test.is, test.n)} ${one ? "person" : "people"}`;
      return `${how} who ${who.join(" and ")}`;
    }
    case "did":
      return `that ${didPhrase({ kind: "did", ...test })}`;
    case "firstDid":
      return `that did ${test.event} for the first time${windowPhrase(test.window)}`;
    case "firstSeen":
    case "lastSeen":
      return `${test.of === "firstSeen" ? "first seen" : "last active"} ${timePhrase(test)}`;
    default: {
      const label = columnWord(ACCOUNT_COLUMNS, test.of);
      if ("n" in test) return `with ${frequencyPhrase(test.is, test.n)}${test.of === "risk" ? " %" : ""} ${label}`;
      if ("values" in test)
        return `with ${label} ${test.is === "oneOf" ? "" : "other than "}${anyOfPhrase(test.values)}`;
      if ("value" in test) return `with ${label} ${OPERATORS[test.is].words}${quotedValue(test.value)}`;
      return test.is === "set" ? `with a known ${label}` : `without a known ${label}`;
    }
  }
}

const VERBS: { [plural: string]: string } = { have: "has", are: "is", were: "was", do: "does", use: "uses" };

/** The singular of a clause: "have plan pro" → "has plan pro". */
const singular = (clause: string): string =>
  clause.replace(/^(?:have|are|were|do|use)\b/, (verb) => VERBS[verb] ?? verb);

/** A condition that follows the noun: "on plan pro", "from Germany". */
type Quality = (PropertyCondition | ConditionOf<"fact">) & { is: "oneOf"; values: string[] };
/** How each field is put after the noun, as a clause, and as a negated clause. */
const FIELD_PHRASES: { [field: string]: [behind: string, clause: string, denied: string] } = {
  country: ["from", "are from", "are not from"],
  city: ["from", "are from", "are not from"],
  device: ["on", "are on", "are not on"],
  browser: ["using", "use", "do not use"],
  os: ["on", "are on", "are not on"],
  source: ["coming from", "came from", "did not come from"],
};
/** Properties that people are "on": "on plan pro". */
const PLAN = /(?:^|[^a-z])(?:plan|tier)$/i;

const isQuality = (node: RuleNode): node is Quality =>
  !isGroup(node) &&
  (node.kind === "property" || node.kind === "fact") &&
  node.is === "oneOf" &&
  (node.kind === "property" || node.field in FIELD_PHRASES);
function qualityPhrase(one: Quality): string {
  if (one.kind === "property") return `${PLAN.test(one.key) ? "on" : "with"} ${one.key} ${anyOfPhrase(one.values)}`;
  return `${FIELD_PHRASES[one.field]?.[0]} ${anyOfPhrase(valuesOf(one))}`;
}

/** Countries by name; they are stored by code. */
const valuesOf = ({ field, values }: { field: string; values: string[] }): string[] =>
  field === "country" ? values.map((code) => countryName(code) ?? code) : values;

function didPhrase(one: ConditionOf<"did">): string {
  const properties = one.where.map(propertyPhrase).map((words) => words.replace(/^have /, ""));
  const tests = properties.map((words) => words.replace(/^do not have /, "without ")).join(" and ");
  const what = tests === "" ? one.event : `${one.event} (${tests})`;
  return oftenPhrase(one, `did not ${isVerb(one.event) ? "" : "do "}${what}`, `did ${what}`);
}

type Often = Pick<ConditionOf<"did">, "is" | "n" | "window">;
/** How often, and when: "did not export", "did export in the last 7 days", "were active on at least 3 days". */
function oftenPhrase({ is, n, window }: Often, none: string, some: string, unit: "time" | "day" = "time"): string {
  if (n === 0 && is !== "atLeast") return `${none}${windowPhrase(window)}`;
  if (n === 1 && is === "atLeast") return `${some}${windowPhrase(window)}`;
  const times = `${frequencyPhrase(is, n)} ${unit}${n === 1 ? "" : "s"}`;
  return `${some} ${unit === "day" ? "on " : ""}${times}${windowPhrase(window)}`;
}

/** Whether the event can be used as a verb: people "did not export", but "did not do" report_exported. */
const isVerb = (event: string): boolean => /^[a-z]{3,12}$/.test(event) && !/(?:ed|ing|ion|ment|s)$/.test(event);

function propertyPhrase(one: PropertyCondition): string {
  if (one.type === "any") return one.is === "set" ? `have any ${one.key}` : `have no ${one.key}`;
  if (one.type === "boolean") return `have ${one.key} ${one.is}`;
  if (one.type === "date") return `have ${one.key} ${timePhrase(one)}`;
  if (one.type === "list")
    return `${one.is === "hasNone" ? "do not have" : "have"} ${one.key} ${one.is === "hasNone" ? "" : "with "}${one.is === "hasAll" ? one.values.map(quotedValue).join(" and ") : anyOfPhrase(one.values)}`;
  if ("values" in one) return `${one.is === "oneOf" ? "" : "do not "}have ${one.key} ${anyOfPhrase(one.values)}`;
  if (one.is === "between") return `have ${one.key} between ${one.min} and ${one.max}`;
  return `have ${one.key} ${OPERATORS[one.is].words}${typeof one.value === "string" ? quotedValue(one.value) : one.value}`;
}

function timePhrase(one: TimeTest): string {
  if ("at" in one) return `${one.is} ${momentPhrase(one.at)}`;
  return `${one.is === "inLast" ? "in" : "not in"} the last ${daysPhrase(one.days)}`;
}

function windowPhrase(window: RuleWindow): string {
  if ("ever" in window) return "";
  if ("days" in window) return ` in the last ${daysPhrase(window.days)}`;
  if ("within" in window) return lifeWindowPhrase(window);
  const since = momentPhrase(window.since);
  return "before" in window ? ` between ${since} and ${momentPhrase(window.before)}` : ` since ${since}`;
}

function lifeWindowPhrase({ within, of, after }: LifeWindow): string {
  if (after !== undefined) return ` ${after} to ${after + within} days after ${lifeMoment(of)}`;
  return ` within ${within === 1 ? "1 day" : daysPhrase(within)} of ${lifeMoment(of)}`;
}

const lifeMoment = (of: LifeMoment): string =>
  of === "firstSeen" ? "being first seen" : of === "signedUp" ? "signing up" : `their first ${quotedValue(of.event)}`;

/** A moment of a rule, in UTC; a day alone is its start. */
function momentPhrase(at: string): string {
  const ts = Date.parse(at);
  return at.length === "2026-03-12".length ? formatDate(ts, "UTC") : `${formatDateTime(ts, "UTC")} UTC`;
}

const daysPhrase = (n: number): string => (n === 1 ? "day" : `${n} days`);
const frequencyPhrase = (is: "atLeast" | "atMost" | "exactly", n: number): string =>
  `${is === "atLeast" ? "at least" : is === "atMost" ? "at most" : "exactly"} ${n}`;
const anyOfPhrase = (values: string[]): string => values.map(quotedValue).join(" or ");
/** A value in quotes, unless it is a single word. */
const quotedValue = (value: string): string => (/^[\p{L}\p{N}_.@:/-]+$/u.test(value) ? value : `“${value}”`);

function statePhrase({ is, values, on }: Pick<ConditionOf<"state">, "is" | "values" | "on">): string {
  const verb = on === undefined ? "are" : "were";
  return `${verb} ${is === "oneOf" ? "" : "not "}${values.join(" or ")}${on === undefined ? "" : ` on ${momentPhrase(on)}`}`;
}
