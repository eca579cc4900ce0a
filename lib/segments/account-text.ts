import { HEALTH_LABELS } from "@/lib/accounts/health";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import type { Column } from "@/lib/columns/column";
import { type AccountNode, type AccountRule, type AccountTest, isAccountGroup, type Node } from "./rule";
import {
  any,
  did,
  during,
  isQuality,
  type Names,
  OPERATORS,
  often,
  property,
  quality,
  quoted,
  state,
  when,
} from "./rule-words";

/** The words for a condition on people, following "people who". */
type Clause = (node: Node, names: Names) => string;

/** "accounts with at least 10 people and on plan pro". */
export function accountRuleWords(rule: AccountRule, names: Names, clause: Clause): string {
  if (rule.of.length === 0) return rule.kind === "and" ? "all accounts" : "no accounts";
  return `accounts ${phrase(rule, names, clause, true)}`;
}

function phrase(node: AccountNode, names: Names, clause: Clause, top = false): string {
  if (!isAccountGroup(node)) return accountWords(node, names, clause, true);
  if (node.of.length === 0) return node.kind === "and" ? "of any kind" : "of no kind";
  const words = node.of.map((one) => phrase(one, names, clause)).join(` ${node.kind} `);
  return top || node.of.length === 1 ? words : `(${words})`;
}

/** Follows "an account", or `many` of them: "that is going quiet", "with at least 10 people", "on plan pro". */
export function accountWords(test: AccountTest, names: Names, clause: Clause, many = false): string {
  const verb = (plural: string) => (many ? plural : singular(plural));
  switch (test.of) {
    case "property": {
      const one: Node = test.test;
      return isQuality(one) ? quality(one) : `that ${verb(property(test.test))}`;
    }
    case "health": {
      const states = test.values.map((one) => HEALTH_LABELS[one].toLowerCase());
      return `that ${verb("are")} ${test.is === "oneOf" ? "" : "not "}${states.join(" or ")}`;
    }
    case "state":
      return `that ${verb(state(test))}`;
    case "search":
      return `matching “${test.text}”`;
    case "segment":
      return `${test.is === "in" ? "" : "not "}in the segment ${quoted(names.segments?.get(test.id) ?? test.id)}`;
    case "members": {
      const none = test.is !== "atLeast" && test.n === 0;
      const one = test.n === 1 && !none;
      const who = test.who.map((condition) => clause(condition, names)).map((words) => (one ? singular(words) : words));
      const how = none ? "without people" : `with ${often(test.is, test.n)} ${one ? "person" : "people"}`;
      return `${how} who ${who.join(" and ")}`;
    }
    case "did":
      return `that ${did({ kind: "did", ...test })}`;
    case "firstDid":
      return `that did ${test.event} for the first time${during(test.window)}`;
    case "firstSeen":
    case "lastSeen":
      return `${SEEN[test.of]} ${when(test)}`;
    default: {
      const label = columnWord(test.of);
      if ("n" in test) return `with ${often(test.is, test.n)}${test.of === "risk" ? " %" : ""} ${label}`;
      if ("values" in test) return `with ${label} ${test.is === "oneOf" ? "" : "other than "}${any(test.values)}`;
      if ("value" in test) return `with ${label} ${OPERATORS[test.is]}${quoted(test.value)}`;
      return test.is === "set" ? `with a known ${label}` : `without a known ${label}`;
    }
  }
}

const SEEN = { firstSeen: "first seen", lastSeen: "last active" };

const VERBS: { [plural: string]: string } = { have: "has", are: "is", were: "was", do: "does", use: "uses" };

/** The singular, for one person or an account, of what people "have" or "do". */
const singular = (clause: string): string =>
  clause.replace(/^(?:have|are|were|do|use)\b/, (verb) => VERBS[verb] ?? verb);

const columnWord = (key: string): string => {
  const column: Column | undefined = ACCOUNT_COLUMNS.find((one) => one.key === key);
  return column?.word ?? key;
};
