import { expect, test } from "vitest";
import { doing, quietReason } from "./quiet";

const DAY_MS = 86_400_000;

test.each([
  [{ usualGapDays: 2, activeDays: 20, stopped: "export" }, 9.5, "usually every 2 days, quiet for 9; stopped exporting"],
  [{ usualGapDays: 1, activeDays: 20, stopped: null }, 4, "usually every day, quiet for 4"],
  [{ usualGapDays: 2.5, activeDays: 5, stopped: null }, 8, "usually every 2.5 days, quiet for 8"],
  [
    { usualGapDays: null, activeDays: 1, stopped: "invite_sent" },
    15,
    "seen on 1 day only, quiet for 15 days; stopped sending invites",
  ],
])("%j, silent for %s days: %s", (habit, days, words) => {
  expect(quietReason(habit, 0, days * DAY_MS)).toBe(words);
});

test.each([
  ["export", "exporting"],
  ["share", "sharing"],
  ["plan", "planning"],
  ["search", "searching"],
  ["upload", "uploading"],
  ["report_exported", "exporting reports"],
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
])("%s → %s", (event, words) => expect(doing(event)).toBe(words));
