import type { z } from "zod";
import {
  ACCOUNT_AMOUNT_FIELDS,
  ACCOUNT_COUNT_FIELDS,
  ACCOUNT_TIME_FIELDS,
  type AccountNode,
  type AccountRule,
  type AccountTest,
  type AccountTestOf,
  accountRuleSchema,
  COUNT_FIELDS,
  type Condition,
  isAccountGroup,
  isGroup,
  type LifeWindow,
  type Node,
  type PropertyCondition,
  type Rule,
  ruleSchema,
  TIME_FIELDS,
  type Window,
} from "./rule";
import { call, number, read, type Term, word, write } from "./url-terms";

/**
 * A rule as one word of a URL, readable and lossless:
 * `and(identified(yes),prop(plan,text,oneOf,pro),did(export,exactly,0,last(14)))`. A part is a word or word(parts). In
 * words, ( ) , and ~ are escaped with ~, and the empty word is ~_.
 */

const MAX_URL_CHARS = 8_000;

export const encodeRule = (rule: Rule): string => write(nodeTerm(rule));
export const encodeAccountRule = (rule: AccountRule): string => write(accountNodeTerm(rule));

/** null if it is not a rule; the result satisfies ruleSchema. */
export const decodeRule = (text: string): Rule | null => decoded(text, ruleSchema, conditionOf);

/** The same for a rule over accounts. */
export const decodeAccountRule = (text: string): AccountRule | null => decoded(text, accountRuleSchema, accountTestOf);

function decoded<T>(text: string, schema: z.ZodType<T>, leafOf: (term: Term) => unknown): T | null {
  if (text.length > MAX_URL_CHARS) return null;
  const term = read(text);
  const parsed = schema.safeParse(term && nodeOf(term, leafOf));
  return parsed.success ? parsed.data : null;
}

/** A best guess at the rule; the schema decides whether it is valid. */
function nodeOf(term: Term, leafOf: (term: Term) => unknown): unknown {
  const { word: name, args } = term;
  if (args === null) return null;
  if (name === "and" || name === "or") return { kind: name, of: args.map((arg) => nodeOf(arg, leafOf)) };
  return leafOf(term);
}

const nodeTerm = (node: Node): Term =>
  isGroup(node) ? call(node.kind, ...node.of.map(nodeTerm)) : conditionTerm(node);

const accountNodeTerm = (node: AccountNode): Term =>
  isAccountGroup(node) ? call(node.kind, ...node.of.map(accountNodeTerm)) : accountTerm(node);

function conditionTerm(one: Condition): Term {
  switch (one.kind) {
    case "property":
      return propertyTerm(one);
    case "time":
      if (one.is === "beforeFirstSeen") return call(one.field, one.is);
      if (one.is === "within") return call(one.field, one.is, lifeTerm(one.window));
      return call(one.field, one.is, "at" in one ? one.at : one.days);
    case "count":
      return call(one.field, one.is, one.n);
    case "fact":
      return call(one.field, one.is, ...("values" in one ? one.values : "value" in one ? [one.value] : []));
    case "identified":
    case "quiet":
      return call(one.kind, one.is ? "yes" : "no");
    case "state":
      return stateTerm(one);
    case "search":
      return call("search", one.text);
    case "segment":
      return call("segment", one.is, one.id);
    case "account":
      return call("account", one.is, ...one.ids);
    case "whose":
      return call("whose", accountTerm(one.test));
    case "did":
      return call("did", one.event, one.is, one.n, windowTerm(one.window), ...one.where.map(propertyTerm));
    case "didAny":
      return call("didAny", one.is, one.n, windowTerm(one.window), ...one.where.map(propertyTerm));
    case "active":
      return call("active", one.of, one.is, one.n, windowTerm(one.window));
    case "firstDid":
      return call("firstDid", one.event, windowTerm(one.window));
  }
}

const stateTerm = ({ is, on, values }: Pick<AccountTestOf<"state">, "is" | "on" | "values">): Term =>
  call("state", is, on ?? "today", ...values);

