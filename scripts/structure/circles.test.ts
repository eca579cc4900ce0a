import { expect, test } from "vitest";
import { circlesIn } from "./circles";

const circles = (imports: Record<string, string[]>) => circlesIn(Object.keys(imports), (path) => imports[path] ?? []);

test("files that reach each other are one circle, and those that only lead to it are not in it", () => {
  expect(circles({ in: ["a"], a: ["b"], b: ["c", "out"], c: ["a"], out: [] })).toEqual([["a", "b", "c"]]);
});

test("two circles that only one import joins stay two, the larger first", () => {
  expect(circles({ a: ["b"], b: ["a", "x"], x: ["y"], y: ["z"], z: ["x"] })).toEqual([
    ["x", "y", "z"],
    ["a", "b"],
  ]);
});

test("paths that meet again are no circle", () => {
  expect(circles({ top: ["left", "right"], left: ["bottom"], right: ["bottom"], bottom: [] })).toEqual([]);
});

test("a file that imports itself is a circle", () => {
  expect(circles({ self: ["self"] })).toEqual([["self"]]);
});
