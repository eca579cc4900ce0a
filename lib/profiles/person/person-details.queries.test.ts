import fc from "fast-check";
import { expect, test } from "vitest";
import { type PropertyOperation, visitorProperties } from "./person-details.queries";

const at = (ts: number, change: PropertyOperation["change"]): PropertyOperation => ({
  ts,
  id: `${ts}`.padStart(4, "0"),
  change,
});
const operations = [
  at(1, { mode: "set_once", key: "utm.source", value: "newsletter" }),
  at(2, { mode: "set_once", key: "utm.source", value: "ads" }),
  at(3, { mode: "increment", key: "visits", value: 0.1 }),
  at(4, { mode: "set", key: "visits", value: 10 }),
  at(5, { mode: "increment", key: "visits", value: 0.1 }),
  at(6, { mode: "increment", key: "visits", value: 0.2 }),
  at(7, { mode: "set", key: "plan", value: "free" }),
  at(8, { mode: "set", key: "plan", value: null }),
];

test("in any order of a visitor's operations, first touch, last write and increments after it win", () => {
  const any = fc.shuffledSubarray(operations, { minLength: operations.length });
  fc.assert(
    fc.property(any, (shuffled) => {
      expect(visitorProperties(shuffled)).toEqual({ "utm.source": "newsletter", visits: 10.3 });
    }),
  );
});
