import fc from "fast-check";
import { expect, test } from "vitest";
import { weekdayOf } from "./history";
import { activityInWords, type QuietReason, reasonInWords, silentOf, usualRhythmOf } from "./reason";

const MONDAY = 20_003 - weekdayOf(20_003);
const reason: QuietReason = { usual: 2, silent: 9, activeDays: 20, stopped: null, errors: 0 };

test.each<[Partial<QuietReason>, string]>([
  [{ stopped: "export" }, "usually every 2 days, silent for 9 days; stopped exporting"],
  [{ usual: 1, silent: 4 }, "usually every day, silent for 4 days"],
  [{ usual: 2.5, silent: 8 }, "usually every 2.5 days, silent for 8 days"],
  [{ usual: "workdays", silent: 8 }, "usually Mon to Fri, silent for 8 working days"],
  [
    { usual: "workdays", silent: 1, errors: 3 },
    "usually Mon to Fri, silent for 1 working day; met 3 errors in their last week",
  ],
  [{ usual: { weekday: 1 }, silent: 3 }, "usually on Tuesdays, missed 3"],
  [{ usual: { weekday: 6 }, silent: 1 }, "usually on Sundays, missed one"],
  [
    { usual: null, activeDays: 1, silent: 15, stopped: "invite_sent" },
    "seen on 1 day only, silent for 15 days; stopped sending invites",
  ],
])("%j: %s", (changes, words) => expect(reasonInWords({ ...reason, ...changes })).toBe(words));

test("a habit is described by weekdays if it follows them, else by gaps", () => {
  const weeks = (on: readonly number[]) =>
    Array.from({ length: 8 }, (_, week) => on.map((day) => MONDAY + 7 * week + day)).flat();
  expect(usualRhythmOf(weeks([0, 1, 2, 3, 4]))).toBe("workdays");
  expect(usualRhythmOf(weeks([1]))).toEqual({ weekday: 1 });
  expect(usualRhythmOf(weeks([0, 2, 4, 6]))).toBe(2);
  expect(usualRhythmOf([MONDAY, MONDAY + 3])).toBeNull();
});

test("silence is counted in the person's own units", () => {
  const friday = MONDAY + 4;
  expect(silentOf("workdays", friday, friday + 2)).toBe(0);
  expect(silentOf("workdays", friday, friday + 3)).toBe(1);
  expect(silentOf({ weekday: 4 }, friday, friday + 20)).toBe(2);
  expect(silentOf(3, friday, friday + 20)).toBe(20);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 6 }), (silent, weekday) => {
      const days = Array.from({ length: silent }, (_, i) => weekdayOf(friday + 1 + i));
      expect(silentOf("workdays", friday, friday + silent)).toBe(days.filter((day) => day < 5).length);
      expect(silentOf({ weekday }, friday, friday + silent)).toBe(days.filter((day) => day === weekday).length);
    }),
  );
});

test.each([
  ["export", "exporting"],
  ["share", "sharing"],
  ["plan", "planning"],
  ["search", "searching"],
  ["upload", "uploading"],
  ["report_exported", "exporting reports"],
  ["help_searched", "searching help"],
  ["customer_data_imported", "importing customer data"],
  ["price_alert_opened", "opening price alerts"],
  ["Report Opened", "opening reports"],
  ["recipeCreated", "creating recipes"],
  ["entry_copied", "copying entries"],
  ["report_shipped", "shipping reports"],
  ["box_paid", "paying boxes"],
  ["signed_in", "“signed_in”"],
  ["checkout-v2", "“checkout-v2”"],
  ["$autocapture", "“$autocapture”"],
  ["news_feed", "“news_feed”"],
  ["signed_up", "“signed_up”"],
  ["Заказ создан", "“Заказ создан”"],
])("%s → %s", (event, words) => expect(activityInWords(event)).toBe(words));
