import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { endProgress, forgetProgress, recordProgress } from "@/lib/faults/progress";
import { catchingUp, startProgressReports } from "./catching-up";

vi.stubEnv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/unused");
vi.stubEnv("AUTH_SECRET", "0123456789abcdef");
beforeEach(() => {
  forgetProgress();
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
});
afterEach(() => void vi.useRealTimers());

test("the log reports progress once a minute, and the end", () => {
  const lines: string[] = [];
  const { stop } = startProgressReports((line) => void lines.push(line));
  vi.advanceTimersByTime(10_000);
  expect(lines).toEqual([]);
  recordProgress("facts", "walk", 431_000, 1_000_000);
  vi.advanceTimersByTime(50_000);
  recordProgress("facts", "walk", 800_000, 1_000_000);
  vi.advanceTimersByTime(20_000);
  endProgress("facts", "walk");
  vi.advanceTimersByTime(20_000);
  stop();
  expect(lines).toEqual([
    "Catching up; everything keeps running: people's facts 43 %.",
    "Catching up; everything keeps running: people's facts 80 %.",
    "Caught up.",
  ]);
});

test("progress is reported without numbers of people, even while the database is unreachable", async () => {
  expect(await catchingUp()).toEqual([]);
  recordProgress("people", "a project", 1, 4);
  expect(await catchingUp()).toEqual([{ work: "counts of people", percent: 25 }]);
});
