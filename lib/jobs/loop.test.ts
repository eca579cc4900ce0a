import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Job, RunAgain, runJobs } from "./loop";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  Reflect.deleteProperty(globalThis, "throughlineFaults");
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A job that runs until it is stopped. */
function longJob(name: string, ran: string[]): Job & { end: (error?: Error) => void } {
  const job = {
    name,
    end: (_error?: Error) => {},
    run: () =>
      new Promise<void>((resolve, reject) => {
        ran.push(name);
        job.end = (error) => (error ? reject(error) : resolve());
      }),
  };
  return job;
}

test("every job runs at once and then every hour, one after the other", async () => {
  const ran: string[] = [];
  const job = (name: string): Job => ({ name, run: async () => void ran.push(name) });
  const jobs = runJobs([job("a"), job("b")], 1000);
  await vi.advanceTimersByTimeAsync(0);
  expect(ran).toEqual(["a", "b"]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(ran).toEqual(["a", "b", "a", "b", "a", "b"]);
  jobs.stop();
  await vi.advanceTimersByTimeAsync(5000);
  expect(ran).toHaveLength(6);
});

test("a failing job does not affect the others and is retried with doubling pauses, logged once a minute", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5); // no jitter
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const good: number[] = [];
  const bad: number[] = [];
  const begin = Date.now();
  const fail = async (now: number) => {
    bad.push((now - begin) / 1000);
    throw new Error("broken");
  };
  const jobs = runJobs(
    [
      { name: "bad", run: fail },
      { name: "good", run: async (now) => void good.push(now) },
    ],
    500,
  );
  await vi.advanceTimersByTimeAsync(59_000);
  expect(bad).toEqual([0, 1, 3, 7, 15, 31]);
  expect(good).toHaveLength(119);
  expect(logged).toHaveBeenCalledTimes(1);
  expect(String(logged.mock.calls[0])).toMatch(/^job "bad" failed and will be tried again: broken\n\s+at /);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(bad.slice(6, 9)).toEqual([61, 91, 121]); // never longer than half a minute or its own interval
  expect(logged.mock.calls.length).toBeLessThanOrEqual(61);
  await jobs.stop();
});

test("while every job fails for the same reason, log lines and attempts stay few", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  let attempts = 0;
  const away = async () => {
    attempts++;
    throw Object.assign(new Error(`connect ECONNREFUSED 127.0.0.1:${attempts}`), { code: "ECONNREFUSED" });
  };
  const all = ["facts", "statistics", "salts"].map((name) => runJobs([{ name, run: away }], 1));
  await vi.advanceTimersByTimeAsync(600_000);
  expect(logged.mock.calls.length).toBeLessThanOrEqual(10);
  expect(attempts).toBeLessThan(3 * 40);
  await Promise.all(all.map((jobs) => jobs.stop()));
});

test("a success resets the backoff, and a job may choose when it runs again", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  vi.spyOn(console, "error").mockImplementation(() => {});
  const ran: number[] = [];
  const begin = Date.now();
  const run = async (now: number) => {
    ran.push((now - begin) / 1000);
    if ([1, 2, 4].includes(ran.length)) throw new Error("broken");
    return new RunAgain(10_000);
  };
  const jobs = runJobs([{ name: "now and then", run }], 1000);
  await vi.advanceTimersByTimeAsync(24_500);
  expect(ran).toEqual([0, 1, 3, 13, 14, 24]);
  await jobs.stop();
});

test("a round that takes longer than an hour is not overlapped by a second one", async () => {
  const ran: string[] = [];
  const long = longJob("long", ran);
  const jobs = runJobs([long], 1000);
  await vi.advanceTimersByTimeAsync(3500);
  expect(ran).toEqual(["long"]);
  long.end();
  await vi.advanceTimersByTimeAsync(1000);
  expect(ran).toEqual(["long", "long"]);
  jobs.stop();
});

test("once stopped no job starts, and one that is cut off logs nothing", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const ran: string[] = [];
  const long = longJob("long", ran);
  const jobs = runJobs([long, longJob("next", ran)], 1000);
  await vi.advanceTimersByTimeAsync(0);
  jobs.stop();
  long.end(new Error("Cannot use a pool after calling end on the pool"));
  await vi.advanceTimersByTimeAsync(0);
  expect(ran).toEqual(["long"]);
  expect(logged).not.toHaveBeenCalled();
});
