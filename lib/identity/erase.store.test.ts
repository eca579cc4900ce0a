import { expect, test } from "vitest";
import { pairKey } from "./erase.store";

test("different pairs of a user id and a device have different keys, wherever one ends and the other begins", () => {
  const ids = ["", "a", "b", "ab", 'a"', ",", '","', "[", "\\", "a,b"];
  const pairs = ids.flatMap((user) => ids.map((anon) => ({ user, anon })));
  expect(new Set(pairs.map(pairKey)).size).toBe(pairs.length);
});
