import { expect, test } from "vitest";
import type { Operation } from "@/lib/events/operation";
import type { IdentityName } from "@/lib/identity/locked-identities";
import { usesOfBatch } from "./bind";

const named = (kind: "u" | "a", extId: string) => ({ kind, extId }) as IdentityName;

/** Operations of n users, each on a device of their own, and how often their ids were read. */
function batch(n: number) {
  let reads = 0;
  const operations = Array.from({ length: n }, (_, i) => ({
    get user() {
      reads++;
      return `u${i}`;
    },
    get anon() {
      reads++;
      return i % 2 === 0 ? `d${i}` : null;
    },
    ts: i,
  }));
  return { operations: operations as unknown as Operation[], reads: () => reads };
}

test("an id is found with every operation that names it, and none that names its namesake", () => {
  const { operations } = batch(4);
  const uses = usesOfBatch([...operations, { user: "d0", anon: "u1", ts: 9 } as Operation, operations[0] as Operation]);
  const times = (kind: "u" | "a", extId: string) => uses(named(kind, extId)).map(({ ts }) => ts);
  expect([times("u", "u0"), times("a", "d0"), times("u", "d0"), times("a", "u1")]).toEqual([[0, 0], [0, 0], [9], [9]]);
  expect(times("u", "nobody")).toEqual([]);
});

test("looking up every id of a batch reads each operation a fixed number of times", () => {
  const readsPerOperation = (n: number) => {
    const { operations, reads } = batch(n);
    const uses = usesOfBatch(operations);
    for (let i = 0; i < n; i++) uses(named("u", `u${i}`));
    return reads() / n;
  };
  expect(readsPerOperation(2_000)).toBe(readsPerOperation(20));
});

test("a batch without an erased id is not read", () => {
  const { operations, reads } = batch(10);
  usesOfBatch(operations);
  expect(reads()).toBe(0);
});
