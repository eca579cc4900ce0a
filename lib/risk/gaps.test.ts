import fc from "fast-check";
import { expect, test } from "vitest";
import { endsWithin, gapCounter } from "./gaps";

test("if all silences end after ten days, none ends before and nearly all end then", () => {
  const counter = gapCounter();
  for (let i = 0; i < 2_000; i++) counter.ended(10);
  const table = counter.table();
  expect(endsWithin(table, 2, 5)).toBeLessThan(0.05);
  expect(endsWithin(table, 2, 12)).toBeGreaterThan(0.95);
});

test("shares of ended silences grow with the time ahead, and stay shares beyond all observations", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 50 }),
      fc.double({ min: 0, max: 5_000, noNaN: true }),
      fc.integer({ min: 1, max: 400 }),
      (gaps, silence, ahead) => {
        const counter = gapCounter();
        for (const gap of gaps) counter.ended(gap);
        const share = endsWithin(counter.table(), silence, ahead);
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      },
    ),
  );
});
