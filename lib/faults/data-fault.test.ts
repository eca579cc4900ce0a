import { expect, test } from "vitest";
import { describeFault } from "./data-fault";

test.each([
  [{ code: "23514", constraint: "spans_not_empty" }, "it conflicts with stored data (spans_not_empty, 23514)"],
  [
    {
      code: "23514",
      message: 'new row for relation "spans_102041" violates check constraint "spans_not_empty_102041"',
    },
    "it conflicts with stored data (spans_not_empty, 23514)",
  ],
  [
    { code: "54000", message: 'index row size 2800 exceeds maximum 2704 for index "events_name_ts_idx_102009"' },
    "a value is too large to store (events_name_ts_idx, 54000)",
  ],
  [{ code: "22003" }, "a number is too large (22003)"],
  [new TypeError("x"), "it could not be computed: a bug in Throughline"],
])("a fault names the constraint as the schema does, also of a shard: %o", (error, words) => {
  expect(describeFault(error)).toBe(words);
});
