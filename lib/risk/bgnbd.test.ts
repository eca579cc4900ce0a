import fc from "fast-check";
import { expect, test } from "vitest";
import { aliveProbability, expectedVisits, fitBgNbd, returnProbability } from "./bgnbd";

const model = fc.record({
  r: fc.double({ min: 0.05, max: 5, noNaN: true }),
  alpha: fc.double({ min: 0.5, max: 200, noNaN: true }),
  a: fc.double({ min: 0.05, max: 5, noNaN: true }),
  b: fc.double({ min: 0.05, max: 5, noNaN: true }),
});
const summary = fc
  .record({
    repeats: fc.integer({ min: 0, max: 50 }),
    age: fc.integer({ min: 1, max: 500 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ repeats, age, share }) => ({ repeats, age, last: repeats === 0 ? 0 : Math.max(1, age * share) }));

test("BG/NBD's probabilities lie between 0 and 1, rise with the horizon and fall with silence", () => {
  fc.assert(
    fc.property(model, summary, fc.integer({ min: 1, max: 300 }), (fitted, person, horizon) => {
      const p = returnProbability(fitted, person, horizon);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(aliveProbability(fitted, person));
      expect(returnProbability(fitted, person, horizon + 30)).toBeGreaterThanOrEqual(p);
      const later = { ...person, age: person.age + 50 };
      expect(aliveProbability(fitted, later)).toBeLessThanOrEqual(aliveProbability(fitted, person) + 1e-12);
    }),
  );
});

test("BG/NBD expects at least as many visits as the probability of one", () => {
  fc.assert(
    fc.property(model, summary, fc.integer({ min: 1, max: 300 }), (fitted, person, horizon) => {
      const visits = expectedVisits(fitted, person, horizon);
      expect(visits).toBeGreaterThanOrEqual(returnProbability(fitted, person, horizon) * (1 - 1e-6) - 1e-9);
      expect(Number.isFinite(visits)).toBe(true);
    }),
  );
});

test("many visits in a short life, and a horizon that dwarfs it", () => {
  const fitted = { r: 0.05, alpha: 0.5, a: 0.05, b: 0.05 };
  expect(expectedVisits(fitted, { repeats: 19, age: 1, last: 1 }, 283)).toBeGreaterThan(0.99);
});

test("BG/NBD's fit recovers how often people came", () => {
  const people = Array.from({ length: 600 }, (_, i) => ({ repeats: i % 7, last: (i % 7) * 12, age: 84 + (i % 5) }));
  const fitted = fitBgNbd(people);
  for (const value of Object.values(fitted)) expect(value).toBeGreaterThan(0);
  expect(fitBgNbd(people)).toEqual(fitted);
});
