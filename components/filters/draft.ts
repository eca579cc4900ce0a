import {
  type ConditionField,
  type DraftCondition,
  type DraftGroup,
  type DraftWindow,
  draftCondition,
  draftGroup,
  isDraftGroup,
  LAST_30_DAYS,
} from "@/components/filters/draft-types";
import { encodeAccountRule, encodeRule } from "@/lib/segments/encode-rule";
import {
  type AccountNode,
  type AccountRule,
  type AccountTest,
  accountTestSchema,
  type Condition,
  type ConditionOf,
  conditionSchema,
  type PropertyCondition,
  type Rule,
  type RuleNode,
  type RuleWindow,
  type Subject,
} from "@/lib/segments/rule";

/** The rule without its incomplete conditions. */
export function toRule(group: DraftGroup): Rule {
  const of = group.of.flatMap((node): RuleNode[] => {
    if (!isDraftGroup(node)) return toCondition(node) ?? [];
    const inner = toRule(node);
    return inner.of.length === 0 ? [] : [inner];
  });
  return { kind: group.kind, of };
}

/** The same for a rule over accounts. */
export function toAccountRule(group: DraftGroup): AccountRule {
  const of = group.of.flatMap((node): AccountNode[] => {
    if (!isDraftGroup(node)) return toAccountTest(node) ?? [];
    const inner = toAccountRule(node);
    return inner.of.length === 0 ? [] : [inner];
  });
  return { kind: group.kind, of };
}

/** The complete conditions as URLs write them; "" for none. */
export function encodeDraft(group: DraftGroup, subject: Subject): string {
  if (subject === "accounts") {
    const rule = toAccountRule(group);
    return rule.of.length === 0 ? "" : encodeAccountRule(rule);
  }
  const rule = toRule(group);
  return rule.of.length === 0 ? "" : encodeRule(rule);
}

const isAnyGroup = (node: RuleNode | AccountRule): node is Rule | AccountRule =>
  node.kind === "and" || node.kind === "or";

export const toDraft = (rule: Rule | AccountRule): DraftGroup =>
  draftGroup(
    rule.kind,
    (rule.of as (RuleNode | AccountNode)[]).map((node) => {
      if (!("kind" in node)) return fromAccountTest(node);
      return isAnyGroup(node) ? toDraft(node) : fromCondition(node);
    }),
  );

/** [the condition], or null while it is incomplete or invalid. */
export function toCondition(draft: DraftCondition): [Condition] | null {
  const parsed = conditionSchema.safeParse(unparsedCondition(draft));
  return parsed.success ? [parsed.data] : null;
}

/** [the test of an account], or null. */
export function toAccountTest(draft: DraftCondition): [AccountTest] | null {
  const parsed = accountTestSchema.safeParse(unparsedTest(draft));
  return parsed.success ? [parsed.data] : null;
}

const number = (text: string): number => (text.trim() === "" ? Number.NaN : Number(text));

/** An integer that a double cannot hold exactly: compared as text, which is how it is stored. */
const isBeyondDoubles = (text: string): boolean =>
  /^\s*-?[1-9]\d{15,}\s*$/.test(text) && !Number.isSafeInteger(Number(text));
const EQUALITIES: { [op: string]: "oneOf" | "noneOf" | undefined } = { eq: "oneOf", ne: "noneOf" };

/** The account's property behind a field. */
const propertyOfAccount = (field: ConditionField | null) =>
  field?.kind === "whose" && "key" in field ? ({ kind: "property", key: field.key, type: field.type } as const) : null;

function unparsedTest(draft: DraftCondition): unknown {
  const { field, op, values, text } = draft;
  const property = propertyOfAccount(field);
  if (property) return { of: "property", test: unparsedCondition({ ...draft, field: property }) };
  if (field?.kind !== "whose") return null;
  const { of } = field;
  if (of === "members")
    return { of, is: op, n: number(text), who: draft.where.flatMap((one) => toCondition(one) ?? []) };
  if ("event" in field) {
    if (op === "first") return { of: "firstDid", event: field.event, window: toWindow(draft.window) };
    return { of, event: field.event, ...behaviour(draft) };
  }
  if (of === "segment") return { of, is: op, id: values[0] };
  if (of === "state") return { of, is: op, values, ...(text === "" ? {} : { on: text }) };
  if (of === "search") return { of, text };
  if (op === "atLeast" || op === "atMost" || op === "exactly") return { of, is: op, n: number(text) };
  return { of, is: op, ...operand(op, values, text) };
}

