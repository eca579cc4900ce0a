import type { ConditionField, PropertyType } from "@/components/filters/draft-types";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { NUMBER_OPERATORS, TEXT_OPERATORS } from "@/lib/segments/operators";
import { ACCOUNT_AMOUNT_FIELDS, ACCOUNT_COUNT_FIELDS, ACCOUNT_TIME_FIELDS, type Subject } from "@/lib/segments/rule";

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
    | "warning"
    | "life"
    | "none";
};

const described = (operators: { [is: string]: { label: string } }, input: Operator["input"]): Operator[] =>
  Object.entries(operators).map(([is, { label }]) => ({ is, label, input }));

const PRESENT: Operator[] = [
  { is: "set", label: "is known", input: "none" },
  { is: "notSet", label: "is not known", input: "none" },
];
const TEXT: Operator[] = [
  { is: "oneOf", label: "is", input: "values" },
  { is: "noneOf", label: "is not", input: "values" },
  ...described(TEXT_OPERATORS, "text"),
];
const TIME: Operator[] = [
  { is: "inLast", label: "in the last", input: "days" },
  { is: "notInLast", label: "not in the last", input: "days" },
  { is: "since", label: "since", input: "day" },
  { is: "before", label: "before", input: "day" },
];
const BEFORE_SEEN: Operator = { is: "beforeFirstSeen", label: "before they were first seen", input: "none" };
const WITHIN: Operator = { is: "within", label: "in a window of their life", input: "life" };
const OFTEN: Operator[] = [
  { is: "atLeast", label: "at least", input: "times" },
  { is: "atMost", label: "at most", input: "times" },
  { is: "exactly", label: "exactly", input: "times" },
];

const AMOUNT: Operator[] = OFTEN.map((one) => ({ ...one, input: "number" }));
const SEGMENT: Operator[] = [
  { is: "in", label: "is in", input: "segment" },
  { is: "notIn", label: "is not in", input: "segment" },
];

const STATE: Operator[] = [
  { is: "oneOf", label: "is", input: "states" },
  { is: "noneOf", label: "is not", input: "states" },
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

const WARNING: Operator[] = [
  { is: "oneOf", label: "is", input: "warning" },
  { is: "noneOf", label: "is not", input: "warning" },
];

const PROPERTY: { [Type in PropertyType]: Operator[] } = {
  text: [...TEXT, ...PRESENT],
  number: [...described(NUMBER_OPERATORS, "number"), { is: "between", label: "between", input: "numbers" }, ...PRESENT],
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

const BEHAVIOUR: Operator[] = [...DID, { is: "first", label: "did for the first time", input: "none" }];

/** The operators of a field, most likely first. */
export function operatorsOf(field: ConditionField): Operator[] {
  switch (field.kind) {
    case "property":
      return PROPERTY[field.type];
    case "fact":
      return [...TEXT, ...PRESENT];
    case "time":
      return field.field === "signedUp" ? [...TIME, WITHIN, BEFORE_SEEN] : [...TIME, WITHIN];
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
      return STATE;
    case "search":
      return [{ is: "contains", label: "contains", input: "text" }];
    case "segment":
      return SEGMENT;
    case "account":
      return SEGMENT.map((one) => ({ ...one, input: "values" }));
    case "whose":
      return operatorsOfAccount(field);
    case "event":
      return BEHAVIOUR;
    case "anyEvent":
      return DID;
  }
}

function operatorsOfAccount(field: Extract<ConditionField, { kind: "whose" }>): Operator[] {
  if ("key" in field) return PROPERTY[field.type];
  if ("event" in field) return BEHAVIOUR;
  const { of } = field;
  if (of === "health") return HEALTH;
  if (of === "warning") return WARNING;
  if (of === "state") return STATE;
  if (of === "segment") return SEGMENT;
  if (of === "search") return [{ is: "contains", label: "contains", input: "text" }];
  if (of === "members" || ACCOUNT_COUNT_FIELDS.some((one) => one === of)) return OFTEN;
  if (ACCOUNT_AMOUNT_FIELDS.some((one) => one === of)) return AMOUNT;
  return ACCOUNT_TIME_FIELDS.some((one) => one === of) ? TIME : [...TEXT, ...PRESENT];
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

type BuiltIn = { label: string; field: ConditionField };

const ofAccount = (label: string, of: string): BuiltIn => ({ label, field: { kind: "whose", of } });
/** Labels that name the unit. */
const AMOUNTS: { [key: string]: string } = { trend: "Trend, people a week", risk: "Risk, %" };

/** Fields of an account, in rules over accounts. */
const ACCOUNT_FIELDS: BuiltIn[] = [
  ofAccount("Its people", "members"),
  ofAccount("Health", "health"),
  ofAccount("Warning on Risk", "warning"),
  ofAccount("State", "state"),
  ofAccount("Segment", "segment"),
  ofAccount("Name", "name"),
  ofAccount("Id", "id"),
  ofAccount("Any id, name or property", "search"),
  ...ACCOUNT_COLUMNS.flatMap((column) => {
    if (!("filter" in column)) return [];
    return ofAccount(AMOUNTS[column.key] ?? column.label, column.key);
  }),
];

/** The same in rules over people. */
const OF_ACCOUNTS = ACCOUNT_FIELDS.filter(({ label }) => label !== "Id" && !label.startsWith("Any")).map(
  ({ label, field }) => ({ label: `Account’s ${lowered(label.replace("Its people", "people"))}`, field }),
);

/** Built-in fields, by section. */
const PEOPLE_FIELDS: BuiltIn[] = [
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

/** The subject of a builder: people, accounts, the people of an account, or the properties of an event. */
export type FieldOwner = { of: Subject | "members" } | { of: "event"; event: string };

/** The people of an account have no conditions on their accounts, nor any that cost a lookup per person. */
const NOT_OF_MEMBERS: ConditionField["kind"][] = ["search", "account", "whose", "anyEvent", "active"];

const MEMBER_FIELDS = PEOPLE_FIELDS.filter(({ field }) => !NOT_OF_MEMBERS.includes(field.kind));

/** Built-in fields of the subject. */
export function builtInFields({ of }: FieldOwner): BuiltIn[] {
  if (of === "event") return [];
  if (of === "accounts") return ACCOUNT_FIELDS;
  return of === "members" ? MEMBER_FIELDS : PEOPLE_FIELDS;
}

const isSameField = (a: ConditionField, b: ConditionField) => JSON.stringify(a) === JSON.stringify(b);

export function fieldLabel(field: ConditionField, { of }: FieldOwner): string {
  if (field.kind === "property") return field.key;
  if (field.kind === "whose" && "key" in field) return of === "accounts" ? field.key : `Account’s ${field.key}`;
  if ("event" in field) return field.event;
  return (
    builtInFields({ of: of === "accounts" ? of : "people" }).find((one) => isSameField(one.field, field))?.label ??
    field.kind
  );
}
