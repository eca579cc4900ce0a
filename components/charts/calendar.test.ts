import { describe, expect, test } from "vitest";
import { type CalendarDay, tabStop } from "./calendar";

const days = (first: number, active: number[]): CalendarDay[] =>
  Array.from({ length: 7 }, (_, index) => ({
    day: `2026-11-${first + index}`,
    events: active.includes(first + index) ? 2 : 0,
  }));

describe("the calendar's tab stop", () => {
  test("is the latest active day until another one has the focus", () => {
    expect(tabStop(days(20, [21, 24]))).toBe(4);
    expect(tabStop(days(20, [21, 24]), "2026-11-21")).toBe(1);
  });

  test("stays on its day when the reader's zone moves the calendar by a day", () => {
    expect(tabStop(days(21, [21, 24]))).toBe(3);
    expect(tabStop(days(21, [21, 24]), "2026-11-21")).toBe(0);
  });

  test("falls back when the focused day has left the calendar or lost its events", () => {
    expect(tabStop(days(22, [24]), "2026-11-21")).toBe(2);
    expect(tabStop(days(20, [24]), "2026-11-21")).toBe(4);
  });

  test("is nowhere in an empty calendar", () => {
    expect(tabStop(days(20, []))).toBeUndefined();
  });
});
