import { expect, test } from "vitest";
import { type Alert, type EventTrigger, triggerSchema } from "@/lib/alerts/alert";
import { CONDITION_TESTS, type ConditionTest, toEventCondition, toEventConditionRow } from "./conditions";
import { toAlertDraft, toAlertInput } from "./draft";

test("a condition survives the round trip through the form", () => {
  const tests = Object.keys(CONDITION_TESTS) as ConditionTest[];
  expect(tests.length).toBeGreaterThan(4);
  for (const is of tests) {
    const row = { key: "plan.name", is, value: is === "set" ? "" : "42" };
    const trigger = triggerSchema.parse({ on: "event", event: "x", where: [toEventCondition(row)] }) as EventTrigger;
    expect(trigger.where.map(toEventConditionRow)).toEqual([row]);
  }
});

test.each([
  ...(["people", "accounts"] as const).flatMap((who) => [
    { on: "quiet", who } as const,
    { on: "risk", who, above: 75 } as const,
    { on: "state", who, state: "dormant" } as const,
    { on: "segment", who, segment: "01a22174-dbb9-74f4-ac80-deb3f3f75caf", is: "leaves" } as const,
  ]),
  { on: "event", event: "x", where: [] } as const,
  { on: "count", event: "x" } as const,
])("the trigger %j survives the round trip through the form", (given) => {
  const trigger = triggerSchema.parse(given);
  const of = {
    id: "a",
    name: "A",
    channel: "webhook",
    recipient: null,
    host: "h",
    pace: "daily",
    quiet: null,
  } as const;
  const alert: Alert = { ...of, trigger, zone: "UTC", origin: "o", isOn: true };
  expect(toAlertInput(toAlertDraft(alert, "me")).trigger).toEqual(trigger);
});

test("an alert from before accounts had any is on people", () => {
  expect(triggerSchema.parse({ on: "quiet" })).toEqual({ on: "quiet", who: "people" });
});

test("an invalid number is rejected", () => {
  const where = [toEventCondition({ key: "rows", is: "atLeast", value: "many" })];
  expect(triggerSchema.safeParse({ on: "event", event: "x", where }).success).toBe(false);
});
