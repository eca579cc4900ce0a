import { expect, test } from "vitest";
import { Random } from "./random";

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.unit());

test("the same label gives the same numbers, another label others", () => {
  expect(draw(new Random("a"), 50)).toEqual(draw(new Random("a"), 50));
  expect(draw(new Random("a"), 50)).not.toEqual(draw(new Random("b"), 50));
});

test("a fork does not depend on what was drawn before", () => {
  const [fresh, used] = [new Random("a"), new Random("a")];
  draw(used, 10);
  expect(draw(used.fork("person/1"), 50)).toEqual(draw(fresh.fork("person/1"), 50));
});

test("numbers are spread evenly: each tenth of 100,000 holds 10,000, give or take 4 %", () => {
  const tenths = new Array<number>(10).fill(0);
  for (const x of draw(new Random("even"), 100_000)) tenths[Math.floor(x * 10)] = (tenths[Math.floor(x * 10)] ?? 0) + 1;
  for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});

test("draws follow the weights, and a weight of zero is never drawn", () => {
  const random = new Random("weights");
  const counts = { often: 0, seldom: 0, never: 0 };
  for (let i = 0; i < 10_000; i++)
    counts[
      random.weighted([
        [3, "often"],
        [0, "never"],
        [1, "seldom"],
      ] as const)
    ]++;
  expect(counts.never).toBe(0);
  expect(counts.often / counts.seldom).toBeGreaterThan(2.7);
  expect(counts.often / counts.seldom).toBeLessThan(3.3);
});

test("ids sort by the time they are made for", () => {
  const random = new Random("ids");
  const ids = [1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000].map((ts) => random.uuidAt(ts));
  expect([...ids].sort()).toEqual(ids);
  expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