function unparsedCondition(draft: DraftCondition): unknown {
  const { field, op, values, text, until, window } = draft;
  switch (field?.kind) {
    case "property":
      if (op === "set" || op === "notSet") return { ...field, type: "any", is: op };
      if (field.type === "number" && EQUALITIES[op] && isBeyondDoubles(text))
        return { ...field, type: "text", is: EQUALITIES[op], values: [text.trim()] };
      if (field.type === "number")
        return op === "between"
          ? { ...field, is: op, min: number(text), max: number(until) }
          : { ...field, is: op, value: number(text) };
      return { ...field, is: op, ...operand(op, values, text) };
    case "fact":
    case "time":
      if (op === "beforeFirstSeen") return { ...field, is: op };
      return op === "within"
        ? { ...field, is: op, window: toWindow(window) }
        : { ...field, is: op, ...operand(op, values, text) };
    case "active":
      return { ...field, is: op, n: number(text), window: toWindow(window) };
    case "anyEvent":
      return { kind: "didAny", ...behaviour(draft) };
    case "count":
      return { ...field, is: op, n: number(text) };
    case "identified":
    case "quiet":
      return { kind: field.kind, is: op === "yes" };
    case "state":
      return { kind: "state", is: op, values, ...(text === "" ? {} : { on: text }) };
    case "search":
      return { kind: "search", text };
    case "segment":
      return { kind: "segment", is: op, id: values[0] };
    case "account":
      return { kind: "account", is: op, ids: values };
    case "whose":
      return { kind: "whose", test: unparsedTest(draft) };
    case "event": {
      if (op === "first") return { kind: "firstDid", event: field.event, window: toWindow(window) };
      return { kind: "did", event: field.event, ...behaviour(draft) };
    }
    default:
      return null;
  }
}

/** How often, with what properties, and when. */
function behaviour({ op, text, where, window }: DraftCondition) {
  const [is, n] = op === "did" ? ["atLeast", 1] : op === "didNot" ? ["exactly", 0] : [op, number(text)];
  return { is, n, where: where.flatMap((one) => toCondition(one) ?? []), window: toWindow(window) };
}

function operand(op: string, values: string[], text: string) {
  if (op === "oneOf" || op === "noneOf" || op.startsWith("has")) return { values };
  if (op === "inLast" || op === "notInLast") return { days: number(text) };
  if (op === "before" || op === "since") return { at: text };
  return { value: text };
}

function toWindow({ kind, days, since, before, of, event, after }: DraftWindow): unknown {
  if (kind === "ever") return { ever: true };
  if (kind === "last") return { days: number(days) };
  if (kind === "life") return { within: number(days), of: of === "event" ? { event } : of };
  if (kind === "later")
    return { within: number(days) - number(after), of: of === "event" ? { event } : of, after: number(after) };
  return kind === "since" ? { since } : { since, before };
}

function fromWindow(window: RuleWindow): DraftWindow {
  if ("ever" in window) return { ...LAST_30_DAYS, kind: "ever" };
  if ("days" in window) return { ...LAST_30_DAYS, days: String(window.days) };
  if ("within" in window) {
    const { within, of, after } = window;
    const moment = typeof of === "string" ? { of } : { of: "event" as const, event: of.event };
    if (after === undefined) return { ...LAST_30_DAYS, kind: "life", days: String(within), ...moment };
    return { ...LAST_30_DAYS, kind: "later", after: String(after), days: String(after + within), ...moment };
  }
  if ("before" in window) return { ...LAST_30_DAYS, kind: "between", since: window.since, before: window.before };
  return { ...LAST_30_DAYS, kind: "since", since: window.since };
}

