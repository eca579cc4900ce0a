import { beforeEach, expect, test } from "vitest";
import { endProgress, forgetProgress, hasProgress, progressHere, recordProgress } from "./progress";

beforeEach(forgetProgress);

test("the parts of a job count together, and it is done once all of them are", () => {
  expect(progressHere()).toEqual({});
  recordProgress("people", "a", 30, 100);
  recordProgress("people", "b", 0, 100);
  recordProgress("days", "a", 5, 10);
  expect(progressHere()).toEqual({ people: 15, days: 50 });
  endProgress("people", "a");
  expect(progressHere()).toEqual({ people: 50, days: 50 });
  endProgress("people", "b");
  endProgress("people", "never noted");
  expect([hasProgress("days", "a"), hasProgress("people", "a"), hasProgress("days", "b")]).toEqual([
    true,
    false,
    false,
  ]);
  expect(progressHere()).toEqual({ days: 50 });
});

test("unfinished work is never at 100 per cent, and work of unknown size at 0", () => {
  recordProgress("facts", "a", 9_999, 10_000);
  recordProgress("days", "a", 0, 0);
  expect(progressHere()).toEqual({ facts: 99, days: 0 });
  recordProgress("facts", "a", 12_000, 10_000);
  expect(progressHere().facts).toBe(99);
});
