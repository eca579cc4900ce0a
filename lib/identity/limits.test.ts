import { expect, test } from "vitest";
import { applyChange, type Registers } from "./fold";
import { MAX_PROPERTY_BYTES, PropertyRoom } from "./limits";

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
