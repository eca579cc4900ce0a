import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Job, startJobs } from "./start";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A job that lasts until it is told to end. */
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
  const jobs = startJobs([job("a"), job("b")], 1000);
  await vi.advanceTimersByTimeAsync(0);
  expect(ran).toEqual(["a", "b"]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(ran).toEqual(["a", "b", "a", "b", "a", "b"]);
  jobs.stop();
  await vi.advanceTimersByTimeAsync(5000);
  expect(ran).toHaveLength(6);
});

test("a job that fails is logged, costs the others nothing, and is tried again", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const ran: number[] = [];
  const bad: Job = { name: "bad", run: () => Promise.reject(new Error("no database")) };
  const jobs = startJobs([bad, { name: "good", run: async (now) => void ran.push(now) }], 1000);
  await vi.advanceTimersByTimeAsync(1000);
  expect(ran).toHaveLength(2);
  expect(logged).toHaveBeenCalledTimes(2);
  expect(String(logged.mock.calls[0])).toContain('"bad" failed');
  jobs.stop();
});

test("a round that takes longer than an hour is not joined by a second one", async () => {
  const ran: string[] = [];
  const long = longJob("long", ran);
  const jobs = startJobs([long], 1000);
  await vi.advanceTimersByTimeAsync(3500);
  expect(ran).toEqual(["long"]);
  long.end();
  await vi.advanceTimersByTimeAsync(1000);
  expect(ran).toEqual(["long", "long"]);
  jobs.stop();
});

test("once stopped no job starts, and one that is cut off says nothing", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const ran: string[] = [];
  const long = longJob("long", ran);
  const jobs = startJobs([long, longJob("next", ran)]);
  await vi.advanceTimersByTimeAsync(0);
  jobs.stop();
  long.end(new Error("Cannot use a pool after calling end on the pool"));
  await vi.advanceTimersByTimeAsync(0);
  expect(ran).toEqual(["long"]);
  expect(logged).not.toHaveBeenCalled();
});
