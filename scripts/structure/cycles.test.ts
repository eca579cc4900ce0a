import { expect, test } from "vitest";
import { cyclesIn } from "./cycles";

const cycles = (imports: Record<string, string[]>) => cyclesIn(Object.keys(imports), (path) => imports[path] ?? []);

test("files that import each other, even indirectly, are one cycle; files that only import it are not part of it", () => {
  expect(cycles({ in: ["a"], a: ["b"], b: ["c", "out"], c: ["a"], out: [] })).toEqual([["a", "b", "c"]]);
});

test("two cycles connected by an import in one direction stay two, the larger first", () => {
  expect(cycles({ a: ["b"], b: ["a", "x"], x: ["y"], y: ["z"], z: ["x"] })).toEqual([
    ["x", "y", "z"],
    ["a", "b"],
  ]);
});

test("two files that import a third are no cycle", () => {
  expect(cycles({ top: ["left", "right"], left: ["bottom"], right: ["bottom"], bottom: [] })).toEqual([]);
});

test("a file that imports itself is a cycle", () => {
  expect(cycles({ self: ["self"] })).toEqual([["self"]]);
});
