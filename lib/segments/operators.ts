type Words = {
  /** In the filter builder. */
  label: string;
  /** Before the value, in a rule's words: "have plan containing pro". */
  words: string;
};
type Described<Is extends string> = { [is in Is]: Words };

/**
 * How a text is compared with a part of it, in the order in which the filter builder offers it. `likeSql`
 * (property.queries.ts) compares, and once more tests/support/evaluate.ts.
 */
export const TEXT_OPERATORS = {
  contains: { label: "contains", words: "containing " },
  notContains: { label: "does not contain", words: "not containing " },
  startsWith: { label: "starts with", words: "starting with " },
  endsWith: { label: "ends with", words: "ending with " },
} satisfies Described<string>;

/** How a number is compared with another; `numberSql` compares. */
export const NUMBER_OPERATORS = {
  eq: { label: "=", words: "" },
  ne: { label: "≠", words: "other than " },
  gt: { label: ">", words: "over " },
  ge: { label: "≥", words: "at least " },
  lt: { label: "<", words: "under " },
  le: { label: "≤", words: "at most " },
} satisfies Described<string>;

export type TextOperator = keyof typeof TEXT_OPERATORS;
export type NumberOperator = keyof typeof NUMBER_OPERATORS;
