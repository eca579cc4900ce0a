import { expect, test } from "vitest";
import { slowdownOf } from "./slowdown";

test.each([
  ["slower than a phone", 100, 1],
  ["a mid-tier phone", 475, 1.5],
  ["a fast phone", 800, 2],
  ["a laptop", 1300, 3],
  ["what Lighthouse's default is made for", 1800, 4],
  ["faster than that", 5000, 4],
])("%s (%i) is slowed down %f times", (_machine, index, slowdown) => {
  expect(slowdownOf(index)).toBe(slowdown);
});
