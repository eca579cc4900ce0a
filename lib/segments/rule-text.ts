import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { accountRuleWords, accountWords } from "./account-text";
import type { NamedSegment } from "./compile-context";
import { type AccountRule, type ConditionOf, isGroup, type Node, type Rule } from "./rule";
import {
  any,
  days,
  did,
  during,
  isQuality,
  life,
  type Names,
  OPERATORS,
  often,
  PLACES,
  property,
  quality,
  quoted,
  state,
  valuesOf,
  when,
} from "./rule-words";

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

/** The same for a rule over accounts: "accounts with at least 10 people and on plan pro". */
export const accountRuleInWords = (rule: AccountRule, names: Names = {}): string =>
  accountRuleWords(rule, names, clause);

/** A segment's rule in words; null for a fixed list. */
export function segmentInWords(segment: NamedSegment, segments: ReadonlyMap<string, string>): string | null {
  if (segment.subject === "accounts") return accountRuleInWords(segment.rule, { segments });
  return segment.rule && ruleInWords(segment.rule, { segments });
}

const list = (parts: string[]): string[] => (parts.length === 0 ? [] : [parts.join(" and ")]);

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
      return `belong to an account ${accountWords(node.test, names, clause)}`;
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

const TIMES: { [field: string]: readonly [is: string, isNot: string] } = {
  firstSeen: ["were first seen", "were not first seen"],
  lastSeen: ["were last seen", "were not seen"],
  signedUp: ["signed up", "did not sign up"],
  consentAt: ["decided about consent", "did not decide about consent"],
};

function time(one: ConditionOf<"time">): string {
  const word = columnWord(one.field);
  const [is, isNot] = TIMES[one.field] ?? [`have ${word}`, `do not have ${word}`];
  if (one.is === "beforeFirstSeen") return `${is} before they were first seen`;
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

function fact(one: ConditionOf<"fact">): string {
  const label = columnWord(one.field);
  if ("values" in one) {
    const [, clause, denied] = PLACES[one.field] ?? ["", `have ${label}`, `do not have ${label}`];
    return `${one.is === "oneOf" ? clause : denied} ${any(valuesOf(one))}`;
  }
  if ("value" in one) return `have ${label} ${OPERATORS[one.is]}${quoted(one.value)}`;
  return `have ${one.is === "set" ? "a" : "no"} known ${label}`;
}
