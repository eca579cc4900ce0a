import fc from "fast-check";
import { expect, test } from "vitest";
import { createDutyMeter } from "./duty";

test("background work gets half of the time while ingest is idle, and a tenth while it is busy", () => {
  let batches = 7;
  const duty = createDutyMeter(() => batches);
  expect(duty(0)).toBe(0.5);
  batches += 500;
  expect(duty(1_000)).toBe(0.1);
  expect(duty(1_100)).toBe(0.1); // too soon to measure
  batches += 3;
  expect(duty(2_000)).toBe(0.5);
  batches += 19;
  expect(duty(3_000)).toBe(0.5);
  batches += 20;
  expect(duty(4_000)).toBe(0.1);
});

test("however often it is asked, a rate that stays above the limit is busy and one that stays below is not", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 2 }), fc.boolean(), (steps, isBusy) => {
      let now = 0;
      const duty = createDutyMeter(() => (now / 1000) * (isBusy ? 40 : 10));
      duty(now);
      for (const step of steps) {
        now += step;
        const share = duty(now);
        if (now >= 250) expect(share).toBe(isBusy ? 0.1 : 0.5);
      }
    }),
  );
});