function accountTerm(test: AccountTest): Term {
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

function propertyTerm(one: PropertyCondition): Term {
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

function windowTerm(window: Window): Term {
  if ("ever" in window) return word("ever");
  if ("days" in window) return call("last", window.days);
  if ("within" in window) return lifeTerm(window);
  return "before" in window ? call("between", window.since, window.before) : call("since", window.since);
}

function lifeTerm({ within, of, after }: LifeWindow): Term {
  const term = typeof of === "string" ? call("within", within, of) : call("within", within, "event", of.event);
  return after === undefined ? term : call("after", after, term);
}

const isTime = (name: string): boolean => TIME_FIELDS.some((field) => field === name);
const isCount = (name: string): boolean => COUNT_FIELDS.some((field) => field === name);

function conditionOf({ word: name, args }: Term): unknown {
  if (args === null) return null;
  const [first = "", second = "", third = ""] = args.map((arg) => arg.word);
  const words = args.map((arg) => arg.word);
  switch (name) {
    case "prop":
      return propertyOf(args);
    case "identified":
    case "quiet":
      return { kind: name, is: first === "yes" ? true : first === "no" ? false : null };
    case "state":
      return { kind: "state", ...inStates(words) };
    case "search":
      return { kind: "search", text: first };
    case "segment":
      return { kind: "segment", is: first, id: second };
    case "account":
      return { kind: "account", is: first, ids: words.slice(1) };
    case "whose":
      return { kind: "whose", test: args[0] && accountTestOf(args[0]) };
    case "did":
      return { kind: "did", ...didOf(args) };
    case "didAny":
      return {
        kind: "didAny",
        is: first,
        n: number(second),
        window: args[2] && windowOf(args[2]),
        where: args.slice(3).map(whereOf),
      };
    case "active":
      return { kind: "active", of: first, is: second, n: number(third), window: args[3] && windowOf(args[3]) };
    case "firstDid":
      return { kind: "firstDid", ...firstDidOf(args) };
    default:
      if (isTime(name) && first === "within")
        return { kind: "time", field: name, is: first, window: args[1] && windowOf(args[1]) };
      if (first === "beforeFirstSeen") return { kind: "time", field: name, is: first };
      if (isTime(name)) return { kind: "time", field: name, ...timeOf(first, second) };
      if (isCount(name)) return { kind: "count", field: name, is: first, n: number(second) };
      return { kind: "fact", field: name, ...textOf(first, words.slice(1)) };
  }
}

const textOf = (is: string, words: string[]) =>
  is === "oneOf" || is === "noneOf" ? { is, values: words } : words.length > 0 ? { is, value: words[0] } : { is };
const timeOf = (is: string, value: string) => (/Last$/.test(is) ? { is, days: number(value) } : { is, at: value });

function propertyOf(args: Term[]): unknown {
  const [key, type, is = "", ...words] = args.map((arg) => arg.word);
  const base = { kind: "property", key, type };
  switch (type) {
    case "text":
      return { ...base, ...textOf(is, words) };
    case "number":
      if (is === "between") return { ...base, is, min: number(words[0]), max: number(words[1]) };
      return { ...base, is, value: number(words[0]) };
    case "date":
      return { ...base, ...timeOf(is, words[0] ?? "") };
    case "list":
      return { ...base, is, values: words };
    default:
      return { ...base, is };
  }
}

const inStates = ([is = "", on = "", ...values]: string[]) => ({ is, values, ...(on === "today" ? {} : { on }) });

const didOf = (args: Term[]) => {
  const [event = "", is = "", n] = args.map((arg) => arg.word);
  return { event, is, n: number(n), window: args[3] && windowOf(args[3]), where: args.slice(4).map(whereOf) };
};
const firstDidOf = ([event, window]: Term[]) => ({ event: event?.word, window: window && windowOf(window) });

function accountTestOf({ word: of, args }: Term): unknown {
  if (args === null) return null;
  const [is = "", ...words] = args.map((arg) => arg.word);
  switch (of) {
    case "prop":
      return { of: "property", test: propertyOf(args) };
    case "health":
      return { of, is, values: words };
    case "search":
      return { of, text: is };
    case "segment":
      return { of, is, id: words[0] };
    case "state":
      return { of, ...inStates([is, ...words]) };
    case "members":
      return { of, is, n: number(words[0]), who: args.slice(2).map(conditionOf) };
    case "did":
      return { of, ...didOf(args) };
    case "firstDid":
      return { of, ...firstDidOf(args) };
  }
  if (ACCOUNT_TIME_FIELDS.some((field) => field === of)) return { of, ...timeOf(is, words[0] ?? "") };
  const isNumber = [...ACCOUNT_COUNT_FIELDS, ...ACCOUNT_AMOUNT_FIELDS].some((field) => field === of);
  return isNumber ? { of, is, n: number(words[0]) } : { of, ...textOf(is, words) };
}

const whereOf = ({ word: name, args }: Term): unknown => (name === "prop" && args ? propertyOf(args) : null);

function windowOf({ word: name, args }: Term): unknown {
  const [first, second, third] = (args ?? []).map((arg) => arg.word);
  if (name === "ever" && args === null) return { ever: true };
  if (name === "last") return { days: number(first) };
  if (name === "since") return { since: first };
  if (name === "after" && args?.[1]?.word === "within")
    return { ...(windowOf(args[1]) as object), after: number(first) };
  if (name === "within") return { within: number(first), of: second === "event" ? { event: third } : second };
  return name === "between" ? { since: first, before: second } : null;
}
