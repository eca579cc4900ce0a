import { expect, test } from "vitest";
import { anonymousName } from "./anonymous-name";

test("the same stream has the same name in every release", () => {
  expect(anonymousName("0197f3d2-7b1e-7c4a-9d53-0e5a6f1b2c3d")).toBe("Lunar Jaguar");
  expect(anonymousName("ü/☃")).toBe("Copper Hawk");
});

test("ids that differ in one character spread over all 4,096 names", () => {
  const names = new Set(Array.from({ length: 4_096 }, (_, i) => anonymousName(`device-${i}`)));
  // Throwing 4,096 balls into 4,096 boxes fills 63 % of the boxes.
  expect(names.size).toBeGreaterThan(2_450);
  expect([...names].every((name) => /^[A-Z][a-z]+ [A-Z][a-z]+$/.test(name))).toBe(true);
});
