import type { Field, PropertyType } from "@/components/filters/draft";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { ACCOUNT_COUNT_FIELDS } from "@/lib/segments/rule";

/** An operator of a field and the operand it takes. */
export type Operator = {
  is: string;
  label: string;
  input:
    | "values"
    | "text"
    | "number"
    | "numbers"
    | "day"
    | "days"
    | "times"
    | "segment"
    | "states"
    | "health"
    | "life"
    | "none";
};

const PRESENT: Operator[] = [
  { is: "set", label: "is known", input: "none" },
  { is: "notSet", label: "is not known", input: "none" },
];
const TEXT: Operator[] = [
  { is: "oneOf", label: "is", input: "values" },
  { is: "noneOf", label: "is not", input: "values" },
  { is: "contains", label: "contains", input: "text" },
  { is: "notContains", label: "does not contain", input: "text" },
  { is: "startsWith", label: "starts with", input: "text" },
];
const TIME: Operator[] = [
  { is: "inLast", label: "in the last", input: "days" },
  { is: "notInLast", label: "not in the last", input: "days" },
  { is: "since", label: "since", input: "day" },
  { is: "before", label: "before", input: "day" },
];
const WITHIN: Operator = { is: "within", label: "in a window of their life", input: "life" };
const OFTEN: Operator[] = [
  { is: "atLeast", label: "at least", input: "times" },
  { is: "atMost", label: "at most", input: "times" },
  { is: "exactly", label: "exactly", input: "times" },
];

const DID: Operator[] = [
  { is: "did", label: "did", input: "none" },
  { is: "didNot", label: "did not do", input: "none" },
  ...OFTEN.map((one) => ({ ...one, label: `did ${one.label}` })),
];

const HEALTH: Operator[] = [
  { is: "oneOf", label: "is", input: "health" },
  { is: "noneOf", label: "is not", input: "health" },
];

const PROPERTY: { [Type in PropertyType]: Operator[] } = {
  text: [...TEXT, ...PRESENT],
  number: [
    { is: "eq", label: "=", input: "number" },
    { is: "ne", label: "≠", input: "number" },
    { is: "gt", label: ">", input: "number" },
    { is: "ge", label: "≥", input: "number" },
    { is: "lt", label: "<", input: "number" },
    { is: "le", label: "≤", input: "number" },
    { is: "between", label: "between", input: "numbers" },
    ...PRESENT,
  ],
  date: [...TIME, ...PRESENT],
  boolean: [
    { is: "true", label: "is true", input: "none" },
    { is: "false", label: "is false", input: "none" },
    ...PRESENT,
  ],
  list: [
    { is: "hasAny", label: "has any of", input: "values" },
    { is: "hasAll", label: "has all of", input: "values" },
    { is: "hasNone", label: "has none of", input: "values" },
    ...PRESENT,
  ],
};

/** The operators of a field, most likely first. */
export function operatorsOf(field: Field): Operator[] {
  switch (field.kind) {
    case "property":
      return PROPERTY[field.type];
    case "fact":
      return [...TEXT, ...PRESENT];
    case "time":
      return [...TIME, WITHIN];
    case "count":
    case "active":
      return OFTEN;
    case "identified":
      return [
        { is: "yes", label: "is identified", input: "none" },
        { is: "no", label: "is anonymous", input: "none" },
      ];
    case "quiet":
      return [
        { is: "yes", label: "is going quiet", input: "none" },
        { is: "no", label: "is not going quiet", input: "none" },
      ];
    case "state":
      return [
        { is: "oneOf", label: "is", input: "states" },
        { is: "noneOf", label: "is not", input: "states" },
      ];
    case "search":
      return [{ is: "contains", label: "contains", input: "text" }];
    case "segment":
    case "account": {
      const input = field.kind === "segment" ? "segment" : "values";
      return [
        { is: "in", label: "is in", input },
        { is: "notIn", label: "is not in", input },
      ];
    }
    case "whose":
      if ("key" in field) return PROPERTY[field.type];
      if (field.of === "health") return HEALTH;
      return ACCOUNT_COUNT_FIELDS.some((one) => one === field.of) ? OFTEN : TEXT;
    case "event":
      return [...DID, { is: "first", label: "did for the first time", input: "none" }];
    case "anyEvent":
      return DID;
  }
}

const lowered = (label: string): string => label.charAt(0).toLowerCase() + label.slice(1);

const FILTERED = PEOPLE_COLUMNS.filter((column) => "filter" in column);
const TIMES = FILTERED.flatMap((column) =>
  column.kind === "time" ? { label: column.label, field: { kind: column.kind, field: column.key } } : [],
);
const COUNTS = FILTERED.flatMap((column) =>
  column.kind === "number" ? { label: column.label, field: { kind: "count" as const, field: column.key } } : [],
);
const FACTS = FILTERED.flatMap((column) =>
  column.kind === "text" ? { label: column.label, field: { kind: "fact" as const, field: column.key } } : [],
);

const OF_ACCOUNTS = [
  { label: "Account’s health", of: "health" },
  { label: "Account’s name", of: "name" },
  ...ACCOUNT_COLUMNS.flatMap((column) =>
    "filter" in column ? { label: `Account’s ${lowered(column.label)}`, of: column.key } : [],
  ),
].map(({ label, of }) => ({ label, field: { kind: "whose" as const, of } }));

/** Built-in fields, by section. */
export const BUILT_IN_FIELDS: { label: string; field: Field }[] = [
  { label: "Identified", field: { kind: "identified" } },
  { label: "Going quiet", field: { kind: "quiet" } },
  { label: "State", field: { kind: "state" } },
  { label: "Any id, name or property", field: { kind: "search" } },
  { label: "Segment", field: { kind: "segment" } },
  { label: "Account", field: { kind: "account" } },
  { label: "Any event", field: { kind: "anyEvent" } },
  { label: "Days active", field: { kind: "active", of: "days" } },
  { label: "Visits", field: { kind: "active", of: "visits" } },
  ...TIMES,
  ...COUNTS,
  ...FACTS,
  ...OF_ACCOUNTS,
];

const same = (a: Field, b: Field) => JSON.stringify(a) === JSON.stringify(b);

export function fieldLabel(field: Field): string {
  if (field.kind === "property") return field.key;
  if (field.kind === "whose" && "key" in field) return `Account’s ${field.key}`;
  if (field.kind === "event") return field.event;
  return BUILT_IN_FIELDS.find((one) => same(one.field, field))?.label ?? field.kind;
}