/** A condition of a rule as a draft. */
export function fromCondition(one: Condition): DraftCondition {
  const draft = draftCondition();
  switch (one.kind) {
    case "property":
      return fromProperty(one);
    case "fact":
    case "time": {
      const window = one.is === "within" ? fromWindow(one.window) : draft.window;
      return { ...draft, field: { kind: one.kind, field: one.field }, op: one.is, ...fromOperand(one), window };
    }
    case "active":
      return {
        ...draft,
        field: { kind: "active", of: one.of },
        op: one.is,
        text: String(one.n),
        window: fromWindow(one.window),
      };
    case "didAny":
      return { ...draft, field: { kind: "anyEvent" }, ...fromBehaviour(one) };
    case "count":
      return { ...draft, field: { kind: "count", field: one.field }, op: one.is, text: String(one.n) };
    case "identified":
    case "quiet":
      return { ...draft, field: { kind: one.kind }, op: one.is ? "yes" : "no" };
    case "state":
      return { ...draft, field: { kind: "state" }, op: one.is, values: [...one.values], text: one.on ?? "" };
    case "search":
      return { ...draft, field: { kind: "search" }, op: "contains", text: one.text };
    case "segment":
      return { ...draft, field: { kind: "segment" }, op: one.is, values: [one.id] };
    case "account":
      return { ...draft, field: { kind: "account" }, op: one.is, values: one.ids };
    case "whose":
      return fromAccountTest(one.test);
    case "firstDid":
      return { ...draft, field: { kind: "event", event: one.event }, op: "first", window: fromWindow(one.window) };
    case "did":
      return { ...draft, field: { kind: "event", event: one.event }, ...fromBehaviour(one) };
  }
}

/** A test of an account as a draft. */
export function fromAccountTest(test: AccountTest): DraftCondition {
  const field = { kind: "whose" as const, of: test.of };
  switch (test.of) {
    case "property": {
      const { key, type } = test.test;
      const of = { ...field, of: "property" as const, key, type: type === "any" ? ("text" as const) : type };
      return { ...fromProperty(test.test), field: of };
    }
    case "members":
      return { ...draftCondition(field, test.is), text: String(test.n), where: test.who.map(fromCondition) };
    case "did":
      return { ...draftCondition({ ...field, of: "did", event: test.event }), ...fromBehaviour(test) };
    case "firstDid":
      return {
        ...draftCondition({ ...field, of: "did", event: test.event }, "first"),
        window: fromWindow(test.window),
      };
    case "segment":
      return { ...draftCondition(field, test.is), values: [test.id] };
    case "state":
      return { ...draftCondition(field, test.is), values: [...test.values], text: test.on ?? "" };
    case "search":
      return { ...draftCondition(field, "contains"), text: test.text };
    default:
      return { ...draftCondition(field, test.is), ...("n" in test ? { text: String(test.n) } : fromOperand(test)) };
  }
}

function fromBehaviour({ is, n, where, window }: Pick<ConditionOf<"did">, "is" | "n" | "where" | "window">) {
  const simple = is === "atLeast" && n === 1 ? "did" : is !== "atLeast" && n === 0 ? "didNot" : null;
  return {
    op: simple ?? is,
    text: simple ? "" : String(n),
    window: fromWindow(window),
    where: where.map(fromProperty),
  };
}

function fromProperty(one: PropertyCondition): DraftCondition {
  // A condition on presence does not record the type.
  const type = one.type === "any" ? "text" : one.type;
  const between = one.type === "number" && one.is === "between";
  return {
    ...draftCondition({ kind: "property", key: one.key, type }, one.is),
    ...fromOperand(one),
    ...(between ? { text: String(one.min), until: String(one.max) } : {}),
  };
}

function fromOperand(one: object): { values: string[]; text: string } {
  const { values, value, days, at } = one as { values?: string[]; value?: unknown; days?: number; at?: string };
  return { values: values ?? [], text: String(value ?? days ?? at?.slice(0, 10) ?? "") };
}
