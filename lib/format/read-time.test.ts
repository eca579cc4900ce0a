import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cases } from "@/tests/support/cases";
import { readTime } from "./read-time";

const pad = (value: number, width = 2): string => String(value).padStart(width, "0");

describe("readTime", () => {
  it("reads what toISOString writes, to the millisecond, from 1970 to 9999", () => {
    const range = { min: 0, max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) };
    fc.assert(
      fc.property(fc.integer(range), (ms) => {
        expect(readTime(new Date(ms).toISOString())).toBe(ms);
      }),
      { numRuns: cases(5_000) },
    );
  });

  it("agrees with the calendar about every day, whichever way it is written", () => {
    const part = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(part(9999), part(13), part(32), part(25), part(61), (year, month, day, hour, minute) => {
        const written = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
        const at = new Date(0);
        at.setUTCFullYear(year, month - 1, day);
        const isDay = at.toISOString().startsWith(`${written}T`);
        const isTime = hour < 24 && minute < 60;
        const expected = isDay && isTime ? at.setUTCHours(hour, minute, 7, 8) : Number.NaN;
        expect(readTime(`${written}T${pad(hour)}:${pad(minute)}:07.008Z`)).toBe(expected);
        expect(readTime(`${written} ${pad(hour)}:${pad(minute)}:07,0081`)).toBe(expected);
      }),
      { numRuns: cases(5_000) },
    );
  });
});
