import { expect, test } from "vitest";
import { storable, unstorableAt } from "@/lib/format/storable";

test.each([
  ["plain 👍 text", "plain 👍 text"],
  ["a\0b", "ab"],
  ["a\ud800b", "ab"],
  ["\udc00", ""],
  ["\ud83d", ""],
])("%j is stored as %j", (text, stored) => expect(storable(text)).toBe(stored));

test.each([
  [{ a: ["x", { b: "\0" }] }, "a.1.b"],
  ["\ud800", ""],
  [{ "k\0": 1 }, ""],
  [{ a: 1, b: null, c: ["👍"] }, null],
])("%j is unstorable at %j", (value, place) => expect(unstorableAt(value)).toBe(place));
