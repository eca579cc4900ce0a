import { HEALTH_LABELS } from "@/lib/accounts/health";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { WARNING_LABELS } from "@/lib/risk/warnings";
import { operatorWords } from "./operators";
import {
  type AccountNode,
  type AccountRule,
  type AccountTest,
  type ConditionOf,
  isAccountGroup,
  isGroup,
  type Rule,
  type RuleNode,
} from "./rule";
import {
  anyOfPhrase,
  daysPhrase,
  didPhrase,
  FIELD_PHRASES,
  frequencyPhrase,
  isQuality,
  lifeWindowPhrase,
  propertyPhrase,
  qualityPhrase,
  quotedValue,
  type RuleNames,
  statePhrase,
  timePhrase,
  valuesOf,
  windowPhrase,
} from "./rule-phrases";
import type { NamedSegment } from "./types";

/**
 * A rule in words, as above the table: "identified people on plan pro who did not export in the last 14 days". Pure;
 * the rule itself is authoritative.
 */
export function ruleInWords(rule: Rule, names: RuleNames = {}): string {
  if (rule.of.length === 0) return rule.kind === "and" ? "everyone" : "nobody";
  if (rule.kind === "or") return `people who ${phrase(rule, names, true)}`;
  const kinds = rule.of.filter((one) => one.kind === "identified");
  const nouns = kinds.map((one) => (one.is ? "identified" : "anonymous"));
  const qualities = rule.of.filter((one) => one.kind !== "identified").filter(isQuality);
  const rest = rule.of.filter((one) => one.kind !== "identified" && !isQuality(one));
  const who = [...nouns, "people", ...list(qualities.map((one) => qualityPhrase(one)))].join(" ");
  return rest.length === 0 ? who : `${who} who ${list(rest.map((one) => clause(one, names))).join(" ")}`;
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

const list = (parts: string[]): string[] => (parts.length === 0 ? [] : [parts.join(" and ")]);

function phrase(node: RuleNode, names: RuleNames, top = false): string {
  if (!isGroup(node)) return clause(node, names);
  if (node.of.length === 0) return node.kind === "and" ? "are anyone" : "are nobody";
  const words = node.of.map((one) => phrase(one, names)).join(` ${node.kind} `);
  return top || node.of.length === 1 ? words : `(${words})`;
}

/** A condition after "who": "have plan pro", "did not export in the last 14 days". */
function clause(node: RuleNode, names: RuleNames): string {
  if (isGroup(node)) return phrase(node, names);
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
      return didAny(node);
    case "active":
      return active(node);
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

function didAny({ is, n, where, window }: ConditionOf<"didAny">): string {
  const what =
    where.length === 0 ? "" : ` with ${where.map((one) => propertyPhrase(one).replace(/^have /, "")).join(" and ")}`;
  if (n === 0 && is !== "atLeast") return `did nothing${what}${windowPhrase(window)}`;
  if (n === 1 && is === "atLeast") return `did anything${what}${windowPhrase(window)}`;
  return `did anything${what} ${frequencyPhrase(is, n)} ${n === 1 ? "time" : "times"}${windowPhrase(window)}`;
}

function active({ of, is, n, window }: ConditionOf<"active">): string {
  const verb = of === "days" ? "were active" : "visited";
  if (n === 0 && is !== "atLeast")
    return `${of === "days" ? "were not active" : "did not visit"}${windowPhrase(window)}`;
  if (n === 1 && is === "atLeast") return `${verb}${windowPhrase(window)}`;
  const unit = of === "days" ? "day" : "time";
  return `${verb} ${of === "days" ? "on " : ""}${frequencyPhrase(is, n)} ${unit}${n === 1 ? "" : "s"}${windowPhrase(window)}`;
}

function fact(one: ConditionOf<"fact">): string {
  const label = columnWord(PEOPLE_COLUMNS, one.field);
  if ("values" in one) {
    const [, clause, denied] = FIELD_PHRASES[one.field] ?? ["", `have ${label}`, `do not have ${label}`];
    return `${one.is === "oneOf" ? clause : denied} ${anyOfPhrase(valuesOf(one))}`;
  }
  if ("value" in one) return `have ${label} ${operatorWords(one.is)}${quotedValue(one.value)}`;
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
      return `${SEEN[test.of]} ${timePhrase(test)}`;
    default: {
      const label = columnWord(ACCOUNT_COLUMNS, test.of);
      if ("n" in test) return `with ${frequencyPhrase(test.is, test.n)}${test.of === "risk" ? " %" : ""} ${label}`;
      if ("values" in test)
        return `with ${label} ${test.is === "oneOf" ? "" : "other than "}${anyOfPhrase(test.values)}`;
      if ("value" in test) return `with ${label} ${operatorWords(test.is)}${quotedValue(test.value)}`;
      return test.is === "set" ? `with a known ${label}` : `without a known ${label}`;
    }
  }
}

const SEEN = { firstSeen: "first seen", lastSeen: "last active" };

const VERBS: { [plural: string]: string } = { have: "has", are: "is", were: "was", do: "does", use: "uses" };

/** The singular of a clause: "have plan pro" → "has plan pro". */
const singular = (clause: string): string =>
  clause.replace(/^(?:have|are|were|do|use)\b/, (verb) => VERBS[verb] ?? verb);
