import { expect, test } from "vitest";
import { rowsInPlan } from "./expected-rows.queries";

test("the rows that Postgres expects are read from its plan, on Citus from the shard's", () => {
  const plain = [{ Plan: { "Node Type": "Index Only Scan", "Plan Rows": 1_234 } }];
  expect(rowsInPlan(plain)).toBe(1_234);
  // As Citus 13.2 answers.
  const spread = {
    "Node Type": "Custom Scan",
    "Custom Plan Provider": "Citus Adaptive",
    "Plan Rows": 0,
    "Distributed Query": {
      Job: { "Task Count": 1, "Tasks Shown": "All", Tasks: [{ Node: "dbname=x", "Remote Plan": [plain] }] },
    },
  };
  expect(rowsInPlan([{ Plan: spread }])).toBe(1_234);
  expect(rowsInPlan([])).toBe(0);
});
