import fc from "fast-check";
import { expect, test } from "vitest";
import { fitLogistic, sigmoid } from "./logistic";

test("a regression recovers the coefficients behind its outcomes, and finds none in noise", () => {
  const [width, count] = [3, 6_000];
  const rows = new Float64Array(width * count);
  const outcomes = new Uint8Array(count);
  // Without randomness: in each block of equal rows, the share that the curve predicts.
  for (let row = 0; row < count; row++) {
    const [x, y] = [((row % 20) - 9.5) / 5, ((Math.floor(row / 20) % 15) - 7) / 5];
    rows.set([1, x, y], row * width);
    const rank = (Math.floor(row / 300) * 0.618034) % 1;
    outcomes[row] = rank < sigmoid(-0.5 + 1.2 * x - 0.4 * y) ? 1 : 0;
  }
  const found = fitLogistic({ width, rows, outcomes, weights: new Float64Array(count).fill(1) }, [0, 1, 1]);
  expect(found[0]).toBeCloseTo(-0.5, 0);
  expect(Math.abs((found[1] as number) - 1.2)).toBeLessThan(0.2);
  expect(Math.abs((found[2] as number) + 0.4)).toBeLessThan(0.15);
});

test("a regression ends with finite numbers, whatever it is fitted to", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: -50, max: 50, noNaN: true }), fc.boolean()), { minLength: 2, maxLength: 40 }),
      (given) => {
        const found = fitLogistic(
          {
            width: 3,
            rows: Float64Array.from(given.flatMap(([x]) => [1, x, x])),
            outcomes: Uint8Array.from(given.map(([, y]) => Number(y))),
            weights: new Float64Array(given.length).fill(1),
          },
          [0.01, 1, 1],
        );
        expect(found.every(Number.isFinite)).toBe(true);
      },
    ),
  );
});
