import {
  type AccountNode,
  type AccountRule,
  type AccountTest,
  type AccountTestOf,
  type Condition,
  isAccountGroup,
  isGroup,
  type LifeWindow,
  type PropertyCondition,
  type Rule,
  type RuleNode,
  type RuleWindow,
} from "./rule";

/**
 * A rule as one word of a URL, readable and lossless:
 * `and(identified(yes),prop(plan,text,oneOf,pro),did(export,exactly,0,last(14)))`. A part is a word or word(parts). In
 * words, ( ) , and ~ are escaped with ~, and the empty word is ~_.
 */

export const encodeRule = (rule: Rule): string => write(nodeTerm(rule));
export const encodeAccountRule = (rule: AccountRule): string => write(accountNodeTerm(rule));

const nodeTerm = (node: RuleNode): EncodedTerm =>
  isGroup(node) ? call(node.kind, ...node.of.map(nodeTerm)) : conditionTerm(node);

const accountNodeTerm = (node: AccountNode): EncodedTerm =>
  isAccountGroup(node) ? call(node.kind, ...node.of.map(accountNodeTerm)) : accountTerm(node);

function conditionTerm(condition: Condition): EncodedTerm {
  switch (condition.kind) {
    case "property":
      return propertyTerm(condition);
    case "time":
      if (condition.is === "beforeFirstSeen") return call(condition.field, condition.is);
      if (condition.is === "within") return call(condition.field, condition.is, lifeTerm(condition.window));
      return call(condition.field, condition.is, "at" in condition ? condition.at : condition.days);
    case "count":
      return call(condition.field, condition.is, condition.n);
    case "fact":
      return call(
        condition.field,
        condition.is,
        ...("values" in condition ? condition.values : "value" in condition ? [condition.value] : []),
      );
    case "identified":
    case "quiet":
      return call(condition.kind, condition.is ? "yes" : "no");
    case "state":
      return stateTerm(condition);
    case "search":
      return call("search", condition.text);
    case "segment":
      return call("segment", condition.is, condition.id);
    case "account":
      return call("account", condition.is, ...condition.ids);
    case "whose":
      return call("whose", accountTerm(condition.test));
    case "did":
      return call(
        "did",
        condition.event,
        condition.is,
        condition.n,
        windowTerm(condition.window),
        ...condition.where.map(propertyTerm),
      );
    case "didAny":
      return call(
        "didAny",
        condition.is,
        condition.n,
        windowTerm(condition.window),
        ...condition.where.map(propertyTerm),
      );
    case "active":
      return call("active", condition.of, condition.is, condition.n, windowTerm(condition.window));
    case "firstDid":
      return call("firstDid", condition.event, windowTerm(condition.window));
  }
}

const stateTerm = ({ is, on, values }: Pick<AccountTestOf<"state">, "is" | "on" | "values">): EncodedTerm =>
  call("state", is, on ?? "today", ...values);

function accountTerm(test: AccountTest): EncodedTerm {
  switch (test.of) {
    case "property":
      return propertyTerm(test.test);
    case "search":
      return call("search", test.text);
    case "segment":
      return call("segment", test.is, test.id);
    case "state":
      return stateTerm(test);
    case "members":
      return call("members", test.is, test.n, ...test.who.map(conditionTerm));
    case "did":
      return conditionTerm({ kind: "did", ...test });
    case "firstDid":
      return conditionTerm({ kind: "firstDid", ...test });
    default:
      return call(test.of, test.is, ...operandsOf(test));
  }
}

function operandsOf(test: object): (string | number)[] {
  const { values, n, value, at, days } = test as { [operand: string]: string[] | string | number | undefined };
  if (Array.isArray(values)) return values;
  const one = n ?? value ?? at ?? days;
  return one === undefined || Array.isArray(one) ? [] : [one];
}

function propertyTerm(one: PropertyCondition): EncodedTerm {
  const values =
    "values" in one
      ? one.values
      : "value" in one
        ? [one.value]
        : "min" in one
          ? [one.min, one.max]
          : "at" in one
            ? [one.at]
            : "days" in one
              ? [one.days]
              : [];
  return call("prop", one.key, one.type, one.is, ...values);
}

function windowTerm(window: RuleWindow): EncodedTerm {
  if ("ever" in window) return word("ever");
  if ("days" in window) return call("last", window.days);
  if ("within" in window) return lifeTerm(window);
  return "before" in window ? call("between", window.since, window.before) : call("since", window.since);
}

function lifeTerm({ within, of, after }: LifeWindow): EncodedTerm {
  const term = typeof of === "string" ? call("within", within, of) : call("within", within, "event", of.event);
  return after === undefined ? term : call("after", after, term);
}

/** A part of the encoded rule: word(args), or a single word if `args` is null. */
export type EncodedTerm = { word: string; args: EncodedTerm[] | null };

const word = (text: string | number): EncodedTerm => ({ word: String(text), args: null });
const call = (name: string, ...args: (EncodedTerm | string | number)[]): EncodedTerm => ({
  word: name,
  args: args.map((arg) => (typeof arg === "object" ? arg : word(arg))),
});

function write({ word, args }: EncodedTerm): string {
  const escaped = word === "" ? "~_" : word.replace(/[(),~]/g, "~$&");
  return args === null ? escaped : `${escaped}(${args.map(write).join(",")})`;
}
