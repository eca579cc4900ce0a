import {
  ACCOUNT_COUNT_FIELDS,
  type AccountTest,
  COUNT_FIELDS,
  type Condition,
  isGroup,
  type LifeWindow,
  type Node,
  type PropertyCondition,
  type Rule,
  ruleSchema,
  TIME_FIELDS,
  type Window,
} from "./rule";

/**
 * A rule as one word of a URL, readable and lossless:
 * `and(identified(yes),prop(plan,text,oneOf,pro),did(export,exactly,0,last(14)))`. A part is a word or word(parts). In
 * words, ( ) , and ~ are escaped with ~, and the empty word is ~_.
 */

type Term = { word: string; args: Term[] | null };

const MAX_URL_CHARS = 8_000;
const MAX_NESTING = 12;

export function encodeRule(rule: Rule): string {
  return write(nodeTerm(rule));
}

/** null if it is not a rule; the result satisfies ruleSchema. */
export function decodeRule(text: string): Rule | null {
  if (text.length > MAX_URL_CHARS) return null;
  const term = read(text);
  const parsed = ruleSchema.safeParse(term && nodeOf(term));
  return parsed.success ? parsed.data : null;
}

const word = (text: string | number): Term => ({ word: String(text), args: null });
const call = (name: string, ...args: (Term | string | number)[]): Term => ({
  word: name,
  args: args.map((arg) => (typeof arg === "object" ? arg : word(arg))),
});

function write({ word, args }: Term): string {
  const escaped = word === "" ? "~_" : word.replace(/[(),~]/g, "~$&");
  return args === null ? escaped : `${escaped}(${args.map(write).join(",")})`;
}

function read(text: string): Term | null {
  let at = 0;
  const term = (depth: number): Term | null => {
    let name = "";
    for (; at < text.length && !"(),".includes(text[at] as string); at++) {
      if (text[at] !== "~") name += text[at];
      else if (text[++at] !== "_") name += text[at] ?? "";
    }
    if (text[at] !== "(") return { word: name, args: null };
    if (depth > MAX_NESTING) return null;
    const args: Term[] = [];
    at++;
    if (text[at] === ")") {
      at++;
      return { word: name, args };
    }
    for (;;) {
      const arg = term(depth + 1);
      if (!arg) return null;
      args.push(arg);
      const end = text[at++];
      if (end === ")") return { word: name, args };
      if (end !== ",") return null;
    }
  };
  const whole = term(0);
  return whole && at === text.length ? whole : null;
}

const nodeTerm = (node: Node): Term =>
  isGroup(node) ? call(node.kind, ...node.of.map(nodeTerm)) : conditionTerm(node);

function conditionTerm(one: Condition): Term {
  switch (one.kind) {
    case "property":
      return propertyTerm(one);
    case "time":
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
      return call("state", one.is, one.on ?? "today", ...one.values);
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

function accountTerm(test: AccountTest): Term {
  if ("test" in test) return propertyTerm(test.test);
  return call(test.of, test.is, ...("n" in test ? [test.n] : "values" in test ? test.values : [test.value]));
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

/** A best guess at the rule; ruleSchema decides whether it is valid. */
function nodeOf({ word: name, args }: Term): unknown {
  if (args === null) return null;
  const [first = "", second = "", third = ""] = args.map((arg) => arg.word);
  const words = args.map((arg) => arg.word);
  switch (name) {
    case "and":
    case "or":
      return { kind: name, of: args.map(nodeOf) };
    case "prop":
      return propertyOf(args);
    case "identified":
    case "quiet":
      return { kind: name, is: first === "yes" ? true : first === "no" ? false : null };
    case "state":
      return { kind: "state", is: first, values: words.slice(2), ...(second === "today" ? {} : { on: second }) };
    case "search":
      return { kind: "search", text: first };
    case "segment":
      return { kind: "segment", is: first, id: second };
    case "account":
      return { kind: "account", is: first, ids: words.slice(1) };
    case "whose":
      return { kind: "whose", test: args[0] && accountTestOf(args[0]) };
    case "did":
      return {
        kind: "did",
        event: first,
        is: second,
        n: number(third),
        window: args[3] && windowOf(args[3]),
        where: args.slice(4).map(whereOf),
      };
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
      return { kind: "firstDid", event: first, window: args[1] && windowOf(args[1]) };
    default:
      if (isTime(name) && first === "within")
        return { kind: "time", field: name, is: first, window: args[1] && windowOf(args[1]) };
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

function accountTestOf({ word: of, args }: Term): unknown {
  const [is = "", ...words] = (args ?? []).map((arg) => arg.word);
  if (of === "prop" && args) return { of: "property", test: propertyOf(args) };
  if (of === "health") return { of, is, values: words };
  if (ACCOUNT_COUNT_FIELDS.some((field) => field === of)) return { of, is, n: number(words[0]) };
  return { of, ...textOf(is, words) };
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

/** NaN, which no schema accepts, if it is not a number. */
const number = (text: string | undefined): number =>
  text === undefined || text.trim() === "" ? Number.NaN : Number(text);
