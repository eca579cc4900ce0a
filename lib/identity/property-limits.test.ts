import { expect, test } from "vitest";
import type { Json } from "@/lib/json";
import { costRatio, costTest } from "@/tests/support/cost";
import { applyChange, type Registers } from "./fold";
import { documentBytes, growthOf, MAX_PROPERTY_BYTES, PropertyRoom, PropertySpace } from "./property-limits";

const ID = "00000000-0000-4000-8000-000000000000";
const documentOf = (props: Record<string, Json>): Registers =>
  Object.entries(props).reduce<Registers>(
    (into, [key, value]) => applyChange(into, { mode: "set", key, value }, [1, 1_700_000_000_000, ID]),
    {},
  );

test.each([
  ["a new property", {}, "plan", "pro"],
  ["a property named like an inherited member", {}, "toString", "x"],
  ["a larger value", { plan: "pro" }, "plan", "enterprise"],
  ["a smaller one", { plan: "enterprise" }, "plan", "pro"],
  ["text that is longer in bytes than in letters", { name: "Zoe" }, "name", "Zoë"],
] as const)("the estimated growth by %s is close to the document's actual growth", (_what, props, key, value) => {
  const before = documentOf(props);
  const growth = growthOf(before, { mode: "set", key, value });
  expect(Math.abs(documentBytes(documentOf({ ...props, [key]: value })) - documentBytes(before) - growth)).toBeLessThan(
    12,
  );
});

test("a value is accepted while there is room, the last one completely; one that needs no room always is", () => {
  const space = new PropertySpace(100, 10_000);
  expect(space.refusal("a", 60)).toBeNull();
  expect(space.refusal("b", 60)).toBeNull();
  expect(space.refusal("c", 1)).toBe("property not kept: 'c': this project stores its 10,000 MB of property values");
  expect(space.refusal("a", 0)).toBeNull();
  expect(space.refusal("a", -5)).toBeNull();
});

costTest("the cost of many small values next to a large one depends on their own length", async () => {
  const registers = documentOf({ bio: "x".repeat(60_000) });
  const thousandSmall = () => {
    for (let i = 0; i < 1_000; i++) growthOf(registers, { mode: "set", key: "bio", value: i });
  };
  const fresh = documentOf({ bio: "y".repeat(60_000) });
  const fiftyLarge = () => {
    for (let i = 0; i < 50; i++) JSON.stringify(fresh);
  };
  thousandSmall(); // warm
  // A thousand of them would otherwise take as long as a thousand of the large one.
  expect(await costRatio(fiftyLarge, thousandSmall, 10)).toBeLessThan(10);
});

test("a value added to a list takes additional space, and still counts after a reload", () => {
  const registers: Registers = {};
  const room = PropertyRoom.of(registers);
  let stored = 0;
  for (let i = 0; i < 200; i++) {
    const value = Array.from({ length: 10 }, (_, at) => `${"x".repeat(100)}${i}-${at}`);
    if (room.refusal("tags", value, true) !== null) continue;
    applyChange(registers, { mode: "union", key: "tags", value }, [1, i, "id"]);
    stored++;
  }
  expect(stored).toBeGreaterThan(40);
  const bytes = Object.keys(registers.tags?.items ?? {}).reduce((sum, item) => sum + Buffer.byteLength(item), 0);
  expect(bytes).toBeLessThan(MAX_PROPERTY_BYTES);
  expect(PropertyRoom.of(registers).refusal("tags", ["y".repeat(2_000)], true)).toMatch(/not kept: 'tags'/);
});
