import type { z } from "zod";
import type { EncodedTerm } from "./encode-rule";
import {
  ACCOUNT_AMOUNT_FIELDS,
  ACCOUNT_COUNT_FIELDS,
  ACCOUNT_TIME_FIELDS,
  type AccountRule,
  accountRuleSchema,
  COUNT_FIELDS,
  type Rule,
  ruleSchema,
  TIME_FIELDS,
} from "./rule";

const MAX_URL_CHARS = 8_000;
const MAX_NESTING = 12;

/** The rule in a word of a URL (encode-rule.ts), which satisfies ruleSchema; null for anything else. */
export const decodeRule = (text: string): Rule | null => decode(text, ruleSchema, conditionOf);

/** Like decodeRule, for a rule over accounts. */
export const decodeAccountRule = (text: string): AccountRule | null => decode(text, accountRuleSchema, accountTestOf);

function decode<T>(text: string, schema: z.ZodType<T>, leafOf: (term: EncodedTerm) => unknown): T | null {
  if (text.length > MAX_URL_CHARS) return null;
  const term = parseTerm(text);
  const parsed = schema.safeParse(term && nodeOf(term, leafOf));
  return parsed.success ? parsed.data : null;
}

/** A best guess at the rule; the schema decides whether it is valid. */
function nodeOf(term: EncodedTerm, leafOf: (term: EncodedTerm) => unknown): unknown {
  const { word: name, args } = term;
  if (args === null) return null;
  if (name === "and" || name === "or") return { kind: name, of: args.map((arg) => nodeOf(arg, leafOf)) };
  return leafOf(term);
}

const isTime = (name: string): boolean => TIME_FIELDS.some((field) => field === name);
const isCount = (name: string): boolean => COUNT_FIELDS.some((field) => field === name);

function conditionOf({ word: name, args }: EncodedTerm): unknown {
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

function propertyOf(args: EncodedTerm[]): unknown {
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

const didOf = (args: EncodedTerm[]) => {
  const [event = "", is = "", n] = args.map((arg) => arg.word);
  return { event, is, n: number(n), window: args[3] && windowOf(args[3]), where: args.slice(4).map(whereOf) };
};
const firstDidOf = ([event, window]: EncodedTerm[]) => ({ event: event?.word, window: window && windowOf(window) });

function accountTestOf({ word, args }: EncodedTerm): unknown {
  if (args === null) return null;
  const [is = "", ...words] = args.map((arg) => arg.word);
  switch (word) {
    case "prop":
      return { of: "property", test: propertyOf(args) };
    case "health":
    case "warning":
      return { of: word, is, values: words };
    case "search":
      return { of: word, text: is };
    case "segment":
      return { of: word, is, id: words[0] };
    case "state":
      return { of: word, ...inStates([is, ...words]) };
    case "members":
      return { of: word, is, n: number(words[0]), who: args.slice(2).map(conditionOf) };
    case "did":
      return { of: word, ...didOf(args) };
    case "firstDid":
      return { of: word, ...firstDidOf(args) };
  }
  if (ACCOUNT_TIME_FIELDS.some((field) => field === word)) return { of: word, ...timeOf(is, words[0] ?? "") };
  const isNumber = [...ACCOUNT_COUNT_FIELDS, ...ACCOUNT_AMOUNT_FIELDS].some((field) => field === word);
  return isNumber ? { of: word, is, n: number(words[0]) } : { of: word, ...textOf(is, words) };
}

const whereOf = ({ word: name, args }: EncodedTerm): unknown => (name === "prop" && args ? propertyOf(args) : null);

function windowOf({ word: name, args }: EncodedTerm): unknown {
  const [first, second, third] = (args ?? []).map((arg) => arg.word);
  if (name === "ever" && args === null) return { ever: true };
  if (name === "last") return { days: number(first) };
  if (name === "since") return { since: first };
  if (name === "after" && args?.[1]?.word === "within")
    return { ...(windowOf(args[1]) as object), after: number(first) };
  if (name === "within") return { within: number(first), of: second === "event" ? { event: third } : second };
  return name === "between" ? { since: first, before: second } : null;
}

function parseTerm(text: string): EncodedTerm | null {
  let at = 0;
  const term = (depth: number): EncodedTerm | null => {
    let name = "";
    for (; at < text.length && !"(),".includes(text[at] as string); at++) {
      if (text[at] !== "~") name += text[at];
      else if (text[++at] !== "_") name += text[at] ?? "";
    }
    if (text[at] !== "(") return { word: name, args: null };
    if (depth > MAX_NESTING) return null;
    const args: EncodedTerm[] = [];
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

/** A number, or NaN, which no schema accepts. */
const number = (text: string | undefined): number =>
  text === undefined || text.trim() === "" ? Number.NaN : Number(text);
