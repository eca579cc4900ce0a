import { expect, test } from "vitest";
import { describeFault, isDataFault } from "@/lib/faults/data-fault";
import { isolating } from "./isolate";

const coded = (code: string, message = "no") => Object.assign(new Error(message), { code });
const tooLarge = coded(
  "54000",
  'index row size 12040 exceeds btree version 4 maximum 2704 for index "profile_facts_name_idx"',
);

test("faulty items are isolated, and the rest is stored once", async () => {
  const bad = new Set([3, 77, 78, 199]);
  const [done, aside]: [number[], number[]] = [[], []];
  let calls = 0;
  const all = Array.from({ length: 200 }, (_, i) => i);
  await isolating(
    all,
    async (some) => {
      calls += 1;
      if (some.some((one) => bad.has(one))) throw tooLarge;
      done.push(...some);
    },
    async (one) => aside.push(one),
  );
  expect(aside).toEqual([...bad]);
  expect(done).toEqual(all.filter((one) => !bad.has(one)));
  expect(calls).toBeLessThan(4 * 2 * Math.log2(200) + 4);
});

test("while the database is unreachable nothing is set aside", async () => {
  for (const error of [
    coded("ECONNREFUSED"),
    coded("57P01"),
    coded("40P01"),
    new Error("Connection terminated"),
    coded("53100"),
  ]) {
    const aside: number[] = [];
    const work = isolating(
      [1, 2],
      () => Promise.reject(error),
      async (one) => aside.push(one),
    );
    await expect(work).rejects.toBe(error);
    expect(aside).toEqual([]);
    expect(isDataFault(error)).toBe(false);
  }
});

test("the reason contains no value", () => {
  const secret = "ada@example.com";
  for (const error of [
    coded("22P02", `invalid input syntax: "${secret}"`),
    new TypeError(secret),
    coded("23505", secret),
  ])
    expect(describeFault(error)).not.toContain(secret);
  expect(describeFault(tooLarge)).toBe("a value is too large to store (profile_facts_name_idx, 54000)");
});
