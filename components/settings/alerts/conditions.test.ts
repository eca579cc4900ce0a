import { expect, test } from "vitest";
import { type EventTrigger, triggerSchema } from "@/lib/alerts/alert";
import { CONDITION_TESTS, type ConditionTest, conditionOf, rowOf } from "./conditions";

test("a condition survives the round trip through the form", () => {
  const tests = Object.keys(CONDITION_TESTS) as ConditionTest[];
  expect(tests.length).toBeGreaterThan(4);
  for (const is of tests) {
    const row = { key: "plan.name", is, value: is === "set" ? "" : "42" };
    const trigger = triggerSchema.parse({ on: "event", event: "x", where: [conditionOf(row)] }) as EventTrigger;
    expect(trigger.where.map(rowOf)).toEqual([row]);
  }
});

test("an invalid number is rejected", () => {
  const where = [conditionOf({ key: "rows", is: "atLeast", value: "many" })];
  expect(triggerSchema.safeParse({ on: "event", event: "x", where }).success).toBe(false);
});
